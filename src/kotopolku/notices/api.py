"""Notices over HTTP: the caller's own, and marking one as seen."""

from datetime import datetime
from typing import Any

from ninja import Router, Schema

from kotopolku.access.capabilities import Capability
from kotopolku.actors.api import Caller, api_needs
from kotopolku.notices import actions, queries

router = Router(tags=["notices"], auth=Caller())


class NoticeOut(Schema):
    """A notice in the language asked for. ``count``: how many things it stands for."""

    id: int
    text: str
    made_at: datetime
    seen: bool
    count: int


@router.get("/notices", response=list[NoticeOut], summary="The caller's notices")
@api_needs(Capability.SIGNED_IN)
def notices(request: Any) -> Any:
    return queries.notices(request.viewer)


@router.post("/notices/{int:notice_id}/seen", response={204: None}, summary="Mark a notice as seen")
@api_needs(Capability.SIGNED_IN)
def seen(request: Any, notice_id: int) -> Any:
    """Safe to repeat."""
    actions.see(notice_id, actor=request.viewer)
    return 204, None
