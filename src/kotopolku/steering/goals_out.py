"""Goals as a file and as data: for municipalities, regions and other programs. Not for: who may read them."""

import csv
import io
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from kotopolku.clients.exports import harmless
from kotopolku.steering.marks import goal_words
from kotopolku.steering.queries.goals import GoalRow, track_words
from kotopolku.steering.rules_programme import LANGUAGES


def as_csv(rows: Iterable[GoalRow]) -> bytes:
    """A line a goal with the newest figure and follow-up: semicolons and a byte order mark, as spreadsheets open it."""
    written = io.StringIO()
    table = csv.writer(written, delimiter=";", lineterminator="\r\n")
    table.writerow(_headers())
    for row in rows:
        goal, newest, found = row.goal, row.newest, row.proposal
        cells = [
            goal.programme.name,
            goal.programme.organisation.name,
            row.place,
            goal.code,
            row.title,
            " ".join(line.code for line in row.lines),
            goal.indicator.name,
            goal.indicator.unit,
            _figure(goal.start_value),
            goal.start_year,
            _figure(goal.target),
            goal.target_year,
            goal.owner.name,
            goal_words(goal.state),
            _figure(found.value),
            found.year if found.value is not None else "",
            newest.year if newest else "",
            track_words(newest.track) if newest else "",
            newest.text if newest else "",
        ]
        table.writerow([harmless(one) if isinstance(one, str) else one for one in cells])
    return written.getvalue().encode("utf-8-sig")


def _figure(value: Decimal | None) -> Decimal | str:
    return "" if value is None else value


def _headers() -> list[str]:
    return [
        _("Programme"),
        _("Leading municipality"),
        _("Municipality"),
        _("Number"),
        _("Goal"),
        _("Lines of the State's programme"),
        _("Indicator"),
        _("Unit"),
        _("Value at the start"),
        _("Year of the start"),
        _("Target"),
        _("Year of the target"),
        _("Who owns the goal"),
        _("State"),
        _("Newest figure"),
        _("Year of the figure"),
        _("Followed up"),
        _("How it is doing"),
        _("What was done or reached"),
    ]


def as_data(row: GoalRow) -> dict[str, Any]:
    """A goal for the API."""
    goal = row.goal
    return {
        "id": goal.pk,
        "programme_id": goal.programme_id,
        "programme": {one: getattr(goal.programme, f"name_{one}") for one in LANGUAGES},
        "number": goal.code,
        "municipality": goal.municipality,
        "municipalities": list(row.figures.codes),
        "title": goal.title,
        "text": goal.text,
        "lines": [line.code for line in row.lines],
        "indicator": goal.indicator.key,
        "unit": goal.indicator.unit,
        "better": goal.indicator.better,
        "start_value": goal.start_value,
        "start_year": goal.start_year,
        "target": goal.target,
        "target_year": goal.target_year,
        "owner": goal.owner.code,
        "state": goal.state,
        "figures": [{"year": year, "value": value} for year, value in row.figures.whole],
        "by_municipality": [
            {"municipality": code, "year": year, "value": value}
            for code, values in row.figures.parts.items()
            for year, value in values
        ],
        "follow_ups": [
            {"year": one.year, "value": one.value, "track": one.track, "text": one.text}
            for one in row.follow_ups
        ],
    }
