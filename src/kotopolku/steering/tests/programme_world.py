"""Stands up the State's programme for tests: the ministry, a draft with a goal, a line and a measure, an indicator."""

from datetime import date
from typing import Any

from kotopolku.access.capabilities import Role
from kotopolku.access.viewer import Viewer
from kotopolku.actors.models import Organisation
from kotopolku.clients.tests import factories as make
from kotopolku.clients.tests.walking import Worker
from kotopolku.steering.actions import indicators, lines, programme
from kotopolku.steering.actions.indicators import IndicatorContent
from kotopolku.steering.models import Indicator, Line, NationalProgramme
from kotopolku.steering.rules_programme import LineContent, ProgrammeContent

ON = date(2026, 11, 23)
FIRST, LAST = date(2024, 1, 1), date(2027, 12, 31)
REGION, VANTAA, MINISTRY = "evk-01", "kunta-092", "tem"


def preparer(on: date = ON) -> Viewer:
    """Somebody who prepares the programme at the ministry."""
    return make.worker(MINISTRY, on, role=Role.MINISTRY_OFFICER)


def officer(on: date = ON) -> Viewer:
    """A regional officer, who reads and whose measures hang on lines."""
    return make.worker(REGION, on, role=Role.REGIONAL_OFFICER)


def at_the_ministry() -> Worker:
    return Worker(MINISTRY, ON, Role.MINISTRY_OFFICER)


def organisation(code: str) -> int:
    return Organisation.objects.get(code=code).pk


def content(code: str, **changes: Any) -> LineContent:
    """A complete line: both languages, a section, somebody who answers."""
    values: dict[str, Any] = {
        "code": code,
        "title": {"fi": f"Otsikko {code}", "sv": f"Rubrik {code}"},
        "text": {"fi": f"Teksti **{code}**.", "sv": f"Text **{code}**."},
        "first_day": FIRST,
        "last_day": LAST,
        "section": "1386/2010 § 34",
        "answers": organisation(MINISTRY),
    }
    return LineContent(**(values | changes))


def indicator(by: Viewer, key: str = "employment-rate", **changes: Any) -> Indicator:
    values: dict[str, Any] = {
        "key": key,
        "names": {"fi": f"Osuus {key}", "sv": f"Andel {key}", "en": f"Share {key}"},
        "definition": {"fi": "Kuinka moni.", "sv": "Hur många."},
        "unit": "%",
        "better": "more",
        "source": "Keksitty tilasto",
    }
    with make.working(by) as at_work:
        return indicators.add_indicator(IndicatorContent(**(values | changes)), actor=at_work)


def draft(by: Viewer, first: date = FIRST) -> NationalProgramme:
    names = {"fi": f"Ohjelma {first.year}", "sv": f"Program {first.year}", "en": ""}
    with make.working(by) as at_work:
        return programme.draft(ProgrammeContent(names, first), actor=at_work)


def add(
    by: Viewer,
    of: NationalProgramme,
    kind: str,
    parent: Line | None,
    code: str,
    reason: str = "",
    **changes: Any,
) -> Line:
    with make.working(by) as at_work:
        return lines.add_line(
            of.pk, kind, parent.pk if parent else None, content(code, **changes), reason, actor=at_work
        )


class Tree:
    """A draft programme with a goal, two lines and a measure of the State; complete."""

    def __init__(self, by: Viewer, first: date = FIRST) -> None:
        self.by = by
        self.programme = draft(by, first)
        self.indicator = Indicator.objects.filter(key="employment-rate").first() or indicator(by)
        days = {"first_day": first, "last_day": date(first.year + 3, 12, 31)}
        self.goal = add(by, self.programme, "goal", None, "1", indicators=(self.indicator.pk,), **days)
        self.line = add(by, self.programme, "line", self.goal, "1.1", **days)
        self.other = add(by, self.programme, "line", self.goal, "1.2", **days)
        self.measure = add(by, self.programme, "measure", self.line, "1.1.1", **days)

    def adopt(self) -> NationalProgramme:
        with make.working(self.by) as at_work:
            fresh = NationalProgramme.objects.get(pk=self.programme.pk)
            self.programme = programme.adopt(
                fresh.pk, fresh.days.lower, "VN/1/2023", actor=at_work, expected_version=fresh.version
            )
        return self.programme
