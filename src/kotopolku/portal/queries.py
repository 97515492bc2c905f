"""Names for the numbers that the journal keeps. Not for: who may see them (the pages that ask)."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from kotopolku.actors.models import Organisation, User


@dataclass(frozen=True)
class Names:
    """Names of users and organisations by id, in the page's language."""

    users: dict[int, str]
    organisations: dict[int, str]

    def user(self, user_id: int | None) -> str:
        return self.users.get(user_id or 0) or _("not known any more")

    def organisation(self, organisation_id: int | None) -> str:
        return self.organisations.get(organisation_id or 0, "")


def names(user_ids: Iterable[int | None], organisation_ids: Iterable[int | None]) -> Names:
    """The names of these users and organisations. Two statements."""
    users = User.objects.filter(id__in={item for item in user_ids if item})
    organisations = Organisation.objects.filter(id__in={item for item in organisation_ids if item})
    return Names(
        {user.pk: user.get_full_name() for user in users},
        {organisation.pk: organisation.name for organisation in organisations},
    )
