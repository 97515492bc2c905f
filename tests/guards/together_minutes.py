"""Objects that the permission guard asks for: what happens in a meeting and its minutes: speeches, votes, decisions, tasks.

A meeting of a board of the City of Vantaa; nobody else is called to it.
"""

from datetime import UTC, datetime, timedelta

from django.db.backends.postgresql.psycopg_any import DateRange

from kotopolku.actors.models import Organisation, User
from kotopolku.cooperation.models import (
    AgendaItem,
    Body,
    BodySeat,
    BodyTerm,
    Dissent,
    Meeting,
    MeetingCall,
    MeetingTask,
    Minutes,
    MinutesCheck,
    PublishedMinutes,
    Recusal,
    Speech,
    Vote,
)
from tests.guards.rows import DAY, Filler

NOON = datetime(DAY.year, DAY.month, DAY.day, 12, tzinfo=UTC)
YEARS = timedelta(days=700)


def objects(make: Filler, vantaa: Organisation) -> dict[str, dict[str, object]]:
    """Minutes that the city's own officer checks; a member who does not sign in here can dissent."""
    body = make.row(Body, organisation=vantaa, kind="board", founded_on=DAY - YEARS, ended_on=None)
    term = make.row(BodyTerm, body=body, days=DateRange(DAY - YEARS, DAY + YEARS))
    meeting = make.row(
        Meeting,
        body=body,
        organisation=vantaa,
        term=term,
        series=None,
        year=DAY.year,
        number=91,
        state="closed",
        starts_at=NOON,
        ends_at=NOON,
        opened_at=NOON,
        closed_at=NOON,
        quorum=1,
    )
    officer = make.owners[User]
    calls = [
        make.row(
            MeetingCall,
            meeting=meeting,
            seat=make.row(BodySeat, term=term, organisation=vantaa),
            holder=None,
            user=user,
            instead_of=None,
            ended_at=None,
        )
        for user in (None, officer)
    ]
    item = make.row(AgendaItem, meeting=meeting, state="done", proposed_by=None, continued=None)
    of_item = {"item": item, "call": calls[0]}
    speech = make.row(Speech, **of_item)
    recusal = make.row(Recusal, **of_item)
    dissent = make.row(Dissent, **of_item)
    vote = make.row(Vote, item=item, state="closed")
    task = make.row(MeetingTask, item=item, owner=None)
    content = {"number": f"91/{DAY.year}", "language": "fi"}
    minutes = make.row(Minutes, meeting=meeting, state="checking", content=content)
    make.row(MinutesCheck, minutes=minutes, call=calls[1], signed_at=None)
    published = make.row(
        PublishedMinutes, meeting=meeting, body=body, organisation=vantaa, content=content, language="fi"
    )
    return {
        "commons/minutes/": {
            "meeting_id": meeting.pk,
            "item_id": item.pk,
            "speech_id": speech.pk,
            "recusal_id": recusal.pk,
            "dissent_id": dissent.pk,
            "vote_id": vote.pk,
            "task_id": task.pk,
            "published_id": published.pk,
        }
    }
