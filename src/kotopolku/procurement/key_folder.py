"""The key folder: a file a tender with the locked halves of its key, outside the database (``settings.KEYS``).

Not for: what a half is and what opens it (``sealing.py``).
"""

import json
import os
import tempfile
from pathlib import Path
from uuid import UUID

from django.conf import settings

from kotopolku.procurement.sealing import KeyFile


class KeyFileMissing(Exception):
    """The tender's key file is not in its place, or cannot be read."""


def place(reference: UUID) -> Path:
    return Path(settings.KEYS) / f"tender-{reference}.json"


def read(reference: UUID) -> KeyFile:
    """Raises ``KeyFileMissing``."""
    try:
        found = KeyFile.from_json(json.loads(place(reference).read_text()))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise KeyFileMissing(str(reference)) from error
    if found.reference != str(reference):
        raise KeyFileMissing(str(reference))
    return found


def write(file: KeyFile) -> None:
    """Writes it whole or not at all, for the server's own user only. Raises ``OSError`` when the disk refuses."""
    path = place(UUID(file.reference))
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=".new-")
    try:
        with os.fdopen(descriptor, "w") as out:
            json.dump(file.to_json(), out, indent=1)
            out.flush()
            os.fsync(out.fileno())
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def remove(reference: UUID) -> None:
    """Takes the file away; nothing happens when it is not there."""
    place(reference).unlink(missing_ok=True)
