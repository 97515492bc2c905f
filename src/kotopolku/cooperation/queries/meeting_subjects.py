"""What an item of an agenda can be about: a hearing, a work-permit guideline or a position, as the viewer may see them.

Not for: what is done with them.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from kotopolku.access.capabilities import Capability
from kotopolku.access.viewer import Viewer
from kotopolku.cooperation import access_guidelines, access_hearings, access_positions
from kotopolku.cooperation.models import AgendaItem

HEARING, GUIDELINE, POSITION = "cooperation.hearing", "cooperation.guideline", "cooperation.position"
PAGES = {
    HEARING: "cooperation:hearing",
    GUIDELINE: "cooperation:guideline",
    POSITION: "cooperation:position",
}
MOST = 100


@dataclass(frozen=True)
class Subject:
    kind: str
    pk: int
    title: str

    @property
    def key(self) -> str:
        """As a form holds it."""
        return f"{self.kind}:{self.pk}"

    @property
    def words(self) -> str:
        named = {HEARING: _("Hearing"), GUIDELINE: _("Work-permit guideline"), POSITION: _("Position")}
        return f"{named[self.kind]}: {self.title}"

    @property
    def address(self) -> str:
        return reverse(PAGES[self.kind], args=[self.pk])


def is_subject(viewer: Viewer, kind: str, pk: int) -> bool:
    return bool(_found(viewer, {kind: {pk}})) if kind in PAGES else False


def subjects_of(viewer: Viewer, items: Iterable[AgendaItem]) -> dict[int, Subject]:
    """By item; nothing for one whose matter the viewer may not see. Three statements at most."""
    wanted: dict[str, set[int]] = {}
    rows = [one for one in items if one.subject_kind in PAGES and one.subject_id]
    for one in rows:
        wanted.setdefault(one.subject_kind, set()).add(one.subject_id or 0)
    found = {(one.kind, one.pk): one for one in _found(viewer, wanted)}
    keys = {one.pk: (one.subject_kind, one.subject_id or 0) for one in rows}
    return {pk: found[key] for pk, key in keys.items() if key in found}


def choices(viewer: Viewer) -> list[Subject]:
    """What the viewer's organisation has under way that a meeting can deal with, the newest first. Three statements."""
    mine = viewer.organisation_id or 0
    found = []
    if viewer.may(Capability.HEARING_KEEP):
        rows = access_hearings.own_hearings(viewer).order_by("-pk")[:MOST]
        found += [Subject(HEARING, one.pk, one.title) for one in rows]
    if viewer.may(Capability.GUIDELINE_KEEP):
        versions = access_guidelines.own_guidelines(viewer).order_by("-pk")[:MOST]
        found += [Subject(GUIDELINE, one.pk, one.number) for one in versions]
    positions = access_positions.positions(viewer).filter(organisation_id=mine).order_by("-pk")[:MOST]
    return found + [Subject(POSITION, one.pk, one.title) for one in positions]


def _found(viewer: Viewer, wanted: dict[str, set[int]]) -> list[Subject]:
    found: list[Subject] = []
    if ids := wanted.get(HEARING):
        hearings = access_hearings.hearings(viewer).filter(pk__in=ids)
        found += [Subject(HEARING, one.pk, one.title) for one in hearings]
    if ids := wanted.get(GUIDELINE):
        guidelines = access_guidelines.guidelines(viewer).filter(pk__in=ids)
        found += [Subject(GUIDELINE, one.pk, one.number) for one in guidelines]
    if ids := wanted.get(POSITION):
        positions = access_positions.positions(viewer).filter(pk__in=ids)
        found += [Subject(POSITION, one.pk, one.title) for one in positions]
    return found
