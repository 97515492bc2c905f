"""The pages of cases and proposals, walked as officers and workers walk them."""

from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kotopolku.access import rowsecurity
from kotopolku.access.capabilities import Role
from kotopolku.clients.models import Relationship
from kotopolku.clients.tests.walking import Worker, words
from kotopolku.placement.models import Case, Proposal
from kotopolku.placement.tests import casework as work
from kotopolku.placement.tests.casework import LOHJA, ON, VANTAA
from kotopolku.placement.tests.test_case_lists import ROWS, csv_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_second_factor")]


@pytest.fixture
def no_second_factor(settings: Any) -> None:
    settings.SECOND_FACTOR_REQUIRED = False


@pytest.fixture
def officer() -> Worker:
    return Worker(work.region_code(), ON, Role.REGIONAL_OFFICER)


@pytest.fixture
def leader() -> Worker:
    return Worker(f"kunta-{LOHJA}", ON, Role.TEAM_LEADER)


def typed_case(**changes: Any) -> dict[str, Any]:
    typed = {
        "token": "4b7f0c7c-6a5f-4a51-9d21-000000000002",
        "group": "quota",
        "reference": "M-7",
        "received_on": "2.11.2026",
        "language-0": "sw",
        "wish-0": LOHJA,
        "members-TOTAL_FORMS": "2",
        "members-INITIAL_FORMS": "0",
        "members-0-age": "34",
        "members-0-relation": "applicant",
        "members-0-family_name": "Esimerkki",
        "members-0-given_names": "Baraka",
        "members-0-birth_date": "4.3.1992",
        "members-1-age": "9",
        "members-1-relation": "child",
        "members-1-family_name": "Esimerkki",
        "members-1-given_names": "Zawadi",
        "members-1-birth_date": "2.1.2017",
    }
    return typed | changes


def test_from_the_form_to_arrival(officer: Worker, leader: Worker) -> None:
    municipality = work.places(home_2=1, school=1)
    named = Worker(f"kunta-{LOHJA}", ON)
    made = officer.send("/placement/cases/new/", typed_case())
    assert made.status_code == 302, words(made)
    case = made["Location"]
    page = words(officer.get(case))
    assert "Family of 2, child 9" in page
    assert "Baraka" not in page
    address = f"{case}propose/"
    assert "Lohja" in words(officer.get(address))
    token = officer.hidden(address)["token"]
    sent = officer.post(
        address,
        token=token,
        municipality=str(municipality.pk),
        reason="Koti on lähellä koulua.",
        quarter="2026-4",
        answer_by="25.11.2026",
    )
    assert sent.status_code == 302, words(sent)
    proposal = sent["Location"]
    seen = words(leader.get(proposal))
    assert "Koti on lähellä koulua." in seen
    assert "Baraka" not in seen
    answer = leader.post(
        f"{proposal}answer/",
        token=leader.hidden(proposal)["token"],
        answer="yes",
        home_ready_on="7.12.2026",
        worker1=str(named.viewer.user_id),
    )
    assert answer.status_code == 302, words(answer)
    assert officer.post(f"{case}direct/").status_code == 302
    assert leader.get(f"{case}names/").status_code == 404
    assert "Baraka Esimerkki" in words(named.get(f"{case}names/"))
    with named.on(date(2026, 12, 7)):
        form = f"{proposal}arrived/"
        come = named.post(form, token=named.hidden(form)["token"], arrived_on="7.12.2026", members=["1", "2"])
        assert come.status_code == 302, words(come)
    with rowsecurity.as_system():
        assert Relationship.objects.count() == 2
    assert "Arrived" in words(officer.get(case))
    with officer.on(date(2026, 12, 7)):
        assert "K-26-001" in words(officer.get("/placement/arrivals/"))


def test_the_board_shows_who_waits_and_where_it_fits(officer: Worker) -> None:
    work.places()
    work.family(officer.viewer)
    page = words(officer.get("/placement/board/"))
    assert "K-26-001" in page
    assert "fits best Lohja" in page
    assert "The family's wish number 1" in page


def test_the_board_asks_the_same_number_of_questions_for_one_case_and_for_ten(officer: Worker) -> None:
    work.places()
    counts = []
    for number in (1, 9):
        for place in range(number):
            work.family(officer.viewer, reference=f"M-{number}-{place}")
        with CaptureQueriesContext(connection) as asked:
            assert officer.get("/placement/board/").status_code == 200
        counts.append(len(asked))
    assert counts[0] >= counts[1] - 1


