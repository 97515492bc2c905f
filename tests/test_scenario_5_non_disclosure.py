"""Scenario 5 across the rooms: what a non-disclosure order hides is hidden on every page, in every file and every mail.

The order comes late, on purpose: each room has written, sent, asked and kept things about the client before it. Then
everything is asked for. What one room's own rule is, its own tests say.
"""

from __future__ import annotations

import io
import json
import re
from dataclasses import dataclass
from datetime import date, time, timedelta
from typing import Any
from uuid import uuid4

import openpyxl
import pytest
from django.core import mail
from pypdf import PdfReader

from kotopolku import clock
from kotopolku.access.capabilities import Role
from kotopolku.access.viewer import Viewer
from kotopolku.actors.models import Organisation, User
from kotopolku.appointments import jobs as appointment_jobs
from kotopolku.appointments.actions import feeds
from kotopolku.appointments.models import Appointment, Participant
from kotopolku.appointments.tests import factories as times
from kotopolku.clients import actions as clients
from kotopolku.clients.models import Measure, ProtectedContact, Relationship
from kotopolku.clients.rules import ContactContent
from kotopolku.clients.tests import factories as make
from kotopolku.clients.tests.walking import Worker, words
from kotopolku.desk import actions as desk
from kotopolku.desk.actions.documents import Upload
from kotopolku.desk.models import Document, Note, Task
from kotopolku.desk.rules import NoteContent, TaskContent
from kotopolku.desk.tests import samples
from kotopolku.exchange import actions as exchange
from kotopolku.exchange.adapters import POPULATION, RegisterAnswer
from kotopolku.exchange.models import ImportRow, ImportRun
from kotopolku.exchange.tests import files as invented
from kotopolku.families import actions as families
from kotopolku.handover import actions as handover
from kotopolku.handover.models import Offer
from kotopolku.handover.rules import NewOffer
from kotopolku.journal.models import Entry, Payload
from kotopolku.letters import actions as letters
from kotopolku.letters.models import Letter
from kotopolku.notices import mail as notice_mail
from kotopolku.notices.models import Notice
from kotopolku.progress.tests import stage
from tests.guards.casework import objects
from tests.guards.test_permissions import TABLE, World

pytestmark = pytest.mark.django_db
TODAY = stage.TODAY
PLACE, PLACE_CODE = "Utsjoki", "890"
CONTACT = ContactContent(
    municipality=PLACE_CODE,
    street_address="Salakatu 99",
    postal_code="99981",
    post_office="Piilola",
    telephone="040 999 8877",
    email="salainen.osoite@example.org",
)
SECRETS = ("Salakatu", "99981", "Piilola", "999 8877", "9998877", "salainen.osoite")
EXPORTS = tuple(f"/exchange/export/{kind}/" for kind in ("csv", "xlsx", "json"))
REASON = "A letter has to reach the client today."
CHOICES = re.compile(r"<(select|datalist)\b.*?</\1>", re.DOTALL)
OURS: dict[str, Any] = {
    "letter_id": Letter,
    "document_id": Document,
    "note_id": Note,
    "task_id": Task,
    "appointment_id": Appointment,
    "participant_id": Participant,
    "run_id": ImportRun,
    "row_id": ImportRow,
    "measure_id": Measure,
}
"""The rows that the rooms made before the order; those that the guards fill in are newer."""
INVITATION: dict[str, str | date] = {
    "day": TODAY + timedelta(days=4),
    "time": "10.00",
    "place": "Palvelupiste",
    "text": "",
}
PUBLIC = ("info/", "api/info/")
# Pages that speak of municipalities or authorities themselves, whoever the clients are; so do all that everybody reads.
ABOUT_PLACES = (
    "reference/municipalities/",
    "directory/",
    "who-answers/",
    "api/who-answers",
    "api/organisations",
    "api/contacts",
    "counts/",
    "language/",
    "steering/guidance/municipalities/",
    "steering/guidance/municipalities/csv/",
    "steering/chain/",
)


@dataclass(frozen=True)
class Story:
    """One client whom an order protects since today, and those who look."""

    relationship: Relationship
    worker: Worker
    leader: Worker
    world: World


@pytest.fixture
def story(settings: Any) -> Story:
    settings.SECOND_FACTOR_REQUIRED = False
    settings.DEMO = True
    worker, leader = Worker("kunta-092", TODAY), Worker("kunta-092", TODAY, role=Role.TEAM_LEADER)
    organisation, _provider = stage.provider(leader.viewer)
    code = make.identity_code(date(1990, 3, 14), 55)
    person = make.person(identity_code=code, birth_date=date(1990, 3, 14), family_name="Suojattu")
    relationship, _measure = stage.participant(worker.viewer, organisation, person=person, contact=CONTACT)
    with make.working(worker.viewer) as at_work:
        _life_before(relationship, at_work)
    with make.working(leader.viewer) as at_work:
        _bring_a_list(code, at_work)
    with make.working(worker.viewer) as at_work:
        clients.set_non_disclosure(relationship.pk, True, None, actor=at_work)
        desk.send_to_client(relationship.pk, "Tervetuloa perjantaina.", actor=at_work)
    return Story(relationship, worker, leader, _world(relationship, worker.viewer, leader.viewer))


