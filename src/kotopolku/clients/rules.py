"""What the field says about a client's data, as pure functions: identity codes, orders of days, stages, plan contents.

Not for: deadlines (``deadlines.py`` with ``law``), who may see what (``access.py``), words (``wording.py``). No Django.
"""

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from dataclasses import field as made
from datetime import date
from enum import StrEnum
from typing import Any

import jellyfish
from stdnum.exceptions import ValidationError
from stdnum.fi import hetu

# --- Refusals -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Refusal:
    """One reason why an act is not done: the field it is about ("" for the whole), a stable code, and a message.

    ``message`` is the English sentence with ``%(name)s`` places for ``params``; empty when the code alone says it
    (``wording.REFUSALS``). A param may be a date or a dict of texts by language. ``wording.refusal_text`` says it.
    """

    field: str
    code: str
    message: str = ""
    params: Mapping[str, Any] = made(default_factory=dict)


class Refusals(Exception):
    """All reasons at once, so that a form shows them together. Nothing has been written."""

    def __init__(self, refusals: Iterable[Refusal]) -> None:
        self.refusals = tuple(refusals)
        super().__init__("; ".join(f"{refusal.field}: {refusal.code}" for refusal in self.refusals))

    @property
    def codes(self) -> tuple[str, ...]:
        return tuple(refusal.code for refusal in self.refusals)


class EditClash(Exception):
    """Somebody else saved in between. ``theirs`` is what is stored now (field → value, or a plan's content)."""

    def __init__(self, *, theirs: dict[str, Any], version: int, who: str, when: Any) -> None:
        super().__init__(f"version {version} by {who}")
        self.theirs = theirs
        self.version = version
        self.who = who
        self.when = when


def refuse(refusals: Sequence[Refusal]) -> None:
    """Raises ``Refusals`` if there are any."""
    if refusals:
        raise Refusals(refusals)


# --- What a person types -------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class PersonContent:
    """A person's own data. Codes: languages of ``reference.Language``, citizenships three-digit country codes."""

    family_name: str
    given_names: str = ""
    identity_code: str = ""
    birth_date: date | None = None
    sex: str = "unknown"
    mother_tongue: str = ""
    languages: tuple[str, ...] = ()
    service_language: str = ""
    interpreter_needed: bool = False
    interpreter_wish: str = ""
    citizenships: tuple[str, ...] = ()
    education: str = ""
    occupation: str = ""


@dataclass(frozen=True)
class ContactContent:
    """Municipality, address, telephone, e-mail: what a non-disclosure order hides."""

    municipality: str = ""
    street_address: str = ""
    postal_code: str = ""
    post_office: str = ""
    telephone: str = ""
    email: str = ""


@dataclass(frozen=True)
class PermitContent:
    """A permit, card or registration; ``kind`` and ``basis`` as in ``models.PermitKind`` and ``PermitBasis``."""

    kind: str
    basis: str
    starts: date
    ends: date | None = None


@dataclass(frozen=True)
class NewClient:
    """All that registering needs. ``jobseeker_since`` None means not a registered jobseeker."""

    person: PersonContent
    contact: ContactContent
    started_on: date
    request_on: date | None = None
    jobseeker_since: date | None = None
    permit: PermitContent | None = None
    non_disclosure: bool = False
    non_disclosure_until: date | None = None
    household_with: int | None = None
    """Person whose household the new client joins."""
    household_role: str = "adult"
    worker_id: int | None = None
    override_reason: str = ""
    """Why the own authority registers although the law names another (1386/2010 §10.1; 681/2023 §8)."""
    duplicate_reason: str = ""
    """Why it is not the same person as the possible duplicates shown."""
    same_person_id: int | None = None
    """Person among the duplicates who comes back: a new client relationship is opened for the same person."""
    same_person_reason: str = ""
    """How the worker made sure that it is the same person."""


@dataclass(frozen=True)
class AssessmentContent:
    """What the assessment form holds. Item ids of ``law.assessment_items``; an empty item is not answered."""

    items: Mapping[str, str] = made(default_factory=dict)
    not_relevant: frozenset[str] = frozenset()
    """Items marked "not relevant for this client"; stored as the item's text ``NOT_RELEVANT``."""
    measures: Mapping[str, Mapping[str, Any]] = made(default_factory=dict)
    """Further measures: id → {"done": bool, "note": str}."""
    told: tuple[str, ...] = ()
    participants: str = ""
    language: str = ""
    interpreter_used: bool = False
    plan_needed: bool | None = None
    conclusion: str = ""
    planned_plan_on: date | None = None


NOT_RELEVANT = "–"
"""Stored for an item that has been marked as not relevant."""


