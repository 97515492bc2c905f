"""The pages of hand-overs and referrals in whole requests: what is shown to whom, what a fault answers, how many statements."""

from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kotopolku.access import rowsecurity
from kotopolku.access.capabilities import Role
from kotopolku.actors.models import Organisation
from kotopolku.clients.models import ProtectedContact, Relationship, Responsibility
from kotopolku.clients.rules import ContactContent
from kotopolku.clients.tests import factories as make
from kotopolku.clients.tests.walking import Worker, registration, words
from kotopolku.handover import actions, queries
from kotopolku.handover.advice import of_today
from kotopolku.handover.models import Offer, Referral, ReferralFacts, SuccessionPart, SuccessionRun
from kotopolku.handover.rules import NewOffer

pytestmark = pytest.mark.django_db
ON = date(2026, 11, 23)


@pytest.fixture(autouse=True)
def no_second_factor(settings: Any) -> None:
    settings.SECOND_FACTOR_REQUIRED = False


@pytest.fixture
def vantaa() -> Worker:
    return Worker("kunta-092", ON)


@pytest.fixture
def kajaani() -> Worker:
    return Worker("kunta-205", ON)


def moved_client(worker: Worker, **changes: Any) -> Relationship:
    with make.working(worker.viewer) as at_work:
        return make.client(at_work, contact=ContactContent(municipality=make.KAJAANI), **changes)


def the_offer() -> Offer:
    with rowsecurity.as_system():
        return Offer.objects.latest("id")


def test_from_the_panel_of_the_client_page_to_the_receipt(vantaa: Worker, kajaani: Worker) -> None:
    client = moved_client(vantaa)
    page = words(vantaa.get(f"/clients/{client.pk}/"))
    assert "By law Kajaani answers for this client." in page
    address = f"/handover/{client.pk}/offer/"
    page = words(vantaa.get(address, occasion="moved"))
    assert "By law Kajaani answers. 681/2023 § 3, § 14" in page
    assert "Time limits" in page
    assert "What does not go" in page
    token = vantaa.hidden(address)["token"]
    sent = {"token": token, "message": "Tervetuloa.", "occasion": "moved"}
    answer = vantaa.send(address, sent)
    assert answer.status_code == 302
    offer = the_offer()
    assert answer["Location"] == f"/handover/offers/{offer.pk}/"
    assert vantaa.send(address, sent)["Location"] == answer["Location"], "sent twice, offered once"
    assert "was offered to another authority" in words(vantaa.get(f"/clients/{client.pk}/"))
    assert "Withdraw the offer" in words(vantaa.get(answer["Location"]))

    page = words(kajaani.get("/handover/"))
    assert "Vantaa" in page
    page = words(kajaani.get(f"/handover/offers/{offer.pk}/"))
    assert "Tervetuloa." in page
    assert "What you may know now" in page
    for secret in (client.person.family_name, client.case_number):
        assert secret not in page
    accept = f"/handover/offers/{offer.pk}/accept/"
    token = kajaani.hidden(f"/handover/offers/{offer.pk}/")["token"]
    assert kajaani.post(accept, token=token).status_code == 422
    answer = kajaani.post(accept, token=token, worker=str(kajaani.viewer.user_id))
    assert answer.status_code == 302, words(answer)
    page = words(kajaani.get(answer["Location"]))
    assert client.case_number in page
    assert "Offer the client back to the sender" in page
    assert kajaani.get(f"/clients/{client.pk}/").status_code == 200

    page = words(vantaa.get(answer["Location"]))
    assert "Kajaani" in page
    assert client.case_number in page
    assert client.person.family_name not in page
    assert vantaa.get(f"/clients/{client.pk}/").status_code == 404
    assert client.case_number in words(vantaa.get("/handover/"))


def test_who_comes_second_is_told_with_409_and_nothing_changes(vantaa: Worker, kajaani: Worker) -> None:
    client = moved_client(vantaa)
    with make.working(vantaa.viewer) as at_work:
        offer = actions.offer_client(client.pk, NewOffer(), actor=at_work)
    page = f"/handover/offers/{offer.pk}/"
    with make.working(kajaani.viewer) as at_work:
        actions.accept_offer(offer.pk, kajaani.viewer.user_id, actor=at_work)
    late = Worker("kunta-205", ON)
    token = "4b7f0c7c-6a5f-4a51-9d21-00000000000a"
    answer = late.post(page + "accept/", token=token, worker=str(late.viewer.user_id))
    assert answer.status_code == 409
    assert f"has been accepted already. ({kajaani.viewer.name})" in words(answer)
    assert late.post(page + "refuse/", reason="Ei meille.").status_code == 409
    assert vantaa.post(page + "withdraw/").status_code == 409


