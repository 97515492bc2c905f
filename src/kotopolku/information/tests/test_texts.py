"""Texts and their versions: drafts, review, publication, staleness, two editors at once."""

from datetime import timedelta

import pytest
from django.db import ProgrammingError, connection, transaction

from kotopolku import clock
from kotopolku.access import rowsecurity
from kotopolku.access.errors import MissingCapability, NotVisible
from kotopolku.access.viewer import Viewer
from kotopolku.clients.rules import EditClash, Refusals
from kotopolku.clients.tests import factories as make
from kotopolku.information.actions import texts
from kotopolku.information.models import (
    ContentLanguage,
    Embed,
    LinkUse,
    PageText,
    Revision,
    TextState,
    TextVersion,
)
from kotopolku.information.queries import editing
from kotopolku.information.tests import pages_world as world
from kotopolku.notices.models import Notice

pytestmark = pytest.mark.django_db


def stale(viewer: Viewer, page_id: int, language: str) -> bool:
    with make.working(viewer) as at_work:
        return editing.text_detail(at_work, page_id, language).stale


def test_readers_see_what_was_published_and_not_the_draft_after_it() -> None:
    editor = world.editor()
    page = world.shown(editor)
    text = world.saved(editor, page, title="Uusi otsikko")
    assert text.latest
    assert text.published
    assert (text.latest.number, text.published.number, text.state) == (2, 1, TextState.DRAFT)


def test_saving_without_a_change_writes_nothing() -> None:
    editor = world.editor()
    page = world.page(editor)
    world.saved(editor, page, title="Toinen")
    again = world.saved(editor, page, title="Toinen")
    assert again.latest
    assert again.latest.number == 2


def test_the_second_of_two_editors_is_told_who_wrote_what() -> None:
    editor, other = world.editor(), world.writer()
    page = world.page(editor)
    opened = PageText.objects.get(page=page).version
    world.saved(editor, page, title="Ensimmäisen")
    with make.working(other) as at_work, pytest.raises(EditClash) as clash:
        texts.save_text(page.pk, "fi", world.content("Toisen"), actor=at_work, expected_version=opened)
    assert clash.value.theirs["title"] == "Ensimmäisen"
    assert clash.value.version == opened + 1


def test_a_new_language_is_made_once_by_two_at_once() -> None:
    editor = world.editor()
    page = world.page(editor)
    world.saved(editor, page, "sv", title="Boende")
    with make.working(editor) as at_work, pytest.raises(EditClash):
        texts.save_text(page.pk, "sv", world.content("Annat"), actor=at_work, expected_version=0)


def test_faults_of_title_and_blocks_are_told_together() -> None:
    editor = world.editor()
    page = world.page(editor)
    content = texts.TextContent(" ", blocks=[{"kind": "text", "text": ""}, {"kind": "contact"}])
    with make.working(editor) as at_work, pytest.raises(Refusals) as refused:
        texts.save_text(page.pk, "fi", content, actor=at_work, expected_version=2)
    assert [one.field for one in refused.value.refusals] == ["title", "block-1-text", "block-2-target"]


def test_a_language_that_is_retired_or_unknown_is_not_written() -> None:
    editor = world.editor()
    page = world.page(editor)
    ContentLanguage.objects.filter(code="so").update(retired_on=world.ON)
    with make.working(editor) as at_work:
        for code in ("so", "xx"):
            with pytest.raises(Refusals):
                texts.save_text(page.pk, code, world.content(), actor=at_work, expected_version=0)


# Staleness --------------------------------------------------------------------------------------------------------


def test_a_translation_is_stale_from_a_change_that_counts_until_it_is_translated_again() -> None:
    editor = world.editor()
    page = world.shown(editor)
    world.saved(editor, page, "sv", title="Boende", made_from=1)
    world.published(editor, page, "sv")
    assert not stale(editor, page.pk, "sv")
    world.saved(editor, page, title="Pikkukorjaus", minor=True)
    world.published(editor, page)
    assert not stale(editor, page.pk, "sv")
    world.saved(editor, page, title="Iso muutos")
    assert not stale(editor, page.pk, "sv"), "a draft of the source makes nothing stale"
    world.published(editor, page)
    assert stale(editor, page.pk, "sv")
    world.saved(editor, page, "sv", title="Boende igen")
    assert stale(editor, page.pk, "sv"), "mending the translation does not translate it anew"
    world.saved(editor, page, "sv", title="Boende nu", made_from=3)
    assert not stale(editor, page.pk, "sv")


