"""What a file of clients means: its fields, which column is which, and from a row of texts to a client with a path.

Pure: codes of languages, countries and municipalities come in as ``Codes``. Not for: reading files (``tabular``), what the
law says of the client (``clients.actions.check_case``).
"""

import hashlib
import json
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

from kotopolku import law, tabular
from kotopolku.clients.past import PastAssessment, PastCase, PastPlan
from kotopolku.clients.rules import (
    ContactContent,
    GoalContent,
    MeasureContent,
    NewClient,
    PermitContent,
    PersonContent,
    PlanContent,
    Refusal,
    ReviewContent,
    fold,
    identity_code,
)

FILE = tabular.Shape("clients")
RUNS = ("=", "+", "-", "@")
"""First characters at which a spreadsheet begins a formula."""
NOTHING = {"", "-", "–", "—"}
YES = {"1", "x", "k", "y", "yes", "true", "kylla", "ja", "on", "kyll"}
NO = {"0", "n", "e", "no", "false", "ei", "nej"}
SHORT = 30
PLAN_MEASURE = re.compile(r"^(?:(\d+)\.\s*)?(?:([a-z-]+):\s*)?(.+)$", re.S)
ROW_KEYS = UUID("5f0c8f0e-9c51-4b0c-9a0f-3c7e1b6c2d10")


@dataclass(frozen=True)
class Field:
    """One thing that a column can hold. ``kind`` says how a cell is read."""

    id: str
    group: str
    kind: str
    names: Mapping[str, str]
    also: tuple[str, ...] = ()
    longest: int = 300
    of: str = ""

    def name(self, language: str) -> str:
        return self.names.get(language, self.names["en"])


@dataclass(frozen=True)
class Codes:
    """From folded names and codes to codes, of the day; choices by their name ``Field.of``."""

    languages: Mapping[str, str] = field(default_factory=dict)
    countries: Mapping[str, str] = field(default_factory=dict)
    municipalities: Mapping[str, str] = field(default_factory=dict)
    choices: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


@dataclass(frozen=True)
class Fault:
    """One thing wrong in a row: the field, the value as it stood (shortened), and why, as a ``Refusal``."""

    field: str
    value: str
    why: Refusal


@dataclass(frozen=True)
class Read:
    """A row as understood. ``case`` is None when something is wrong; ``given`` are the fields that had a value."""

    case: PastCase | None
    faults: tuple[Fault, ...]
    given: frozenset[str]
    key: UUID
    digest: bytes
    sources: Mapping[str, str] = field(default_factory=dict)
    """Where the assessment, plan and review were got from (874/2024), by group."""


@cache
def fields() -> tuple[Field, ...]:
    """Every field in the order of the groups; the items of both Acts' assessments stand after the assessment's own."""
    with (Path(__file__).parent / "data/fields.toml").open("rb") as file:
        listed = tomllib.load(file)["field"]
    found = [
        Field(
            id=one["id"],
            group=one["group"],
            kind=one["kind"],
            names=one["names"],
            also=tuple(one.get("also", ())),
            longest=one.get("longest", 300),
            of=one.get("of", ""),
        )
        for one in listed
    ]
    place = max(number for number, one in enumerate(found) if one.group == "assessment") + 1
    return tuple(found[:place] + _items() + found[place:])


def _items() -> list[Field]:
    """Items of the assessment under both Acts, one column for an id that both have."""
    items = {item.id: item for act in ("1386/2010", "681/2023") for item in law.assessment_items(act)}
    return [
        Field(f"item_{name}", "assessment", "text", item.texts, longest=5_000) for name, item in items.items()
    ]


@cache
def groups() -> Mapping[str, Mapping[str, str]]:
    """Names of the groups by language."""
    with (Path(__file__).parent / "data/fields.toml").open("rb") as file:
        return dict(tomllib.load(file)["groups"])


def field_by_id(name: str) -> Field | None:
    return next((one for one in fields() if one.id == name), None)


# --- Columns -----------------------------------------------------------------------------------------------------------


