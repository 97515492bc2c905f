"""What the facts give for the parts of a region's yearly report, in the report's language, and the parts as shown.

Not for: what people write in them (``actions/reports.py``).
"""

from collections import Counter
from dataclasses import dataclass, replace
from datetime import date

from django.db.models import Prefetch
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kotopolku import writing
from kotopolku.access.capabilities import Capability
from kotopolku.access.errors import NotVisible
from kotopolku.access.viewer import Viewer
from kotopolku.actors import queries as actors
from kotopolku.cooperation.queries import guidance_letters
from kotopolku.placement.queries import places
from kotopolku.steering import access_guidance
from kotopolku.steering import access_measures as access
from kotopolku.steering import report_rules as rules
from kotopolku.steering.followed import places as municipalities_of
from kotopolku.steering.measure_rules import OVER
from kotopolku.steering.models import Evidence, RegionalMeasure, RegionalReport, ReportSection
from kotopolku.steering.queries import measures as queries
from kotopolku.steering.queries import municipalities
from kotopolku.steering.queries.coverage import WantedCoverage
from kotopolku.steering.queries.coverage import page as coverage_page
from kotopolku.steering.queries.municipalities import WantedMunicipalities

MOST_MEASURES = 300


@dataclass(frozen=True)
class Part:
    """A part as it is shown: what a person wrote, else what was composed."""

    key: str
    title: str
    basis: tuple[str, str] | None
    """Act and section of the task; None for a part of our own."""
    composed: str
    text: str
    version: int

    @property
    def shown(self) -> str:
        return self.text or self.composed

    @property
    def written(self) -> bool:
        """Whether a person has made it into something else than was composed."""
        return bool(self.text)


def section(report: RegionalReport, key: str) -> ReportSection:
    """A part's row, locked. Raises ``NotVisible``."""
    found = ReportSection.objects.select_for_update().filter(report=report, key=key).first()
    if found is None:
        raise NotVisible
    return found


def sections(report: RegionalReport, language: str = "") -> list[Part]:
    """The report's parts in their order, titles in the page's language or the one given."""
    tasks = {task.id: task for task in rules.tasks(report.year)}
    lang = language or writing.language()
    made = []
    with translation.override(lang):
        own = {
            rules.MEASURES: _("Measures for the national lines"),
            rules.COVERAGE: _("How the lines are covered"),
        }
        for one in ReportSection.objects.filter(report=report).order_by("order", "key"):
            task = tasks.get(one.key)
            title = task.texts.get(lang, task.texts["fi"]) if task else own.get(one.key, one.key)
            basis = (task.act, f"§ {task.section}") if task else None
            made.append(Part(one.key, title, basis, one.composed, one.text, one.version))
    return made


def composed(report: RegionalReport, viewer: Viewer) -> list[tuple[str, str | None]]:
    """What the facts of the day give, by part in order. A part that no facts are kept of is empty.

    None: the viewer does not see the facts in whole, so what was composed before is better.
    """
    codes = access.regions_of(report.organisation, _day_of(report, viewer))
    with translation.override(report.language):
        found = _measures(report, viewer, codes)
        guidance, programmes = _guidance_words(report, viewer), _programmes_words(viewer, codes)
        # The Act of 2023 has no task of its own for programmes: they stand with the support of municipalities.
        apart = "programmes" in rules.parts(report.year)
        given: dict[str, str | None] = {
            rules.MEASURES: _measures_words(found, report.year, viewer.day),
            rules.COVERAGE: "\n\n".join(_coverage_words(viewer, report.year, code) for code in codes),
            "development": _states_words(found, report.year),
            "support": guidance if apart else f"{guidance}\n\n{programmes}",
            "programmes": programmes,
            "placement": _places_words(report, viewer),
        }
        return [(key, given.get(key, "")) for key in rules.parts(report.year)]


def _day_of(report: RegionalReport, viewer: Viewer) -> date:
    """The day on which the authority's area is looked at: today, or the last day of one that is no more."""
    last = report.organisation.last_day
    return min(last, viewer.day) if last else viewer.day


def _measures(report: RegionalReport, viewer: Viewer, codes: tuple[str, ...]) -> list[RegionalMeasure]:
    """The year's measures of the authority, of those whom it followed and of those who follow it, in its regions."""
    whose = [
        report.organisation_id,
        *access.predecessors(report.organisation_id, viewer.day).values_list("pk", flat=True),
        *actors.heirs(report.organisation_id, viewer.day),
    ]
    rows = queries.of_year(access.measures(viewer), report.year)
    rows = rows.filter(organisation__in=whose, regions__overlap=list(codes))
    evidence = Evidence.objects.filter(on__year=report.year).order_by("on", "id")
    return list(
        rows.select_related("owner", "indicator")
        .prefetch_related("lines", Prefetch("evidence", evidence, to_attr="of_year"))
        .order_by("days", "id")[:MOST_MEASURES]
    )


def _plain(words: str) -> str:
    """A person's line, so that nothing in it becomes a mark of the report."""
    flat = " ".join(words.split())
    return "".join(f"\\{one}" if one in "\\`*_[]<>#" else one for one in flat)


