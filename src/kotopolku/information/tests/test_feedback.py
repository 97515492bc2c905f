"""Feedback without cookies: taken, limited, answered by mail, handed on, forgotten; counts of pages say nothing of people."""

import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.core import mail
from django.db import DatabaseError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from kotopolku import clock
from kotopolku.access import rowsecurity
from kotopolku.access.capabilities import Role
from kotopolku.access.viewer import Viewer
from kotopolku.clients.tests import factories as make
from kotopolku.clients.tests.walking import Worker, words
from kotopolku.information import counting, forms_feedback, jobs
from kotopolku.information import feedback_rules as rules
from kotopolku.information.actions import counts
from kotopolku.information.actions import feedback as actions
from kotopolku.information.models import (
    DailySalt,
    Feedback,
    FeedbackAddress,
    FeedbackTry,
    PageCount,
)
from kotopolku.information.tests import search_world as world
from kotopolku.notices.models import Notice

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_second_factor")]
DAY = date(2026, 11, 23)
FORM = "/info/en/vantaa/feedback/"


@pytest.fixture
def no_second_factor(settings: Any) -> None:
    settings.SECOND_FACTOR_REQUIRED = False


@pytest.fixture
def editor() -> Worker:
    return Worker("kunta-092", DAY, Role.EDITOR)


def mark_of(page: Any) -> str:
    found = re.search(r'name="mark" value="([^"]+)"', page.content.decode())
    assert found is not None
    return found[1]


def send(address: str = FORM, mark: str = "", **typed: str) -> Any:
    reader = Client(enforce_csrf_checks=True)
    with clock.at(DAY):
        mark = mark or mark_of(reader.get(address))
        answer = reader.post(address, {"words": "Aukioloajat puuttuvat.", "mark": mark} | typed)
    assert not reader.cookies, "no cookie, neither before nor after"
    return answer


def every() -> list[Feedback]:
    with rowsecurity.as_system():
        return list(Feedback.objects.select_related("space", "page").order_by("pk"))


class TestSending:
    def test_a_reader_writes_without_cookies_and_gets_a_number(self, editor: Worker) -> None:
        page = world.published("suomi", "school", {"en": ("School", "Every child goes to school.")})
        answer = send(key="school", useful="no", email="reader@example.fi")
        [row] = every()
        assert answer.status_code == 302
        assert answer["Location"] == f"{FORM}{row.number}/"
        assert (row.space.slug, row.page, row.language, row.useful) == ("vantaa", page, "en", False)
        assert row.number in Client().get(answer["Location"]).content.decode()
        with rowsecurity.as_system():
            address = FeedbackAddress.objects.get()
            assert (address.email, address.delete_on) == ("reader@example.fi", DAY + timedelta(days=90))
            assert Notice.objects.filter(
                user_id=editor.viewer.user_id, kind="information.feedback-came"
            ).exists()

    @pytest.mark.parametrize(
        "language", ["fi", "sv", "en", "et", "ru", "uk", "fr", "so", "es", "tr", "zh-hans", "fa", "ar"]
    )
    def test_the_form_is_there_in_every_language(self, language: str) -> None:
        text = Client().get(f"/info/{language}/vantaa/feedback/?page=school").content.decode()
        assert f'lang="{language}"' in text
        assert 'name="key" value="school"' in text

    def test_a_message_about_a_page_that_cannot_be_is_not_lost(self) -> None:
        assert send(key="no such page!").status_code == 302
        [row] = every()
        assert (row.page, row.path) == (None, "en/vantaa/")

    def test_a_form_sent_twice_is_one_message(self) -> None:
        mark = mark_of(Client().get(FORM))
        first, second = send(mark=mark), send(mark=mark)
        assert first["Location"] == second["Location"]
        assert len(every()) == 1

    def test_what_is_wrong_is_said_and_nothing_typed_is_lost(self) -> None:
        answer = send(email="not-an-address", words="Kysymys kursseista")
        assert answer.status_code == 422
        assert "This is not an e-mail address." in words(answer)
        assert "Kysymys kursseista" in answer.content.decode()
        empty = send(words="  ")
        assert empty.status_code == 422
        assert "Say whether the page helped, or write something." in words(empty)
        assert send(words="x" * (rules.LONGEST + 1)).status_code == 422
        assert every() == []

    def test_a_mark_that_is_old_or_not_ours_is_asked_for_again_with_the_words_kept(
        self, monkeypatch: Any
    ) -> None:
        for mark in ("made-up", forms_feedback.seal("espoo")):
            answer = send(mark=mark)
            assert answer.status_code == 422
            assert "Aukioloajat puuttuvat." in answer.content.decode()
            assert send(mark=mark_of(answer)).status_code == 302
        mark = mark_of(Client().get(FORM))
        monkeypatch.setattr(rules, "FORM_HOURS", -1)
        assert send(mark=mark).status_code == 422

    def test_a_program_that_fills_in_everything_leaves_nothing(self) -> None:
        assert send(homepage="https://spam.example").status_code == 302
        assert every() == []

    def test_many_from_one_network_wait_and_the_address_is_not_kept(self) -> None:
        for _one in range(rules.MOST_IN_WINDOW):
            assert send().status_code == 302
        answer = send(words="Vielä yksi")
        assert answer.status_code == 422
        assert "Wait for ten minutes" in words(answer)
        assert "Vielä yksi" in answer.content.decode()
        with rowsecurity.as_system():
            [row] = FeedbackTry.objects.all()
            assert row.count == rules.MOST_IN_WINDOW
            assert b"127.0.0.1" not in bytes(row.mark)
            assert bytes(row.mark) != rules.mark(b"another salt", "127.0.0.1")


