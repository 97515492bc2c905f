"""From the register to the engine's contract: a region's waiting cases and its free places, in words without names.

A case under a non-disclosure order is in no shared input; its officer gets one for that case alone (``of_case``). Not for:
solving (``engine``), storing (``actions/rounds``).
"""

import hashlib
import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import MISSING, dataclass, fields, replace
from datetime import date, timedelta
from typing import Any

from django.db.models import Prefetch

from kotopolku.access.viewer import Viewer
from kotopolku.placement import access, facts, needs, rules
from kotopolku.placement.engine.answer import ENGINE_VERSION
from kotopolku.placement.engine.contract import HOMES as SIZES
from kotopolku.placement.engine.contract import MOST_WISHES, Family, Place, Relative, Settings
from kotopolku.placement.engine.country import DIVISIONS, Country, country
from kotopolku.placement.engine.points import Weights, default_weights
from kotopolku.placement.engine.rounds import Round, make_round
from kotopolku.placement.models import (
    PERSONS,
    AgreementState,
    Binding,
    BindingKind,
    Capacity,
    Case,
    CaseMember,
    CaseState,
    MunicipalFacts,
    ProposalState,
    Why,
)
from kotopolku.placement.queries.cases import uses_of
from kotopolku.placement.queries.facts import current
from kotopolku.placement.queries.weights import weights_in_force

HOMES = tuple(f"home-{size}" for size in SIZES)
NEARNESS = {"close": 1.0, "relative": 0.6, "friend": 0.3}
"""How near a tie of the register counts in the points. Our own choice."""
LEAST_QUARTERS, MOST_QUARTERS = 2, 4
"""This quarter and the next, and further ones when a case is needed only then."""
POOL_DAYS = 365
"""Past cases of a year stand for those still to come."""


@dataclass(frozen=True)
class Input:
    """What one round is made of; ``cases`` tells of which cases, at which version, the families are."""

    families: tuple[Family, ...]
    places: tuple[Place, ...]
    settings: Settings
    weights: Weights
    seed: int = 0
    cases: Mapping[str, tuple[int, int]] | None = None
    hidden: int = 0
    """Cases under a non-disclosure order, which are not in it."""
    left_out: tuple[str, ...] = ()
    """Numbers of cases whose fixed municipality is not possible now; an officer must look at them."""

    def round(self, keep: Collection[str] = ()) -> Round:
        """The engine's arrays (``keep``: ``make_round``). Raises ``ContractError``."""
        return make_round(self.families, self.places, self.settings, weights=self.weights, keep=keep)

    def to_json(self) -> dict[str, Any]:
        return {
            "families": [_plain(one) for one in self.families],
            "places": [_plain(one) for one in self.places],
            "settings": _plain(self.settings),
            "weights": {
                "version": self.weights.version,
                "parts": {part.id: list(part.weight) for part in self.weights.parts},
            },
            "seed": self.seed,
            "engine": ENGINE_VERSION,
        }

    def digest(self) -> str:
        """SHA-256: the same families, places, settings, weights and seed have the same on every machine."""
        text = json.dumps(self.to_json(), sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()


def from_json(data: Mapping[str, Any]) -> Input:
    """The input as it was stored."""
    settings = {**data["settings"], "day": date.fromisoformat(data["settings"]["day"])}
    stored = data["weights"]
    known = {part.id for part in default_weights().parts}
    changed = {name: tuple(weight) for name, weight in stored["parts"].items() if name in known}
    return Input(
        families=tuple(_family(row) for row in data["families"]),
        places=tuple(_place(row) for row in data["places"]),
        settings=Settings(**settings),
        weights=replace(default_weights().changed(changed), version=stored["version"]),
        seed=data["seed"],
    )


def _plain(one: Any) -> dict[str, Any]:
    """Fields that are not at their default, as JSON has them."""
    found: dict[str, Any] = {}
    for field in fields(one):
        value = getattr(one, field.name)
        default = field.default_factory() if field.default_factory is not MISSING else field.default
        if value == default:
            continue
        if isinstance(value, date):
            value = value.isoformat()
        elif field.name == "relatives":
            value = [[relative.municipality, relative.nearness] for relative in value]
        elif isinstance(value, tuple):
            value = list(value)
        found[field.name] = value
    return found


def _days(row: Mapping[str, Any], names: Iterable[str]) -> dict[str, Any]:
    return {name: date.fromisoformat(row[name]) for name in names if name in row}


def _family(row: Mapping[str, Any]) -> Family:
    found: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value for name, value in row.items()
    }
    found |= _days(row, ("waiting_since", "arrive_by"))
    found["relatives"] = tuple(Relative(code, near) for code, near in row.get("relatives", ()))
    return Family(**found)


def _place(row: Mapping[str, Any]) -> Place:
    found: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value for name, value in row.items()
    }
    return Place(**(found | _days(row, ("first", "last"))))


# --- From the register -----------------------------------------------------------------------------------------------


