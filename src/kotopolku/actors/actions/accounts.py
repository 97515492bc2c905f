"""User accounts, their own settings, sign-ins and API tokens."""

import secrets
from collections.abc import Collection
from datetime import date
from uuid import UUID

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from kotopolku.access.capabilities import CAPABILITIES, Capability, Role
from kotopolku.access.viewer import Viewer
from kotopolku.actors import signin
from kotopolku.actors.access import require_own
from kotopolku.actors.models import ApiToken, Organisation, User, date_range
from kotopolku.actors.rules import Refusal
from kotopolku.journal.actions import record
from kotopolku.journal.queries import done_before


@transaction.atomic
def create_user(
    *,
    actor: Viewer,
    username: str,
    full_name: str,
    email: str = "",
    password: str | None = None,
    language: str = "fi",
    persona: bool = False,
) -> User:
    """A new account without any right; a seat gives those. Raises `Refusal` for a name in use or a weak password."""
    _require_system(actor)
    user = _open_account(username, full_name, email, password, language, persona=persona)
    record("actors.user.create", actor=actor, object=("actors.user", user.pk))
    return user


def _require_system(actor: Viewer) -> None:
    """Accounts are opened by accepted invitations and by the operator, never by a person for another."""
    if not actor.system:
        raise PermissionError("accounts are opened by invitation")


def _open_account(
    username: str, full_name: str, email: str, password: str | None, language: str, *, persona: bool = False
) -> User:
    """Checks and stores an account, within the calling action."""
    user = User(
        username=username.strip(), full_name=full_name.strip(), email=email.strip().lower(), persona=persona
    )
    user.language = language
    try:
        user.clean_fields(exclude=["password"])
    except ValidationError as error:
        field, messages = next(iter(error.message_dict.items()))
        raise Refusal(field, " ".join(messages)) from error
    if User.objects.filter(username__iexact=user.username).exists():
        raise Refusal("username", _("This user name is in use. Choose another."))
    if password is not None and not persona:
        try:
            validate_password(password, user)
        except ValidationError as error:
            raise Refusal("password", " ".join(error.messages)) from error
    user.set_password(password)
    user.save()
    return user


@transaction.atomic
def set_preferences(*, actor: Viewer, language: str | None = None, colour_scheme: str | None = None) -> None:
    """The user's own language (fi, sv, en) and colour scheme (auto, light, dark); None leaves one as it is."""
    chosen = {"language": language, "colour_scheme": colour_scheme}
    changes = {name: value for name, value in chosen.items() if value is not None}
    if actor.user_id is None or not changes:
        return
    User.objects.filter(pk=actor.user_id).update(**changes)
    record("actors.user.change", actor=actor, object=("actors.user", actor.user_id), details=changes)


@transaction.atomic
def record_sign_in(*, actor: Viewer, way: str) -> None:
    """Journals that the actor signed in, and how ("password", "demo"…)."""
    if actor.user_id is not None:
        record(
            "actors.user.sign-in", actor=actor, object=("actors.user", actor.user_id), details={"way": way}
        )


@transaction.atomic
def record_denial(*, actor: Viewer, page: str, capability: str) -> None:
    """Journals a refusal: the page's name and the missing right, never an address that could hold a person's data."""
    record("access.denied", actor=actor, details={"page": page, "capability": capability})


@transaction.atomic
def create_token(
    *,
    actor: Viewer,
    organisation: Organisation,
    name: str,
    role: Role,
    user: User,
    valid_from: date,
    valid_until: date,
    capabilities: Collection[Capability] = (),
    once: UUID | None = None,
) -> tuple[ApiToken, str]:
    """A new API token and its text, which is shown once and never stored. Days inclusive.

    ``capabilities`` limits it within its role; empty means all of the role's. Raises `Refusal`, also when the form
    named by ``once`` has made its token already.
    """
    require_own(actor, organisation.pk, Capability.TOKENS_MANAGE)
    if once is not None and done_before(once) is not None:
        raise Refusal("", _("This form has made its token already. Its text cannot be shown again."))
    if valid_until < valid_from:
        raise Refusal("valid_until", _("The last day is before the first."))
    if not set(capabilities) <= CAPABILITIES[role]:
        raise Refusal("capabilities", _("The role does not have all of these rights. Take some away."))
    text = f"kotopolku_{secrets.token_urlsafe(32)}"
    token = ApiToken.objects.create(
        organisation=organisation,
        name=name,
        role=role.value,
        user=user,
        valid=date_range(valid_from, valid_until),
        token_hash=signin.token_hash(text),
        capabilities=sorted(capabilities),
    )
    record(
        "actors.token.create",
        actor=actor,
        object=("actors.apitoken", token.pk),
        details={"role": role.value, "capabilities": sorted(capabilities)},
        token=once,
    )
    return token, text


@transaction.atomic
def end_token(*, actor: Viewer, token: ApiToken, last_day: date) -> None:
    """The token works to the end of `last_day`."""
    require_own(actor, token.organisation_id, Capability.TOKENS_MANAGE)
    token.valid = date_range(min(token.valid.lower, last_day), last_day)
    token.save(update_fields=["valid"])
    record("actors.token.end", actor=actor, object=("actors.apitoken", token.pk))
