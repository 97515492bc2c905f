"""Texts and their versions: drafts, review, publication, staleness, two editors at once."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import ProgrammingError, connection, transaction

from kotopolku import clock
from kotopolku.access import rowsecurity
from kotopolku.access.errors import MissingCapability, NotVisible
from kotopolku.access.viewer import Viewer
from kotopolku.clients.rules import EditClash, Refusals
from kotopolku.clients.tests import factories as make
from kotopolku.information import jobs
from kotopolku.information.actions import pages, texts
from kotopolku.information.actions.pages import PagePlace
from kotopolku.information.models import (
    ContentFile,
    ContentLanguage,
    Embed,
    LinkUse,
    PageText,
    Revision,
    Space,
    TextState,
    TextVersion,
)
from kotopolku.information.queries import editing, targets
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


def test_a_machine_s_text_that_waits_for_its_time_goes_on_waiting_when_it_is_approved() -> None:
    editor = world.editor()
    page = world.shown(editor)
    world.saved(editor, page, "et", title="Elamine", made_from=1, machine=True)
    with make.working(editor) as at_work:
        at = clock.now() + timedelta(hours=1)
        texts.publish(page.pk, "et", actor=at_work, at=at)
        approved = texts.approve_machine(page.pk, "et", actor=at_work)
    assert (approved.state, approved.publish_at) == (TextState.SCHEDULED, at)
    assert approved.latest
    assert not approved.latest.machine


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


def due(**times: Any) -> PageText:
    """The text after its times have come and the job has run."""
    PageText.objects.update(**{name: clock.now() - timedelta(minutes=1) for name in times})
    with clock.at(world.ON):
        assert jobs.publish_due(0) == 1
    return PageText.objects.get()


def test_the_job_publishes_what_is_due_and_only_then_tells_who_asked_for_the_review() -> None:
    writer, editor = world.writer(), world.editor()
    page = world.page(writer)
    with make.working(writer) as at_work:
        texts.ask_review(page.pk, "fi", actor=at_work, reviewer=editor.user_id)
    told = Notice.objects.filter(kind="information.review-published", user_id=writer.user_id)
    with make.working(editor) as at_work:
        texts.publish(page.pk, "fi", actor=at_work, at=clock.now() + timedelta(hours=1))
        rowsecurity.apply(Viewer.for_system("test", world.ON))
        assert not told.exists(), "readers do not see it yet"
    assert due(publish_at=None).state == TextState.PUBLISHED
    assert told.count() == 1
    with rowsecurity.as_system():
        told.delete()
    world.saved(editor, page, title="Toinen")
    world.published(editor, page)
    with rowsecurity.as_system():
        assert not told.exists(), "the writer of an earlier version is not told of later ones"


def test_what_is_withdrawn_at_its_time_leaves_the_draft_after_it_in_review() -> None:
    writer, editor = world.writer(), world.editor()
    page = world.page(editor)
    with make.working(editor) as at_work:
        texts.publish(page.pk, "fi", actor=at_work, until=clock.now() + timedelta(days=1))
    world.saved(writer, page, title="Uusi")
    with make.working(writer) as at_work:
        texts.ask_review(page.pk, "fi", actor=at_work, reviewer=None)
    text = due(unpublish_at=None)
    assert (text.state, text.published) == (TextState.REVIEW, None)


@pytest.mark.parametrize("change", ["saved", "asked"])
def test_a_publication_to_come_falls_with_its_times_when_the_text_is_changed_or_looked_at_again(
    change: str,
) -> None:
    editor = world.editor()
    page = world.shown(editor)
    world.saved(editor, page, title="Uusi")
    with make.working(editor) as at_work:
        now = clock.now()
        until = now + timedelta(days=9)
        texts.publish(page.pk, "fi", actor=at_work, at=now + timedelta(hours=1), until=until)
        if change == "asked":
            texts.ask_review(page.pk, "fi", actor=at_work, reviewer=None)
    if change == "saved":
        world.saved(editor, page, title="Vielä uudempi")
    text = PageText.objects.get()
    assert (text.publish_at, text.unpublish_at) == (None, None), (
        "what readers see now is not withdrawn by them"
    )
    assert text.published is not None


def test_the_end_of_what_readers_see_is_set_without_publishing_it_again() -> None:
    editor = world.editor()
    page = world.shown(editor)
    before = PageText.objects.get()
    with make.working(editor) as at_work:
        until = clock.now() + timedelta(days=9)
        after = texts.publish(page.pk, "fi", actor=at_work, until=until)
    assert (after.unpublish_at, after.published_at) == (until, before.published_at)
    assert after.version == before.version + 1


def test_a_text_does_not_give_out_a_file_of_others_that_no_reader_can_open() -> None:
    editor, stranger, ministry = world.editor(), world.editor("kunta-205"), world.national()
    files = {
        slug: ContentFile.objects.create(
            space=Space.objects.get(slug=slug), name="a.png", media_type="image/png", size=1, place="x",
            sha256="x", added_at=clock.now(),
        )
        for slug in (world.VANTAA, world.COUNTRY, "kajaani")
    }  # fmt: skip

    def showing(slug: str) -> texts.TextContent:
        return texts.TextContent("Kuva", blocks=[{"id": "k", "kind": "picture", "target": files[slug].pk}])

    assert stranger.organisation_id == files["kajaani"].space.organisation_id
    page = world.page(editor)
    with make.working(editor) as at_work:
        for slug in ("kajaani", world.COUNTRY):
            with pytest.raises(Refusals) as refused:
                texts.save_text(page.pk, "fi", showing(slug), actor=at_work, expected_version=2)
            assert refused.value.refusals[0].field == "block-1-target"
        texts.save_text(page.pk, "fi", showing(world.VANTAA), actor=at_work, expected_version=2)
    with make.working(ministry) as at_work:
        above = pages.add_page(world.COUNTRY, PagePlace(key="kuva"), showing(world.COUNTRY), actor=at_work)
    with make.working(editor) as at_work:
        instead = PagePlace(kind="override", of=above.pk)
        with pytest.raises(Refusals):
            pages.add_page(world.VANTAA, instead, showing(world.COUNTRY), actor=at_work)
    world.published(ministry, above)
    with make.working(editor) as at_work:
        own = pages.add_page(world.VANTAA, instead, showing(world.COUNTRY), actor=at_work)
        texts.save_text(own.pk, "sv", showing(world.COUNTRY), actor=at_work, expected_version=0)
        kept = {("file", files[world.COUNTRY].pk), ("file", files["kajaani"].pk)}
        offered = targets.choices(at_work, own.space, "fi", kept)["file"]
    assert {int(one) for one, _name in offered} == {files[world.VANTAA].pk, files[world.COUNTRY].pk}


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
