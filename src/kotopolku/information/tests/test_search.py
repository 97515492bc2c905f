"""Search: any language finds, the reader's language is shown, errors are forgiven, places count, the cost is bounded."""

from datetime import date
from typing import Any
from uuid import uuid4

import pytest
from click.testing import CliRunner
from django.db import connection
from django.db.backends.postgresql.psycopg_any import DateRange
from django.test.utils import CaptureQueriesContext

from kotopolku.access.capabilities import Role
from kotopolku.access.errors import NotVisible
from kotopolku.actors.models import Contact, Organisation
from kotopolku.clients.rules import EditClash, Refusals
from kotopolku.clients.tests import factories as make
from kotopolku.clients.tests.walking import Worker, words
from kotopolku.information import commands, indexing, revisions
from kotopolku.information.actions import search as actions
from kotopolku.information.models import (
    ContentLanguage,
    PageKind,
    PageText,
    SearchEntry,
    SearchWord,
    Term,
)
from kotopolku.information.queries import search
from kotopolku.information.tests import search_world as world

pytestmark = pytest.mark.django_db
DAY = date(2026, 11, 23)


def find(question: str, language: str = "en", space: str = "vantaa", **more: Any) -> search.Results:
    return search.find(question, revisions.reader_of(language, space), **more)


def titles(question: str, language: str = "en", space: str = "vantaa") -> list[str]:
    return ["".join(piece for piece, _marked in hit.title) for hit in find(question, language, space).hits]


@pytest.fixture
def guide() -> dict[str, Any]:
    return world.guide()


@pytest.mark.usefixtures("guide")
class TestLanguages:
    def test_a_finnish_official_word_finds_the_page_in_the_readers_language(self) -> None:
        assert titles("kotoutumissuunnitelma", "ar")[0] == "خطة الاندماج"
        assert titles("kotoutumissuunnitelman", "ru")[0] == "План интеграции"
        assert titles("integrationsplan", "zh-hans")[0] == "融入计划"

    def test_a_page_missing_in_the_language_is_shown_in_the_nearest(self) -> None:
        [hit] = find("kotoutumissuunnitelma", "uk").hits
        assert hit.language == "ru"
        [hit] = find("päiväkoti", "so").hits
        assert hit.language == "en"

    def test_whole_questions_find(self) -> None:
        assert titles("where can I learn finnish?")[0] == "Learning Finnish"
        assert titles("Missä voin opiskella suomea?", "fi")[0] == "Suomen kielen opiskelu"
        assert titles("де можна вивчати фінську мову?", "uk")[0] == "Вивчення фінської мови"
        assert titles("أين يمكنني تعلم اللغة الفنلندية؟", "ar")[0] == "تعلم اللغة الفنلندية"

    def test_chinese_is_found_without_spaces_between_words(self) -> None:
        assert titles("在哪里可以学习芬兰语？", "zh-hans")[0] == "融入计划"
        [hit, *_more] = find("芬兰语", "zh-hans").hits
        assert ("芬兰语", True) in hit.excerpt

    def test_persian_and_arabic_signs_of_one_letter_find_each_other(self) -> None:
        assert titles("يادگيري", "fa")[0] == "یادگیری زبان فنلاندی"

    def test_letters_without_accents_find(self) -> None:
        assert titles("paivakoti", "fi") == ["Päiväkoti"]

    def test_words_of_a_term_stand_for_each_other_in_all_languages(self) -> None:
        Term.objects.create(concept="plan", language="fi", words="kotoutumissuunnitelma")
        Term.objects.create(concept="plan", language="so", words="qorshaha is-dhexgalka")
        indexing.terms_changed()
        assert titles("qorshaha is-dhexgalka", "ar")[0] == "خطة الاندماج"


