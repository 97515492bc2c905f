"""What holds of cases and proposals, as pure functions: what is wrong in a case as typed, what places it takes, its words.

Not for: days by law (``law``), who may see (``access``), writing (``actions``). No Django, no clock.
"""

import hashlib
import json
import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import date

from kotopolku.clients.rules import Refusal, birth_date_of, identity_code, is_identity_code


def _(text: str) -> str:
    """Marks a sentence for the translators; it is translated where it is shown (rules import no Django)."""
    return text


MOST_WISHES = 5
MOST_MEMBERS = 25
"""More persons in one case is a slip: people who must go together are still one family."""
OLDEST = 120
LONGEST_TEXT = 2_000

NO_MEMBERS = _("A case has at least one person. Write the age of each.")
TOO_MANY_MEMBERS = _("More than %(most)s persons must be a slip. Check the case.")
NO_AGE = _("Write the age or the birth date of each person.")
WRONG_AGE = _("An age is a number from 0 to %(most)s.")
AGE_AND_BIRTH = _("The age is not the one of the birth date (%(age)s).")
BORN_LATER = _("The birth date is in the future.")
WRONG_CODE = _("The identity code is not right: check each character.")
CODE_AND_BIRTH = _("The birth date is not the one in the identity code (%(coded)s).")
MINOR_ALONE = _("An unaccompanied minor is one person under 18. Use another group for a family.")
UNKNOWN_GROUP = _("Choose the group.")
UNKNOWN_NEED = _("“%(need)s” is not one of the agreed categories of needs.")
UNKNOWN_RELATION = _("Choose what each person is to the first one.")
UNKNOWN_CLOSENESS = _("Choose how near the people in that municipality are.")
TOO_MANY_WISHES = _("At most %(most)s municipalities can be wished for, in order.")
WISH_TWICE = _("The same municipality is wished for twice.")
WISH_AND_VETO = _("The same municipality is wished for and ruled out.")
NO_REFERENCE = _("Write the number that the sender uses for the case.")
RECEIVED_LATER = _("The case cannot have come in the future.")
PERSONAL = _(
    "The description is read before names open, so write no name, number, address or e-mail: it holds “%(found)s”."
)
LONG = _("The text is too long: at most %(most)s characters fit.")


class Answered(Exception):
    """The proposal or the case has gone on already, by somebody else or in another way. Nothing has been written."""

    def __init__(self, state: str, on: date | None = None, who: str = "") -> None:
        super().__init__(state)
        self.state = state
        self.on = on
        self.who = who


@dataclass(frozen=True)
class MemberContent:
    """One person of a case as typed: what may be known, and (last) what is sealed."""

    age: int | None = None
    relation: str = "applicant"
    schooling: str = ""
    work: str = ""
    languages: tuple[str, ...] = ()
    family_name: str = ""
    given_names: str = ""
    birth_date: date | None = None
    identity_code: str = ""

    @property
    def has_names(self) -> bool:
        return bool(self.family_name or self.given_names or self.birth_date or self.identity_code)


@dataclass(frozen=True)
class CaseContent:
    """A case as typed or as read from a list. Municipalities are codes, needs ids, languages codes."""

    group: str
    received_on: date
    members: tuple[MemberContent, ...] = ()
    source: str = "form"
    reference: str = ""
    deadline: date | None = None
    emergency: bool = False
    wishes: tuple[str, ...] = ()
    vetoes: tuple[str, ...] = ()
    ties: tuple[tuple[str, str], ...] = ()
    """(municipality, how near)."""
    needs: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    description: str = ""
    non_disclosure: bool = False
    reception_municipality: str = ""


@dataclass(frozen=True)
class Known:
    """What a case's words are checked against."""

    groups: Sequence[str]
    relations: Sequence[str]
    closeness: Sequence[str]
    needs: Sequence[str] = field(default_factory=tuple)


def years_old(born: date, on: date) -> int:
    """Whole years on the day."""
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))


def age_of(member: MemberContent, on: date) -> int | None:
    """The age as typed, else that of the birth date or identity code."""
    if member.age is not None:
        return member.age
    born = born_on(member)
    return years_old(born, on) if born is not None and born <= on else None


def born_on(member: MemberContent) -> date | None:
    """The birth date as typed, else that of a right identity code."""
    if member.birth_date is not None:
        return member.birth_date
    return birth_date_of(member.identity_code) if is_identity_code(member.identity_code) else None


def check_case(content: CaseContent, known: Known, today: date) -> list[Refusal]:
    """Everything that is wrong in a case, each at its field (``members-0-age``)."""
    found = []
    if content.group not in known.groups:
        found.append(Refusal("group", "unknown-group", UNKNOWN_GROUP))
    if not content.reference.strip():
        found.append(Refusal("reference", "required", NO_REFERENCE))
    if content.received_on > today:
        found.append(Refusal("received_on", "future", RECEIVED_LATER))
    found += _check_places(content, known)
    found += [
        Refusal("needs", "unknown-need", UNKNOWN_NEED, {"need": one[:30]})
        for one in content.needs
        if one not in known.needs
    ]
    found += _check_members(content, known)
    return found + _check_description(content)


