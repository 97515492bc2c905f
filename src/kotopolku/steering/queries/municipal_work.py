"""What waits for somebody in municipal programmes: for My work. Not for: what a programme holds (``municipal.py``)."""

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kotopolku.access.viewer import Viewer
from kotopolku.placement.queries.my_work import Todo
from kotopolku.steering import access_municipal as access
from kotopolku.steering.models import MunicipalState, ProgrammeSection, ProposalState

MOST_LISTED = 50


def todo(viewer: Viewer, limit: int = MOST_LISTED) -> list[Todo]:
    """Comments and proposals to answer in own drafts; sections that one's organisation was asked to write. Three statements."""
    found: list[Todo] = []
    if access.keeps(viewer):
        here = Q(sections__removed_at=None)
        open_comments = Count(
            "sections__comments",
            filter=Q(here, sections__comments__parent=None, sections__comments__settled_at=None),
            distinct=True,
        )
        open_proposals = Count(
            "sections__proposals",
            filter=Q(here, sections__proposals__state=ProposalState.OPEN),
            distinct=True,
        )
        rows = access.own_programmes(viewer).filter(state=MunicipalState.DRAFT)
        for one in rows.annotate(said=open_comments, offered=open_proposals).order_by("id")[:limit]:
            number = one.said + one.offered
            if number:
                words = ngettext(
                    "%(number)s comment or proposal waits", "%(number)s comments and proposals wait", number
                ) % {"number": number}
                title = _("Answer the comments: %(name)s") % {"name": one.name}
                found.append(Todo(title, words, None, reverse("steering:municipal-talk", args=[one.pk])))
    asked = ProgrammeSection.objects.filter(
        answers_id=viewer.organisation_id or 0,
        removed_at=None,
        programme__in=access.part_programmes(viewer).filter(state=MunicipalState.DRAFT).values("pk"),
    )
    for section in asked.select_related("programme").order_by("programme_id", "order", "id"):
        if not any(section.text.get(one, "").strip() for one in section.programme.languages):
            title = _("Write a section: %(name)s") % {"name": section.programme.name}
            words = _("Your organisation was asked to write it")
            found.append(Todo(title, words, None, reverse("steering:municipal-section", args=[section.pk])))
    return found[:limit]
