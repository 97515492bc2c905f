"""What an attached file really is: told by its content, never by its name. Pure functions on bytes.

Not for: viruses (``scanner.py``), keeping files (``files.py``).
"""

import io
import lzma
import re
import zipfile
import zlib
from enum import StrEnum
from pathlib import PurePosixPath


class FileKind(StrEnum):
    """Kinds of files that can be attached; the value is the ending of the name."""

    PDF = "pdf"
    PNG = "png"
    JPG = "jpg"
    DOCX = "docx"
    XLSX = "xlsx"
    TXT = "txt"


MEDIA_TYPES = {
    FileKind.PDF: "application/pdf",
    FileKind.PNG: "image/png",
    FileKind.JPG: "image/jpeg",
    FileKind.DOCX: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    FileKind.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    FileKind.TXT: "text/plain; charset=utf-8",
}
ENDINGS = {"jpeg": FileKind.JPG, **{kind.value: kind for kind in FileKind}}

MOST_UNPACKED_BYTES = 200 * 1024 * 1024
MOST_PARTS = 5_000
MOST_RATIO = 200
"""What an office document may grow to when it is opened, its parts, and how many times its size. Our own limits."""
RATIO_FROM_BYTES = 10 * 1024 * 1024
"""Smaller documents may be packed as tightly as they like."""

_PROGRAMS = (
    b"MZ",
    b"\x7fELF",
    b"#!",
    b"\xcf\xfa\xed\xfe",
    b"\xce\xfa\xed\xfe",
    b"\xca\xfe\xba\xbe",
    b"\x00asm",
)
_OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_MARKUP = re.compile(rb"<(!doctype\s+html|html|head|body|script|iframe|svg|\?xml)\b", re.IGNORECASE)
_CONTROLS = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f]")
_PROGRAM_PARTS = (
    ".exe",
    ".dll",
    ".scr",
    ".com",
    ".bat",
    ".cmd",
    ".js",
    ".vbs",
    ".ps1",
    ".jar",
    ".msi",
    ".html",
    ".svg",
)


class NotAccepted(Exception):
    """Why a file is refused, as a stable code of ``wording.REFUSALS``; ``found`` is the kind that it really is."""

    def __init__(self, code: str, found: str = "") -> None:
        super().__init__(code)
        self.code = code
        self.found = found


def kind_of(data: bytes, name: str) -> FileKind:
    """The kind of a file's content. Raises ``NotAccepted`` for what is refused, and for a name that says another kind."""
    if not data:
        raise NotAccepted("file-empty")
    found = _kind(data)
    ending = PurePosixPath(name.replace("\\", "/")).suffix.lower().removeprefix(".")
    if ENDINGS.get(ending) != found:
        raise NotAccepted("file-ending", found.value)
    return found


def _kind(data: bytes) -> FileKind:
    if data.startswith(b"%PDF-"):
        return FileKind.PDF
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return FileKind.PNG
    if data.startswith(b"\xff\xd8\xff"):
        return FileKind.JPG
    if data.startswith(b"PK\x03\x04"):
        return _office(data)
    if data.startswith(_PROGRAMS):
        raise NotAccepted("file-program")
    if data.startswith(_OLD_OFFICE):
        raise NotAccepted("file-old-office")
    if _MARKUP.search(data[:4096]):
        raise NotAccepted("file-page")
    return _text(data)


def _text(data: bytes) -> FileKind:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise NotAccepted("file-kind") from error
    if _CONTROLS.search(text):
        raise NotAccepted("file-kind")
    return FileKind.TXT


def _office(data: bytes) -> FileKind:
    """A document or a table of an office program, without macros, and no larger inside than it says."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            parts = packed.infolist()
            unpacked = sum(part.file_size for part in parts)
            too_tight = unpacked > RATIO_FROM_BYTES and unpacked > MOST_RATIO * len(data)
            if len(parts) > MOST_PARTS or unpacked > MOST_UNPACKED_BYTES or too_tight:
                raise NotAccepted("file-bomb")
            names = {part.filename for part in parts}
            kind = _office_kind(names)
            if any(part.flag_bits & 1 for part in parts):
                raise NotAccepted("file-locked")
            if any("vbaproject" in name.lower() or name.lower().endswith(_PROGRAM_PARTS) for name in names):
                raise NotAccepted("file-macros")
            # A part that holds more than it says does not match its check sum.
            if packed.testzip() is not None:
                raise NotAccepted("file-broken")
    except (
        zipfile.BadZipFile,
        zlib.error,
        lzma.LZMAError,
        OSError,
        ValueError,
        RuntimeError,
        EOFError,
    ) as error:
        raise NotAccepted("file-broken") from error
    return kind


def _office_kind(names: set[str]) -> FileKind:
    if "[Content_Types].xml" in names and "word/document.xml" in names:
        return FileKind.DOCX
    if "[Content_Types].xml" in names and "xl/workbook.xml" in names:
        return FileKind.XLSX
    raise NotAccepted("file-archive")
