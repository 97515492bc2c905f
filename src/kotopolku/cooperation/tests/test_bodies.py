"""Bodies of cooperation and their terms on the pages: founded, appointed by the Act of the day, ended, watched, read by all."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kotopolku.access import rowsecurity
from kotopolku.access.capabilities import CAPABILITIES, Capability, Role
from kotopolku.clients.rules import Refusals
from kotopolku.clients.tests import factories as make
from kotopolku.clients.tests.walking import Worker, words
from kotopolku.cooperation.actions import bodies, meetings
from kotopolku.cooperation.models import Body, BodyTerm, HearingInvitee, Meeting, SeatHolder, Statement
from kotopolku.cooperation.queries import bodies as queries
from kotopolku.cooperation.queries.my_work import todo
from kotopolku.cooperation.rules_bodies import TermContent
from kotopolku.cooperation.tests import bodies_world as world
from kotopolku.cooperation.tests import hearings_world, meetings_world
from kotopolku.journal.models import Entry

pytestmark = pytest.mark.django_db
LIST = "/commons/bodies/"


def ely(on: date) -> Worker:
    return Worker(world.ELY, on, Role.REGIONAL_OFFICER)


def entries(action: str) -> int:
    with rowsecurity.as_system():
        return Entry.objects.filter(action=action).count()


def test_a_successor_takes_over_the_body_of_an_authority_that_is_no_more() -> None:
    on = date(2025, 3, 1)
    before = ely(on)
    made = world.body(before.viewer, on, kind="etno", name_fi="Uudenmaan ETNO", name_sv="")
    stranger = Worker("evk-04", world.ON, Role.REGIONAL_OFFICER)
    by = world.keeper()
    page = f"{LIST}{made.pk}/take-over/"
    assert stranger.get(page).status_code == 404
    assert by.get(f"{LIST}{made.pk}/edit/").status_code == 404, "not its own yet"
    assert "Uudenmaan ETNO" in words(by.get(LIST))
    assert page in by.get(LIST).content.decode()
    asking = hearings_world.opened(hearings_world.keeper())
    with rowsecurity.as_system():
        old = {
            "hearing": asking,
            "organisation": made.organisation,
            "body": made,
            "sender_id": asking.organisation_id,
        }
        HearingInvitee.objects.create(**old)
        Statement.objects.create(**old)
    version = by.hidden(page)["version"]
    assert by.post(page, version=version, reason=" ").status_code == 422
    assert by.post(page, version=version, reason="Tehtävät siirtyivät 1.1.2026.").status_code == 302
    assert by.post(page, version=version, reason="Taas").status_code == 404, "taken over already"
    with make.working(by.viewer):
        found = Body.objects.get(pk=made.pk)
        rows = (*HearingInvitee.objects.filter(body=made), *Statement.objects.filter(body=made))
        assert {one.organisation_id for one in rows} == {found.organisation_id}, "it answers in open hearings"
        assert len(rows) == 2
    assert found.organisation.code == world.REGION
    assert found.taken_over_on == world.ON
    assert "092" in found.municipalities, "the area is written down as it was"
    assert by.get(f"{LIST}{made.pk}/edit/").status_code == 200
    assert entries("cooperation.body.taken-over") == 1


def test_a_body_is_founded_and_appointed_on_the_pages() -> None:
    by = world.keeper()
    page = by.get(LIST + "new/")
    assert page.status_code == 200
    typed = {
        "token": by.hidden(LIST + "new/")["token"],
        "kind": "group",
        "founded_on": "1.1.2026",
        "name_fi": "",
        "quorum": "0",
    }
    wrong = by.post(LIST + "new/", **typed)
    assert wrong.status_code == 422
    typed |= {"name_fi": "Uudenmaan yhteistyöryhmä", "purpose_fi": ""}
    wrong = by.post(LIST + "new/", **typed)
    assert wrong.status_code == 422
    assert "Write what the body is for." in words(wrong)
    assert "The quorum is 1 to 200." in words(wrong)
    assert "Uudenmaan yhteistyöryhmä" in wrong.content.decode(), "what was typed stays"
    typed |= {"purpose_fi": "Sovittaa yhteen", "quorum": "5", "municipalities": ["049", "092"]}
    assert by.post(LIST + "new/", **typed).status_code == 302
    assert by.post(LIST + "new/", **typed).status_code == 302, "the same form again"
    with make.working(by.viewer):
        [found] = Body.objects.all()
    assert found.municipalities == ["049", "092"]
    page = f"{LIST}{found.pk}/"
    text = words(by.get(page))
    assert "681/2023 § 58" in text
    assert "The body has not been appointed for any term." in text
    new = by.get(page + "terms/new/")
    assert "has a term" not in words(new)
    assert "four years" in words(new), "the rule's own words beside the form"
    typed = {
        "token": by.hidden(page + "terms/new/")["token"],
        "first_on": "1.2.2026",
        "appointed_on": "15.1.2026",
        "decision": "UUD/12/2026",
    }
    assert by.post(page + "terms/new/", **typed).status_code == 302
    with make.working(by.viewer):
        [term] = BodyTerm.objects.all()
    assert (term.days.lower, term.last_day) == (date(2026, 2, 1), date(2030, 1, 31))
    assert "UUD/12/2026" in words(by.get(page))
    assert (entries("cooperation.body.founded"), entries("cooperation.body.appointed")) == (1, 1)


def test_every_organisation_reads_a_body_and_only_its_keeper_changes_it() -> None:
    by = world.keeper()
    body = world.body(by.viewer)
    term = world.term(by.viewer, body)
    page = f"{LIST}{body.pk}/"
    for reader in (
        Worker(world.KAJAANI, world.ON),
        Worker(world.VANTAA, world.ON, Role.TEAM_LEADER),
        Worker(world.REGION, world.ON, Role.READER),
    ):
        assert "Uudenmaan yhteistyöryhmä" in words(reader.get(LIST))
        assert reader.get(page).status_code == 200
        keeps = Capability.BODY_KEEP in reader.viewer.seat.capabilities  # type: ignore[union-attr]
        hidden = 404 if keeps else 403
        for address in ("edit/", "end/", "terms/new/"):
            assert reader.get(page + address).status_code == hidden
            assert reader.post(page + address).status_code == hidden
        for address in ("edit/", "copy/", "call/", "seats/new/"):
            assert reader.get(f"{LIST}terms/{term.pk}/{address}").status_code == hidden
        assert reader.post(f"{LIST}terms/{term.pk}/remove/").status_code == hidden
    assert by.get("/commons/bodies/999999/").status_code == 404


def test_a_commission_is_refused_when_it_is_too_long_or_its_act_is_not_in_force() -> None:
    then = ely(date(2021, 12, 1))
    body = world.body(then.viewer, date(2018, 12, 1), kind="commission")
    page = f"{LIST}{body.pk}/terms/new/"
    typed = {
        "token": then.hidden(page)["token"],
        "first_on": "1.1.2022",
        "last_on": "1.1.2025",
        "appointed_on": "1.12.2021",
    }
    wrong = then.post(page, **typed)
    assert wrong.status_code == 422
    assert "at most 3 years (1386/2010 § 39)" in words(wrong)
    assert then.post(page, **(typed | {"last_on": "31.12.2024"})).status_code == 302
    late = then.post(page, **(typed | {"first_on": "1.1.2025", "token": then.hidden(page)["token"]}))
    assert late.status_code == 422
    assert "From 1 January 2025 the body is the regional cooperation group (681/2023 § 58)." in words(late)
    now = world.keeper()
    with pytest.raises(Refusals) as refused:
        world.body(now.viewer, date(2026, 1, 1), kind="commission")
    assert refused.value.codes == ("act-not-in-force",)


def test_who_appoints_a_body_follows_its_kind() -> None:
    town = Worker(world.VANTAA, world.ON, Role.TEAM_LEADER)
    with pytest.raises(Refusals) as refused:
        world.body(town.viewer, kind="group")
    assert refused.value.codes == ("keeper",)
    assert world.body(town.viewer, kind="board").kind == "board"
    kinds = words(town.get(LIST + "new/"))
    assert "municipal advisory board" in kinds
    assert "regional cooperation group" not in kinds


def test_terms_of_a_body_do_not_overlap() -> None:
    by = world.keeper()
    body = world.body(by.viewer)
    world.term(by.viewer, body)
    for first, last, code in (
        (world.LAST, world.LAST + timedelta(days=9), "overlap"),
        (world.LAST, world.FIRST, "before-start"),
        (date(2026, 1, 1), date(2026, 1, 9), "before-founded"),
    ):
        with pytest.raises(Refusals) as refused:
            world.term(by.viewer, body, first, last)
        assert refused.value.codes == (code,)


def test_two_who_change_a_body_or_a_term_at_once_are_told() -> None:
    by = world.keeper()
    body = world.body(by.viewer)
    term = world.term(by.viewer, body)
    page = f"{LIST}{body.pk}/edit/"
    typed = {
        "version": by.hidden(page)["version"],
        "token": by.hidden(page)["token"],
        "name_fi": "Uusi nimi",
        "purpose_fi": "Uusi tehtävä",
    }
    assert by.post(page, **typed).status_code == 302
    clash = by.post(page, **(typed | {"name_fi": "Toinen nimi"}))
    assert clash.status_code == 409
    assert "Toinen nimi" in clash.content.decode(), "nothing typed is lost"
    page = f"{LIST}terms/{term.pk}/edit/"
    typed = by.hidden(page) | {"first_on": "1.2.2026", "last_on": "31.1.2029", "appointed_on": "1.2.2026"}
    assert by.post(page, **typed).status_code == 302
    assert by.post(page, **typed).status_code == 409


def test_a_shortened_term_shortens_those_who_sat_to_its_end() -> None:
    by = world.keeper()
    term = world.term(by.viewer, world.body(by.viewer))
    seat = world.seat(by.viewer, term)
    world.holder(by.viewer, seat, "Aino Esimerkki", last=date(2027, 6, 30))
    whole = world.holder(by.viewer, seat, "Eero Näyte", date(2027, 7, 1))
    last = date(2028, 1, 31)
    with make.working(by.viewer) as at_work:
        content = TermContent(world.FIRST, last, world.FIRST)
        bodies.change_term(term.pk, content, actor=at_work, expected_version=1)
        whole.refresh_from_db()
        assert (whole.days.lower, whole.last_day) == (date(2027, 7, 1), last)
        early = TermContent(world.FIRST, date(2027, 1, 1), world.FIRST)
        with pytest.raises(Refusals) as refused:
            bodies.change_term(term.pk, early, actor=at_work, expected_version=2)
    assert refused.value.codes == ("named-outside",)


def test_a_body_that_ends_keeps_its_history() -> None:
    by = world.keeper()
    body = world.body(by.viewer)
    term = world.term(by.viewer, body)
    holder = world.holder(by.viewer, world.seat(by.viewer, term), "Aino Esimerkki")
    page = f"{LIST}{body.pk}/end/"
    typed = {"version": by.hidden(page)["version"], "on": "30.11.2026"}
    with make.working(by.viewer) as at_work:
        meeting = meetings.plan(body.pk, meetings_world.content(), actor=at_work)
    wrong = by.post(page, **typed)
    assert wrong.status_code == 422
    assert "The body has a meeting on" in words(wrong)
    with make.working(by.viewer):
        Meeting.objects.filter(pk=meeting.pk).update(state="cancelled")
    assert by.post(page, **typed).status_code == 302
    assert by.post(page, **(typed | {"version": "2"})).status_code == 422, "ended already"
    with make.working(by.viewer):
        holder.refresh_from_db()
        assert holder.last_day == date(2026, 11, 30)
    with by.on(date(2027, 1, 15)):
        assert "Uudenmaan yhteistyöryhmä" not in words(by.get(LIST))
        assert "Uudenmaan yhteistyöryhmä" in words(by.get(LIST, past="on"))
        assert "Aino Esimerkki" in words(by.get(f"{LIST}{body.pk}/"))
    assert "Aino Esimerkki" in words(by.get(f"{LIST}{body.pk}/"))


def test_no_meeting_is_left_outside_the_days_of_its_body() -> None:
    group = meetings_world.group()
    by, term = group.keeper, group.term
    empty = world.term(by.viewer, world.body(by.viewer, kind="working"))
    with make.working(by.viewer) as at_work:
        following = bodies.appoint(
            group.body.pk,
            TermContent(world.LAST + timedelta(days=1), world.LAST + timedelta(days=90), world.ON),
            actor=at_work,
        )
    meetings_world.planned(
        group,
        starts_at=meetings_world.at(9, day=following.days.lower),
        ends_at=meetings_world.at(11, day=following.days.lower),
    )
    meetings_world.planned(group)
    by.post(f"{LIST}terms/{empty.pk}/remove/")
    by.post(f"{LIST}terms/{following.pk}/remove/")
    assert "The term has meetings" in words(by.get(f"{LIST}terms/{following.pk}/"))
    page = f"{LIST}terms/{term.pk}/edit/"
    shorter = {"first_on": "1.2.2026", "last_on": "13.12.2026", "appointed_on": "1.2.2026"}
    wrong = by.post(page, **by.hidden(page), **shorter)
    assert wrong.status_code == 422
    assert "The body has a meeting on 14 December 2026." in words(wrong)
    assert by.post(page, **by.hidden(page), **(shorter | {"last_on": "14.12.2026"})).status_code == 302
    with make.working(by.viewer):
        assert set(BodyTerm.objects.values_list("pk", flat=True)) == {term.pk, following.pk}


def test_only_an_empty_term_is_removed() -> None:
    by = world.keeper()
    body = world.body(by.viewer)
    term = world.term(by.viewer, body)
    world.holder(by.viewer, world.seat(by.viewer, term), "Aino Esimerkki")
    empty = world.term(by.viewer, body, world.LAST + timedelta(days=1), world.LAST + timedelta(days=90))
    for one in (term, empty):
        by.post(f"{LIST}terms/{one.pk}/remove/")
    with make.working(by.viewer):
        assert list(BodyTerm.objects.values_list("pk", flat=True)) == [term.pk]


def test_a_term_that_ends_and_a_vacant_seat_wait_for_the_keeper() -> None:
    by = world.keeper()
    soon = world.term(by.viewer, world.body(by.viewer), last=world.ON + timedelta(days=120))
    later = world.term(
        by.viewer, world.body(by.viewer, name_fi="Toinen"), last=world.ON + timedelta(days=121)
    )
    empty = world.seat(by.viewer, later)
    world.holder(by.viewer, world.seat(by.viewer, later), "Aino Esimerkki", last=later.last_day)
    with make.working(by.viewer) as at_work:
        found = queries.watched(at_work)
        assert [(one.term.pk, one.due) for one in found if one.line is None] == [(soon.pk, soon.last_day)]
        assert [(one.line.seat.pk, one.due) for one in found if one.line] == [
            (empty.pk, world.FIRST + timedelta(days=60))
        ]
        assert {one.address for one in todo(at_work)} == {
            f"/commons/bodies/{soon.body_id}/",
            f"/commons/bodies/seats/{empty.pk}/",
        }
    assert "2 terms or seats" in words(by.get(LIST))
    text = words(by.get(LIST + "watch/"))
    assert "Vacant seat: member" in text
    assert "The term ends on" in text
    other = Worker(world.VANTAA, world.ON, Role.TEAM_LEADER)
    assert "Vacant seat" not in words(other.get(LIST + "watch/"))
    assert "My work" in words(by.get("/"))
    world.term(by.viewer, soon.body, world.ON + timedelta(days=121), world.ON + timedelta(days=999))
    world.holder(by.viewer, empty, "Eero Näyte", world.ON, later.last_day)
    with make.working(by.viewer) as at_work:
        assert queries.watched(at_work) == []


def test_a_seat_in_a_body_gives_no_right_of_access() -> None:
    by, sits = world.keeper(), Worker(world.VANTAA, world.ON, Role.READER)
    body = world.body(by.viewer)
    term = world.term(by.viewer, body)
    before = {address: sits.get(address).status_code for address in PLACES}
    email = world.with_address(sits, "sits@example.invalid")
    for role in ("chair", "secretary"):
        holder = world.holder(by.viewer, world.seat(by.viewer, term, role), "Tuuli Testi", email=email)
        assert holder.user_id == sits.viewer.user_id
    assert {address: sits.get(address).status_code for address in PLACES} == before
    assert sits.viewer.seat is not None
    assert sits.viewer.seat.capabilities == CAPABILITIES[Role.READER]
    assert sits.get(f"{LIST}{body.pk}/edit/").status_code == 403
    assert sits.post(f"{LIST}terms/{term.pk}/seats/new/").status_code == 403
    with make.working(sits.viewer), pytest.raises(Exception, match="row-level security"):
        SeatHolder.objects.create(
            seat=holder.seat, part="deputy", name="Itse Nimetty", days=holder.days, user_id=holder.user_id
        )


PLACES = ("/clients/", "/placement/", "/commons/bodies/new/", "/commons/bulletins/new/", "/journal/")


def test_the_list_and_a_body_take_as_many_statements_for_many_as_for_few() -> None:
    by, reader = world.keeper(), Worker(world.KAJAANI, world.ON)
    body = world.body(by.viewer)
    term = world.term(by.viewer, body)

    def statements(who: Worker, address: str) -> int:
        with CaptureQueriesContext(connection) as found:
            assert who.get(address).status_code == 200
        return len(found)

    world.holder(by.viewer, world.seat(by.viewer, term), "Aino Esimerkki")
    pages = [(reader, LIST), (by, LIST), (reader, f"{LIST}{body.pk}/"), (by, LIST + "watch/")]
    for who, address in pages:
        statements(who, address)
    few = [statements(who, address) for who, address in pages]
    for number in range(12):
        seat = world.seat(by.viewer, term)
        if number % 2:
            world.holder(by.viewer, seat, f"Henkilö {number}")
        world.term(by.viewer, world.body(by.viewer, name_fi=f"Ryhmä {number}"))
    assert [statements(who, address) for who, address in pages] == few
