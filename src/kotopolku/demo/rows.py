"""Turns invented persons and paths into rows for PostgreSQL's COPY, with every clock computed by the product's own law.

Runs in worker processes: imports no Django. Not for: chance (``population.py``) and writing (``actions.py``).
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

from kotopolku import law
from kotopolku.clients import deadlines, rules
from kotopolku.demo.population import (
    OLD_ACT_ENDS,
    PathFacts,
    PersonFacts,
    Place,
    Population,
    ingredients,
    known,
)
from kotopolku.reference.alphabet import sort_key

COLUMNS: dict[str, tuple[str, ...]] = {
    "clients_person": (
        "id", "identity_code", "family_name", "given_names", "birth_date", "sex", "name_phonetic", "mother_tongue",
        "languages", "service_language", "interpreter_needed", "interpreter_wish", "citizenships",
        "non_disclosure_until", "non_disclosure", "education", "occupation", "confirmed_on", "version",
    ),
    "clients_protectedcontact": (
        "person_id", "municipality", "street_address", "postal_code", "post_office", "telephone", "email",
    ),
    "clients_permit": ("id", "person_id", "kind", "basis", "starts", "ends"),
    "clients_household": ("id", "created_on"),
    "clients_householdmember": ("household_id", "person_id", "role", "valid"),
    "clients_relationship": (
        "id", "person_id", "case_number", "started_on", "ended_on", "end_reason", "end_note", "request_on",
    ),
    "clients_jobseekerperiod": ("person_id", "days"),
    "clients_responsibility": (
        "relationship_id", "person_id", "authority_id", "worker_id", "days", "duty", "section", "reason", "sort_key",
        "search_text", "service_language", "municipality", "started_on", "assessment_on", "assessed_on",
        "plan_needed", "planned_on", "referred_on", "plan_ended_on", "ended_on",
    ),
    "clients_assessment": (
        "id", "relationship_id", "act", "started_on", "completed_on", "status", "items", "measures", "told",
        "participants", "language", "interpreter_used", "plan_needed", "conclusion", "planned_plan_on",
        "completed_by_id", "version",
    ),
    "clients_plan": (
        "id", "relationship_id", "act", "status", "drafted_on", "made_on", "signed_on", "signed_how",
        "signed_name", "ends_on",
        "first_ends_on", "latest_end", "makers", "justification", "referred_on", "ended_on", "end_reason", "end_note",
        "version",
    ),
    "clients_goal": ("id", "plan_id", "position", "title", "description", "state", "removed"),
    "clients_measure": (
        "id", "goal_id", "plan_id", "position", "kind", "title", "responsible", "starts_on", "ends_on", "state",
        "result", "removed",
    ),
    "clients_planversion": ("plan_id", "number", "saved_at", "saved_by_id", "occasion", "note", "content"),
    "clients_review": (
        "plan_id", "held_on", "act", "participation", "results", "obstacles", "changes", "makers",
        "next_review_on", "plan_ends_on",
    ),
    "clients_interruption": ("plan_id", "ground", "first_day", "last_day", "note", "cancelled"),
    "clients_extension": ("plan_id", "ground", "months", "decided_on", "decided_by_id", "why", "cancelled"),
    "clients_clock": (
        "relationship_id", "person_id", "authority_id", "worker_id", "plan_id", "rule", "act", "section", "kind",
        "own", "opens_on", "nominal", "due", "suspended_days", "closed_on", "lapsed", "explanation",
    ),
}  # fmt: skip
"""Columns of each table in the order of loading; a table without ``id`` here takes it from its sequence."""

PROLONGED = timedelta(days=365)
"""How far a review prolongs an invented plan; never past its latest end."""
GOALS_A_PERSON, MEASURES_A_PERSON = 4, 12
"""Id ranges kept for one person's goals and measures."""


@dataclass(frozen=True)
class World:
    """What the workers need to know about the database: ids of authorities and of their workers."""

    seed: int
    today: date
    places: tuple[Place, ...]
    authorities: Mapping[str, int]
    workers: Mapping[str, tuple[int, ...]]
    """Authority code → ids of its workers."""


