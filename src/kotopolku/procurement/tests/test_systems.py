"""A dynamic purchasing system: requests at any time, decisions in time and told, purchases among those admitted only."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from kotopolku import clock
from kotopolku.access.errors import MissingCapability, NotVisible
from kotopolku.access.viewer import Viewer
from kotopolku.actors.models import User
from kotopolku.clients.rules import Refusals
from kotopolku.clients.tests import factories as make
from kotopolku.journal.models import Entry
from kotopolku.notices.models import Notice as Message
from kotopolku.procurement import access, admission_rules, eforms, ocds
from kotopolku.procurement.actions import admissions, bids, publication, tenders
from kotopolku.procurement.admission_rules import Removal
from kotopolku.procurement.models import (
    Admission,
    AdmissionRequest,
    AdmissionState,
    Lot,
    Notice,
    Tender,
    TenderState,
)
from kotopolku.procurement.queries import my_work, public, systems
from kotopolku.procurement.queries import tenders as queries
from kotopolku.procurement.queries.timeline import path
from kotopolku.procurement.tests import systems_world as own
from kotopolku.procurement.tests import tender_world as world
from kotopolku.procurement.tests.systems_world import LATER
from kotopolku.procurement.tests.tender_world import ON, at

pytestmark = pytest.mark.django_db
PHRASE = "pitkä kesäinen iltapäivä"
REASONS = {"reasons_fi": "Opetuslupa puuttuu.", "reasons_sv": "Undervisningstillståndet saknas."}
REMOVAL = Removal("grave-misconduct", "Kuultu 8.1.; ei vastausta.", "Peruste.", "Grund.")


def codes(act: Callable[[], object]) -> set[tuple[str, str]]:
    with pytest.raises(Refusals) as found:
        act()
    return {(one.field, one.code) for one in found.value.refusals}


@pytest.fixture
def first() -> Viewer:
    return world.officer()


@pytest.fixture
def second() -> Viewer:
    return world.officer()


@pytest.fixture
def system(first: Viewer, second: Viewer) -> tuple[Tender, list[Lot]]:
    return own.system(first, second)


# --- Requests ---------------------------------------------------------------------------------------------------------


def test_days_to_decide_are_working_days_and_lengthening_gives_five_more() -> None:
    # Wednesday 23 December 2026: Christmas, New Year and Epiphany are passed over.
    assert admission_rules.due_on(date(2026, 12, 23)) == date(2027, 1, 12)
    assert admission_rules.lengthened_due(date(2026, 12, 23)) == date(2027, 1, 19)


def test_a_request_is_taken_at_any_time_while_the_system_runs_and_what_it_lacks_is_told(
    system: tuple[Tender, list[Lot]],
) -> None:
    found, lots = system
    late, early = world.bidder(), world.bidder(world.SECOND_BIDDER)
    with make.working(late):
        free, told = [lots[0].pk], own.answers(found) | {"bidder-code": " "}
        assert codes(lambda: admissions.ask_to_join(found.pk, [], told, actor=late)) == {
            ("categories", "required"),
            ("bidder-code", "required"),
        }
        assert admissions.ask_to_join(found.pk, free, own.answers(found), actor=late).due_on == date(
            2026, 12, 7
        )
        again = admissions.ask_to_join
        assert codes(lambda: again(found.pk, free, own.answers(found), actor=late)) == {("", "waiting")}
    assert own.asked(found, early, lots, found.ends_on or ON).is_waiting
    with make.working(world.officer()) as officer, pytest.raises(MissingCapability):
        admissions.ask_to_join(found.pk, free, own.answers(found), actor=officer)
    after = (found.ends_on or ON) + timedelta(1)
    third = world.bidder("koul-kolmas")
    assert codes(lambda: own.asked(found, third, lots, after)) == {("", "ended")}


def test_a_late_decision_is_warned_of_and_waits_in_my_work_but_is_not_barred(
    system: tuple[Tender, list[Lot]], first: Viewer, second: Viewer
) -> None:
    found, lots = system
    request = own.asked(found, world.bidder(), lots)
    with at(first, request.due_on) as officer:
        [line] = systems.system_page(officer, found.pk).waiting
        assert not line.late
        [todo] = [one for one in my_work.todo(officer, 20) if str(request.pk) in one.address]
        assert todo.due == request.due_on
    with at(first, request.due_on + timedelta(1)) as officer:
        assert systems.system_page(officer, found.pk).waiting[0].late
    done = own.decided(request, second, lots, request.due_on + timedelta(1))
    assert done.decided_on == request.due_on + timedelta(1)
    with make.working(first):
        assert systems.my_work(first) == []


def test_the_time_is_lengthened_once_with_a_reason_and_the_supplier_is_told(
    system: tuple[Tender, list[Lot]], first: Viewer
) -> None:
    found, lots = system
    supplier = world.bidder()
    request = own.asked(found, supplier, lots)
    with make.working(first):
        act = admissions.lengthen
        assert codes(lambda: act(request.pk, " ", actor=first, expected_version=1)) == {("why", "required")}
        longer = act(request.pk, "Lupa tarkistetaan.", actor=first, expected_version=1)
        assert longer.due_on == admission_rules.lengthened_due(ON) > request.due_on
        assert codes(lambda: act(request.pk, "Vielä.", actor=first, expected_version=2)) == {
            ("", "lengthened")
        }
    with make.working(supplier):
        assert Message.objects.filter(kind="procurement.admission-lengthened").exists()


def test_a_refusal_needs_reasons_in_both_languages_and_the_supplier_reads_them_with_instructions(
    system: tuple[Tender, list[Lot]], second: Viewer, client: Client, today: None
) -> None:
    found, lots = system
    supplier = world.bidder()
    request = own.asked(found, supplier, lots)
    assert codes(lambda: own.decided(request, second, lots[:1])) == {
        ("reasons_fi", "required"),
        ("reasons_sv", "required"),
    }
    own.decided(request, second, lots[:1], **REASONS)
    with make.working(supplier):
        states = [one.state for one in Admission.objects.order_by("lot_id")]
        assert states == [AdmissionState.ADMITTED, AdmissionState.REFUSED]
        [told] = Message.objects.filter(kind="procurement.admission-decided")
        assert told.address == reverse("procurement:system-ours", args=[found.pk])
    page = shown(client, supplier, told.address)
    assert REASONS["reasons_sv"] in page
    assert "7.12." in page  # fourteen days from the decision


def test_a_supplier_withdraws_its_request_and_may_send_another(system: tuple[Tender, list[Lot]]) -> None:
    found, lots = system
    supplier = world.bidder()
    own.asked(found, supplier, lots)
    with make.working(supplier):
        admissions.withdraw_request(found.pk, actor=supplier)
        assert codes(lambda: admissions.withdraw_request(found.pk, actor=supplier)) == {("", "state")}
    assert own.asked(found, supplier, lots[:1]).is_waiting


# --- Who sees what ----------------------------------------------------------------------------------------------------


def test_a_request_is_seen_by_its_supplier_and_the_buyer_only(
    system: tuple[Tender, list[Lot]], first: Viewer
) -> None:
    found, lots = system
    supplier = world.bidder()
    request = own.asked(found, supplier, lots)
    strangers = (world.bidder(world.SECOND_BIDDER), world.officer(world.OTHER_AREA))
    for viewer in (*strangers, Viewer(user_id=None, name="", day=ON, seat=None)):
        with make.working(viewer):
            assert (AdmissionRequest.objects.count(), Admission.objects.count()) == (0, 0)
            with pytest.raises(NotVisible):
                access.admission_request(viewer, request.pk)
    with make.working(strangers[0]) as other:
        assert systems.our_system(other, found.pk).requests == []
        assert len(systems.our_system(other, found.pk).free) == 2
    with make.working(supplier):
        assert len(systems.our_system(supplier, found.pk).requests) == 1
        assert Admission.objects.update(state=AdmissionState.ADMITTED) == 0
    with make.working(first):
        assert admissions.look(request.pk, actor=first).answers["bidder-name"] == "Tarjoaja Oy"
        assert Entry.objects.filter(action="procurement.admission-request.viewed").exists()


def test_a_purchase_is_seen_and_bid_on_by_those_admitted_to_its_category_only(
    system: tuple[Tender, list[Lot]], first: Viewer, second: Viewer
) -> None:
    found, lots = system
    inside, outside = world.bidder(), world.bidder(world.SECOND_BIDDER)
    own.joined(found, inside, second, lots[:1])
    own.joined(found, outside, second, lots[1:])
    bought = own.invited(first, second, lots[0])
    late = world.bidder("koul-kolmas")
    own.decided(own.asked(found, late, lots[:1], LATER), second, lots[:1], LATER + timedelta(1))
    with at(inside, LATER) as viewer:
        assert [one.pk for one in systems.our_system(viewer, found.pk).purchases] == [bought.pk]
        assert public.detail(viewer, bought.pk).tender == bought
        assert bids.start_bid(bought.pk, PHRASE, actor=viewer)[0].tender == bought
        [message] = Message.objects.filter(kind="procurement.tender-published", object_id=bought.pk)
        assert message.organisation_id == viewer.organisation_id
    nobody = Viewer(user_id=None, name="", day=LATER, seat=None)
    for stranger in (
        outside,
        replace(late, day=LATER + timedelta(2)),
        world.officer(world.OTHER_AREA),
        nobody,
    ):
        with at(stranger, max(stranger.day, LATER)) as viewer:
            assert not Tender.objects.filter(pk=bought.pk).exists()
            assert not bought.lots.exists()
            for door in (access.tender_for_bidder, access.read_tender):
                with pytest.raises(NotVisible):
                    door(viewer, bought.pk)
    with at(first, LATER) as viewer:
        assert bought.pk not in {one.tender.pk for one in public.lines(viewer)}
        assert ocds.release(bought, LATER) is None
    with make.working(Viewer.for_system("test", LATER)):
        Tender.objects.filter(pk=bought.pk).update(state=TenderState.DECIDED)
    with make.working(nobody):
        assert access.read_tender(nobody, bought.pk) == bought


def test_who_has_left_or_was_removed_cannot_go_on_with_its_bid(
    system: tuple[Tender, list[Lot]], first: Viewer, second: Viewer
) -> None:
    found, lots = system
    leaving, removed = world.bidder(), world.bidder(world.SECOND_BIDDER)
    for one in (leaving, removed):
        own.joined(found, one, second, lots[:1])
    bought = own.invited(first, second, lots[0])
    with at(leaving, LATER + timedelta(1)) as viewer:
        [place] = systems.our_system(viewer, found.pk).places
        admissions.leave(place.pk, actor=viewer)
        assert codes(lambda: bids.start_bid(bought.pk, PHRASE, actor=viewer)) == {("", "not-admitted")}
    supplier = removed.organisation_id or 0
    with at(second, LATER + timedelta(1)) as actor:
        unheard = replace(REMOVAL, hearing=" ")
        assert codes(lambda: admissions.remove(found.pk, supplier, unheard, actor=actor)) == {
            ("hearing", "required")
        }
        admissions.remove(found.pk, supplier, REMOVAL, actor=actor)
        assert systems.admitted(lot.pk for lot in lots) == []
    with at(removed, LATER + timedelta(1)) as viewer:
        assert Message.objects.filter(kind="procurement.admission-removed").exists()
        assert codes(lambda: bids.start_bid(bought.pk, PHRASE, actor=viewer)) == {("", "not-admitted")}


# --- Purchases and the end --------------------------------------------------------------------------------------------


def blocking(tender: Tender, viewer: Viewer) -> list[str]:
    with make.working(viewer), translation.override("en"):
        tender.refresh_from_db()
        return [one.text for one in queries.remarks(queries.parts_of(tender)) if one.blocks]


def test_nothing_is_bought_before_the_first_limit_with_nobody_admitted_or_with_too_short_a_time(
    system: tuple[Tender, list[Lot]], first: Viewer, second: Viewer
) -> None:
    found, lots = system
    limit = systems.first_limit(found)
    assert limit == date(2026, 12, 23)
    early = own.purchase(first, lots[0], limit)
    day = replace(first, day=limit)
    assert [word in text for word, text in zip(("23", "Nobody"), blocking(early, day), strict=True)] == [
        True
    ] * 2
    own.joined(found, world.bidder(), second, lots[:1])
    assert len(blocking(early, day)) == 1
    with make.working(day):
        assert ("", "unfinished") in codes(
            lambda: publication.send_for_review(early.pk, actor=day, expected_version=early.version)
        )
    assert blocking(early, replace(first, day=limit + timedelta(1))) == []
    short = world.times(LATER, bids_by=world.times(LATER - timedelta(28)).bids_by, answers_by=None)
    short = replace(short, questions_by=short.bids_by - timedelta(2))
    later = replace(first, day=LATER)
    with make.working(later):
        tenders.change_tender(early.pk, short, actor=later, expected_version=early.version)
    assert len(blocking(early, later)) == 1


def test_a_category_is_of_an_own_running_system_and_of_a_purchase_within_it(
    system: tuple[Tender, list[Lot]], first: Viewer
) -> None:
    _found, lots = system
    stranger = world.officer(world.OTHER_AREA)

    def drafting(actor: Viewer, procedure: str) -> set[tuple[str, str]]:
        with make.working(actor):
            content = world.basics(procedure=procedure, category_id=lots[0].pk)
            return codes(lambda: tenders.draft_tender(content, actor=actor))

    assert drafting(first, "annex-e") == {("category", "not-inside")}
    assert drafting(stranger, "dynamic-purchase") == {("category", "unknown")}


def test_a_system_ends_by_a_notice_after_the_last_request_and_nothing_more_is_bought(
    system: tuple[Tender, list[Lot]], first: Viewer, second: Viewer
) -> None:
    found, lots = system
    supplier = world.bidder()
    own.joined(found, supplier, second, lots[:1])
    draft = own.purchase(first, lots[0])
    waiting = own.asked(found, world.bidder(world.SECOND_BIDDER), lots, LATER)
    with at(second, LATER) as actor:
        found.refresh_from_db()
        version = found.version
        end = admissions.end_system
        assert codes(lambda: end(found.pk, "Tarve poistui.", actor=actor, expected_version=version)) == {
            ("", "waiting")
        }
    own.decided(waiting, second, [], LATER, **REASONS)
    with at(second, LATER) as actor:
        ended = end(found.pk, "Tarve poistui.", actor=actor, expected_version=version)
        assert (ended.state, ended.ended_on) == (TenderState.ENDED, LATER)
        notice = Notice.objects.get(tender=found, occasion="end")
        assert (notice.subtype, notice.payload["BT-119"]) == (29, True)
        assert eforms.missing(notice.payload) == []
        assert systems.categories(actor) == []
        assert {one.state for one in path(ended, ended.published_at)} == {"done"}  # type: ignore[arg-type]
    assert "ended" in " ".join(blocking(draft, replace(first, day=LATER)))
    with at(supplier, LATER):
        assert Message.objects.filter(kind="procurement.system-changed", on=LATER).exists()


def test_a_change_of_duration_is_told_by_a_notice_and_the_first_notice_says_how_to_join(
    system: tuple[Tender, list[Lot]], second: Viewer
) -> None:
    found, _lots = system
    longer = (found.ends_on or ON) + timedelta(365)
    with make.working(second):
        [told] = Notice.objects.filter(tender=found)
        assert (told.subtype, told.payload["BT-1311"], told.payload["BT-766"]) == (
            16,
            "2026-12-23",
            "dps-list",
        )
        assert eforms.missing(told.payload) == []
        act, version = admissions.change_duration, found.version
        past = ON - timedelta(1)
        assert codes(lambda: act(found.pk, past, "Syy", actor=second, expected_version=version)) == {
            ("ends_on", "past")
        }
        act(found.pk, longer, "Tarve jatkuu.", actor=second, expected_version=version)
        change = Notice.objects.get(tender=found, occasion="change")
        assert change.corrects == told
        assert change.payload["lots"][0]["BT-537-Lot"] == longer.isoformat()


# --- Pages ------------------------------------------------------------------------------------------------------------


@pytest.fixture
def today() -> Iterator[None]:
    """Pages see the day of the tests."""
    with clock.at(ON):
        yield


def shown(client: Client, viewer: Viewer, address: str) -> str:
    user = User.objects.get(pk=viewer.user_id)
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    answer = client.get(address)
    assert answer.status_code == 200, (address, answer.status_code)
    return answer.content.decode()


def test_a_supplier_asks_on_its_page_and_the_buyer_decides_on_its_own(
    system: tuple[Tender, list[Lot]], second: Viewer, client: Client, today: None
) -> None:
    found, lots = system
    supplier = world.bidder()
    join = reverse("procurement:system-join", args=[found.pk])
    assert "Opetusluvat ovat kunnossa" in shown(client, supplier, join)
    assert client.post(join, {"token": "00000000-0000-4000-8000-000000000001"}).status_code == 422
    typed = own.answers(found) | {"categories": [lots[0].pk], "token": "00000000-0000-4000-8000-000000000001"}
    assert client.post(join, typed).status_code == 302
    assert found.name in shown(client, supplier, reverse("procurement:bids"))
    with make.working(second):
        [request] = AdmissionRequest.objects.all()
    assert "Tarjoaja koul-testi" in shown(client, second, reverse("procurement:system", args=[found.pk]))
    assert "Tarjoaja Oy" in shown(client, second, reverse("procurement:admission", args=[request.pk]))
    decide = reverse("procurement:admission-decide", args=[request.pk])
    assert client.post(decide, {"categories": [lots[0].pk], "version": 1}).status_code == 302
    client.logout()
    public_page = client.get(reverse("procurement:public-tender", args=[found.pk])).content.decode()
    assert "Tarjoaja koul-testi" not in public_page
    assert 'id="join-title"' in public_page
