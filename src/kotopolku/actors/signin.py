"""Sign-in: from a session or a token to a ``Viewer``, and the rules of accounts (only by invitation).

Not for: passwords, passkeys and one-time codes themselves (allauth), rights (`access`).
"""

import hashlib
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.contrib.auth.signals import user_logged_in
from django.db import connection
from django.dispatch import receiver
from django.http import HttpRequest
from django.utils.translation import get_language

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


# On every request, so written by hand: the seats of the day, whether there is a second factor, for whom one stands in.
_SEATS = """
SELECT m.id, m.role, m.team_id, o.id, o.code, o.kind, o.name_fi, o.name_sv, o.name_en,
    EXISTS (SELECT FROM mfa_authenticator f WHERE f.user_id = m.user_id AND f.type <> 'recovery_codes'),
    actors_stands_in_for(m.user_id, m.organisation_id, %(day)s)
FROM actors_membership m JOIN actors_organisation o ON o.id = m.organisation_id
WHERE m.user_id = %(user)s AND m.valid @> %(day)s AND o.valid @> %(day)s
ORDER BY m.id
"""


def entry_of_user(user: User, *, chosen: int | None = None, day: date | None = None) -> Entry:
    """The user in the chosen seat (else the first) among those valid on ``day``; no valid seat gives ``seat=None``."""
    day = day or clock.today()
    with connection.cursor() as cursor:
        cursor.execute(_SEATS, {"user": user.pk, "day": day})
        rows = cursor.fetchall()
    language = (get_language() or "fi")[:2]
    seats = [
        Seat(
            membership_id=membership_id,
            organisation_id=organisation_id,
            organisation_code=code,
            organisation_kind=kind,
            organisation_name={"sv": name_sv, "en": name_en}.get(language) or name_fi,
            role=Role(role),
            team_id=team_id,
            stands_in_for=tuple(away),
        )
        for membership_id, role, team_id, organisation_id, code, kind, name_fi, name_sv, name_en, _factor, away in rows
    ]
    seat = next((one for one in seats if one.membership_id == chosen), seats[0] if seats else None)
    viewer = Viewer(
        user_id=user.pk,
        name=user.get_full_name(),
        day=day,
        seat=seat,
        other_seats=tuple(one for one in seats if one is not seat),
    )
    has_factor = any(row[9] for row in rows)
    lacks = bool(rows) and not has_factor and settings.SECOND_FACTOR_REQUIRED
    return Entry(viewer, lacks_second_factor=lacks)


def seat_of(membership: Membership) -> Seat:
    """The seat that a membership gives. The membership's organisation should be fetched with it."""
    return _seat(membership.pk, membership.organisation, membership.role, membership.team_id)


def _seat(membership_id: int, organisation: Organisation, role: str, team_id: int | None) -> Seat:
    return Seat(
        membership_id=membership_id,
        organisation_id=organisation.pk,
        organisation_code=organisation.code,
        organisation_kind=organisation.kind,
        organisation_name=organisation.name,
        role=Role(role),
        team_id=team_id,
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
