"""The link checker against a server of our own, what is stored of it, and replacing an address everywhere."""

import threading
import time
from collections.abc import Iterator
from datetime import date, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from click.testing import CliRunner
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kotopolku import clock
from kotopolku.access.capabilities import Role
from kotopolku.access.errors import NotVisible
from kotopolku.access.viewer import Viewer
from kotopolku.clients.rules import EditClash, Refusals
from kotopolku.clients.tests import factories as make
from kotopolku.clients.tests.walking import Worker, words
from kotopolku.information import link_checking, link_run
from kotopolku.information.actions import links as actions
from kotopolku.information.actions import pages, texts
from kotopolku.information.actions.pages import PagePlace
from kotopolku.information.actions.texts import TextContent
from kotopolku.information.commands import information
from kotopolku.information.link_checking import Checker, Found, judged
from kotopolku.information.models import Link, LinkState, PageText
from kotopolku.information.queries import editing
from kotopolku.information.queries import links as queries
from kotopolku.journal.models import Entry

ON = date(2026, 11, 23)
SEEN: list[tuple[str, str]] = []


class Site(BaseHTTPRequestHandler):
    """A site with every kind of trouble."""

    def do_HEAD(self) -> None:
        self._answer(body=False)

    def do_GET(self) -> None:
        self._answer(body=True)

    def _answer(self, *, body: bool) -> None:
        path = self.path
        SEEN.append((self.command, path))
        places = {
            "/moved": (301, "/fine"),
            "/twice": (308, "/moved"),
            "/for-now": (302, "/fine"),
            "/to-gone": (301, "/gone"),
            "/deep/page": (301, "/"),
            "/round": (302, "/about"),
            "/about": (302, "/round"),
            "/then-for-now": (301, "/for-now"),
            "/to-nonsense": (302, "https://[nowhere"),
        }
        codes = {"/gone": 404, "/taken-away": 410, "/fault": 503, "/busy": 429, "/shut": 403, "/odd": 400}
        if path == "/slow":
            time.sleep(1.0)
        if path == "/no-head" and not body:
            return self._send(405)
        if path == "/broken" or (path == "/hangs-up-on-head" and not body):
            self.wfile.write(b"nonsense\r\n\r\n")
            self.close_connection = True
            return None
        if path in places:
            return self._send(*places[path])
        return self._send(codes.get(path, 200))

    def _send(self, status: int, location: str = "") -> None:
        self.send_response(status)
        if location:
            self.send_header("Location", location)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_words: object) -> None:
        pass


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Site)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()


def checker(**changes: Any) -> Checker:
    return Checker(**({"timeout": 0.4, "pause": 0.0, "private": True} | changes))


@pytest.mark.parametrize(
    ("path", "outcome", "cause", "moved_to"),
    [
        ("/fine", "fine", "", ""),
        ("/no-head", "fine", "", ""),
        ("/shut", "fine", "shut", ""),
        ("/for-now", "fine", "", ""),
        ("/moved", "moved", "moved", "/fine"),
        ("/twice", "moved", "moved", "/fine"),
        ("/then-for-now", "moved", "moved", "/for-now"),
        ("/deep/page", "moved", "to-front", "/"),
        ("/gone", "missing", "not-found", ""),
        ("/to-gone", "missing", "not-found", ""),
        ("/taken-away", "missing", "taken-away", ""),
        ("/fault", "away", "server-fault", ""),
        ("/busy", "away", "busy", ""),
        ("/odd", "away", "refused", ""),
        ("/slow", "away", "timeout", ""),
        ("/round", "away", "loop", ""),
        ("/broken", "away", "broken-off", ""),
        ("/hangs-up-on-head", "fine", "", ""),
        ("/to-nonsense", "away", "not-web", ""),
    ],
)
def test_the_checker_tells_the_kinds_of_trouble_apart(
    site: str, path: str, outcome: str, cause: str, moved_to: str
) -> None:
    found = checker().check(site + path)
    assert (found.outcome, found.cause) == (outcome, cause)
    assert found.moved_to == (site + moved_to if moved_to else "")


def test_head_is_asked_first_and_get_only_where_it_fails(site: str) -> None:
    SEEN.clear()
    checker().check(site + "/fine")
    checker().check(site + "/no-head")
    assert SEEN == [("HEAD", "/fine"), ("HEAD", "/no-head"), ("GET", "/no-head")]


def test_the_fragment_of_a_moved_address_is_kept(site: str) -> None:
    assert checker().check(site + "/moved#part").moved_to == site + "/fine#part"


