"""An agreement from draft to its end: each side's step, what the Act wants between, and who sees it."""

from dataclasses import replace
from datetime import date

import pytest
from django.db import IntegrityError, transaction

from kotopolku.access import rowsecurity
from kotopolku.access.capabilities import Role
from kotopolku.access.errors import MissingCapability, NotVisible
from kotopolku.access.viewer import Viewer
from kotopolku.clients.rules import EditClash, Refusals
from kotopolku.clients.tests import factories as make
from kotopolku.journal.models import Entry
from kotopolku.placement import access, actions
from kotopolku.placement.jobs import remind
from kotopolku.placement.models import Agreement, AgreementReview, AgreementState
from kotopolku.placement.queries import agreements as queries
from kotopolku.placement.tests import places_world as world
from kotopolku.placement.tests.places_world import ON

pytestmark = pytest.mark.django_db


@pytest.fixture
def region() -> Viewer:
    return world.officer()


@pytest.fixture
def vantaa() -> Viewer:
    return world.leader()


def test_an_agreement_goes_from_draft_to_both_signatures_and_each_step_is_journalled(
    region: Viewer, vantaa: Viewer
) -> None:
    agreement = world.signed(region, vantaa)
    assert agreement.state == AgreementState.IN_FORCE
    assert agreement.act == "681/2023"
    assert agreement.county is not None
    # Reviewed at least every four years (681/2023 §42): from the day on which both had signed.
    assert agreement.review_by == date(2030, 11, 25)  # the 23rd is a Saturday
    with rowsecurity.as_system():
        acts = Entry.objects.filter(object_kind="placement.agreement")
        names = list(acts.values_list("action", flat=True))
    assert sorted(names) == [
        "placement.agreement.county-asked",
        "placement.agreement.county-heard",
        "placement.agreement.decided",
        "placement.agreement.drafted",
        "placement.agreement.signed",
        "placement.agreement.signed",
    ]


def test_under_the_act_of_2010_the_review_is_yearly_and_no_county_is_heard() -> None:
    then = date(2021, 4, 26)
    region, vantaa = world.officer("ely-01", then), world.leader(on=then)
    agreement = world.drafted(region, vantaa, starts_on=then)
    assert (agreement.act, agreement.county) == ("1386/2010", None)
    agreement = world.decided(agreement, vantaa)
    for side in (vantaa, region):
        with make.working(side):
            agreement = actions.sign_agreement(agreement.pk, actor=side, expected_version=agreement.version)
    assert agreement.review_by == date(2022, 4, 26)


def test_without_the_county_heard_the_municipality_cannot_decide(region: Viewer, vantaa: Viewer) -> None:
    agreement = world.drafted(region, vantaa)
    with pytest.raises(Refusals) as refused:
        world.decided(agreement, vantaa)
    assert refused.value.codes == ("hearing",)


def test_a_merged_or_unknown_municipality_is_refused_with_words(region: Viewer) -> None:
    with make.working(region), pytest.raises(Refusals) as refused:
        actions.draft_agreement(world.content(999_999_999), actor=region)
    assert make.refused(refused.value) == {("municipality", "unknown")}


def test_another_regions_municipality_cannot_be_chosen(region: Viewer) -> None:
    kajaani = world.leader(world.KAJAANI)
    with make.working(region), pytest.raises(Refusals):
        actions.draft_agreement(world.content(kajaani.organisation_id), actor=region)


def test_what_is_typed_wrongly_is_told_at_its_field(region: Viewer, vantaa: Viewer) -> None:
    wrong = world.content(
        vantaa.organisation_id, ends_on=date(2025, 1, 1), groups=("martians",), preparedness=" "
    )
    with make.working(region), pytest.raises(Refusals) as refused:
        actions.draft_agreement(wrong, actor=region)
    assert make.refused(refused.value) == {
        ("ends_on", "reversed"),
        ("groups", "required"),
        ("preparedness", "required"),
    }


def test_each_side_signs_once_and_only_what_it_has_seen(region: Viewer, vantaa: Viewer) -> None:
    agreement = world.drafted(region, vantaa)
    world.heard(agreement, vantaa)
    agreement = world.decided(agreement, vantaa)
    with make.working(vantaa):
        with pytest.raises(EditClash):
            actions.sign_agreement(agreement.pk, actor=vantaa, expected_version=agreement.version - 1)
        agreement = actions.sign_agreement(agreement.pk, actor=vantaa, expected_version=agreement.version)
        assert agreement.state == AgreementState.DECIDED
        with pytest.raises(Refusals) as refused:
            actions.sign_agreement(agreement.pk, actor=vantaa, expected_version=agreement.version)
    assert refused.value.codes == ("signed",)


