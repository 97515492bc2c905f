"""The pages of rounds and weights, walked as regional officers and the ministry walk them."""

import re
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from kotopolku import clock
from kotopolku.access import rowsecurity
from kotopolku.access.capabilities import Role
from kotopolku.actors.models import Organisation
from kotopolku.clients.tests.walking import Worker, words
from kotopolku.placement import jobs
from kotopolku.placement.models import Binding, Case, Proposal, Round, RoundRow, WeightSet
from kotopolku.placement.tests import casework as work
from kotopolku.placement.tests.casework import LOHJA, ON, VANTAA
from kotopolku.placement.wording_rounds import quality_text

pytestmark = pytest.mark.django_db

ROUNDS = "/placement/rounds/"
WEIGHTS = "/placement/weights/"


@pytest.fixture
def officer() -> Worker:
    return Worker(work.region_code(), ON, Role.REGIONAL_OFFICER)


@pytest.fixture
def family(officer: Worker) -> Case:
    """Five people who wish for Lohja, where there is room, as there is in Vantaa."""
    work.places(LOHJA, home_6=2)
    work.places(VANTAA, home_6=2)
    return work.family(officer.viewer)


def started(officer: Worker, **typed: Any) -> str:
    """The address of a round that the page has started."""
    answer = officer.post(ROUNDS + "start/", **(officer.hidden(ROUNDS) | typed))
    assert answer.status_code == 302, words(answer)
    return answer["Location"]


def run(officer: Worker, address: str) -> str:
    with clock.at(ON):
        jobs.run_round(int(address.strip("/").split("/")[-1]))
    rowsecurity.apply(officer.viewer)
    return address


def row_page(page: Any) -> str:
    return re.search(r"/placement/rounds/families/\d+/", page.content.decode())[0]  # type: ignore[index]


def test_a_round_is_started_followed_and_read_and_a_family_proposed_from_it(
    officer: Worker, family: Case
) -> None:
    assert "No round has been made yet." in words(officer.get(ROUNDS))
    address = started(officer)
    page = officer.get(address)
    assert 'hx-trigger="every 2s"' in page.content.decode()
    assert "Waits for its turn" in words(page)
    assert "See how far it is" in words(officer.get(ROUNDS))
    page = officer.get(run(officer, address))
    said = words(page)
    assert "hx-trigger" not in page.content.decode()
    assert "No plan is better: this has been proven." in said
    assert "Lohja" in said
    assert "5 of 5 persons" in said
    link = re.search(r'/placement/cases/\d+/propose/\?[^"]+', page.content.decode())[0]  # type: ignore[index]
    form = officer.get(link.replace("&amp;", "&"))
    assert (
        f'<option value="{Organisation.objects.get(code="kunta-444").pk}" selected>' in form.content.decode()
    )
    sent = officer.post(
        link.partition("?")[0],
        **officer.hidden(link.partition("?")[0]),
        municipality=Organisation.objects.get(code="kunta-444").pk,
        reason="Toive ja koti.",
        quarter="2026-4",
        answer_by="27.11.2026",
    )
    assert sent.status_code == 302, words(sent)
    rowsecurity.apply(officer.viewer)
    assert RoundRow.objects.get().proposal == Proposal.objects.get()
    assert "Proposed" in words(officer.get(address))


def test_another_municipality_than_the_rounds_asks_why_and_nothing_typed_is_lost(
    officer: Worker, family: Case
) -> None:
    run(officer, started(officer))
    address = f"/placement/cases/{family.pk}/propose/"
    typed = officer.hidden(address) | {
        "municipality": Organisation.objects.get(code="kunta-092").pk,
        "reason": "Koti on valmiina.",
        "quarter": "2026-4",
        "answer_by": "27.11.2026",
    }
    asked = officer.post(address, **typed)
    assert asked.status_code == 422
    assert "Choose why you choose this one." in words(asked)
    assert "Koti on valmiina." in words(asked)
    sent = officer.post(address, **typed, override_code="home", override_text="Asunto löytyi heti.")
    assert sent.status_code == 302, words(sent)
    rowsecurity.apply(officer.viewer)
    assert RoundRow.objects.get().override_code == "home"


