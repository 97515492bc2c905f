"""XLIFF out and in: round trip, and each fault of a file told row by row, with nothing written before it is confirmed."""

import re
from copy import deepcopy
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from lxml import etree

from kotopolku import clock
from kotopolku.access.capabilities import Role
from kotopolku.access.errors import NotVisible
from kotopolku.access.viewer import Viewer
from kotopolku.clients.rules import EditClash, Refusals
from kotopolku.clients.tests import factories as make
from kotopolku.clients.tests.walking import Worker, words
from kotopolku.information import xliff, xliff_checking
from kotopolku.information.actions import xliff as actions
from kotopolku.information.models import PageText, TextState, TextVersion, TranslationFile
from kotopolku.information.queries import editing
from kotopolku.information.tests import translating_world as world
from kotopolku.information.xliff import PageFile, Unit, UnitId
from kotopolku.information.xliff_checking import Report

N = {"x": xliff.NAMESPACE}
PLAN = "Tee [suunnitelma](https://a.example.fi/) ja <https://b.example.fi/>."


def file_of(source: str, target: str = "") -> bytes:
    unit = Unit(UnitId(1, 1, "t1", "text"), source, target, notes=("Place",), terms=("a = b",))
    return xliff.written([PageFile("vantaa/1", 1, (unit,))], "fi", "sv")


def test_a_text_with_links_comes_back_as_it_went() -> None:
    [unit] = xliff.read(
        file_of(PLAN, "Gör en [plan](https://a.example.fi/) och <https://b.example.fi/>.")
    ).units
    assert unit.source == PLAN
    assert unit.target == "Gör en [plan](https://a.example.fi/) och <https://b.example.fi/>."
    assert unit.faults == ()
    assert unit.id == UnitId(1, 1, "t1", "text")


def test_addresses_travel_as_marks_that_a_translator_cannot_mistype() -> None:
    root = etree.fromstring(file_of(PLAN))
    [source] = root.xpath("//x:source", namespaces=N)
    assert "https" not in "".join(source.itertext())
    assert [one.text for one in root.xpath("//x:pc", namespaces=N)] == ["suunnitelma"]
    assert root.xpath("string(//x:note[@category='term'])", namespaces=N) == "a = b"
    assert root.get("version") == "2.0"


def test_segments_that_a_program_has_divided_are_put_together() -> None:
    made = file_of("Yksi. Kaksi.").decode()
    divided = re.sub(
        r"<segment.*</segment>",
        "<segment><source>Yksi.</source><target>Ett.</target></segment><ignorable><source> </source></ignorable>"
        "<segment><source>Kaksi.</source><target>Två.</target></segment>",
        made,
    )
    [unit] = xliff.read(divided.encode()).units
    assert (unit.source, unit.target) == ("Yksi. Kaksi.", "Ett. Två.")


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty"),
        (b"not xml", "not-xml"),
        (b"<xliff", "not-xml"),
        (b"<html/>", "not-xliff"),
        (b'<xliff version="1.2" xmlns="urn:oasis:names:tc:xliff:document:1.2"/>', "other-version"),
        (f'<xliff xmlns="{xliff.NAMESPACE}" version="2.0"/>'.encode(), "no-units"),
        (b'<!DOCTYPE xliff [<!ENTITY a "b">]><xliff>&a;</xliff>', "doctype"),
    ],
)
def test_a_file_that_cannot_be_read_says_why(content: bytes, code: str) -> None:
    with pytest.raises(xliff.Unreadable) as error:
        xliff.read(content)
    assert error.value.code == code


