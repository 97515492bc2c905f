"""Pages of results: what courses led to, for who steers, who buys and who teaches. Counts only, small ones hidden.

Not for: how they are counted (``results_rules``), one student (the teachers' pages).
"""

import csv
import io
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from kotopolku.access.capabilities import Capability
from kotopolku.access.gate import ViewerRequest, needs
from kotopolku.access.viewer import Viewer
from kotopolku.clients.exports import harmless
from kotopolku.placement.access import is_ministry
from kotopolku.training import measuring
from kotopolku.training.queries import results as queries
from kotopolku.training.results_rules import MONTHS_LATER, Compared, Group, NotCompared, Share
from kotopolku.training.wording_results import reason_name

BY = ("track", "entry", "provider", "contract", "schooling")
YEARS_SHOWN = 5
QUIET_DAYS = 120
"""So long into a year hardly any course of it is over."""
Read = Callable[[Viewer, int], queries.Results]
LEFT, WIDTH, STEP = 8.0, 500.0, 44


@dataclass(frozen=True)
class Named:
    """A line of the table with its name."""

    name: str
    group: Group

    @property
    def later(self) -> list[tuple[Share | None, Share | None]]:
        return [self.group.later[months] for months in MONTHS_LATER]


@dataclass(frozen=True)
class Drawn:
    """A line of the picture: places of a share and its interval, and of the mark beside which it is read."""

    name: str
    text: str
    y: int
    low: float
    high: float
    at: float
    mark: float | None


def _names(chosen: str) -> dict[str, str]:
    found = {
        "track": _("Track"),
        "entry": _("Entry level"),
        "provider": _("Provider"),
        "contract": _("Contract"),
        "schooling": _("Schooling"),
    }
    return found if chosen == "" else {chosen: found[chosen]}


def _year(request: ViewerRequest) -> int:
    """The year asked for; without one this year, in its first months the last."""
    text, this_year = request.GET.get("year", ""), request.viewer.day.year
    if text.isdecimal() and len(text) == 4 and queries.FIRST_YEAR <= int(text) <= this_year:
        return int(text)
    return (request.viewer.day - timedelta(days=QUIET_DAYS)).year


def _page(request: ViewerRequest, read: Read, csv_name: str) -> HttpResponse:
    viewer, year = request.viewer, _year(request)
    by = request.GET.get("by", "track")
    by = by if by in BY else "track"
    found = read(viewer, year)
    rows = _lines(found, by)
    compared = _compared(found)
    context = {
        "found": found,
        "rows": rows,
        "all": Named(_("Together"), found.table.all),
        "by": by,
        "heading": _names(by)[by],
        "dimensions": _names("").items(),
        "months": MONTHS_LATER,
        "picture": [_drawn(row.name, row.group.reached, number) for number, row in enumerate(rows)],
        "height": STEP * len(rows) + 24,
        "reasons": [(reason_name(key), number) for key, number in found.table.reasons.items()],
        "compared": compared,
        "compared_picture": [
            _drawn(name, one, number)
            for number, (name, one) in enumerate(
                (name, one) for name, one in compared if isinstance(one, Compared)
            )
        ],
        "compared_height": STEP * sum(isinstance(one, Compared) for _name, one in compared) + 24,
        "year": year,
        "years": range(viewer.day.year, viewer.day.year - YEARS_SHOWN, -1),
        "limits": measuring.limits(),
        "csv_name": csv_name,
        "everything": is_ministry(viewer),
    }
    return render(request, "training/results.html", context)


@needs(Capability.TRAINING_VIEW)
@require_GET
def results(request: ViewerRequest) -> HttpResponse:
    """What courses led to: all for the ministry, those that it organised for an authority."""
    return _page(request, queries.results, "training:results-csv")


@needs(Capability.ATTENDANCE_REPORT)
@require_GET
def own_results(request: ViewerRequest) -> HttpResponse:
    """A provider's own courses."""
    return _page(request, queries.own_results, "training:results-own-csv")


@needs(Capability.TRAINING_VIEW)
@require_GET
def results_csv(request: ViewerRequest) -> HttpResponse:
    """Every line of the year, as spreadsheets in Finland open it. Hidden numbers are ``••``."""
    return _csv(queries.results(request.viewer, _year(request)))


@needs(Capability.ATTENDANCE_REPORT)
@require_GET
def own_results_csv(request: ViewerRequest) -> HttpResponse:
    """The same of a provider's own courses."""
    return _csv(queries.own_results(request.viewer, _year(request)))


def _lines(found: queries.Results, by: str) -> list[Named]:
    """By name, but levels in the order of the scale: never in the order of what was reached."""
    rows = [Named(_name(found, group), group) for group in found.table.of(by)]
    return rows if by == "entry" else sorted(rows, key=lambda row: (row.group.key == "", row.name))


def _name(found: queries.Results, group: Group) -> str:
    name = found.names[group.dimension, group.key]
    if group.parent:
        return f"{found.names['provider', group.parent]}: {name}"
    return name


def _compared(found: queries.Results) -> list[tuple[str, Compared | NotCompared]]:
    rows = [(found.names["provider", one.provider], one) for one in found.table.compared]
    return sorted(rows, key=lambda row: row[0])


def _drawn(name: str, share: Share | Compared | None, number: int) -> Drawn:
    y = 18 + STEP * number
    if share is None or (isinstance(share, Share) and not share.of):
        return Drawn(name, "••" if share is None else "–", y, 0, 0, -1, None)
    value, mark = (share.share, share.others) if isinstance(share, Compared) else (share.value, None)
    return Drawn(
        name,
        f"{value * 100:.0f} %",
        y,
        _at(share.low),
        _at(share.high),
        _at(value),
        None if mark is None else _at(mark),
    )


def _at(share: float) -> float:
    return round(LEFT + WIDTH * share, 1)


def _csv(found: queries.Results) -> HttpResponse:
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    said = [_("reached the target"), _("dropped out")]
    for months in MONTHS_LATER:
        said.append(_("at work %(months)d months later") % {"months": months})
        said.append(_("studying %(months)d months later") % {"months": months})
    heads = [_("Year"), _("Group"), _("Name"), _("Students"), _("Days from plan to start, median")]
    for words in said:
        heads += [words, _("of students"), _("per cent"), _("lowest"), _("highest")]
    writer.writerow(heads)
    names = _names("") | {"all": _("Together")}
    for group in (found.table.all, *found.table.groups):
        cells = [str(found.year), names[group.dimension], _name(found, group), _cell(group.people)]
        cells.append(str(group.days.median) if group.days else "")
        for share in (group.reached, group.dropped, *(one for pair in group.later.values() for one in pair)):
            cells += _cells(share)
        writer.writerow([harmless(cell) for cell in cells])
    return HttpResponse(
        text.getvalue().encode("utf-8-sig"),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="kotopolku-results-{found.year}.csv"'},
    )


def _cell(number: int | None) -> str:
    return "••" if number is None else str(number)


def _cells(share: Share | None) -> list[str]:
    if share is None:
        return ["••"] * 5
    if not share.of:
        return ["0", "0", "", "", ""]
    percents = [f"{one * 100:.1f}".replace(".", ",") for one in (share.value, share.low, share.high)]
    return [str(share.number), str(share.of), *percents]
