"""What waits for somebody in goals: for My work. Not for: the goals themselves (``goals.py``)."""

from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _

from kotopolku.access.viewer import Viewer
from kotopolku.clients.wording import language
from kotopolku.placement.queries.my_work import Todo
from kotopolku.steering import access_goals as access
from kotopolku.steering.models import GoalState, MunicipalState
from kotopolku.steering.queries import goal_lines
from kotopolku.steering.queries.goals import lacking
from kotopolku.steering.queries.programme import said


def todo(viewer: Viewer, limit: int) -> list[Todo]:
    """Last year's follow-ups that lack; own goals whose line has ended; goals past their target's year. Four statements."""
    if not access.carries(viewer) or viewer.organisation_id is None or limit <= 0:
        return []
    last_year = viewer.day.year - 1
    mine = access.followed_goals(viewer).select_related("programme").order_by("programme_id", "order", "pk")
    waiting = mine.filter(lacking(last_year)).exclude(follow_ups__year=last_year)
    found = [
        Todo(
            _("Follow up the goal: %(title)s") % {"title": _title(one.title, one.code)},
            _("No follow-up of %(years)s") % {"years": last_year},
            None,
            reverse("steering:goal-follow-up-new", args=[one.pk]) + f"?year={last_year}",
        )
        for one in waiting[:limit]
    ]
    going = mine.filter(
        state=GoalState.OPEN,
        programme__organisation_id=viewer.organisation_id,
        programme__state__in=(MunicipalState.DRAFT, MunicipalState.COUNCILS, MunicipalState.APPROVED),
    )
    ended = going.filter(lines__days__endswith__lte=viewer.day).distinct().prefetch_related("lines")
    found += [
        Todo(
            _("Choose another line for the goal: %(title)s") % {"title": _title(one.title, one.code)},
            _("A line that it carries out is followed no longer"),
            None,
            reverse("steering:goal", args=[one.pk]),
        )
        for one in ended[:limit]
        if not all(goal_lines.is_followed(line, viewer.day) for line in one.lines.all())
    ]
    past = going.filter(programme__state=MunicipalState.APPROVED, target_year__lt=viewer.day.year)
    found += [
        Todo(
            _("Close the goal: %(title)s") % {"title": _title(one.title, one.code)},
            _("The year of the target has passed"),
            date(one.target_year, 12, 31),
            reverse("steering:goal-state", args=[one.pk]),
        )
        for one in past[:limit]
    ]
    return found[:limit]


def _title(title: dict[str, str], code: str) -> str:
    return said(title, language())[0] or code
