"""Objects that the permission guard asks for: meetings of bodies: series, invitations, agenda, papers, presence.

A meeting of a board of the City of Vantaa, to which the city's own officer is called, and nobody else who signs in.
"""

from datetime import UTC, datetime, timedelta

from django.db.backends.postgresql.psycopg_any import DateRange

from kotopolku.actors.models import Organisation, User
from kotopolku.cooperation.models import (
    AgendaItem,
    Body,
    BodySeat,
    BodyTerm,
    Meeting,
    MeetingCall,
    MeetingPaper,
    Recess,
    SeatHolder,
)
from tests.guards.rows import DAY, Filler

YEARS = timedelta(days=700)
SOON = datetime(DAY.year, DAY.month, DAY.day, 12, tzinfo=UTC) + timedelta(days=30)


def objects(make: Filler, vantaa: Organisation) -> dict[str, dict[str, object]]:
    """The officer sits in the board and has proposed an item that is on the agenda."""
    officer = make.owners[User]
    body = make.row(Body, organisation=vantaa, kind="board", founded_on=DAY - YEARS, ended_on=None)
    term = make.row(BodyTerm, body=body, days=DateRange(DAY - YEARS, DAY + YEARS))
    seat = make.row(BodySeat, term=term, organisation=vantaa, role="member")
    holder = make.row(
        SeatHolder, seat=seat, part="member", days=DateRange(DAY - YEARS, DAY + YEARS), user=officer
    )
    meeting = make.row(
        Meeting,
        body=body,
        organisation=vantaa,
        term=term,
        series=None,
        year=DAY.year,
        number=92,
        language="fi",
        state="called",
        starts_at=SOON,
        ends_at=SOON + timedelta(hours=2),
        items_until=DAY + timedelta(days=20),
        called_at=SOON - timedelta(days=30),
        readers=[officer.pk],
        opened_at=None,
        closed_at=None,
        quorum=None,
    )
    call = make.row(
        MeetingCall,
        meeting=meeting,
        seat=seat,
        holder=holder,
        part="member",
        user=officer,
        instead_of=None,
        answer="none",
        answered_at=None,
        ended_at=None,
    )
    item = make.row(
        AgendaItem, meeting=meeting, state="agenda", proposed_by=holder, continued=None, subject_kind=""
    )
    paper = make.row(MeetingPaper, item=item, sent_at=SOON - timedelta(days=30), withdrawn_at=None)
    recess = make.row(Recess, meeting=meeting)
    return {
        "commons/meetings/": {
            "body_id": body.pk,
            "meeting_id": meeting.pk,
            "call_id": call.pk,
            "item_id": item.pk,
            "paper_id": paper.pk,
            "recess_id": recess.pk,
        }
    }
