"""Files of the public pages on the disk: under the hash of their content, in a folder apart from clients' documents.

Not for: who may add or see them (``actions.content_files``, ``pages_files.py``).
"""

import os
import tempfile
from pathlib import Path

from django.conf import settings

from kotopolku.desk.files import FileVanished, content_hash

FOLDER = "public"
"""Under settings.FILES; clients' documents stand in folders of two letters beside it."""


def place_of(sha256: str) -> str:
    """Where a content is kept, relative to settings.FILES."""
    return f"{FOLDER}/{sha256[:2]}/{sha256}"


def store(data: bytes) -> tuple[str, str]:
    """Writes the content whole or not at all; returns its hash and place. Raises ``OSError`` when the disk refuses."""
    sha256 = content_hash(data)
    path = Path(settings.FILES) / place_of(sha256)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=".new-")
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
    return sha256, place_of(sha256)


def read(place: str, sha256: str) -> bytes:
    """The content. Raises ``FileVanished``."""
    try:
        data = (Path(settings.FILES) / place).read_bytes()
    except OSError as error:
        raise FileVanished(sha256) from error
    if content_hash(data) != sha256:
        raise FileVanished(sha256)
    return data
