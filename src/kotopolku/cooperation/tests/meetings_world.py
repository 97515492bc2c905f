"""Stands up meetings of a body for tests: a region's group with chair, vice-chair, members, deputies, a secretary.

Every text is invented. Not for: what is said and decided in a meeting (``minutes_world.py``).
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from kotopolku import clock
from kotopolku.access import rowsecurity
from kotopolku.access.capabilities import Role
from kotopolku.access.viewer import Viewer
from kotopolku.clients.tests import factories as make
from kotopolku.clients.tests.walking import Worker
from kotopolku.cooperation.actions import agenda, meeting_calls, meeting_day, meetings
from kotopolku.cooperation.meeting_rules import ItemContent, MeetingContent, SeriesContent
from kotopolku.cooperation.models import (
    AgendaItem,
    Body,
    BodySeat,
    BodyTerm,
    Meeting,
    MeetingCall,
    SeatHolder,
)
from kotopolku.cooperation.tests import bodies_world as bodies
from kotopolku.cooperation.tests.bodies_world import ON, REGION, VANTAA

KAJAANI, ESPOO = "kunta-205", "kunta-049"
MEET = date(2026, 12, 14)
"""A Monday three weeks ahead."""
LINK = "https://kokous.example.fi/huone-7"


@dataclass
class Group:
    """A body with people on its seats; ``aloud`` is no user and has an e-mail address, ``spare`` no deputy."""

    keeper: Worker
    people: dict[str, Worker]
    body: Body
    term: BodyTerm
    seats: dict[str, BodySeat]
    holders: dict[str, SeatHolder]

    def viewer(self, name: str) -> Viewer:
        return self.keeper.viewer if name == "keeper" else self.people[name].viewer

    def worker(self, name: str) -> Worker:
        return self.keeper if name == "keeper" else self.people[name]


def group() -> Group:
    """Chair, vice-chair, a member with a deputy (maija and deputy), a member who is no user (aloud), a secretary.

    Four seats decide, so three must be there. ``stranger`` works for another municipality and sits nowhere.
    """
    keeper = bodies.keeper()
    people = {
        "chair": Worker(REGION, ON, Role.REGIONAL_OFFICER),
        "vice": Worker(VANTAA, ON),
        "maija": Worker(KAJAANI, ON),
        "deputy": Worker(KAJAANI, ON),
        "secretary": Worker(REGION, ON, Role.READER),
        "stranger": Worker(VANTAA, ON, Role.TEAM_LEADER),
    }
    body = bodies.body(keeper.viewer)
    term = bodies.term(keeper.viewer, body)
    seats: dict[str, BodySeat] = {}
    holders: dict[str, SeatHolder] = {}
    for place, (name, role, code) in enumerate(
        (
            ("chair", "chair", REGION),
            ("vice", "vice", VANTAA),
            ("maija", "member", KAJAANI),
            ("aloud", "member", ""),
            ("secretary", "secretary", REGION),
        )
    ):
        seats[name] = bodies.seat(keeper.viewer, term, role, code, represents="Järjestö ry", order=place)
        email = f"{name}@example.fi"
        if name in people:
            bodies.with_address(people[name], email)
        holders[name] = bodies.holder(keeper.viewer, seats[name], f"{name.title()} Malli", email=email)
    bodies.with_address(people["deputy"], "deputy@example.fi")
    holders["deputy"] = bodies.holder(
        keeper.viewer, seats["maija"], "Deputy Malli", part="deputy", email="deputy@example.fi"
    )
    return Group(keeper, people, body, term, seats, holders)


def at(hour: int, minute: int = 0, day: date = MEET) -> datetime:
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=clock.HELSINKI)


def content(**changes: Any) -> MeetingContent:
    values: dict[str, Any] = {
        "starts_at": at(9),
        "ends_at": at(11),
        "place": "Opastinsilta 12",
        "link": LINK,
    }
    return MeetingContent(**(values | changes))


def series_content(**changes: Any) -> SeriesContent:
    values: dict[str, Any] = {
        "first_on": MEET,
        "last_on": MEET + timedelta(weeks=24),
        "every_weeks": 4,
        "hour": 9,
        "minute": 0,
        "minutes_long": 120,
        "place": "Opastinsilta 12",
    }
    return SeriesContent(**(values | changes))


def planned(of: Group, **changes: Any) -> Meeting:
    with make.working(of.keeper.viewer) as at_work:
        return meetings.plan(of.body.pk, content(**changes), actor=at_work)


def item(of: Group, meeting: Meeting, title: str = "Alueen tilanne", **changes: Any) -> AgendaItem:
    with make.working(of.keeper.viewer) as at_work:
        return agenda.add(meeting.pk, ItemContent(title, **changes), actor=at_work)


def called(of: Group, meeting: Meeting | None = None, **changes: Any) -> Meeting:
    made = meeting or planned(of, **changes)
    with make.working(of.keeper.viewer) as at_work:
        return meeting_calls.send(made.pk, actor=at_work)


def call(meeting: Meeting, name: str) -> MeetingCall:
    """The newest call of somebody, whoever asks."""
    with rowsecurity.as_system():
        found = (
            MeetingCall.objects.filter(meeting=meeting, name=f"{name.title()} Malli").order_by("-pk").first()
        )
    assert found is not None
    return found


def calls(meeting: Meeting) -> dict[str, tuple[str, bool]]:
    """By name: the answer, and whether the call is live."""
    with rowsecurity.as_system():
        rows = MeetingCall.objects.filter(meeting=meeting).order_by("pk")
        return {one.name.split()[0].lower(): (one.answer, one.ended_at is None) for one in rows}


def answered(of: Group, meeting: Meeting, name: str, said: str, reason: str = "") -> MeetingCall:
    with make.working(of.viewer(name)) as at_work:
        return meeting_calls.answer(meeting.pk, said, reason, actor=at_work)


def opened(of: Group, meeting: Meeting, *names: str, hour: int = 9) -> Meeting:
    """On its day, with some people marked present from the beginning."""
    with make.working(of.keeper.viewer, MEET) as at_work:
        found = meeting_day.open_meeting(meeting.pk, actor=at_work, at=at(hour))
        for name in names:
            meeting_day.came(call(meeting, name).pk, actor=at_work, at=at(hour))
        return found


def fresh(meeting: Meeting) -> Meeting:
    with rowsecurity.as_system():
        return Meeting.objects.get(pk=meeting.pk)