def test_a_refusal_without_a_reason_keeps_the_page_and_with_one_reaches_the_sender(
    vantaa: Worker, kajaani: Worker
) -> None:
    client = moved_client(vantaa)
    with make.working(vantaa.viewer) as at_work:
        offer = actions.offer_client(client.pk, NewOffer(), actor=at_work)
    page = f"/handover/offers/{offer.pk}/"
    answer = kajaani.post(page + "refuse/")
    assert answer.status_code == 422
    assert "Write why your authority does not take the client" in words(answer)
    assert kajaani.post(page + "refuse/", reason="Asuu Vantaalla.").status_code == 302
    assert "Asuu Vantaalla." in words(vantaa.get(page))


def test_a_wrong_receiver_is_said_at_its_field_and_what_was_typed_stays(vantaa: Worker) -> None:
    client = moved_client(vantaa)
    address = f"/handover/{client.pk}/offer/"
    make.worker("tyo-43", ON)
    other = Organisation.objects.get(code="tyo-43").pk
    sent = {"token": vantaa.hidden(address)["token"], "to_organisation": str(other), "message": "Viesti"}
    answer = vantaa.send(address, sent)
    assert answer.status_code == 422
    assert "Write why the client is offered to this one." in words(answer)
    assert "Viesti" in words(answer)


def test_going_on_answering_takes_the_panel_away(vantaa: Worker) -> None:
    client = moved_client(vantaa)
    assert vantaa.post(f"/handover/{client.pk}/keep/", reason="Tilapäinen muutto.").status_code == 302
    assert "By law Kajaani" not in words(vantaa.get(f"/clients/{client.pk}/"))


def test_the_job_search_page_offers_by_default_and_goes_on_to_the_offer(vantaa: Worker) -> None:
    make.worker("tyo-43", ON)
    with make.working(vantaa.viewer) as at_work:
        client = make.client(at_work)
    address = f"/clients/{client.pk}/jobseeker/"
    page = words(vantaa.post(address, jobseeker="yes", on="23.11.2026"))
    assert "Offer the client to" in page
    assert "Hand over at once, without acceptance" in page
    answer = vantaa.post(address, jobseeker="yes", on="23.11.2026", confirm="offer")
    assert answer["Location"] == f"/handover/{client.pk}/offer/?occasion=jobseeker"
    assert "By law" in words(vantaa.get(answer["Location"]))
    assert "answers since 23 November 2026" in words(vantaa.get(f"/clients/{client.pk}/"))


def test_under_a_non_disclosure_order_the_place_is_shown_only_after_a_reason(
    vantaa: Worker, kajaani: Worker
) -> None:
    client = moved_client(vantaa, non_disclosure=True)
    address = f"/handover/{client.pk}/offer/"
    for page in (words(vantaa.get(f"/clients/{client.pk}/")), words(vantaa.get(address))):
        assert "Kajaani" not in page
    assert "Ask your team leader" in words(vantaa.get(address))
    leader = Worker("kunta-092", ON, role=Role.TEAM_LEADER)
    assert "Kajaani" not in words(leader.get(address))
    assert leader.post(address, reason="").status_code == 422
    answer = leader.post(address, reason="Vastuu siirtyy.")
    assert answer.status_code == 200
    assert "By law Kajaani answers." in words(answer)
    token = "4b7f0c7c-6a5f-4a51-9d21-00000000000b"
    answer = leader.post(address, token=token, protected_reason="Vastuu siirtyy.")
    assert answer.status_code == 302, words(answer)
    # The choice of authorities names every municipality, so what is asked is what is said of this client.
    for page in (words(leader.get(answer["Location"])), words(vantaa.get("/handover/"))):
        assert "Kajaani" not in page
    with rowsecurity.as_system():
        assert ProtectedContact.objects.get().municipality == make.KAJAANI


