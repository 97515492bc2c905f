"""Review, publishing, versions and files on the pages, walked as a writer and a reviewer do."""

import base64
import uuid
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from kotopolku.access import rowsecurity
from kotopolku.access.capabilities import Role
from kotopolku.clients.tests import factories as make
from kotopolku.clients.tests.walking import Worker, words
from kotopolku.desk.scanner import TEST_VIRUS
from kotopolku.information.models import ContentFile, Page, PageText, ReviewComment, TextState
from kotopolku.information.tests import pages_world as world
from kotopolku.information.tests.test_editing_pages import typed
from kotopolku.information.tests.test_pictures import chunk
from kotopolku.journal.models import Entry
from kotopolku.notices.models import Notice

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_second_factor")]
PICTURE = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


@pytest.fixture
def no_second_factor(settings: Any) -> None:
    settings.SECOND_FACTOR_REQUIRED = False


@pytest.fixture
def files(settings: Any, tmp_path: Path) -> Path:
    settings.FILES = tmp_path / "files"
    settings.CLAMD = "fake"
    return settings.FILES  # type: ignore[no-any-return]


@pytest.fixture
def reviewer() -> Worker:
    return Worker("kunta-092", world.ON, Role.EDITOR)


@pytest.fixture
def writer() -> Worker:
    return Worker("kunta-092", world.ON, Role.TEAM_LEADER)


def text_of(of: Page) -> PageText:
    return PageText.objects.select_related("latest", "published").get(page=of, language="fi")


def address_of(of: Page) -> str:
    return f"/information/pages/{of.pk}/fi/"


# Review and publishing --------------------------------------------------------------------------------------------


def test_a_text_goes_to_a_named_reviewer_is_commented_sent_back_and_published(
    writer: Worker, reviewer: Worker
) -> None:
    page = world.page(writer.viewer)
    address = address_of(page)
    assert "Ask for a review" in words(writer.get(f"{address}review/"))
    asked = writer.post(f"{address}review/ask/", reviewer=reviewer.viewer.user_id, words="Katso hinnat.")
    assert asked.status_code == 302
    with rowsecurity.as_system():
        [notice] = Notice.objects.all()
    assert (notice.user_id, notice.kind) == (reviewer.viewer.user_id, "information.review-asked")
    front = words(reviewer.get("/information/"))
    assert "Wait for your review" in front
    empty = reviewer.post(f"{address}review/comment/", block="a1", words="  ")
    assert empty.status_code == 422
    assert "Write the comment." in words(empty)
    assert reviewer.post(f"{address}review/comment/", block="a1", words="Mistä haetaan?").status_code == 302
    seen = words(writer.get(f"{address}review/"))
    assert "Katso hinnat." in seen
    assert "Mistä haetaan?" in seen
    assert "There are 2 comments on this text." in words(writer.get(address))
    comment = ReviewComment.objects.get(block="a1")
    assert writer.post(f"{address}review/settle/{comment.pk}/").status_code == 302
    assert "dealt with" in words(writer.get(f"{address}review/"))
    no_words = reviewer.post(f"{address}review/send-back/", words="")
    assert no_words.status_code == 422
    assert reviewer.post(f"{address}review/send-back/", words="Lisää linkki.").status_code == 302
    assert text_of(page).state == TextState.DRAFT
    with rowsecurity.as_system():
        sent_back = Notice.objects.filter(kind="information.review-sent-back")
        assert sent_back.get().user_id == writer.viewer.user_id
    publish = f"{address}publish/"
    version = reviewer.hidden(publish)["version"]
    assert reviewer.post(publish, version=version).status_code == 302
    assert text_of(page).published is not None
    assert "published" in words(writer.get(f"{address}review/"))


def test_only_persons_of_the_own_organisation_who_may_publish_can_be_asked(writer: Worker) -> None:
    page = world.page(writer.viewer)
    stranger = world.editor("kunta-205")
    answer = writer.post(f"{address_of(page)}review/ask/", reviewer=stranger.user_id, words="Luetko tämän?")
    assert answer.status_code == 422
    assert "Luetko tämän?" in answer.content.decode(), "what was typed stays"
    with rowsecurity.as_system():
        assert Notice.objects.count() == 0


def test_a_text_is_published_at_a_time_and_withdrawn_at_another(reviewer: Worker) -> None:
    page = world.page(reviewer.viewer)
    publish = f"{address_of(page)}publish/"
    version = reviewer.hidden(publish)["version"]
    past = reviewer.post(publish, version=version, on="1.11.2026")
    assert past.status_code == 422
    assert "This time has passed." in words(past)
    assert "1.11.2026" in past.content.decode()
    turned = reviewer.post(publish, version=version, on="10.12.2026", until_on="1.12.2026")
    assert turned.status_code == 422
    assert "The end is before the beginning." in words(turned)
    lone = reviewer.post(publish, version=version, at="9.15")
    assert lone.status_code == 422
    assert "Give the day as well" in words(lone)
    good = {"version": version, "on": "1.12.2026", "at": "9.15", "until_on": "31.12.2026"}
    assert reviewer.post(publish, **good).status_code == 302
    text = text_of(page)
    assert text.state == TextState.SCHEDULED
    assert text.publish_at is not None
    assert text.publish_at.isoformat() == "2026-12-01T07:15:00+00:00"
    assert text.unpublish_at is not None
    assert text.unpublish_at - text.publish_at == timedelta(days=30, hours=-1, minutes=-15)
    assert "will be published" in words(reviewer.get(f"{address_of(page)}review/"))
    assert reviewer.post(f"{address_of(page)}withdraw/").status_code == 302
    assert text_of(page).publish_at is None