def test_what_is_wrong_stands_at_its_row_and_nothing_typed_is_lost(officer: Worker) -> None:
    wrong = typed_case(**{"members-1-age": "", "members-1-birth_date": "", "wish-1": LOHJA})
    answer = officer.send("/placement/cases/new/", wrong)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "Write the age or the birth date" in page
    assert "wished for twice" in page
    assert 'value="Zawadi"' in page


def test_a_second_answer_is_told_who_was_first(officer: Worker, leader: Worker) -> None:
    proposal = work.proposed(officer.viewer, work.family(officer.viewer), work.places())
    address = f"/placement/proposals/{proposal.pk}/"
    token = leader.hidden(address)["token"]
    other = Worker(f"kunta-{LOHJA}", ON, Role.TEAM_LEADER)
    second = other.hidden(address)["token"]
    assert leader.post(f"{address}answer/", token=token, answer="yes").status_code == 302
    late = other.post(f"{address}answer/", token=second, answer="no", decline_reason="no-home")
    assert late.status_code == 409
    assert f"accepted already. Done on 18 November 2026 by {leader.viewer.name}" in words(late)


def test_a_list_is_looked_at_and_brought_in(officer: Worker) -> None:
    token = officer.hidden("/placement/cases/lists/")["token"]
    file = SimpleUploadedFile("lista.csv", csv_of(*ROWS, "A-9;gold;;5;;;;;;"))
    sent = officer.post("/placement/cases/lists/", token=token, file=file)
    assert sent.status_code == 302, words(sent)
    page = words(officer.get(sent["Location"]))
    assert "New cases 2" in page
    assert "Row 5" in page
    assert officer.post(sent["Location"]).status_code == 302
    with rowsecurity.as_system():
        assert Case.objects.count() == 2
    assert "2 added" in words(officer.get(sent["Location"]))


@pytest.mark.parametrize(
    "path",
    ["take/", "withdraw/", "independent/", "transfer/", "names/", "names/edit/", "edit/", "papers/new/"],
)
def test_every_page_of_a_case_opens_to_the_region_and_to_nobody_else(
    officer: Worker, leader: Worker, path: str
) -> None:
    case = work.family(officer.viewer)
    assert officer.get(f"/placement/cases/{case.pk}/{path}").status_code == 200
    assert leader.get(f"/placement/cases/{case.pk}/{path}").status_code in (403, 404)


@pytest.mark.parametrize("path", ["", "county/", "workers/", "arrival/"])
def test_pages_of_a_proposal_open_to_its_municipality_and_to_no_other(
    officer: Worker, leader: Worker, path: str
) -> None:
    proposal = work.proposed(officer.viewer, work.family(officer.viewer), work.places())
    stranger = Worker(f"kunta-{VANTAA}", ON, Role.TEAM_LEADER)
    address = f"/placement/proposals/{proposal.pk}/{path}"
    assert leader.get(address).status_code == 200
    assert stranger.get(address).status_code == 404


def test_a_paper_opens_only_with_the_names(officer: Worker, leader: Worker) -> None:
    case = work.family(officer.viewer)
    address = f"/placement/cases/{case.pk}/papers/new/"
    file = SimpleUploadedFile("lausunto.txt", b"Salainen lausunto.")
    sent = officer.post(address, token=officer.hidden(address)["token"], title="Lausunto", file=file)
    assert sent.status_code == 302, words(sent)
    with rowsecurity.as_system():
        paper = case.papers.get()
    opened = officer.get(f"/placement/cases/{case.pk}/papers/{paper.pk}/")
    assert opened.content == b"Salainen lausunto."
    work.proposed(officer.viewer, case, work.places())
    assert leader.get(f"/placement/cases/{case.pk}/papers/{paper.pk}/").status_code == 404


def test_acts_of_one_form_end_a_case_or_take_it(officer: Worker) -> None:
    work.places()
    case = work.family(officer.viewer, non_disclosure=True)
    colleague = Worker(work.region_code(), ON, Role.REGIONAL_OFFICER)
    address = f"/placement/cases/{case.pk}/"
    assert "Lohja" not in words(colleague.get(address))
    assert (
        "Lohja"
        not in words(colleague.get("/placement/board/?case=" + str(case.pk))).partition("Free places")[0]
    )
    assert colleague.post(f"{address}take/", reason="").status_code == 422
    assert colleague.post(f"{address}take/", reason="Loma.").status_code == 302
    assert "Lohja" in words(colleague.get(address))
    assert colleague.post(f"{address}withdraw/", reason="Lupaa ei tullut.").status_code == 302
    with rowsecurity.as_system():
        assert (Case.objects.get().state, Proposal.objects.count()) == ("withdrawn", 0)
    again = colleague.client.post(f"{address}withdraw/", {"reason": "x"})
    assert again.status_code == 302