def test_the_page_of_hand_overs_takes_the_same_statements_however_many_wait(
    vantaa: Worker, kajaani: Worker
) -> None:
    def offers(number: int) -> int:
        for _one in range(number):
            client = moved_client(vantaa)
            with make.working(vantaa.viewer) as at_work:
                actions.offer_client(client.pk, NewOffer(), actor=at_work)
        kajaani.get("/handover/")
        with CaptureQueriesContext(connection) as captured:
            assert kajaani.get("/handover/").status_code == 200
        return len(captured)

    assert offers(1) == offers(4)


def test_every_page_has_its_empty_state_and_roles_are_kept_apart(vantaa: Worker) -> None:
    leader = Worker("kunta-092", ON, role=Role.TEAM_LEADER)
    reader = Worker("hva-05", ON, role=Role.READER)
    ministry = Worker("tem", ON, role=Role.MINISTRY_OFFICER)
    expected = {
        "/handover/": (200, 200, 403, 403),
        "/handover/referrals/": (200, 200, 200, 403),
        "/handover/referrals/new/": (200, 200, 200, 403),
        "/handover/referrals/advice/": (200, 200, 200, 403),
        "/handover/referrals/advice/statistics/": (200, 200, 200, 403),
        "/handover/referrals/advice/statistics/country/": (403, 200, 403, 200),
        "/handover/reforms/": (403, 200, 403, 403),
    }
    for address, answers in expected.items():
        got = tuple(one.get(address).status_code for one in (vantaa, leader, reader, ministry))
        assert got == answers, address
    assert "Nothing waits for your answer." in words(vantaa.get("/handover/"))
    assert "No clients have come in a reform." in words(leader.get("/handover/reforms/"))
    for address in ("offers/7/", "receipts/7/", "referrals/7/", "7/offer/", "reforms/7/"):
        assert leader.get(f"/handover/{address}").status_code == 404


def referral_form(**changes: Any) -> dict[str, Any]:
    typed = {
        "token": "4b7f0c7c-6a5f-4a51-9d21-00000000000c",
        "consent": "on",
        "consent_how": "spoken",
        "consent_on": "23.11.2026",
        "given_names": "Hodan",
        "family_name": "Esimerkki",
        "birth_date": "14.3.1990",
        "service_language": "so",
        "municipality": make.VANTAA,
        "telephone": "040 123 4567",
        "need": "Kielikurssi.",
    }
    return typed | changes


def test_a_referral_is_sent_read_and_taken_up_with_a_filled_in_form(vantaa: Worker) -> None:
    county = Worker("hva-05", ON, role=Role.READER)
    answer = county.send("/handover/referrals/new/", referral_form(consent=None))
    assert answer.status_code == 422
    assert "Without the person's consent nothing may be told." in words(answer)
    assert "Hodan" in answer.content.decode()
    answer = county.send("/handover/referrals/new/", referral_form())
    assert answer.status_code == 302, words(answer)
    assert county.send("/handover/referrals/new/", referral_form())["Location"] == answer["Location"]
    page = answer["Location"]
    assert "Hodan" not in words(county.get(page))
    assert "received" in words(county.get(page))
    assert "Hodan" in words(vantaa.get(page))
    form = vantaa.get(f"{page}take-up/")
    assert "Filled in from the referral" in words(form)
    assert 'value="Esimerkki"' in form.content.decode()
    token = vantaa.hidden(f"{page}take-up/")["token"]
    sent = registration(token=token, started_on="23.11.2026", jobseeker="no", telephone="040 123 4567")
    answer = vantaa.send(f"{page}take-up/", sent)
    assert answer.status_code == 302, words(answer)
    assert vantaa.send(f"{page}take-up/", sent)["Location"] == answer["Location"]
    with make.working(vantaa.viewer):
        assert Relationship.objects.count() == 1
    assert "taken up" in words(county.get(page))
    assert vantaa.get(f"{page}take-up/").status_code == 409
    assert vantaa.post(f"{page}close/", reason="no-need").status_code == 409


