"""Writing, sending and printing letters; who sees them; what the messages service does to them."""

import json
import threading
from collections.abc import Iterator
from datetime import date
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from kotopolku.access import rowsecurity
from kotopolku.access.errors import NotVisible
from kotopolku.access.viewer import Own, Viewer
from kotopolku.actors.actions.contacts import ContactFacts, add_contact
from kotopolku.actors.models import Contact, Organisation, User
from kotopolku.clients import actions as client_actions
from kotopolku.clients.rules import PersonContent, Refusals
from kotopolku.clients.tests import factories
from kotopolku.letters import actions, jobs, queries, rules, sources, suomifi
from kotopolku.letters.models import Letter, LetterState

TODAY = date(2026, 11, 23)
INVITATION = {"day": date(2026, 11, 27), "time": "10.00", "place": "Palvelupiste, huone 2", "text": ""}


@pytest.fixture
def vantaa(db: None) -> Iterator[Viewer]:
    with factories.working(factories.worker("kunta-092", TODAY, name="Tuuli Malli")) as viewer:
        yield viewer


def written(viewer: Viewer, relationship_id: int, **more: Any) -> Letter:
    options = {"language": "fi", "beside": ""} | more
    return actions.write_letter(relationship_id, "invitation", INVITATION, actor=viewer, **options)


# --- What it says -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", sources.languages())
def test_every_language_has_the_words_of_every_letter(language: str) -> None:
    words = sources.words(language)
    assert set(words.titles) == set(sources.templates())
    assert set(words.fixed) == set(sources.words("en").fixed)
    for name, template in sources.templates().items():
        asked = {field for paragraph in words.paragraphs[name] for field in rules.fields_in(paragraph)}
        assert asked <= set(template.fields)
        assert set(template.required) <= asked


@pytest.mark.parametrize("name", ["beside", "questions", "questions_deputy", "questions_office"])
def test_shared_sentences_name_the_same_things_in_every_language(name: str) -> None:
    asked = {code: rules.fields_in(sources.words(code).fixed[name]) for code in sources.languages()}
    assert len({frozenset(fields) for fields in asked.values()}) == 1, asked


def test_a_paragraph_whose_field_is_empty_is_left_out() -> None:
    assert rules.filled(["Come on {day}.", "{text}"], {"day": "Friday", "text": " "}) == ["Come on Friday."]


@given(st.text(), st.text())
def test_what_is_typed_is_never_read_as_a_field(day: str, text: str) -> None:
    filled = rules.filled(["{day}", "{text}"], {"day": day, "text": text})
    assert filled == [value for value in (day, text) if value.strip()]


def test_an_invitation_is_set_in_two_languages_and_names_the_deputy_of_today(vantaa: Viewer) -> None:
    municipality = Organisation.objects.get(code="kunta-092")
    people = [
        add_contact(
            actor=Viewer.for_system("test", TODAY),
            organisation=municipality,
            facts=ContactFacts(
                valid_from=date(2020, 1, 1),
                name=name,
                titles={"fi": "asiantuntija"},
                telephone="010 000 0006",
                email="",
                topics=(),
            ),
        )
        for name in ("Tuuli Malli", "Eero Näyte")
    ]
    Contact.objects.filter(pk=people[0].pk).update(user_id=vantaa.user_id)
    from kotopolku.actors.actions import set_deputy

    set_deputy(
        actor=Viewer.for_system("test", TODAY),
        contact=people[0],
        deputy=people[1],
        first=date(2026, 11, 1),
        last=date(2026, 11, 30),
    )
    relationship = factories.client(vantaa)
    client_actions.assign_worker(relationship.pk, vantaa.user_id, actor=vantaa)
    letter = written(vantaa, relationship.pk, beside="en")
    finnish, english = letter.content["parts"]
    assert (
        finnish["paragraphs"][0] == "Kutsumme sinut tapaamiseen perjantaina 27. marraskuuta 2026 kello 10.00."
    )
    assert english["paragraphs"][0] == "We invite you to a meeting on Friday, 27 November 2026 at 10.00."
    assert any("Eero Näyte" in note and "Tuuli Malli" in note for note in english["notes"])
    assert any("Finnish" in note for note in english["notes"])


def test_the_same_letter_is_printed_again_byte_for_byte(vantaa: Viewer) -> None:
    letter = written(vantaa, factories.client(vantaa).pk)
    from kotopolku.letters import paper

    pdf = actions.print_letter(Letter.objects.get(pk=letter.pk), actor=vantaa)
    assert pdf.startswith(b"%PDF")
    assert paper.fingerprint(pdf) == letter.pdf_sha256


def test_every_language_can_be_set_with_its_own_script(vantaa: Viewer) -> None:
    relationship = factories.client(vantaa)
    for code in sources.languages():
        letter = written(vantaa, relationship.pk, beside="" if code == "fi" else code)
        assert letter.content["parts"][-1]["rtl"] == (code in sources.RIGHT_TO_LEFT)
        assert len(actions.print_letter(letter, actor=vantaa)) > 5_000