def test_of_what_readers_see_only_the_end_is_set(reviewer: Worker) -> None:
    page = world.shown(reviewer.viewer)
    assert "Withdraw at a time" in words(reviewer.get(f"{address_of(page)}review/"))
    publish = f"{address_of(page)}publish/"
    opened = reviewer.get(publish).content.decode()
    assert 'name="on"' not in opened
    version = reviewer.hidden(publish)["version"]
    sent = reviewer.client.post(publish, {"version": version, "until_on": "31.12.2026"}, follow=True)
    assert "The text is withdrawn on 31 December 2026" in words(sent)
    assert 'value="31.12.2026"' in reviewer.get(publish).content.decode()
    world.saved(reviewer.viewer, page, text="Uusi.")
    assert 'value="31.12.2026"' in reviewer.get(publish).content.decode(), (
        "a new version ends when the old did"
    )


def test_who_writes_is_told_that_saving_takes_the_time_of_publication_away(reviewer: Worker) -> None:
    page = world.page(reviewer.viewer)
    publish = f"{address_of(page)}publish/"
    version = reviewer.hidden(publish)["version"]
    assert reviewer.post(publish, version=version, on="1.12.2026").status_code == 302
    assert "If you save a change, it will not be" in words(reviewer.get(address_of(page)))


def test_who_publishes_is_told_when_the_text_has_changed_meanwhile(reviewer: Worker, writer: Worker) -> None:
    page = world.page(writer.viewer)
    publish = f"{address_of(page)}publish/"
    opened = reviewer.hidden(publish)["version"]
    world.saved(writer.viewer, page, text="Muuttui välissä.")
    answer = reviewer.client.post(publish, {"version": opened}, follow=True)
    assert "saved a newer version on" in words(answer)
    assert text_of(page).published is None


def test_what_changes_for_readers_is_shown_before_publishing(reviewer: Worker) -> None:
    page = world.shown(reviewer.viewer)
    world.saved(reviewer.viewer, page, text="Asunto haetaan kaupungilta.")
    html = reviewer.get(f"{address_of(page)}review/").content.decode()
    assert "<ins>" in html
    assert "<del>" in html
    assert "(added:)" in html, "said in words, too"


# Versions ---------------------------------------------------------------------------------------------------------


def test_versions_are_listed_compared_and_restored_as_a_new_one(reviewer: Worker) -> None:
    page = world.page(reviewer.viewer)
    world.saved(reviewer.viewer, page, text="Toinen teksti.", note="Uusi ohje")
    address = f"{address_of(page)}versions/"
    listed = words(reviewer.get(address))
    assert "Uusi ohje" in listed
    changed = words(reviewer.get(f"{address}difference/", **{"from": "1", "to": "2"}))
    assert "Changed: Text, block 1" in changed
    assert "(added:) Toinen teksti." in changed
    assert reviewer.get(f"{address}difference/", **{"from": "2", "to": "1"}).status_code == 200
    assert reviewer.get(f"{address}difference/", **{"from": "9", "to": "x"}).status_code == 404
    assert "Asunto haetaan itse." in words(reviewer.get(f"{address}1/"))
    assert reviewer.get(f"{address}7/").status_code == 404
    version = text_of(page).version
    assert reviewer.post(f"{address}1/restore/", version=version).status_code == 302
    text = text_of(page)
    assert text.latest is not None
    assert (text.latest.number, text.latest.restored_from) == (3, 1)
    again = reviewer.client.post(f"{address}2/restore/", {"version": version}, follow=True)
    assert "saved a newer version on" in words(again)
    assert text_of(page).latest.number == 3  # type: ignore[union-attr]


# Files ------------------------------------------------------------------------------------------------------------


def send(by: Worker, name: str, data: bytes, **more: Any) -> Any:
    form = {"token": str(uuid.uuid4()), "alt": "", "file": SimpleUploadedFile(name, data)} | more
    return by.post("/information/vantaa/files/", **form)