def test_a_protected_referral_hides_its_contacts_until_a_reason_is_given(vantaa: Worker) -> None:
    county = Worker("hva-05", ON, role=Role.READER)
    page = county.send("/handover/referrals/new/", referral_form(non_disclosure="on"))["Location"]
    assert "040 123 4567" not in words(vantaa.get(page))
    assert "Vantaa" not in words(county.get(page)).replace("Vantaa ja Kerava", "")
    leader = Worker("kunta-092", ON, role=Role.TEAM_LEADER)
    assert "040 123 4567" not in words(leader.get(page))
    assert leader.get(f"{page}take-up/").status_code == 302
    answer = leader.post(page, do="look", reason="Soitan hänelle.")
    assert "040 123 4567" in words(answer)
    assert answer["Cache-Control"] == "no-store"
    answer = leader.post(f"{page}take-up/", do="look", reason="Soitan hänelle.")
    assert answer.status_code == 200
    assert 'value="040 123 4567"' in answer.content.decode()


def test_closing_a_referral_needs_its_reason_and_the_list_says_so(vantaa: Worker) -> None:
    county = Worker("hva-05", ON, role=Role.READER)
    page = county.send("/handover/referrals/new/", referral_form())["Location"]
    assert vantaa.post(f"{page}close/").status_code == 422
    assert vantaa.post(f"{page}close/", reason="no-need", note="Neuvottu.").status_code == 302
    assert "closed" in words(vantaa.get("/handover/referrals/"))
    with rowsecurity.as_system():
        assert ReferralFacts.objects.get().close_note == "Neuvottu."
        assert Referral.objects.get().state == "closed"


def test_advice_is_counted_taken_back_and_its_small_numbers_are_not_shown() -> None:
    county = Worker("hva-05", ON, role=Role.READER)
    typed = {"theme": "work", "language": "so", "channel": "telephone"}
    for number in range(6):
        token = f"4b7f0c7c-6a5f-4a51-9d21-0000000001{number:02d}"
        assert county.post("/handover/referrals/advice/", token=token, **typed).status_code == 302
        assert county.post("/handover/referrals/advice/", token=token, **typed).status_code == 302
    assert county.post("/handover/referrals/advice/").status_code == 422
    page = words(county.get("/handover/referrals/advice/statistics/"))
    assert "6 times of advice" in page
    with make.working(county.viewer) as at_work:
        newest = of_today(at_work)[0].pk
    assert county.post(f"/handover/referrals/advice/{newest}/take-back/").status_code == 302
    assert county.post(f"/handover/referrals/advice/{newest}/take-back/").status_code == 404
    page = words(county.get("/handover/referrals/advice/statistics/", first="1.1.2026", last="23.11.2026"))
    assert "5 times of advice" in page
    assert county.get("/handover/referrals/advice/statistics/", first="31.2.2026", last="").status_code == 422


def test_a_team_leader_sees_what_a_reform_brought() -> None:
    leader = Worker("kunta-092", ON, role=Role.TEAM_LEADER)
    with make.working(leader.viewer) as at_work:
        client = make.client(at_work)
    with rowsecurity.as_system():
        Responsibility.objects.update(reason="reform")
        run = SuccessionRun.objects.create(reform="x", title="Askola", started_at="2026-11-23T08:00+02:00")
        part = SuccessionPart.objects.create(
            run=run,
            predecessor=Organisation.objects.get(code="kunta-018"),
            successor_id=leader.viewer.organisation_id,
            on=ON,
            clients=1,
            without_worker=1,
            unplaced=[client.pk],
        )
    page = words(leader.get(f"/handover/reforms/{part.pk}/"))
    assert client.person.family_name in page
    assert "municipality not known" in page
    assert "Askola" in words(leader.get("/handover/reforms/"))
    other = Worker("kunta-205", ON, role=Role.TEAM_LEADER)
    assert other.get(f"/handover/reforms/{part.pk}/").status_code == 404


def test_my_work_hears_of_what_waits(vantaa: Worker, kajaani: Worker) -> None:
    client = moved_client(vantaa)
    with make.working(vantaa.viewer) as at_work:
        actions.offer_client(client.pk, NewOffer(), actor=at_work)
        assert [one.kind for one in queries.waiting(at_work)] == ["offer-sent"]
    with make.working(kajaani.viewer) as at_work:
        [one] = queries.waiting(at_work)
        assert (one.kind, one.target, one.to_us) == ("offer-received", date(2026, 11, 26), True)
