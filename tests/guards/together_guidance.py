"""Objects that the permission guard asks for: a request for guidance of the City of Vantaa, answered by its region."""

from datetime import UTC, datetime
from typing import Any

from kotopolku.actors.models import Organisation
from kotopolku.steering.models import Guidance, GuidanceComment, GuidanceMark, GuidanceNote
from tests.guards.rows import Filler

ANSWERED = datetime(2026, 11, 21, 9, tzinfo=UTC)


def objects(make: Filler, vantaa: Organisation) -> dict[str, dict[str, object]]:
    def made(model: type[Any], **given: Any) -> Any:
        row = make.owners[model] = make.row(model, **given)
        return row

    region = Organisation.objects.get(code="evk-01")
    guidance = made(
        Guidance, asker=vantaa, region=region, kind="question", state="answered", answered_at=ANSWERED
    )
    comment = made(GuidanceComment, guidance=guidance, key="", line=None, verdict="better")
    made(GuidanceMark, guidance=guidance)
    made(GuidanceNote, guidance=guidance)
    return {"steering/guidance/": {"guidance_id": guidance.pk, "comment_id": comment.pk}}