def test_a_name_that_is_nobodys_and_a_shut_door_are_told_apart() -> None:
    assert checker().check("http://nobody.invalid/").outcome in ("missing", "away"), (
        "by the resolver's answer"
    )
    assert checker().check("http://127.0.0.1:1/").cause == "no-server"
    assert checker().check("ftp://example.fi/").cause == "not-web"
    assert checker().check("http://exa mple.fi:port/").cause == "not-web"


def test_addresses_of_inner_networks_are_not_asked(site: str) -> None:
    SEEN.clear()
    assert checker(private=False).check(site + "/fine").cause == "inner-address"
    assert SEEN == []


def test_one_server_gets_a_pause_between_questions(site: str) -> None:
    waited: list[float] = []
    slow = checker(pause=5.0, wait=waited.append)
    slow.check(site + "/fine")
    assert waited == []
    slow.check(site + "/fine")
    assert len(waited) == 1
    assert 0 < waited[0] <= 5.0


MISSING = Found("missing", "not-found", 404)


def test_an_address_is_gone_on_the_third_day_not_before() -> None:
    first = judged(MISSING, failures=0, last_day=None, day=ON)
    again = judged(MISSING, failures=1, last_day=ON, day=ON)
    assert (first.state, first.failures) == ("slow", 1)
    assert (again.state, again.failures) == ("slow", 1), "twice on one day is one day"
    second = judged(MISSING, failures=1, last_day=ON, day=ON + timedelta(days=1))
    third = judged(MISSING, failures=2, last_day=ON + timedelta(days=1), day=ON + timedelta(days=2))
    assert (second.state, third.state) == ("slow", "gone")
    assert judged(Found("fine"), failures=3, last_day=ON, day=ON).failures == 0


def test_a_site_that_is_away_is_never_called_gone() -> None:
    found = judged(Found("away", "timeout"), failures=30, last_day=ON, day=ON + timedelta(days=1))
    assert (found.state, found.failures) == ("slow", 31)


# --- Stored ------------------------------------------------------------------------------------------------------------


@pytest.fixture
def editor(db: None) -> Viewer:
    return make.worker("kunta-092", ON, role=Role.EDITOR)


def page(
    viewer: Viewer, address: str, *, key: str = "a", space: str = "vantaa", published: bool = True
) -> int:
    with make.working(viewer) as at_work:
        blocks = [
            {
                "kind": "text",
                "text": f"Lue [lisää]({address}) tai [muuta](https://muu.example.fi/) tai <{address}>.",
            },
            {"kind": "form", "label": "Lomake", "address": address},
            {"kind": "steps", "items": [{"title": "Avaa", "text": f"[sivu]({address} 'otsikko')"}]},
        ]
        made = pages.add_page(
            space, PagePlace(key=key), TextContent(f"Sivu {key}", "", blocks), actor=at_work
        )
        if published:
            texts.publish(made.pk, "fi", actor=at_work)
    return made.pk


def stored(address: str) -> Link:
    return Link.objects.get(address=address)


def test_a_run_asks_what_is_due_and_is_safe_to_run_again(editor: Viewer, site: str) -> None:
    page(editor, site + "/gone")
    night = Viewer.for_system("information.links", ON)
    with make.working(night):
        Link.objects.exclude(address__startswith=site).update(ignored=True)
    SEEN.clear()
    with clock.at(ON):
        assert link_run.check_links(night, checker()) == {"missing": 1}
        assert link_run.check_links(night, checker()) == {}, "asked today already"
    one = stored(site + "/gone")
    assert (one.state, one.failures, one.status, one.cause) == ("slow", 1, 404, "not-found")
    for later in (1, 2):
        day = ON + timedelta(days=later)
        with clock.at(day):
            link_run.check_links(Viewer.for_system("information.links", day), checker())
    assert stored(site + "/gone").state == LinkState.GONE
    with make.working(editor):
        assert [one.cause for one in queries.links(editor, state="gone")] == ["not-found"]


def test_a_run_that_is_stopped_keeps_what_it_has_found(editor: Viewer, site: str) -> None:
    page(editor, site + "/fine")
    page(editor, site + "/gone", key="b")
    asked: list[str] = []

    def stop(_done: int, _whole: int, address: str) -> None:
        asked.append(address)
        if len(asked) == 2:
            raise KeyboardInterrupt

    night = Viewer.for_system("information.links", ON)
    with make.working(night):
        Link.objects.exclude(address__startswith=site).update(ignored=True)
    with clock.at(ON), pytest.raises(KeyboardInterrupt):
        link_run.check_links(night, checker(), told=stop)
    assert stored(asked[0]).checked_at is not None
    assert stored(asked[1]).checked_at is None


