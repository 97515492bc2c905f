"""Referral with consent and nothing without it; anonymous advice as numbers only."""

import uuid
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from django.conf import settings

from kotopolku.access import rowsecurity
from kotopolku.access.capabilities import Role
from kotopolku.access.errors import MissingCapability, NotVisible
from kotopolku.access.viewer import Viewer
from kotopolku.clients.models import Consent, Person, Relationship
from kotopolku.clients.rules import ContactContent, Refusals
from kotopolku.clients.tests import factories as make
from kotopolku.handover import access, actions, advice, queries
from kotopolku.handover.models import Advice, Referral, ReferralFacts
from kotopolku.handover.rules import Answered, NewReferral
from kotopolku.journal.models import Entry
from kotopolku.notices.models import Notice

pytestmark = pytest.mark.django_db
ON = date(2026, 11, 23)
PERSON = NewReferral(
    family_name="Esimerkki",
    given_names="Hodan",
    service_language="so",
    municipality=make.VANTAA,
    need="Ei tiedä, mistä kielikursseja haetaan.",
    consent=True,
    consent_on=ON,
    consent_how="spoken",
    telephone="040 123 4567",
)


@pytest.fixture
def county() -> Viewer:
    """A reader of a wellbeing services county, who may refer and see no client."""
    return make.worker("hva-05", ON, role=Role.READER)


@pytest.fixture
def vantaa() -> Viewer:
    return make.worker("kunta-092", ON)


def sent(viewer: Viewer, **changes: Any) -> Referral:
    with make.working(viewer) as at_work:
        return actions.send_referral(replace(PERSON, **changes), actor=at_work)


def refused(viewer: Viewer, **changes: Any) -> set[tuple[str, str]]:
    with pytest.raises(Refusals) as error:
        sent(viewer, **changes)
    return make.refused(error.value)


def test_the_municipality_receives_it_by_law_and_the_employment_authority_a_jobseeker(
    county: Viewer, vantaa: Viewer
) -> None:
    referral = sent(county)
    assert (referral.to_organisation.code, referral.section) == ("kunta-092", "681/2023 § 9")
    assert referral.target_on == date(2026, 11, 30)
    assert sent(county, jobseeker=True).to_organisation.code == "tyo-43"
    with rowsecurity.as_system():
        assert Notice.objects.get(kind="handover.referral-received").user_id == vantaa.user_id


def test_without_consent_nothing_is_sent_and_nothing_is_kept(county: Viewer) -> None:
    assert refused(county, consent=False) == {("consent", "consent-required")}
    with rowsecurity.as_system():
        assert not ReferralFacts.objects.exists()


def test_what_is_missing_is_said_all_at_once(county: Viewer) -> None:
    assert refused(county, family_name=" ", need="", telephone="", consent_how="", service_language="xx") == {
        ("family_name", "family-name-required"),
        ("need", "required"),
        ("telephone", "required"),
        ("consent_how", "required"),
        ("service_language", "unknown-language"),
    }
    assert refused(county, municipality=make.MARIEHAMN) == {("municipality", "no-authority")}
    assert refused(county, municipality="999") == {("municipality", "unknown-municipality")}


def test_before_the_act_there_was_no_such_referral(county: Viewer) -> None:
    with make.working(county, date(2024, 5, 6)) as at_work, pytest.raises(Refusals) as error:
        actions.send_referral(PERSON, actor=at_work)
    assert error.value.codes[0] == "not-in-force"


def test_the_sender_sees_only_how_far_it_is(county: Viewer, vantaa: Viewer) -> None:
    referral = sent(county)
    with make.working(county) as at_work:
        assert access.referral(at_work, referral.pk).state == "received"
        assert not ReferralFacts.objects.exists()
        with pytest.raises(NotVisible):
            access.facts(at_work, referral.pk)
        [waiting] = queries.waiting(at_work)
        assert waiting.kind == "referral-sent"
    with make.working(vantaa) as at_work:
        assert access.facts(at_work, referral.pk).given_names == "Hodan"
        [waiting] = queries.waiting(at_work)
        assert (waiting.kind, waiting.target) == ("referral-received", date(2026, 11, 30))
    with make.working(make.worker("kunta-205", ON)):
        assert not Referral.objects.exists()


def new_client() -> Any:
    person = make.person(family_name="Esimerkki", given_names="Hodan", service_language="so")
    return make.new_client(ON, person=person, contact=ContactContent(municipality=make.VANTAA))


def test_taking_up_registers_the_client_with_the_consent_and_the_sender_sees_that_it_was(
    county: Viewer, vantaa: Viewer
) -> None:
    referral = sent(county)
    token = uuid.uuid4()
    with make.working(vantaa) as at_work:
        data = new_client()
        first = actions.take_up_referral(referral.pk, data, actor=at_work, token=token)
        again = actions.take_up_referral(referral.pk, data, actor=at_work, token=token)
        assert first == again == Relationship.objects.get()
        assert Consent.objects.get().purpose == "contact-municipality"
        assert access.facts(at_work, referral.pk).relationship_id == first.pk
        with pytest.raises(Answered) as error:
            actions.close_referral(referral.pk, "no-need", actor=at_work)
        assert (error.value.state, error.value.who) == ("taken-up", vantaa.name)
    with make.working(county) as at_work:
        assert access.referral(at_work, referral.pk).state == "taken-up"
        assert not Person.objects.exists()
    with rowsecurity.as_system():
        assert Notice.objects.filter(kind="handover.referral-answered", user_id=county.user_id).exists()


