"""The page tree: who changes it, what it refuses, and that it stays a tree whoever moves what at once."""

from contextlib import suppress
from threading import Thread
from typing import Any

import pytest
from django.db import connection, connections, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from kotopolku.access.errors import MissingCapability, NotVisible
from kotopolku.clients.rules import EditClash, Refusals
from kotopolku.clients.tests import factories as make
from kotopolku.information.actions import pages
from kotopolku.information.actions.pages import PagePlace
from kotopolku.information.models import Page, PageKind, Revision, Space
from kotopolku.information.queries import editing, reading
from kotopolku.information.revisions import reader_of
from kotopolku.information.tests import pages_world as world
from kotopolku.journal.models import Entry

pytestmark = pytest.mark.django_db


def tree(viewer: Any, slug: str = world.VANTAA) -> list[tuple[int, str]]:
    with make.working(viewer):
        return [(line.depth, line.page.key) for line in editing.tree(Space.objects.get(slug=slug))]


def test_pages_stand_in_the_order_in_which_they_were_added_and_move_where_they_are_put() -> None:
    editor = world.editor()
    a, b, c = (world.page(editor, key) for key in ("a", "b", "c"))
    assert tree(editor) == [(0, "a"), (0, "b"), (0, "c")]
    with make.working(editor) as at_work:
        pages.move_page(c.pk, parent=None, before=a.pk, actor=at_work)
        pages.move_page(b.pk, parent=a.pk, before=None, actor=at_work)
    assert tree(editor) == [(0, "c"), (0, "a"), (1, "b")]


def test_many_moves_to_one_place_leave_room() -> None:
    editor = world.editor()
    made = [world.page(editor, f"p{number}") for number in range(4)]
    with make.working(editor) as at_work:
        for turn in range(60):
            pages.move_page(made[turn % 3].pk, parent=None, before=made[3].pk, actor=at_work)
    assert [key for _depth, key in tree(editor)] == ["p0", "p1", "p2", "p3"]


def test_a_page_never_stands_under_itself() -> None:
    editor = world.editor()
    above = world.page(editor, "above")
    under = world.page(editor, "under", parent=above.pk)
    with make.working(editor) as at_work, pytest.raises(Refusals) as refused:
        pages.move_page(above.pk, parent=under.pk, before=None, actor=at_work)
    assert refused.value.codes == ("itself",)


def test_an_address_is_taken_once_in_a_site_and_those_above_and_below_it() -> None:
    editor, ministry = world.editor(), world.national()
    world.page(ministry, "asuminen", world.COUNTRY)
    for viewer, slug, key in ((editor, world.VANTAA, "asuminen"), (editor, world.VANTAA, "events")):
        with make.working(viewer) as at_work, pytest.raises(Refusals):
            pages.add_page(slug, PagePlace(key=key), world.content(), actor=at_work)
    world.page(editor, "harrastukset")
    with make.working(ministry) as at_work, pytest.raises(Refusals):
        pages.add_page(world.COUNTRY, PagePlace(key="harrastukset"), world.content(), actor=at_work)


def test_a_form_sent_twice_makes_one_page() -> None:
    from uuid import uuid4

    editor, token = world.editor(), uuid4()
    with make.working(editor) as at_work:
        made = {
            pages.add_page(world.VANTAA, PagePlace(key="x"), world.content(), actor=at_work, token=token).pk
            for _turn in range(2)
        }
    assert len(made) == 1


def test_what_comes_from_above_can_be_added_to_replaced_or_hidden_once() -> None:
    editor, ministry = world.editor(), world.national()
    of = world.shown(ministry, "asuminen", world.COUNTRY)
    with make.working(editor) as at_work:
        added = pages.add_page(
            world.VANTAA, PagePlace(kind=PageKind.ADDITION, of=of.pk), world.content(), actor=at_work
        )
        assert (added.key, added.of_id) == ("asuminen", of.pk)
        with pytest.raises(Refusals) as refused:
            pages.add_page(world.VANTAA, PagePlace(kind=PageKind.HIDDEN, of=of.pk), actor=at_work)
        assert refused.value.codes == ("twice",)
        pages.remove_page(added.pk, actor=at_work)
        pages.add_page(world.VANTAA, PagePlace(kind=PageKind.HIDDEN, of=of.pk), actor=at_work)
        with pytest.raises(Refusals) as refused:
            pages.put_back_page(added.pk, actor=at_work)
        assert refused.value.codes == ("taken",)


