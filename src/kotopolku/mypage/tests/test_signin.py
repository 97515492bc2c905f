"""Codes from the office, representatives and guardians, languages: who comes in, who does not, and what each may see."""

import re
from datetime import date, timedelta

import pytest

from kotopolku.access import rowsecurity
from kotopolku.access.viewer import Own, Viewer
from kotopolku.clients import actions as client_actions
from kotopolku.clients.models import Person, Plan
from kotopolku.clients.rules import ContactContent
from kotopolku.clients.tests import factories as make
from kotopolku.clients.tests.walking import Worker, words
from kotopolku.families.tests import family
from kotopolku.journal.models import Entry
from kotopolku.mypage import actions, languages, queries, rules
from kotopolku.mypage.models import CorrectionRequest, OwnAccount, SignInCode
from kotopolku.mypage.tests.visiting import (
    DAY,
    Visitor,
    a_client,
    code_for,
    everything,
    planned_client,
    signed_in,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_second_factor")]

UNKNOWN = "We do not know this code with this date of birth."


def test_a_worker_gives_a_code_that_is_shown_once_in_the_client_s_language() -> None:
    worker = Worker("kunta-092", DAY)
    with make.working(worker.viewer) as at_work:
        relationship = make.client(at_work, person=make.person(service_language="en"))
    address = f"/my/give/{relationship.pk}/"
    token = worker.hidden(address)["token"]
    page = words(worker.post(address, token=token))
    code = re.search(r"[2-9A-Z]{4}-[2-9A-Z]{4}-[2-9A-Z]{4}", page)
    assert code is not None
    assert "The code works once, until 7 December 2026." in page
    again = worker.post(address, token=token)
    assert again.status_code == 302, "the same form shows no code a second time"
    everything()
    kept = SignInCode.objects.get()
    assert code[0].encode() not in bytes(kept.code_hash)
    assert Visitor().enter(code[0], relationship.person.birth_date).status_code == 302


def test_a_code_works_once_and_in_any_spelling() -> None:
    worker, relationship = a_client()
    code = code_for(worker, relationship)
    born = relationship.person.birth_date
    assert Visitor().enter(code.lower().replace("-", " "), born).status_code == 302
    second = Visitor().enter(code, born)
    assert second.status_code == 422
    assert UNKNOWN in words(second)


def test_a_code_does_not_work_after_its_last_day_or_after_a_newer_one() -> None:
    worker, relationship = a_client()
    born = relationship.person.birth_date
    old = code_for(worker, relationship)
    new = code_for(worker, relationship)
    assert Visitor().enter(old, born).status_code == 422
    late = Visitor(DAY + timedelta(days=15))
    assert late.enter(new, born).status_code == 422
    assert Visitor(DAY + timedelta(days=14)).enter(new, born).status_code == 302


def test_a_code_is_locked_after_wrong_dates_of_birth() -> None:
    worker, relationship = a_client()
    code = code_for(worker, relationship)
    for _time in range(rules.MOST_WRONG_DATES):
        assert UNKNOWN in words(Visitor().enter(code, date(1950, 1, 1)))
    assert Visitor().enter(code, relationship.person.birth_date).status_code == 422
    everything()
    assert Entry.objects.filter(action="mypage.code.refused").count() == rules.MOST_WRONG_DATES


def test_a_place_that_tries_too_many_codes_must_wait_until_tomorrow() -> None:
    worker, relationship = a_client()
    code = code_for(worker, relationship)
    for _time in range(rules.MOST_WRONG_CODES):
        Visitor().enter("AAAA-AAAA-AAAA", date(1950, 1, 1))
    answer = Visitor().enter(code, relationship.person.birth_date)
    assert "There have been too many tries today." in words(answer)
    assert Visitor(DAY + timedelta(days=1)).enter(code, relationship.person.birth_date).status_code == 302


@pytest.mark.parametrize("typed", ["31.2.1990", "maaliskuussa", ""])
def test_a_date_of_birth_that_is_no_day_is_told_at_its_field(typed: str) -> None:
    answer = Visitor().post("/my/sign-in/code/", code="AAAA-BBBB-CCCC", birth_date=typed)
    assert answer.status_code == 422
    assert "AAAA-BBBB-CCCC" in answer.content.decode(), "what was typed stays"


def test_digits_of_an_arabic_keyboard_are_understood() -> None:
    worker, relationship = a_client(person=make.person(birth_date=date(1990, 3, 14)))
    code = code_for(worker, relationship)
    answer = Visitor().post("/my/sign-in/code/", code=code, birth_date="١٤.٣.١٩٩٠")
    assert answer.status_code == 302


def test_a_client_without_a_known_date_of_birth_gets_no_code_before_it_is_written_down() -> None:
    worker = Worker("kunta-092", DAY)
    with make.working(worker.viewer) as at_work:
        relationship = make.client(at_work, person=make.person(birth_date=None))
    address = f"/my/give/{relationship.pk}/"
    answer = worker.post(address, token=worker.hidden(address)["token"])
    assert answer.status_code == 422


def test_after_signing_out_the_page_is_closed() -> None:
    worker, relationship = a_client()
    visitor = signed_in(worker, relationship)
    assert visitor.post("/my/sign-out/").status_code == 302
    assert visitor.get("/my/").status_code == 302


def test_a_closed_account_opens_nothing() -> None:
    worker, relationship = a_client()
    visitor = signed_in(worker, relationship)
    everything()
    OwnAccount.objects.update(closed_on=DAY)
    assert visitor.get("/my/").status_code == 403
    again = Visitor().enter(code_for(worker, relationship), relationship.person.birth_date)
    assert "Your page has been closed." in words(again)


def test_an_example_client_is_opened_in_the_demo_only(settings: object) -> None:
    worker, relationship = a_client()
    signed_in(worker, relationship)
    everything()
    account = OwnAccount.objects.select_related("user").get()
    account.user.persona = True
    account.user.save()
    visitor = Visitor()
    assert visitor.post(f"/my/sign-in/example/{account.pk}/").status_code == 404
    settings.DEMO = True  # type: ignore[attr-defined]
    assert visitor.post(f"/my/sign-in/example/{account.pk}/").status_code == 302
    assert visitor.get("/my/").status_code == 200


# Acting for somebody ----------------------------------------------------------------------------------------------


def test_a_representative_sees_the_minor_s_path_signs_and_leaves_a_trace() -> None:
    worker = make.worker("kunta-092", DAY)
    with make.working(worker) as at_work:
        minor = family.alone(at_work)
        guard = family.represented(minor, at_work)
    planned_client(worker, minor)
    code = code_for(worker, minor, representative_id=guard.pk)
    visitor = Visitor()
    assert visitor.enter(code, minor.person.birth_date).status_code == 302
    page = visitor.say("/my/")
    assert "You act for this person." in page
    everything()
    assert Entry.objects.filter(action="mypage.path.opened", subjects=[minor.person_id]).exists()
    version = Plan.objects.get(relationship=minor).version
    signed = visitor.post("/my/plan/sign/", version=version, read="on", signed_name="Edustaja")
    assert signed.status_code == 302
    everything()
    guard.refresh_from_db()
    assert guard.user_id is not None
    assert queries.users_of([minor.person_id])[minor.person_id] == [guard.user_id]
    with visitor.on(date(2028, 3, 14)):
        assert visitor.get("/my/").status_code == 403, "of age: nobody acts for the person any more"


def test_a_guardian_goes_between_the_own_path_and_the_child_s() -> None:
    worker = make.worker("kunta-092", DAY)
    with make.working(worker) as at_work:
        mother = family.mother(at_work)
        child = make.client(at_work, person=family.child(), duplicate_reason=family.OTHER)
        other = make.client(at_work, person=family.child("Muu"), duplicate_reason=family.OTHER)
        family.parent_of(mother, child.person_id, at_work)
    visitor = signed_in(worker, mother)
    assert "Open the path of Aatos Malliperhe" in visitor.say("/my/")
    assert visitor.post("/my/person/", person=child.person_id).status_code == 302
    assert "Welcome, Aatos" in visitor.say("/my/")
    assert visitor.post("/my/person/", person=other.person_id).status_code == 404
    assert visitor.post("/my/person/", person=mother.person_id).status_code == 302
    assert "Welcome, Hodan" in visitor.say("/my/")


def test_contact_details_under_non_disclosure_are_shown_to_oneself_and_to_nobody_who_acts_for_one() -> None:
    worker = make.worker("kunta-092", DAY)
    hidden = ContactContent(municipality="092", street_address="Salakatu 13")
    with make.working(worker) as at_work:
        mother = family.mother(at_work)
        child = make.client(at_work, person=family.child(), contact=hidden, duplicate_reason=family.OTHER)
        family.parent_of(mother, child.person_id, at_work)
        client_actions.set_non_disclosure(child.pk, True, None, actor=at_work)
    guardian = signed_in(worker, mother)
    guardian.post("/my/person/", person=child.person_id)
    page = guardian.say("/my/data/")
    assert "The address and contact details are hidden" in page
    for address in ("/my/data/", "/my/data/json/", "/my/", "/my/letters/"):
        assert "Salakatu" not in guardian.get(address).content.decode()
    itself = signed_in(worker, child)
    assert "Salakatu 13" in itself.say("/my/data/")


# Row security -----------------------------------------------------------------------------------------------------


def test_row_security_shows_a_client_only_the_own_rows() -> None:
    worker, relationship = a_client()
    _worker, other = a_client()
    visitor = signed_in(worker, relationship)
    visitor.post("/my/correct/", token="6f2b6f0e-5d0b-4c55-9d21-000000000009", part="name", text="Aina")
    own = Own(other.person_id, other.person_id)
    rowsecurity.apply(Viewer(user_id=None, name="", day=DAY, seat=None, own=own))
    assert list(Person.objects.values_list("pk", flat=True)) == [other.person_id]
    assert not CorrectionRequest.objects.exists()
    assert not SignInCode.objects.exists()
    assert not OwnAccount.objects.exists()


def test_another_authority_sees_no_code_and_no_request() -> None:
    worker, relationship = a_client()
    visitor = signed_in(worker, relationship)
    visitor.post("/my/correct/", token="6f2b6f0e-5d0b-4c55-9d21-000000000010", part="name", text="Aina")
    with make.working(make.worker("kunta-205", DAY)):
        assert not CorrectionRequest.objects.exists()
        assert not SignInCode.objects.exists()
        assert not OwnAccount.objects.exists()


# Languages --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("code", languages.CODES)
def test_every_page_speaks_every_language_and_says_so(code: str) -> None:
    worker, relationship = a_client()
    planned_client(worker, relationship)
    visitor = signed_in(worker, relationship, language=code)
    direction = "rtl" if code in ("ar", "fa") else "ltr"
    for address in ("/my/", "/my/plan/", "/my/rights/", "/my/data/", "/my/looks/", "/my/language/"):
        answer = visitor.get(address)
        assert answer.status_code == 200
        assert f'<html lang="{code}" dir="{direction}"' in answer.content.decode()


def test_the_chosen_language_is_kept_with_the_account_and_pages_of_officials_stay_as_they_are() -> None:
    worker, relationship = a_client(person=make.person(service_language="so"))
    visitor = signed_in(worker, relationship)
    assert visitor.post("/my/language/", language="ar", next="/my/rights/")["Location"] == "/my/rights/"
    everything()
    assert OwnAccount.objects.get().language == "ar"
    del visitor.client.cookies["kotopolku_own_language"]
    assert visitor.get("/my/")["Content-Language"] == "ar"
    assert visitor.get("/accounts/login/")["Content-Language"] in ("fi", "sv", "en")
    assert visitor.post("/my/language/", language="xx").status_code == 302
    assert visitor.post("/my/language/", language="fi", next="https://example.org/")["Location"] == "/my/"


def test_the_browser_s_language_is_heard_before_signing_in() -> None:
    visitor = Visitor()
    del visitor.client.cookies["kotopolku_own_language"]
    for asked, given in (
        ("uk-UA,uk;q=0.9", "uk"),
        ("zh-CN", "zh-hans"),
        ("de,prs;q=0.5", "fa"),
        ("de", "fi"),
    ):
        answer = visitor.client.get("/my/sign-in/", headers={"accept-language": asked})
        assert answer["Content-Language"] == given


def test_a_page_whose_texts_nobody_has_checked_says_so() -> None:
    page = words(Visitor(language="uk").get("/my/sign-in/"))
    english = words(Visitor(language="en").get("/my/sign-in/"))
    assert not languages.checked("uk").by
    assert "No native speaker has checked these texts yet." not in english
    assert page != english


def test_giving_a_code_needs_the_right_and_the_client() -> None:
    worker, relationship = a_client()
    stranger = make.worker("kunta-205", DAY)
    from kotopolku.access.errors import MissingCapability, NotVisible

    with make.working(stranger) as at_work, pytest.raises(NotVisible):
        actions.give_code(relationship.pk, actor=at_work)
    from kotopolku.access.capabilities import Role

    with (
        make.working(make.worker("kunta-092", DAY, role=Role.READER)) as at_work,
        pytest.raises(MissingCapability),
    ):
        actions.give_code(relationship.pk, actor=at_work)
    assert worker.user_id
