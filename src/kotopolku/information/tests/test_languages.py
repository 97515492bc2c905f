"""Languages as data: added, retired and brought back without losing a text; only by the keeper of the country's pages."""

from typing import Any

import pytest

from kotopolku.access.capabilities import Role
from kotopolku.access.errors import NotVisible
from kotopolku.access.viewer import Viewer
from kotopolku.clients.rules import Refusals
from kotopolku.clients.tests import factories as make
from kotopolku.clients.tests.walking import Worker, words
from kotopolku.information.actions import languages as actions
from kotopolku.information.actions import texts
from kotopolku.information.actions.languages import LanguageContent
from kotopolku.information.actions.texts import TextContent
from kotopolku.information.models import ContentLanguage, PageText, Revision, TextVersion
from kotopolku.information.queries import editing
from kotopolku.information.tests import translating_world as world

pytestmark = pytest.mark.django_db
VI = LanguageContent("Tiếng Việt", "ltr", ("en", "fi"))


@pytest.fixture
def ministry() -> Viewer:
    return world.editor("tem", Role.MINISTRY_OFFICER)


def test_a_language_is_added_and_pages_are_translated_into_it_at_once(ministry: Viewer) -> None:
    with make.working(ministry) as at_work:
        made = actions.add_language("VI", VI, actor=at_work)
        assert (made.code, made.names["en"]) == ("vi", "Vietnamese")
        assert actions.add_language("vi", VI, actor=at_work).pk == made.pk, "safe to repeat"
        assert editing.languages()[-1].code == "vi"
    page = world.page(world.editor())
    editor = world.editor()
    assert world.translate(editor, page, made_from=1, language="vi").language == "vi"


def test_a_language_is_retired_and_brought_back_without_losing_content(ministry: Viewer) -> None:
    editor = world.editor()
    page = world.page(editor)
    world.translate(editor, page, made_from=1, language="so", title="Qorshaha")
    with make.working(editor) as at_work:
        texts.publish(page, "so", actor=at_work)
        kept = list(TextVersion.objects.filter(text__language="so").values_list("pk", "title"))
        published = world.text(page, "so").published_id
    with make.working(ministry) as at_work:
        actions.retire_language("so", actor=at_work)
        actions.retire_language("so", actor=at_work)
        assert "so" not in [one.code for one in editing.languages()]
        assert "so" in [one.code for one in editing.languages(with_retired=True)]
    with make.working(editor) as at_work:
        with pytest.raises(Refusals):
            texts.save_text(page, "so", TextContent("x"), actor=at_work, expected_version=0)
        assert list(TextVersion.objects.filter(text__language="so").values_list("pk", "title")) == kept
    with make.working(ministry) as at_work:
        actions.bring_back_language("so", actor=at_work)
        assert "so" in [one.code for one in editing.languages()]
    with make.working(editor):
        back = PageText.objects.get(page=page, language="so")
        assert back.published_id == published


def test_readers_everywhere_get_a_new_state(ministry: Viewer) -> None:
    with make.working(ministry) as at_work:
        before = (
            Revision.objects.filter(space__slug="suomi", language="").values_list("number", flat=True).first()
        )
        actions.retire_language("tr", actor=at_work)
        after = (
            Revision.objects.filter(space__slug="suomi", language="").values_list("number", flat=True).first()
        )
    assert (after or 0) > (before or 0)


def test_a_language_in_which_sites_are_written_first_stays(ministry: Viewer) -> None:
    with make.working(ministry) as at_work, pytest.raises(Refusals) as refused:
        actions.retire_language("sv", actor=at_work)
    assert refused.value.codes == ("source",)


def test_the_order_is_changed_step_by_step(ministry: Viewer) -> None:
    with make.working(ministry) as at_work:
        actions.move_language("en", up=True, actor=at_work)
        assert [one.code for one in editing.languages()][:3] == ["fi", "en", "sv"]
        actions.move_language("fi", up=True, actor=at_work)
        assert editing.languages()[0].code == "fi"


def test_a_retired_language_does_not_stand_in_the_way(ministry: Viewer) -> None:
    with make.working(ministry) as at_work:
        actions.retire_language("et", actor=at_work)
        actions.move_language("ru", up=True, actor=at_work)
        assert [one.code for one in editing.languages()][:4] == ["fi", "sv", "ru", "en"]
        actions.bring_back_language("et", actor=at_work)
        assert {one.code for one in editing.languages()} >= {"et", "ru", "en"}


def test_bad_languages_are_refused(ministry: Viewer) -> None:
    with make.working(ministry) as at_work:
        for code, content in (
            ("", VI),
            ("x y", VI),
            ("fi", VI),
            ("vi", LanguageContent("", "ltr", ())),
            ("vi", LanguageContent("a" * 101, "ltr", ())),
            ("vi", LanguageContent("a", "up", ())),
            ("vi", LanguageContent("a", "ltr", ("vi",))),
            ("vi", LanguageContent("a", "ltr", ("xx",))),
        ):
            with pytest.raises(Refusals):
                actions.add_language(code, content, actor=at_work)


def test_others_do_not_change_the_languages() -> None:
    editor = world.editor()
    with make.working(editor) as at_work:
        with pytest.raises(NotVisible):
            actions.retire_language("so", actor=at_work)
        with pytest.raises(NotVisible):
            actions.add_language("vi", VI, actor=at_work)


def test_the_pages_of_languages(settings: Any) -> None:
    settings.SECOND_FACTOR_REQUIRED = False
    by = Worker("tem", world.ON, Role.MINISTRY_OFFICER)
    base = "/information/languages/"
    assert "Soomaali" in words(by.get(base))
    typed = {"code": "vi", "name": "Tiếng Việt", "direction": "ltr", "nearest": "en, fi"}
    bad = by.send(base + "new/", typed | {"nearest": "en, zz"})
    assert bad.status_code == 422
    assert "There is no language with the code zz." in words(bad)
    assert by.send(base + "new/", typed).status_code == 302
    assert by.send(base + "vi/edit/", typed | {"nearest": "fi"}).status_code == 302
    assert ContentLanguage.objects.get(pk="vi").nearest == ["fi"]
    assert by.post(base + "vi/move/", do="up").status_code == 302
    assert by.post(base + "vi/retire/").status_code == 302
    assert "Bring back" in words(by.get(base))
    assert by.post(base + "vi/bring-back/").status_code == 302
    assert Worker("kunta-092", world.ON, Role.EDITOR).get(base).status_code == 404
    assert Worker("kunta-092", world.ON, Role.TEAM_LEADER).get(base).status_code == 403
