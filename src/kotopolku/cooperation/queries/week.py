"""What was new in the shared space on some days, by kind: for the weekly summary and the page to which it leads."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import ngettext

from kotopolku import clock
from kotopolku.access.viewer import Viewer
from kotopolku.cooperation import access
from kotopolku.cooperation.models import (
    Bulletin,
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
from kotopolku.cooperation.queries.guideline_texts import region_names
from kotopolku.cooperation.rules import EVERYTHING, Chosen, Fresh, SentBulletin, common_of
from kotopolku.cooperation.sources import is_topic
from kotopolku.notices import queries as notices

WEEKLY = "cooperation.week"
WEEK = timedelta(days=7)
Days = tuple[date, date]


def week_before(day: date) -> Days:
    """The seven days up to the day before, both included."""
    return day - WEEK, day - timedelta(days=1)


def fresh(days: Days) -> list[Fresh]:
    """What everybody at work sees. Five statements."""
    materials = Material.objects.filter(state=MaterialState.PUBLISHED, published_on__range=days)
    seminars = Seminar.objects.filter(
        state=SeminarState.PUBLISHED, published_on__range=days, starts_at__gt=clock.now()
    )
    answers = PublishedAnswer.objects.filter(withdrawn_on=None, published_on__range=days)
    positions = Position.objects.filter(state=PositionState.ADOPTED, public=True, adopted_on__range=days)
    guidelines = Guideline.objects.filter(state=GuidelineState.ADOPTED, signed_on__range=days)
    on_one_topic: tuple[tuple[str, QuerySet[Any]], ...] = (
        ("materials", materials),
        ("seminars", seminars),
        ("answers", answers),
    )
    return [
        *(
            Fresh(kind, frozenset({topic} - {""}))
            for kind, rows in on_one_topic
            for topic in rows.values_list("topic", flat=True)
        ),
        *(Fresh("positions", frozenset(topics)) for topics in positions.values_list("topics", flat=True)),
        *(
            Fresh("guidelines", regions=frozenset(regions))
            for regions in guidelines.values_list("regions", flat=True)
        ),
    ]


def sent(rows: "QuerySet[Bulletin]", of: Mapping[int, Collection[int]]) -> list[SentBulletin]:
    """Bulletins as the summary weighs them. ``of``: the organisations of each, by its id. One statement."""
    return [
        SentBulletin(
            frozenset(of.get(one.pk, ())),
            frozenset(one.roles),
            frozenset(one.topics),
            frozenset() if one.to_organisations or one.to_bodies else frozenset(one.to_regions),
            asks=one.acknowledge or one.guidance or one.answer_by is not None,
        )
        for one in rows.defer("body")
    ]


def chosen(user_ids: Iterable[int] | None = None) -> dict[int, Chosen]:
    """What readers want the summary to hold, by user; who wants everything is not there. One statement.

    ``user_ids``: only these; else everybody, for the job. What is no topic or region any more narrows nothing.
    """
    regions = region_names()
    found = {
        user_id: Chosen(
            frozenset(one for one in codes.get("topics", ()) if is_topic(one)),
            frozenset(one for one in codes.get("regions", ()) if one in regions),
        )
        for user_id, codes in notices.narrowed(WEEKLY, user_ids).items()
    }
    return {user_id: one for user_id, one in found.items() if one}


def chosen_by(viewer: Viewer) -> Chosen:
    """What the viewer wants the summary to hold."""
    return chosen([viewer.user_id or 0]).get(viewer.user_id or 0, EVERYTHING)


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


def lines(viewer: Viewer, wanted: Chosen) -> list[Line]:
    """What is new for the viewer in the seven days before today: a line for each kind of which there is some."""
    days = week_before(viewer.day)
    found = common_of(fresh(days), wanted)
    received = access.received(viewer).filter(state=BulletinState.SENT, sent_at__date__range=days)
    bulletins = sent(received.exclude(sent_by_id=viewer.user_id or 0), {})
    asked = hearings(days)[viewer.organisation_id or 0]
    rows: list[tuple[Callable[[int], str], int, str]] = [
        (_bulletins, sum(one.is_wanted(wanted) for one in bulletins), "bulletins"),
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