def _life_before(relationship: Relationship, at_work: Viewer) -> None:
    """What the rooms do with a client's whereabouts while nothing forbids it."""
    number = relationship.pk
    at_home = times.slot(TODAY + timedelta(days=3), time(9), time(10))
    times.booked(at_work, relationship, slot=at_home, way="elsewhere", place="Salakatu 99, Piilola", room="")
    letters.write_letter(number, "invitation", INVITATION, actor=at_work, language="fi", beside="so")
    task = TaskContent("Soita asiakkaalle", due=TODAY, assignee_id=at_work.user_id)
    desk.give_task(task, actor=at_work, relationship_id=number)
    desk.write_note(number, NoteContent("work", TODAY, "Keskusteltu opinnoista."), actor=at_work)
    desk.add_document(number, "Todistus", Upload("todistus.txt", samples.TXT), actor=at_work)
    told = {
        "municipality": PLACE_CODE,
        "street_address": CONTACT.street_address,
        "postal_code": CONTACT.postal_code,
        "telephone": CONTACT.telephone,
        "email": CONTACT.email,
    }
    exchange.store_answer(number, POPULATION, RegisterAnswer(told), actor=at_work)
    sister = make.client(at_work, started_on=stage.STARTED)
    families.add_relation(
        number,
        actor=at_work,
        person_id=relationship.person_id,
        kind="sibling",
        other_id=sister.person_id,
        from_day=TODAY,
        source="Told by the client",
    )


def _bring_a_list(code: str, at_work: Viewer) -> None:
    """A list was checked before the order and lies there still: the client's row, and one that tells of an order itself."""
    contacts = {
        "Puhelin": CONTACT.telephone,
        "Sähköposti": CONTACT.email,
        "Katuosoite": CONTACT.street_address,
    }
    rows = [
        invented.client(1, Henkilötunnus=code, Sukunimi="Suojattu", **contacts),
        invented.client(2, Kunta=PLACE, Turvakielto="kyllä", **contacts),
    ]
    run = exchange.receive_file("asiakkaat.csv", invented.as_csv(rows), actor=at_work)
    exchange.check_file(run.pk, run.columns, actor=at_work)


def _offered(relationship: Relationship, at_work: Viewer) -> Offer:
    kajaani = Organisation.objects.get(code="kunta-205")
    offer = NewOffer(to_organisation_id=kajaani.pk, reason="Sovittu.", protected_reason=REASON)
    return handover.offer_client(relationship.pk, offer, actor=at_work)


def _user(viewer: Viewer) -> User:
    assert viewer.user_id is not None
    return User.objects.get(pk=viewer.user_id)


def _world(relationship: Relationship, worker: Viewer, leader: Viewer) -> World:
    """One object for every address of the permission table: the rooms' own where they have made one, else a filled-in."""
    neighbour = _user(make.worker("kunta-205", TODAY))
    neighbour.username = "kunta.kajaani"
    neighbour.save()
    with make.working(Viewer.for_system("test", TODAY)):
        filled = objects(
            relationship.plans.get(),
            Organisation.objects.get(code="kunta-092"),
            _user(worker),
        )
        ours = {name: model.objects.order_by("id")[0].pk for name, model in OURS.items()}
        Offer.objects.update(state="withdrawn")
    with make.working(leader) as at_work:
        ours["offer_id"] = _offered(relationship, at_work).pk
    for parameters in filled.values():
        parameters |= {name: ours[name] for name in parameters.keys() & ours.keys()}
    filled[""] |= {"rule_id": "A7", "code": "kunta-092", "token": uuid4(), "username": "x", "pk": 1}
    filled["clients/"] = {"relationship_id": relationship.pk, "language": "fi", "row_id": 1}
    filled["directory/"] = {"deputy_pk": 1}
    return World(filled)


def _text(answer: Any) -> str:
    """All that an answer says: the words of a page without its lists of choices, of a PDF, of a table, of a feed."""
    content = answer.getvalue() if answer.streaming else answer.content
    kind = answer.get("Content-Type", "")
    if content.startswith(b"%PDF"):
        return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)
    if content.startswith(b"PK"):
        sheets = openpyxl.load_workbook(io.BytesIO(content)).worksheets
        return "\n".join(str(cell.value) for sheet in sheets for row in sheet for cell in row)
    text = content.decode("utf-8-sig")
    if "json" in kind:
        return json.dumps(json.loads(text), ensure_ascii=False)
    return CHOICES.sub("", text) if "html" in kind else text


def _told(text: str, *, place: bool = True) -> list[str]:
    """What of the client's whereabouts stands in a text."""
    secrets = (*SECRETS, PLACE, f'"{PLACE_CODE}"', "Ohcejohka") if place else SECRETS
    return [secret for secret in secrets if secret in text]