def test_a_familys_page_gives_parts_that_sum_rules_why_not_and_what_if(officer: Worker, family: Case) -> None:
    address = row_page(officer.get(run(officer, started(officer))))
    page = officer.get(address)
    row = RoundRow.objects.get()
    assert "Why Lohja" in words(page)
    total = sum(row.parts.values())
    assert total == row.points
    assert f"Together {total}" in words(page).replace("\u202f", "")
    asked = officer.get(address, code=VANTAA, ask="why")
    assert "Together" in words(asked)
    assert "If the family goes to" not in words(asked)
    tried = officer.get(address, code=VANTAA, ask="what")
    assert "If the family goes to Vantaa" in words(tried)
    assert "The plan loses" in words(tried)
    assert officer.get(address, code="", ask="why").status_code == 422


def test_what_if_tells_what_would_change_and_stores_nothing(officer: Worker, family: Case) -> None:
    address = run(officer, started(officer)) + "what-if/"
    assert officer.get(address).status_code == 200
    left = officer.get(address, leave=LOHJA)
    assert "1 family would go elsewhere." in words(left)
    assert "Vantaa" in words(left)
    more = officer.get(address, more_in=LOHJA, thing="home-6", number="1")
    assert "neither gains nor loses" in words(more)
    other = officer.get(address, part="wishes", weight="0")
    assert "another measure" in words(other)
    empty = officer.get(address, leave="", part="")
    assert empty.status_code == 422
    assert "Choose at least one thing to change." in words(empty)
    half = officer.get(address, part="wishes", weight="")
    assert half.status_code == 422
    assert "Give the weight." in words(half)
    rowsecurity.apply(officer.viewer)
    assert Round.objects.count() == 1


def test_a_round_is_stopped_from_its_page_and_failure_is_told(officer: Worker, family: Case) -> None:
    address = started(officer)
    assert officer.post(address + "stop/").status_code == 302
    assert "stopped before it had a plan" in words(officer.get(address))
    rowsecurity.apply(officer.viewer)
    wrong = [
        {"about": "family", "key": "K-26-001", "text": "adults is negative"},
        {"about": "places of", "key": LOHJA, "text": "the number of places is missing"},
        {"about": "settings", "key": "", "text": "effort is -1; it must be 0 or more"},
    ]
    Round.objects.update(state="failed", problems=wrong)
    shown = words(officer.get(address))
    assert "Something in case K-26-001 cannot be right." in shown
    assert "Something in the places of Lohja cannot be right." in shown
    assert "Start a new one with the usual values." in shown
    assert "adults is negative" in shown
    Round.objects.update(problems=[])
    assert "It was broken off." in words(officer.get(address))


def test_a_case_withdrawn_after_the_round_is_marked_and_cannot_be_proposed_from_it(
    officer: Worker, family: Case
) -> None:
    address = run(officer, started(officer))
    other = officer.post(f"/placement/cases/{family.pk}/withdraw/", reason="Lähtivät maasta.")
    assert other.status_code == 302
    page = officer.get(address)
    assert "does not wait any more" in words(page)
    assert "/propose/" not in page.content.decode()


def test_a_family_without_a_municipality_gets_the_rules_and_what_would_help(officer: Worker) -> None:
    work.places(LOHJA, persons=2)
    work.family(officer.viewer)
    said = words(officer.get(run(officer, started(officer))))
    assert "Without a municipality, and what would help" in said
    assert "Ask the municipality for more places." in said


def test_an_officer_fixes_a_municipality_from_the_case_and_ends_it(officer: Worker, family: Case) -> None:
    address = f"/placement/cases/{family.pk}/bind/"
    empty = officer.post(address)
    assert empty.status_code == 422
    assert "Choose the municipality." in words(empty)
    typed = {"kind": "lock", "municipality": VANTAA, "why": "home", "text": "Asunto on varattu."}
    assert officer.post(address, **typed).status_code == 302
    case = officer.get(f"/placement/cases/{family.pk}/")
    assert "Asunto on varattu." in words(case)
    rowsecurity.apply(officer.viewer)
    binding = Binding.objects.get()
    assert officer.post(f"/placement/bindings/{binding.pk}/end/").status_code == 302
    rowsecurity.apply(officer.viewer)
    binding.refresh_from_db()
    assert binding.ended_on == ON


def test_why_a_municipality_is_unsafe_shows_only_to_who_wrote_it(officer: Worker, family: Case) -> None:
    typed = {"kind": "exclude", "municipality": VANTAA, "why": "safety", "text": "Uhkaava tilanne."}
    assert officer.post(f"/placement/cases/{family.pk}/bind/", **typed).status_code == 302
    case = f"/placement/cases/{family.pk}/"
    assert "Uhkaava tilanne." in words(officer.get(case))
    other = Worker(work.region_code(), ON, Role.REGIONAL_OFFICER)
    assert "Uhkaava tilanne." not in words(other.get(case))
    assert "The reason shows only to the one who wrote it." in words(other.get(case))