@pytest.mark.usefixtures("guide")
class TestForgiving:
    @pytest.mark.parametrize(
        ("typed", "language", "title"),
        [
            ("kotoutumissunnitelma", "fi", "Kotoutumissuunnitelma"),
            ("perustoimentulotuki", "fi", "Perustoimeentulotuki"),
            ("toimeentulotuki", "fi", "Perustoimeentulotuki"),
            ("intergration plan", "en", "Integration plan"),
            ("finish course", "en", "Learning Finnish"),
            ("фінсьскої", "uk", "Вивчення фінської мови"),
        ],
    )
    def test_a_typing_error_still_finds(self, typed: str, language: str, title: str) -> None:
        assert titles(typed, language)[0] == title

    def test_the_reader_is_told_what_was_sought_in_place(self) -> None:
        assert "kotoutumissuunnitelma" in find("kotoutumissunnitelma", "fi").likened
        assert find("kotoutumissuunnitelma", "fi").likened == []

    def test_nothing_found_offers_the_nearest_words(self) -> None:
        found = find("kotoxyzzyx", "fi")
        assert found.hits == []
        assert "kotoutumissuunnitelma" in found.nearest

    @pytest.mark.parametrize(
        "question",
        [
            "",
            "   ",
            "!!!",
            "'",
            "a & | ! ( ) : * \\ ' <->",
            "\x00\x02",
            "%_" * 40,
            "ä" * 5_000,
            "<b>plan</b>",
        ],
    )
    def test_any_question_is_answered(self, question: str) -> None:
        find(question, "fi")

    def test_what_is_marked_is_plain_text(self) -> None:
        world.published(
            "suomi", "bad", {"en": ("A <b>plan</b>", "The plan \x02 says <script>alert(1)</script>.")}
        )
        pieces = [piece for hit in find("plan").hits for piece in (*hit.title, *hit.excerpt)]
        assert ("plan", True) in pieces
        assert not any("\x02" in words or "\x03" in words for words, _marked in pieces)

    def test_a_telephone_number_keeps_its_order_in_an_arabic_excerpt(self) -> None:
        world.published("suomi", "call", {"ar": ("الهاتف", "اتصلوا بالرقم 09 839 11 الآن.")})
        [hit] = find("839", "ar").hits
        assert ("839", True) in hit.excerpt
        assert "\u206609 839 11\u2069" in "".join(words for words, _marked in hit.excerpt)