def test_two_signed_agreements_cannot_cover_the_same_day(region: Viewer, vantaa: Viewer) -> None:
    first = world.signed(region, vantaa)
    with pytest.raises(Refusals) as refused:
        world.signed(region, vantaa, starts_on=date(2027, 1, 1))
    assert refused.value.codes == ("overlap",)
    with make.working(region), pytest.raises(IntegrityError), transaction.atomic():
        Agreement.objects.create(
            municipality_id=vantaa.organisation_id,
            authority_id=region.organisation_id,
            act="681/2023",
            days=first.days,
            state="in-force",
            made_on=ON,
        )


def test_a_review_moves_the_next_one_and_its_reminder(region: Viewer, vantaa: Viewer) -> None:
    agreement = world.signed(region, vantaa)
    late = date(2030, 10, 1)
    with make.working(region, late):
        remind(0)
        agreement.refresh_from_db()
        assert agreement.reminded_on == late
        assert remind(0) == 0
    with make.working(region, late) as then:
        reviewed = actions.review_agreement(agreement.pk, "Paikat riittävät.", late, actor=then)
    assert (reviewed.review_by, reviewed.reminded_on) == (date(2034, 10, 2), None)
    assert AgreementReview.objects.get().summary == "Paikat riittävät."


def test_either_side_ends_an_agreement_with_a_reason_and_never_in_the_past(
    region: Viewer, vantaa: Viewer
) -> None:
    agreement = world.signed(region, vantaa)
    with make.working(vantaa):
        with pytest.raises(Refusals) as refused:
            actions.end_agreement(agreement.pk, date(2026, 11, 22), " ", actor=vantaa)
        assert make.refused(refused.value) == {("last_day", "day-past"), ("reason", "required")}
        ended = actions.end_agreement(agreement.pk, date(2026, 12, 31), "Asuntoja ei ole.", actor=vantaa)
    assert queries.state_on(ended, ON) == "in-force"
    assert queries.state_on(ended, date(2027, 1, 1)) == "over"
    world.signed(region, vantaa, starts_on=date(2027, 1, 1))


def test_a_draft_is_given_up_with_a_reason(region: Viewer, vantaa: Viewer) -> None:
    agreement = world.drafted(region, vantaa)
    with make.working(vantaa):
        with pytest.raises(Refusals):
            actions.discard_agreement(agreement.pk, "", actor=vantaa)
        given_up = actions.discard_agreement(agreement.pk, "Ei nyt.", actor=vantaa)
    assert given_up.state == AgreementState.DISCARDED


def test_a_change_that_somebody_else_made_is_not_written_over(region: Viewer, vantaa: Viewer) -> None:
    agreement = world.drafted(region, vantaa)
    data = replace(world.content(vantaa.organisation_id), preparedness="Uusi teksti.")
    with make.working(region):
        actions.change_agreement(agreement.pk, data, actor=region, expected_version=1)
        with pytest.raises(EditClash):
            actions.change_agreement(agreement.pk, data, actor=region, expected_version=1)


def test_other_municipalities_and_regions_see_nothing_and_the_ministry_and_the_county_read(
    region: Viewer, vantaa: Viewer
) -> None:
    agreement = world.signed(region, vantaa)
    assert agreement.county is not None
    for stranger in (world.leader(world.KAJAANI), world.officer("evk-09")):
        with make.working(stranger):
            assert not Agreement.objects.exists()
            with pytest.raises(NotVisible):
                access.agreement(stranger, agreement.pk)
    for reader in (world.ministry(), make.worker(agreement.county.code, ON, role=Role.TEAM_LEADER)):
        with make.working(reader):
            assert access.agreement(reader, agreement.pk) == agreement
            assert Agreement.objects.filter(pk=agreement.pk).update(preparedness="x") == 0


def test_a_caseworker_reads_and_does_nothing(region: Viewer, vantaa: Viewer) -> None:
    agreement = world.drafted(region, vantaa)
    caseworker = make.worker(world.VANTAA, ON)
    with make.working(caseworker):
        assert access.agreement(caseworker, agreement.pk) == agreement
        with pytest.raises(MissingCapability):
            actions.ask_county(agreement.pk, actor=caseworker)


def test_the_region_that_follows_in_the_reform_has_the_agreements_of_its_area() -> None:
    then = date(2025, 5, 5)
    region, vantaa = world.officer("ely-01", then), world.leader(on=then)
    agreement = world.signed(region, vantaa, starts_on=then)
    after = world.officer()
    with make.working(after):
        assert access.agreement(after, agreement.pk) == agreement
        actions.review_agreement(agreement.pk, "Tarkistettu.", ON, actor=after)
