"""What holds for bodies of cooperation: their basis and longest term, who sits on a day, whom a new holder follows.

Pure functions over plain values; the Acts' numbers come from ``law``. Not for: rights, writing, words of pages.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from kotopolku import law
from kotopolku.clients.rules import Refusal

COMMISSION, GROUP, ETNO, BOARD, WORKING = "commission", "group", "etno", "board", "working"
CHAIR, VICE, MEMBER, SECRETARY, EXPERT = "chair", "vice", "member", "secretary", "expert"
DEPUTY = "deputy"
ONE_DAY = timedelta(days=1)
LANGUAGES = ("fi", "sv", "en")
SECTIONS = {COMMISSION: ("1386/2010", "39"), GROUP: ("681/2023", "58")}
"""Where an Act names the body itself. The others have no section of their own."""
KEEPERS: dict[str, tuple[str, ...]] = {
    COMMISSION: ("ely", "evk"),
    GROUP: ("ely", "evk"),
    ETNO: ("ely", "evk", "ministry"),
    BOARD: ("municipality",),
}
"""Kinds of organisations that appoint a body; a kind that is missing here may be appointed by any."""
WITH_DEPUTY = (CHAIR, VICE, MEMBER)
OTHER_MEMBERS = (VICE, MEMBER)
"""Whom the longest number of members counts: all but the chair."""


def _(text: str) -> str:
    """Marks a sentence for the translators; it is translated where it is shown."""
    return text


@dataclass(frozen=True)
class BodyContent:
    """A body as it is written. ``purpose`` by language; ``municipalities`` empty for the keeper's whole area."""

    kind: str
    name_fi: str
    name_sv: str
    name_en: str
    purpose_fi: str
    purpose_sv: str
    founded_on: date
    municipalities: tuple[str, ...] = ()
    quorum: int | None = None


@dataclass(frozen=True)
class TermContent:
    """A term; both days belong to it."""

    first_on: date
    last_on: date
    appointed_on: date
    decision: str = ""


@dataclass(frozen=True)
class SeatContent:
    role: str
    sector: str
    organisation_id: int | None = None
    represents: str = ""
    order: int = 0


@dataclass(frozen=True)
class HolderContent:
    """A person named on a seat. ``reason``: why the one before leaves; needed only when somebody does."""

    part: str
    name: str
    first_on: date
    last_on: date
    title: str = ""
    email: str = ""
    decision: str = ""
    reason: str = ""


@dataclass(frozen=True)
class Held:
    """One person on a seat; both days belong to it."""

    pk: int
    part: str
    name: str
    first: date
    last: date
    user_id: int | None = None

    def on(self, day: date) -> bool:
        return self.first <= day <= self.last

    def meets(self, first: date, last: date) -> bool:
        return self.first <= last and first <= self.last


# The basis and the term -----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Basis:
    """What a body's term stands on: a section of an Act, or our own target; and the rule that gives the length."""

    act: str
    section: str
    rule: law.Rule | None
    """None for a day before every rule."""

    @property
    def own(self) -> bool:
        """Whether the length is our own target."""
        return self.rule is None or self.rule.own

    @property
    def most_members(self) -> int | None:
        """Members beside the chair, at most."""
        return self.rule.other_amounts.get("most-members") if self.rule else None

    @property
    def mark(self) -> str:
        """The section as pages write it: § 39; empty when no Act names the body."""
        return f"§ {self.section}" if self.section else ""

    def citation(self) -> dict[str, str]:
        """By language, for a refusal."""
        return citation(self.act, self.section)


def citation(act: str, section: str) -> dict[str, str]:
    return {language: law.cited(f"{act} § {section}", language) for language in LANGUAGES}


def basis(kind: str, on: date) -> Basis:
    """On what a body of the kind stands that is appointed from ``on``.

    1386/2010 § 39 (rule G4) for the commission; 681/2023 § 58 names the group but gives no length: for it and for the
    rest the length is our own target (O-ER).
    """
    act, section = SECTIONS.get(kind, ("", ""))
    try:
        found = law.rule("G4", on, "1386/2010") if kind == COMMISSION else law.rule("O-ER", on)
    except law.RuleNotInForce:
        found = None
    return Basis(act, section, found)


def longest_last_day(kind: str, first: date) -> date | None:
    """The last day of a term that begins on ``first`` and is as long as its rule says; what a page proposes."""
    found = basis(kind, first).rule
    if found is None or found.unit not in ("years", "months"):
        return None
    months = found.length * (12 if found.unit == "years" else 1)
    return law.add_months(first, months) - ONE_DAY