def test_a_client_under_non_disclosure_gets_no_address_on_paper(vantaa: Viewer) -> None:
    relationship = factories.client(vantaa)
    relationship.person.contact.street_address = "Mallikatu 1"
    relationship.person.contact.save()
    assert "Mallikatu 1" in json.dumps(written(vantaa, relationship.pk).content)
    client_actions.set_non_disclosure(relationship.pk, True, None, actor=vantaa)
    assert "Mallikatu 1" not in json.dumps(written(vantaa, relationship.pk).content)


# --- Writing and sending ----------------------------------------------------------------------------------------------


def test_what_the_letter_needs_is_asked_for(vantaa: Viewer) -> None:
    relationship = factories.client(vantaa)
    with pytest.raises(Refusals) as refused:
        actions.write_letter(relationship.pk, "invitation", {"time": "10"}, actor=vantaa, language="fi")
    assert {one.field for one in refused.value.refusals} == {"day", "place"}


def test_a_letter_is_sent_once(vantaa: Viewer) -> None:
    relationship = factories.client(vantaa)
    letter = written(vantaa, relationship.pk)
    actions.send_letter(relationship.pk, letter.pk, "paper", actor=vantaa)
    with pytest.raises(Refusals):
        actions.send_letter(relationship.pk, letter.pk, "own-page", actor=vantaa)
    with pytest.raises(Refusals):
        actions.withdraw_letter(relationship.pk, letter.pk, actor=vantaa)


def test_another_authority_sees_no_letter(vantaa: Viewer) -> None:
    relationship = factories.client(vantaa)
    letter = written(vantaa, relationship.pk)
    with factories.working(factories.worker("kunta-205", TODAY)) as kajaani:
        assert not Letter.objects.filter(pk=letter.pk).exists()
        with pytest.raises(NotVisible):
            queries.one(kajaani, relationship.pk, letter.pk)


def test_the_client_reads_what_was_sent_and_its_opening_is_noted(vantaa: Viewer) -> None:
    relationship = factories.client(vantaa)
    person_id = relationship.person_id
    sent, kept = written(vantaa, relationship.pk), written(vantaa, relationship.pk)
    actions.send_letter(relationship.pk, sent.pk, "own-page", actor=vantaa)
    user = User.objects.create(username="own-page-client")
    client = Viewer(user.pk, "Asiakas", TODAY, None, own=Own(person_id, person_id))
    rowsecurity.apply(client)
    assert [letter.pk for letter in queries.of_person(client, person_id)] == [sent.pk]
    assert actions.open_own_letter(person_id, sent.pk, actor=client).startswith(b"%PDF")
    assert Letter.objects.get(pk=sent.pk).opened_at is not None
    with pytest.raises(NotVisible):
        queries.own_letter(client, person_id, kept.pk)


# --- Pages ------------------------------------------------------------------------------------------------------------


def test_a_letter_is_written_and_sent_through_the_pages(vantaa: Viewer) -> None:
    relationship = factories.client(vantaa)
    web = Client()
    web.force_login(User.objects.get(pk=vantaa.user_id), backend="django.contrib.auth.backends.ModelBackend")
    address = f"/letters/{relationship.pk}/new/invitation/"
    assert "Palvelupiste" not in web.get(address).content.decode()
    lacking = web.post(
        address, {"token": "6b9a1c1e-5a3f-4f57-9f0b-0d6f6a8f1a11", "language": "fi", "time": "10.00"}
    )
    assert lacking.status_code == 422
    assert "10.00" in lacking.content.decode()
    typed = {
        "token": "6b9a1c1e-5a3f-4f57-9f0b-0d6f6a8f1a11",
        "language": "sv",
        "day": "27.11.2026",
        "time": "10.00",
        "place": "Palvelupiste",
    }
    first, again = web.post(address, typed), web.post(address, typed)
    assert first.status_code == 302
    assert again.headers["Location"] == first.headers["Location"]
    shown = web.get(first.headers["Location"]).content.decode()
    assert "Kallelse till ett möte" in shown
    web.post(first.headers["Location"] + "send/", {"channel": "paper"})
    assert Letter.objects.get().state == LetterState.SENT
    assert web.get(first.headers["Location"] + "letter.pdf").headers["Content-Type"] == "application/pdf"
    assert "Kallelse" not in web.get("/letters/?state=failed").content.decode()


# --- The messages service ---------------------------------------------------------------------------------------------