@pytest.mark.usefixtures("files")
def test_a_picture_is_added_described_in_languages_and_shown_in_a_text(reviewer: Worker) -> None:
    answer = send(reviewer, "talo.png", PICTURE, alt="Kerrostalo Myyrmäessä")
    assert answer.status_code == 302
    [file] = ContentFile.objects.all()
    assert file.alternatives == {"fi": "Kerrostalo Myyrmäessä"}
    described = {"alt_fi": "Kerrostalo", "alt_en": "A block of flats", "alt_ar": "مبنى"}
    assert reviewer.post(f"/information/files/{file.pk}/", **described).status_code == 302
    assert ContentFile.objects.get().alternatives == {
        "fi": "Kerrostalo",
        "en": "A block of flats",
        "ar": "مبنى",
    }
    long = reviewer.post(f"/information/files/{file.pk}/", alt_fi="x" * 400)
    assert long.status_code == 422
    assert "x" * 400 in long.content.decode()
    page = world.page(reviewer.viewer)
    picture = {"kind": "picture", "target": str(file.pk), "alt": "Kerrostalo", "text": ""}
    sent = typed(text_of(page).version, picture, do="save")
    assert reviewer.post(address_of(page), **sent).status_code == 302
    own = f"/information/files/{file.pk}/content/"
    assert own in reviewer.get(f"{address_of(page)}preview/").content.decode()
    assert reviewer.get(own).content == PICTURE
    public = f"/info/files/{file.pk}/talo.png"
    assert Client().get(public).status_code == 404, "only a draft shows it"
    world.published(reviewer.viewer, page)
    answer = Client().get(public)
    assert answer.content == PICTURE
    assert answer["Content-Type"] == "image/png"
    again = Client().get(public, headers={"If-None-Match": answer["ETag"]})
    assert again.status_code == 304
    other = Worker("kunta-205", world.ON, Role.EDITOR)
    assert other.get(own).status_code == 404
    assert other.get(f"/information/files/{file.pk}/").status_code == 404


def test_a_file_that_is_not_what_it_says_or_has_a_virus_is_refused(reviewer: Worker, files: Path) -> None:
    for name, data, said in (
        ("kuva.png", b"<svg onload=alert(1)>", "Web pages and drawings"),
        ("kuva.png", b"%PDF-1.7 paper", "file"),
        ("ohjelma.txt", b"MZ program", "Programs cannot be attached."),
        ("tyhja.txt", b"", "The file is empty."),
        ("virus.txt", TEST_VIRUS, "A virus was found in the file."),
    ):
        answer = send(reviewer, name, data)
        assert answer.status_code == 422, name
        assert said in words(answer), name
    assert ContentFile.objects.count() == 0
    assert not list(files.rglob("*.*")), "nothing was written"
    with make.working(reviewer.viewer):
        assert Entry.objects.filter(action="information.file.refused").count() == 1


def test_no_file_is_taken_while_the_virus_check_is_away(reviewer: Worker, settings: Any, files: Path) -> None:
    settings.CLAMD = "127.0.0.1:1"
    answer = send(reviewer, "ohje.txt", b"Ohje")
    assert answer.status_code == 422
    assert "The virus check does not answer now." in words(answer)
    assert ContentFile.objects.count() == 0


@pytest.mark.usefixtures("files")
def test_readers_do_not_learn_where_a_picture_was_taken(reviewer: Worker) -> None:
    noted = chunk(b"tEXt", b"GPS\x0060.29,25.03")
    assert send(reviewer, "talo.png", PICTURE[:33] + noted + PICTURE[33:]).status_code == 302
    [file] = ContentFile.objects.all()
    assert file.size == len(PICTURE)
    assert reviewer.get(f"/information/files/{file.pk}/content/").content == PICTURE
    broken = send(reviewer, "talo.png", PICTURE[:40])
    assert broken.status_code == 422
    assert "The file is broken" in words(broken)


@pytest.mark.usefixtures("files")
def test_a_replacement_keeps_the_picture_of_the_page_from_above(reviewer: Worker) -> None:
    ministry = Worker("tem", world.ON, Role.MINISTRY_OFFICER)
    form = {"token": str(uuid.uuid4()), "alt": "", "file": SimpleUploadedFile("talo.png", PICTURE)}
    assert ministry.post("/information/suomi/files/", **form).status_code == 302
    [file] = ContentFile.objects.all()
    above = world.page(ministry.viewer, "kuva", world.COUNTRY)
    picture = {"kind": "picture", "target": str(file.pk), "alt": "Kerrostalo", "text": ""}
    sent = typed(text_of(above).version, picture, do="save")
    assert ministry.post(address_of(above), **sent).status_code == 302
    world.published(ministry.viewer, above)
    assert reviewer.post(f"/information/vantaa/inherited/{above.pk}/override/").status_code == 302
    own = Page.objects.get(of=above)
    opened = reviewer.get(address_of(own)).content.decode()
    assert f'<option value="{file.pk}" selected' in opened
    assert f"/info/files/{file.pk}/talo.png" in opened, "in the preview, from where readers get it"
    again = typed(text_of(own).version, picture, title="Oma kuva", do="save")
    assert reviewer.post(address_of(own), **again).status_code == 302
    world.published(reviewer.viewer, own)
    used = ministry.get(f"/information/files/{file.pk}/")
    assert "Oma kuva Vantaa" in words(used)
    assert address_of(own) not in used.content.decode(), "others do not get into it"


@pytest.mark.usefixtures("files")
def test_the_same_upload_sent_twice_is_kept_once(reviewer: Worker) -> None:
    token = str(uuid.uuid4())
    for _time in range(2):
        assert send(reviewer, "ohje.txt", b"Ohje", token=token).status_code == 302
    assert ContentFile.objects.count() == 1