def act_in_force(field: str, kind: str, on: date) -> list[Refusal]:
    """Refuses a body under an Act that is not in force on the day, and names the body of that day."""
    if kind not in SECTIONS:
        return []
    act, section = SECTIONS[kind]
    dated = law.act_named(act)
    if dated.valid_from <= on and (dated.valid_to is None or on <= dated.valid_to):
        return []
    other = GROUP if kind == COMMISSION else COMMISSION
    later = law.act_named(SECTIONS[GROUP][0]).valid_from
    params = {
        "section": citation(act, section),
        "day": on,
        "other": citation(*SECTIONS[other]),
        "first": later,
    }
    if kind == COMMISSION:
        words = _(
            "%(section)s was not in force on %(day)s. From %(first)s the body is the regional cooperation group (%(other)s)."
        )
    else:
        words = _(
            "%(section)s was not in force on %(day)s. Before %(first)s the body was the regional commission (%(other)s)."
        )
    return [Refusal(field, "act-not-in-force", words, params)]


def check_kept_by(kind: str, organisation_kind: str) -> list[Refusal]:
    if organisation_kind in KEEPERS.get(kind, (organisation_kind,)):
        return []
    return [Refusal("kind", "keeper", _("Your organisation does not appoint a body of this kind."))]


def check_term(
    kind: str,
    content: TermContent,
    founded_on: date,
    ended_on: date | None,
    others: Iterable[tuple[date, date]],
) -> list[Refusal]:
    """``others``: first and last days of the body's other terms."""
    first, last = content.first_on, content.last_on
    if last < first:
        return [Refusal("last_on", "before-start", _("The term ends before it begins."))]
    refused = act_in_force("first_on", kind, first)
    if first < founded_on:
        words = _("The body was founded on %(day)s; the term begins before it.")
        refused.append(Refusal("first_on", "before-founded", words, {"day": founded_on}))
    if ended_on is not None and last > ended_on:
        words = _("The body ended on %(day)s; the term goes on after it.")
        refused.append(Refusal("last_on", "after-ended", words, {"day": ended_on}))
    stands_on = basis(kind, first)
    longest = longest_last_day(kind, first)
    if stands_on.rule and not stands_on.own and longest and last > longest:
        words = _("The term of this body is at most %(years)s years (%(section)s): to %(day)s at the latest.")
        params = {"years": stands_on.rule.length, "section": stands_on.citation(), "day": longest}
        refused.append(Refusal("last_on", "too-long", words, params))
    if any(one <= last and first <= end for one, end in others):
        refused.append(Refusal("first_on", "overlap", _("The body has another term on some of these days.")))
    return refused


def check_seats(kind: str, first: date, role: str, roles: Sequence[str]) -> list[Refusal]:
    """Whether a seat in ``role`` fits beside the seats that have ``roles``, in a term that begins on ``first``."""
    if role == CHAIR and CHAIR in roles:
        return [Refusal("role", "chair-twice", _("The body has a chair's seat already."))]
    if role == VICE and VICE in roles:
        return [Refusal("role", "vice-twice", _("The body has a vice-chair's seat already."))]
    stands_on = basis(kind, first)
    most = stands_on.most_members
    others = sum(one in OTHER_MEMBERS for one in roles)
    if most is not None and role in OTHER_MEMBERS and others >= most:
        words = _("Beside the chair there are at most %(most)s members (%(section)s).")
        params = {"most": most, "section": stands_on.citation()}
        return [Refusal("role", "too-many", words, params)]
    return []


def check_chair(kind: str, first: date, role: str, is_appointer: bool) -> list[Refusal]:
    """The chair of a commission is an official of the authority that appoints it (1386/2010 § 39)."""
    if kind != COMMISSION or role != CHAIR or is_appointer:
        return []
    words = _("The chair of a commission is an official of the authority that appoints it (%(section)s).")
    return [Refusal("organisation", "chair-elsewhere", words, {"section": basis(kind, first).citation()})]


def moved(
    first: date, last: date, old: tuple[date, date], new: tuple[date, date]
) -> tuple[date, date] | None:
    """Days of a holder when the term's days change: who sat from its beginning or to its end still does.

    None when the person would have no day left, or a day outside the term.
    """
    began = new[0] if first == old[0] else first
    ends = new[1] if last == old[1] else last
    return (began, ends) if new[0] <= began <= ends <= new[1] else None


# Who sits -------------------------------------------------------------------------------------------------------------


def sitting(held: Iterable[Held], part: str, on: date) -> Held | None:
    """Who has a part of a seat on the day."""
    return next((one for one in held if one.part == part and one.on(on)), None)


def called(held: Sequence[Held], on: date) -> Held | None:
    """Who is called on the day: the member; the personal deputy when the seat has no member."""
    return sitting(held, MEMBER, on) or sitting(held, DEPUTY, on)


def vacant_since(held: Iterable[Held], term_first: date, on: date) -> date | None:
    """From which day a seat has had no member. None when somebody sits, or has been named for a later day."""
    members = [one for one in held if one.part == MEMBER]
    if any(one.last >= on for one in members):
        return None
    return max([one.last + ONE_DAY for one in members], default=term_first)


