"""What the councils' decisions make of a municipal programme, and when it is reviewed next. Pure: no Django, no clock.

1386/2010 § 32: the council of each municipality approves, and the programme is reviewed at least once in four years.
Under 681/2023 the document is voluntary and its review our own target. Not for: who may record what (``access_councils.py``).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from kotopolku import law
from kotopolku.clients.rules import Refusal


def _(text: str) -> str:
    """Marks a sentence for the translators; it is translated where it is shown."""
    return text


WAITING, APPROVED, RETURNED, REJECTED, LEFT = "waiting", "approved", "returned", "rejected", "left"
DECISIONS = (APPROVED, RETURNED, REJECTED)
AGAINST = (RETURNED, REJECTED)
REVIEW_OF_LAW, REVIEW_OF_OURS = "G5", "O-IP"


@dataclass(frozen=True)
class Council:
    """A municipality of a programme and what its council has said. ``last``: its last day in the programme, None: open."""

    code: str
    state: str
    decided_on: date | None = None
    last: date | None = None

    def counts(self, on: date) -> bool:
        """Whether its decision is needed: it has neither left nor been ended by a merger."""
        return self.state != LEFT and (self.last is None or self.last >= on)


@dataclass(frozen=True)
class Standing:
    """Where the councils are together, by the codes of their municipalities."""

    approved: tuple[str, ...]
    waiting: tuple[str, ...]
    against: tuple[str, ...]
    approved_on: date | None
    """The latest decision of those that have approved."""

    @property
    def whole(self) -> bool:
        """Every council that is needed has approved: only then is the programme approved."""
        return bool(self.approved) and not self.waiting and not self.against

    @property
    def number(self) -> int:
        return len(self.approved) + len(self.waiting) + len(self.against)


def standing(councils: Sequence[Council], on: date) -> Standing:
    """Municipalities that left or ended are not waited for; what the others decided counts."""
    needed = [one for one in councils if one.counts(on)]
    approved = [one for one in needed if one.state == APPROVED]
    return Standing(
        tuple(one.code for one in approved),
        tuple(one.code for one in needed if one.state == WAITING),
        tuple(one.code for one in needed if one.state in AGAINST),
        max((one.decided_on for one in approved if one.decided_on), default=None),
    )


@dataclass(frozen=True)
class Decision:
    """What a council decided. ``reason``: why an earlier record is corrected."""

    state: str
    decided_on: date
    section_number: str
    note: str = ""
    reason: str = ""


def check_decision(
    decision: Decision, today: date, sent_on: date | None, *, own: bool, corrects: bool
) -> list[Refusal]:
    """``own``: recorded by the municipality itself. ``sent_on``: when the councils were asked."""
    refused = []
    if decision.state not in DECISIONS:
        refused.append(Refusal("state", "required", _("Choose what the council decided.")))
    if decision.decided_on > today:
        refused.append(Refusal("decided_on", "to-come", _("The day has not come yet.")))
    elif sent_on is not None and decision.decided_on < sent_on:
        words = _(
            "The text was sent to the councils on %(day)s; the council cannot have decided before that."
        )
        refused.append(Refusal("decided_on", "before-sending", words, {"day": sent_on}))
    if not decision.section_number.strip():
        words = _("Give the section number of the council's minutes, for example § 48.")
        refused.append(Refusal("section_number", "required", words))
    if decision.state in AGAINST and not decision.note.strip():
        words = _("Write why the council did not approve, as its minutes say.")
        refused.append(Refusal("note", "required", words))
    elif not own and not decision.note.strip():
        words = _("Write from where you know of another municipality's decision.")
        refused.append(Refusal("note", "source", words))
    if corrects and not decision.reason.strip():
        refused.append(Refusal("reason", "required", _("Write why the decision is corrected.")))
    return refused


# Checks before the councils ------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Warned:
    """Something to look at before the councils: ``what`` and what it is about (a section, a language, a number)."""

    what: str
    about: str = ""
    number: int = 0


@dataclass(frozen=True)
class Readiness:
    """What is known of a draft before it is sent: sections are (name, languages of its text)."""

    sections: tuple[tuple[str, frozenset[str]], ...]
    languages: tuple[str, ...]
    lacking: tuple[str, ...] = ()
    """Names of the Act's contents that have no section."""
    goals: int = 0
    open_proposals: int = 0
    open_comments: int = 0
    open_hearings: int = 0
    untitled: tuple[str, ...] = ()
    """Languages in which the programme has no name."""
    gone: tuple[str, ...] = ()
    """Names of its municipalities that have ended by a merger, with nobody put in their place."""