class TestPlaces:
    def test_the_nearest_come_first_and_other_regions_do_not_come(self) -> None:
        text = {"fi": ("Neuvonta", "Neuvonta auttaa alkuun.")}
        for space in ("suomi", "uusimaa", "vantaa", "kuopio"):
            world.published(space, f"advice-{space}", text)
        found = find("neuvonta", "fi", "vantaa").hits
        assert [hit.path for hit in found] == ["advice-vantaa/", "advice-uusimaa/", "advice-suomi/"]
        assert [hit.level for hit in found] == [0, 1, 2]
        assert [hit.path for hit in find("neuvonta", "fi", "suomi").hits] == ["advice-suomi/"]

    def test_what_a_space_hides_or_replaces_is_not_found_there(self) -> None:
        first = world.published("suomi", "first", {"fi": ("Ensiaskeleet", "Rekisteröidy.")})
        second = world.published("suomi", "second", {"fi": ("Ensiaskeleet töissä", "Verokortti.")})
        world.hidden("vantaa", first)
        mine = world.published(
            "vantaa",
            "own-second",
            {"fi": ("Ensiaskeleet Vantaalla", "Verokortti.")},
            kind=PageKind.OVERRIDE,
            of=second,
        )
        [hit] = find("ensiaskeleet", "fi", "vantaa").hits
        assert (hit.target, hit.path) == (mine.pk, "second/")
        assert len(find("ensiaskeleet", "fi", "espoo").hits) == 2

    def test_what_a_region_hides_is_found_where_a_municipality_has_its_own_in_its_place(self) -> None:
        page = world.published("suomi", "first", {"fi": ("Ensiaskeleet", "Rekisteröidy.")})
        world.published("suomi", "below", {"fi": ("Ensiaskeleet alla", "Verokortti.")}, parent=page)
        world.hidden("uusimaa", page)
        own = {"fi": ("Ensiaskeleet Vantaalla", "Tule meille.")}
        mine = world.published("vantaa", "own-first", own, kind=PageKind.OVERRIDE, of=page)
        assert {(hit.target, hit.path) for hit in find("ensiaskeleet", "fi", "vantaa").hits} >= {
            (mine.pk, "first/")
        }
        assert {hit.path for hit in find("ensiaskeleet", "fi", "vantaa").hits} == {"first/", "below/"}
        assert not find("rekisteröidy", "fi", "vantaa").hits, "the text above is not read here"
        assert not find("ensiaskeleet", "fi", "espoo").hits
        world.hidden("espoo", page)
        assert not find("ensiaskeleet", "fi", "espoo").hits

    def test_what_a_region_added_is_not_found_where_the_page_is_replaced(self) -> None:
        page = world.published("suomi", "school", {"fi": ("Koulu", "Lapsi aloittaa koulun.")})
        more = {"fi": ("Koulu Uudellamaalla", "Soita koulutoimeen.")}
        world.published("uusimaa", "school-region", more, kind=PageKind.ADDITION, of=page)
        own = {"fi": ("Koulu Vantaalla", "Tule meille.")}
        world.published("vantaa", "school-here", own, kind=PageKind.OVERRIDE, of=page)
        assert not find("koulutoimeen", "fi", "vantaa").hits
        assert find("koulutoimeen", "fi", "espoo").hits

    def test_an_addition_leads_to_the_page_it_adds_to(self) -> None:
        page = world.published("suomi", "school", {"fi": ("Koulu", "Lapsi aloittaa koulun.")})
        world.published(
            "vantaa",
            "school-here",
            {"fi": ("Koulu Vantaalla", "Soita koulutoimeen.")},
            kind=PageKind.ADDITION,
            of=page,
        )
        [hit] = find("koulutoimeen", "fi", "vantaa").hits
        assert hit.path == "school/"
        assert [one.path for one in find("koulu", "fi", "vantaa").hits] == ["school/"], "once"


class TestTitles:
    def test_a_far_page_with_the_word_as_title_stands_before_a_near_one_that_only_says_it(self) -> None:
        world.published("suomi", "plan", {"fi": ("Kotoutumissuunnitelma", "Se tehdään kanssasi. " * 20)})
        world.published("vantaa", "advice", {"fi": ("Neuvonta", "Kotoutumissuunnitelma.")})
        person = Contact.objects.create(
            organisation=Organisation.objects.get(code="kunta-092"),
            name="Aino Kuvitelma",
            title={"fi": "neuvoja"},
            topics=["plan-other"],
            valid=DateRange(date(2026, 1, 1), None),
            public=True,
        )
        indexing.contact_changed(person.pk)
        found = find("kotoutumissuunnitelma", "fi").hits
        assert found[0].path == "plan/"
        assert {hit.kind for hit in found} == {"page", "contact"}


class TestIndex:
    def test_what_is_withdrawn_is_found_no_more(self, guide: dict[str, Any]) -> None:
        world.withdrawn(PageText.objects.get(page=guide["day-care"], language="fi"))
        assert titles("päiväkoti", "fi") == []
        assert titles("day care", "fi") == ["Day care"]

    def test_a_removed_page_goes_with_all_below_it(self, guide: dict[str, Any]) -> None:
        child = world.published(
            "suomi", "child", {"fi": ("Esiopetus", "Ennen koulua.")}, parent=guide["day-care"]
        )
        guide["day-care"].removed_on = DAY
        guide["day-care"].save()
        indexing.pages_changed([guide["day-care"].pk])
        assert titles("esiopetus", "fi") == []
        guide["day-care"].removed_on = None
        guide["day-care"].save()
        indexing.pages_changed([guide["day-care"].pk])
        assert child.pk in [hit.target for hit in find("esiopetus", "fi").hits]

    def test_made_anew_it_is_the_same(self, guide: dict[str, Any]) -> None:
        def rows() -> list[Any]:
            return list(
                SearchEntry.objects.order_by("kind", "target", "language").values_list(
                    "title", "path", "vector"
                )
            )

        before = rows()
        SearchEntry.objects.all().delete()
        SearchWord.objects.all().delete()
        assert actions.index_all()["page"] == len(before)
        assert rows() == before
        assert titles("kotoutumissunnitelma", "fi")[0] == "Kotoutumissuunnitelma"

    def test_the_command_makes_it_anew_and_says_what_it_has(self, guide: dict[str, Any]) -> None:
        rows = SearchEntry.objects.filter(kind="page").count()
        SearchEntry.objects.all().delete()
        said = CliRunner().invoke(commands.index)
        assert said.exit_code == 0, said.output
        assert f"{rows} page" in said.output

    @pytest.mark.parametrize("number", [2, 200])
    def test_the_number_of_statements_does_not_grow(self, number: int) -> None:
        world.many("suomi", number)
        search.dictionaries()
        with CaptureQueriesContext(connection) as seen:
            found = find("kurssi", "en")
        assert found.total == number
        assert len(found.hits) == min(number, search.PAGE_SIZE)
        assert len(seen) <= 3, "the state of the space, the words, the search"


