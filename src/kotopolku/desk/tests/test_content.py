"""What a file really is: every kind that is taken, every kind that is refused, whatever its name says."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kotopolku.desk import content
from kotopolku.desk.content import FileKind, NotAccepted, kind_of
from kotopolku.desk.tests import samples
from kotopolku.desk.wording import REFUSALS


@pytest.mark.parametrize(
    ("data", "name", "kind"),
    [
        (samples.PDF, "päätös.pdf", FileKind.PDF),
        (samples.PNG, "KUVA.PNG", FileKind.PNG),
        (samples.JPG, "kuva.jpeg", FileKind.JPG),
        (samples.DOCX, "kirje.docx", FileKind.DOCX),
        (samples.XLSX, "taulukko.xlsx", FileKind.XLSX),
        (samples.TXT, "huomio.txt", FileKind.TXT),
        ("﻿شهادة".encode(), "a.b.txt", FileKind.TXT),
    ],
)
def test_a_file_is_told_by_its_content(data: bytes, name: str, kind: FileKind) -> None:
    assert kind_of(data, name) == kind


@pytest.mark.parametrize(
    ("data", "name", "code"),
    [
        (b"", "tyhja.pdf", "file-empty"),
        (samples.PNG, "kuva.pdf", "file-ending"),
        (samples.PDF, "paatos", "file-ending"),
        (samples.PDF, "paatos.pdf.exe", "file-ending"),
        (b"MZ\x90\x00" + b"\0" * 60, "todistus.pdf", "file-program"),
        (b"\x7fELF\x02\x01", "todistus.txt", "file-program"),
        (b"#!/bin/sh\nrm -r x\n", "ohje.txt", "file-program"),
        (b"<!DOCTYPE html><script>x</script>", "sivu.txt", "file-page"),
        (b'  <svg xmlns="x" onload="y"/>', "kuva.png", "file-page"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 100, "vanha.doc", "file-old-office"),
        (b"GIF89a\x01\x00\x01\x00\x80\x00", "kuva.gif", "file-kind"),
        ("Ä".encode("latin-1"), "vanha.txt", "file-kind"),
        (b"PK\x03\x04 broken", "kirje.docx", "file-broken"),
    ],
)
def test_what_is_not_taken_is_refused_with_its_reason(data: bytes, name: str, code: str) -> None:
    with pytest.raises(NotAccepted) as refused:
        kind_of(data, name)
    assert refused.value.code == code
    assert code in REFUSALS


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (samples.packed(kirje_dot_txt=b"x"), "file-archive"),
        (samples.office("word__document_dot_xml", word__vbaProject_dot_bin=b"x"), "file-macros"),
        (samples.office("word__document_dot_xml", word__embeddings__a_dot_exe=b"MZ"), "file-macros"),
        (samples.office("word__document_dot_xml", word__big_dot_xml=b"\0" * 20_000_000), "file-bomb"),
    ],
)
def test_an_office_file_with_a_surprise_inside_is_refused(data: bytes, code: str) -> None:
    with pytest.raises(NotAccepted) as refused:
        kind_of(data, "kirje.docx")
    assert refused.value.code == code


def test_a_part_that_is_larger_than_it_says_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    data = bytearray(samples.office("word__document_dot_xml", word__big_dot_xml=b"a" * 100_000))
    right, wrong = (100_000).to_bytes(4, "little"), (10).to_bytes(4, "little")
    lying = bytes(data).replace(right, wrong)
    assert lying != bytes(data)
    with pytest.raises(NotAccepted) as refused:
        kind_of(lying, "kirje.docx")
    assert refused.value.code == "file-broken"


def test_too_many_parts_are_a_bomb(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(content, "MOST_PARTS", 2)
    with pytest.raises(NotAccepted) as refused:
        kind_of(samples.office("word__document_dot_xml", a=b"1", b=b"2"), "kirje.docx")
    assert refused.value.code == "file-bomb"


def verdict(data: bytes, name: str) -> str:
    """The kind as the ending of a name, or the code of the refusal."""
    try:
        return f".{kind_of(data, name).value}"
    except NotAccepted as refused:
        return refused.code


@given(st.binary(max_size=300), st.sampled_from(["a.pdf", "a.docx", "a.txt", "a.png", "a"]))
def test_any_bytes_are_taken_or_refused_and_never_break_the_check(data: bytes, name: str) -> None:
    found = verdict(data, name)
    assert found in REFUSALS or name.endswith(found)


@given(st.binary(min_size=1, max_size=80), st.integers(0, 300))
def test_a_damaged_office_file_never_breaks_the_check(noise: bytes, place: int) -> None:
    damaged = samples.DOCX[:place] + noise + samples.DOCX[place + len(noise) :]
    assert verdict(damaged, "kirje.docx") in {*REFUSALS, ".docx", ".txt"}