def test_a_translation_made_from_a_draft_is_right_when_that_draft_is_published_later() -> None:
    editor = world.editor()
    page = world.shown(editor)
    world.saved(editor, page, title="Uusi")
    world.saved(editor, page, "en", title="New", made_from=2)
    world.published(editor, page, "en")
    world.published(editor, page)
    assert not stale(editor, page.pk, "en")


def test_a_version_that_is_not_there_cannot_be_translated() -> None:
    editor = world.editor()
    page = world.shown(editor)
    with make.working(editor) as at_work, pytest.raises(Refusals) as refused:
        texts.save_text(page.pk, "sv", world.content(made_from=9), actor=at_work, expected_version=0)
    assert refused.value.refusals[0].field == "made_from"


def test_a_machine_s_text_is_marked_until_a_person_has_approved_it() -> None:
    editor = world.editor()
    page = world.shown(editor)
    world.saved(editor, page, "et", title="Elamine", made_from=1, machine=True)
    world.published(editor, page, "et")
    with make.working(editor) as at_work:
        approved = texts.approve_machine(page.pk, "et", actor=at_work)
        again = texts.approve_machine(page.pk, "et", actor=at_work)
    assert approved.published
    assert not approved.published.machine
    assert again.latest
    assert again.latest.number == 2
    assert not stale(editor, page.pk, "et")


# Review and publication -------------------------------------------------------------------------------------------


def test_a_reviewer_is_told_comments_sends_back_and_publishes() -> None:
    writer, editor = world.writer(), world.editor()
    page = world.page(writer)
    world.saved(writer, page, title="Luonnos")
    assert not Notice.objects.exists(), "a draft tells nobody"
    with make.working(writer) as at_work:
        with pytest.raises(MissingCapability):
            texts.publish(page.pk, "fi", actor=at_work)
        texts.ask_review(page.pk, "fi", actor=at_work, reviewer=editor.user_id, words="Katsotko?")
    with make.working(editor) as at_work:
        texts.comment(page.pk, "fi", "Lisää puhelinnumero.", actor=at_work, block="a1")
        texts.send_back(page.pk, "fi", "Kiitos, vielä numero.", actor=at_work)
    world.saved(writer, page, title="Valmis")
    with make.working(writer) as at_work:
        texts.ask_review(page.pk, "fi", actor=at_work, reviewer=None)
    published = world.published(editor, page)
    assert published.published_id == published.latest_id
    with transaction.atomic():
        rowsecurity.apply(Viewer.for_system("test", world.ON))
        told = list(Notice.objects.order_by("id").values_list("kind", "user_id"))
    assert ("information.review-asked", editor.user_id) in told
    assert ("information.review-sent-back", writer.user_id) in told
    assert ("information.review-published", writer.user_id) in told


def test_a_reviewer_is_one_of_the_own_organisation_who_may_publish() -> None:
    writer, stranger = world.writer(), world.editor("kunta-205")
    page = world.page(writer)
    with make.working(writer) as at_work, pytest.raises(Refusals):
        texts.ask_review(page.pk, "fi", actor=at_work, reviewer=stranger.user_id)


def test_a_text_is_published_and_withdrawn_at_the_times_set() -> None:
    editor = world.editor()
    page = world.page(editor)
    now = clock.now()
    with make.working(editor) as at_work:
        with pytest.raises(Refusals):
            texts.publish(page.pk, "fi", actor=at_work, at=now - timedelta(hours=1))
        now = clock.now()
        text = texts.publish(
            page.pk, "fi", actor=at_work, at=now + timedelta(hours=1), until=now + timedelta(days=9)
        )
        assert (text.state, text.published) == (TextState.SCHEDULED, None)
        system = Viewer.for_system("test", world.ON)
        rowsecurity.apply(system)
        assert texts.publish_due(actor=system) == 0
    PageText.objects.update(publish_at=now - timedelta(minutes=1))
    with transaction.atomic(), clock.at(world.ON):
        rowsecurity.apply(system)
        assert texts.publish_due(actor=system) == 1
        assert PageText.objects.get(page=page).published is not None
        PageText.objects.update(unpublish_at=now - timedelta(minutes=1))
        assert texts.publish_due(actor=system) == 1
        assert texts.publish_due(actor=system) == 0
        after = PageText.objects.get(page=page)
    assert (after.state, after.published) == (TextState.WITHDRAWN, None)