def _measures_words(found: list[RegionalMeasure], year: int, day: date) -> str:
    if not found:
        return _("No measures were under way in the year.")
    at = min(day, date(year, 12, 31))
    values = queries.values_of(found)
    lines = []
    for one in found:
        codes = ", ".join(line.code for line in sorted(one.lines.all(), key=lambda row: row.order))
        head = f"**{_plain(one.title)}**"
        facts = [
            _("lines %(codes)s") % {"codes": codes} if codes else _("no line"),
            queries.region_names(one.regions),
            one.owner.name,
            queries.state_words(one.state),
        ]
        if one.budget_eur is not None:
            facts.append(f"{queries.amount(one.budget_eur)} €")
        lines.append(f"- {head}: {_plain('; '.join(facts))}")
        if one.indicator is not None and one.target is not None and one.state not in OVER:
            lines.append(f"  - {_plain(queries.way_words(one, queries.way_of(one, values[one.pk], at)))}")
        lines += [_evidence_line(row) for row in one.of_year]  # type: ignore[attr-defined]
    return "\n".join(lines)


def _evidence_line(row: Evidence) -> str:
    value = f" ({queries.amount(row.value)})" if row.value is not None else ""
    return f"  - {writing.day(row.on)}: {_plain(row.text)}{value}"


def _evidence_number(one: RegionalMeasure) -> int:
    return len(one.of_year)  # type: ignore[attr-defined]


def _states_words(found: list[RegionalMeasure], year: int) -> str:
    numbers = Counter(one.state for one in found)
    states = [(words, numbers[state]) for state, words in queries.state_choices() if numbers[state]]
    evidence = sum(map(_evidence_number, found))
    lines = [
        ngettext(
            "In %(year)s there was %(number)s regional measure.",
            "In %(year)s there were %(number)s regional measures.",
            len(found),
        )
        % {"year": year, "number": len(found)},
        *(f"- {words}: {number}" for words, number in states),
        "",
        _("Written evidence of the year: %(number)s.") % {"number": evidence},
    ]
    return "\n".join(lines) if states else lines[0]


def _coverage_words(viewer: Viewer, year: int, code: str) -> str:
    found = coverage_page(viewer, WantedCoverage(year, code))
    name = queries.region_names([code])
    if found.programme is None:
        return _("%(region)s: no programme of the State was in force in the year.") % {"region": name}
    lines = [
        _("%(region)s: %(covered)s of %(all)s lines had measures.")
        % {"region": name, "covered": len(found.rows) - len(found.bare), "all": len(found.rows)}
    ]
    if found.bare:
        lines += ["", _("Lines without measures:"), ""]
        lines += [f"- {_plain(row.line.code)} {_plain(row.title)}" for row in found.bare]
    if found.untied_number:
        lines += ["", _("Measures without a line: %(number)s.") % {"number": found.untied_number}]
    if found.overlaps:
        number = len(found.overlaps) + found.more_overlaps
        lines += ["", _("Lines with several measures of the same owner: %(number)s.") % {"number": number}]
    return "\n".join(lines)


def _guidance_words(report: RegionalReport, viewer: Viewer) -> str:
    asked = access_guidance.asked_in(report.organisation, report.year, viewer.day)
    letters = guidance_letters.number_sent(report.organisation_id, report.year)
    numbers = {"number": len(asked), "answered": sum(one.answered_at is not None for one in asked)}
    return "\n".join(
        [
            "- " + _("Requests for guidance: %(number)s, of which answered: %(answered)s") % numbers,
            "- " + _("Guidance letters sent: %(number)s") % {"number": letters},
        ]
    )


def _programmes_words(viewer: Viewer, codes: tuple[str, ...]) -> str:
    """How the programmes of the area's municipalities are on the day, whatever the report's year."""
    rows = [
        one
        for one in municipalities.overview(viewer, WantedMunicipalities(region=municipalities.ALL)).rows
        if one.region in codes
    ]
    states = Counter(one.state for one in rows)
    named = [one.name for one in rows if one.state != municipalities.FORCE]
    lines = [
        _("Municipalities and their programmes on %(day)s:") % {"day": writing.day(viewer.day)},
        "",
        *(f"- {municipalities.state_words(one)}: {states[one]}" for one in municipalities.BEST_FIRST),
        "- "
        + _("Municipalities whose review is late: %(number)s")
        % {"number": sum(one.review_state == "late" for one in rows)},
        "- "
        + _("Municipalities with goals off track: %(number)s")
        % {"number": sum(bool(one.tracks.off) for one in rows)},
    ]
    if named:
        lines += ["", _("Without a programme in force: %(names)s.") % {"names": ", ".join(named)}]
    return "\n".join(lines)


def _places_words(report: RegionalReport, viewer: Viewer) -> str | None:
    """None: a part of the area went to another authority, and this one does not see the whole."""
    if not viewer.may(Capability.PLACEMENT_VIEW):
        return ""
    table = places.region_table(viewer, report.year)
    if report.organisation_id != viewer.organisation_id:
        # Of the successor's table the municipalities of the area before; the target is of the whole of it.
        inside = municipalities_of(report.organisation, viewer.day)
        table = replace(table, lines=[one for one in table.lines if one.code in inside], target=None)
        if len(table.lines) < len(inside):
            return None
    total = table.total
    rows = [
        (_("Municipalities with an agreement"), f"{len(table.agreed_lines)} / {len(table.lines)}"),
        (_("Places agreed"), str(total.agreed)),
        (_("Places used"), str(total.used)),
        (_("Places reserved"), str(total.reserved)),
    ]
    if table.target is not None:
        rows.append((_("Target of the ministry"), str(table.target)))
    return "\n".join(f"- {words}: {number}" for words, number in rows)
