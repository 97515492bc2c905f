"""Stands up what the tests of regional measures need: an adopted programme with lines, an indicator, a measure, a report."""

from datetime import date
from decimal import Decimal
from typing import Any

from kotopolku import clock
from kotopolku.access.capabilities import Role
from kotopolku.access.viewer import Viewer
from kotopolku.actors.models import Organisation, date_range
from kotopolku.clients.tests import factories as make
from kotopolku.steering.actions import measures, reports
from kotopolku.steering.actions.measures import EvidenceContent
from kotopolku.steering.measure_rules import MeasureContent
from kotopolku.steering.models import Indicator, Line, NationalProgramme, RegionalMeasure, RegionalReport

ON = date(2026, 11, 23)
REGION, OTHER, OLD, MINISTRY, VANTAA = "evk-01", "evk-02", "ely-01", "tem", "kunta-092"
UUSIMAA = "01"


def officer(code: str = REGION, on: date = ON) -> Viewer:
    return make.worker(code, on, role=Role.REGIONAL_OFFICER)


def minister(on: date = ON) -> Viewer:
    return make.worker(MINISTRY, on, role=Role.MINISTRY_OFFICER)


def worker_of(code: str) -> Viewer:
    return make.worker(code, ON)


def organisation(code: str) -> Organisation:
    return Organisation.objects.get(code=code)


def programme(adopted: bool = True, first: int = 2024, last: int = 2027) -> NationalProgramme:
    with make.working(Viewer.for_system("test", ON)):
        return NationalProgramme.objects.create(
            name_fi="Keksitty ohjelma",
            organisation=organisation(MINISTRY),
            state="adopted" if adopted else "draft",
            days=date_range(date(first, 1, 1), date(last, 12, 31)),
            act="681/2023",
            made_at=clock.now(),
        )


def line(of: NationalProgramme, code: str, last: date | None = None) -> Line:
    with make.working(Viewer.for_system("test", ON)):
        return Line.objects.create(
            programme=of,
            kind="line",
            code=code,
            order=len(code) * 100 + int(code[-1]),
            title={"fi": f"Keksitty linjaus {code}"},
            days=date_range(of.days.lower, last or of.last_day),
        )


def indicator(better: str = "more") -> Indicator:
    return Indicator.objects.get_or_create(
        key=f"keksitty-{better}", defaults={"name_fi": "Keksitty mittari", "better": better, "source": "–"}
    )[0]


def content(**changes: Any) -> MeasureContent:
    values: dict[str, Any] = {
        "title": "Ohjausryhmät joka kuntaan",
        "text": "Ohjaus **ryhmässä**.",
        "regions": (UUSIMAA,),
        "starts_on": date(2026, 1, 1),
        "ends_on": date(2027, 12, 31),
    }
    return MeasureContent(**(values | changes))


def aimed(**changes: Any) -> MeasureContent:
    """A measure whose target is half as much again by the end of 2027."""
    values = {"start_value": Decimal(100), "target": Decimal(150), "target_year": 2027}
    return content(**({"indicator_id": indicator().pk} | values | changes))


def measure(actor: Viewer, **changes: Any) -> RegionalMeasure:
    with make.working(actor) as at_work:
        return measures.add(content(**changes), actor=at_work)


def evidence(actor: Viewer, of: RegionalMeasure, on: date, text: str, value: int | None = None) -> None:
    given = EvidenceContent(on, text, value=None if value is None else Decimal(value))
    with make.working(actor) as at_work:
        measures.add_evidence(of.pk, given, actor=at_work)


def report(actor: Viewer, year: int = 2025) -> RegionalReport:
    with make.working(actor) as at_work:
        return reports.begin(year, "fi", actor=at_work)


def finished(actor: Viewer, of: RegionalReport) -> RegionalReport:
    """Every empty part written, and the report signed."""
    with make.working(actor) as at_work:
        for one in of.sections.filter(composed="", text=""):
            reports.write(of.pk, one.key, "Ei muutoksia.", actor=at_work, expected_version=one.version)
        now = RegionalReport.objects.get(pk=of.pk).version
        return reports.sign(of.pk, "Näyte Johtaja", actor=at_work, expected_version=now)