@cache
def _known_names() -> dict[str, str]:
    known: dict[str, str] = {}
    for one in fields():
        for name in (*one.names.values(), *one.also, one.id, one.id.replace("_", " ")):
            known.setdefault(fold(name), one.id)
    return known


def guessed(headers: Sequence[str]) -> dict[str, str]:
    """Header → field id, by the names of the fields in Finnish, Swedish and English; "" where no name fits.

    No field is given to two columns: the first takes it.
    """
    taken: set[str] = set()
    found = {}
    for header in headers:
        name = _known_names().get(fold(header), "") if header else ""
        found[header] = "" if name in taken else name
        taken.add(found[header])
    return found


def check_columns(columns: Mapping[str, str]) -> list[Refusal]:
    """A mapping that can be used: known fields, each once, and what a client cannot do without."""
    used = [name for name in columns.values() if name]
    found = [Refusal(name, "field-unknown") for name in used if field_by_id(name) is None]
    found += [Refusal(name, "field-twice") for name in sorted(set(used)) if used.count(name) > 1]
    found += [
        Refusal(name, "field-missing")
        for name in ("family_name", "municipality", "started_on")
        if name not in used
    ]
    if "identity_code" not in used and "birth_date" not in used and "row_key" not in used:
        found.append(Refusal("identity_code", "field-key"))
    return found


def headers_digest(headers: Sequence[str]) -> str:
    """Names a set of headers, so that a mapping can be found again."""
    return hashlib.sha256("\n".join(sorted(headers)).encode()).hexdigest()


# --- A row -------------------------------------------------------------------------------------------------------------


class _Row:
    """Reads the cells of one row by field, and gathers what is wrong."""

    def __init__(self, values: Mapping[str, str], codes: Codes) -> None:
        self.codes = codes
        self.faults: list[Fault] = []
        self.values = {}
        for name, value in values.items():
            text = " ".join(value.split("\0")).strip()
            if text in NOTHING:
                continue
            if text.startswith("'") and text[1:].startswith(RUNS):
                text = text[1:]
            elif text.startswith(RUNS) and not _is_telephone(name, text):
                self.wrong(name, text, "formula")
                continue
            self.values[name] = text

    def wrong(self, name: str, value: str, code: str, **params: Any) -> None:
        self.faults.append(Fault(name, short(value), Refusal(name, code, "", params)))

    def text(self, name: str) -> str:
        value = self.values.get(name, "")
        known = field_by_id(name)
        if known is not None and len(value) > known.longest:
            self.wrong(name, value, "long", longest=known.longest)
            return ""
        return value

    def day(self, name: str) -> date | None:
        value = self.values.get(name, "")
        if not value:
            return None
        found = parsed_day(value)
        if found is None:
            self.wrong(name, value, "day")
        return found

    def yes(self, name: str) -> bool | None:
        value = self.values.get(name, "")
        if not value:
            return None
        if fold(value) in YES:
            return True
        if fold(value) not in NO:
            self.wrong(name, value, "yes-no")
        return False

    def code(self, name: str, known: Mapping[str, str], code: str) -> str:
        value = self.values.get(name, "")
        if not value:
            return ""
        found = known.get(fold(value), known.get(value, ""))
        if not found:
            self.wrong(name, value, code)
        return found

    def list(self, name: str) -> tuple[str, ...]:
        return tuple(part.strip() for part in re.split(r"[;\n]", self.values.get(name, "")) if part.strip())

    def codes_of(self, name: str, known: Mapping[str, str], code: str) -> tuple[str, ...]:
        found = []
        for part in re.split(r"[;,\n]", self.values.get(name, "")):
            if part.strip():
                one = known.get(fold(part), known.get(part.strip(), ""))
                if one:
                    found.append(one)
                else:
                    self.wrong(name, part, code)
        return tuple(dict.fromkeys(found))


def _is_telephone(name: str, text: str) -> bool:
    return name == "telephone" and re.fullmatch(r"\+[\d ()-]{5,20}", text) is not None


