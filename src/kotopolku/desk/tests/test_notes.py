"""Notes: written, found, corrected with the history kept, pinned, taken away, printed; two editors; who sees them."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kotopolku.access import rowsecurity
from kotopolku.access.errors import NotVisible
from kotopolku.access.viewer import Viewer
from kotopolku.clients.rules import EditClash, Refusals
from kotopolku.clients.tests import factories as make
from kotopolku.clients.tests.walking import Worker, words
from kotopolku.desk import actions, queries
from kotopolku.desk.categories import categories
from kotopolku.desk.models import Note
from kotopolku.desk.queries import NoteFilters
from kotopolku.desk.rules import NoteContent, correction_needs_reason
from kotopolku.journal.models import Entry, Payload

pytestmark = pytest.mark.django_db
ON = date(2026, 11, 23)
LATER = date(2026, 11, 30)
CONTENT = NoteContent("contact", ON, "Soitin tulkin välityksellä.", "fi")


@pytest.fixture
def vantaa() -> Worker:
    return Worker("kunta-092", ON)


@pytest.fixture
def relationship(vantaa: Worker) -> Any:
    with make.working(vantaa.viewer) as at_work:
        return make.client(at_work)


def written(worker: Worker, relationship: Any, **changes: Any) -> Note:
    with make.working(worker.viewer) as at_work:
        return actions.write_note(relationship.pk, replace(CONTENT, **changes), actor=at_work)


def test_every_category_has_its_name_in_three_languages_and_health_a_hint() -> None:
    for one in categories():
        assert all(one.names[language] for language in ("fi", "sv", "en"))
        assert not one.sensitive or set(one.hints) == {"fi", "sv", "en"}
    assert [one.id for one in categories() if one.sensitive] == ["health"]


def test_a_note_is_written_on_the_page_once_and_found_by_its_words(vantaa: Worker, relationship: Any) -> None:
    address = f"/desk/clients/{relationship.pk}/notes/new/"
    typed = {
        "token": vantaa.hidden(address)["token"],
        "category": "housing",
        "day": "20.11.2026",
        "text": "Asunto on tilapäinen.",
        "language": "fi",
    }
    for _time in range(2):
        assert vantaa.post(address, **typed).status_code == 302
    assert written(vantaa, relationship).pk
    list_address = f"/desk/clients/{relationship.pk}/notes/"
    assert words(vantaa.get(list_address)).count("Asunto on tilapäinen.") == 1
    assert "Soitin" not in words(vantaa.get(list_address, q="tilapäinen asunto"))
    assert "Soitin" not in words(vantaa.get(list_address, category="housing"))
    assert "No note matches." in words(vantaa.get(list_address, q="sairaala"))
    assert "No note matches." not in words(vantaa.get(list_address, category="nonsense"))
    assert "Asunto on tilapäinen." in words(vantaa.get(list_address + "print/"))


@pytest.mark.parametrize(
    ("changes", "field"),
    [({"text": "  "}, "text"), ({"day": "1.1.2027"}, "day"), ({"category": ""}, "category")],
)
def test_a_wrong_note_is_refused_at_its_field(
    vantaa: Worker, relationship: Any, changes: dict[str, str], field: str
) -> None:
    address = f"/desk/clients/{relationship.pk}/notes/new/"
    typed = {
        "token": vantaa.hidden(address)["token"],
        "category": "work",
        "day": "20.11.2026",
        "text": "Työ.",
    }
    answer = vantaa.post(address, **(typed | changes))
    assert answer.status_code == 422
    assert f"id_{field}_error" in answer.content.decode()


def test_a_note_s_history_keeps_what_it_said_and_the_reason_is_journalled(
    vantaa: Worker, relationship: Any
) -> None:
    note = written(vantaa, relationship)
    address = f"/desk/clients/{relationship.pk}/notes/{note.pk}/"
    typed = {"version": "1", "category": "contact", "day": "23.11.2026", "text": "Soitin ilman tulkkia."}
    with vantaa.on(LATER):
        assert vantaa.post(address + "edit/", **typed).status_code == 422
        assert vantaa.post(address + "edit/", **typed, reason="Väärä tieto").status_code == 302
        page = words(vantaa.get(address + "history/"))
    assert "Soitin ilman tulkkia." in page
    assert "Soitin tulkin välityksellä." in page
    with make.working(vantaa.viewer, LATER):
        rowsecurity.apply(Viewer.for_system("test", LATER))
        entry = Entry.objects.get(action="desk.note.corrected")
        assert Payload.objects.get(entry=entry).reason == "Väärä tieto"
        assert "tulkkia" not in str(Payload.objects.get(entry=entry).details)


def test_one_s_own_note_of_the_day_is_mended_without_a_reason(vantaa: Worker, relationship: Any) -> None:
    note = written(vantaa, relationship)
    with make.working(vantaa.viewer) as at_work:
        mended = replace(CONTENT, text="Soitin.")
        actions.correct_note(relationship.pk, note.pk, mended, actor=at_work, expected_version=1)
    assert not correction_needs_reason(1, ON, 1, ON)
    assert correction_needs_reason(1, ON, 1, LATER)
    assert correction_needs_reason(1, ON, 2, ON)
    assert correction_needs_reason(None, ON, None, ON)


def test_two_editors_of_a_note_get_409_and_lose_nothing(vantaa: Worker, relationship: Any) -> None:
    note = written(vantaa, relationship)
    with make.working(vantaa.viewer) as at_work:
        other = replace(CONTENT, text="Toisen teksti.")
        actions.correct_note(relationship.pk, note.pk, other, actor=at_work, expected_version=1)
        with pytest.raises(EditClash):
            actions.correct_note(relationship.pk, note.pk, CONTENT, actor=at_work, expected_version=1)
    address = f"/desk/clients/{relationship.pk}/notes/{note.pk}/edit/"
    typed = {"version": "1", "category": "contact", "day": "23.11.2026", "text": "Oma teksti."}
    answer = vantaa.post(address, **typed)
    assert answer.status_code == 409
    assert "Toisen teksti." in words(answer)
    assert "Oma teksti." in words(answer)
    assert vantaa.post(address, **(typed | {"version": "2"})).status_code == 302


def test_a_pinned_note_comes_first_and_then_the_newest_day(vantaa: Worker, relationship: Any) -> None:
    old = written(vantaa, relationship, day=ON - timedelta(days=9))
    new, middle = written(vantaa, relationship), written(vantaa, relationship, day=ON - timedelta(days=1))
    vantaa.post(f"/desk/clients/{relationship.pk}/notes/{old.pk}/pin/", do="pin")
    with make.working(vantaa.viewer):
        assert list(queries.notes(relationship.pk)) == [old, new, middle]
    vantaa.post(f"/desk/clients/{relationship.pk}/notes/{old.pk}/pin/", do="unpin")
    with make.working(vantaa.viewer):
        assert list(queries.notes(relationship.pk)) == [new, middle, old]


def test_a_note_taken_away_can_be_put_back(vantaa: Worker, relationship: Any) -> None:
    note = written(vantaa, relationship)
    address = f"/desk/clients/{relationship.pk}/notes/{note.pk}/"
    assert vantaa.post(address + "remove/", reason=" ").status_code == 422
    assert vantaa.post(address + "remove/", reason="Toisen asiakkaan asia").status_code == 302
    with make.working(vantaa.viewer) as at_work:
        assert queries.counts(relationship.pk).notes == 0
        assert list(queries.notes(relationship.pk, NoteFilters(removed=True))) == [note]
        with pytest.raises(Refusals):
            actions.correct_note(relationship.pk, note.pk, CONTENT, actor=at_work, expected_version=2)
    assert "taken away" in words(vantaa.get(f"/desk/clients/{relationship.pk}/notes/", removed="on"))
    assert vantaa.post(address + "restore/").status_code == 302
    with make.working(vantaa.viewer):
        assert queries.counts(relationship.pk).notes == 1


def test_another_authority_sees_neither_a_note_nor_its_history(vantaa: Worker, relationship: Any) -> None:
    note = written(vantaa, relationship)
    kajaani = Worker("kunta-205", ON)
    for address in ("", "new/", "print/", f"{note.pk}/edit/", f"{note.pk}/history/", f"{note.pk}/remove/"):
        assert kajaani.get(f"/desk/clients/{relationship.pk}/notes/{address}").status_code == 404
    with make.working(kajaani.viewer) as other, connection.cursor() as cursor:
        assert Note.objects.count() == 0
        cursor.execute("SELECT count(*) FROM desk_noteevent")
        assert cursor.fetchone()[0] == 0
        with pytest.raises(NotVisible):
            actions.pin_note(relationship.pk, note.pk, actor=other)


def test_a_note_is_not_reached_through_another_client(vantaa: Worker, relationship: Any) -> None:
    note = written(vantaa, relationship)
    with make.working(vantaa.viewer) as at_work:
        neighbour = make.client(at_work)
    assert vantaa.get(f"/desk/clients/{neighbour.pk}/notes/{note.pk}/edit/").status_code == 404


def test_a_list_of_many_notes_asks_no_more_than_one_of_few(vantaa: Worker, relationship: Any) -> None:
    def asked() -> int:
        with CaptureQueriesContext(connection) as context:
            assert vantaa.get(f"/desk/clients/{relationship.pk}/notes/").status_code == 200
        return len(context)

    written(vantaa, relationship)
    asked()
    few = asked()
    for _number in range(30):
        written(vantaa, relationship)
    assert asked() <= few
    assert "Page 1" in words(vantaa.get(f"/desk/clients/{relationship.pk}/notes/"))
