"""Stands up a meeting under way for tests: five seats, who came, items on the agenda. Every text is invented.

The meeting is written as rows; what is tested are the acts in it. Not for: calling a meeting.
"""

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from kotopolku import clock
from kotopolku.access import rowsecurity
from kotopolku.access.capabilities import Role
from kotopolku.access.viewer import Viewer
from kotopolku.actors.models import Organisation, date_range
from kotopolku.clients.tests import factories as make
from kotopolku.clients.tests.walking import Worker
from kotopolku.cooperation.actions import decisions, meeting_votes, minutes
from kotopolku.cooperation.models import (
    AgendaItem,
    Body,
    BodySeat,
    BodyTerm,
    Meeting,
    MeetingCall,
    Minutes,
    Presence,
    PublishedMinutes,
    SeatHolder,
    Vote,
)

ON = date(2026, 11, 23)
REGION, VANTAA, KAJAANI, ESPOO = "evk-01", "kunta-092", "kunta-205", "kunta-049"
SECRET = "Turvapaikanhakijan valitus"


@dataclass
class Held:
    """A meeting and its people. ``workers`` sign in; "aloud" sits on a seat and does not."""

    meeting: Meeting
    keeper: Worker
    workers: dict[str, Worker]
    calls: dict[str, MeetingCall]
    items: dict[str, AgendaItem] = field(default_factory=dict)

    def item(self, name: str = "talk") -> AgendaItem:
        with rowsecurity.as_system():
            return AgendaItem.objects.select_related("meeting").get(pk=self.items[name].pk)

    def minutes(self) -> Minutes:
        with rowsecurity.as_system():
            return Minutes.objects.get(meeting=self.meeting)

    def viewer(self, name: str) -> Viewer:
        return self.keeper.viewer if name == "keeper" else self.workers[name].viewer


def at(hour: int, minute: int = 0, day: date = ON) -> datetime:
    return datetime.combine(day, time(hour, minute), clock.HELSINKI)


def held(*, quorum: int = 3, present: tuple[str, ...] = ("chair", "vice", "maija", "aloud")) -> Held:
    """A region's body of five seats; the item "talk" is being dealt with, "secret" has been, "next" comes."""
    keeper = Worker(REGION, ON, Role.REGIONAL_OFFICER)
    workers = {
        "chair": Worker(VANTAA, ON),
        "vice": Worker(KAJAANI, ON),
        "maija": Worker(ESPOO, ON),
        "deputy": Worker(ESPOO, ON),
        "guest": Worker(VANTAA, ON, Role.READER),
        "stranger": Worker(KAJAANI, ON, Role.TEAM_LEADER),
    }
    rowsecurity.apply(keeper.viewer)
    with rowsecurity.as_system():
        region = Organisation.objects.get(code=REGION)
        body = Body.objects.create(
            organisation=region,
            kind="group",
            name_fi="Uudenmaan yhteistyöryhmä",
            name_sv="Nylands samarbetsgrupp",
            founded_on=date(2026, 2, 1),
        )
        days = date_range(date(2026, 2, 1), date(2030, 1, 31))
        term = BodyTerm.objects.create(body=body, days=days, appointed_on=date(2026, 2, 1))
        users = {name: one.viewer.user_id for name, one in workers.items()}
        meeting = Meeting.objects.create(
            body=body,
            organisation=region,
            term=term,
            year=2026,
            number=4,
            language="fi",
            state="open",
            starts_at=at(9),
            ends_at=at(11),
            place="Opastinsilta 12",
            link="https://kokous.example.fi/huone",
            opened_at=_ago(90),
            quorum=quorum,
            readers=[users[name] for name in ("chair", "vice", "maija", "deputy", "guest")],
            made_by_id=keeper.viewer.user_id,
            made_at=clock.now(),
        )
        made: dict[str, MeetingCall] = {}
        for place, (name, role) in enumerate(
            (
                ("chair", "chair"),
                ("vice", "vice"),
                ("maija", "member"),
                ("aloud", "member"),
                ("empty", "member"),
            )
        ):
            seat = BodySeat.objects.create(term=term, role=role, represents=f"Järjestö {place}", order=place)
            holder = SeatHolder.objects.create(
                seat=seat, name=_name(name), user_id=users.get(name), days=days, part="member"
            )
            if name != "empty":
                made[name] = MeetingCall.objects.create(
                    meeting=meeting,
                    seat=seat,
                    holder=holder,
                    part="member",
                    name=_name(name),
                    user_id=users.get(name),
                    answer="yes",
                )
        made["guest"] = MeetingCall.objects.create(
            meeting=meeting, part="guest", name="Veikko Vieras", user_id=users["guest"]
        )
        found = Held(meeting, keeper, workers, made)
        for name in (*present, "guest"):
            came(found, name)
        found.items = {
            "talk": item(found, 1, "Kielikoulutuksen jonot", state="open", opened_at=_ago(30)),
            "secret": item(
                found,
                2,
                SECRET,
                state="done",
                access="secret",
                access_reason="621/1999 § 24",
                opened_at=_ago(80),
                closed_at=_ago(60),
                discussion="Salainen keskustelu valituksesta.",
                decision="Salainen päätös valituksesta.",
            ),
            "next": item(found, 3, "Seuraava kokous"),
        }
    return found