def test_a_page_that_is_hidden_is_gone_at_once_also_where_readers_have_kept_it() -> None:
    editor, ministry = world.editor(), world.national()
    of = world.shown(ministry, "asuminen", world.COUNTRY)
    vantaa = Space.objects.get(slug=world.VANTAA)
    with make.working(editor) as at_work:
        pages.add_page(
            world.VANTAA, PagePlace(kind=PageKind.ADDITION, of=of.pk), world.content(), actor=at_work
        )
        assert not Revision.objects.filter(space=vantaa).exists(), "a draft is seen by nobody"
        pages.remove_page(Page.objects.get(of=of).pk, actor=at_work)
        Revision.objects.all().delete()
        pages.add_page(world.VANTAA, PagePlace(kind=PageKind.HIDDEN, of=of.pk), actor=at_work)
    assert Revision.objects.filter(space=vantaa).exists()


def test_an_address_is_free_again_once_its_page_was_taken_out_or_got_another() -> None:
    editor, ministry = world.editor(), world.national()
    gone, page = world.page(editor, "koti"), world.page(editor, "talo")
    of = world.shown(ministry, "asuminen", world.COUNTRY)
    with make.working(editor) as at_work:
        pages.add_page(
            world.VANTAA, PagePlace(kind=PageKind.ADDITION, of=of.pk), world.content(), actor=at_work
        )
        pages.remove_page(gone.pk, actor=at_work)
        page = pages.change_page(page.pk, PagePlace(key="koti"), actor=at_work, expected_version=page.version)
        assert page.key == "koti"
    with make.working(ministry) as at_work:
        pages.change_page(of.pk, PagePlace(key="asunto"), actor=at_work, expected_version=of.version)
    assert world.page(editor, "asuminen").key == "asuminen"


def test_a_page_does_not_come_back_to_an_address_that_another_has_by_now() -> None:
    editor, ministry = world.editor(), world.national()
    page = world.page(editor, "asuminen")
    with make.working(editor) as at_work:
        pages.remove_page(page.pk, actor=at_work)
    world.page(ministry, "asuminen", world.COUNTRY)
    with make.working(editor) as at_work:
        with pytest.raises(Refusals) as refused:
            pages.put_back_page(page.pk, actor=at_work)
        assert refused.value.codes == ("twice",)


def test_editors_see_pages_in_the_order_of_readers_those_from_above_first() -> None:
    editor, ministry = world.editor(), world.national()
    a, b = world.shown(editor, "a"), world.shown(editor, "b")
    world.shown(ministry, "maa", world.COUNTRY)
    with make.working(editor) as at_work:
        pages.move_page(b.pk, parent=None, before=a.pk, actor=at_work)
    assert tree(editor) == [(0, "maa"), (0, "b"), (0, "a")]
    read = reading.tree(reader_of("fi", world.VANTAA))
    assert [one.key for one in read.roots] == ["maa", "b", "a"]


def test_a_writer_hides_nothing_and_takes_nothing_out() -> None:
    writer, ministry = world.writer(), world.national()
    of = world.shown(ministry, "asuminen", world.COUNTRY)
    own = world.page(writer, "oma")
    with make.working(writer) as at_work:
        with pytest.raises(MissingCapability):
            pages.add_page(world.VANTAA, PagePlace(kind=PageKind.HIDDEN, of=of.pk), actor=at_work)
        with pytest.raises(MissingCapability):
            pages.remove_page(own.pk, actor=at_work)


def test_another_municipality_s_pages_are_not_there() -> None:
    page = world.page(world.editor())
    stranger = world.editor("kunta-205")
    with make.working(stranger) as at_work:
        for act in (
            lambda: pages.move_page(page.pk, parent=None, before=None, actor=at_work),
            lambda: pages.remove_page(page.pk, actor=at_work),
            lambda: pages.add_page(world.VANTAA, PagePlace(key="x"), world.content(), actor=at_work),
        ):
            with pytest.raises(NotVisible):
                act()


