"""Attached files on the disk: outside the web root, each under the hash of its content, in folders of two letters.

Not for: who may open them (``actions.documents``), which rows point at them.
"""

import hashlib
import os
import tempfile
from pathlib import Path

from django.conf import settings


class FileVanished(Exception):
    """The file is not there, or its content is not what was stored."""


def content_hash(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def place(sha256: str) -> Path:
    return Path(settings.FILES) / sha256[:2] / sha256[2:4] / sha256


def store(data: bytes) -> str:
    """Writes the content whole or not at all; returns its hash. Raises ``OSError`` when the disk refuses."""
    sha256 = content_hash(data)
    path = place(sha256)
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
    return sha256


def read(sha256: str) -> bytes:
    """The content. Raises ``FileVanished``."""
    try:
        data = place(sha256).read_bytes()
    except OSError as error:
        raise FileVanished(sha256) from error
    if content_hash(data) != sha256:
        raise FileVanished(sha256)
    return data


def remove(sha256: str) -> None:
    """Takes the file off the disk; nothing happens when it is not there."""
    place(sha256).unlink(missing_ok=True)