def _ago(minutes: int) -> datetime:
    with clock.at(ON):
        return clock.now() - timedelta(minutes=minutes)


def _name(name: str) -> str:
    return {
        "chair": "Pirkko Puheenjohtaja",
        "vice": "Ville Varapuhe",
        "maija": "Maija Malli",
        "aloud": "Aapo Ääneen",
        "deputy": "Sari Sijainen",
    }.get(name, "Tyhjä")


def item(of: Held, order: int, title: str, **changes: Any) -> AgendaItem:
    return AgendaItem.objects.create(
        meeting=of.meeting, order=order, title=title, kind="decision", **({"state": "agenda"} | changes)
    )


def came(of: Held, name: str, minutes_ago: int = 95) -> Presence:
    """Somebody is marked present."""
    with rowsecurity.as_system():
        return Presence.objects.create(call=of.calls[name], came_at=_ago(minutes_ago))


def left(of: Held, name: str) -> None:
    with rowsecurity.as_system():
        Presence.objects.filter(call=of.calls[name], left_at=None).update(left_at=_ago(1))


def deputy_instead(of: Held) -> MeetingCall:
    """Maija declines and leaves; her deputy is called and comes."""
    left(of, "maija")
    with rowsecurity.as_system():
        before = of.calls["maija"]
        before.answer = "no"
        before.save()
        holder = SeatHolder.objects.create(
            seat_id=before.seat_id,
            part="deputy",
            name=_name("deputy"),
            user_id=of.viewer("deputy").user_id,
            days=date_range(date(2026, 2, 1), date(2030, 1, 31)),
        )
        of.calls["deputy"] = MeetingCall.objects.create(
            meeting=of.meeting,
            seat_id=before.seat_id,
            holder=holder,
            part="deputy",
            name=_name("deputy"),
            user_id=of.viewer("deputy").user_id,
            instead_of=before,
        )
    came(of, "deputy", 5)
    return of.calls["deputy"]


def voting(of: Held, *options: str) -> Vote:
    with make.working(of.viewer("keeper")) as at_work:
        return meeting_votes.open_vote(
            of.items["talk"].pk, "Hyväksytäänkö esitys?", options or ("Kyllä", "Ei"), actor=at_work
        )


def cast(of: Held, vote: Vote, name: str, chosen: str, was: str = "") -> None:
    with make.working(of.viewer(name)) as at_work:
        meeting_votes.cast(vote.pk, chosen, was, actor=at_work)


def wrote(of: Held, decision: str = "Hyväksyttiin esitys.", name: str = "talk") -> AgendaItem:
    with make.working(of.viewer("keeper")) as at_work:
        return decisions.write(
            of.items[name].pk,
            "Keskusteltiin **jonoista**.",
            decision,
            actor=at_work,
            expected_version=of.item(name).version,
        )


def closed(of: Held) -> None:
    """The meeting ends, and everybody is let go at the same moment."""
    with rowsecurity.as_system():
        now = _ago(0)
        AgendaItem.objects.filter(meeting=of.meeting, state="open").update(state="done", closed_at=now)
        Presence.objects.filter(call__meeting=of.meeting, left_at=None).update(left_at=now)
        Meeting.objects.filter(pk=of.meeting.pk).update(state="closed", closed_at=now)


def sent(of: Held, *checkers: str) -> Minutes:
    with make.working(of.viewer("keeper")) as at_work:
        with rowsecurity.as_system():
            version = Minutes.objects.filter(meeting=of.meeting).values_list("version", flat=True).first()
        return minutes.send_to_check(
            of.meeting.pk,
            [of.calls[name].pk for name in checkers or ("vice", "maija")],
            actor=at_work,
            expected_version=version or 1,
        )


def signed(of: Held, *names: str) -> Minutes:
    for name in names or ("vice", "maija"):
        with make.working(of.viewer(name)) as at_work:
            minutes.sign(of.meeting.pk, of.minutes().digest, actor=at_work)
    return of.minutes()


def published(of: Held) -> PublishedMinutes:
    with make.working(of.viewer("keeper")) as at_work:
        return minutes.publish(of.meeting.pk, actor=at_work, expected_version=of.minutes().version)
