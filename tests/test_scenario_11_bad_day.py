"""Scenario 11, a bad day, as one story: what fails outside or clashes inside loses, doubles and shows nothing.

The power cut and the stopped database are in ``test_faults.py``; every lie of an identity provider in
``test_own_sign_in.py``. Transactions are real here.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.test import Client

from kotopolku.access.capabilities import Role
from kotopolku.access.viewer import Viewer
from kotopolku.actors import actions as actors
from kotopolku.actors.models import Organisation, User
from kotopolku.clients.models import FormDraft, Goal, Relationship, Responsibility
from kotopolku.clients.rules import ContactContent
from kotopolku.clients.tests import factories as make
from kotopolku.clients.tests.walking import Worker, drafted, plan_form, words
from kotopolku.desk.models import Note
from kotopolku.exchange import jobs as exchange_jobs
from kotopolku.exchange.models import ImportRun
from kotopolku.exchange.tests import files as invented
from kotopolku.handover import actions as handover
from kotopolku.handover.models import Handover, Offer
from kotopolku.handover.rules import NewOffer
from kotopolku.journal import actions as journal
from kotopolku.journal.models import Entry
from kotopolku.journal.verification import verify
from kotopolku.mypage.tests.visiting import Visitor
from kotopolku.notices import actions as notices
from kotopolku.notices import mail as notice_mail
from tests import oidc_provider
from tests.test_own_sign_in import back_from

DAY = date(2026, 11, 23)
TOKEN = "4b7f0c7c-6a5f-4a51-9d21-0000000000{:02}"
BORN = date(1990, 3, 14)
CODE = make.identity_code(BORN, 61)
OFFERED = "handover.offer-received"


@dataclass
class Office:
    """Two workers and a leader in Vantaa, two workers in Kajaani; a client of Vantaa, and one who has moved."""

    first: Worker
    second: Worker
    leader: Worker
    takers: tuple[Worker, Worker]
    client: Relationship
    moved: Relationship


@pytest.fixture
def office(settings: Any, monkeypatch: pytest.MonkeyPatch, transactional_db: None) -> Office:
    settings.SECOND_FACTOR_REQUIRED = False
    monkeypatch.setenv("KOTOPOLKU_TODAY", DAY.isoformat())
    first, second = Worker("kunta-092", DAY), Worker("kunta-092", DAY)
    leader = Worker("kunta-092", DAY, role=Role.TEAM_LEADER)
    takers = (Worker("kunta-205", DAY), Worker("kunta-205", DAY))
    with at_work(first.viewer) as viewer:
        person = make.person(birth_date=BORN, identity_code=CODE, service_language="en")
        client = make.client(viewer, person=person)
        make.assessed(client, viewer, started=DAY, done=DAY)
        moved = make.client(viewer, contact=ContactContent(municipality=make.KAJAANI))
    return Office(first, second, leader, takers, client, moved)


@contextmanager
def at_work(viewer: Viewer) -> Iterator[Viewer]:
    with transaction.atomic(), make.working(viewer) as working:
        yield working


@contextmanager
def seeing_all() -> Iterator[Viewer]:
    with at_work(Viewer.for_system("test", DAY)) as viewer:
        yield viewer


@pytest.mark.django_db(transaction=True)
def test_a_bad_day_loses_doubles_and_shows_nothing(office: Office, settings: Any) -> None:
    _the_mail_server_is_down(office, settings)
    _two_accept_the_same_client_at_once(office)
    _the_identity_provider_answers_nonsense(settings)
    _two_edit_one_plan(office)
    _two_edit_one_note(office)
    _last_year_s_list_comes_again(office)
    _a_script_asks_for_numbers_one_by_one(office, settings)
    with transaction.atomic():
        assert journal.seal() is not None
    report = verify()
    assert report.findings == []
    assert report.entries > 20


def _the_mail_server_is_down(office: Office, settings: Any) -> None:
    """The news waits in the product and is mailed once when the server is back."""
    taker = office.takers[0]
    User.objects.filter(full_name=taker.viewer.name).update(email="virkailija@example.fi")
    with at_work(taker.viewer) as viewer:
        notices.choose({OFFERED: "at-once"}, actor=viewer)
    with at_work(office.first.viewer) as viewer:
        handover.offer_client(office.moved.pk, NewOffer(), actor=viewer)
    at_once = Viewer.for_system("notices.at-once", DAY)
    working_mail = settings.EMAIL_BACKEND
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    assert notice_mail.at_once(at_once) == (0, 1)
    assert "Another authority offers a client" in words(taker.get("/notices/"))
    settings.EMAIL_BACKEND = working_mail
    assert notice_mail.at_once(at_once) == (1, 0)
    assert notice_mail.at_once(at_once) == (0, 0)
    assert [one.to for one in mail.outbox] == [["virkailija@example.fi"]]


def _two_accept_the_same_client_at_once(office: Office) -> None:
    """One of the two gets the client, the other is told who; there is one receipt."""
    with seeing_all():
        offer = Offer.objects.get(relationship=office.moved).pk
    start = threading.Barrier(2)
    answers: dict[int, Any] = {}

    def accept(which: int) -> None:
        taker = office.takers[which]
        try:
            start.wait(10)
            answers[which] = taker.post(
                f"/handover/offers/{offer}/accept/",
                token=TOKEN.format(which),
                worker=str(taker.viewer.user_id),
            )
        finally:
            connection.close()

    threads = [threading.Thread(target=accept, args=(which,)) for which in (0, 1)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(answer.status_code for answer in answers.values()) == [302, 409]
    [winner] = [office.takers[which] for which, answer in answers.items() if answer.status_code == 302]
    [late] = [answer for answer in answers.values() if answer.status_code == 409]
    assert f"has been accepted already. ({winner.viewer.name})" in words(late)
    with seeing_all():
        assert Handover.objects.filter(relationship=office.moved).count() == 1
        days = Responsibility.objects.filter(relationship=office.moved, days__contains=DAY)
        assert [one.worker_id for one in days] == [winner.viewer.user_id]


def _the_identity_provider_answers_nonsense(settings: Any) -> None:
    """Nobody is let in and each is told what to do; when the provider has come to its senses, the client is in."""
    with oidc_provider.running() as provider:
        settings.OIDC_ISSUER, settings.OIDC_CLIENT_ID = provider.url, oidc_provider.CLIENT_ID
        settings.OIDC_CLIENT_SECRET, settings.OIDC_TIMEOUT_SECONDS = oidc_provider.CLIENT_SECRET, 5
        provider.identity_code = CODE
        visitor = Visitor()
        provider.claims = {"nonce": "another-visit"}
        answer = visitor.get(back_from(visitor.get("/my/sign-in/identity/")["Location"]))
        assert answer.status_code == 403
        assert "We could not be sure who you are." in words(answer)
        assert "/my/sign-in/" in answer.content.decode(), "the way by a code stays open"
        assert visitor.get("/my/").status_code == 302
        provider.claims = {}
        assert visitor.get(back_from(visitor.get("/my/sign-in/identity/")["Location"])).status_code == 302
        assert visitor.get("/my/").status_code == 200


def _two_edit_one_plan(office: Office) -> None:
    """The second is told who saved, and what the second typed is kept as a draft."""
    first, second, number = office.first, office.second, office.client.pk
    drafted(first, number)
    address = f"/clients/{number}/plan/edit/"
    opened = plan_form(**first.hidden(address)) | {
        "goals-INITIAL_FORMS": "1",
        "goals-TOTAL_FORMS": "1",
        "goals-0-measures-TOTAL_FORMS": "1",
    }
    assert first.send(address, opened | {"goals-0-title": "Suomi B2"}).status_code == 302
    clash = second.send(address, opened | {"goals-0-title": "Suomi C1"})
    assert clash.status_code == 409
    assert f"{first.viewer.name} saved the plan on" in words(clash)
    assert "Suomi B2" in words(clash)
    assert "Suomi C1" in words(clash)
    with seeing_all():
        assert Goal.objects.get(plan__relationship=office.client, removed=False).title == "Suomi B2"
        assert FormDraft.objects.filter(user__full_name=second.viewer.name).exists()


def _two_edit_one_note(office: Office) -> None:
    """The second sees both texts and saves again on purpose; the first's text stays in the note's history."""
    notes = f"/desk/clients/{office.client.pk}/notes/"
    typed = {"category": "work", "day": "23.11.2026", "text": "Haki kurssille."}
    assert office.first.post(f"{notes}new/", token=TOKEN.format(10), **typed).status_code == 302
    with seeing_all():
        note = Note.objects.get(relationship=office.client).pk
    address = f"{notes}{note}/edit/"
    version = office.first.hidden(address)["version"]
    by_first = office.first.post(address, **(typed | {"text": "Pääsi kurssille."}), version=version)
    assert by_first.status_code == 302, words(by_first)
    mine = typed | {"text": "Kurssi alkaa tammikuussa."}
    clash = office.second.post(address, **mine, version=version)
    assert clash.status_code == 409
    assert "Pääsi kurssille." in words(clash)
    assert "Kurssi alkaa tammikuussa." in words(clash)
    again = mine | {"version": "2", "reason": "Täydennetty asiakkaan kanssa."}
    assert office.second.post(address, **again).status_code == 302
    history = words(office.second.get(f"{notes}{note}/history/"))
    assert "Pääsi kurssille." in history


def _last_year_s_list_comes_again(office: Office) -> None:
    """Brought in once, the same list adds nobody."""
    content = invented.as_csv(invented.clients(4))
    before = _number_of_clients()
    _bring_in(office.leader, content, "lista-2026.csv")
    assert _number_of_clients() == before + 4
    _bring_in(office.leader, content, "lista-2026-uudestaan.csv")
    assert _number_of_clients() == before + 4


def _bring_in(leader: Worker, content: bytes, name: str) -> None:
    sent = leader.post("/exchange/import/", file=SimpleUploadedFile(name, content))
    assert sent.status_code == 302, words(sent)
    address = sent["Location"]
    with seeing_all():
        run = ImportRun.objects.get(pk=address.strip("/").split("/")[-1])
    columns = {f"column-{n}": run.columns[header] for n, header in enumerate(run.headers)}
    assert leader.post(address, **columns).status_code == 302
    leader.post(f"{address}start/", only_good="on")
    assert leader.viewer.user_id is not None
    exchange_jobs.bring_in(run.pk, leader.viewer.user_id)


def _number_of_clients() -> int:
    with seeing_all():
        return Relationship.objects.count()


def _a_script_asks_for_numbers_one_by_one(office: Office, settings: Any) -> None:
    """Every number of another authority is answered as if it were not there, each try is in the journal; then 429."""
    stranger = Worker("kunta-205", DAY)
    with seeing_all():
        moved = Responsibility.objects.filter(authority_id=stranger.viewer.organisation_id)
        foreign = Relationship.objects.exclude(pk__in=moved.values("relationship_id"))
        numbers = [*foreign.order_by("pk").values_list("pk", flat=True)]
        names = set(foreign.values_list("person__family_name", flat=True))
    missing = max(numbers) + 1_000
    answers = {number: stranger.get(f"/clients/{number}/") for number in (*numbers, missing)}
    assert {answer.status_code for answer in answers.values()} == {404}
    told = {words(answer) for answer in answers.values()}
    assert len(told) == 1, "one that exists is answered like one that does not"
    assert not [name for name in names if name in "".join(told)]
    with seeing_all():
        denied = Entry.objects.filter(action="access.denied", actor_id=stranger.viewer.user_id).count()
    assert denied == len(answers)

    settings.API_CALLS_A_MINUTE = 5
    with seeing_all() as operator:
        _row, token = actors.create_token(
            actor=operator,
            organisation=Organisation.objects.get(code="kunta-205"),
            name="script",
            role=Role.CASEWORKER,
            user=User.objects.get(full_name=stranger.viewer.name),
            valid_from=DAY,
            valid_until=DAY,
        )
    script = Client(headers={"Authorization": f"Bearer {token}", "Accept-Language": "en"})
    # Two minutes' worth and one more: a new minute may begin in between.
    statuses = [script.get(f"/api/clients/{number}").status_code for number in (*numbers, missing) * 2]
    assert len(statuses) > 2 * settings.API_CALLS_A_MINUTE
    assert set(statuses) == {404, 429}
