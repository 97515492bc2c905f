"""Cards of files in texts: address, kind and size.

Not for: adding files and giving them out (``pages_files.py``).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.template.defaultfilters import filesizeformat
from django.urls import reverse

from kotopolku.information.models import ContentFile, Space


@dataclass(frozen=True)
class FileCard:
    address: str
    kind: str
    """PDF, JPEG and so on."""
    size: str
    alternative: str
    """What a picture shows, in the language of the page."""


def cards(ids: Sequence[int], space: Space, language: str, day: date) -> dict[int, FileCard]:
    """Files as texts show them. One statement."""
    return {
        one.pk: FileCard(
            reverse("info:file", kwargs={"file_id": one.pk, "name": one.name}),
            one.name.rpartition(".")[2].upper(),
            filesizeformat(one.size),
            one.alternatives.get(language, ""),
        )
        for one in ContentFile.objects.filter(pk__in=ids)
    }