def _sweep(looker: Worker, world: World, beginning: str = "") -> list[str]:
    """Every address of the permission table with that beginning, asked for: those that tell what is hidden, and what."""
    found = []
    for address in (one for one in TABLE["pages"] if one.removeprefix("api/").startswith(beginning)):
        path = world.fill(address)
        answer = looker.get(path)
        assert answer.status_code < 500, (path, answer.status_code)
        told = _told(_text(answer), place=address not in ABOUT_PLACES and not address.startswith(PUBLIC))
        if told:
            found.append(f"{path}: {', '.join(told)}")
    return found


def test_a_caseworker_finds_the_whereabouts_at_no_address_and_the_journal_has_none(story: Story) -> None:
    assert _sweep(story.worker, story.world) == []
    assert _whereabouts_in_the_journal() == []


def test_a_leader_who_has_given_no_reason_finds_them_at_no_address_either(story: Story) -> None:
    assert _sweep(story.leader, story.world) == []


def test_nor_does_the_data_protection_officer(story: Story) -> None:
    assert (
        _sweep(Worker("kunta-092", TODAY, role=Role.DATA_PROTECTION_OFFICER), story.world, "retention/") == []
    )


def test_neither_list_search_export_nor_feed_tells_where(story: Story) -> None:
    worker = story.worker
    search = "/clients/?q=Suojattu&worker="
    assert story.relationship.case_number in words(worker.get(search)), "the client is in the list"
    assert not _told(_text(worker.get(search)))
    for typed in ("Salakatu", CONTACT.telephone, CONTACT.email):
        assert story.relationship.case_number not in words(worker.get(f"/clients/?q={typed}"))
    by_place = f"/clients/?municipality={PLACE_CODE}"
    assert story.relationship.case_number not in words(worker.get(by_place))
    for file in ("/clients/export.csv", "/clients/export.xlsx", *EXPORTS):
        text = _text(worker.get(file))
        assert "Suojattu" in text, file
        assert not _told(text), file
    with make.working(worker.viewer) as at_work:
        feed = worker.get(f"/appointments/feed/{feeds.make_feed(actor=at_work)}.ics")
    assert story.relationship.case_number in _text(feed)
    assert not _told(_text(feed))


def _whereabouts_in_the_journal() -> list[str]:
    """Texts of the journal and of notices that tell what is hidden."""
    with make.working(Viewer.for_system("test", TODAY)):
        payloads = Payload.objects.filter(entry__in=Entry.objects.all())
        told = [f"{one.reason} {json.dumps(one.details, ensure_ascii=False)}" for one in payloads]
        notices = [f"{one.address} {one.kind}" for one in Notice.objects.all()]
    assert len(told) > 20
    assert notices
    return [text for text in (*told, *notices) if _told(text)]


def test_no_mail_tells_where(story: Story) -> None:
    with make.working(Viewer.for_system("test", TODAY)):
        User.objects.update(email="virkailija@example.fi")
    with clock.at(TODAY):
        appointment_jobs.remind(0)
        notice_mail.at_once(Viewer.for_system("notices.at-once", TODAY))
        notice_mail.daily(Viewer.for_system("notices.daily", TODAY))
    assert mail.outbox
    assert not [one.subject for one in mail.outbox if _told(f"{one.subject} {one.body}")]


def test_another_authority_and_a_provider_see_nothing_of_it(story: Story) -> None:
    kajaani = Worker("kunta-205", TODAY)
    assert _sweep(kajaani, story.world) == []
    assert words(kajaani.get("/handover/")).count("Vantaa"), "the offer has come"
    assert "Suojattu" not in words(kajaani.get("/clients/"))
    with make.working(Viewer.for_system("test", TODAY)):
        provider = Measure.objects.filter(provider__isnull=False)[0].provider
    assert provider is not None
    school = Worker(provider.code, TODAY, role=Role.PROVIDER)
    assert _sweep(school, story.world, "progress/") == []


def test_an_error_page_tells_no_more(story: Story) -> None:
    wrong = story.worker.post(f"/clients/{story.relationship.pk}/permit/", permit_starts="x")
    assert wrong.status_code == 422
    assert not _told(_text(wrong))
    missing = Worker("kunta-205", TODAY).get(f"/clients/{story.relationship.pk}/")
    assert missing.status_code == 404
    assert not _told(_text(missing))
    assert "Suojattu" not in words(missing)


def test_with_the_right_and_a_reason_they_are_shown_once_and_both_are_in_the_journal(story: Story) -> None:
    address = f"/clients/{story.relationship.pk}/contacts/"
    assert story.worker.post(address, reason=REASON).status_code == 403
    assert story.leader.post(address, reason="").status_code == 422
    shown = story.leader.post(address, reason=REASON)
    assert {"Salakatu", PLACE, "salainen.osoite"} <= set(_told(_text(shown)))
    with make.working(Viewer.for_system("test", TODAY)):
        entry = Entry.objects.get(action="clients.contact.opened")
        assert Payload.objects.get(entry=entry).reason == REASON
        assert entry.actor_id == story.leader.viewer.user_id
        assert ProtectedContact.objects.get(pk=story.relationship.person_id).street_address == "Salakatu 99"
    assert not _told(_text(story.leader.get(address)))
