"""Appointments of the demo world: a week that lies behind, today, and the two weeks ahead, with interpreters and answers.

One client stayed away before being told of the fee, another after it: the second matter waits for a decision.
"""

from collections.abc import Sequence
from datetime import date, time, timedelta
from decimal import Decimal

from kotopolku import law
from kotopolku.access import rowsecurity
from kotopolku.access.viewer import Own, Viewer
from kotopolku.appointments import actions, rules
from kotopolku.appointments.actions import Details, OrderContent
from kotopolku.appointments.models import Appointment, InterpreterOrder, Participant
from kotopolku.clients.access import responsibilities
from kotopolku.clients.models import Responsibility
from kotopolku.demo.scenes import ActorOf
from kotopolku.demo.scenes.agreements import working

PERSONAS = ("kunta.vantaa", "tyo.vantaa", "kunta.kajaani")
TOLD, MISSED, ASKED, HEARD = 60, 21, 20, 5
"""How many days ago."""
AHEAD = (
    # days ahead, begins, topic, way, room
    (0, time(9), "assessment", "office", "Kokoushuone 1"),
    (0, time(13), "plan", "office", "Kokoushuone 2"),
    (1, time(10), "review", "video", ""),
    (2, time(9, 30), "guidance", "office", "Kokoushuone 1"),
    (4, time(12), "plan", "office", "Kokoushuone 3"),
    (7, time(14), "review", "telephone", ""),
)
AGENCY = "Esimerkkitulkit Oy"


def play(actor_of: ActorOf, day: date) -> None:
    for username in PERSONAS:
        viewer = actor_of(username)
        mine = responsibilities(viewer).filter(
            worker_id=viewer.user_id, ended_on=None, days__startswith__lte=day - timedelta(days=TOLD)
        )
        grown = day - timedelta(days=20 * 365)
        rows = list(
            mine.filter(person__birth_date__lt=grown).select_related("person").order_by("id")[: len(AHEAD)]
        )
        if len(rows) == len(AHEAD):
            _weeks_behind(viewer, rows, day)
            _weeks_ahead(viewer, rows, day)


def _behind(day: date, days: int) -> date:
    """The last working day at least so many days ago."""
    found = day - timedelta(days=days)
    while not law.is_working_day(found):
        found -= timedelta(days=1)
    return found


def _booked(
    viewer: Viewer, row: Responsibility, on: date, at: time, topic: str, way: str = "office", room: str = ""
) -> Appointment:
    slot = rules.Slot(rules.moment(on, at), rules.moment(on, at.replace(hour=at.hour + 1)))
    language = row.person.service_language
    order = None
    if language not in ("", "fi", "sv"):
        order = OrderContent(language, "present" if way == "office" else "telephone", "", AGENCY)
    details = Details(
        topic=topic,
        slot=slot,
        workers=(viewer.user_id or 0,),
        way=way,
        room=room,
        place="Esimerkkikatu 1" if way == "office" else "",
    )
    return actions.book_appointment(
        details, [row.relationship_id], actor=viewer, interpreter=order, confirmed=True
    )


def _weeks_behind(viewer: Viewer, rows: Sequence[Responsibility], day: date) -> None:
    missed_on = _behind(day, MISSED)
    with working(viewer, _behind(day, TOLD)) as then:
        language = rows[1].person.service_language
        actions.give_warning(rows[1].relationship_id, then.day, "letter", actor=then, language=language)
        times = [
            _booked(then, row, missed_on, time(9 + number), "guidance") for number, row in enumerate(rows[:3])
        ]
    with working(viewer, _behind(day, ASKED)) as after:
        one, other, third = [Participant.objects.get(appointment=booked) for booked in times]
        for order in InterpreterOrder.objects.filter(appointment__in=times):
            actions.change_order(order.pk, "done", actor=after, provider=AGENCY, cost_eur=Decimal("78.50"))
        actions.record_result(one.pk, "no-show", actor=after)
        actions.record_result(other.pk, "no-show", actor=after)
        actions.record_result(third.pk, "held", actor=after, note="Sovittiin suunnitelman tarkistamisesta.")
        actions.give_warning(
            one.relationship_id, after.day, "talk", actor=after, participant_id=one.pk, language="fi"
        )
        if InterpreterOrder.objects.filter(appointment=times[1]).exists():
            actions.ask_to_explain(other.pk, after.day + timedelta(days=14), actor=after)
    with working(viewer, _behind(day, HEARD)) as later:
        if InterpreterOrder.objects.filter(appointment=times[1]).exists():
            actions.record_explanation(other.pk, "Unohdin ajan. Olen pahoillani.", actor=later)
            actions.propose_fee(
                other.pk,
                Decimal("40.00"),
                "Ajasta muistutettiin, ja asiakas oli saanut varoituksen omalla kielellään. Tulot riittävät.",
                actor=later,
            )


def _weeks_ahead(viewer: Viewer, rows: Sequence[Responsibility], day: date) -> None:
    with working(viewer, _behind(day, 3)) as then:
        times = [
            _booked(then, row, law.next_working_day(day + timedelta(days=ahead)), at, topic, way, room)
            for row, (ahead, at, topic, way, room) in zip(rows, AHEAD, strict=True)
        ]
        order = InterpreterOrder.objects.filter(appointment__in=times[:2]).order_by("id").first()
        if order is not None:
            actions.change_order(
                order.pk, "confirmed", actor=then, provider=AGENCY, reference_number="T-4021"
            )
        group_on = law.next_working_day(day + timedelta(days=8))
        slot = rules.Slot(rules.moment(group_on, time(9)), rules.moment(group_on, time(11)))
        details = Details(
            topic="orientation",
            slot=slot,
            workers=(viewer.user_id or 0,),
            room="Sali",
            place="Esimerkkikatu 1",
            info="Ota mukaan kynä. Kahvia on tarjolla.",
            capacity=12,
        )
        actions.book_appointment(
            details, [row.relationship_id for row in rows[2:]], actor=then, confirmed=True
        )
    for number, booked in enumerate(times[2:4]):
        client = rows[number + 2].person_id
        mine = Viewer(user_id=None, name="", day=day, seat=None, own=Own(person_id=client, self_id=client))
        with working(mine, day):
            if number:
                actions.ask_another_time(
                    booked.pk, "Mieluummin iltapäivällä, lapsi on silloin päiväkodissa.", actor=mine
                )
            else:
                actions.confirm(booked.pk, actor=mine)
    rowsecurity.apply(viewer)