def test_an_editor_can_have_one_address_asked_also_a_trusted_one(editor: Viewer, site: str) -> None:
    page(editor, site + "/gone")
    page(editor, site + "/fine", key="b")
    Link.objects.all().update(ignored=True)
    night = Viewer.for_system("information.links", ON)
    only = stored(site + "/gone").pk
    with clock.at(ON):
        assert link_run.check_links(night, checker()) == {}
        for _again in range(2):
            assert link_run.check_links(night, checker(), only=only) == {"missing": 1}
        assert link_run.check_links(night, checker(), only=0) == {}


def test_an_address_that_works_is_asked_once_a_week(editor: Viewer, site: str) -> None:
    page(editor, site + "/fine")
    Link.objects.exclude(address__startswith=site).update(ignored=True)
    night = Viewer.for_system("information.links", ON)
    with clock.at(ON):
        link_run.check_links(night, checker())
    assert queries.due(ON + timedelta(days=3)) == []
    assert len(queries.due(ON + timedelta(days=8))) == 1


def test_replacing_makes_minor_versions_and_leaves_translations_valid(editor: Viewer) -> None:
    old, new = "https://vanha.example.fi/sivu", "https://uusi.example.fi/sivu"
    number = page(editor, old)
    with make.working(editor) as at_work:
        saved = texts.save_text(
            number, "sv", TextContent("Sida", "", [], made_from=1), actor=at_work, expected_version=0
        )
        before = Entry.objects.filter(action="information.link.replaced").count()
        link = stored(old)
        mark = queries.mark_of(queries.uses(at_work, link))
        done = actions.replace_everywhere(link.pk, new, actor=at_work, expected_mark=mark)
        assert (done.texts, done.published) == (1, 1)
        source = PageText.objects.select_related("latest", "published").get(page=number, language="fi")
        assert source.latest is not None
        assert source.published_id == source.latest_id
        assert source.latest.minor
        whole = repr(source.latest.blocks)
        assert old not in whole
        assert whole.count(new) == 4, "in two links, on the button and in the step"
        assert "https://muu.example.fi/" in whole
        translation = PageText.objects.select_related("latest__made_from").get(pk=saved.pk)
        assert not editing.is_stale(translation, source)
        assert not Link.objects.get(address=old).uses.exists()
        assert Entry.objects.filter(action="information.link.replaced").count() == before + 1


def test_a_text_that_waits_for_its_time_goes_on_waiting(editor: Viewer) -> None:
    old = "https://vanha.example.fi/sivu"
    number = page(editor, old, published=False)
    when = clock.now() + timedelta(days=400)
    with make.working(editor) as at_work:
        texts.publish(number, "fi", actor=at_work, at=when)
        link = stored(old)
        mark = queries.mark_of(queries.uses(at_work, link))
        actions.replace_everywhere(link.pk, "https://uusi.example.fi/", actor=at_work, expected_mark=mark)
    text = PageText.objects.get(page=number, language="fi")
    assert (text.state, text.publish_at, text.published) == ("scheduled", when, None)


def test_texts_of_others_are_shown_and_left_alone(editor: Viewer) -> None:
    old = "https://vanha.example.fi/sivu"
    ministry = make.worker("tem", ON, role=Role.MINISTRY_OFFICER)
    theirs = page(ministry, old, key="theirs", space="suomi")
    page(editor, old, key="ours")
    with make.working(editor) as at_work:
        link = stored(old)
        found = queries.uses(at_work, link)
        assert [one.own for one in found] == [True, False]
        actions.replace_everywhere(
            link.pk, "https://uusi.example.fi/", actor=at_work, expected_mark=queries.mark_of(found)
        )
    with make.working(ministry):
        kept = PageText.objects.select_related("latest").get(page=theirs)
        assert kept.latest is not None
        assert old in repr(kept.latest.blocks)


