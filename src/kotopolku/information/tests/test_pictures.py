"""What a camera notes goes; what shows the picture stays. No library: pictures are put together here byte by byte."""

import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as some

from kotopolku.information import pictures

PLACE = b"60.2934,25.0378 Koivukyla"
START, END = b"\xff\xd8", b"\xff\xd9"


def segment(marker: int, content: bytes) -> bytes:
    return bytes([0xFF, marker]) + (len(content) + 2).to_bytes(2) + content


def chunk(kind: bytes, content: bytes) -> bytes:
    return len(content).to_bytes(4) + kind + content + zlib.crc32(kind + content).to_bytes(4)


def camera(turn: int, order: str = "little") -> bytes:
    """Camera data with an orientation and a place."""

    def number(value: int, size: int) -> bytes:
        return value.to_bytes(size, order)  # type: ignore[arg-type]

    head = {"little": b"II", "big": b"MM"}[order] + number(42, 2) + number(8, 4) + number(2, 2)
    place = number(0x8825, 2) + number(4, 2) + number(1, 4) + number(38, 4)
    upright = number(0x0112, 2) + number(3, 2) + number(1, 4) + number(turn, 2) + bytes(2)
    return head + place + upright + number(0, 4) + PLACE


SEEN = (
    segment(0xE0, b"JFIF\x00\x01\x02"),
    segment(0xE2, b"ICC_PROFILE\x00colours"),
    segment(0xEE, b"Adobe\x00d"),
    segment(0xDB, b"tables"),
    segment(0xC2, b"frame"),
)
SCAN = (
    segment(0xDA, b"scan")
    + b"\x01\xff\x00\x02\xff\xd0\x03"
    + segment(0xC4, b"more")
    + segment(0xDA, b"scan")
    + b"\x04"
)


def jpeg(*noted: bytes) -> bytes:
    return START + b"".join(noted) + b"".join(SEEN) + SCAN + END


@pytest.mark.parametrize(
    "noted",
    [
        segment(0xE1, b"Exif\x00\x00" + camera(1)),
        segment(0xE1, b"http://ns.adobe.com/xap/1.0/\x00" + PLACE),
        segment(0xE2, b"MPF\x00" + PLACE),
        segment(0xE0, b"JFXX\x00" + PLACE),
        segment(0xED, b"Photoshop 3.0\x00" + PLACE),
        segment(0xFE, PLACE),
    ],
)
def test_a_jpeg_keeps_all_that_is_seen_and_nothing_that_was_noted(noted: bytes) -> None:
    assert pictures.bare_jpeg(jpeg(noted)) == jpeg()
    assert pictures.bare_jpeg(START + b"".join(SEEN) + noted + SCAN + END + jpeg(noted)) == jpeg()


@pytest.mark.parametrize("order", ["little", "big"])
def test_a_picture_taken_sideways_stays_upright_and_loses_its_place(order: str) -> None:
    made = pictures.bare_jpeg(jpeg(segment(0xE1, b"Exif\x00\x00" + camera(6, order))))
    assert PLACE not in made
    assert pictures._orientation(made[12:]) == 6
    assert len(made) == len(jpeg()) + 36
    assert pictures.bare_jpeg(made) == made


def test_a_jpeg_that_was_cut_off_is_ended() -> None:
    assert pictures.bare_jpeg(jpeg(segment(0xFE, PLACE))[:-3]) == jpeg()[:-3] + END


def test_a_png_keeps_all_that_is_seen_and_nothing_that_was_noted() -> None:
    head, body = chunk(b"IHDR", b"h" * 13) + chunk(b"iCCP", b"colours"), chunk(b"IDAT", b"pixels")
    noted = b"".join(chunk(kind, PLACE) for kind in (b"tEXt", b"iTXt", b"zTXt", b"tIME", b"prVt"))
    end = chunk(b"IEND", b"")
    start = b"\x89PNG\r\n\x1a\n"
    assert (
        pictures.bare_png(start + head + noted + chunk(b"eXIf", camera(1)) + body + end + PLACE)
        == start + head + body + end
    )
    turned = pictures.bare_png(start + head + chunk(b"eXIf", camera(8)) + body + end)
    assert PLACE not in turned
    assert pictures.bare_png(turned) == turned
    assert len(turned) == len(start + head + body + end) + 12 + 26


@given(some.binary(max_size=200))
def test_whatever_comes_ends_and_says_when_it_is_broken(data: bytes) -> None:
    for make, begins in ((pictures.bare_jpeg, START), (pictures.bare_png, b"\x89PNG\r\n\x1a\n")):
        try:
            assert make(begins + data).startswith(begins)
        except pictures.BrokenPicture:
            continue