class TestEditors:
    def test_the_list_calls_a_page_by_its_title(self, editor: Worker) -> None:
        world.published("suomi", "school", {"fi": ("Koulu ja päiväkoti", "Jokainen lapsi käy koulua.")})
        send("/info/fi/vantaa/feedback/", key="school")
        assert "Koulu ja päiväkoti" in words(editor.get("/information/feedback/"))

    def test_an_answer_goes_by_mail_and_the_address_is_deleted(self, editor: Worker) -> None:
        send("/info/sv/vantaa/feedback/", email="lasare@example.fi")
        [row] = every()
        page = f"/information/feedback/{row.number}/"
        assert "Aukioloajat puuttuvat." in words(editor.get("/information/feedback/"))
        shown = editor.get(page)
        assert "lasare@example.fi" not in shown.content.decode(), "editors do not need the address"
        version = editor.hidden(page)["version"]
        assert editor.post(page, words="", version=version).status_code == 422
        assert editor.post(page, words="Vi har lagt till tiderna.", version=version).status_code == 302
        clash = editor.post(page, words="Toinen vastaus", version=version)
        assert clash.status_code == 409
        system = Viewer.for_system("test", DAY)
        assert actions.send_answers(actor=system) == (1, 0)
        assert actions.send_answers(actor=system) == (0, 0)
        [letter] = mail.outbox
        assert letter.to == ["lasare@example.fi"]
        assert "Vi har lagt till tiderna." in letter.body
        assert row.number in letter.subject
        with rowsecurity.as_system():
            assert not FeedbackAddress.objects.exists()

    def test_a_telephone_number_keeps_its_order_in_an_arabic_answer(self, editor: Worker) -> None:
        send("/info/ar/vantaa/feedback/", email="reader@example.fi", words="اتصلت بالرقم 09 839 11.")
        [row] = every()
        assert "\u206609 839 11\u2069" in editor.get(f"/information/feedback/{row.number}/").content.decode()
        with make.working(editor.viewer) as at_work:
            actions.answer(row.number, "الرقم 040 123 4567", actor=at_work, expected_version=1)
        actions.send_answers(actor=Viewer.for_system("test", DAY))
        assert "\u2066040 123 4567\u2069" in mail.outbox[0].body

    def test_a_mail_server_that_is_away_loses_nothing(self, editor: Worker, settings: Any) -> None:
        send(email="reader@example.fi")
        [row] = every()
        with make.working(editor.viewer) as at_work:
            actions.answer(row.number, "Kiitos.", actor=at_work, expected_version=1)
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_PORT = 1
        system = Viewer.for_system("test", DAY)
        assert actions.send_answers(actor=system) == (0, 1)
        settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
        assert actions.send_answers(actor=system) == (1, 0)

    def test_feedback_is_handed_on_to_the_editors_of_another_area(self, editor: Worker) -> None:
        neighbour = Worker("kunta-049", DAY, Role.EDITOR)
        send()
        [row] = every()
        page = f"/information/feedback/{row.number}/"
        assert neighbour.get(page).status_code == 404
        assert editor.post(f"{page}hand-on/", space="Nowhere").status_code == 422
        assert editor.post(f"{page}hand-on/", space="Espoo").status_code == 302
        assert editor.get(page).status_code == 404
        assert neighbour.get(page).status_code == 200
        with rowsecurity.as_system():
            told = Notice.objects.filter(user_id=neighbour.viewer.user_id)
            assert [one.kind for one in told] == ["information.feedback-handed-on"]

    def test_archiving_without_an_answer_deletes_the_address(self, editor: Worker) -> None:
        send(email="reader@example.fi")
        [row] = every()
        page = f"/information/feedback/{row.number}/"
        assert editor.post(f"{page}archive/").status_code == 302
        assert "Aukioloajat" not in words(editor.get("/information/feedback/"))
        assert "Aukioloajat" in words(editor.get("/information/feedback/", state="archived"))
        assert editor.post(f"{page}open/").status_code == 302
        assert every()[0].state == "open"
        with rowsecurity.as_system():
            assert not FeedbackAddress.objects.exists()

    def test_row_security_stands_under_it(self, editor: Worker) -> None:
        send(email="reader@example.fi")
        stranger = make.worker("kunta-049", DAY, role=Role.EDITOR)
        for viewer, seen in ((editor.viewer, 1), (stranger, 0)):
            with make.working(viewer):
                assert Feedback.objects.count() == seen
                assert FeedbackAddress.objects.count() == seen
                assert FeedbackTry.objects.count() == DailySalt.objects.count() == 0

    @pytest.mark.parametrize("number", [2, 200])
    def test_the_list_costs_the_same_with_many(self, editor: Worker, number: int) -> None:
        send()
        with rowsecurity.as_system():
            [row] = Feedback.objects.all()
            for one in range(number - 1):
                row.pk, row.number, row.token = None, f"0000-{one:04d}", f"4b7f0c7c-6a5f-4a51-9d21-{one:012d}"
                row.save()
        editor.get("/information/feedback/")
        with CaptureQueriesContext(connection) as seen:
            assert editor.get("/information/feedback/").status_code == 200
        assert len(seen) <= 16