class Recorded(BaseHTTPRequestHandler):
    """The messages service as recorded: takes one message, has no mailbox for another, is away when told to be."""

    away = False
    taken: dict[str, str] = {}

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if self.away:
            return self.answer(503, {})
        if body["recipient"]["id"].startswith("0101"):
            return self.answer(422, {"reason": "no mailbox"})
        if body["externalId"] in self.taken:
            return self.answer(409, {"messageId": self.taken[body["externalId"]]})
        self.taken[body["externalId"]] = f"m-{len(self.taken) + 1}"
        return self.answer(201, {"messageId": self.taken[body["externalId"]]})

    def do_GET(self) -> None:
        self.answer(200, {"delivered": not self.away})

    def answer(self, status: int, body: dict[str, Any]) -> None:
        self.send_response(status)
        self.end_headers()
        self.wfile.write(json.dumps(body).encode())

    def log_message(self, *_words: Any) -> None:
        pass


@pytest.fixture
def service() -> Iterator[suomifi.SuomiFi]:
    Recorded.away, Recorded.taken = False, {}
    server = HTTPServer(("127.0.0.1", 0), Recorded)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield suomifi.SuomiFi(f"http://127.0.0.1:{server.server_port}", "service", "token")
    server.shutdown()
    server.server_close()


@pytest.fixture
def queued(vantaa: Viewer, service: suomifi.SuomiFi, monkeypatch: pytest.MonkeyPatch) -> Letter:
    monkeypatch.setenv("KOTOPOLKU_MESSAGES_URL", service.base)
    born = date(1990, 3, 2)
    person = PersonContent(
        family_name="Mallinen",
        given_names="Aino",
        birth_date=born,
        identity_code=factories.identity_code(born, 7),
    )
    relationship = factories.client(vantaa, person=person)
    letter = written(vantaa, relationship.pk)
    return actions.send_letter(relationship.pk, letter.pk, "messages", actor=vantaa)


def moved(letter: Letter) -> Letter:
    letter.refresh_from_db()
    return letter


def due_now(letter: Letter) -> None:
    from kotopolku import clock

    Letter.objects.filter(pk=letter.pk).update(next_try_at=clock.now())


def test_a_message_goes_and_arrives(queued: Letter, service: suomifi.SuomiFi) -> None:
    assert jobs.move_all(service) == 1
    assert moved(queued).state == LetterState.SENT
    assert queued.external_id == "m-1"
    due_now(queued)
    jobs.move_all(service)
    assert moved(queued).state == LetterState.DELIVERED


def test_a_service_that_is_away_is_tried_again_and_nothing_is_lost_or_doubled(
    queued: Letter, service: suomifi.SuomiFi
) -> None:
    Recorded.away = True
    jobs.move_all(service)
    assert moved(queued).state == LetterState.QUEUED
    assert queued.attempts == 1
    assert jobs.move_all(service) == 0, "not before its time"
    Recorded.away = False
    Recorded.taken[queued.number] = "m-lost-answer"
    due_now(queued)
    jobs.move_all(service)
    assert moved(queued).external_id == "m-lost-answer"


def test_after_the_last_try_a_person_sees_that_it_did_not_go(
    queued: Letter, service: suomifi.SuomiFi
) -> None:
    Recorded.away = True
    for _attempt in range(len(rules.RETRY_MINUTES) + 1):
        due_now(queued)
        jobs.move_all(service)
    assert moved(queued).state == LetterState.FAILED
    assert queued.fault


def test_a_receiver_without_a_mailbox_fails_at_once(
    vantaa: Viewer, queued: Letter, service: suomifi.SuomiFi
) -> None:
    queued.person.identity_code = factories.identity_code(date(1990, 1, 1), 8)
    queued.person.save()
    jobs.move_all(service)
    assert moved(queued).state == LetterState.FAILED
    actions.send_letter(queued.relationship_id, queued.pk, "paper", actor=vantaa)
    assert moved(queued).state == LetterState.SENT


def test_the_api_writes_a_letter_once_and_lists_it(vantaa: Viewer) -> None:
    relationship = factories.client(vantaa)
    web = Client()
    web.force_login(User.objects.get(pk=vantaa.user_id), backend="django.contrib.auth.backends.ModelBackend")
    address = f"/api/clients/{relationship.pk}/letters"
    body = {"template": "invitation", "values": {"day": "27.11.2026", "time": "10", "place": "Palvelupiste"}}
    sent = [
        web.post(address, body, "application/json", headers={"Idempotency-Key": "letter-0001"})
        for _again in range(2)
    ]
    assert [answer.status_code for answer in sent] == [201, 201]
    listed = web.get(address).json()
    assert [letter["number"] for letter in listed["letters"]] == [sent[0].json()["number"]]
    assert listed["next"] is None
    lacking = web.post(
        address, {"template": "invitation"}, "application/json", headers={"Idempotency-Key": "letter-0002"}
    )
    assert lacking.status_code == 422
    assert {wrong["field"] for wrong in lacking.json()["errors"]} == {"day", "time", "place"}
