"""Service paths that carry goals out: names of those in use, of an organisation's drafts only that there is one."""

from collections.abc import Sequence
from datetime import date

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from kotopolku.access.capabilities import Capability
from kotopolku.access.viewer import Viewer
from kotopolku.steering import access_paths as access
from kotopolku.steering import carrying
from kotopolku.steering.carrying import Carried, Choice, Ref
from kotopolku.steering.models import PathState, ServicePath, TieKind


def find(viewer: Viewer, words: str, municipalities: Sequence[str]) -> list[Choice]:
    """Paths in use and own drafts; in these municipalities or in an organisation's whole area."""
    rows = access.paths(viewer).exclude(state=PathState.ENDED)
    rows = rows.filter(Q(municipalities=[]) | Q(municipalities__overlap=list(municipalities)))
    for word in words.split()[:6]:
        rows = rows.filter(
            Q(name_fi__icontains=word) | Q(name_sv__icontains=word) | Q(organisation__name_fi__icontains=word)
        )
    found = rows.select_related("organisation").order_by("name_fi", "id")[: carrying.MOST_FOUND]
    return [Choice(one.pk, one.name, one.organisation.name) for one in found]


def read(viewer: Viewer, refs: Sequence[Ref], municipalities: Sequence[str], on: date) -> dict[Ref, Carried]:
    """Two statements."""
    found: dict[Ref, Carried] = {}
    if viewer.may(Capability.SIGNED_IN):
        for one in access.paths(viewer).filter(pk__in=refs).select_related("organisation"):
            address = reverse("steering:path", args=[one.pk])
            found[one.pk] = Carried(one.name, one.organisation.name, address)
    return carrying.with_hidden(found, refs, ServicePath)


carrying.register(TieKind.PATH, _("Service paths"), find, read)