def test_a_page_with_pages_under_it_is_not_taken_out_and_one_taken_out_comes_back() -> None:
    editor = world.editor()
    above = world.page(editor, "above")
    under = world.page(editor, "under", parent=above.pk)
    with make.working(editor) as at_work:
        with pytest.raises(Refusals):
            pages.remove_page(above.pk, actor=at_work)
        pages.remove_page(under.pk, actor=at_work)
        pages.remove_page(above.pk, actor=at_work)
        back = pages.put_back_page(under.pk, actor=at_work)
    assert back.parent_id is None
    assert tree(editor) == [(0, "under")]


def test_two_who_change_a_page_at_once_are_told() -> None:
    editor = world.editor()
    page = world.page(editor)
    with make.working(editor) as at_work:
        pages.change_page(page.pk, PagePlace(key="koti"), actor=at_work, expected_version=page.version)
        with pytest.raises(EditClash):
            pages.change_page(page.pk, PagePlace(key="talo"), actor=at_work, expected_version=page.version)


def test_every_act_on_the_tree_is_in_the_journal() -> None:
    editor = world.editor()
    page = world.page(editor)
    with make.working(editor) as at_work:
        pages.move_page(page.pk, parent=None, before=None, actor=at_work)
        pages.remove_page(page.pk, actor=at_work)
        pages.put_back_page(page.pk, actor=at_work)
    written = Entry.objects.filter(object_kind="information.page", object_id=page.pk).order_by("id")
    assert [one.action.rpartition(".")[2] for one in written] == ["added", "moved", "removed", "put-back"]


@pytest.mark.usefixtures("db")
@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(some.lists(some.tuples(some.integers(0, 4), some.integers(-1, 4), some.integers(-1, 4)), max_size=12))
def test_whatever_is_moved_where_the_tree_stays_a_tree(moves: list[tuple[int, int, int]]) -> None:
    editor = world.editor()
    Page.objects.filter(space__slug=world.VANTAA).update(removed_on=world.ON)
    made = [world.page(editor, f"k{number}") for number in range(5)]
    for which, under, before in moves:
        parent = made[under].pk if under >= 0 else None
        with make.working(editor) as at_work, suppress(Refusals):
            pages.move_page(
                made[which].pk,
                parent=parent,
                before=made[before].pk if before >= 0 else None,
                actor=at_work,
            )
    assert {key for _depth, key in tree(editor)} >= {"k0", "k1", "k2", "k3", "k4"}
    for page in made:
        Page.objects.filter(pk=page.pk).update(key=f"gone-{page.pk}")


@pytest.mark.django_db(transaction=True)
def test_fifty_editors_at_once_leave_one_tree() -> None:
    """Each moves a page under another chosen so that together they would make circles."""
    with transaction.atomic():
        editor = world.editor()
        made = [world.page(editor, f"p{number}") for number in range(10)]
    faults: list[BaseException] = []

    def move(turn: int) -> None:
        try:
            with transaction.atomic(), make.working(editor) as at_work:
                pages.move_page(
                    made[turn % 10].pk, parent=made[(turn * 3 + 1) % 10].pk, before=None, actor=at_work
                )
        except Refusals as refused:
            if refused.codes != ("itself",):
                faults.append(refused)
        except BaseException as error:
            faults.append(error)
        finally:
            connections.close_all()

    threads = [Thread(target=move, args=(turn,)) for turn in range(50)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    with transaction.atomic():
        found = tree(editor)
    assert sorted(key for _depth, key in found) == sorted(f"p{number}" for number in range(10))


def test_the_tree_takes_as_many_statements_for_two_pages_as_for_sixty() -> None:
    from django.test.utils import CaptureQueriesContext

    editor = world.editor()
    world.page(editor, "a")
    world.page(editor, "b")
    numbers = []
    for more in (0, 58):
        with make.working(editor) as at_work:
            for number in range(more):
                pages.add_page(world.VANTAA, PagePlace(key=f"more-{number}"), world.content(), actor=at_work)
            with CaptureQueriesContext(connection) as asked:
                editing.tree(Space.objects.get(slug=world.VANTAA))
            numbers.append(len(asked))
    assert numbers[0] == numbers[1] <= 6
