"""The objects of bodies of cooperation that the permission guard asks for: a board of the City of Vantaa."""

from datetime import timedelta
from typing import Any

from django.db.backends.postgresql.psycopg_any import DateRange

from kotopolku.actors.models import Organisation
from kotopolku.cooperation.models import Body, BodySeat, BodyTerm, SeatHolder
from tests.guards.rows import DAY, Filler

YEARS = timedelta(days=700)


def objects(make: Filler, vantaa: Organisation) -> dict[str, dict[str, object]]:
    def made(model: type[Any], **given: Any) -> Any:
        row = make.owners[model] = make.row(model, **given)
        return row

    body = made(Body, organisation=vantaa, kind="board", founded_on=DAY - YEARS, ended_on=None)
    made(BodyTerm, body=body, days=DateRange(DAY - YEARS, DAY - timedelta(days=9)))
    term = made(BodyTerm, body=body, days=DateRange(DAY - timedelta(days=9), DAY + YEARS))
    seat = made(BodySeat, term=term, organisation=vantaa)
    holder = made(SeatHolder, seat=seat, days=DateRange(DAY - timedelta(days=9), DAY + YEARS), user=None)
    return {
        "commons/bodies/": {
            "body_id": body.pk,
            "term_id": term.pk,
            "seat_id": seat.pk,
            "holder_id": holder.pk,
        }
    }