def of_region(viewer: Viewer, settings: Mapping[str, Any] | None = None, seed: int = 0) -> Input:
    """All cases of the viewer's region that wait and are under no order, and its places. About eleven statements."""
    waiting = list(_waiting(viewer))
    shown = [case for case in waiting if not case.non_disclosure]
    found = _input(viewer, shown, settings or {}, seed)
    return _without_impossible_locks(replace(found, hidden=len(waiting) - len(shown)))


def of_case(viewer: Viewer, case: Case) -> Input:
    """One case, and its region's places; for those who may learn its municipality. About nine statements."""
    return _without_impossible_locks(_input(viewer, [case], {"fairness_pct": 0, "wishes_pct": 0}, 0))


def _waiting(viewer: Viewer) -> Iterable[Case]:
    members = Prefetch("members", CaseMember.objects.order_by("number"))
    return access.cases(viewer).filter(state=CaseState.WAITING).prefetch_related(members).order_by("number")


def _input(viewer: Viewer, cases: Sequence[Case], settings: Mapping[str, Any], seed: int) -> Input:
    where = country(viewer.day.year)
    deadlines = [case.deadline for case in cases if case.deadline and case.deadline > viewer.day]
    bindings, declined = _by_case(viewer, cases)
    families = tuple(
        _family_of(case, where, viewer.day, bindings.get(case.pk, ()), declined.get(case.pk, ()))
        for case in cases
    )
    kind = viewer.seat.organisation_kind if viewer.seat else ""
    return Input(
        families=families,
        places=places_of(viewer, max(deadlines, default=viewer.day)),
        settings=Settings(day=viewer.day, division=kind if kind in DIVISIONS else "evk", **settings),
        weights=weights_in_force(viewer.day),
        seed=seed,
        cases={case.number: (case.pk, case.version) for case in cases},
    )


def _by_case(viewer: Viewer, cases: Sequence[Case]) -> tuple[dict[int, list[Binding]], dict[int, list[str]]]:
    """What officers have fixed or ruled out, and who has declined before, by case."""
    keys = [case.pk for case in cases]
    bindings: dict[int, list[Binding]] = {}
    for one in Binding.objects.filter(case_id__in=keys, ended_on=None).order_by("id"):
        bindings.setdefault(one.case_id, []).append(one)
    declined: dict[int, list[str]] = {}
    rows = access.proposals(viewer).filter(case_id__in=keys, state=ProposalState.DECLINED).order_by("id")
    for proposal in rows:
        declined.setdefault(proposal.case_id, []).append(proposal.municipality.area_code)
    return bindings, declined


def _family_of(
    case: Case, where: Country, day: date, bindings: Sequence[Binding], declined: Sequence[str]
) -> Family:
    members = list(case.members.all())
    uses = uses_of(case, members)
    chosen = needs.chosen(case.needs)
    wishes = _codes(where, case.wishes)[:MOST_WISHES]
    of_kind = {
        kind: [one for one in bindings if one.kind == kind]
        for kind in (BindingKind.LOCK, BindingKind.EXCLUDE, BindingKind.TOLD)
    }
    out = of_kind[BindingKind.EXCLUDE]
    return Family(
        id=case.number,
        persons=case.persons,
        group=case.group,
        adults=sum(one.adult for one in members),
        school=uses.get("school", 0),
        daycare=uses.get("daycare", 0),
        special=uses.get("special", 0),
        accessible="accessible" in uses,
        needs_care=any(need.care for need in chosen),
        needs=tuple(need.id for need in chosen if need.municipal),
        languages=tuple(case.languages),
        needs_interpreter="interpreter" in case.needs,
        wishes=wishes,
        vetoes=tuple(code for code in _codes(where, case.vetoes) if code not in wishes),
        relatives=tuple(
            Relative(code, NEARNESS.get(tie["near"], 0.0))
            for tie in case.ties
            for code in _codes(where, [tie["municipality"]])
        ),
        reception="".join(_codes(where, [case.file.reception_municipality])),
        waiting_since=case.received_on,
        arrive_by=case.deadline if case.deadline and case.deadline > day else None,
        vulnerable=case.emergency or any(need.vulnerable for need in chosen),
        no_schooling=facts.no_schooling(one.schooling for one in members if one.adult),
        kept="".join(_codes(where, [one.municipality for one in of_kind[BindingKind.TOLD]])[:1]),
        lock="".join(_codes(where, [one.municipality for one in of_kind[BindingKind.LOCK]])[:1]),
        excluded=_codes(where, [*declined, *(one.municipality for one in out if one.why != Why.SAFETY)]),
        unsafe=_codes(where, [one.municipality for one in out if one.why == Why.SAFETY]),
    )


def _codes(where: Country, codes: Iterable[str]) -> tuple[str, ...]:
    """Codes of municipalities of the year: of one that was merged, its successor's; each once."""
    found = []
    for code in codes:
        while code not in where and code in where.merged:
            code = where.merged[code][0]
        if code in where:
            found.append(code)
    return tuple(dict.fromkeys(found))


