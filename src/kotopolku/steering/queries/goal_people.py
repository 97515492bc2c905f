"""Who answers for goals: organisations that can own one, and whom to tell. Not for: who may write (``access_goals.py``)."""

from collections.abc import Iterable
from datetime import date

from django.db.models import Q

from kotopolku.access.capabilities import Capability
from kotopolku.actors.models import Organisation
from kotopolku.placement.queries.people import holders
from kotopolku.steering.models import (
    CouncilState,
    MunicipalProgramme,
    ProgrammeMunicipality,
    ProgrammePartner,
)


def told(organisation_id: int, on: date) -> list[int]:
    """Who keeps programmes in the organisation; where nobody does, who speaks for it."""
    keepers = holders(organisation_id, Capability.PROGRAMME_KEEP, on)
    return keepers or holders(organisation_id, Capability.STATEMENT_GIVE, on)


def owners(programme: MunicipalProgramme, on: date, kept: Iterable[int] = ()) -> list[Organisation]:
    """Organisations that can own a goal of the programme: its municipalities and partners of the day. Three statements."""
    joined = ProgrammeMunicipality.objects.filter(programme=programme, days__contains=on)
    partners = ProgrammePartner.objects.filter(programme=programme, days__contains=on)
    named = Q(pk=programme.organisation_id) | Q(pk__in=list(kept))
    named |= Q(pk__in=joined.exclude(state=CouncilState.LEFT).values("organisation_id"))
    named |= Q(pk__in=partners.values("organisation_id"))
    rows = {one.pk: one for one in Organisation.objects.filter(named).order_by("sort_key_fi", "pk")}
    leading = rows.pop(programme.organisation_id, None)
    return [*([leading] if leading else []), *rows.values()]