class Rows:
    """Lines of COPY text by table. Values: None, bool, int, date, str without control characters, or ready text."""

    def __init__(self) -> None:
        self.lines: dict[str, list[str]] = defaultdict(list)

    def add(self, table: str, *values: Any) -> None:
        self.lines[table].append("\t".join(["\\N" if value is None else str(value) for value in values]))

    def blocks(self) -> dict[str, bytes]:
        return {table: ("\n".join(lines) + "\n").encode() for table, lines in self.lines.items()}


def as_json(value: Any) -> str:
    """JSON as COPY text."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).replace("\\", "\\\\")


def as_array(values: Iterable[str]) -> str:
    return "{" + ",".join(values) + "}"


def as_days(first: date, end: date | None) -> str:
    return f"[{first},{end or ''})"


_population: Population | None = None
_world: World | None = None


def start_worker(world: World) -> None:
    """Prepares a worker process."""
    global _population, _world
    _world = world
    _population = Population(world.places, world.seed, world.today)


def make_chunk(index: int, size: int) -> tuple[list[tuple[Any, ...]], dict[str, bytes], int]:
    """Rows of one chunk: persons (identity code still empty, ``clients_person`` columns), COPY text by table, count."""
    if _population is None or _world is None:
        raise RuntimeError("start_worker has not been called")
    rows = Rows()
    persons: list[tuple[Any, ...]] = []
    for person, path in _population.chunk(index, size):
        persons.append(_person(person, path))
        _case(rows, _world, person, path)
    return persons, rows.blocks(), len(persons)


def _person(person: PersonFacts, path: PathFacts) -> tuple[Any, ...]:
    return (
        person.number, None, person.family_name, person.given_names, person.birth_date, person.sex,
        rules.phonetic_key(person.family_name, person.given_names), person.mother_tongue, as_array(person.languages),
        person.service_language, "t" if person.interpreter else "f", "", as_array([person.country]), None,
        "t" if person.non_disclosure else "f", "", "", path.confirmed_on, 1,
    )  # fmt: skip


def holders(person: PersonFacts, path: PathFacts) -> list[tuple[str, date, date | None, str, str]]:
    """Which authority answers on which days: code, first day, end (exclusive), duty and why it began."""
    seeker = path.jobseeker_from is not None
    duty = "plan-jobseeker" if seeker else "plan-other"
    end = path.ended_on
    if not seeker:
        return [(f"kunta-{person.place.code}", path.started_on, None, duty, "registered")]
    te, area = f"te-{person.place.ely}", f"tyo-{person.place.employment_area}"
    if path.started_on >= OLD_ACT_ENDS:
        return [(area, path.started_on, None, duty, "registered")]
    if end is not None and end < OLD_ACT_ENDS:
        return [(te, path.started_on, OLD_ACT_ENDS, duty, "registered")]
    return [
        (te, path.started_on, OLD_ACT_ENDS, duty, "registered"),
        (area, OLD_ACT_ENDS, None, duty, "reform"),
    ]


def _facts(path: PathFacts, person: PersonFacts) -> deadlines.Facts:
    assessments: tuple[deadlines.AssessmentFacts, ...] = ()
    if path.assessment_started:
        assessments = (
            deadlines.AssessmentFacts(path.assessment_started, path.assessment_completed, path.plan_needed),
        )
    plans: tuple[deadlines.PlanFacts, ...] = ()
    if path.plan_drafted:
        extensions: tuple[law.Extension, ...] = ()
        if path.extension_months:
            extensions = (law.Extension(_extension_ground(path), path.extension_months),)
        plans = (
            deadlines.PlanFacts(
                id=person.number,
                drafted_on=path.plan_drafted,
                made_on=path.plan_made,
                signed_on=path.plan_made,
                referred_on=path.referred_on,
                ended_on=path.plan_ended_on,
                reviews=tuple(deadlines.ReviewFacts(day, day + PROLONGED) for day in path.reviews),
                interruptions=(law.Period(*path.interruption),) if path.interruption else (),
                extensions=extensions,
            ),
        )
    return deadlines.Facts(
        started_on=path.started_on,
        who="employment" if path.jobseeker_from else "municipality",
        ended_on=path.ended_on,
        jobseeker_since=(path.jobseeker_from,) if path.jobseeker_from else (),
        first_permit_on=person.permit_from,
        trafficking_victim=person.basis == "trafficking",
        born=person.birth_date,
        confirmed_on=path.confirmed_on,
        assessments=assessments,
        plans=plans,
    )


def _act(day: date) -> str:
    return "1386/2010" if day < OLD_ACT_ENDS else "681/2023"


def _extension_ground(path: PathFacts) -> str:
    return _grounds(_act(known(path.plan_made)))[0]


@lru_cache
def _grounds(act: str) -> tuple[str, str]:
    """First ground of extension and of interruption of the Act."""
    return law.extension_grounds(act)[0].id, law.interruption_grounds(act)[0].id


@lru_cache
def _item_ids(act: str) -> tuple[str, ...]:
    return tuple(item.id for item in law.assessment_items(act))


def _case(rows: Rows, world: World, person: PersonFacts, path: PathFacts) -> None:
    number = person.number
    case_number = f"{path.started_on.year}-{number:05d}"
    place = person.place
    rows.add(
        "clients_protectedcontact", number, place.code,
        f"{ingredients()['streets']['names'][number % 5]} {number % 90 + 1}", f"{number % 90 + 10:02d}000", "",
        f"040 000 {number % 10000:04d}", "",
    )  # fmt: skip
    kind = "registration" if person.basis in ("eu", "nordic") else "permit"
    rows.add("clients_permit", number, number, kind, person.basis, person.permit_from, None)
    if person.household_with is not None:
        rows.add("clients_household", number, person.permit_from)
        for member, role in ((person.household_with, "adult"), (number, "spouse")):
            rows.add("clients_householdmember", number, member, role, as_days(person.permit_from, None))
    ended = path.ended_on
    rows.add(
        "clients_relationship", number, number, case_number, path.started_on, ended, path.end_reason if ended else "",
        "", None,
    )  # fmt: skip
    if path.jobseeker_from:
        rows.add("clients_jobseekerperiod", number, as_days(path.jobseeker_from, ended))
    held = holders(person, path)
    key = sort_key(f"{person.family_name}, {person.given_names}")
    text = rules.search_text(person.family_name, person.given_names, case_number)
    section = {True: "1386/2010 § 10", False: "681/2023 § 3"}
    copies = (
        person.service_language, "" if person.non_disclosure else place.code, path.started_on, path.assessment_started,
        path.assessment_completed, _flag(path.plan_needed if path.assessment_completed else None), path.plan_made,
        path.referred_on, path.plan_ended_on, ended,
    )  # fmt: skip
    for code, first, end, duty, why in held:
        rows.add(
            "clients_responsibility", number, number, world.authorities[code], _worker(world, code, number),
            as_days(first, end), duty, section[first < OLD_ACT_ENDS], why, key, text, *copies)  # fmt: skip
    last_code = held[-1][0]
    worker = _worker(world, last_code, number)
    if path.assessment_started:
        _assessment(rows, person, path, worker)
    if path.plan_drafted:
        _plan(rows, world, person, path, worker)
    for clock in deadlines.clocks(_facts(path, person)):
        rows.add(
            "clients_clock", number, number, world.authorities[last_code], worker, clock.plan_id,
            clock.rule, clock.act, clock.section, clock.kind, "t" if clock.own else "f", clock.opens_on, clock.nominal,
            clock.due, clock.suspended_days, clock.closed_on, "t" if clock.lapsed else "f", as_json(clock.explanation),
        )  # fmt: skip


def _flag(value: bool | None) -> str | None:
    return None if value is None else "t" if value else "f"


def _worker(world: World, code: str, number: int) -> int:
    workers = world.workers[code]
    return workers[number % len(workers)]


def _assessment(rows: Rows, person: PersonFacts, path: PathFacts, worker: int) -> None:
    act = _act(known(path.assessment_started))
    done = path.assessment_completed
    ids = _item_ids(act)
    answered = ids if done else ids[: len(ids) // 2]
    rows.add(
        "clients_assessment", person.number, person.number, act, path.assessment_started, done,
        "completed" if done else "draft", as_json(dict.fromkeys(answered, "Keskusteltu asiakkaan kanssa.")), "{}",
        "{}", "", person.service_language, "t" if person.interpreter else "f",
        None if path.plan_needed is None or not done else "t" if path.plan_needed else "f",
        "" if not done else "Suunnitelma tarvitaan." if path.plan_needed else "Suunnitelmaa ei tarvita.",
        None, worker if done else None, 1,
    )  # fmt: skip


def _plan(rows: Rows, world: World, person: PersonFacts, path: PathFacts, worker: int) -> None:
    number, made = person.number, path.plan_made
    facts = _facts(path, person)
    ended = path.plan_ended_on
    first_end = latest = ends_on = None
    if made:
        first_end = known(law.first_plan_end(made).due)
        latest = deadlines.plan_end(facts.plans, facts.transition).latest_end
        ends_on = min(latest, max(first_end, path.reviews[-1] + PROLONGED)) if path.reviews else first_end
    status = "draft" if not made else "ended" if ended else "in-force"
    makers = f"{person.given_names} {person.family_name}"
    version = 1 + len(path.reviews)
    rows.add(
        "clients_plan", number, number, _act(made) if made else "", status, path.plan_drafted, made, made,
        "paper" if made else "", "", ends_on, first_end, latest, makers, "", path.referred_on, ended,
        path.end_reason if ended else "", "", version,
    )  # fmt: skip
    goals = []
    chosen = path.goals or [0]
    measure_id = number * MEASURES_A_PERSON
    for position, which in enumerate(chosen):
        goal = ingredients()["goals"][which]
        state = (
            "reached" if ended and path.end_reason == "goal-reached" else "under-way" if made else "planned"
        )
        goal_id = number * GOALS_A_PERSON + position
        rows.add("clients_goal", goal_id, number, position, goal["title"]["fi"], "", state, "f")
        measures = []
        for place, measure in enumerate(goal["measures"]):
            starts = path.referred_on
            measure_state = "done" if ended else "under-way" if starts else "planned"
            rows.add(
                "clients_measure", measure_id, goal_id, number, place, measure["kind"], measure["title"],
                measure["responsible"], starts, None, measure_state, "", "f",
            )  # fmt: skip
            measures.append(
                {
                    "id": measure_id, "kind": measure["kind"], "title": measure["title"],
                    "responsible": measure["responsible"], "starts_on": starts and starts.isoformat(), "ends_on": None,
                    "state": measure_state, "result": "",
                }
            )  # fmt: skip
            measure_id += 1
        goals.append(
            {
                "id": goal_id,
                "title": goal["title"]["fi"],
                "description": "",
                "state": state,
                "measures": measures,
            }
        )
    content = {
        "makers": makers,
        "justification": "",
        "ends_on": ends_on and ends_on.isoformat(),
        "goals": goals,
    }
    saved = made or path.plan_drafted
    occasions = [("made" if made else "draft", saved), *(("reviewed", day) for day in path.reviews)]
    text = as_json(content)
    for count, (occasion, day) in enumerate(occasions, 1):
        rows.add("clients_planversion", number, count, f"{day} 12:00:00+02", worker, occasion, "", text)
    _followed(rows, path, number, worker, latest)


def _followed(rows: Rows, path: PathFacts, number: int, worker: int, latest: date | None) -> None:
    for day in path.reviews:
        rows.add(
            "clients_review", number, day, _act(day), "Osallistuu sovittuihin palveluihin.",
            "Kielitaito on edistynyt.",
            "", "", "", None, min(day + PROLONGED, latest or date.max),
        )  # fmt: skip
    if path.interruption and path.plan_made:
        rows.add(
            "clients_interruption", number, _grounds(_act(path.plan_made))[1], *path.interruption, "", "f"
        )
    if path.extension_months and path.plan_made:
        decided = path.reviews[-1] if path.reviews else path.plan_made
        rows.add(
            "clients_extension", number, _extension_ground(path), path.extension_months, decided, worker,
            "Tarvitsee erityisiä toimenpiteitä.", "f",
        )  # fmt: skip
