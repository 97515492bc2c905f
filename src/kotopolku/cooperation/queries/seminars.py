"""What pages ask about trainings for professionals: the list, one of them for a reader, and for its arranger."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import OuterRef, Q, QuerySet, Subquery

from kotopolku import clock
from kotopolku.access import rowsecurity
from kotopolku.access.viewer import Viewer
from kotopolku.cooperation import access
from kotopolku.cooperation.models import (
    Registration,
    RegistrationState,
    Seminar,
    SeminarLink,
    SeminarState,
)

PAGE_SIZE = 25


def seminars(viewer: Viewer, *, topic: str = "", past: bool = False, box: str = "") -> "QuerySet[Seminar]":
    """Seminars to come, or those that are over, each with ``mine`` (the viewer's registration's state).

    ``box``: "mine" for those with a registration of the viewer, "own" for those of the own organisation, drafts too.
    """
    held = (
        access.own_registrations(viewer)
        .filter(seminar=OuterRef("pk"))
        .exclude(state=RegistrationState.CANCELLED)
    )
    rows = (
        access.seminars(viewer).select_related("organiser").annotate(mine=Subquery(held.values("state")[:1]))
    )
    if topic:
        rows = rows.filter(topic=topic)
    own = Q(organiser_id=viewer.organisation_id or 0)
    rows = rows.filter(own if box == "own" else ~Q(state=SeminarState.DRAFT))
    if box == "mine":
        rows = rows.exclude(mine=None)
    now = clock.now()
    if past:
        return rows.filter(ends_at__lt=now).order_by("-starts_at", "-id")
    return rows.filter(ends_at__gte=now).order_by("starts_at", "id")


@dataclass(frozen=True)
class Detail:
    """A seminar for one reader."""

    seminar: Seminar
    mine: Registration | None
    turn: int
    """The place on the waiting list, 0 when not on it."""
    waiting: int
    link: str
    """The webinar's address; empty for who has no place."""
    can_register: bool
    over: bool


def detail(viewer: Viewer, seminar: Seminar) -> Detail:
    """Three statements; the numbers on the waiting list tell no name."""
    mine = (
        access.own_registrations(viewer)
        .filter(seminar=seminar)
        .exclude(state=RegistrationState.CANCELLED)
        .first()
    )
    now = clock.now()
    coming = seminar.state != SeminarState.CANCELLED and seminar.starts_at > now
    with rowsecurity.as_system():
        waiting = Registration.objects.filter(seminar=seminar, state=RegistrationState.WAITING)
        ids = list(waiting.order_by("id").values_list("pk", flat=True)) if coming else []
    has_place = mine is not None and mine.state == RegistrationState.CONFIRMED
    link = ""
    if has_place or access.arranges(viewer, seminar):
        found = SeminarLink.objects.filter(seminar=seminar).first()
        link = found.address if found and seminar.state != SeminarState.CANCELLED else ""
    return Detail(
        seminar,
        mine,
        ids.index(mine.pk) + 1 if mine and mine.pk in ids else 0,
        len(ids),
        link,
        mine is None and is_open(seminar, now),
        seminar.ends_at < now,
    )


def is_open(seminar: Seminar, now: datetime) -> bool:
    """Whether one can still register, for a place or for the waiting list."""
    return (
        seminar.state == SeminarState.PUBLISHED
        and seminar.starts_at > now
        and seminar.register_by >= clock.today()
    )


@dataclass(frozen=True)
class Participants:
    """Who has registered, for the arranger."""

    confirmed: list[Registration]
    waiting: list[Registration]
    cancelled: int


def participants(seminar: Seminar) -> Participants:
    """One statement. The seminar was opened as ``access.own_seminar``."""
    rows = list(
        Registration.objects.filter(seminar=seminar).select_related("user", "organisation").order_by("id")
    )
    confirmed = [one for one in rows if one.state == RegistrationState.CONFIRMED]
    confirmed.sort(key=lambda one: (one.user.get_full_name().lower(), one.pk))
    return Participants(
        confirmed,
        [one for one in rows if one.state == RegistrationState.WAITING],
        sum(one.state == RegistrationState.CANCELLED for one in rows),
    )