def places_of(viewer: Viewer, until: date) -> tuple[Place, ...]:
    """Places by municipality and quarter, from this one on, where an agreement reaches into it. Five statements."""
    quarters = _quarters(viewer.day, until)
    codes = {one.pk: one.area_code for one in access.municipalities(viewer)}
    signed = access.agreements(viewer).filter(
        municipality_id__in=list(codes), state__in=[AgreementState.IN_FORCE, AgreementState.ENDED]
    )
    agreed = [(one.municipality_id, one.days) for one in signed.order_by("id")]
    amounts: dict[tuple[int, int, int], list[Capacity]] = {}
    years = sorted({year for year, _quarter in quarters})
    rows = access.capacities(viewer).filter(year__in=years, municipality_id__in=list(codes))
    for row in rows.order_by("id"):
        amounts.setdefault((row.municipality_id, row.year, row.quarter), []).append(row)
    told = current(viewer, codes)
    found = []
    for (municipality, year, quarter), cells in amounts.items():
        first, last = rules.first_day_of(year, quarter), rules.last_day_of(year, quarter)
        in_force = any(
            key == municipality and days.lower <= last and (days.upper is None or days.upper > first)
            for key, days in agreed
        )
        if in_force and (year, quarter) in quarters:
            place = _place_of(codes[municipality], first, last, cells)
            found.append(_with_facts(place, told.get(municipality)))
    return tuple(sorted(found, key=lambda place: place.key))


def _quarters(day: date, until: date) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    year, quarter = day.year, rules.quarter_of(day)
    while len(found) < MOST_QUARTERS and (
        len(found) < LEAST_QUARTERS or rules.first_day_of(year, quarter) <= until
    ):
        found.append((year, quarter))
        year, quarter = (year + 1, 1) if quarter == rules.QUARTERS[-1] else (year, quarter + 1)
    return found


def _place_of(code: str, first: date, last: date, cells: Sequence[Capacity]) -> Place:
    """What is not counted in the register is not limited, but for persons, and homes where some size is counted."""
    counted = {cell.resource for cell in cells}
    scarce = PERSONS + (HOMES if counted & set(HOMES) else ())
    agreed = dict.fromkeys(scarce, 0) | {cell.resource: cell.agreed for cell in cells}
    used = {cell.resource: cell.reserved + cell.used for cell in cells}
    agreed["persons"] = sum(agreed[name] for name in PERSONS)
    used["persons"] = sum(used.get(name, 0) for name in PERSONS)
    return Place(municipality=code, agreed=agreed, used=used, first=first, last=last)


def _with_facts(place: Place, told: MunicipalFacts | None) -> Place:
    """What was not told gives no points and forbids nothing."""
    lacking = told.lacking if told else ()
    services = tuple(need.id for need in needs.municipal() if need.id not in lacking)
    if told is None:
        return replace(place, services=services)
    return replace(
        place,
        services=services,
        languages=tuple(told.languages) or None,
        training=facts.share("training", told.training),
        housing=facts.share("housing", told.housing),
    )


def _without_impossible_locks(found: Input) -> Input:
    """Leaves out cases whose fixed municipality no rule lets them have: one of them must not stop everybody's round."""
    if not any(family.lock for family in found.families):
        return found
    free = make_round(
        [replace(one, lock="") for one in found.families], found.places, found.settings, weights=found.weights
    )
    bad = [
        family.id
        for family in found.families
        if family.lock
        and not any(
            free.forbidden[free.unit_row[family.id], column] == 0
            for column in free.columns_of.get(family.lock, ())
        )
    ]
    kept = tuple(one for one in found.families if one.id not in bad)
    return replace(found, families=kept, left_out=tuple(bad))


# --- Those still to come ---------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Pool:
    """Last year's cases as a likeness of those to come, and how many came in each week."""

    families: tuple[Family, ...]
    weekly: tuple[int, ...]
    weeks_left: float


def pool_of(viewer: Viewer, found: Input) -> Pool:
    """Cases that came in the year before the day, whatever became of them; none under an order. Two statements."""
    first = viewer.day - timedelta(days=POOL_DAYS)
    members = Prefetch("members", CaseMember.objects.order_by("number"))
    rows = access.cases(viewer).filter(received_on__gte=first, received_on__lt=viewer.day)
    cases = list(rows.filter(non_disclosure=False).prefetch_related(members).order_by("number"))
    where = country(viewer.day.year)
    families = tuple(
        replace(
            _family_of(case, where, viewer.day, (), ()),
            id=f"before {case.number}",
            arrive_by=None,
            waiting_since=None,
        )
        for case in cases
    )
    weeks = [0] * 52
    for case in cases:
        weeks[min(51, (viewer.day - case.received_on).days // 7)] += 1
    last = max((place.last for place in found.places if place.last), default=viewer.day)
    return Pool(families, tuple(weeks), max(0.0, (last - viewer.day).days / 7))
