"""The retention room's pages in whole requests: times and holds for the officer, answers to data subjects."""

from datetime import date
from typing import Any

import pytest
from django.utils import translation

from kotopolku.access import rowsecurity
from kotopolku.access.capabilities import Role
from kotopolku.clients.models import Person, ProtectedContact
from kotopolku.clients.tests import factories as make
from kotopolku.clients.tests.walking import Worker, words
from kotopolku.journal.models import Entry
from kotopolku.retention import information, queries
from kotopolku.retention.models import InformationRequest, LegalHold, RestrictionRequest
from kotopolku.retention.tests.test_deleting import ENDED, GOES, ended_client

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_second_factor")]
SOON = date(2030, 1, 15)
SECRET = "Salakatu 13"


@pytest.fixture
def no_second_factor(settings: Any) -> None:
    settings.SECOND_FACTOR_REQUIRED = False


def officer(day: date = SOON, organisation: str = "kunta-092") -> Worker:
    return Worker(organisation, day, role=Role.DATA_PROTECTION_OFFICER)


def test_the_officer_sees_what_goes_soon_by_number_and_holds_it_back() -> None:
    _worker, relationship = ended_client()
    with rowsecurity.as_system():
        person = Person.objects.get(pk=relationship.person_id)
    dpo = officer()
    page = words(dpo.get("/retention/"))
    assert relationship.case_number in page
    assert person.family_name not in page
    address = f"/retention/{relationship.pk}/hold/"
    token = dpo.hidden(address)["token"]
    sent = {"token": token, "ground": "appeal", "reason": "Valitus on vireillä.", "until": ""}
    assert dpo.send(address, sent).status_code == 302
    assert dpo.send(address, sent).status_code == 302
    lock = 'data-state="lock"'
    assert lock in dpo.get("/retention/").content.decode()
    with rowsecurity.as_system():
        hold = LegalHold.objects.get()
    lift = f"/retention/holds/{hold.pk}/lift/"
    assert dpo.post(lift, reason="Ei").status_code == 422
    assert dpo.post(lift, reason="Valitus on ratkaistu.").status_code == 302
    assert lock not in dpo.get("/retention/").content.decode()
    with rowsecurity.as_system():
        done = set(Entry.objects.values_list("action", flat=True))
    assert {"retention.hold.set", "retention.hold.lifted"} <= done


def test_one_client_is_found_by_number_asked_in_a_form() -> None:
    _worker, relationship = ended_client()
    dpo = officer()
    answer = dpo.post("/retention/", person=relationship.case_number)
    assert answer.status_code == 302
    assert answer["Location"] == f"/retention/{relationship.pk}/"
    assert "2 March 2030" in words(dpo.get(answer["Location"]))
    assert dpo.post("/retention/", person="2025-99999").status_code == 422


def test_wrong_holds_are_refused_with_reasons() -> None:
    _worker, relationship = ended_client()
    dpo = officer()
    address = f"/retention/{relationship.pk}/hold/"
    token = dpo.hidden(address)["token"]
    for changes in ({"reason": "Ei"}, {"until": "1.1.2020"}, {"ground": ""}, {"until": "31.2.2031"}):
        sent = {"token": token, "ground": "appeal", "reason": "Valitus on vireillä.", "until": ""} | changes
        assert dpo.send(address, sent).status_code == 422, changes
    with rowsecurity.as_system():
        assert not LegalHold.objects.exists()


def test_another_authority_and_other_roles_are_kept_out() -> None:
    _worker, relationship = ended_client()
    stranger = officer(organisation="kunta-205")
    assert relationship.case_number not in words(stranger.get("/retention/"))
    for page in ("", "hold/", "information/", "restriction/"):
        assert stranger.get(f"/retention/{relationship.pk}/{page}").status_code == 404, page
    caseworker = Worker("kunta-092", SOON)
    assert caseworker.get("/retention/").status_code == 403
    assert caseworker.get(f"/retention/{relationship.pk}/hold/").status_code == 403
    assert caseworker.get(f"/retention/{relationship.pk}/information/").status_code == 200
    reader = Worker("kunta-092", SOON, role=Role.READER)
    assert reader.get(f"/retention/{relationship.pk}/information/").status_code == 403


