"""Goals of municipalities that are tied to lines: shown before a line is changed or ended, their owners told of the end."""

from collections.abc import Sequence

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from kotopolku.access.viewer import Viewer
from kotopolku.clients.wording import language
from kotopolku.steering import access_goals as access
from kotopolku.steering import hanging
from kotopolku.steering.hanging import Hung
from kotopolku.steering.models import MunicipalGoal
from kotopolku.steering.queries.goal_people import told
from kotopolku.steering.queries.programme import said


def goals_on(viewer: Viewer, lines: Sequence[int]) -> list[Hung]:
    """Goals tied to the lines, those given up too, of programmes that the viewer reads. One statement."""
    ties = MunicipalGoal.lines.through.objects.filter(
        line_id__in=lines, municipalgoal__in=access.goals(viewer).values("pk")
    )
    rows = ties.select_related("municipalgoal__programme__organisation").order_by(
        "municipalgoal_id", "line_id"
    )
    found = []
    for tie in rows:
        goal = tie.municipalgoal
        title, title_language = said(goal.title, language())
        leading = goal.programme.organisation_id
        found.append(
            Hung(
                line=tie.line_id,
                words=title or goal.code,
                by=goal.programme.name,
                organisation=leading,
                language=title_language,
                address=reverse("steering:goal", args=[goal.pk]),
                others=(goal.owner_id,) if goal.owner_id != leading else (),
            )
        )
    return found


hanging.register("municipal-goal", _("Goals of municipalities"), goals_on, "steering.goal-line-ended", told)