def short(value: str) -> str:
    """A value as it is shown in a report: enough to find it, no more."""
    line = " ".join(value.split())
    return line if len(line) <= SHORT else f"{line[: SHORT - 1]}…"


def parsed_day(text: str) -> date | None:
    """A day as 2026-11-23, 23.11.2026 or 23/11/2026, with or without a time after it; None for anything else."""
    compact = text.strip().split("T")[0].split(" ")[0]
    found = re.fullmatch(r"(\d{4})-(\d{1,2})-(\d{1,2})|(\d{1,2})[./](\d{1,2})[./](\d{4})", compact)
    if found is None:
        return None
    year, month, day = found.group(1, 2, 3) if found.group(1) else found.group(6, 5, 4)
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None


def read_row(
    values: Mapping[str, str], codes: Codes, *, override_reason: str = "", duplicate_reason: str = ""
) -> Read:
    """The row's client. ``values`` are texts by field id. What the law says of the client is asked elsewhere."""
    row = _Row(values, codes)
    person = PersonContent(
        family_name=row.text("family_name"),
        given_names=row.text("given_names"),
        identity_code=identity_code(row.text("identity_code")),
        birth_date=row.day("birth_date"),
        sex=row.code("sex", codes.choices.get("sex", {}), "choice") or "unknown",
        mother_tongue=row.code("mother_tongue", codes.languages, "language"),
        languages=row.codes_of("languages", codes.languages, "language"),
        service_language=row.code("service_language", codes.languages, "language"),
        interpreter_needed=bool(row.yes("interpreter_needed")),
        citizenships=row.codes_of("citizenships", codes.countries, "country"),
        education=row.text("education"),
        occupation=row.text("occupation"),
    )
    contact = ContactContent(
        municipality=row.code("municipality", codes.municipalities, "municipality"),
        street_address=row.text("street_address"),
        postal_code=row.text("postal_code"),
        post_office=row.text("post_office"),
        telephone=row.text("telephone")[:30],
        email=_email(row),
    )
    started_on = row.day("started_on")
    if started_on is None and "started_on" not in {fault.field for fault in row.faults}:
        row.wrong("started_on", "", "needed")
    new = NewClient(
        person=person,
        contact=contact,
        started_on=started_on or date.min,
        request_on=row.day("request_on"),
        jobseeker_since=row.day("jobseeker_since"),
        permit=_permit(row),
        non_disclosure=bool(row.yes("non_disclosure")) or "non_disclosure_until" in row.values,
        non_disclosure_until=row.day("non_disclosure_until"),
        override_reason=override_reason,
        duplicate_reason=duplicate_reason,
    )
    case = PastCase(new, assessment=_assessment(row), plan=_plan(row), review=_review(row))
    return Read(
        case=None if row.faults else case,
        faults=tuple(row.faults),
        given=frozenset(row.values),
        key=row_key(row.values),
        digest=row_digest(row.values),
        sources={
            group: row.values[f"{group}_source"]
            for group in ("assessment", "plan", "review")
            if f"{group}_source" in row.values
        },
    )


def _email(row: _Row) -> str:
    value = row.text("email")
    if value and not re.fullmatch(r"[^@\s;,<>]{1,64}@[^@\s;,<>]+\.[^@\s;,<>]{2,}", value):
        row.wrong("email", value, "email")
        return ""
    return value[:254]


def _permit(row: _Row) -> PermitContent | None:
    names = ("permit_kind", "permit_basis", "permit_starts", "permit_ends")
    if not any(name in row.values for name in names):
        return None
    kind = row.code("permit_kind", row.codes.choices.get("permit_kind", {}), "choice")
    basis = row.code("permit_basis", row.codes.choices.get("permit_basis", {}), "choice")
    starts = row.day("permit_starts")
    for name in names[1:3]:
        if name not in row.values:
            row.wrong(name, "", "permit-part")
    if starts is None:
        return None
    return PermitContent(kind or "permit", basis, starts, row.day("permit_ends"))


