"""Sign-in: from a session or a token to a ``Viewer``, and the rules of accounts (only by invitation).

Not for: passwords, passkeys and one-time codes themselves (allauth), rights (`access`).
"""

import hashlib
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth.signals import user_logged_in
from django.contrib.postgres.fields import ArrayField
from django.db.models import BigIntegerField, Exists, F, Func, OuterRef, Value
from django.dispatch import receiver
from django.http import HttpRequest

from kotopolku import clock
from kotopolku.access.capabilities import Capability, Role
from kotopolku.access.viewer import Seat, Viewer
from kotopolku.actors.models import ApiToken, Membership, Organisation, User

SEAT = "seat"
"""Session key: the id of the membership that the user has chosen to act in."""


BACKEND = "django.contrib.auth.backends.ModelBackend"
"""The backend of sessions that are opened without a password form (accepted invitation, demo persona)."""


class AccountAdapter(DefaultAccountAdapter):
    """Accounts are opened by invitation only (`pages_members.invitation`); nobody signs up."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False


@dataclass(frozen=True)
class Entry:
    """Who came in, and whether the second factor is still to be set up."""

    viewer: Viewer
    lacks_second_factor: bool = False


def anonymous() -> Viewer:
    """The viewer of somebody who has not signed in."""
    return Viewer(user_id=None, name="", day=clock.today(), seat=None)


def viewer_for(request: HttpRequest) -> Entry:
    """The viewer behind a request: by token on the API, otherwise by session. One statement after the user's own."""
    if request.path.startswith("/api/") and (token := bearer(request)):
        return Entry(viewer_of_token(token))
    user = request.user
    if not isinstance(user, User) or not user.is_authenticated:
        return Entry(anonymous())
    return entry_of_user(user, chosen=request.session.get(SEAT))


def entry_of_user(user: User, *, chosen: int | None = None, day: date | None = None) -> Entry:
    """The user in the chosen seat (else the first) among those valid on ``day``; no valid seat gives ``seat=None``."""
    day = day or clock.today()
    factor = Authenticator.objects.filter(user_id=OuterRef("user_id")).exclude(
        type=Authenticator.Type.RECOVERY_CODES
    )
    memberships = list(
        Membership.objects.filter(user_id=user.pk, valid__contains=day, organisation__valid__contains=day)
        .select_related("organisation")
        .annotate(
            has_factor=Exists(factor),
            away=Func(
                F("user_id"),
                F("organisation_id"),
                Value(day),
                function="actors_stands_in_for",
                output_field=ArrayField(BigIntegerField()),
            ),
        )
        .order_by("id")
    )
    seats = [seat_of(membership) for membership in memberships]
    seat = next((one for one in seats if one.membership_id == chosen), seats[0] if seats else None)
    viewer = Viewer(
        user_id=user.pk,
        name=user.get_full_name(),
        day=day,
        seat=seat,
        other_seats=tuple(one for one in seats if one is not seat),
    )
    lacks = bool(memberships) and not memberships[0].has_factor and settings.SECOND_FACTOR_REQUIRED
    return Entry(viewer, lacks_second_factor=lacks)


def seat_of(membership: Membership) -> Seat:
    """The seat that a membership gives. The membership's organisation should be fetched with it."""
    away = tuple(getattr(membership, "away", ()))
    return _seat(membership.pk, membership.organisation, membership.role, membership.team_id, away)


def _seat(
    membership_id: int, organisation: Organisation, role: str, team_id: int | None, away: tuple[int, ...] = ()
) -> Seat:
    return Seat(
        membership_id=membership_id,
        organisation_id=organisation.pk,
        organisation_code=organisation.code,
        organisation_kind=organisation.kind,
        organisation_name=organisation.name,
        role=Role(role),
        team_id=team_id,
        stands_in_for=away,
    )


def bearer(request: HttpRequest) -> str:
    """The token of the ``Authorization: Bearer`` header, or an empty string."""
    scheme, _space, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


def token_hash(token: str) -> bytes:
    """What is kept of an API token: SHA-256 of its text (the token itself is 256 random bits)."""
    return hashlib.sha256(token.encode()).digest()


def viewer_of_token(token: str) -> Viewer:
    """The viewer of an API token: its organisation and role today; an unknown or ended token is nobody."""
    day = clock.today()
    found: Any = (
        ApiToken.objects.filter(
            token_hash=token_hash(token), valid__contains=day, organisation__valid__contains=day
        )
        .select_related("organisation", "user")
        .first()
    )
    if found is None or not found.user.is_active:
        return anonymous()
    seat = _seat(0, found.organisation, found.role, None)
    if found.capabilities:
        seat = replace(seat, limited_to=frozenset(map(Capability, found.capabilities)))
    return Viewer(user_id=found.user_id, name=found.name, day=day, seat=seat)


@receiver(user_logged_in)
def journal_sign_in(sender: Any, request: HttpRequest, user: User, **_more: Any) -> None:
    """Every sign-in is in the journal, with the last step that was taken (password, totp, webauthn, direct)."""
    from kotopolku.actors import actions

    steps = request.session.get("account_authentication_methods") or [{"method": "direct"}]
    actions.record_sign_in(actor=entry_of_user(user).viewer, way=steps[-1].get("method", "direct"))