def _check_places(content: CaseContent, known: Known) -> list[Refusal]:
    found = []
    if len(content.wishes) > MOST_WISHES:
        found.append(Refusal("wishes", "too-many", TOO_MANY_WISHES, {"most": MOST_WISHES}))
    if len(set(content.wishes)) < len(content.wishes):
        found.append(Refusal("wishes", "twice", WISH_TWICE))
    if set(content.wishes) & set(content.vetoes):
        found.append(Refusal("vetoes", "wished", WISH_AND_VETO))
    if any(near not in known.closeness for _code, near in content.ties):
        found.append(Refusal("ties", "unknown-closeness", UNKNOWN_CLOSENESS))
    return found


def _check_members(content: CaseContent, known: Known) -> list[Refusal]:
    if not content.members:
        return [Refusal("members", "required", NO_MEMBERS)]
    if len(content.members) > MOST_MEMBERS:
        return [Refusal("members", "too-many", TOO_MANY_MEMBERS, {"most": MOST_MEMBERS})]
    found = []
    for number, member in enumerate(content.members):
        found += _check_member(f"members-{number}-", member, content.received_on, known)
    ages = [age_of(member, content.received_on) for member in content.members]
    if content.group == "minor" and (len(ages) > 1 or (ages[0] is not None and ages[0] >= 18)):
        found.append(Refusal("group", "minor-alone", MINOR_ALONE))
    return found


def _check_member(place: str, member: MemberContent, on: date, known: Known) -> list[Refusal]:
    found = []
    if member.relation not in known.relations:
        found.append(Refusal(f"{place}relation", "unknown-relation", UNKNOWN_RELATION))
    found += check_names(place, member, on)
    born = born_on(member)
    if born is not None and born > on:
        return found
    age = age_of(member, on)
    if age is None:
        found.append(Refusal(f"{place}age", "required", NO_AGE))
    elif not 0 <= age <= OLDEST:
        found.append(Refusal(f"{place}age", "wrong-age", WRONG_AGE, {"most": OLDEST}))
    elif born is not None and abs(years_old(born, on) - age) > 1:
        found.append(Refusal(f"{place}age", "age-birth", AGE_AND_BIRTH, {"age": years_old(born, on)}))
    return found


def check_names(place: str, member: MemberContent, on: date) -> list[Refusal]:
    """What is wrong in what goes under the seal: identity code and birth date."""
    found = []
    code = member.identity_code
    if code and not is_identity_code(code):
        found.append(Refusal(f"{place}identity_code", "identity-code", WRONG_CODE))
    elif code and member.birth_date and member.birth_date != birth_date_of(code):
        coded = {"coded": birth_date_of(code)}
        found.append(Refusal(f"{place}birth_date", "birth-date-code", CODE_AND_BIRTH, coded))
    born = born_on(member)
    if born is not None and born > on:
        found.append(Refusal(f"{place}birth_date", "birth-future", BORN_LATER))
    return found


_NUMBERS = re.compile(
    r"\b\d{6}[-+A-Y]\d{3}[0-9A-Y]\b|[\w.+-]+@[\w-]+\.\w+|(?:\+|\b0)\d(?:[ -]?\d){6,}|\b\d{1,2}\.\d{1,2}\.(?:19|20)\d{2}\b",
    re.IGNORECASE,
)


def personal(text: str, members: Sequence[MemberContent]) -> str:
    """What in a text tells who somebody is: a sealed name, an identity code, a birth date, a number or an e-mail."""
    if match := _NUMBERS.search(text):
        return match.group()
    words = {word.casefold() for word in re.findall(r"[^\W\d_]{3,}", text)}
    for member in members:
        for name in re.findall(r"[^\W\d_]{3,}", f"{member.family_name} {member.given_names}"):
            if name.casefold() in words:
                return name
    return ""


def _check_description(content: CaseContent) -> list[Refusal]:
    found = []
    texts = [("description", content.description)]
    texts += [(f"members-{n}-work", one.work) for n, one in enumerate(content.members)]
    texts += [(f"members-{n}-schooling", one.schooling) for n, one in enumerate(content.members)]
    for name, text in texts:
        if len(text) > LONGEST_TEXT:
            found.append(Refusal(name, "long", LONG, {"most": LONGEST_TEXT}))
        elif told := personal(text, content.members):
            found.append(Refusal(name, "personal", PERSONAL, {"found": told}))
    return found


# --- What a case takes -----------------------------------------------------------------------------------------------

SCHOOL_FROM, SCHOOL_TO = 7, 17
"""Ages at which a child is counted for a preparatory class; younger ones for day care."""


def home_for(persons: int) -> str:
    """The kind of home that a family needs, by the most persons it takes."""
    return next((f"home-{most}" for most in (2, 4, 6) if persons <= most), "home-7")


def uses(group: str, ages: Sequence[int], resources_of_needs: Sequence[str] = ()) -> dict[str, int]:
    """What a case takes of a municipality's places: resource → how many. Minors alone live in group homes."""
    taken = {f"persons-{group}": len(ages)}
    if group != "minor":
        taken[home_for(len(ages))] = 1
    school = sum(SCHOOL_FROM <= age <= SCHOOL_TO for age in ages)
    daycare = sum(1 <= age < SCHOOL_FROM for age in ages)
    taken |= {name: number for name, number in (("school", school), ("daycare", daycare)) if number}
    for name in resources_of_needs:
        taken[name] = taken.get(name, 0) + 1
    return taken


def digest(content: CaseContent) -> bytes:
    """SHA-256 of a case as read, the same for the same rows."""
    plain = json.dumps(asdict(content), sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(plain.encode()).digest()


def compact(code: str) -> str:
    """An identity code in its usual form; empty stays empty."""
    return identity_code(code) if code else ""
