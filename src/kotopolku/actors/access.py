"""From a viewer to the organisation's own contacts, seats and invitations. Another organisation's do not exist here.

The directory is public to everybody signed in (`queries.py`); this is for those who manage.
"""

from typing import TypeVar

from django.db.models import QuerySet

from kotopolku.access.capabilities import Capability
from kotopolku.access.errors import NotVisible
from kotopolku.access.gate import require
from kotopolku.access.viewer import Viewer
from kotopolku.actors.models import ApiToken, Contact, Invitation, Membership, Organisation, Team, not_over

T = TypeVar("T")


def require_own(actor: Viewer, organisation_id: int, capability: Capability) -> None:
    """Raises `MissingCapability`, or `NotVisible` for another organisation. A job or operator command may do all."""
    require(actor, capability)
    if not actor.system and actor.organisation_id != organisation_id:
        raise NotVisible


def own_organisation(viewer: Viewer) -> Organisation:
    """The organisation of the viewer's seat. Raises `NotVisible` without a seat."""
    organisation = Organisation.objects.filter(pk=_own_id(viewer)).first()
    if organisation is None:
        raise NotVisible
    return organisation


def own_contacts(viewer: Viewer) -> QuerySet[Contact]:
    """The contacts that the viewer may change."""
    require(viewer, Capability.CONTACTS_MANAGE)
    return Contact.objects.filter(organisation_id=_own_id(viewer)).select_related("organisation")


def own_contact(viewer: Viewer, pk: int) -> Contact:
    """One contact to change. Raises `NotVisible`."""
    return _found(own_contacts(viewer).filter(pk=pk).first())


def own_memberships(viewer: Viewer) -> QuerySet[Membership]:
    """The seats that the viewer manages."""
    require(viewer, Capability.MEMBERS_MANAGE)
    return Membership.objects.filter(organisation_id=_own_id(viewer)).select_related(
        "user", "team", "organisation"
    )


def own_membership(viewer: Viewer, pk: int) -> Membership:
    """One seat to change. Raises `NotVisible`."""
    return _found(own_memberships(viewer).filter(pk=pk).first())


def own_teams(viewer: Viewer) -> QuerySet[Team]:
    """The teams of the viewer's organisation."""
    require(viewer, Capability.MEMBERS_MANAGE)
    return Team.objects.filter(organisation_id=_own_id(viewer)).order_by("name")


def own_team(viewer: Viewer, pk: int) -> Team:
    """One team to rename. Raises `NotVisible`."""
    return _found(own_teams(viewer).filter(pk=pk).first())


def own_invitations(viewer: Viewer) -> QuerySet[Invitation]:
    """The invitations that the viewer's organisation has sent, newest first."""
    require(viewer, Capability.MEMBERS_MANAGE)
    return Invitation.objects.filter(organisation_id=_own_id(viewer)).order_by("-id")


def own_invitation(viewer: Viewer, pk: int) -> Invitation:
    """One invitation to withdraw. Raises `NotVisible`."""
    return _found(own_invitations(viewer).filter(pk=pk).first())


def own_tokens(viewer: Viewer) -> QuerySet[ApiToken]:
    """The API tokens of the viewer's organisation that work or will work, and when each was last used."""
    require(viewer, Capability.TOKENS_MANAGE)
    rows = ApiToken.objects.filter(not_over("valid", viewer.day), organisation_id=_own_id(viewer))
    return rows.select_related("use", "user", "organisation").order_by("name", "id")


def own_token(viewer: Viewer, pk: int) -> ApiToken:
    """One token to end. Raises `NotVisible`."""
    return _found(own_tokens(viewer).filter(pk=pk).first())


def _own_id(viewer: Viewer) -> int:
    """The viewer's organisation; 0, which no row has, without a seat."""
    return viewer.organisation_id or 0


def _found(row: T | None) -> T:
    if row is None:
        raise NotVisible
    return row
