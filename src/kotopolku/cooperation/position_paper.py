"""An adopted position as a tagged PDF, set by ``letters.booklet``. Not for: who may have it (``access_positions.py``)."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import override

from kotopolku.cooperation import wording_positions as wording
from kotopolku.cooperation.models import Position
from kotopolku.letters import booklet
from kotopolku.writing import day


def as_pdf(position: Position) -> bytes:
    """In the language of its text; the same content gives the same bytes."""
    with override(position.language):
        return booklet.as_pdf(_guide(position))


def file_name(position: Position) -> str:
    return f"position-{position.pk}.pdf"


def _guide(position: Position) -> dict[str, Any]:
    notes = [wording.adopted(position)]
    if position.invented:
        notes.append(_("Invented for the example."))
    return {
        "title": position.title,
        "contents": "",
        "lang": position.language,
        "rtl": False,
        "keeper": wording.whose(position),
        "day": day(position.adopted_on),
        "footer": f"{wording.whose(position)} · {position.title}",
        "pages": [
            {
                "title": position.title,
                "level": 1,
                "lang": position.language,
                "rtl": False,
                "notes": [one for one in notes if one],
                "parts": booklet.parts_of(position.text),
            }
        ],
    }