def test_an_earlier_version_comes_back_as_a_new_one() -> None:
    editor = world.editor()
    page = world.shown(editor, title="Alku")
    text = world.saved(editor, page, title="Loppu")
    with make.working(editor) as at_work:
        text = texts.restore_version(page.pk, "fi", 1, actor=at_work, expected_version=text.version)
        with pytest.raises(NotVisible):
            texts.restore_version(page.pk, "fi", 77, actor=at_work, expected_version=text.version)
    assert text.latest
    assert (text.latest.number, text.latest.title, text.latest.restored_from) == (3, "Alku", 1)


def test_a_version_is_never_changed_or_deleted() -> None:
    world.page(world.editor())
    version = TextVersion.objects.get()
    for statement in (
        "UPDATE information_textversion SET title = 'x'",
        "DELETE FROM information_textversion",
    ):
        with (
            pytest.raises(ProgrammingError, match="never changed"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement)
    assert TextVersion.objects.get().title == version.title


def test_without_a_seat_only_published_versions_are_there() -> None:
    editor = world.editor()
    page = world.shown(editor)
    world.saved(editor, page, title="Luonnos")
    with transaction.atomic():
        rowsecurity.apply(Viewer(None, "", world.ON, None))
        assert [one.number for one in TextVersion.objects.all()] == [1]


# What follows from a text -----------------------------------------------------------------------------------------


def test_links_and_cards_follow_the_newest_and_the_published_version() -> None:
    editor = world.editor()
    page = world.page(editor)
    world.saved(editor, page, text="[Kela](https://www.kela.fi) [Migri](https://migri.fi)")
    world.published(editor, page)
    world.saved(editor, page, text="[Kela](https://www.kela.fi)")
    assert {one.link.address for one in LinkUse.objects.all()} == {"https://www.kela.fi", "https://migri.fi"}
    world.published(editor, page)
    assert {one.link.address for one in LinkUse.objects.all()} == {"https://www.kela.fi"}
    content = texts.TextContent("Kenelle soitan", blocks=[{"kind": "contact", "target": 7}])
    with make.working(editor) as at_work:
        text = PageText.objects.get(page=page)
        texts.save_text(page.pk, "fi", content, actor=at_work, expected_version=text.version)
    assert list(Embed.objects.values_list("kind", "target")) == [("contact", 7)]


def test_only_readers_of_the_languages_that_change_get_a_new_state() -> None:
    editor = world.editor()
    page = world.shown(editor)
    world.saved(editor, page, "sv", title="Boende", made_from=1)
    world.published(editor, page, "sv")
    before = dict(Revision.objects.values_list("language", "number"))
    world.saved(editor, page, "sv", title="Boende 2")
    assert dict(Revision.objects.values_list("language", "number")) == before, "a draft is seen by nobody"
    world.published(editor, page, "sv")
    after = dict(Revision.objects.values_list("language", "number"))
    changed = {code for code in after if after[code] != before.get(code)}
    assert "sv" in changed
    assert "fi" not in changed


def test_what_waits_for_editors_is_counted() -> None:
    editor, writer = world.editor(), world.writer()
    page = world.shown(editor)
    world.saved(editor, page, "sv", title="Boende", made_from=1)
    world.saved(editor, page, title="Uusi")
    world.published(editor, page)
    late = world.page(writer, "toinen", review_by=world.ON - timedelta(days=1))
    with make.working(writer) as at_work:
        texts.ask_review(late.pk, "fi", actor=at_work, reviewer=None)
    with make.working(editor) as at_work:
        [found] = editing.condition(at_work, [page.space])
        assert (found.pages, found.stale, found.in_review, found.overdue) == (2, 1, 1, 1)
        assert len(editing.todo(at_work)) == 2
