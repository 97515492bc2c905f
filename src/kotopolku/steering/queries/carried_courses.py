"""Courses that carry goals out: names and providers of those the viewer sees, of drafts of others only that there is one."""

from collections.abc import Sequence
from datetime import date

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from kotopolku.access.capabilities import Capability
from kotopolku.access.viewer import Viewer
from kotopolku.steering import carrying
from kotopolku.steering.carrying import Carried, Choice, Ref
from kotopolku.steering.models import TieKind
from kotopolku.training import access
from kotopolku.training.models import Course


def find(viewer: Viewer, words: str, municipalities: Sequence[str]) -> list[Choice]:
    """Courses that have not ended, those in the municipalities first."""
    rows = access.courses(viewer).filter(ends_on__gte=viewer.day).select_related("provider")
    for word in words.split()[:6]:
        rows = rows.filter(Q(name__icontains=word) | Q(provider__name_fi__icontains=word))
    near = rows.filter(municipality__in=list(municipalities)).order_by("-starts_on", "-id")
    found = list(near[: carrying.MOST_FOUND])
    left = carrying.MOST_FOUND - len(found)
    if left and (words or not found):
        found += rows.exclude(municipality__in=list(municipalities)).order_by("-starts_on", "-id")[:left]
    return [Choice(one.pk, _words(one), one.provider.name) for one in found]


def read(viewer: Viewer, refs: Sequence[Ref], municipalities: Sequence[str], on: date) -> dict[Ref, Carried]:
    """Two statements."""
    opens = viewer.may(Capability.TRAINING_VIEW)
    found: dict[Ref, Carried] = {}
    if viewer.may(Capability.SIGNED_IN):
        for one in access.courses(viewer).filter(pk__in=refs).select_related("provider"):
            address = reverse("training:course", args=[one.pk]) if opens else ""
            found[one.pk] = Carried(_words(one), one.provider.name, address)
    return carrying.with_hidden(found, refs, Course)


def _words(course: Course) -> str:
    return f"{course.name} ({course.starts_on:%-d.%-m.%Y}–{course.ends_on:%-d.%-m.%Y})"


carrying.register(TieKind.COURSE, _("Courses"), find, read)
