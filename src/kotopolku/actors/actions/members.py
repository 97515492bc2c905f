"""Seats, teams and invitations of an organisation, managed by its own administrator."""

from datetime import date, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from kotopolku.access.capabilities import Capability, Role
from kotopolku.access.errors import NotVisible
from kotopolku.access.viewer import Viewer
from kotopolku.actors import queries
from kotopolku.actors.access import require_own
from kotopolku.actors.actions.accounts import _open_account
from kotopolku.actors.models import Invitation, Membership, Organisation, Team, User, date_range
from kotopolku.actors.rules import Refusal, roles_for
from kotopolku.journal.actions import record

INVITATION_DAYS = 14
"""How long an invitation can be accepted. Our own choice."""


@transaction.atomic
def add_membership(
    *,
    actor: Viewer,
    user: User,
    organisation: Organisation,
    role: Role,
    valid_from: date,
    valid_until: date | None = None,
    team: Team | None = None,
    title: str = "",
) -> Membership:
    """Gives `user` a seat, both days included. Raises `Refusal` for a role that does not fit."""
    require_own(actor, organisation.pk, Capability.MEMBERS_MANAGE)
    _check_role(organisation, role)
    _check_team(organisation, team)
    membership = _seat(user, organisation, role, valid_from, valid_until, team, title)
    record(
        "actors.membership.add",
        actor=actor,
        object=("actors.membership", membership.pk),
        details={"user": user.pk, "role": role.value},
    )
    return membership


def _seat(
    user: User,
    organisation: Organisation,
    role: Role,
    first: date,
    last: date | None,
    team: Team | None,
    title: str,
) -> Membership:
    if last is not None and last < first:
        raise Refusal("valid_until", _("The last day is before the first."))
    valid = date_range(first, last)
    same = Membership.objects.filter(
        user=user, organisation=organisation, role=role.value, valid__overlap=valid
    )
    if same.exists():
        raise Refusal("role", _("This person already has this role on some of these days."))
    return Membership.objects.create(
        user=user, organisation=organisation, role=role.value, valid=valid, team=team, title=title.strip()
    )


@transaction.atomic
def change_membership(
    *, actor: Viewer, membership: Membership, role: Role, team: Team | None, title: str, on: date
) -> Membership:
    """Role, team and title from the day `on`; the old role stays in history when it lasted at least a day."""
    membership = _own_membership(actor, membership)
    _check_role(membership.organisation, role)
    _check_team(membership.organisation, team)
    if role.value != membership.role and membership.user_id == actor.user_id:
        raise Refusal("role", _("You cannot change your own role. Ask another administrator."))
    if role.value != membership.role and membership.valid.lower is not None and membership.valid.lower < on:
        rest = membership.valid.upper - timedelta(days=1) if membership.valid.upper else None
        membership.valid = date_range(membership.valid.lower, on - timedelta(days=1))
        membership.save(update_fields=["valid"])
        changed = _seat(membership.user, membership.organisation, role, on, rest, team, title)
    else:
        changed = membership
        changed.role, changed.team, changed.title = role.value, team, title.strip()
        changed.save(update_fields=["role", "team", "title"])
    record(
        "actors.membership.change",
        actor=actor,
        object=("actors.membership", changed.pk),
        details={"user": changed.user_id, "role": role.value},
    )
    return changed


@transaction.atomic
def end_membership(*, actor: Viewer, membership: Membership, last_day: date) -> None:
    """The seat is valid to the end of `last_day`. An administrator cannot end the own seat."""
    membership = _own_membership(actor, membership)
    if membership.user_id == actor.user_id:
        raise Refusal("last_day", _("You cannot end your own seat. Ask another administrator."))
    if membership.valid.lower is not None and last_day < membership.valid.lower - timedelta(days=1):
        raise Refusal("last_day", _("The last day is before the seat began."))
    membership.valid = date_range(membership.valid.lower, last_day)
    membership.save(update_fields=["valid"])
    record(
        "actors.membership.end",
        actor=actor,
        object=("actors.membership", membership.pk),
        details={"user": membership.user_id, "last_day": last_day.isoformat()},
    )


def _own_membership(actor: Viewer, membership: Membership) -> Membership:
    require_own(actor, membership.organisation_id, Capability.MEMBERS_MANAGE)
    return (
        Membership.objects.select_for_update(of=("self",))
        .select_related("organisation", "user")
        .get(pk=membership.pk)
    )


