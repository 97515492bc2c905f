"""The objects of hearings that the permission guard asks for: kept by the City of Vantaa, or asking it.

Not for: what they say (``rows.py``).
"""

from datetime import UTC, datetime, timedelta

from kotopolku.actors.models import Organisation
from kotopolku.cooperation.models import Hearing, HearingInvitee, Statement
from tests.guards.rows import DAY, Filler

NOON = datetime(DAY.year, DAY.month, DAY.day, 12, tzinfo=UTC)


def objects(make: Filler, vantaa: Organisation) -> dict[str, dict[str, object]]:
    """Vantaa's open hearing with a statement of Espoo; one of a region that asks Vantaa; one of Vantaa's for everybody."""
    region, espoo = (Organisation.objects.get(code=code) for code in ("evk-01", "kunta-049"))
    plain = {"told_at": NOON, "opened_at": NOON, "answer_by": DAY + timedelta(days=30), "subject_kind": ""}
    own = make.row(Hearing, organisation=vantaa, state="open", **plain)
    invitee = make.row(HearingInvitee, hearing=own, organisation=espoo, sender_id=vantaa.pk)
    statement = make.row(
        Statement, hearing=own, organisation=espoo, sender_id=vantaa.pk, given_at=NOON, shown=""
    )
    asking = make.row(Hearing, organisation=region, state="open", **plain)
    make.row(HearingInvitee, hearing=asking, organisation=vantaa, body=None, sender_id=region.pk)
    told = make.row(Hearing, organisation=vantaa, state="published", public=True, published_at=NOON, **plain)
    one = "commons/hearings/<int:hearing_id>/"
    return {
        "commons/hearings/": {
            "hearing_id": own.pk,
            "invitee_id": invitee.pk,
            "statement_id": statement.pk,
            "number": 0,
            "language": "fi",
        },
        f"{one}statement/": {"hearing_id": asking.pk},
        f"{one}summary/": {"hearing_id": told.pk},
    }