@dataclass(frozen=True)
class MeasureContent:
    """A measure as typed; ``id`` None for a new one. ``kind`` and ``state`` as in the models."""

    kind: str
    title: str
    responsible: str = ""
    starts_on: date | None = None
    ends_on: date | None = None
    state: str = "planned"
    result: str = ""
    id: int | None = None
    provider_id: int | None = None
    """The organisation of the directory that arranges it, if it is there."""
    hours_planned: int | None = None


@dataclass(frozen=True)
class MeasureProgress:
    """What is written down of a measure as it goes on."""

    state: str
    starts_on: date | None = None
    ends_on: date | None = None
    hours_planned: int | None = None
    provider_id: int | None = None
    result: str = ""


@dataclass(frozen=True)
class GoalContent:
    """A goal with its measures as typed; ``id`` None for a new one."""

    title: str
    description: str = ""
    state: str = "planned"
    measures: tuple[MeasureContent, ...] = ()
    id: int | None = None


@dataclass(frozen=True)
class PlanContent:
    """The whole content of a plan as typed. Goals and measures left out are removed (kept in the versions)."""

    goals: tuple[GoalContent, ...] = ()
    makers: str = ""
    justification: str = ""
    ends_on: date | None = None
    """Last day meant; None leaves it to the legal maximum when the plan is made."""


@dataclass(frozen=True)
class ReviewContent:
    """What is stored of a review (VNa 874/2024)."""

    held_on: date
    participation: str = ""
    results: str = ""
    obstacles: str = ""
    changes: str = ""
    makers: str = ""
    next_review_on: date | None = None
    ends_on: date | None = None
    """New last day of the plan, if the review prolongs it."""


# --- Persons -------------------------------------------------------------------------------------------------------


def identity_code(text: str) -> str:
    """The code in its usual form: no spaces, capitals. Not checked."""
    return "".join(text.split()).upper()


def is_identity_code(text: str) -> bool:
    """Whether it is a Finnish identity code with a right check mark; temporary numbers 900–999 are allowed."""
    try:
        hetu.validate(identity_code(text), allow_temporary=True)
    except ValidationError:
        return False
    return True


def birth_date_of(code: str) -> date:
    """Birth date that a right identity code carries."""
    compact = identity_code(code)
    century = {"+": 1800, "-": 1900, "Y": 1900, "X": 1900, "W": 1900, "V": 1900, "U": 1900}.get(
        compact[6], 2000
    )
    return date(century + int(compact[4:6]), int(compact[2:4]), int(compact[0:2]))


def sex_of(code: str) -> str:
    """``female`` or ``male`` by the running number of a right identity code."""
    return "male" if int(identity_code(code)[7:10]) % 2 else "female"


def check_person(person: PersonContent, today: date) -> list[Refusal]:
    """What is wrong with a person's data on the day. Empty when nothing is."""
    found = []
    if not person.family_name.strip():
        found.append(Refusal("family_name", "family-name-required"))
    if person.identity_code:
        if not is_identity_code(person.identity_code):
            found.append(Refusal("identity_code", "identity-code"))
        else:
            coded = birth_date_of(person.identity_code)
            if person.birth_date and person.birth_date != coded:
                found.append(Refusal("birth_date", "birth-date-code", params={"coded": coded}))
    born = person.birth_date or (
        birth_date_of(person.identity_code) if is_identity_code(person.identity_code) else None
    )
    if born and born > today:
        found.append(Refusal("birth_date", "birth-future"))
    if born and born.year < today.year - 120:
        found.append(Refusal("birth_date", "birth-past"))
    return found


def check_permit(permit: PermitContent, born: date | None) -> list[Refusal]:
    found = []
    if permit.ends and permit.ends < permit.starts:
        found.append(Refusal("permit_ends", "permit-reversed"))
    if born and permit.starts < born:
        found.append(Refusal("permit_starts", "permit-before-birth"))
    return found


def non_disclosure_in_force(flag: bool, until: date | None, on: date) -> bool:
    """Whether a non-disclosure order hides the person's contacts on the day (661/2009 §§36–37)."""
    return flag and (until is None or until >= on)


_LETTERS = str.maketrans(
    {
        "ß": "ss",
        "æ": "ae",
        "ø": "o",
        "đ": "d",
        "ð": "d",
        "þ": "th",
        "ł": "l",
        "ı": "i",
        "œ": "oe",
        "ʹ": "",
        "ʼ": "",
        "'": "",
        "’": "",
    }
)


def fold(text: str) -> str:
    """Text as it is searched: small letters, no accents, one space between words. "Åsa Ääkkönen" → "asa aakkonen"."""
    decomposed = unicodedata.normalize(
        "NFKD", unicodedata.normalize("NFKD", text).casefold().translate(_LETTERS)
    )
    plain = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
    return " ".join("".join(letter if letter.isalnum() else " " for letter in plain).split())


