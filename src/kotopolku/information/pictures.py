"""Pictures without what a camera or a program wrote into them: where and when they were taken, by whom, with what.

Pure functions on bytes. What shows the picture stays: pixels, colours, and which way up it is. Not for: which kinds of
files are taken (``kotopolku.desk.content``).
"""

import re
import zlib

ORIENTATION = 0x0112
_EXIF = b"Exif\x00\x00"
_PNG = b"\x89PNG\r\n\x1a\n"
_SHOWN = {b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"iCCP", b"cICP", b"sBIT", b"bKGD",
          b"pHYs", b"acTL", b"fcTL", b"fdAT"}  # fmt: skip
"""Parts of a PNG that say how it looks."""
_APPLICATION = {0xE0: b"JFIF\x00", 0xE2: b"ICC_PROFILE\x00", 0xEE: b"Adobe"}
"""Segments of a JPEG that programs add and that say how it looks, by marker: how they begin."""
_EXIF_MARKER, _START_OF_SCAN, _END = 0xE1, 0xDA, b"\xff\xd9"
_MARKER = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")
"""What ends the data of a scan: inside it 0xFF stands before zero, before a restart or before more of itself."""


class BrokenPicture(ValueError):
    """The parts of the picture cannot be told apart."""


def bare_jpeg(data: bytes) -> bytes:
    """The picture alone; what follows its end, as a second picture of some telephones, goes too. Raises ``BrokenPicture``."""
    made = bytearray(data[:2])
    place, turned = 2, False
    while True:
        while data[place : place + 2] == b"\xff\xff":
            place += 1
        if data[place : place + 2] == _END:
            return bytes(made) + _END
        end = place + 2 + int.from_bytes(data[place + 2 : place + 4])
        if data[place : place + 1] != b"\xff" or not place + 4 <= end <= len(data):
            raise BrokenPicture
        marker, segment = data[place + 1], data[place:end]
        if marker == _EXIF_MARKER and segment[4:].startswith(_EXIF) and not turned:
            if tiff := _upright(segment[10:]):
                made += b"\xff\xe1" + (len(_EXIF) + len(tiff) + 2).to_bytes(2) + _EXIF + tiff
            turned = True
        elif _is_shown(marker, segment[4:]):
            made += segment
        place = end
        if marker == _START_OF_SCAN:
            found = _MARKER.search(data, place)
            if found is None:  # Cut off: what there is can be shown.
                return bytes(made) + data[place:] + _END
            made += data[place : found.start()]
            place = found.start()


def _is_shown(marker: int, content: bytes) -> bool:
    if marker in _APPLICATION:
        return content.startswith(_APPLICATION[marker])
    return 0xC0 <= marker <= 0xCF or 0xDA <= marker <= 0xDF


def bare_png(data: bytes) -> bytes:
    """The picture alone, moving or not. Raises ``BrokenPicture``."""
    made = bytearray(_PNG)
    place = len(_PNG)
    while True:
        kind = data[place + 4 : place + 8]
        end = place + 12 + int.from_bytes(data[place : place + 4])
        if len(kind) < 4 or end > len(data):
            raise BrokenPicture
        if kind in _SHOWN:
            made += data[place:end]
        elif kind == b"eXIf" and (tiff := _upright(data[place + 8 : end - 4])):
            made += len(tiff).to_bytes(4) + kind + tiff + zlib.crc32(kind + tiff).to_bytes(4)
        if kind == b"IEND":
            return bytes(made)
        place = end


def _upright(tiff: bytes) -> bytes:
    """Camera data that say nothing but how the picture is to be turned; empty when it is the right way up."""
    turn = _orientation(tiff)
    if not 2 <= turn <= 8:
        return b""
    return b"MM\x00*\x00\x00\x00\x08\x00\x01\x01\x12\x00\x03\x00\x00\x00\x01\x00" + bytes([turn]) + bytes(6)


def _orientation(tiff: bytes) -> int:
    """How the camera was held, 1 to 8; 0 when it does not say so."""
    order = {b"II": "little", b"MM": "big"}.get(tiff[:2])
    if order is None:
        return 0

    def number(place: int, size: int) -> int:
        return int.from_bytes(tiff[place : place + size], order)  # type: ignore[arg-type]

    first = number(4, 4)
    for entry in range(first + 2, min(first + 2 + 12 * number(first, 2), len(tiff)), 12):
        if number(entry, 2) == ORIENTATION:
            return number(entry + 8, 2)
    return 0
