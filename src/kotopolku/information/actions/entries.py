"""What the acts on services and events share: where an entry is shown, who is asked, who is told, what readers see anew.

Not acts themselves: ``services.py``, ``events.py`` and ``approvals.py`` call these in their transactions.
"""

from collections.abc import Iterable
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_noop as _

from kotopolku import clock
from kotopolku.access import rowsecurity
from kotopolku.access.capabilities import Capability
from kotopolku.access.viewer import Viewer
from kotopolku.actors.models import Organisation
from kotopolku.clients.rules import Refusal, refuse
from kotopolku.information import access_activities as access
from kotopolku.information import activity_rules as rules
from kotopolku.information import indexing
from kotopolku.information.actions.spaces import touch
from kotopolku.information.models import Entry, EntryState, Space, SpaceKind, Trust
from kotopolku.information.sources import KEEPER
from kotopolku.notices.actions import notify
from kotopolku.placement.queries.people import holders
from kotopolku.reference import queries as reference

NO_PLACE = _("Choose at least one municipality: your organisation has no area of its own.")


def divided(entry: Entry, municipalities: Iterable[str], nationwide: bool) -> rules.Split:
    """Where an entry would show at once, and which places would be asked. Raises ``Refusals`` where it names none."""
    area = access.area_of(entry.organisation, clock.today())
    wanted = rules.wanted_places(municipalities, nationwide, area)
    if not wanted:
        refuse([Refusal("municipalities", "no-place", NO_PLACE)])
    trusted = Trust.objects.filter(organisation_id=entry.organisation_id, trusted=True, place__in=wanted)
    return rules.split(wanted, area, trusted.values_list("place", flat=True))


def send_in(entry: Entry) -> rules.Split:
    """Publishes an entry where it may be, and asks the other places. The caller saves it."""
    parts = divided(entry, entry.municipalities, entry.nationwide)
    entry.places, entry.awaits = list(parts.free), list(parts.asked)
    entry.state = EntryState.PUBLISHED if parts.free else EntryState.WAITING
    entry.proposed, entry.reason = None, ""
    if parts.free and entry.published_at is None:
        entry.published_at = clock.now()
    return parts


def holds_back(entry: Entry, content: Any) -> bool:
    """Whether a change must wait: a place that shows the entry wants to approve each change. Then it is saved aside."""
    if entry.state != EntryState.PUBLISHED:
        return False
    parts = divided(entry, content.municipalities, content.nationwide)
    if not set(parts.asked) & set(entry.places):
        return False
    entry.proposed, entry.reason = rules.to_json(content), ""
    entry.awaits = list(parts.asked)
    entry.version += 1
    entry.save(update_fields=["proposed", "reason", "awaits", "version"])
    return True


def placed_anew(entry: Entry) -> None:
    """After a change: an entry that was sent in is shown and asked for where it is meant now."""
    if entry.state in (EntryState.PUBLISHED, EntryState.WAITING):
        send_in(entry)


def changed(kind: str, entry: Entry, before: Iterable[str], *, actor: Viewer) -> None:
    """After an act of the keeper: those who are asked are told, readers see what is new."""
    if entry.awaits:
        tell_approvers(entry, f"information.{kind}", actor=actor)
    seen_anew(kind, entry, before)


def taken_back(entry: Entry, reason: str) -> None:
    """Readers do not see it any more, and nobody is asked. The caller saves it."""
    entry.state, entry.reason = EntryState.WITHDRAWN, reason.strip()
    entry.places, entry.awaits, entry.proposed = [], [], None


def seen_anew(kind: str, entry: Entry, before: Iterable[str]) -> None:
    """Readers of where it was, and of where it is now, see something new, and search finds it so."""
    indexing.activity_changed(kind, entry.pk)
    touch_places([*before, *entry.places])


def touch_places(keys: Iterable[str]) -> None:
    """Marks that readers of these places see something new. A region shows its municipalities', so it is marked too."""
    wanted = set(keys)
    if not wanted:
        return
    codes = {key for key in wanted if len(key) == 3 and key.isdecimal()}
    regions = {key[1:] for key in wanted if key.startswith("r")}
    regions |= {reference.areas_of(code, clock.today()).region for code in codes if _exists(code)}
    seen = Q(kind=SpaceKind.REGION, area_code__in=regions) | Q(
        kind=SpaceKind.MUNICIPALITY, area_code__in=codes
    )
    if rules.NATIONWIDE in wanted:
        seen |= Q(kind=SpaceKind.NATIONAL)
    touch(Space.objects.filter(seen).values_list("pk", flat=True))


def _exists(code: str) -> bool:
    return any(one.code == code for one in reference.municipalities_on(clock.today()))


# --- Telling ----------------------------------------------------------------------------------------------------------


def tell_approvers(entry: Entry, kind: str, *, actor: Viewer) -> int:
    """Tells those who can approve the entry where it waits: the municipality, or the region where nobody there can."""
    told = 0
    with rowsecurity.as_system():
        for organisation in _asked(entry.awaits):
            users = holders(organisation.pk, Capability.ACTIVITY_APPROVE, clock.today())
            told += notify(
                "information.activity-waits",
                users,
                actor=actor,
                address=reverse("information:approvals"),
                organisation_id=organisation.pk,
                about=(kind, entry.pk),
            )
    return told


def _asked(keys: Iterable[str]) -> list[Organisation]:
    found: dict[int, Organisation] = {}
    for key in keys:
        for code in _deciders(key):
            organisation = Organisation.objects.filter(code=code).first()
            if organisation and holders(organisation.pk, Capability.ACTIVITY_APPROVE, clock.today()):
                found[organisation.pk] = organisation
                break
    return list(found.values())


def _deciders(key: str) -> list[str]:
    """Codes of the organisations that can approve in a place, the nearest first."""
    today = clock.today()
    if key == rules.NATIONWIDE:
        return [KEEPER]
    if key.startswith("r"):
        kept = Space.objects.filter(kind=SpaceKind.REGION, area_code=key[1:])
        return [*kept.values_list("organisation__code", flat=True), KEEPER]
    if not _exists(key):
        return [KEEPER]
    evk = reference.areas_of(key, today).evk
    return [f"kunta-{key}", *([f"evk-{evk}"] if evk else []), KEEPER]


def tell_keepers(entry: Entry, kind: str, notice: str, address: str, *, actor: Viewer) -> int:
    """Tells those who keep the entry what became of it."""
    with rowsecurity.as_system():
        users = holders(entry.organisation_id, Capability.ACTIVITY_KEEP, clock.today())
        return notify(
            notice,
            users,
            actor=actor,
            address=address,
            organisation_id=entry.organisation_id,
            about=(kind, entry.pk),
        )
