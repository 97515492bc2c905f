"""The term list: loaded from the data, found in texts whatever their endings, changed by people."""

import re
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kotopolku.access.capabilities import Role
from kotopolku.access.errors import MissingCapability
from kotopolku.access.viewer import Viewer
from kotopolku.clients.rules import EditClash, Refusals
from kotopolku.clients.tests import factories as make
from kotopolku.clients.tests.walking import Worker, words
from kotopolku.information import revisions, term_rules
from kotopolku.information.actions import terms as actions
from kotopolku.information.actions.terms import TermWords
from kotopolku.information.models import SearchPhrase, Term
from kotopolku.information.queries import terms as queries
from kotopolku.information.tests import translating_world as world
from kotopolku.journal.models import Entry

FI = {
    "plan": "kotoutumissuunnitelma",
    "interpret": "tulkitseminen",
    "home": "kotikunta",
    "aim": "kotoutuminen",
}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Kotoutumissuunnitelmassa sovitaan tavoitteista.", ["plan"]),
        ("Tulkitsemisen järjestää viranomainen.", ["interpret"]),
        ("Kysy kotikunnastasi.", ["home"]),
        ("Kotoutumista edistetään.", ["aim"]),
        ("Koti ja kunta.", []),
    ],
)
def test_a_term_is_found_whatever_its_ending(text: str, found: list[str]) -> None:
    assert term_rules.occurring(text, FI, "fi") == found


def test_a_word_inside_a_longer_term_is_not_told_twice() -> None:
    terms = {"integration": "integration", "training": "integration training"}
    assert term_rules.occurring("Integration training begins.", terms, "en") == ["training"]
    assert term_rules.avoided("Kotouttamisen tuki", [("kotouttaminen", "kotoutumisen edistäminen")], "fi")


pytestmark = pytest.mark.django_db


@pytest.fixture
def editor() -> Viewer:
    actions.load_terms()
    return world.editor()


def test_the_data_load_once_and_leave_what_people_have_changed(editor: Viewer) -> None:
    number = Term.objects.count()
    row = Term.objects.get(concept="integration-plan", language="sv")
    assert row.words == "integrationsplan"
    Term.objects.filter(pk=row.pk).update(words="annat")
    Term.objects.filter(concept="integration-plan", language="en").delete()
    actions.load_terms()
    assert Term.objects.count() == number - 1, "a word that was taken out does not come back"
    assert Term.objects.get(pk=row.pk).words == "annat"


def test_a_term_is_added_in_a_further_language_changed_and_taken_out(editor: Viewer) -> None:
    with make.working(editor) as at_work:
        known = queries.concept("integration-plan")
        assert known is not None
        given = {code: TermWords(one.words, one.note, one.avoid) for code, one in known.words.items()}
        given["ar"] = TermWords("خطة الاندماج")
        mark = queries.mark_of(known)
        actions.keep_concept("integration-plan", given, actor=at_work, expected_mark=mark)
        before = Entry.objects.count()
        actions.keep_concept("integration-plan", given, actor=at_work, expected_mark=mark)
        assert Entry.objects.count() == before, "sent twice, written once"
        with pytest.raises(EditClash):
            actions.keep_concept(
                "integration-plan", {"fi": TermWords("x")}, actor=at_work, expected_mark=mark
            )
        assert [one.concept for one in queries.concepts("الاندماج")] == ["integration-plan"]
        key = actions.keep_concept("", {"en": TermWords("Day care")}, actor=at_work, expected_mark="")
        assert key == "day-care"
        assert actions.keep_concept("", {"en": TermWords("Day care")}, actor=at_work, expected_mark="") == key
        actions.remove_concept(key, actor=at_work)
        assert queries.concept(key) is None


