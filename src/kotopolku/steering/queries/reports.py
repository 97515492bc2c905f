"""What pages ask about yearly reports: the own ones, the ministry's list of a year, what waits on My work."""

from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from kotopolku import clock
from kotopolku.access.capabilities import Capability
from kotopolku.access.viewer import Viewer
from kotopolku.actors import queries as actors
from kotopolku.actors.models import Organisation, OrganisationKind
from kotopolku.placement.queries.my_work import Todo
from kotopolku.steering import access_measures as access
from kotopolku.steering.models import RegionalReport, ReportState
from kotopolku.steering.queries.measures import Mark
from kotopolku.steering.report_rules import is_own_target, report_due

STATE_MARKS = {"draft": "plan", "signed": "now", "sent": "ok"}


@dataclass(frozen=True)
class AuthorityRow:
    """A regional authority in the ministry's list of a year; ``report`` None: nothing has been sent."""

    authority: Organisation
    report: RegionalReport | None


def is_receiver(viewer: Viewer) -> bool:
    """Whether the viewer reads what the regions send."""
    return (
        viewer.may(Capability.STEERING_NATIONAL)
        and viewer.seat is not None
        and viewer.seat.organisation_kind == OrganisationKind.MINISTRY
    )


def mark(report: RegionalReport) -> Mark:
    return Mark(STATE_MARKS[report.state], str(ReportState(report.state).label))


def own(viewer: Viewer) -> "QuerySet[RegionalReport]":
    """The own authority's reports in every state, the newest year first."""
    rows = access.reports(viewer).filter(organisation_id=viewer.organisation_id or 0)
    return rows.order_by("-year")


def of_predecessors(viewer: Viewer) -> "QuerySet[RegionalReport]":
    """Reports of authorities that are no more and that the own one follows: it finishes what was left unsent."""
    gone = actors.followed(viewer.organisation_id, viewer.day)
    rows = access.reports(viewer).filter(organisation__in=gone).select_related("organisation")
    return rows.order_by("-year", "organisation__sort_key_fi")


def authorities(year: int) -> "QuerySet[Organisation]":
    """Who reports on a year: the regional authorities of the day after it, when it is over and its report can be written."""
    rows = Organisation.objects.filter(kind__in=access.REGIONS, valid__contains=date(year + 1, 1, 1))
    return rows.order_by("sort_key_fi", "code")


def sent_and_missing(viewer: Viewer, year: int) -> list[AuthorityRow]:
    """Every authority that reports on the year with what it has sent to the viewer's organisation. Two statements.

    A successor's report stands in its own row, also when it reported in its predecessor's stead.
    """
    rows = access.reports(viewer).filter(year=year, state=ReportState.SENT).select_related("organisation")
    sent = {one.organisation_id: one for one in rows}
    found = list(authorities(year))
    known = {one.pk for one in found}
    others = [one.organisation for key, one in sent.items() if key not in known]
    return [AuthorityRow(one, sent.get(one.pk)) for one in [*found, *others]]


def due_of(year: int) -> date | None:
    """The last day to report on the year; None for a year before every rule."""
    found = report_due(year)
    return found.due if found else None


def todo(viewer: Viewer) -> list[Todo]:
    """Last year's report: for the region until it is sent, with what predecessors left; for the ministry while some are missing.

    Two statements.
    """
    if viewer.organisation_id is None:
        return []
    year = viewer.day.year - 1
    if access.keeps(viewer):
        left = _left(viewer)
        report = own(viewer).filter(year=year).first()
        if report is not None and report.state == ReportState.SENT:
            return left
        address = reverse("steering:report", args=[report.pk]) if report else reverse("steering:reports")
        words = _("Send the report of %(year)s to the ministry") % {"year": year}
        return [Todo(words, _reason(year), due_of(year), address), *left]
    if is_receiver(viewer):
        missing = [row for row in sent_and_missing(viewer, year) if row.report is None]
        if not missing:
            return []
        words = _("Regional reports of %(year)s not sent: %(number)s") % {
            "year": year,
            "number": len(missing),
        }
        return [Todo(words, _reason(year), due_of(year), f"{reverse('steering:reports')}?year={year}")]
    return []


def _left(viewer: Viewer) -> list[Todo]:
    """Reports that a predecessor did not send."""
    words = _("Send the report of %(year)s to the ministry")
    reason = _("%(before)s, which your authority follows, left it unsent")
    return [
        Todo(
            words % {"year": one.year},
            reason % {"before": one.organisation.name},
            due_of(one.year),
            reverse("steering:report", args=[one.pk]),
        )
        for one in of_predecessors(viewer).exclude(state=ReportState.SENT)
    ]


def ended_before(report: RegionalReport, day: date) -> bool:
    """Whether the report's authority was no more when the report was sent, or on the day while it is unsent."""
    last = report.organisation.last_day
    at = report.sent_at.astimezone(clock.HELSINKI).date() if report.sent_at else day
    return last is not None and last < at


def _reason(year: int) -> str:
    if is_own_target(year):
        return _("The region reports yearly; the Act gives no last day, it is our own target")
    return _("The region reports yearly to the ministry")