def test_closing_takes_a_reason_that_stays_with_the_receiver(county: Viewer, vantaa: Viewer) -> None:
    referral = sent(county)
    with make.working(vantaa) as at_work:
        with pytest.raises(Refusals):
            actions.close_referral(referral.pk, "because", actor=at_work)
        actions.close_referral(referral.pk, "not-reached", actor=at_work, note="Kolme soittoa.")
        assert access.facts(at_work, referral.pk).close_note == "Kolme soittoa."
    with make.working(county) as at_work:
        assert access.referral(at_work, referral.pk).state == "closed"


def test_only_those_who_register_clients_read_or_answer_a_referral(county: Viewer, vantaa: Viewer) -> None:
    referral = sent(county)
    reader = make.worker("kunta-092", ON, role=Role.READER)
    with make.working(reader) as at_work, pytest.raises(MissingCapability):
        actions.record_referral_look(referral.pk, actor=at_work)
    with make.working(make.worker("kunta-205", ON)) as at_work, pytest.raises(NotVisible):
        actions.close_referral(referral.pk, "no-need", actor=at_work)
    with (
        make.working(make.worker("tem", ON, role=Role.MINISTRY_OFFICER)) as at_work,
        pytest.raises(MissingCapability),
    ):
        actions.send_referral(PERSON, actor=at_work)


def test_a_protected_person_s_referral_opens_with_the_right_and_a_reason(
    county: Viewer, vantaa: Viewer
) -> None:
    referral = sent(county, non_disclosure=True)
    with make.working(vantaa) as at_work, pytest.raises(MissingCapability):
        actions.record_referral_look(referral.pk, actor=at_work, reason="Tarvitsen.")
    with make.working(make.worker("kunta-092", ON, role=Role.TEAM_LEADER)) as at_work:
        with pytest.raises(Refusals):
            actions.record_referral_look(referral.pk, actor=at_work)
        assert actions.record_referral_look(referral.pk, actor=at_work, reason="Soitan.").telephone


def test_a_referral_that_waits_is_brought_to_the_leaders_once(county: Viewer, vantaa: Viewer) -> None:
    sent(county)
    for day, times in ((date(2026, 11, 30), 0), (date(2026, 12, 1), 1), (date(2026, 12, 2), 0)):
        with make.working(Viewer.for_system("handover.remind", day)) as job:
            assert actions.remind(actor=job)["referrals"] == times
    with rowsecurity.as_system():
        assert Notice.objects.get(kind="handover.referral-late").user_id == vantaa.user_id


# --- Advice ------------------------------------------------------------------------------------------------------------


def count(viewer: Viewer, theme: str, language: str = "so", times: int = 1) -> None:
    with make.working(viewer) as at_work:
        for _time in range(times):
            actions.count_advice(theme, language, "telephone", actor=at_work)


def test_advice_is_counted_without_a_person_and_small_numbers_are_hidden(county: Viewer) -> None:
    assert settings.SMALLEST_SHOWN_COUNT == 5
    with make.working(county) as at_work:
        assert advice.counts(at_work, ON, ON).total == 0
    count(county, "language", times=4)
    with make.working(county) as at_work:
        assert advice.counts(at_work, ON, ON) == advice.AdviceCounts(None, [])
    count(county, "work", times=6)
    count(county, "housing", language="uk", times=9)
    with make.working(county) as at_work:
        found = advice.counts(at_work, ON, ON)
        numbers = {table.by: [number for _words, number in table.rows] for table in found.tables}
        entries = Entry.objects.filter(action="handover.advice.counted")
        assert all(not entry.subjects and entry.payload_hash is None for entry in entries)
    assert found.total == 19
    assert numbers == {"theme": [9, None, None], "language": [10, 9], "channel": [19]}


def test_the_country_s_numbers_are_all_organisations_together(county: Viewer, vantaa: Viewer) -> None:
    count(county, "work", times=3)
    count(vantaa, "work", times=3)
    officer = make.worker("tem", ON, role=Role.MINISTRY_OFFICER)
    with make.working(officer) as at_work:
        assert not Advice.objects.exists()
        assert advice.counts(at_work, ON, ON, whole_country=True).total == 6


def test_a_mistaken_count_of_today_is_taken_back_by_the_own_organisation_only(
    county: Viewer, vantaa: Viewer
) -> None:
    count(county, "work")
    with rowsecurity.as_system():
        one = Advice.objects.get()
    with make.working(vantaa) as at_work, pytest.raises(NotVisible):
        actions.take_back_advice(one.pk, actor=at_work)
    with make.working(county, date(2026, 11, 24)) as at_work, pytest.raises(NotVisible):
        actions.take_back_advice(one.pk, actor=at_work)
    with make.working(county) as at_work:
        actions.take_back_advice(one.pk, actor=at_work)
        assert not Advice.objects.exists()


def test_advice_of_no_known_kind_is_refused(county: Viewer) -> None:
    with make.working(county) as at_work, pytest.raises(Refusals) as error:
        actions.count_advice("gossip", "xx", "dream", actor=at_work)
    assert {field for field, _code in make.refused(error.value)} == {"theme", "language", "channel"}