def search_text(family_name: str, given_names: str, case_number: str) -> str:
    """What the search of one client matches: names in both orders need no more, words are matched one by one."""
    return f"{fold(family_name)} {fold(given_names)} {case_number}".strip()


def phonetic_key(family_name: str, given_names: str) -> str:
    """Key that names written in different ways share ("Mohamed Ahmad", "Muhammed Ahmed"), in any order."""
    words = fold(f"{family_name} {given_names}").split()
    return " ".join(sorted({key for word in words if (key := jellyfish.metaphone(word))}))[:80]


# --- Stages --------------------------------------------------------------------------------------------------------


class Stage(StrEnum):
    """Where on the path a client relationship is on a day."""

    REGISTERED = "registered"
    ASSESSING = "assessing"
    ASSESSED = "assessed"
    """Assessed, needs a plan, has none."""
    NO_PLAN_NEEDED = "no-plan-needed"
    PLANNED = "planned"
    """Plan made, not yet referred."""
    UNDER_WAY = "under-way"
    PLAN_ENDED = "plan-ended"
    ENDED = "ended"


@dataclass(frozen=True)
class Milestones:
    """The days that decide the stage. A day after the one asked about has not happened yet."""

    assessment_on: date | None = None
    assessed_on: date | None = None
    plan_needed: bool | None = None
    planned_on: date | None = None
    referred_on: date | None = None
    plan_ended_on: date | None = None
    ended_on: date | None = None


def stage(days: Milestones, on: date) -> Stage:
    """The stage on the day ``on``."""

    def happened(day: date | None) -> bool:
        return day is not None and day <= on

    if happened(days.ended_on):
        return Stage.ENDED
    if happened(days.planned_on):
        if happened(days.plan_ended_on):
            return Stage.PLAN_ENDED
        return Stage.UNDER_WAY if happened(days.referred_on) else Stage.PLANNED
    if happened(days.assessed_on):
        return Stage.NO_PLAN_NEEDED if days.plan_needed is False else Stage.ASSESSED
    return Stage.ASSESSING if happened(days.assessment_on) else Stage.REGISTERED


# --- Assessments and plans -------------------------------------------------------------------------------------------


def check_assessment_complete(content: AssessmentContent, item_ids: Sequence[str]) -> list[Refusal]:
    """Every statutory item answered or marked not relevant, and a conclusion (570/2011 §1; 869/2024)."""
    found = [
        Refusal(f"item-{item}", "item-missing")
        for item in item_ids
        if not content.items.get(item, "").strip() and item not in content.not_relevant
    ]
    if content.plan_needed is None:
        found.append(Refusal("plan_needed", "plan-needed-required"))
    if not content.conclusion.strip():
        found.append(Refusal("conclusion", "conclusion-required"))
    return found


def check_not_before(
    field_name: str, day: date, earliest: date | None, message: str, code: str
) -> list[Refusal]:
    """One refusal if ``day`` is before ``earliest``; the message may name ``%(earliest)s``."""
    if earliest and day < earliest:
        return [Refusal(field_name, code, message, {"earliest": earliest})]
    return []


def check_not_future(field_name: str, day: date, today: date) -> list[Refusal]:
    if day > today:
        return [Refusal(field_name, "future")]
    return []


def check_plan(content: PlanContent) -> list[Refusal]:
    """Goals and measures have titles, no measure ends before it starts. Fields: ``goals-0-measures-1-ends_on``."""
    found = []
    for g, goal in enumerate(content.goals):
        if not goal.title.strip():
            found.append(Refusal(f"goals-{g}-title", "goal-required"))
        for m, measure in enumerate(goal.measures):
            where = f"goals-{g}-measures-{m}"
            if not measure.title.strip():
                found.append(Refusal(f"{where}-title", "measure-required"))
            if measure.starts_on and measure.ends_on and measure.ends_on < measure.starts_on:
                found.append(Refusal(f"{where}-ends_on", "measure-reversed"))
    return found


def check_plan_ready(content: PlanContent) -> list[Refusal]:
    """A plan that is made has at least one goal, and at least one measure (1386/2010 §11; 681/2023 §§18–19)."""
    if not content.goals:
        return [Refusal("goals", "no-goals")]
    if not any(goal.measures for goal in content.goals):
        return [Refusal("goals", "no-measures")]
    return []