def test_the_file_of_a_round_has_every_family_and_no_formula(officer: Worker, family: Case) -> None:
    address = run(officer, started(officer))
    file = officer.get(address + "table.csv")
    assert file["Content-Type"].startswith("text/csv")
    lines = file.content.decode("utf-8-sig").splitlines()
    assert len(lines) == 2
    assert lines[1].startswith(f"{family.number};5;")


def test_wrong_settings_are_told_at_their_field(officer: Worker, family: Case) -> None:
    typed = officer.hidden(ROUNDS) | {"fairness_pct": "80", "seed": "-1"}
    answer = officer.post(ROUNDS + "start/", **typed)
    assert answer.status_code == 422
    assert "less than or equal to 5" in words(answer)
    rowsecurity.apply(officer.viewer)
    assert not Round.objects.exists()


def test_nobody_but_the_region_sees_a_round(officer: Worker, family: Case) -> None:
    address = run(officer, started(officer))
    leader = Worker(f"kunta-{LOHJA}", ON, Role.TEAM_LEADER)
    assert leader.get(address).status_code == 403
    assert leader.get(WEIGHTS).status_code == 404
    elsewhere = Worker(work.region_code("205"), ON, Role.REGIONAL_OFFICER)
    for page in (address, address + "what-if/", address + "table.csv", row_page(officer.get(address))):
        assert elsewhere.get(page).status_code == 404


def test_the_ministry_proposes_weights_and_another_person_approves_them(
    officer: Worker, family: Case
) -> None:
    run(officer, started(officer))
    first, second = (Worker("tem", ON, Role.MINISTRY_OFFICER) for _number in range(2))
    assert "Near relatives" in words(officer.get(WEIGHTS))
    assert officer.get(WEIGHTS + "new/").status_code == 403
    typed = first.hidden(WEIGHTS + "new/") | {
        "w-wishes-0": "400",
        "in_force_from": "1.12.2026",
        "reason": "Toiveet painavat enemmän.",
    }
    made = first.post(WEIGHTS + "new/", **typed)
    assert made.status_code == 302, words(made)
    page = made["Location"]
    assert "being counted" in words(second.get(page))
    with clock.at(ON):
        jobs.measure_weights(int(page.strip("/").split("/")[-1]))
    assert "Counted over 1 families in 1 rounds" in words(second.get(page))
    assert "another person decides" in words(first.get(page))
    assert first.post(page + "approve/").status_code == 302
    rowsecurity.apply(first.viewer)
    assert WeightSet.objects.get().state == "proposed"
    assert second.post(page + "approve/").status_code == 302
    rowsecurity.apply(second.viewer)
    assert WeightSet.objects.get().state == "approved"


def test_statements_of_a_rounds_page_do_not_grow_with_its_families(officer: Worker, family: Case) -> None:
    one = run(officer, started(officer))
    for number in range(6):
        work.family(officer.viewer, reference=f"M-{number + 10}", members=work.FAMILY[:2])
    many = run(officer, started(officer))

    def counted(address: str) -> int:
        officer.get(address)
        with CaptureQueriesContext(connection) as statements:
            assert officer.get(address).status_code == 200
        return len(statements)

    assert counted(many) <= counted(one) + 2


def test_how_good_a_plan_is_never_promises_too_much() -> None:
    with translation.override("en"):
        assert "0.14 %" in quality_text(0.1301, False)
        assert "2.72 %" in quality_text(2.711, False)
        assert "0.0043 %" in quality_text(0.00421, False)
        assert "No plan is better" in quality_text(0.0, True)


def test_the_map_shows_the_regions_own_municipalities_and_the_places_of_a_group(
    officer: Worker, family: Case
) -> None:
    place = Organisation.objects.get(code="kunta-444")
    page = officer.get("/placement/board/")
    assert f'<a href="/placement/places/{place.pk}/?year=2026">' in page.content.decode()
    assert "Lohja 100 free of 100 agreed, 0 % reserved or in use" in words(page)
    assert "Hanko: no agreement" in words(page)
    assert "Kajaani" not in words(page)
    quota = words(officer.get("/placement/board/", group="quota"))
    assert "Lohja 25 free of 25 agreed" in quota
