"""What pages ask about regional measures: the list, one of them with its evidence and its way to the target, choices.

Not for: what many of them cover together (``coverage.py``).
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from kotopolku import writing
from kotopolku.access.viewer import Viewer
from kotopolku.actors.models import Organisation, not_over
from kotopolku.clients.wording import language
from kotopolku.reference import queries as reference
from kotopolku.reference.models import AreaKind
from kotopolku.reference.places import ALAND
from kotopolku.steering import access_measures as access
from kotopolku.steering.measure_rules import OVER, Aim, Verdict, Way, way
from kotopolku.steering.models import Evidence, Line, MeasureState, RegionalMeasure

PAGE_SIZE = 50
STATE_MARKS = {"planned": "plan", "going": "now", "done": "ok", "dropped": "lock"}
WAY_MARKS = {"reached": "ok", "on": "ok", "off": "late", "unknown": "wait"}


@dataclass(frozen=True)
class Mark:
    """State for the page's mark: which look, which words."""

    state: str
    words: str


@dataclass(frozen=True)
class WantedMeasures:
    """What the list is narrowed by. Without a state those given up are left out; without either, those that are over."""

    q: str = ""
    region: str = ""
    line_id: int | None = None
    state: str = ""
    year: int | None = None
    own: bool = False
    no_line: bool = False
    left: bool = False
    """Only what the own authority's predecessors left and nobody has taken over."""


@dataclass(frozen=True)
class MeasureRow:
    """A measure in a list."""

    measure: RegionalMeasure
    regions: str
    lines: str
    mark: Mark
    way: Way
    way_mark: Mark | None


def regions_on(day: date) -> list[tuple[str, str]]:
    """Codes and names of the regions; Åland, to which the Acts do not reach, is left out."""
    found = reference.areas_on(AreaKind.REGION, day)
    return [(one.code, one.name()) for one in found if one.code != ALAND]


def region_names(codes: Iterable[str]) -> str:
    """Names of regions in one line."""
    found = [reference.area(AreaKind.REGION, code) for code in codes]
    return ", ".join(one.name() for one in found if one is not None)


def of_year(rows: "QuerySet[RegionalMeasure]", year: int) -> "QuerySet[RegionalMeasure]":
    """Those with a day in the year."""
    return rows.filter(not_over("days", date(year, 1, 1)), days__startswith__lte=date(year, 12, 31))


def measures(viewer: Viewer, wanted: WantedMeasures) -> "QuerySet[RegionalMeasure]":
    """The newest first; every authority's, or the own one's."""
    rows = access.measures(viewer).select_related("organisation", "owner", "indicator")
    for word in wanted.q.split()[:10]:
        rows = rows.filter(Q(title__icontains=word) | Q(text__icontains=word))
    if wanted.region:
        rows = rows.filter(regions__contains=[wanted.region])
    if wanted.line_id is not None:
        rows = rows.filter(lines=wanted.line_id)
    if wanted.no_line:
        rows = rows.filter(lines=None)
    given_up = MeasureState.DROPPED
    rows = rows.filter(state=wanted.state) if wanted.state else rows.exclude(state=given_up)
    if wanted.own:
        rows = rows.filter(organisation_id=viewer.organisation_id or 0)
    if wanted.left:
        rows = rows.filter(organisation__in=access.predecessors(viewer.organisation_id or 0, viewer.day))
    if wanted.year is not None:
        rows = of_year(rows, wanted.year)
    elif not wanted.state:
        rows = rows.filter(not_over("days", viewer.day))
    return rows.prefetch_related("lines").order_by("-days__startswith", "-id")


def left_number(viewer: Viewer) -> int:
    """How many measures of the own authority's predecessors go on and have not been taken over in its own regions."""
    if not access.keeps(viewer):
        return 0
    mine = [code for code, _name in own_regions(viewer)]
    rows = measures(viewer, WantedMeasures(left=True)).exclude(state__in=OVER)
    return rows.filter(regions__overlap=mine).count() if mine else 0


def rows_of(found: Iterable[RegionalMeasure], day: date) -> list[MeasureRow]:
    """Measures with what a list says of each. One statement more, for the measured values."""
    measures = list(found)
    values = values_of(measures)
    made = []
    for one in measures:
        whither = way_of(one, values[one.pk], day)
        made.append(
            MeasureRow(
                one,
                region_names(one.regions),
                ", ".join(line.code for line in sorted(one.lines.all(), key=lambda row: row.order)),
                state_mark(one),
                whither,
                way_mark(whither) if one.state not in OVER else None,
            )
        )
    return made


def values_of(measures: Sequence[RegionalMeasure]) -> dict[int, list[tuple[date, Decimal]]]:
    """Measured values of measures with an indicator, by measure, in the order in which they were written."""
    known = Evidence.objects.filter(measure__in=[one.pk for one in measures], value__isnull=False)
    found: dict[int, list[tuple[date, Decimal]]] = defaultdict(list)
    for measure_id, on, value in known.order_by("id").values_list("measure_id", "on", "value"):
        if value is not None:
            found[measure_id].append((on, value))
    return found