def plan_to_json(content: PlanContent) -> dict[str, Any]:
    """The content as it is kept in a version; days as ISO texts."""

    def plain(value: Any) -> Any:
        if isinstance(value, date):
            return value.isoformat()
        if isinstance(value, Mapping):
            return {key: plain(part) for key, part in value.items()}
        if isinstance(value, list | tuple):
            return [plain(part) for part in value]
        return value

    return dict(plain(asdict(content)))


def plan_from_json(stored: Mapping[str, Any]) -> PlanContent:
    """The content of a version; the opposite of ``plan_to_json``."""

    def day(text: str | None) -> date | None:
        return date.fromisoformat(text) if text else None

    goals = tuple(
        GoalContent(
            id=goal.get("id"),
            title=goal["title"],
            description=goal.get("description", ""),
            state=goal.get("state", "planned"),
            measures=tuple(
                MeasureContent(
                    **{
                        **measure,
                        "starts_on": day(measure.get("starts_on")),
                        "ends_on": day(measure.get("ends_on")),
                    }
                )
                for measure in goal.get("measures", ())
            ),
        )
        for goal in stored.get("goals", ())
    )
    return PlanContent(
        goals=goals,
        makers=stored.get("makers", ""),
        justification=stored.get("justification", ""),
        ends_on=day(stored.get("ends_on")),
    )


@dataclass(frozen=True)
class Difference:
    """One readable difference of two versions.

    ``what``: goal, measure or plan. ``change``: added, removed or changed. ``title``: the goal's or measure's name now
    (or before, when removed). ``field``: which field changed ("" when the whole was added or removed).
    """

    what: str
    change: str
    title: str
    field: str = ""
    before: str = ""
    after: str = ""


_PLAN_FIELDS = ("makers", "justification", "ends_on")
_GOAL_FIELDS = ("title", "description", "state")
_MEASURE_FIELDS = (
    "title",
    "kind",
    "responsible",
    "provider_id",
    "hours_planned",
    "starts_on",
    "ends_on",
    "state",
    "result",
)


def _text(value: Any) -> str:
    return "" if value is None else str(value)


def _changed(
    what: str, title: str, fields: Sequence[str], old: Mapping[str, Any], new: Mapping[str, Any]
) -> list[Difference]:
    return [
        Difference(what, "changed", title, name, _text(old.get(name)), _text(new.get(name)))
        for name in fields
        if _text(old.get(name)) != _text(new.get(name))
    ]


def _pairs(
    old: Sequence[Mapping[str, Any]], new: Sequence[Mapping[str, Any]]
) -> list[tuple[Mapping[str, Any] | None, Mapping[str, Any] | None]]:
    # The same row is the one with the same id; a row without id is the same only if its title is.
    def key(row: Mapping[str, Any]) -> tuple[str, Any]:
        return ("id", row["id"]) if row.get("id") is not None else ("title", row.get("title"))

    before = {key(row): row for row in old}
    after = {key(row): row for row in new}
    pairs: list[tuple[Mapping[str, Any] | None, Mapping[str, Any] | None]] = [
        (before.get(k), row) for k, row in after.items()
    ]
    return pairs + [(row, None) for k, row in before.items() if k not in after]


def differences(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[Difference]:
    """What changed from one stored content to another, in the order of the newer. Empty when nothing did."""
    found = _changed("plan", "", _PLAN_FIELDS, old, new)
    for was, now in _pairs(old.get("goals", ()), new.get("goals", ())):
        if was is None and now is not None:
            found.append(Difference("goal", "added", now["title"]))
        elif now is None and was is not None:
            found.append(Difference("goal", "removed", was["title"]))
        elif was is not None and now is not None:
            found += _changed("goal", now["title"], _GOAL_FIELDS, was, now)
        old_measures = was.get("measures", ()) if was else ()
        new_measures = now.get("measures", ()) if now else ()
        for earlier, later in _pairs(old_measures, new_measures):
            if earlier is None and later is not None:
                found.append(Difference("measure", "added", later["title"]))
            elif later is None and earlier is not None:
                found.append(Difference("measure", "removed", earlier["title"]))
            elif earlier is not None and later is not None:
                found += _changed("measure", later["title"], _MEASURE_FIELDS, earlier, later)
    return found


# --- Sharing work ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Move:
    """One client from one worker to another; None is nobody."""

    relationship_id: int
    before: int | None
    after: int | None


def shared(clients: Sequence[tuple[int, int | None]], workers: Sequence[int]) -> list[Move]:
    """Clients (relationship, worker now) dealt to workers in turn: no worker gets more than one above another.

    Who has the client already keeps it out of the moves. No workers: no moves.
    """
    turns = [(client, workers[n % len(workers)]) for n, client in enumerate(clients)] if workers else []
    return [Move(client, now, then) for (client, now), then in turns if now != then]