class TestForgetting:
    def test_every_night_what_is_over_is_deleted(self) -> None:
        send(email="reader@example.fi")
        system = Viewer.for_system("test", DAY)

        def cleaned(day: date) -> dict[str, int]:
            with clock.at(day):
                rowsecurity.apply(system)
                return actions.clean(actor=system)

        assert not any(cleaned(DAY).values())
        assert cleaned(DAY + timedelta(days=1)) == {"addresses": 0, "marks": 1, "salts": 1, "feedback": 0}
        assert cleaned(DAY + timedelta(days=90))["addresses"] == 0
        assert cleaned(DAY + timedelta(days=91))["addresses"] == 1
        assert cleaned(DAY + timedelta(days=2_000))["feedback"] == 0, "it waits for an answer still"

    def test_the_jobs_do_it_and_send_what_waits(self, editor: Worker) -> None:
        send(email="reader@example.fi")
        [row] = every()
        with make.working(editor.viewer) as at_work:
            actions.answer(row.number, "Kiitos.", actor=at_work, expected_version=1)
        with clock.at(DAY + timedelta(days=1)):
            assert jobs.send_answers(0) == 1
            assert jobs.clean_feedback(0) == 2
            assert jobs.clean_feedback(0) == 0


class TestCounts:
    @pytest.fixture(autouse=True)
    def nothing_gathered(self) -> Any:
        counting._waiting.clear()
        counting.write()
        yield
        counting._waiting.clear()

    def test_pages_are_counted_also_when_unchanged_and_without_a_statement(self, editor: Worker) -> None:
        page = world.published(
            "suomi", "school", {"en": ("School", "Every child."), "fi": ("Koulu", "Jokainen lapsi.")}
        )
        reader = Client()
        with clock.at(DAY):
            first = reader.get("/info/en/vantaa/school/")
            with CaptureQueriesContext(connection) as seen:
                again = reader.get("/info/en/vantaa/school/", headers={"If-None-Match": first["ETag"]})
            for _one in range(4):
                reader.get("/info/en/vantaa/school/")
            reader.get("/info/fi/vantaa/school/")
            reader.get("/info/en/vantaa/")
            reader.get("/info/en/vantaa/nothing-here/")
        assert again.status_code == 304
        assert not [one for one in seen if "pagecount" in one["sql"]]
        assert not reader.cookies
        assert counting.write() == 8
        assert counting.write() == 0
        with rowsecurity.as_system():
            rows = {(row.page_id, row.language): row.count for row in PageCount.objects.all()}
        assert rows == {(page.pk, "en"): 6, (page.pk, "fi"): 1, (None, "en"): 1}
        shown = words(editor.get("/information/vantaa/counts/"))
        assert "English 6" in shown
        assert "suomi under 5" in shown
        assert Worker("kunta-049", DAY, Role.EDITOR).get("/information/vantaa/counts/").status_code == 404

    def test_what_was_read_more_is_added(self) -> None:
        for _one in range(2):
            counting.count(world.Space.objects.get(slug="vantaa").pk, "", "fi", DAY)
            counting.write()
        with rowsecurity.as_system():
            assert PageCount.objects.get().count == 2

    def test_a_count_that_cannot_be_written_now_stops_no_reader(self, monkeypatch: Any) -> None:
        def away(_readings: object) -> None:
            raise DatabaseError

        monkeypatch.setattr(counts, "add", away)
        monkeypatch.setattr(counting, "EVERY_SECONDS", 0)
        with clock.at(DAY):
            assert Client().get("/info/en/vantaa/").status_code == 200
        monkeypatch.undo()
        assert counting.write() == 1

    def test_strange_numbers_in_the_address_are_passed_over(self, editor: Worker) -> None:
        many = "9" * 30
        assert editor.get("/information/vantaa/counts/", days=f"0028{many}").status_code == 200
        assert (
            Client().get("/info/en/vantaa/search/", {"q": "school", "page": f"0002{many}"}).status_code == 200
        )