def test_nothing_is_replaced_when_a_text_has_changed_since_it_was_looked_at(editor: Viewer) -> None:
    old = "https://vanha.example.fi/sivu"
    number = page(editor, old)
    with make.working(editor) as at_work:
        link = stored(old)
        with pytest.raises(EditClash):
            actions.replace_everywhere(
                link.pk, "https://uusi.example.fi/", actor=at_work, expected_mark="other"
            )
        for bad in ("", "javascript:alert(1)", old, "https://uusi.example.fi/a b", "example.fi"):
            with pytest.raises(Refusals):
                actions.replace_everywhere(link.pk, bad, actor=at_work, expected_mark="x")
        kept = PageText.objects.select_related("latest").get(page=number, language="fi")
        assert kept.latest is not None
        assert old in repr(kept.latest.blocks)


def test_a_person_can_say_that_an_address_works(editor: Viewer) -> None:
    page(editor, "https://vanha.example.fi/sivu")
    with make.working(editor) as at_work:
        link = stored("https://vanha.example.fi/sivu")
        actions.trust_link(link.pk, actor=at_work, trusted=True)
        actions.trust_link(link.pk, actor=at_work, trusted=True)
        assert link.pk not in [one for one, _address in queries.due(ON)]
        assert [one.pk for one in queries.links(at_work, state="ignored")] == [link.pk]
    stranger = make.worker("kunta-205", ON, role=Role.EDITOR)
    with make.working(stranger) as at_work, pytest.raises(NotVisible):
        actions.trust_link(link.pk, actor=at_work, trusted=False)


def test_the_statements_do_not_grow_with_the_links(editor: Viewer) -> None:
    def count() -> int:
        with (
            make.working(editor) as at_work,
            CaptureQueriesContext(
                connection,
            ) as found,
        ):
            rows = list(queries.links(at_work)[: queries.PAGE_SIZE])
            queries.counts(at_work)
            queries.uses(at_work, rows[0])
        return len(found)

    page(editor, "https://a.example.fi/")
    few = count()
    with make.working(editor) as at_work:
        links = " ".join(f"[sivu](https://a.example.fi/{number})" for number in range(200))
        pages.add_page(
            "vantaa",
            PagePlace(key="many"),
            TextContent("Monta", "", [{"kind": "text", "text": links}]),
            actor=at_work,
        )
    assert count() == few


def test_the_command_asks_and_can_be_run_again(editor: Viewer, site: str) -> None:
    page(editor, site + "/gone")
    Link.objects.exclude(address__startswith=site).update(ignored=True)
    options = ["check-links", "--inner", "--pause", "0", "--timeout", "1"]
    with clock.at(ON):
        first = CliRunner().invoke(information, options)
        again = CliRunner().invoke(information, options)
    assert first.output == "Addresses asked: 1 (missing 1).\n"
    assert again.output == "Nothing to ask today. --all asks every address again.\n"


# --- Pages -------------------------------------------------------------------------------------------------------------


@pytest.fixture
def no_second_factor(settings: Any) -> None:
    settings.SECOND_FACTOR_REQUIRED = False


@pytest.mark.usefixtures("db", "no_second_factor")
def test_the_pages_of_links_as_an_editor_walks_them() -> None:
    by = Worker("kunta-092", ON, Role.EDITOR)
    old = "https://vanha.example.fi/sivu"
    page(by.viewer, old)
    with make.working(Viewer.for_system("information.links", ON)) as night:
        found = {stored(old).pk: Found("moved", "moved", 301, "https://uusi.example.fi/", 20)}
        actions.write_checks(found, actor=night)
    listed = by.get("/information/links/")
    assert old in words(listed)
    assert "moved for good" in words(listed)
    address = f"/information/links/{stored(old).pk}/"
    shown = by.get(address)
    assert 'value="https://uusi.example.fi/"' in shown.content.decode(), "the new address is offered"
    mark = by.hidden(address)["mark"]
    bad = by.post(address, new="uusi", mark=mark)
    assert bad.status_code == 422
    assert "Begin it with https://" in words(bad)
    assert by.post(address, new="https://uusi.example.fi/", mark="other").status_code == 409
    assert by.post(address + "trust/", do="trust").status_code == 302
    assert by.post(address, new="https://uusi.example.fi/", mark=mark).status_code == 302
    assert Link.objects.filter(address="https://uusi.example.fi/", uses__isnull=False).exists()
    assert by.get(address).status_code == 404, "no text of ours leads there any more"
    assert Worker("kunta-205", ON, Role.READER).get("/information/links/").status_code == 403


def test_the_words_of_every_cause_are_there() -> None:
    from kotopolku.information.wording_translating import CAUSES

    used = {"moved", "to-front", "not-found", "no-such-name", "no-names", "inner-address", "loop", "not-web"}
    assert used <= set(CAUSES)
    assert link_checking.FAILED_DAYS == 3
