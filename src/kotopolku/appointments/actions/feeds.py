"""Acts on one's own calendar feed: a secret address made, made anew, ended. The secret itself is never stored."""

import secrets

from django.db import transaction

from kotopolku import clock
from kotopolku.access.capabilities import Capability
from kotopolku.access.errors import NotVisible
from kotopolku.access.gate import require
from kotopolku.access.viewer import Viewer
from kotopolku.actors.signin import token_hash
from kotopolku.appointments.models import CalendarFeed
from kotopolku.journal.actions import record

KIND = "appointments.feed"


@transaction.atomic
def make_feed(*, actor: Viewer) -> str:
    """Makes the user's secret address, or another in place of the old, which ends at once. Returns the secret, once."""
    require(actor, Capability.CLIENT_VIEW)
    if actor.user_id is None:
        raise NotVisible
    secret = secrets.token_urlsafe(32)
    feed, _made = CalendarFeed.objects.update_or_create(
        user_id=actor.user_id, defaults={"token_hash": token_hash(secret), "made_at": clock.now()}
    )
    record("appointments.feed.made", actor=actor, object=(KIND, feed.pk))
    return secret


@transaction.atomic
def end_feed(*, actor: Viewer) -> bool:
    """Ends the address. False when there was none."""
    require(actor, Capability.CLIENT_VIEW)
    feed = CalendarFeed.objects.filter(user_id=actor.user_id).first() if actor.user_id else None
    if feed is None:
        return False
    number = feed.pk
    feed.delete()
    record("appointments.feed.ended", actor=actor, object=(KIND, number))
    return True
