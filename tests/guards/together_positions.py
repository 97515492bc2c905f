"""Objects that the permission guard asks for: a draft of the City of Vantaa that is being commented, an adopted position."""

from datetime import UTC, datetime, timedelta

from kotopolku.actors.models import Organisation
from kotopolku.cooperation.models import Position, PositionComment, PositionReceiver, PositionVersion
from tests.guards.rows import DAY, Filler

NOON = datetime(DAY.year, DAY.month, DAY.day, 12, tzinfo=UTC)


def objects(make: Filler, vantaa: Organisation) -> dict[str, dict[str, object]]:
    espoo = Organisation.objects.get(code="kunta-049")
    plain = {"organisation": vantaa, "body": None, "meeting_item": None, "number": 1, "public": True}
    draft = make.row(Position, state="comments", comments_until=DAY + timedelta(days=30), **plain)
    make.row(PositionVersion, position=draft, number=1)
    comment = make.row(PositionComment, position=draft, number=1, organisation=espoo)
    adopted = make.row(Position, state="adopted", adopted_on=DAY, adopted_how="x", **plain)
    receiver = make.row(
        PositionReceiver, position=adopted, organisation=espoo, sender_id=vantaa.pk, sent_at=NOON
    )
    one = {"position_id": adopted.pk, "receiver_id": receiver.pk}
    return {
        "commons/positions/": {"position_id": draft.pk, "comment_id": comment.pk},
        "commons/positions/<int:position_id>/receivers/": one,
        "commons/positions/published/<int:position_id>/": one,
    }
