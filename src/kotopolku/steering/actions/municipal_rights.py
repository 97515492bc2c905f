"""Who takes part in a municipal programme on a day, written where row security reads it; and who is told.

Not for: giving and ending rights (``municipal.py``, ``municipal_partners.py``).
"""

from collections.abc import Iterable
from datetime import date

from django.urls import reverse

from kotopolku.access.capabilities import Capability
from kotopolku.access.viewer import Viewer
from kotopolku.notices.actions import notify
from kotopolku.placement.queries.people import holders
from kotopolku.steering.models import CouncilState, GuidanceState, MunicipalProgramme, PartnerRight

PROGRAMME = "steering.municipal-programme"


def keep(of: MunicipalProgramme, day: date) -> None:
    """Writes who reads and who writes the programme on the day. Called whenever municipalities or partners change."""
    joined = of.municipalities.filter(days__contains=day).exclude(state=CouncilState.LEFT)
    municipalities = set(joined.values_list("organisation_id", flat=True)) | {of.organisation_id}
    partners = of.partners.filter(days__contains=day)
    reading = set(partners.values_list("organisation_id", flat=True))
    writing = set(partners.filter(right=PartnerRight.WRITE).values_list("organisation_id", flat=True))
    # The region reads a draft that was sent to it for as long as its guidance is open (``actions.guidance``).
    guidance = of.guidance.exclude(state=GuidanceState.CLOSED).exclude(programme_version=None)
    guiding = set(guidance.values_list("region_id", flat=True))
    of.participants = sorted(municipalities | reading | guiding)
    of.writers = sorted(municipalities | writing)
    of.save(update_fields=["participants", "writers"])


def people_of(organisation_id: int, day: date) -> list[int]:
    """Whom to tell in an organisation: who draws up programmes, else who gives statements, else everybody at work."""
    for right in (Capability.PROGRAMME_KEEP, Capability.STATEMENT_GIVE, Capability.SIGNED_IN):
        found = holders(organisation_id, right, day)
        if found:
            return found
    return []


GONE = ("steering.municipal-left", "steering.municipal-partner-ended")
"""Told to those who may not read the draft any more: these lead to the list."""


def tell(kind: str, of: MunicipalProgramme, organisations: Iterable[int], actor: Viewer) -> None:
    """Tells organisations of something in the programme, in their own seats."""
    address = reverse("steering:municipals") if kind in GONE else reverse("steering:municipal", args=[of.pk])
    for organisation_id in sorted(set(organisations)):
        notify(
            kind,
            people_of(organisation_id, actor.day),
            actor=actor,
            address=address,
            organisation_id=organisation_id,
            about=(PROGRAMME, of.pk),
        )