def warnings(known: Readiness) -> list[Warned]:
    """Reasons to wait. None of them forbids: a person goes on and says why."""
    found = [Warned("gone", name) for name in known.gone]
    found += [Warned("lacking", name) for name in known.lacking]
    found += [Warned("empty", name) for name, texts in known.sections if not texts]
    found += [
        Warned("untranslated", language, missing)
        for language in known.languages
        if (missing := sum(1 for _name, texts in known.sections if texts and language not in texts))
    ]
    found += [Warned("unnamed", language) for language in known.untitled]
    if not known.goals:
        found.append(Warned("no-goals"))
    for what in ("proposals", "comments", "hearings"):
        if number := getattr(known, f"open_{what}"):
            found.append(Warned(what, number=number))
    return found


def check_sending(known: Readiness, municipalities: int, reason: str) -> list[Refusal]:
    """Refused only where nothing else is possible; warnings are overridden with a reason."""
    if not municipalities:
        words = _("No municipality takes part today. Add one before the councils are asked.")
        return [Refusal("", "nobody", words)]
    if not any(texts for _name, texts in known.sections):
        return [Refusal("", "no-text", _("No section has any text yet. There is nothing to approve."))]
    if warnings(known) and not reason.strip():
        words = _("Write why the text goes to the councils although something is lacking.")
        return [Refusal("reason", "required", words)]
    return []


# Review --------------------------------------------------------------------------------------------------------------


def review_due(act: str, approved_on: date, reviewed_on: date | None = None) -> law.Due:
    """When the programme is to be reviewed next, counted from its approval or its last review.

    1386/2010 § 32 (rule G5) where it was in force on the day counted from; else our own target (O-IP), as 681/2023 gives
    no time.
    """
    start = max(approved_on, reviewed_on) if reviewed_on else approved_on
    try:
        return law.due(REVIEW_OF_LAW, start, act=act)
    except law.LawError:
        return law.due(REVIEW_OF_OURS, start)


def soon_days(on: date) -> int:
    """How many days before the day a review is told of."""
    return law.rule(REVIEW_OF_OURS, on).other_amounts["soon-days"]


def review_state(due: date, today: date) -> str:
    """late, soon or coming."""
    if due < today:
        return "late"
    return "soon" if due - today <= timedelta(soon_days(today)) else "coming"


def check_review(on: date, text: str, today: date, approved_on: date | None) -> list[Refusal]:
    refused = []
    if on > today:
        refused.append(Refusal("on", "to-come", _("The day has not come yet.")))
    elif approved_on is not None and on < approved_on:
        words = _("The programme was approved on %(day)s; a review is later than that.")
        refused.append(Refusal("on", "before-approval", words, {"day": approved_on}))
    if not text.strip():
        refused.append(Refusal("text", "required", _("Write what was looked at and what came of it.")))
    return refused


# Periods -------------------------------------------------------------------------------------------------------------


def next_period(first: date, last: date | None, today: date) -> tuple[date, date | None]:
    """The period proposed for a programme that follows another: as long, from the day after it or from today."""
    begins = max(last + timedelta(1), today) if last else today
    return begins, begins + (last - first) if last else None