class TestSynonyms:
    @pytest.fixture
    def editor(self) -> Any:
        return make.worker("kunta-092", DAY, role=Role.EDITOR)

    def test_editors_words_find_in_their_space_and_below_only(
        self, guide: dict[str, Any], editor: Any
    ) -> None:
        content = actions.SynonymContent(("Kela money", "perustoimeentulotuki"))
        assert "Basic social assistance" not in titles("kela money")
        with make.working(editor) as at_work:
            group = actions.add_synonyms("vantaa", content, actor=at_work)
        assert titles("Where do I get Kela money?")[0] == "Basic social assistance"
        assert "Basic social assistance" not in titles("kela money", space="espoo")
        with make.working(editor) as at_work:
            actions.remove_synonyms(group.pk, actor=at_work)
        assert "Basic social assistance" not in titles("kela money")

    def test_words_sent_twice_are_added_once_and_not_again_when_they_were_removed(self, editor: Any) -> None:
        content, token = actions.SynonymContent(("yksi", "kaksi")), uuid4()
        with make.working(editor) as at_work:
            group = actions.add_synonyms("vantaa", content, actor=at_work, token=token)
            assert actions.add_synonyms("vantaa", content, actor=at_work, token=token).pk == group.pk
            actions.remove_synonyms(group.pk, actor=at_work)
            with pytest.raises(NotVisible):
                actions.add_synonyms("vantaa", content, actor=at_work, token=token)

    def test_a_group_keeps_its_language_when_that_has_been_retired(self, settings: Any) -> None:
        settings.SECOND_FACTOR_REQUIRED = False
        by = Worker("kunta-092", DAY, Role.EDITOR)
        with make.working(by.viewer) as at_work:
            group = actions.add_synonyms(
                "vantaa", actions.SynonymContent(("yksi", "kaksi"), "tr"), actor=at_work
            )
        ContentLanguage.objects.filter(code="tr").update(retired_on=DAY)
        assert "Türkçe" in words(by.get("/information/vantaa/synonyms/"))
        shown = by.get(f"/information/synonyms/{group.pk}/").content.decode()
        assert '<option value="tr" selected>' in shown

    def test_bad_words_are_refused_and_two_editors_are_told(self, editor: Any) -> None:
        with make.working(editor) as at_work:
            with pytest.raises(Refusals) as refused:
                actions.add_synonyms(
                    "vantaa", actions.SynonymContent(("yksi", "!!!", "x" * 90)), actor=at_work
                )
            assert refused.value.codes == ("no-letters", "too-long")
            group = actions.add_synonyms("vantaa", actions.SynonymContent(("yksi", "kaksi")), actor=at_work)
            new = actions.SynonymContent(("yksi", "kolme"))
            actions.change_synonyms(group.pk, new, actor=at_work, expected_version=1)
            with pytest.raises(EditClash):
                actions.change_synonyms(group.pk, new, actor=at_work, expected_version=1)
