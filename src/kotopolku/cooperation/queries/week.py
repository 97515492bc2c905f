"""What was new in the shared space on some days, by kind: for the weekly summary and the page to which it leads."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from django.urls import reverse
from django.utils.translation import ngettext

from kotopolku import clock
from kotopolku.access.viewer import Viewer
from kotopolku.cooperation import access
from kotopolku.cooperation.models import (
    BulletinState,
    Guideline,
    GuidelineState,
    HearingInvitee,
    HearingState,
    Material,
    MaterialState,
    Position,
    PositionState,
    PublishedAnswer,
    Seminar,
    SeminarState,
)
from kotopolku.cooperation.rules import Weekly

WEEK = timedelta(days=7)
Days = tuple[date, date]


def week_before(day: date) -> Days:
    """The seven days up to the day before, both included."""
    return day - WEEK, day - timedelta(days=1)


def common(days: Days) -> Weekly:
    """What everybody at work sees. Five statements."""
    return Weekly(
        materials=Material.objects.filter(state=MaterialState.PUBLISHED, published_on__range=days).count(),
        seminars=Seminar.objects.filter(
            state=SeminarState.PUBLISHED, published_on__range=days, starts_at__gt=clock.now()
        ).count(),
        answers=PublishedAnswer.objects.filter(withdrawn_on=None, published_on__range=days).count(),
        positions=Position.objects.filter(
            state=PositionState.ADOPTED, public=True, adopted_on__range=days
        ).count(),
        guidelines=Guideline.objects.filter(state=GuidelineState.ADOPTED, signed_on__range=days).count(),
    )


def hearings(days: Days) -> Counter[int]:
    """Hearings that were opened and in which each organisation is asked, by organisation. One statement."""
    rows = HearingInvitee.objects.exclude(hearing__state__in=(HearingState.DRAFT, HearingState.CANCELLED))
    return Counter(
        rows.filter(hearing__opened_at__date__range=days).values_list("organisation_id", flat=True)
    )


@dataclass(frozen=True)
class Line:
    words: str
    address: str


def lines(viewer: Viewer) -> list[Line]:
    """What is new for the viewer in the seven days before today: a line for each kind of which there is some."""
    days = week_before(viewer.day)
    found = common(days)
    received = access.received(viewer).filter(state=BulletinState.SENT, sent_at__date__range=days)
    asked = hearings(days)[viewer.organisation_id or 0]
    rows: list[tuple[Callable[[int], str], int, str]] = [
        (_bulletins, received.exclude(sent_by_id=viewer.user_id or 0).count(), "bulletins"),
        (_hearings, asked, "hearings"),
        (_positions, found.positions, "positions"),
        (_guidelines, found.guidelines, "guidelines"),
        (_materials, found.materials, "materials"),
        (_seminars, found.seminars, "seminars"),
        (_answers, found.answers, "answers"),
    ]
    return [
        Line(words(number) % {"number": number}, reverse(f"cooperation:{page}"))
        for words, number, page in rows
        if number
    ]


def _bulletins(number: int) -> str:
    return ngettext("%(number)s bulletin to you", "%(number)s bulletins to you", number)


def _hearings(number: int) -> str:
    return ngettext(
        "%(number)s hearing in which you are asked", "%(number)s hearings in which you are asked", number
    )


def _positions(number: int) -> str:
    return ngettext("%(number)s adopted position", "%(number)s adopted positions", number)


def _guidelines(number: int) -> str:
    return ngettext("%(number)s work-permit guideline", "%(number)s work-permit guidelines", number)


def _materials(number: int) -> str:
    return ngettext("%(number)s material or good practice", "%(number)s materials and good practices", number)


def _seminars(number: int) -> str:
    return ngettext("%(number)s training", "%(number)s trainings", number)


def _answers(number: int) -> str:
    return ngettext("%(number)s published answer", "%(number)s published answers", number)
