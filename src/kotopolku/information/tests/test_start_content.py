"""Loading the start content: once, again, after people have changed it, after the files have changed."""

from dataclasses import replace
from time import process_time

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from kotopolku.access import rowsecurity
from kotopolku.access.viewer import Viewer
from kotopolku.information.actions import pages, texts
from kotopolku.information.actions.pages import PagePlace
from kotopolku.information.actions.start_content import Loaded, load_start_content
from kotopolku.information.actions.texts import TextContent
from kotopolku.information.models import LinkUse, Page, PageText, Space, TextState, TextVersion
from kotopolku.information.queries import editing
from kotopolku.information.start import Start, StartText, start
from kotopolku.information.tests.public_world import DAY, page, system
from kotopolku.journal.models import Entry

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def day(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KOTOPOLKU_TODAY", DAY.isoformat())
    rowsecurity.apply(system())


def load(content: Start | None = None) -> Loaded:
    return load_start_content(actor=system(), content=content)


def changed(key: str, language: str, **more: object) -> Start:
    """The files with one text changed."""
    found = start()
    rows = []
    for one in found.pages:
        said = dict(one.texts)
        if one.key == key:
            said[language] = replace(said[language], **more)  # type: ignore[arg-type]
        rows.append(replace(one, texts=said))
    return replace(found, pages=tuple(rows))


def text(key: str, language: str) -> PageText:
    return PageText.objects.select_related("latest__made_from", "published", "page").get(
        page__key=key, language=language
    )


def stale() -> set[tuple[str, str]]:
    spaces = Space.objects.filter(slug="suomi").values_list("pk", flat=True)
    return {(one.page.key, one.language) for one in editing.stale_texts(spaces).select_related("page")}


def edited(key: str, language: str, title: str = "Oma otsikko") -> PageText:
    """An editor's own version, as a draft."""
    known = text(key, language)
    said = TextContent(title, blocks=[{"id": "a1", "kind": "text", "text": "Oma teksti."}])
    return texts.save_text(known.page_id, language, said, actor=editor(), expected_version=known.version)


def editor() -> Viewer:
    from kotopolku.access.capabilities import Role
    from kotopolku.clients.tests import factories as make

    made = make.worker("tem", DAY, role=Role.MINISTRY_OFFICER)
    rowsecurity.apply(system())
    return made


def test_everything_is_published_with_the_version_it_was_made_from() -> None:
    wanted = start()
    assert load() == Loaded(12, sum(len(one.texts) for one in wanted.pages))
    for one in PageText.objects.select_related("latest__made_from__text", "page"):
        assert (one.state, one.published_id, one.major_number) == (TextState.PUBLISHED, one.latest_id, 1)
        assert one.latest is not None
        source = one.latest.made_from
        assert (source is None) == (one.language == "fi")
        assert source is None or (source.text.language, source.text.page_id) == ("fi", one.page_id)
    shown = Page.objects.filter(space__slug="suomi").order_by("order").values_list("key", flat=True)
    assert list(shown) == [one.key for one in wanted.pages]
    assert stale() == set()


def test_texts_that_nobody_has_read_are_marked_and_the_others_are_not() -> None:
    load()
    marked = TextVersion.objects.filter(machine=True).values_list("text__language", flat=True)
    assert {"fi", "sv", "en"}.isdisjoint(marked)
    assert len(set(marked)) == 10


def test_a_second_load_writes_nothing() -> None:
    load()
    before = (
        Entry.objects.count(),
        TextVersion.objects.count(),
        Space.objects.get(slug="suomi").tree_version,
    )
    assert load() == Loaded(0, 0)
    after = (Entry.objects.count(), TextVersion.objects.count(), Space.objects.get(slug="suomi").tree_version)
    assert after == before


def test_a_load_writes_one_entry_in_the_journal() -> None:
    before = Entry.objects.count()
    load()
    assert Entry.objects.count() == before + 1
    assert Entry.objects.order_by("-pk")[0].action == "information.start.loaded"


def test_it_takes_few_statements_and_little_time() -> None:
    counted = []
    for content in (replace(start(), pages=start().pages[:2]), start()):
        began = process_time()
        with transaction.atomic(), CaptureQueriesContext(connection) as seen:
            load(content)
            transaction.set_rollback(True)
        assert process_time() - began < 2
        # Search writes a row of its index for each text; it is not counted here.
        counted.append(len([one for one in seen.captured_queries if "information_search" not in one["sql"]]))
    assert counted[0] == counted[1] <= 40


def test_a_text_that_people_have_changed_is_left_alone() -> None:
    load()
    edited("asuminen", "fi")
    assert load(changed("asuminen", "fi", title="Uusi otsikko")) == Loaded(0, 0)
    assert text("asuminen", "fi").latest.title == "Oma otsikko"  # type: ignore[union-attr]


def test_a_text_that_people_have_withdrawn_stays_withdrawn() -> None:
    load()
    texts.withdraw(text("asuminen", "sv").page_id, "sv", actor=editor())
    load(changed("asuminen", "sv", title="Ny rubrik"))
    assert text("asuminen", "sv").published is None


def test_a_page_that_people_have_removed_or_renamed_does_not_come_back() -> None:
    load()
    pages.remove_page(Page.objects.get(key="tyo").pk, actor=editor())
    renamed = Page.objects.get(key="koulu")
    pages.change_page(renamed.pk, PagePlace(key="school"), actor=editor(), expected_version=renamed.version)
    assert load() == Loaded(0, 0)
    assert Page.objects.filter(key="koulu").count() == 0
    assert load(changed("koulu", "sv", title="Skolan")) == Loaded(0, 1)
    assert text("school", "sv").latest.title == "Skolan"  # type: ignore[union-attr]


def test_an_address_that_a_municipality_uses_already_stays_its_own() -> None:
    theirs = page("vantaa", "asuminen", "Asuminen Vantaalla")
    assert load().pages == 11
    assert list(Page.objects.filter(key="asuminen")) == [theirs]


def test_a_changed_file_makes_a_new_version_and_its_translations_stale() -> None:
    load()
    assert load(changed("terveys", "fi", summary="Uusi tiivistelmä.")) == Loaded(0, 1)
    assert text("terveys", "fi").major_number == 2
    assert stale() == {("terveys", "sv"), ("terveys", "en")}


def test_a_translation_changed_together_with_its_source_is_not_stale() -> None:
    load()
    both = changed("terveys", "fi", summary="Uusi tiivistelmä.")
    said = dict(next(one for one in both.pages if one.key == "terveys").texts)
    said["sv"] = replace(said["sv"], summary="En ny sammanfattning.")
    rows = tuple(replace(one, texts=said) if one.key == "terveys" else one for one in both.pages)
    assert load(replace(both, pages=rows)) == Loaded(0, 2)
    assert stale() == {("terveys", "en")}
    assert text("terveys", "sv").latest.made_from.number == 2  # type: ignore[union-attr]


def test_a_small_mend_of_the_source_leaves_translations_valid() -> None:
    load()
    load(changed("terveys", "fi", summary="Korjattu kirjoitusvirhe.", minor=True))
    assert text("terveys", "fi").published.number == 2  # type: ignore[union-attr]
    assert stale() == set()


def test_a_new_language_of_a_page_is_added_to_what_people_have_made_of_it() -> None:
    load()
    edited("asuminen", "fi")
    english = next(one for one in start().pages if one.key == "asuminen").texts["en"]
    wanted = start()
    rows = tuple(
        replace(one, texts={**one.texts, "et": StartText("et", "Elamine", "", english.blocks, machine=True)})
        if one.key == "asuminen"
        else one
        for one in wanted.pages
    )
    assert load(replace(wanted, pages=rows)) == Loaded(0, 1)
    assert text("asuminen", "et").latest.made_from.number == 1  # type: ignore[union-attr]


def test_the_link_checker_knows_every_address() -> None:
    load()
    uses = LinkUse.objects.filter(text__page__key="ensiaskeleet", link__address="https://migri.fi")
    assert uses.count() == 13


def test_readers_see_the_pages_in_their_municipality() -> None:
    load()
    rowsecurity.apply(Viewer(None, "", DAY, None))
    shown = Client().get("/info/en/vantaa/asuminen/")
    assert shown.status_code == 200
    assert "Rental agreement" in shown.content.decode()
    assert Client().get("/info/ar/vantaa/oikeudet/").status_code == 200
