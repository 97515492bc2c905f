"""A contact as a live card in the text of a page: who answers on the day, in the reader's language.

Not for: which contacts there are (``queries/directory.py``).
"""

from collections.abc import Mapping, Sequence
from datetime import date

from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from kotopolku.information.models import Space
from kotopolku.information.queries import directory


def loader(ids: Sequence[int], space: Space, language: str, day: date) -> Mapping[int, SafeString]:
    """Cards by the contact's id; contacts that are not public on the day are left out."""
    found = directory.cards(ids, language, day)
    return {
        pk: render_to_string("information/public/contact_card.html", {"card": card, "level": "h3"})
        for pk, card in found.items()
    }
