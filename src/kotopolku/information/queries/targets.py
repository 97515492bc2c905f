"""What a block can show as a live card in a space: contacts, services, events, files, each with its name for editors.

Not for: the cards themselves, as readers see them.
"""

from collections.abc import Collection, Mapping
from typing import Any

from django.db.models import Q

from kotopolku import clock
from kotopolku.access.viewer import Viewer
from kotopolku.actors.models import Contact
from kotopolku.information.models import ContentFile, Embed, EntryState, Event, Service, Space, SpaceKind

MOST = 500
"""So many of each kind are offered."""


def choices(
    viewer: Viewer, space: Space, language: str, kept: Collection[tuple[str, int]] = ()
) -> dict[str, list[tuple[str, str]]]:
    """Pairs (id, name) by kind: contact, service, event, file. ``kept``: what the text shows now stays in the list.

    Four statements.
    """
    ids: dict[str, set[int]] = {
        kind: {one for what, one in kept if what == kind} for kind in ("contact", "service", "event", "file")
    }
    contacts = Contact.objects.filter(
        Q(pk__in=ids["contact"])
        | Q(valid__contains=viewer.day, public=True)
        & (Q(organisation=space.organisation_id) | Q(municipalities__contains=[space.area_code or "-"]))
    ).select_related("organisation")
    own = Q(organisation=space.organisation_id)
    seen = Q(state=EntryState.PUBLISHED) & (own | Q(places__overlap=["*", _place(space)]))
    services = Service.objects.filter(Q(pk__in=ids["service"]) | seen).select_related("organisation")
    events = Event.objects.filter(
        Q(pk__in=ids["event"]) | seen & Q(ends__gte=clock.now()) | seen & ~Q(rule="")
    )
    # A file of a space above is kept where a page of this one shows it already; any other number gives out no name.
    shown = Embed.objects.filter(kind="file", target__in=ids["file"], text__page__space=space)
    files = ContentFile.objects.filter(Q(space=space) | Q(pk__in=shown.values("target"))).order_by(
        "name", "pk"
    )
    return {
        "contact": [
            (str(one.pk), ", ".join(filter(None, (one.display_name, one.organisation.name))))
            for one in contacts.order_by("order", "name", "pk")[:MOST]
        ],
        "service": sorted(
            (
                (str(one.pk), f"{worded(one.names, language)}, {one.organisation.name}")
                for one in services[:MOST]
            ),
            key=lambda pair: pair[1].lower(),
        ),
        "event": [
            (str(one.pk), f"{worded(one.names, language)}, {_day(one.starts)}")
            for one in events.order_by("starts", "pk")[:MOST]
        ],
        "file": [(str(one.pk), one.name) for one in files[:MOST]],
    }


def _place(space: Space) -> str:
    """The space as entries name their places."""
    return f"r{space.area_code}" if space.kind == SpaceKind.REGION else space.area_code or "*"


def _day(moment: Any) -> str:
    local = moment.astimezone(clock.HELSINKI)
    return f"{local.day}.{local.month}.{local.year}"


def worded(names: Mapping[str, str], language: str) -> str:
    """A name in a language, else in one that editors know, else in any."""
    for code in (language, "fi", "sv", "en"):
        if names.get(code):
            return names[code]
    return next((words for words in names.values() if words), "–")
