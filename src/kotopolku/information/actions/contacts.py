"""Marks the pages on which a contact stands as changed, when it or its deputies change in the directory.

Not for: changing contacts (``actors.actions``).
"""

from collections.abc import Iterable

from kotopolku import clock
from kotopolku.actors.models import Contact, Deputy
from kotopolku.information import indexing
from kotopolku.information.actions.spaces import EVERY, touch
from kotopolku.information.models import Embed, Space, SpaceKind
from kotopolku.information.revisions import CONTACTS
from kotopolku.reference import queries as reference


def contact_changed(contact_id: int) -> None:
    """Called inside the action that changes the contact. It stands also on the cards of those it is the deputy of."""
    shown = {contact_id, *Deputy.objects.filter(deputy_id=contact_id).values_list("contact_id", flat=True)}
    rows = Contact.objects.filter(pk__in=shown).select_related("organisation")
    regions = _regions(rows)
    spaces = set(
        Space.objects.filter(kind=SpaceKind.REGION, area_code__in=regions or [""]).values_list(
            "pk", flat=True
        )
    )
    national = set(Space.objects.filter(kind=SpaceKind.NATIONAL).values_list("pk", flat=True))
    if regions is None:
        spaces |= national
    cards = Embed.objects.filter(kind="contact", target__in=shown)
    spaces |= set(cards.values_list("text__page__space_id", flat=True))
    touch(spaces, [EVERY])
    touch(national, [CONTACTS])
    indexing.contact_changed(contact_id)


def _regions(rows: Iterable[Contact]) -> set[str] | None:
    """Codes of the regions in which the contacts answer; None = the whole country."""
    day = clock.today()
    found: set[str] = set()
    for row in rows:
        of = row.organisation
        codes = list(row.municipalities)
        if not codes and of.area_kind == "municipality":
            codes = [of.area_code]
        elif not codes and of.area_kind and of.area_kind != "country":
            codes = [one.code for one in reference.municipalities_in(of.area_kind, of.area_code, day)]
        elif not codes:
            return None
        for code in codes:
            try:
                found.add(reference.areas_of(code, day).region)
            except reference.UnknownMunicipality:
                continue
    return found
