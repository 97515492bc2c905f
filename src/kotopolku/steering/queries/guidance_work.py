"""What of guidance waits for somebody: for My work. Not for: what a request holds (``guidance.py``)."""

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from kotopolku.access.viewer import Viewer
from kotopolku.placement.queries.my_work import Todo
from kotopolku.steering import access_guidance as access
from kotopolku.steering import guidance_rules as rules
from kotopolku.steering.models import Guidance, GuidanceState

MOST = 50


def todo(viewer: Viewer, limit: int) -> list[Todo]:
    """Requests to answer, changes to settle; for the asker comments to act on. Two statements a side.

    To an officer one's own and what nobody has taken.
    """
    if access.guides(viewer):
        found = _of_region(viewer) + _left(viewer)
    elif access.asks(viewer):
        found = _of_asker(viewer) + _left(viewer)
    else:
        return []
    return sorted(found, key=lambda one: (one.due is None, one.due or viewer.day))[:limit]


def _of_region(viewer: Viewer) -> list[Todo]:
    mine = Q(responsible_id=viewer.user_id or 0) | Q(responsible=None)
    rows = access.requests(viewer).filter(mine, region_id=viewer.organisation_id or 0)
    rows = rows.select_related("asker").order_by("answer_by", "id")
    made = [
        Todo(
            _("Answer the request for guidance: %(subject)s") % {"subject": one.subject},
            _("%(organisation)s asks your authority") % {"organisation": one.asker.name},
            one.answer_by,
            _address(one),
        )
        for one in rows.filter(state__in=rules.OPEN)[:MOST]
    ]
    told = access.comments(viewer).exclude(changed="").filter(settled_at=None)
    told = told.exclude(verdict=rules.FINE)
    waiting = rows.filter(state=GuidanceState.ANSWERED, comments__in=told).distinct()
    return made + [
        Todo(
            _("Look at what was changed: %(subject)s") % {"subject": one.subject},
            _("%(organisation)s has told what was done about your comments")
            % {"organisation": one.asker.name},
            None,
            _address(one),
        )
        for one in waiting[:MOST]
    ]


def _of_asker(viewer: Viewer) -> list[Todo]:
    asked = access.comments(viewer).filter(changed="", settled_at=None).exclude(verdict=rules.FINE)
    rows = access.requests(viewer).filter(asker_id=viewer.organisation_id or 0)
    waiting = rows.filter(state=GuidanceState.ANSWERED, comments__in=asked).distinct()
    return [
        Todo(
            _("Tell what you changed: %(subject)s") % {"subject": one.subject},
            _("%(organisation)s has commented") % {"organisation": one.region.name},
            None,
            _address(one),
        )
        for one in waiting.select_related("region").order_by("id")[:MOST]
    ]


def _left(viewer: Viewer) -> list[Todo]:
    left = access.left_behind(viewer)
    if not left:
        return []
    names = ", ".join(sorted({(one.region if access.guides(viewer) else one.asker).name for one in left}))
    return [
        Todo(
            _("Take over requests for guidance"),
            _("Your organisation follows %(names)s") % {"names": names},
            None,
            reverse("steering:guidance-left"),
        )
    ]


def _address(one: Guidance) -> str:
    return reverse("steering:guidance-one", args=[one.pk])