def test_no_entity_is_opened_and_no_size_is_unbounded(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    secret = tmp_path / "secret"
    secret.write_text("hidden")
    outside = f'<!DOCTYPE x [<!ENTITY e SYSTEM "file://{secret}">]>'.encode()
    many = (
        b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">'
        + b"".join(f'<!ENTITY a{n} "{f"&a{n - 1 if n else str()};" * 10}">'.encode() for n in range(9))
        + b"]>"
    )
    for head in (outside, many):
        with pytest.raises(xliff.Unreadable):
            xliff.read(head + file_of("x").replace(b"<?xml version='1.0' encoding='UTF-8'?>", b""))
    monkeypatch.setattr(xliff, "MOST_BYTES", 10)
    with pytest.raises(xliff.Unreadable) as error:
        xliff.read(file_of("x"))
    assert error.value.code == "too-large"


@pytest.mark.parametrize(
    ("target", "told"),
    [
        ("Gör en [plan](https://a.example.fi/) och <https://b.example.fi/>.", []),
        ("Gör en [plan] (https://a.example.fi/) och <https://b.example.fi/>.", ["link-broken", "link-lost"]),
        ("Gör en [plan](https://a.example.fi/ och", ["link-broken", "link-lost"]),
        ("Gör en plan.", ["link-lost"]),
        ("Gör en [plan](https://a.example.fi/sv) och <https://b.example.fi/>.", ["link-other"]),
    ],
)
def test_links_of_a_translation_are_compared_with_the_source(target: str, told: list[str]) -> None:
    assert xliff.link_faults(PLAN, target) == told


# --- With pages --------------------------------------------------------------------------------------------------------

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor() -> Viewer:
    world.empty()
    return world.editor()


def out(viewer: Viewer, **options: Any) -> bytes:
    with make.working(viewer) as at_work:
        return actions.send_out(world.SPACE, options.pop("language", "sv"), actor=at_work, **options)


def filled(content: bytes, **targets: str) -> bytes:
    """The file as a translator sends it: targets by the end of the unit's id with dots as underlines; the rest is "sv: …"."""
    root = etree.fromstring(content)
    for unit in root.iterfind(".//x:unit", N):
        segment = unit.find("x:segment", N)
        source = segment.find("x:source", N)
        for old in segment.iterfind("x:target", N):
            segment.remove(old)
        name = unit.get("id").split(".", 2)[2].replace(".", "_").replace("__", "page_")
        target = etree.SubElement(segment, f"{{{xliff.NAMESPACE}}}target")
        if name in targets:
            target.text = targets[name]
            continue
        for child in source:
            target.append(deepcopy(child))
        target.text = "sv: " + (source.text or "")
    made: bytes = etree.tostring(root)
    return made


def report(viewer: Viewer, content: bytes, language: str = "sv", space: str = world.SPACE) -> Report:
    with make.working(viewer) as at_work:
        made = actions.receive_file(space, language, "a.xlf", content, actor=at_work)
        return actions.report(actions.file(at_work, space, made.pk))


def told(found: Report) -> dict[str, list[str]]:
    """What is told, by code: the ends of the units' ids."""
    result: dict[str, list[str]] = {}
    for page in found.pages:
        for row in page.rows:
            for code in row.told:
                result.setdefault(code, []).append(row.name.split(".", 2)[-1])
    return result


def test_a_page_goes_out_is_translated_and_comes_in_as_a_draft(editor: Viewer) -> None:
    page = world.page(editor)
    content = filled(out(editor))
    with make.working(editor) as at_work:
        made = actions.receive_file(world.SPACE, "sv", "a.xlf", content, actor=at_work)
        before = TextVersion.objects.count()
        found = actions.report(made)
        assert TextVersion.objects.count() == before, "a report writes nothing"
        assert [one.changes for one in found.writes] == [9]
        assert actions.confirm_file(world.SPACE, made.pk, actor=at_work, digest=found.digest) == 1
    saved = world.text(page, "sv")
    assert saved.latest is not None
    assert saved.latest.made_from is not None
    assert (saved.state, saved.latest.title, saved.latest.made_from.number) == (
        TextState.DRAFT, "sv: Kotoutumissuunnitelma plan", 1,
    )  # fmt: skip
    assert [one["id"] for one in saved.latest.blocks] == ["t1", "s1", "f1"]
    assert (
        saved.latest.blocks[0]["text"] == "sv: Tee kotoutumissuunnitelma [täällä](https://tyo.example.fi/)."
    )
    assert saved.latest.blocks[2]["address"] == "https://lomake.example.fi/"


def test_a_subtree_or_the_whole_site_goes_into_one_file(editor: Viewer) -> None:
    top = world.page(editor, key="top")
    world.page(editor, key="below", parent=top)
    world.page(editor, key="beside")
    assert out(editor).count(b"<file ") == 3
    assert out(editor, page_id=top).count(b"<file ") == 2
    world.translate(editor, top, made_from=1)
    assert out(editor, only_open=True).count(b"<file ") == 2, "what is in order stays at home"
    assert b'state="translated"' in out(editor)


def test_terms_go_with_the_texts(editor: Viewer) -> None:
    from kotopolku.information.actions.terms import load_terms

    load_terms()
    world.page(editor)
    assert "kotoutumissuunnitelma = integrationsplan" in out(editor).decode()


def test_lost_units_are_told_and_what_is_stored_stays(editor: Viewer) -> None:
    page = world.page(editor)
    world.translate(editor, page, made_from=1)
    root = etree.fromstring(filled(out(editor)))
    for unit in root.iterfind(".//x:unit", N):
        if unit.get("id").endswith(("t1.text", "_.title")):
            unit.getparent().remove(unit)
    found = report(editor, etree.tostring(root))
    assert told(found)["lost"] == ["_.title", "t1.text"]
    [one] = found.writes
    assert one.content is not None
    assert one.content.title == "Integrationsplan"
    assert one.content.blocks[0]["text"].startswith("Gör en plan")


def test_a_page_that_would_lack_what_it_needs_is_not_taken_in(editor: Viewer) -> None:
    page = world.page(editor)
    root = etree.fromstring(filled(out(editor)))
    for unit in root.iterfind(".//x:unit", N):
        if unit.get("id").endswith("_.title"):
            unit.getparent().remove(unit)
    found = report(editor, etree.tostring(root))
    assert found.writes == []
    assert found.pages[0].faults == ("no-title",)
    with make.working(editor) as at_work:
        file = TranslationFile.objects.get()
        with pytest.raises(Refusals):
            actions.confirm_file(world.SPACE, file.pk, actor=at_work, digest=found.digest)
    assert not PageText.objects.filter(page=page, language="sv").exists()


def test_a_lost_unit_whose_source_has_changed_does_not_make_the_translation_valid(editor: Viewer) -> None:
    page = world.page(editor)
    world.translate(editor, page, made_from=1)
    world.rewrite(
        editor, page, text="Aivan uusi [teksti](https://tyo.example.fi/).", title="Kotoutumissuunnitelma plan"
    )
    root = etree.fromstring(filled(out(editor)))
    for unit in root.iterfind(".//x:unit", N):
        if unit.get("id").endswith("t1.text"):
            unit.getparent().remove(unit)
    found = report(editor, etree.tostring(root))
    assert found.writes[0].made_from == 1
    whole = report(editor, filled(out(editor)))
    assert whole.writes[0].made_from == 2


def without(content: bytes, *ends: str) -> bytes:
    root = etree.fromstring(content)
    for unit in root.iterfind(".//x:unit", N):
        if unit.get("id").endswith(ends):
            unit.getparent().remove(unit)
    made: bytes = etree.tostring(root)
    return made


def test_a_page_that_nobody_has_translated_yet_is_no_fault(editor: Viewer) -> None:
    world.page(editor)
    found = report(editor, out(editor))
    assert found.writes == []
    assert found.pages[0].faults == ()
    assert set(told(found)) == {"untranslated"}


def test_what_the_machine_wrote_stays_its_own_where_the_file_says_nothing(editor: Viewer) -> None:
    page = world.page(editor)
    world.translate(editor, page, made_from=1, machine=True)
    part = report(editor, without(filled(out(editor)), "t1.text"))
    assert part.writes[0].machine
    assert not report(editor, filled(out(editor))).writes[0].machine, "a person has been through all of it"
    with make.working(editor) as at_work:
        made = TranslationFile.objects.order_by("pk")[0]
        actions.confirm_file(world.SPACE, made.pk, actor=at_work, digest=part.digest)
    latest = world.text(page, "sv").latest
    assert latest is not None
    assert latest.machine


def test_a_step_lost_in_the_middle_does_not_move_those_after_it(editor: Viewer) -> None:
    world.page(editor)
    found = report(editor, without(filled(out(editor)), "items.0.title", "items.0.text"))
    assert found.writes == []
    assert found.pages[0].faults == ("incomplete",)
    assert report(editor, without(filled(out(editor)), "items.1.title")).writes


def test_steps_that_have_moved_wait_for_a_whole_file(editor: Viewer) -> None:
    page = world.page(editor)
    world.translate(editor, page, made_from=1)
    moved = world.content_blocks(text="Aivan uusi [teksti](https://tyo.example.fi/).")
    moved[1]["items"].insert(0, {"title": "Lue tämä", "text": ""})
    world.rewrite(editor, page, blocks=moved)
    found = report(editor, without(filled(out(editor)), "t1.text"))
    assert found.writes == []
    assert found.pages[0].faults == ("incomplete",), (
        "kept as made from the old source it would be read wrongly"
    )
    assert report(editor, filled(out(editor))).writes[0].made_from == 2


def test_added_units_and_units_twice_are_told_and_left_out(editor: Viewer) -> None:
    page = world.page(editor)
    made = filled(out(editor)).decode()
    extra = (
        f'<unit id="{page}.1.zz.text"><segment><source>a</source><target>b</target></segment></unit>'
        '<unit id="outside"><segment><source>a</source><target>b</target></segment></unit>'
    )
    [again] = re.findall(rf'<unit id="{page}\.1\._\.summary".*?</unit>', made)
    found = report(editor, made.replace("</file>", f"{extra}{again}</file>").encode())
    assert sorted(told(found)["added"]) == ["outside", "zz.text"]
    assert told(found)["twice"] == ["_.summary", "_.summary"]
    [one] = found.writes
    assert one.content is not None
    assert one.content.summary == "", "neither of two is taken"


def test_a_source_that_has_changed_since_is_told_and_the_translation_is_stale_exactly(editor: Viewer) -> None:
    page = world.page(editor)
    content = filled(out(editor))
    world.rewrite(editor, page, step="Varaa aika verkossa", title="Kotoutumissuunnitelma plan")
    found = report(editor, content)
    assert told(found)["source-changed"] == ["s1.items.0.title"]
    assert found.pages[0].source_moved
    with make.working(editor) as at_work:
        actions.confirm_file(
            world.SPACE, TranslationFile.objects.get().pk, actor=at_work, digest=found.digest
        )
    assert editing.is_stale(world.text(page, "sv"), world.text(page, "fi"))


def test_a_source_that_was_edited_in_the_file_is_told(editor: Viewer) -> None:
    world.page(editor)
    content = filled(out(editor)).replace("<source>Mikä".encode(), b"<source>Kuka")
    if b"<source>Kuka" not in content:
        content = filled(out(editor)).replace(b"<source>Mik&#228; se", b"<source>Kuka se")
    assert told(report(editor, content))["source-edited"] == ["_.summary"]


@pytest.mark.parametrize(
    ("target", "code"),
    [
        ("Gör en plan.", "link-lost"),
        ("Gör en [plan](https://tyo.example.fi/", "link-broken"),
        ("Gör en [plan](javascript:alert)", "bad-address"),
        ("ö" * 20_001, "too-long"),
    ],
)
def test_a_unit_with_a_broken_link_is_not_taken_in(editor: Viewer, target: str, code: str) -> None:
    world.page(editor)
    found = report(editor, filled(out(editor), t1_text=target))
    assert told(found)[code] == ["t1.text"]
    [row] = [row for row in found.pages[0].rows if row.name.endswith("t1.text")]
    assert row.is_faulty
    assert all("Gör" not in repr(one.content) for one in found.writes)


def test_lost_and_broken_marks_inside_a_text_are_told(editor: Viewer) -> None:
    world.page(editor)
    content = filled(out(editor))
    root = etree.fromstring(content)
    [mark] = root.xpath("//x:target/x:pc", namespaces=N)
    mark.set("id", "7")
    mark.set("dataRefStart", "nowhere")
    found = told(report(editor, etree.tostring(root)))
    assert found["inline-lost"] == found["inline-added"] == found["inline-broken"] == ["t1.text"]


def test_another_language_or_site_is_told_for_the_whole_file(editor: Viewer) -> None:
    world.page(editor)
    content = filled(out(editor))
    assert report(editor, content, language="en").faults == ("other-language",)
    assert report(editor, content.replace(b'srcLang="fi"', b'srcLang="ru"')).faults == ("other-source",)
    ministry = world.editor("tem", Role.MINISTRY_OFFICER)
    assert report(ministry, content, space="suomi").faults == ("other-space",)


def test_a_page_of_another_site_inside_the_file_is_told_row_by_row(editor: Viewer) -> None:
    page = world.page(editor)
    ministry = world.editor("tem", Role.MINISTRY_OFFICER)
    theirs = world.page(ministry, key="theirs", space="suomi")
    content = filled(out(editor)).decode().replace("</xliff>", "")
    content += (
        f'<file id="x" original="vantaa/{theirs}"><unit id="{theirs}.1._.title"><segment><source>a</source>'
        "<target>Otettu</target></segment></unit></file></xliff>"
    )
    found = report(editor, content.encode())
    assert told(found)["other-page"] == ["_.title"]
    assert [one.page.pk for one in found.writes if one.page] == [page]


def test_the_same_file_twice_is_known_and_changes_nothing(editor: Viewer) -> None:
    page = world.page(editor)
    content = filled(out(editor))
    with make.working(editor) as at_work:
        first = actions.receive_file(world.SPACE, "sv", "a.xlf", content, actor=at_work)
        again = actions.receive_file(world.SPACE, "sv", "b.xlf", content, actor=at_work)
        assert first.pk == again.pk
        digest = actions.report(first).digest
        actions.confirm_file(world.SPACE, first.pk, actor=at_work, digest=digest)
        actions.confirm_file(world.SPACE, first.pk, actor=at_work, digest=digest)
        third = actions.receive_file(world.SPACE, "sv", "c.xlf", content, actor=at_work)
        assert third.confirmed_at is not None
        assert world.text(page, "sv").versions.count() == 1
        assert bytes(TranslationFile.objects.get(pk=first.pk).content) == b""
    other = report(editor, content + b"\n")
    assert other.writes == [], "the same texts in another file: nothing to write"


def test_what_changed_between_looking_and_confirming_is_not_overwritten(editor: Viewer) -> None:
    page = world.page(editor)
    content = filled(out(editor))
    found = report(editor, content)
    world.translate(editor, page, made_from=1)
    with make.working(editor) as at_work, pytest.raises(EditClash):
        actions.confirm_file(
            world.SPACE, TranslationFile.objects.get().pk, actor=at_work, digest=found.digest
        )
    assert world.text(page, "sv").versions.count() == 1


def test_texts_can_go_to_review_at_once(editor: Viewer) -> None:
    page = world.page(editor)
    found = report(editor, filled(out(editor)))
    with make.working(editor) as at_work:
        actions.confirm_file(
            world.SPACE, TranslationFile.objects.get().pk, actor=at_work, digest=found.digest, to_review=True
        )
    assert world.text(page, "sv").state == TextState.REVIEW


def test_files_are_the_keepers_only_and_old_ones_are_emptied(editor: Viewer) -> None:
    world.page(editor)
    with make.working(editor) as at_work:
        made = actions.receive_file(world.SPACE, "sv", "a.xlf", filled(out(editor)), actor=at_work)
    stranger = world.editor("kunta-205")
    with make.working(stranger) as at_work:
        assert not TranslationFile.objects.exists(), "row security"
        with pytest.raises(NotVisible):
            actions.file(at_work, world.SPACE, made.pk)
    night = Viewer.for_system("information.links", world.ON)
    with make.working(night), clock.at(world.ON + timedelta(days=40)):
        assert actions.forget_old(actor=night) == 1
        assert actions.forget_old(actor=night) == 0


def test_the_statements_do_not_grow_with_the_pages(editor: Viewer) -> None:
    def count() -> tuple[int, int]:
        with make.working(editor) as at_work:
            with CaptureQueriesContext(connection) as going:
                content = actions.send_out(world.SPACE, "sv", actor=at_work)
            made = actions.receive_file(world.SPACE, "sv", "a.xlf", filled(content), actor=at_work)
            with CaptureQueriesContext(connection) as coming:
                actions.report(made)
        return len(going), len(coming)

    world.page(editor, key="p0")
    world.page(editor, key="p1")
    few = count()
    for number in range(2, 12):
        world.page(editor, key=f"p{number}")
    assert count() == few


# --- Pages -------------------------------------------------------------------------------------------------------------


@pytest.fixture
def no_second_factor(settings: Any) -> None:
    settings.SECOND_FACTOR_REQUIRED = False


@pytest.mark.usefixtures("no_second_factor")
def test_the_pages_of_files_as_an_editor_walks_them() -> None:
    by = Worker("kunta-092", world.ON, Role.EDITOR)
    page = world.page(by.viewer)
    base = f"/information/{world.SPACE}/xliff/"
    assert "Nothing is written" in words(by.get(base))
    assert by.get(base + "out.xlf", language="").status_code == 422
    sent = by.get(base + "out.xlf", language="sv", page=str(page))
    assert sent["Content-Type"].startswith("application/xliff+xml")
    bad = by.post(base, language="sv", file=SimpleUploadedFile("a.xlf", b"nonsense"))
    assert bad.status_code == 422
    assert "it is not XML" in words(bad)
    content = filled(sent.content, t1_text="Gör en plan.")
    came = by.post(base, language="sv", file=SimpleUploadedFile("a.xlf", content))
    assert came.status_code == 302
    shown = by.get(came["Location"])
    assert "The source has a link that the translation does not have." in words(shown)
    assert "Nothing has been written yet." in words(shown)
    assert by.post(came["Location"], digest="other", what="draft").status_code == 409
    assert "Nothing of the page can be taken in." in words(by.get(came["Location"]))
    whole = by.post(base, language="sv", file=SimpleUploadedFile("b.xlf", filled(sent.content)))
    digest = by.hidden(whole["Location"])["digest"]
    assert by.post(whole["Location"], digest=digest, what="draft").status_code == 302
    assert "has been taken in" in words(by.get(whole["Location"]))
    dropped = by.post(base, language="sv", file=SimpleUploadedFile("c.xlf", content + b" "))
    assert by.post(dropped["Location"] + "drop/").status_code == 302
    assert by.get(dropped["Location"]).status_code == 404
    assert Worker("kunta-205", world.ON, Role.EDITOR).get(base).status_code == 404
    assert Worker("kunta-092", world.ON, Role.READER).get(base).status_code == 403


def test_every_code_has_its_words() -> None:
    from kotopolku.information.wording_translating import TOLD

    assert set(TOLD) >= xliff_checking.FAULTS
