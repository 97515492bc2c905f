"""Training providers as organisations that can sign in: added by an authority that buys from them.

Not for: the authorities themselves, which come from the data files (``organisations.py``).
"""

from datetime import date

from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from kotopolku.access.capabilities import Capability
from kotopolku.access.gate import require
from kotopolku.access.viewer import Viewer
from kotopolku.actors import queries
from kotopolku.actors.models import Organisation, OrganisationKind, date_range
from kotopolku.actors.rules import Refusal
from kotopolku.journal.actions import record
from kotopolku.reference.alphabet import sort_key

KINDS = (OrganisationKind.PROVIDER, OrganisationKind.ASSOCIATION)
LONGEST_CODE = 50


@transaction.atomic
def add_provider(
    *, actor: Viewer, name_fi: str, name_sv: str = "", kind: str = OrganisationKind.PROVIDER, first: date
) -> Organisation:
    """A provider or an association that arranges measures. Raises `Refusal` for a name that is there already."""
    require(actor, Capability.TEAM_LEAD)
    name = " ".join(name_fi.split())
    if not name:
        raise Refusal("name_fi", _("Give a name or a title."))
    if kind not in KINDS:
        raise Refusal("kind", _("Choose the kind of organisation."))
    if Organisation.objects.filter(kind__in=KINDS, name_fi__iexact=name).exists():
        raise Refusal("name_fi", _("This organisation is in the directory already."))
    code = f"{'koul' if kind == OrganisationKind.PROVIDER else 'yhd'}-{slugify(name)}"[:LONGEST_CODE]
    taken = Organisation.objects.filter(code__startswith=code).count()
    provider = Organisation.objects.create(
        code=f"{code}-{taken + 1}" if taken else code,
        kind=kind,
        name_fi=name,
        name_sv=" ".join(name_sv.split()),
        sort_key_fi=sort_key(name)[:300],
        sort_key_sv=sort_key(name_sv.strip() or name)[:300],
        valid=date_range(first, None),
    )
    queries.clear()
    record("actors.provider.add", actor=actor, object=("actors.organisation", provider.pk))
    return provider