def naming(
    held: Sequence[Held], content: HolderContent, user_id: int | None, term: tuple[date, date], role: str
) -> tuple[Held | None, list[Refusal]]:
    """Whom a newly named person follows in mid-term (that one leaves the day before), and what stands in the way."""
    first, last = content.first_on, content.last_on
    refused = []
    if not content.name.strip():
        refused.append(Refusal("name", "required", _("Write the person's name.")))
    if content.part == DEPUTY and role not in WITH_DEPUTY:
        refused.append(Refusal("", "no-deputy", _("A secretary or expert has no personal deputy.")))
    if last < first:
        refused.append(Refusal("last_on", "before-start", _("The last day is before the first day.")))
        return None, refused
    if first < term[0] or last > term[1]:
        words = _("The days must be within the term: %(first)s to %(last)s.")
        field = "first_on" if first < term[0] else "last_on"
        refused.append(Refusal(field, "outside-term", words, {"first": term[0], "last": term[1]}))
    met = [one for one in held if one.part == content.part and one.meets(first, last)]
    if any(one.first >= first for one in met):
        words = _("Somebody else has this seat on some of these days.")
        refused.append(Refusal("first_on", "overlap", words))
        return None, refused
    former = met[0] if met else None
    if former is not None and not content.reason.strip():
        words = _("Write why the one before leaves.")
        refused.append(Refusal("reason", "required", words))
    refused += _same(held, content.part, content.name, user_id, (first, last))
    return former, refused


def other_part_is_same(held: Sequence[Held], pk: int, name: str, user_id: int | None) -> list[Refusal]:
    """Whether somebody, written anew, would be both the member and the deputy of the seat."""
    [one] = [row for row in held if row.pk == pk]
    return _same(held, one.part, name, user_id, (one.first, one.last))


def _same(
    held: Sequence[Held], part: str, name: str, user_id: int | None, days: tuple[date, date]
) -> list[Refusal]:
    others = [one for one in held if one.part != part and one.meets(*days)]
    if not any(same_person(one, name, user_id) for one in others):
        return []
    words = _("The member and the personal deputy cannot be the same person.")
    return [Refusal("name", "same-person", words)]


def same_person(one: Held, name: str, user_id: int | None) -> bool:
    if user_id is not None and one.user_id == user_id:
        return True
    return " ".join(one.name.casefold().split()) == " ".join(name.casefold().split())


def leaving(one: Held, on: date, reason: str) -> list[Refusal]:
    """Whether somebody can leave so that ``on`` is the last day."""
    refused = []
    if not one.first <= on <= one.last:
        words = _("The last day must be within the person's days: %(first)s to %(last)s.")
        refused.append(Refusal("on", "outside", words, {"first": one.first, "last": one.last}))
    if not reason.strip():
        refused.append(Refusal("reason", "required", _("Write why the person leaves.")))
    return refused


def correcting(held: Sequence[Held], one: Held, on: date, term: tuple[date, date]) -> list[Refusal]:
    """Whether somebody's last day can be corrected to ``on``: within the term, and before who has come after."""
    if on < one.first:
        return [Refusal("on", "before-start", _("The last day is before the first day."))]
    if on > term[1]:
        words = _("The days must be within the term: %(first)s to %(last)s.")
        return [Refusal("on", "outside-term", words, {"first": term[0], "last": term[1]})]
    after = [each for each in held if each.part == one.part and one.first < each.first <= on]
    if after:
        next_one = min(after, key=lambda each: each.first)
        words = _("%(name)s has this seat from %(day)s. The last day must be before it.")
        return [Refusal("on", "followed", words, {"name": next_one.name, "day": next_one.first})]
    met = [each for each in held if each.part != one.part and each.meets(one.first, on)]
    if any(same_person(each, one.name, one.user_id) for each in met):
        words = _("The member and the personal deputy cannot be the same person.")
        return [Refusal("on", "same-person", words)]
    return []


@dataclass(frozen=True)
class Share:
    """How a sector stands in a body on a day."""

    sector: str
    seats: int
    filled: int
    percent: int
    """Of all seats, rounded."""

    @property
    def vacant(self) -> int:
        return self.seats - self.filled


def balance(seats: Sequence[tuple[str, bool]]) -> list[Share]:
    """Seats by sector, the largest first. ``seats``: the sector of each seat and whether somebody is called to it."""
    found = []
    for sector in sorted({one for one, _filled in seats}):
        own = [filled for one, filled in seats if one == sector]
        found.append(Share(sector, len(own), sum(own), round(100 * len(own) / len(seats))))
    return sorted(found, key=lambda one: (-one.seats, one.sector))