def _check_role(organisation: Organisation, role: Role) -> None:
    if role.value not in roles_for(organisation.kind):
        raise Refusal("role", _("This role does not belong to this kind of organisation."))


def _check_team(organisation: Organisation, team: Team | None) -> None:
    if team is not None and team.organisation_id != organisation.pk:
        raise NotVisible


@transaction.atomic
def create_team(*, actor: Viewer, organisation: Organisation, name: str) -> Team:
    """A new team of the organisation. Raises `Refusal` for an empty name or one in use."""
    require_own(actor, organisation.pk, Capability.MEMBERS_MANAGE)
    team = Team(organisation=organisation, name=_team_name(organisation.pk, name))
    team.save()
    record("actors.team.create", actor=actor, object=("actors.team", team.pk))
    return team


@transaction.atomic
def rename_team(*, actor: Viewer, team: Team, name: str) -> None:
    """The team's new name."""
    require_own(actor, team.organisation_id, Capability.MEMBERS_MANAGE)
    team.name = _team_name(team.organisation_id, name, besides=team.pk)
    team.save(update_fields=["name"])
    record("actors.team.rename", actor=actor, object=("actors.team", team.pk))


def _team_name(organisation_id: int, name: str, besides: int = 0) -> str:
    name = " ".join(name.split())
    if not name:
        raise Refusal("name", _("Give the team a name."))
    if Team.objects.filter(organisation_id=organisation_id, name__iexact=name).exclude(pk=besides).exists():
        raise Refusal("name", _("A team of this name exists already."))
    return name


@transaction.atomic
def invite(
    *, actor: Viewer, organisation: Organisation, email: str, full_name: str, role: Role, invited_by: User
) -> Invitation:
    """Offers a seat for 14 days; an open invitation to the same address and role is answered with itself."""
    require_own(actor, organisation.pk, Capability.MEMBERS_MANAGE)
    _check_role(organisation, role)
    email = email.strip().lower()
    pending = Invitation.objects.filter(
        organisation=organisation,
        email=email,
        role=role.value,
        accepted_on=None,
        withdrawn_on=None,
        expires_on__gte=actor.day,
    ).first()
    if pending is not None:
        return pending
    invitation = Invitation.objects.create(
        organisation=organisation,
        email=email,
        full_name=full_name.strip(),
        role=role.value,
        invited_by=invited_by,
        invited_on=actor.day,
        expires_on=actor.day + timedelta(days=INVITATION_DAYS),
    )
    record(
        "actors.invitation.send",
        actor=actor,
        object=("actors.invitation", invitation.pk),
        details={"role": role.value},
    )
    return invitation


@transaction.atomic
def withdraw_invitation(*, actor: Viewer, invitation: Invitation) -> None:
    """The invitation can no longer be accepted."""
    require_own(actor, invitation.organisation_id, Capability.MEMBERS_MANAGE)
    if invitation.accepted_on is not None:
        raise Refusal("", _("The invitation has been accepted already. End the seat instead."))
    invitation.withdrawn_on = actor.day
    invitation.save(update_fields=["withdrawn_on"])
    record("actors.invitation.withdraw", actor=actor, object=("actors.invitation", invitation.pk))


@transaction.atomic
def accept_invitation(
    *,
    actor: Viewer,
    invitation: Invitation,
    username: str = "",
    password: str | None = None,
    language: str = "fi",
) -> User:
    """Opens the seat: for the signed-in actor, else for a new account. Single use; raises `Refusal` when not open."""
    invitation = (
        Invitation.objects.select_for_update(of=("self",))
        .select_related("organisation")
        .get(pk=invitation.pk)
    )
    if (problem := queries.invitation_problem(invitation, actor.day)) is not None:
        raise Refusal("", problem)
    if actor.user_id is not None:
        user = User.objects.get(pk=actor.user_id)
    else:
        if not password:
            raise Refusal("password", _("Choose a password."))
        user = _open_account(username, invitation.full_name, invitation.email, password, language)
    role = Role(invitation.role)
    _seat(user, invitation.organisation, role, actor.day, None, None, "")
    invitation.accepted_on, invitation.accepted_by = actor.day, user
    invitation.save(update_fields=["accepted_on", "accepted_by"])
    record(
        "actors.invitation.accept",
        actor=actor,
        object=("actors.invitation", invitation.pk),
        details={"user": user.pk, "role": role.value},
    )
    return user