def test_bad_terms_are_refused_with_their_place(editor: Viewer) -> None:
    with make.working(editor) as at_work:
        for given in (
            {},
            {"fi": TermWords("")},
            {"fi": TermWords("ä" * 201)},
            {"xx": TermWords("a")},
            {"fi": TermWords("", "", "b")},
        ):
            with pytest.raises(Refusals):
                actions.keep_concept("", given, actor=at_work, expected_mark="")
    leader = world.editor(role=Role.TEAM_LEADER)
    with make.working(leader) as at_work, pytest.raises(MissingCapability):
        actions.keep_concept("", {"fi": TermWords("sana")}, actor=at_work, expected_mark="")


def test_a_changed_word_renews_what_readers_of_its_language_see(editor: Viewer) -> None:
    def tags() -> list[str]:
        made = []
        for code in ("so", "tr"):
            state, reader = revisions.entered(code, "vantaa", "")
            made.append(state.tag(reader.language, "/", world.ON))
        return made

    def kept(given: dict[str, TermWords]) -> list[str]:
        before, mark = tags(), queries.mark_of(queries.concept("integration-plan"))
        actions.keep_concept("integration-plan", given, actor=at_work, expected_mark=mark)
        return [code for code, old, new in zip(("so", "tr"), before, tags(), strict=True) if old != new]

    with make.working(editor) as at_work:
        known = queries.concept("integration-plan")
        assert known is not None
        given = {code: TermWords(one.words, one.note, one.avoid) for code, one in known.words.items()}
        assert kept(given | {"so": TermWords("qorshaha")}) == ["so"]
        assert kept(given | {"so": TermWords("qorshaha", "kysy")}) == [], "readers see no notes"
        assert kept(given | {"so": TermWords("qorshe"), "fi": TermWords("suunnitelma")}) == ["so", "tr"]
        before = tags()
        with CaptureQueriesContext(connection) as seen:
            actions.remove_concept("integration-plan", actor=at_work)
        assert len([one for one in seen if "information_revision" in one["sql"]]) == 1
        assert not set(before) & set(tags())


def test_each_word_not_to_be_used_finds_what_the_term_says(editor: Viewer) -> None:
    with make.working(editor) as at_work:
        words_ = {"fi": TermWords("kotoutumisen tuki", "", "kotouttaminen, kotouttaa")}
        key = actions.keep_concept("", words_, actor=at_work, expected_mark="")
        phrases = SearchPhrase.objects.filter(group=f"t{key}").values_list("phrase", flat=True)
        assert sorted(phrases) == ["kotouttaa", "kotouttaminen", "kotoutumisen tuki"]


def test_the_pages_of_terms(settings: Any) -> None:
    settings.SECOND_FACTOR_REQUIRED = False
    actions.load_terms()
    by = Worker("kunta-092", world.ON, Role.EDITOR)
    base = "/information/terms/"
    assert "integrationsplan" in words(by.get(base, q="kotoutumissuun"))
    assert "No term has this word." in words(by.get(base, q="zz\x00zz"))
    sheet = by.get(base + "list.csv").content.decode("utf-8-sig")
    assert "integration-plan;kotoutumissuunnitelma" in sheet
    address = base + "integration-plan/edit/"
    mark = by.hidden(address)["mark"]
    typed = {"mark": mark, "words-fi": "kotoutumissuunnitelma", "words-sv": "ö" * 210, "words-ar": "خطة"}
    bad = by.send(address, typed)
    assert bad.status_code == 422
    assert "خطة" in bad.content.decode(), "nothing typed is lost"
    assert by.send(address, typed | {"words-sv": "integrationsplan"}).status_code == 302
    clash = by.send(address, typed | {"words-sv": "annat"})
    assert clash.status_code == 409
    [mark] = re.findall(r'name="mark" value="([^"]+)"', clash.content.decode())
    assert by.send(address, typed | {"words-sv": "annat", "mark": mark}).status_code == 302, "after a look"
    leader = Worker("kunta-092", world.ON, Role.TEAM_LEADER)
    assert leader.get(base).status_code == 200
    assert leader.get(address).status_code == 403
    assert by.get(base + "no-such/edit/").status_code == 404
    assert by.post(base + "integration-plan/remove/").status_code == 302
