"""Municipal programmes before and after the councils in words: states, who is waited for, what is lacking, when and why."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext, pgettext_lazy

from kotopolku import law, writing
from kotopolku.actors.models import Named
from kotopolku.cooperation.queries.hearings import About
from kotopolku.steering.council_rules import Warned
from kotopolku.steering.marks import Mark
from kotopolku.steering.models import MunicipalProgramme, MunicipalState, Stage

STAGES: Mapping[str, str | Promise] = {
    Stage.COMMENTS.value: gettext_lazy("sent for comments"),
    Stage.HEARING.value: gettext_lazy("sent for statements"),
    Stage.COUNCILS.value: gettext_lazy("sent to the councils"),
    Stage.APPROVED.value: pgettext_lazy("council", "approved"),
    Stage.REVIEWED.value: gettext_lazy("reviewed"),
}
LANGUAGES: Mapping[str, str | Promise] = {
    "fi": gettext_lazy("in Finnish"),
    "sv": gettext_lazy("in Swedish"),
    "en": gettext_lazy("in English"),
}


def names(rows: Sequence[str]) -> str:
    """“A, B and C”."""
    if len(rows) < 2:
        return "".join(rows)
    return _("%(first)s and %(last)s") % {"first": ", ".join(rows[:-1]), "last": rows[-1]}


def summary(
    programme: MunicipalProgramme,
    approved: Sequence[str],
    waiting: Sequence[str],
    against: Sequence[str],
    approved_on: date | None,
) -> list[str]:
    """Where the programme is, in one or two sentences. The lists are names of municipalities."""
    words = {"approved": names(approved), "waiting": names(waiting), "against": names(against)}
    if programme.state == MunicipalState.ENDED:
        return [_("The programme has ended: %(reason)s") % {"reason": programme.ended_reason}]
    if programme.state == MunicipalState.DRAFT:
        if approved or against:
            return [
                _(
                    "The programme was taken back to be drawn up. The councils' decisions are shown until they are asked anew."
                )
            ]
        return [_("The councils have not been asked yet.")]
    said = []
    if programme.state == MunicipalState.APPROVED:
        said.append(
            _("Every council has approved the programme, the last on %(day)s.")
            % {"day": writing.day(approved_on)}
        )
    elif approved:
        said.append(
            _(
                "The programme is not approved as a whole: the council has approved it in %(approved)s, but not everywhere."
            )
            % words
        )
    if waiting:
        said.append(_("The decision of the council is waited for in %(waiting)s.") % words)
    if against:
        said.append(_("The council did not approve the programme in %(against)s.") % words)
    return said


def warning(one: Warned) -> str:
    """A reason to wait, as a sentence."""
    single = {
        "gone": _("The municipality does not exist any more: %(about)s."),
        "lacking": _("A section that the Act names is missing: %(about)s."),
        "empty": _("The section has no text: %(about)s."),
        "no-goals": _("The programme has no goals."),
    }
    if one.what in single:
        return single[one.what] % {"about": one.about}
    if one.what == "unnamed":
        return _("The programme has no name %(language)s.") % {"language": LANGUAGES[one.about]}
    if one.what == "untranslated":
        words = ngettext(
            "%(number)s section has no text %(language)s.",
            "%(number)s sections have no text %(language)s.",
            one.number,
        )
        return words % {"number": one.number, "language": LANGUAGES[one.about]}
    counted = {
        "proposals": ngettext(
            "%(number)s proposed change has not been decided on.",
            "%(number)s proposed changes have not been decided on.",
            one.number,
        ),
        "comments": ngettext(
            "%(number)s comment has not been settled.",
            "%(number)s comments have not been settled.",
            one.number,
        ),
        "hearings": ngettext(
            "%(number)s hearing of it is still open.",
            "%(number)s hearings of it are still open.",
            one.number,
        ),
    }
    return counted[one.what] % {"number": one.number}


def hearing_words(one: About) -> str:
    """A hearing of the draft in one line."""
    day = writing.day(one.answer_by)
    states = {
        "draft": _("The hearing is a draft: choose whom it asks, and open it."),
        "open": _("In hearing until %(day)s."),
        "closed": _("The hearing was closed; its summary is being written."),
        "published": _("The summary of the hearing has been published."),
        "cancelled": _("The hearing was cancelled."),
    }
    said = states[one.state] % {"day": day}
    if one.asked is None or one.state == "draft":
        return said
    given = _("%(given)s of %(asked)s have answered.") % {"given": one.given, "asked": one.asked}
    return f"{said} {given}"


def counted_from(due: law.Due, reviewed: bool, today: date) -> list[str]:
    """Why the review is due then: from what day it is counted and by which rule."""
    words = {"day": writing.day(due.start), "rule": due.rule.citation(writing.language())}
    if reviewed:
        said = _("Counted from the review of %(day)s by %(rule)s.") % words
    else:
        said = _("Counted from the approval of %(day)s by %(rule)s.") % words
    found = [said]
    if due.rule.own:
        found.append(_("It is our own target: the Act gives no time."))
    elif due.rule.valid_to is not None and due.rule.valid_to < today:
        found.append(
            _("The Act was in force until %(day)s; the day was counted under it.")
            % {"day": writing.day(due.rule.valid_to)}
        )
    return found


def review_mark(state: str) -> Mark:
    return {
        "late": Mark("late", _("review is late")),
        "soon": Mark("soon", _("review is near")),
        "coming": Mark("plan", _("review to come")),
    }[state]


def named(thing: Named, wanted: str) -> tuple[str, str]:
    """A name with the language it is in."""
    for code in (wanted, "fi", "sv", "en"):
        if found := getattr(thing, f"name_{code}", ""):
            return str(found), code
    return "", wanted


def version_words(number: int, stage: str, made_at: datetime) -> str:
    """“Version 3, sent to the councils, 4.5.2022”."""
    return pgettext("version", "Version %(number)s: %(stage)s, %(day)s") % {
        "number": number,
        "stage": STAGES[stage],
        "day": writing.day(made_at),
    }


def not_asked() -> str:
    """Of a municipality whose council has not been asked yet."""
    return _("not asked yet")


LANGUAGE_NAMES: Mapping[str, str] = {"fi": "suomi", "sv": "svenska", "en": "English"}
"""Each in itself, as switches of language show them."""
