"""The path through the pages: register, assess, plan, make, sign, refer, review, in whole requests on a real database."""

import uuid
from datetime import date

import pytest

from kotopolku import law
from kotopolku.clients.models import Clock, FormDraft, Interruption, Plan, Relationship, Review
from kotopolku.clients.tests.walking import (
    Worker,
    assessed,
    assessment_form,
    drafted,
    made,
    plan_form,
    registered,
    registration,
    words,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_second_factor")]

SPRING = date(2021, 4, 26)


def test_scenario_1_walked_through_the_pages_shows_every_date() -> None:
    worker = Worker("te-01", SPRING)
    number = registered(worker)
    page = words(worker.get(f"/clients/{number}/"))
    assert "Registered jobseeker" in page
    assert "1386/2010 § 10" in page
    assert "By 28 June 2021" in page
    assert "Saturday 26 June 2021" in page, "the nominal day is in the explanation"

    with worker.on(date(2021, 6, 11)):
        assessed(worker, number, "11.6.2021")
        page = words(worker.get(f"/clients/{number}/"))
        assert "17 days early" in page
        assert "By 28 June 2021" in page
        assert "Make plan" in page

    with worker.on(date(2021, 6, 24)):
        drafted(worker, number)
        limits = words(worker.get(f"/clients/{number}/plan/make/"))
        assert "By law at most until 24 June 2022." in limits
        made(worker, number, "24.6.2021", "24.6.2022")
        signed = worker.post(f"/clients/{number}/plan/sign/", signed_on="24.6.2021")
        assert signed.status_code == 302
        page = words(worker.get(f"/clients/{number}/"))
        assert "By 26 July 2021" in page
        assert "In force until 24 June 2022." in page
        assert "At most until 24 June 2024." in page

    with worker.on(date(2022, 4, 1)):
        address = f"/clients/{number}/plan/interruption/"
        token = worker.hidden(address)["token"]
        sent = {"token": token, "ground": "parental-leave", "first_day": "1.1.2022", "last_day": "31.3.2022"}
        assert worker.send(address, sent).status_code == 302
        assert worker.send(address, sent).status_code == 302, "the second sending changes nothing"
        assert Interruption.objects.count() == 1
        assert "22 September 2024" in words(worker.get(f"/clients/{number}/plan/"))


def test_scenario_3_walked_through_the_pages_shows_law_without_a_number_and_the_own_target() -> None:
    worker = Worker("tyo-43", date(2026, 11, 30))
    number = registered(worker, started_on="30.11.2026")
    page = words(worker.get(f"/clients/{number}/"))
    assert "7 December 2026" in page
    assert "The law gives no number of days." in page
    assert "Our own target: 10 working days" in page
    with worker.on(date(2026, 12, 14)):
        assessed(worker, number, "14.12.2026", "681/2023")
        drafted(worker, number)
        made(worker, number, "14.12.2026", "14.12.2027")
        page = words(worker.get(f"/clients/{number}/"))
        for day in ("14 January 2027", "14 June 2027", "14 December 2027", "14 December 2028"):
            assert day in page, day


def test_the_register_form_says_who_answers_by_law() -> None:
    worker = Worker("te-01", SPRING)
    typed = {"municipality": "092", "jobseeker": "yes", "started_on": "26.4.2021"}
    assert "By law your authority is responsible" in words(worker.send("/clients/new/authority/", typed))
    other = words(worker.send("/clients/new/authority/", typed | {"jobseeker": "no"}))
    assert "not your authority" in other
    assert "Vantaa" in other


def test_another_authoritys_client_is_registered_only_with_a_written_reason() -> None:
    worker = Worker("te-01", SPRING)
    answer = worker.send("/clients/new/", registration(jobseeker="no"))
    assert answer.status_code == 422
    assert "Why your authority is responsible all the same" in words(answer)
    assert "Hodan" in answer.content.decode(), "what was typed stays"
    assert not Relationship.objects.exists()
    registered(worker, jobseeker="no", override_reason="Agreed with Vantaa on 20 April.")


def test_sending_the_register_form_twice_registers_one_client() -> None:
    worker = Worker("te-01", SPRING)
    assert registered(worker) == registered(worker)
    assert Relationship.objects.count() == 1


def test_a_possible_duplicate_is_shown_and_can_be_registered_with_a_reason() -> None:
    worker = Worker("te-01", SPRING)
    first = registered(worker)
    again = registration(token="4b7f0c7c-6a5f-4a51-9d21-000000000002", family_name="Esimerki")
    answer = worker.send("/clients/new/", again)
    assert answer.status_code == 422
    assert "Is it one of these?" in words(answer)
    assert f"/clients/{first}/" in answer.content.decode()
    second = registered(worker, **again, duplicate_reason="Twin sisters, both came today.")
    assert second != first


def test_the_draft_of_an_assessment_is_kept_while_it_is_typed() -> None:
    worker = Worker("te-01", SPRING)
    number = registered(worker)
    address = f"/clients/{number}/assessment/"
    worker.post(address, token=worker.hidden(address)["token"], started_on="26.4.2021")
    version = worker.hidden(address)["version"]
    kept = worker.post(f"/clients/{number}/draft/assessment/", version=version, conclusion="Half a sentence")
    assert kept.status_code == 200
    page = worker.get(address)
    assert "Half a sentence" in page.content.decode()
    assert "This is your draft" in words(page)
    worker.post(address, version=version, do="discard")
    assert not FormDraft.objects.exists()
    assert "Half a sentence" not in worker.get(address).content.decode()


def test_an_assessment_is_completed_only_when_every_item_of_the_law_is_answered() -> None:
    worker = Worker("te-01", SPRING)
    number = registered(worker)
    address = f"/clients/{number}/assessment/"
    worker.post(address, token=worker.hidden(address)["token"], started_on="26.4.2021")
    form = assessment_form("1386/2010", version=worker.hidden(address)["version"], completed_on="26.4.2021")
    missing, relevant_not = list(form)[:2]
    answer = worker.send(
        address, form | {missing: "", relevant_not: "", relevant_not.replace("item", "none"): "on"}
    )
    assert answer.status_code == 422
    text = answer.content.decode()
    assert f'href="#id_{missing}"' in text
    assert f'href="#id_{relevant_not}"' not in text
    assert "Tarvitsee suunnitelman." in text
    assert FormDraft.objects.exists(), "what was typed is kept"
    assert worker.send(address, form).status_code == 302
    read = words(worker.get(address))
    assert "Completed 26 April 2021." in read


def test_an_assessment_can_be_reopened_with_a_reason() -> None:
    worker = Worker("te-01", SPRING)
    number = registered(worker)
    assessed(worker, number, "26.4.2021")
    assert worker.post(f"/clients/{number}/assessment/reopen/", reason="").status_code == 422
    assert (
        worker.post(f"/clients/{number}/assessment/reopen/", reason="One item was wrong.").status_code == 302
    )
    assert "Complete the assessment" in words(worker.get(f"/clients/{number}/assessment/"))


def test_rows_are_added_and_removed_without_script() -> None:
    worker = Worker("te-01", SPRING)
    number = registered(worker)
    assessed(worker, number, "26.4.2021")
    drafted(worker, number)
    address = f"/clients/{number}/plan/edit/"
    form = plan_form(version=worker.hidden(address)["version"])
    more = worker.send(address, form | {"do": "add:goals-0-measures"})
    assert more.status_code == 200
    assert 'name="goals-0-measures-1-title"' in more.content.decode()
    assert "Suomen kieli tasolle B1.1" in more.content.decode()
    assert 'name="goals-1-title"' in worker.send(address, form | {"do": "add:goals"}).content.decode()
    less = worker.send(address, form | {"do": "remove:goals-0-measures-0"}).content.decode()
    assert "Kotoutumiskoulutus" not in less
    gone = worker.send(address, form | {"do": "remove:goals-0"}).content.decode()
    assert "Suomen kieli tasolle B1.1" not in gone


def test_mistakes_in_a_plan_are_shown_at_their_fields_and_nothing_typed_is_lost() -> None:
    worker = Worker("te-01", SPRING)
    number = registered(worker)
    assessed(worker, number, "26.4.2021")
    drafted(worker, number)
    address = f"/clients/{number}/plan/edit/"
    wrong = {"goals-0-measures-0-starts_on": "1.9.2021", "goals-0-measures-0-ends_on": "1.8.2021"}
    answer = worker.send(address, plan_form(version=worker.hidden(address)["version"], **wrong))
    assert answer.status_code == 422
    text = answer.content.decode()
    assert "<title>Error:" in text
    assert 'href="#id_goals-0-measures-0-ends_on"' in text
    assert 'value="1.8.2021"' in text
    nothing = {"goals-0-title": "", "goals-0-measures-0-kind": ""}
    answer = worker.send(address, plan_form(version=worker.hidden(address)["version"], **nothing))
    assert 'href="#id_goals-0-title"' in answer.content.decode()
    assert 'href="#id_goals-0-measures-0-kind"' in answer.content.decode()
    assert "1.8.2021" not in worker.get(f"/clients/{number}/plan/").content.decode()


def test_a_plan_past_the_longest_time_is_refused_with_the_day_and_the_section() -> None:
    worker = Worker("te-01", SPRING)
    number = registered(worker)
    assessed(worker, number, "26.4.2021")
    drafted(worker, number)
    address = f"/clients/{number}/plan/make/"
    form = {"version": worker.hidden(address)["version"], "made_on": "26.4.2021", "ends_on": "27.4.2022"}
    answer = worker.send(address, form)
    assert answer.status_code == 422
    assert "26 April 2022" in words(answer)
    assert "1386/2010 § 12" in words(answer)
    assert Plan.objects.get().made_on is None


def test_the_client_signs_on_a_clean_page() -> None:
    worker = Worker("te-01", SPRING)
    number = registered(worker)
    assessed(worker, number, "26.4.2021")
    drafted(worker, number)
    made(worker, number, "26.4.2021", "26.4.2022")
    address = f"/clients/{number}/plan/sign/screen/"
    assert "Your rights and duties" in words(worker.get(address))
    assert worker.post(address, name="").status_code == 422
    assert worker.post(address, name="Hodan Esimerkki", agreed="on").status_code == 302
    plan = Plan.objects.get()
    assert (plan.signed_on, plan.signed_how, plan.signed_name) == (SPRING, "screen", "Hodan Esimerkki")
    assert worker.post(address, name="Hodan Esimerkki", agreed="on").status_code == 422


def test_a_review_sets_the_next_day_and_is_held_once() -> None:
    worker = Worker("te-01", SPRING)
    number = registered(worker)
    assessed(worker, number, "26.4.2021")
    drafted(worker, number)
    made(worker, number, "26.4.2021", "26.4.2022")
    with worker.on(date(2021, 10, 1)):
        address = f"/clients/{number}/plan/review/"
        sent = worker.hidden(address) | {"held_on": "1.10.2021", "results": "A1.3 saavutettu"}
        assert worker.send(address, sent).status_code == 302
        assert worker.send(address, sent).status_code == 302
        assert Review.objects.count() == 1
        assert "A1.3 saavutettu" in words(worker.get(f"/clients/{number}/plan/"))
        late = sent | {"token": "4b7f0c7c-6a5f-4a51-9d21-00000000000a", "held_on": "1.1.2020"}
        assert worker.send(address, late).status_code == 422


def test_an_extension_needs_a_ground_of_the_act_and_a_reason() -> None:
    worker = Worker("te-01", SPRING)
    number = registered(worker)
    assessed(worker, number, "26.4.2021")
    drafted(worker, number)
    made(worker, number, "26.4.2021", "26.4.2022")
    worker.post(f"/clients/{number}/plan/sign/", signed_on="26.4.2021")
    address = f"/clients/{number}/plan/extension/"
    token = worker.hidden(address)["token"]
    ground = law.extension_grounds("1386/2010")[0].id
    form = {"token": token, "ground": ground, "months": "36", "why": "Needs special measures."}
    too_long = worker.send(address, form)
    assert too_long.status_code == 422
    assert "24 months" in words(too_long)
    assert worker.send(address, form | {"months": "12"}).status_code == 302
    assert "26 April 2025" in words(worker.get(f"/clients/{number}/plan/"))


def test_an_extension_recorded_by_mistake_is_cancelled_with_a_reason() -> None:
    worker = Worker("te-01", SPRING)
    number = registered(worker)
    assessed(worker, number, "26.4.2021")
    drafted(worker, number)
    made(worker, number, "26.4.2021", "26.4.2022")
    address = f"/clients/{number}/plan/interruption/"
    sent = worker.hidden(address) | {"ground": "illness", "first_day": "1.6.2021", "last_day": "30.6.2021"}
    worker.send(address, sent)
    row = Interruption.objects.get()
    cancel = f"/clients/{number}/plan/interruption/{row.pk}/cancel/"
    worker.post(cancel, reason="")
    assert not Interruption.objects.get().cancelled
    worker.post(cancel, reason="Wrong client.")
    assert Interruption.objects.get().cancelled


def test_versions_are_compared_in_words() -> None:
    worker = Worker("te-01", SPRING)
    number = registered(worker)
    assessed(worker, number, "26.4.2021")
    drafted(worker, number)
    address = f"/clients/{number}/plan/edit/"
    ids = worker.hidden(address)
    changed = plan_form(**ids) | {
        "goals-0-title": "Suomen kieli tasolle B2.1",
        "goals-0-measures-0-state": "under-way",
        "goals-INITIAL_FORMS": "1",
        "goals-TOTAL_FORMS": "1",
        "goals-0-measures-TOTAL_FORMS": "1",
    }
    assert worker.send(address, changed).status_code == 302
    text = words(worker.get(f"/clients/{number}/plan/versions/", **{"from": "2", "to": "3"}))
    assert "What changed from version 2 to version 3" in text
    assert "Suomen kieli tasolle B1.1 → Suomen kieli tasolle B2.1" in text
    assert "planned → under way" in text
    assert worker.get(f"/clients/{number}/plan/versions/", **{"from": "1", "to": "99"}).status_code == 404


def test_ending_a_plan_and_a_client_relationship_says_what_happens_and_the_end_can_be_taken_back() -> None:
    worker = Worker("te-01", SPRING)
    number = registered(worker)
    assessed(worker, number, "26.4.2021")
    drafted(worker, number)
    made(worker, number, "26.4.2021", "26.4.2022")
    assert "cannot be opened again" in words(worker.get(f"/clients/{number}/plan/end/"))
    assert worker.post(f"/clients/{number}/plan/end/", ended_on="26.4.2021", reason="").status_code == 422
    assert "All open time limits lapse" in words(worker.get(f"/clients/{number}/end/"))
    ended = worker.post(f"/clients/{number}/end/", ended_on="26.4.2021", reason="moved", note="To Turku")
    assert ended.status_code == 302
    assert "The client relationship has ended" in words(worker.get(f"/clients/{number}/"))
    assert not Clock.objects.filter(closed_on=None).exclude(rule="R1").exists()
    worker.post(f"/clients/{number}/end/undo/")
    assert Relationship.objects.get().ended_on is None
    assert worker.post(f"/clients/{number}/end/undo/").status_code == 302, (
        "a second press is told, not failed"
    )


def test_the_job_search_ends_and_the_client_passes_after_a_person_confirms() -> None:
    worker = Worker("te-01", SPRING)
    number = registered(worker)
    with worker.on(date(2021, 5, 3)):
        proposal = worker.post(f"/clients/{number}/jobseeker/", jobseeker="no", on="3.5.2021")
        assert "By law Vantaa is responsible from that day." in words(proposal)
        assert worker.get(f"/clients/{number}/").status_code == 200, "nothing has changed yet"
        done = worker.post(f"/clients/{number}/jobseeker/", jobseeker="no", on="3.5.2021", confirm="pass")
        assert done.status_code == 302
        assert worker.get(f"/clients/{number}/").status_code == 404
    other = Worker("kunta-092", date(2021, 5, 3))
    assert "Not a registered jobseeker" in words(other.get(f"/clients/{number}/"))


def a_token() -> str:
    return str(uuid.uuid4())


def test_permit_household_consent_worker_and_confirmation_are_recorded() -> None:
    worker = Worker("te-01", SPRING)
    number = registered(worker)
    base = f"/clients/{number}/"
    permit = {
        "kind": "permit",
        "basis": "quota",
        "starts": "1.3.2021",
        "ends": "1.2.2021",
        "token": a_token(),
    }
    assert worker.send(base + "permit/", permit).status_code == 422
    assert worker.send(base + "permit/", permit | {"ends": ""}).status_code == 302
    row = worker.hidden(base + "permit/")["permit"]
    assert worker.post(base + "permit/end/", permit=row, ends="1.3.2025").status_code == 302
    member = {"given_names": "Ali", "family_name": "Esimerkki", "role": "child", "from_day": "26.4.2021"}
    member["token"] = a_token()
    assert worker.send(base + "household/", member | {"family_name": ""}).status_code == 422
    assert worker.send(base + "household/", member).status_code == 302
    assert "child" in words(worker.get(base))
    consent = {"purpose": "wellbeing", "given_on": "26.4.2021", "token": a_token()}
    assert worker.send(base + "consent/", consent).status_code == 302
    row = worker.hidden(base + "consent/")["consent"]
    assert worker.post(base + "consent/withdraw/", consent=row, withdrawn_on="26.4.2021").status_code == 302
    assert "taken back" in words(worker.get(base + "consent/"))
    assert worker.post(base + "worker/", worker="").status_code == 302
    assert "nobody yet" in words(worker.get(base))
    assert worker.post(base + "confirm/").status_code == 302


def test_editing_the_person_keeps_what_somebody_else_saved_in_view() -> None:
    worker = Worker("te-01", SPRING)
    number = registered(worker)
    address = f"/clients/{number}/edit/"
    version = worker.hidden(address)["version"]
    form = registration(version=version, occupation="kokki", telephone="040 123")
    assert worker.send(address, form).status_code == 302
    clash = worker.send(address, form | {"occupation": "leipuri"})
    assert clash.status_code == 409
    text = words(clash)
    assert "leipuri" in clash.content.decode()
    assert "kokki" in text
    again = worker.send(address, form | {"occupation": "leipuri", "version": str(int(version) + 1)})
    assert again.status_code == 302
    assert "leipuri" in worker.get(address).content.decode()