def test_the_answer_tells_everything_in_the_language_asked_and_who_has_looked() -> None:
    _worker, relationship = ended_client()
    dpo = officer()
    with rowsecurity.as_system():
        person = Person.objects.get(pk=relationship.person_id)
        ProtectedContact.objects.filter(pk=person.pk).update(street_address="Esimerkkikatu 7")
    address = f"/retention/{relationship.pk}/information/"
    token = dpo.hidden(address)["token"]
    sent = {"token": token, "asked_on": "10.1.2030", "language": "en", "part-clients.review": ""}
    assert dpo.send(address, sent | {"part-clients.goal": "others-rights"}).status_code == 302
    with rowsecurity.as_system():
        answered = InformationRequest.objects.get()
    assert answered.left_out == {"clients.goal": "others-rights"}
    paper = dpo.get(f"/retention/{relationship.pk}/information/{answered.pk}.pdf")
    assert paper["Content-Type"] == "application/pdf"
    assert paper.content.startswith(b"%PDF")
    assert paper["Cache-Control"] == "no-store"
    with make.working(dpo.viewer) as viewer, translation.override("en"):
        case = queries.case(viewer, relationship.pk)
        content = information._content(case, answered, viewer)
    text = str(content)
    assert person.family_name in text
    assert "Esimerkkikatu 7" in text
    assert "Kaikki valmista." in text
    assert "rights of another person" in text
    assert "Who has looked at your data" in text
    with rowsecurity.as_system():
        assert Entry.objects.filter(action="retention.information.printed").count() == 1


def test_the_hidden_contacts_of_a_protected_person_are_not_printed() -> None:
    _worker, relationship = ended_client()
    with rowsecurity.as_system():
        Person.objects.filter(pk=relationship.person_id).update(non_disclosure=True)
        ProtectedContact.objects.filter(pk=relationship.person_id).update(street_address=SECRET)
    dpo = officer()
    with make.working(dpo.viewer) as viewer:
        found = information.parts(queries.case(viewer, relationship.pk), viewer)
    assert "clients.protectedcontact" not in {part.label for part in found}
    assert SECRET not in str(found)
    assert "'092'" not in str(found)


def test_a_request_to_restrict_is_answered_with_the_words_of_the_act() -> None:
    _worker, relationship = ended_client()
    caseworker = Worker("kunta-092", ENDED)
    address = f"/retention/{relationship.pk}/restriction/"
    page = words(caseworker.get(address))
    assert "There is no right to restrict the processing" in page
    assert "681/2023 § 73" in page
    token = caseworker.hidden(address)["token"]
    wrong = {"token": token, "asked_on": "3.3.2026", "what": "Puhelinnumero"}
    assert caseworker.send(address, wrong).status_code == 422, "tomorrow has not come"
    sent = wrong | {"asked_on": "2.3.2026"}
    assert caseworker.send(address, sent).status_code == 302
    assert caseworker.send(address, sent).status_code == 302
    with rowsecurity.as_system():
        assert RestrictionRequest.objects.count() == 1
        assert Entry.objects.filter(action="retention.restriction.answered").count() == 1


def test_requests_and_holds_are_seen_by_their_own_authority_only() -> None:
    _worker, relationship = ended_client()
    dpo = officer()
    with make.working(dpo.viewer) as viewer:
        from kotopolku.retention import actions

        actions.set_hold(relationship.pk, "appeal", "Valitus on vireillä.", GOES, actor=viewer)
        actions.answer_information(relationship.pk, SOON, "fi", {}, actor=viewer)
        actions.answer_restriction(relationship.pk, SOON, "Osoite", actor=viewer)
    with make.working(officer(organisation="kunta-205").viewer):
        for model in (LegalHold, InformationRequest, RestrictionRequest):
            assert not model.objects.exists()


def test_every_table_of_the_clients_room_has_a_name_in_the_answer() -> None:
    from django.apps import apps

    from kotopolku.retention import graph, wording

    found = graph.rows_of([], [])
    assert found.ids
    histories = set(graph.history_of().values())
    for model in apps.get_app_config("clients").get_models():
        points = any(f.related_model is not None and f.many_to_one for f in model._meta.get_fields())
        label = model._meta.label_lower
        if points and model not in histories and label not in wording.HIDDEN_TABLES | {"clients.casenumber"}:
            assert label in wording.TABLES, label