def way_of(measure: RegionalMeasure, values: Sequence[tuple[date, Decimal]], day: date) -> Way:
    """Where the measure is on its way to the target, as a proposal."""
    better = measure.indicator.better if measure.indicator else ""
    aim = Aim(measure.start_value, measure.target, measure.target_year)
    return way(aim, measure.days.lower or date.min, better, values, day)


def state_words(state: str) -> str:
    """The state of a measure in the page's language."""
    return {
        "planned": pgettext("measure", "planned"),
        "going": pgettext("measure", "under way"),
        "done": pgettext("measure", "done"),
        "dropped": pgettext("measure", "given up"),
    }[state]


def state_choices() -> list[tuple[str, str]]:
    return [(state, state_words(state)) for state in MeasureState.values]


def state_mark(measure: RegionalMeasure) -> Mark:
    return Mark(STATE_MARKS[measure.state], state_words(measure.state))


def way_mark(found: Way) -> Mark | None:
    """None where there is nothing to measure."""
    if found.reason == "no-target":
        return None
    words = {
        Verdict.REACHED: _("target reached"),
        Verdict.ON: _("on the way to the target"),
        Verdict.OFF: _("behind the target"),
        Verdict.UNKNOWN: _("not measured yet"),
    }
    return Mark(WAY_MARKS[found.verdict], words[found.verdict])


def amount(value: Decimal | None) -> str:
    """A figure without needless decimals, as the page's language writes it."""
    if value is None:
        return "–"
    return writing.number(int(value) if value == value.to_integral_value() else float(value))


def way_words(measure: RegionalMeasure, found: Way) -> str:
    """Why it is thought to be so, in one sentence."""
    unit = measure.indicator.unit if measure.indicator else ""
    words = {
        "value": amount(found.value),
        "expected": amount(found.expected),
        "target": amount(measure.target),
        "unit": unit,
        "day": writing.day(found.on),
        "year": measure.target_year,
    }
    sentences = {
        "no-target": _("The measure has no target, so its way cannot be counted."),
        "no-value": _("No value has been measured since the measure began."),
        "reached": _("The value of %(day)s is %(value)s %(unit)s; the target is %(target)s %(unit)s."),
        "on-way": _(
            "The value of %(day)s is %(value)s %(unit)s; on the straight way to the target it would be %(expected)s %(unit)s."
        ),
        "behind": _(
            "The value of %(day)s is %(value)s %(unit)s; on the straight way to the target it would be %(expected)s %(unit)s."
        ),
        "year-passed": _(
            "The year of the target, %(year)s, has passed; the last value, of %(day)s, is %(value)s %(unit)s."
        ),
    }
    return sentences[found.reason] % words


@dataclass(frozen=True)
class Detail:
    """One measure as its page shows it."""

    measure: RegionalMeasure
    regions: str
    lines: list[tuple[Line, str, bool]]
    """Each line, its title, and whether it is followed no longer."""
    partners: list[Organisation]
    evidence: list[Evidence]
    mark: Mark
    way: Way
    way_mark: Mark | None
    way_words: str
    overlapping: list[RegionalMeasure]
    """Others of the same owner for a same line in a same region, on some same day."""


def title_of(line: Line) -> str:
    """The line's title in the page's language, else in any."""
    return line.title.get(language()) or next((text for text in line.title.values() if text), line.code)


def detail(viewer: Viewer, measure: RegionalMeasure) -> Detail:
    """Five statements."""
    lines = list(measure.lines.order_by("order", "code"))
    evidence = list(measure.evidence.select_related("written_by").order_by("-on", "-id"))
    values = [(one.on, one.value) for one in reversed(evidence) if one.value is not None]
    found = way_of(measure, values, viewer.day)
    others = access.measures(viewer).filter(
        lines__in=[line.pk for line in lines],
        regions__overlap=measure.regions,
        owner_id=measure.owner_id,
        days__overlap=measure.days,
    )
    return Detail(
        measure,
        region_names(measure.regions),
        [(line, title_of(line), line.last_day is not None and line.last_day < viewer.day) for line in lines],
        list(measure.partners.order_by("sort_key_fi")),
        evidence,
        state_mark(measure),
        found,
        way_mark(found),
        way_words(measure, found),
        list(others.exclude(pk=measure.pk).exclude(state="dropped").distinct().order_by("id")[:10]),
    )


def line_choices(viewer: Viewer, kept: Iterable[int] = ()) -> list[tuple[int, str]]:
    """Lines that are followed today or later, and those that a measure has already."""
    rows = access.lines(viewer).filter(not_over("days", viewer.day) | Q(pk__in=list(kept)))
    rows = rows.select_related("programme").order_by("-programme__days", "order", "code")
    return [(line.pk, f"{line.code} {title_of(line)}") for line in rows[:300]]


def own_regions(viewer: Viewer) -> list[tuple[str, str]]:
    """The regions of the viewer's authority on the day."""
    authority = Organisation.objects.filter(pk=viewer.organisation_id or 0).first()
    codes = access.regions_of(authority, viewer.day) if authority else ()
    return [(code, region_names([code])) for code in codes]
