"""Services and events as live cards in the text of a page: as they are today, in the reader's language.

Not for: which there are (``queries/activities.py``).
"""

from collections.abc import Mapping, Sequence
from datetime import date

from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from kotopolku.information import wording_public
from kotopolku.information.models import Space
from kotopolku.information.queries import activities


def services(ids: Sequence[int], space: Space, language: str, day: date) -> Mapping[int, SafeString]:
    """Cards by the service's id; what readers of the space do not see is left out."""
    found = activities.service_cards(ids, space, language, day)
    return {
        one.id: render_to_string(
            "information/public/service_card.html",
            {
                "one": one,
                "base": _base(space, language),
                "served": [wording_public.language_name(code) for code in one.languages],
            },
        )
        for one in found
    }


def events(ids: Sequence[int], space: Space, language: str, day: date) -> Mapping[int, SafeString]:
    """Cards of the next date by the event's id; what is over, or not seen in the space, is left out."""
    found = activities.event_cards(ids, space, language, day)
    return {
        one.id: render_to_string(
            "information/public/event_card.html", {"one": one, "base": _base(space, language)}
        )
        for one in found
    }


def _base(space: Space, language: str) -> str:
    return f"/info/{language}/{space.slug}/"