def _assessment(row: _Row) -> PastAssessment | None:
    items = {
        one.id.removeprefix("item_"): row.text(one.id)
        for one in fields()
        if one.id.startswith("item_") and one.id in row.values
    }
    on = row.day("assessment_date")
    told = [
        name for name in row.values if name.startswith(("assessment_", "item_")) and name != "assessment_date"
    ]
    if on is None:
        if told and "assessment_date" not in row.values:
            row.wrong("assessment_date", "", "day-of")
        return None
    measures = row.codes_of("assessment_measures", _measure_names(), "further-measure")
    return PastAssessment(
        completed_on=on,
        items=items,
        measures=measures,
        makers=row.text("assessment_makers"),
        plan_needed=row.yes("assessment_plan_needed"),
        conclusion=row.text("assessment_conclusion"),
        planned_plan_on=row.day("assessment_planned_plan"),
    )


@cache
def _measure_names() -> dict[str, str]:
    names: dict[str, str] = {}
    for act in ("1386/2010", "681/2023"):
        for item in law.assessment_measures(act):
            names |= {fold(item.id): item.id} | {fold(text): item.id for text in item.texts.values()}
    return names


def _plan(row: _Row) -> PastPlan | None:
    made_on = row.day("plan_date")
    told = [
        name
        for name in row.values
        if name.startswith("plan_") and name not in ("plan_date", "plan_review_planned")
    ]
    if made_on is None:
        if told and "plan_date" not in row.values:
            row.wrong("plan_date", "", "day-of")
        return None
    content = PlanContent(goals=_goals(row), makers=row.text("plan_makers"), ends_on=row.day("plan_ends"))
    return PastPlan(made_on, content, signed_on=row.day("plan_signed"))


def _goals(row: _Row) -> tuple[GoalContent, ...]:
    """Goals by ";", measures by ";" as "2. language: Kielikurssi": the goal's number, the kind, the title."""
    titles = row.list("plan_goals")
    measures: dict[int, list[MeasureContent]] = {}
    kinds = row.codes.choices.get("measure_kind", {})
    for part in row.list("plan_measures"):
        found = PLAN_MEASURE.match(part)
        number, kind, title = found.groups() if found else (None, None, part)
        place = int(number or 1)
        if not 1 <= place <= max(len(titles), 1):
            row.wrong("plan_measures", part, "goal-number")
            continue
        known = kinds.get(fold(kind or ""), "")
        if kind and not known:
            title = f"{kind}: {title}"
        measures.setdefault(place, []).append(
            MeasureContent(kind=known or "other", title=title.strip()[:300])
        )
    if measures and not titles:
        row.wrong("plan_goals", "", "no-goal")
    return tuple(
        GoalContent(title=title[:300], measures=tuple(measures.get(number, ())))
        for number, title in enumerate(titles, start=1)
    )


def _review(row: _Row) -> ReviewContent | None:
    on = row.day("review_date")
    told = [name for name in row.values if name.startswith("review_") and name != "review_date"]
    if on is None:
        if told and "review_date" not in row.values:
            row.wrong("review_date", "", "day-of")
        return None
    return ReviewContent(
        held_on=on,
        participation=row.text("review_participation"),
        results=row.text("review_results"),
        obstacles=row.text("review_obstacles"),
        changes=row.text("review_changes"),
        makers=row.text("review_makers"),
        next_review_on=row.day("review_next"),
    )


def row_key(values: Mapping[str, str]) -> UUID:
    """What makes two rows the same client: the source's identifier, else identity code, else name, birth and start."""
    if values.get("row_key"):
        return uuid5(ROW_KEYS, f"key:{values['row_key']}")
    if values.get("identity_code"):
        return uuid5(ROW_KEYS, f"code:{identity_code(values['identity_code'])}")
    parts = [
        fold(values.get(name, "")) for name in ("family_name", "given_names", "birth_date", "started_on")
    ]
    return uuid5(ROW_KEYS, "told:" + "|".join(parts))


def row_digest(values: Mapping[str, str]) -> bytes:
    """Names the whole content of a row: the same row again has the same."""
    return hashlib.sha256(json.dumps(dict(values), sort_keys=True, ensure_ascii=False).encode()).digest()
