"""Seats of bodies: who sits, personal deputies, changes in mid-term, interests, copying, calling, what only the keeper sees."""

import csv
import io
import threading
from datetime import date, timedelta
from typing import Any

import pypdf
import pytest
from django.core.mail.backends.locmem import EmailBackend
from django.db import connection, transaction
from django.urls import reverse
from procrastinate.contrib.django.models import ProcrastinateJob

from kotopolku import clock
from kotopolku.access import rowsecurity
from kotopolku.access.capabilities import Role
from kotopolku.access.viewer import Viewer
from kotopolku.actors.models import Membership
from kotopolku.clients.rules import EditClash, Refusals
from kotopolku.clients.tests import factories as make
from kotopolku.clients.tests.walking import Worker, words
from kotopolku.cooperation import access_bodies
from kotopolku.cooperation.actions import mailing, seats
from kotopolku.cooperation.models import BodySeat, BodyTerm, HolderPrivate, SeatHolder
from kotopolku.cooperation.queries.body_seats import called
from kotopolku.cooperation.rules_bodies import HolderContent
from kotopolku.cooperation.tests import bodies_world as world
from kotopolku.journal.models import Entry
from kotopolku.notices.models import Notice

pytestmark = pytest.mark.django_db
LIST = "/commons/bodies/"
CHANGE = date(2026, 11, 1)


def stood_up(by: Worker) -> BodyTerm:
    return world.term(by.viewer, world.body(by.viewer))


def page_of(seat: BodySeat) -> str:
    return f"{LIST}seats/{seat.pk}/"


def notices(kind: str) -> list[int]:
    with rowsecurity.as_system():
        return list(Notice.objects.filter(kind=kind).order_by("user_id").values_list("user_id", flat=True))


def test_a_seat_is_added_for_an_organisation_that_is_found_by_name() -> None:
    by = world.keeper()
    term = stood_up(by)
    new = f"{LIST}terms/{term.pk}/seats/new/"
    token = by.hidden(new)["token"]
    typed = {"token": token, "role": "member", "sector": "municipality", "represents": "Yrittäjät"}
    found = by.post(new, **typed, find="Vant", do="find")
    assert found.status_code == 200
    assert "Vantaa" in words(found)
    assert "Yrittäjät" in found.content.decode(), "what was typed stays"
    wrong = by.post(new, token=token, role="member")
    assert wrong.status_code == 422
    assert "Choose the sector." in words(wrong)
    nobody = by.post(new, **(typed | {"represents": " "}))
    assert "Choose the organisation, or write whom the seat represents." in words(nobody)
    vantaa = str(world.organisation(world.VANTAA))
    done = by.post(new, **(typed | {"organisation": vantaa, "find": "Vant", "represents": ""}))
    assert done.status_code == 302
    with make.working(by.viewer):
        [seat] = BodySeat.objects.all()
    assert seat.organisation_id == int(vantaa)
    assert "Vantaa" in words(by.get(f"{LIST}terms/{term.pk}/"))


def test_a_second_chair_and_a_fifteenth_member_are_refused() -> None:
    then = Worker(world.ELY, date(2021, 12, 1), Role.REGIONAL_OFFICER)
    body = world.body(then.viewer, date(2018, 12, 1), kind="commission")
    term = world.term(then.viewer, body, date(2022, 1, 1), date(2024, 12, 31))
    with pytest.raises(Refusals) as refused:
        world.seat(then.viewer, term, "chair")
    assert refused.value.codes == ("chair-elsewhere",)
    world.seat(then.viewer, term, "chair", world.ELY)
    with pytest.raises(Refusals) as refused:
        world.seat(then.viewer, term, "chair", world.ELY)
    assert refused.value.codes == ("chair-twice",)
    for _n in range(14):
        world.seat(then.viewer, term)
    with pytest.raises(Refusals) as refused:
        world.seat(then.viewer, term)
    assert refused.value.codes == ("too-many",)
    page = f"{LIST}terms/{term.pk}/seats/new/"
    wrong = then.post(
        page, token=then.hidden(page)["token"], role="member", sector="other", represents="Joku"
    )
    assert "at most 14 members (1386/2010 § 39)" in words(wrong)
    world.seat(then.viewer, term, "secretary")


def test_a_member_is_named_and_told_and_sees_the_seat() -> None:
    by, sits = world.keeper(), Worker(world.VANTAA, world.ON)
    seat = world.seat(by.viewer, stood_up(by))
    email = world.with_address(sits, "tuuli@example.invalid")
    name = page_of(seat) + "name/"
    typed = by.hidden(name) | {"name": "Tuuli Testi", "first_on": "1.2.2026", "last_on": "31.1.2030"}
    assert by.post(name, **(typed | {"email": "ei osoite"})).status_code == 422
    assert by.post(name, **(typed | {"last_on": "1.1.2026"})).status_code == 422
    assert by.post(name, **(typed | {"email": email})).status_code == 302
    assert by.post(name, **(typed | {"email": email})).status_code == 302, "the same form again"
    with make.working(by.viewer):
        [holder] = SeatHolder.objects.all()
    assert notices("cooperation.named-to-body") == [sits.viewer.user_id]
    mine = words(sits.get(LIST + "mine/"))
    assert "Uudenmaan yhteistyöryhmä" in mine
    assert "ties not declared" in mine
    assert "You have no seat in any body." in words(Worker(world.VANTAA, world.ON).get(LIST + "mine/"))
    assert email in by.get(page_of(seat)).content.decode()
    for address in (
        page_of(seat),
        f"{LIST}terms/{seat.term_id}/",
        f"{LIST}terms/{seat.term_id}/composition.csv",
    ):
        shown = sits.get(address).content.decode()
        assert "Tuuli Testi" in shown
        assert email not in shown, "names, not addresses"
    assert holder.user_id == sits.viewer.user_id


def test_the_database_itself_hides_addresses_and_ties_from_all_but_the_keeper_and_the_person() -> None:
    by, sits = world.keeper(), Worker(world.VANTAA, world.ON)
    colleague, other = Worker(world.VANTAA, world.ON), Worker(world.KAJAANI, world.ON)
    email = world.with_address(sits, "tuuli@example.invalid")
    holder = world.holder(by.viewer, world.seat(by.viewer, stood_up(by)), "Tuuli Testi", email=email)
    page = f"{LIST}holders/{holder.pk}/interests/"
    assert sits.post(page, **sits.hidden(page), interests="Esimerkkiopiston hallitus").status_code == 302
    for who, seen in ((by, 1), (sits, 1), (colleague, 0), (other, 0)):
        with transaction.atomic():
            rowsecurity.apply(who.viewer)
            rows = HolderPrivate.objects.filter(interests="Esimerkkiopiston hallitus", email=email)
            assert rows.count() == seen, who.viewer.name
            assert rows.update(email="") == (who is by)
            transaction.set_rollback(True)
        with make.working(who.viewer) as at_work:
            [shown] = access_bodies.holders(at_work)
            assert shown.email == (email if seen else "")


def test_an_address_that_is_somebody_s_of_another_organisation_ties_nobody_to_the_seat() -> None:
    by, other = world.keeper(), Worker(world.KAJAANI, world.ON)
    email = world.with_address(other, "muu@example.invalid")
    holder = world.holder(by.viewer, world.seat(by.viewer, stood_up(by)), "Muu Henkilö", email=email)
    assert holder.user_id is None
    assert notices("cooperation.named-to-body") == []


def test_in_mid_term_the_former_leaves_the_day_before_and_the_history_stays() -> None:
    by = world.keeper()
    seat = world.seat(by.viewer, stood_up(by))
    world.holder(by.viewer, seat, "Aino Esimerkki")
    name = page_of(seat) + "name/"
    assert "Aino Esimerkki sits now" in words(by.get(name))
    typed = by.hidden(name) | {"name": "Eero Näyte", "first_on": "1.11.2026", "last_on": "31.1.2030"}
    wrong = by.post(name, **typed)
    assert wrong.status_code == 422
    assert "Write why the one before leaves." in words(wrong)
    assert by.post(name, **typed, reason="Vaihtoi työpaikkaa").status_code == 302
    with make.working(by.viewer):
        former, new = SeatHolder.objects.order_by("days")
    assert (former.last_day, former.left_reason) == (CHANGE - timedelta(days=1), "Vaihtoi työpaikkaa")
    assert (new.days.lower, new.last_day) == (CHANGE, world.LAST)
    reader = Worker(world.KAJAANI, world.ON)
    history = words(reader.get(page_of(seat)))
    assert "Left: Vaihtoi työpaikkaa" in history
    term = f"{LIST}terms/{seat.term_id}/"
    assert "Aino Esimerkki" in words(reader.get(term, on="31.10.2026"))
    assert "Aino Esimerkki" not in words(reader.get(term, on="1.11.2026"))


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"first_on": world.FIRST}, "overlap"),
        ({"first_on": world.LAST, "last_on": world.FIRST}, "before-start"),
        ({"last_on": world.LAST + timedelta(days=1)}, "outside-term"),
        ({"part": "deputy", "name": "AINO  ESIMERKKI"}, "same-person"),
        ({"part": "deputy", "email": "aino@example.invalid"}, "same-person"),
        ({"part": "somebody"}, "required"),
    ],
)
def test_a_person_named_wrongly_is_refused(changes: dict[str, object], code: str) -> None:
    by, sits = world.keeper(), Worker(world.VANTAA, world.ON)
    email = world.with_address(sits, "aino@example.invalid")
    seat = world.seat(by.viewer, stood_up(by))
    world.holder(by.viewer, seat, "Aino Esimerkki", email=email)
    values = {"first": CHANGE, "reason": "Vaihtui"}
    values |= {
        {"first_on": "first", "last_on": "last"}.get(key, key): value for key, value in changes.items()
    }  # type: ignore[misc]
    with pytest.raises(Refusals) as refused:
        world.holder(by.viewer, seat, str(values.pop("name", "Eero Näyte")), **values)  # type: ignore[arg-type]
    assert code in refused.value.codes
    with make.working(by.viewer):
        assert SeatHolder.objects.count() == 1, "nothing was written"


def test_a_secretary_gets_no_deputy_and_a_seat_with_one_stays_a_member_s() -> None:
    by = world.keeper()
    term = stood_up(by)
    secretary = world.seat(by.viewer, term, "secretary")
    with pytest.raises(Refusals) as refused:
        world.holder(by.viewer, secretary, "Vara Henkilö", part="deputy")
    assert refused.value.codes == ("no-deputy",)
    assert "personal deputy" not in words(by.get(page_of(secretary)))
    seat = world.seat(by.viewer, term)
    world.holder(by.viewer, seat, "Vara Henkilö", part="deputy")
    edit = page_of(seat) + "edit/"
    typed = by.hidden(edit) | {"role": "expert", "sector": "other", "represents": "Joku"}
    wrong = by.post(edit, **typed)
    assert wrong.status_code == 422
    assert "The seat has had a personal deputy" in words(wrong)


def test_two_editors_on_one_seat_do_not_name_two_people() -> None:
    by = world.keeper()
    seat = world.seat(by.viewer, stood_up(by))
    name = page_of(seat) + "name/"
    days = {"first_on": "1.2.2026", "last_on": "31.1.2030"}
    first, second = by.hidden(name), by.hidden(name)
    assert by.post(name, **first, **days, name="Aino Esimerkki").status_code == 302
    clash = by.post(name, **second, **days, name="Eero Näyte")
    assert clash.status_code == 409
    assert "Eero Näyte" in clash.content.decode(), "nothing typed is lost"
    with make.working(by.viewer) as at_work:
        [holder] = SeatHolder.objects.all()
        with pytest.raises(EditClash):
            seats.leave(holder.pk, world.ON, "Lähtee", actor=at_work, expected_version=1)


@pytest.mark.django_db(transaction=True)
def test_two_who_name_at_the_same_moment_make_one_member() -> None:
    by = world.keeper()
    with transaction.atomic():
        rowsecurity.apply(by.viewer)
        seat = world.seat(by.viewer, stood_up(by))
    done: list[str] = []

    def name(who: str) -> None:
        try:
            with transaction.atomic(), make.working(by.viewer) as at_work:
                content = HolderContent("member", who, world.FIRST, world.LAST)
                seats.name(seat.pk, content, actor=at_work, expected_version=1)
            done.append("named")
        except EditClash:
            done.append("clash")
        finally:
            connection.close()

    threads = [threading.Thread(target=name, args=(f"Henkilö {n}",)) for n in range(3)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert sorted(done) == ["clash", "clash", "named"]


def test_the_deputy_is_called_when_the_member_has_left() -> None:
    by = world.keeper()
    term = stood_up(by)
    seat = world.seat(by.viewer, term)
    member = world.holder(by.viewer, seat, "Aino Esimerkki")
    deputy = world.holder(by.viewer, seat, "Vara Henkilö", part="deputy")
    page = f"{LIST}holders/{member.pk}/leave/"
    typed = {"version": by.hidden(page)["version"], "on": "31.10.2026"}
    assert by.post(page, **typed, reason=" ").status_code == 422
    assert by.post(page, **(typed | {"on": "1.1.2031"}), reason="Muutti").status_code == 422
    assert by.post(page, **typed, reason="Muutti").status_code == 302
    with make.working(by.viewer) as at_work:
        [before] = called(at_work, term.body_id, date(2026, 10, 31))
        [after] = called(at_work, term.body_id, CHANGE)
        assert called(at_work, term.body_id, world.LAST + timedelta(days=1)) == []
    assert (before.holder.pk, before.as_deputy) == (member.pk, False)
    assert (after.holder.pk, after.as_deputy) == (deputy.pk, True)
    text = words(by.get(f"{LIST}terms/{term.pk}/", on="1.11.2026"))
    assert "vacant since" in text
    assert "is called" in text


def test_declared_interests_are_read_by_the_keeper_and_the_holder_only() -> None:
    by, sits = world.keeper(), Worker(world.VANTAA, world.ON)
    email = world.with_address(sits, "tuuli@example.invalid")
    seat = world.seat(by.viewer, stood_up(by))
    holder = world.holder(by.viewer, seat, "Tuuli Testi", email=email)
    page = f"{LIST}holders/{holder.pk}/interests/"
    version, seen = sits.hidden(page), by.hidden(page)
    assert sits.post(page, **version).status_code == 422
    assert sits.post(page, **version, interests="Sidonnaisuus", none="on").status_code == 422
    assert sits.post(page, **version, interests="Esimerkkiopiston hallitus").status_code == 302
    assert by.post(page, **seen, none="on").status_code == 409, "the keeper wrote over what was not seen"
    assert "Esimerkkiopiston hallitus" in sits.get(page).content.decode()
    assert "Esimerkkiopiston hallitus" in words(by.get(page_of(seat)))
    reader = Worker(world.VANTAA, world.ON, Role.TEAM_LEADER)
    assert reader.get(page).status_code == 404
    assert reader.post(page, none="on").status_code == 404
    assert Worker(world.KAJAANI, world.ON).get(page).status_code == 404
    for address in (page_of(seat), f"{LIST}terms/{seat.term_id}/"):
        shown = words(reader.get(address))
        assert "ties declared on" in shown
        assert "Esimerkkiopiston hallitus" not in shown
    assert by.post(page, **by.hidden(page), none="on").status_code == 302
    with make.working(by.viewer):
        holder.refresh_from_db()
    assert (holder.interests, holder.interests_on) == ("", world.ON)


def test_details_are_corrected_without_making_a_new_holder() -> None:
    by, sits = world.keeper(), Worker(world.VANTAA, world.ON)
    email = world.with_address(sits, "tuuli@example.invalid")
    seat = world.seat(by.viewer, stood_up(by))
    holder = world.holder(by.viewer, seat, "Tuli Testi")
    page = f"{LIST}holders/{holder.pk}/correct/"
    typed = {"version": by.hidden(page)["version"], "name": "Tuuli Testi", "email": email}
    assert by.post(page, **typed).status_code == 302
    assert by.post(page, **typed).status_code == 409
    assert notices("cooperation.named-to-body") == [sits.viewer.user_id]
    with make.working(by.viewer) as at_work:
        assert SeatHolder.objects.get().name == "Tuuli Testi"
        past = SeatHolder.objects.filter(pk=holder.pk)
        HolderPrivate.objects.filter(holder=holder).update(email="")
        past.update(user=None, days=(world.FIRST, world.ON - timedelta(days=30)))
        with rowsecurity.as_system():
            Notice.objects.all().delete()
        version = BodySeat.objects.get().version
        seats.correct(holder.pk, "Tuuli Testi", "", email, actor=at_work, expected_version=version)
    assert notices("cooperation.named-to-body") == [], "no news of a seat that one has left"


def test_a_correction_neither_joins_two_parts_in_one_person_nor_forgets_whose_seat_it_was() -> None:
    by, sits = world.keeper(), Worker(world.VANTAA, world.ON)
    email = world.with_address(sits, "tuuli@example.invalid")
    seat = world.seat(by.viewer, stood_up(by))
    member = world.holder(by.viewer, seat, "Tuuli Testi", email=email)
    deputy = world.holder(by.viewer, seat, "Vara Henkilö", part="deputy")
    page = f"{LIST}holders/{deputy.pk}/correct/"
    wrong = by.post(page, version=by.hidden(page)["version"], name="tuuli testi")
    assert wrong.status_code == 422
    assert "cannot be the same person" in words(wrong)
    Membership.objects.filter(user_id=sits.viewer.user_id).update(valid=(date(2015, 1, 1), world.ON))
    page = f"{LIST}holders/{member.pk}/correct/"
    typed = {"version": by.hidden(page)["version"], "name": "Tuuli Testi", "title": "johtaja", "email": email}
    assert by.post(page, **typed).status_code == 302
    with make.working(by.viewer):
        member.refresh_from_db()
    assert (member.title, member.user_id) == ("johtaja", sits.viewer.user_id)


def test_seats_and_those_ticked_go_on_to_the_next_term() -> None:
    by = world.keeper()
    term = stood_up(by)
    seat, other = world.seat(by.viewer, term), world.seat(by.viewer, term, "expert")
    stays = world.holder(by.viewer, seat, "Aino Esimerkki")
    world.holder(by.viewer, seat, "Vara Henkilö", part="deputy")
    world.holder(by.viewer, other, "Oona Harjoitus")
    first = world.LAST + timedelta(days=1)
    following = world.term(by.viewer, term.body, first, first + timedelta(days=999))
    page = f"{LIST}terms/{following.pk}/copy/"
    assert "Aino Esimerkki" in words(by.get(page))
    assert by.post(page).status_code == 422
    typed = {"seats": [str(seat.pk)], "people": [str(stays.pk)], "decision": "UUD/2/2030"}
    assert by.post(page, **typed).status_code == 302
    assert by.post(page, **typed).status_code == 422, "the term has seats already"
    with make.working(by.viewer):
        [copied] = BodySeat.objects.filter(term=following)
        [holder] = copied.holders.all()
    assert (holder.name, holder.decision, holder.days.lower) == ("Aino Esimerkki", "UUD/2/2030", first)
    with rowsecurity.as_system():
        entry = Entry.objects.get(action="cooperation.seat.copied")
    assert entry.payload.details == {"seats": 1, "people": 1}
    assert by.get(f"{LIST}terms/{term.pk}/copy/").status_code == 404, "nothing before it"


def test_the_keeper_calls_on_those_of_the_day() -> None:
    by, sits = world.keeper(), Worker(world.VANTAA, world.ON)
    email = world.with_address(sits, "tuuli@example.invalid")
    term = stood_up(by)
    first, second, third = (world.seat(by.viewer, term) for _n in range(3))
    world.holder(by.viewer, first, "Tuuli Testi", email=email)
    world.holder(by.viewer, second, "Aino Esimerkki", email="aino@example.fi")
    world.holder(by.viewer, second, "Vara Henkilö", part="deputy", email="vara@example.fi")
    world.holder(by.viewer, third, "Ei Osoitetta")
    page = f"{LIST}terms/{term.pk}/call/"
    token = by.hidden(page)["token"]
    done = by.post(page, token=token, on="23.11.2026", audience="called")
    assert done.status_code == 200
    text = done.content.decode()
    assert "aino@example.fi" in text
    assert email not in text, "told here"
    assert "vara@example.fi" not in text, "the member sits"
    assert "Ei Osoitetta" in text
    assert notices("cooperation.body-calls") == [sits.viewer.user_id]
    with rowsecurity.as_system():
        entry = Entry.objects.get(action="cooperation.body.called-on")
    assert entry.payload.details == {"audience": "called", "told": 1, "addresses": 1, "letters": 0}
    assert (
        "vara@example.fi"
        in by.post(page, **by.hidden(page), on="23.11.2026", audience="deputies").content.decode()
    )
    token = by.hidden(page)["token"]
    Membership.objects.filter(user_id=sits.viewer.user_id).update(valid=(date(2015, 1, 1), world.ON))
    left = by.post(page, **by.hidden(page), on="23.11.2026", audience="called").content.decode()
    assert email in left, "who does not work here any more is written to"
    nobody = by.post(page, token=token, on="23.11.2031", audience="called")
    assert nobody.status_code == 422
    assert by.post(page, token=token, on="23.11.2026", audience="others").status_code == 422


def test_a_text_of_ones_own_goes_by_e_mail_to_each_alone() -> None:
    by, sits = world.keeper(), Worker(world.VANTAA, world.ON)
    term = stood_up(by)
    first, second = (world.seat(by.viewer, term) for _n in range(2))
    world.holder(by.viewer, first, "Tuuli Testi", email=world.with_address(sits, "tuuli@example.invalid"))
    world.holder(by.viewer, second, "Aino Esimerkki", email="aino@example.fi")
    page = f"{LIST}terms/{term.pk}/call/"
    typed = by.hidden(page) | {"on": "23.11.2026", "audience": "called"}
    lacks = by.post(page, **typed, text="Kokousaineisto tulee ensi viikolla.")
    assert lacks.status_code == 422
    assert "Give the e-mail a subject." in lacks.content.decode()
    assert "Kokousaineisto tulee ensi viikolla." in lacks.content.decode(), "what was typed stays"
    assert by.post(page, **typed, subject="Aineisto").status_code == 422
    done = by.post(page, **typed, subject="Aineisto", text="Kokousaineisto tulee ensi viikolla.")
    assert done.status_code == 200
    letters = waiting()
    assert sorted(one["to"] for one in letters) == ["aino@example.fi", "tuuli@example.invalid"]
    assert all("Kokousaineisto tulee" in one["text"] for one in letters)
    assert notices("cooperation.body-calls") == [sits.viewer.user_id]
    with rowsecurity.as_system():
        details = Entry.objects.get(action="cooperation.body.called-on").payload.details
    assert details["letters"] == 2
    assert "Kokousaineisto" not in str(details)


def waiting() -> list[dict[str, Any]]:
    """What the letters in the queue say; they are taken out of it, as the worker does."""
    rows = list(ProcrastinateJob.objects.filter(task_name="cooperation.letter").order_by("id"))
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs WHERE task_name = 'cooperation.letter'")
    return [one.args for one in rows]


def mail(job: dict[str, Any]) -> bool:
    """What the worker's job does with one letter."""
    letter = {name: value for name, value in job.items() if name != "tries"}
    actor = Viewer.for_system(mailing.TASK, world.ON)
    return mailing.send(mailing.Letter(**letter), job["tries"], None, actor=actor)


def test_a_letter_that_the_mail_server_refuses_is_tried_again_and_nobody_gets_it_twice(
    mailoutbox: list[Any], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    by = world.keeper()
    term = stood_up(by)
    for name in ("aino", "eero"):
        world.holder(by.viewer, world.seat(by.viewer, term), name, email=f"{name}@example.fi")
    page = f"{LIST}terms/{term.pk}/call/"
    typed = by.hidden(page) | {"on": "23.11.2026", "audience": "called"}
    for _time in range(2):
        assert by.post(page, **typed, subject="Aineisto", text="Tulee.").status_code == 200
    first, second = waiting()
    takes = EmailBackend.send_messages

    def away(*_given: Any) -> Any:
        raise ConnectionRefusedError

    with clock.at(world.ON):
        monkeypatch.setattr(EmailBackend, "send_messages", away)
        assert not mail(first)
        assert "aino@example.fi" not in caplog.text
        monkeypatch.setattr(EmailBackend, "send_messages", takes)
        assert mail(second)
        [again] = waiting()
        assert (again["to"], again["tries"]) == ("aino@example.fi", 1)
        assert mail(again)
        assert waiting() == []
        assert sorted(one.to[0] for one in mailoutbox) == ["aino@example.fi", "eero@example.fi"]
        monkeypatch.setattr(EmailBackend, "send_messages", away)
        assert not mail(again | {"tries": mailing.MOST_TRIES - 1})
        assert waiting() == [], "given up"
    assert notices("cooperation.letter-given-up") == [by.viewer.user_id]
    with rowsecurity.as_system():
        assert Entry.objects.filter(action="cooperation.letter.given-up").count() == 1
        assert Entry.objects.filter(action="cooperation.body.called-on").count() == 1


def test_the_paper_of_appointment_has_the_composition_of_the_day() -> None:
    by = world.keeper()
    term = stood_up(by)
    seat = world.seat(by.viewer, term)
    world.holder(by.viewer, seat, "Aino Esimerkki", email="aino@example.fi")
    paper = Worker(world.KAJAANI, world.ON).get(f"{LIST}terms/{term.pk}/appointment.pdf")
    assert paper.status_code == 200
    text = "".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(paper.content)).pages)
    assert "Aino Esimerkki" in text
    assert "681/2023" in text
    assert "aino@example.fi" not in text


def test_the_composition_is_given_as_csv_that_runs_no_formula() -> None:
    by = world.keeper()
    term = stood_up(by)
    seat = world.seat(by.viewer, term, code="", represents="=1+1")
    world.holder(by.viewer, seat, "Aino Esimerkki", email="aino@example.fi")
    world.holder(by.viewer, seat, "Vara Henkilö", part="deputy")
    answer = by.get(reverse("cooperation:term-csv", args=[term.pk]), on="2026-11-23")
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))
    assert len(rows) == 2
    assert rows[1][3] == "Aino Esimerkki"
    assert rows[1][7] == "Vara Henkilö"
    assert not rows[1][2].startswith("=")
    assert "aino@example.fi" not in answer.content.decode()


def test_only_a_seat_on_which_nobody_has_sat_is_removed() -> None:
    by = world.keeper()
    term = stood_up(by)
    empty, taken = world.seat(by.viewer, term), world.seat(by.viewer, term)
    world.holder(by.viewer, taken, "Aino Esimerkki")
    for one in (empty, taken):
        by.post(page_of(one) + "remove/")
    with make.working(by.viewer):
        assert list(BodySeat.objects.values_list("pk", flat=True)) == [taken.pk]


def test_only_the_keeper_touches_seats_and_people() -> None:
    by = world.keeper()
    seat = world.seat(by.viewer, stood_up(by))
    holder = world.holder(by.viewer, seat, "Aino Esimerkki")
    places = [page_of(seat) + part for part in ("edit/", "name/", "remove/")]
    places += [f"{LIST}holders/{holder.pk}/{part}/" for part in ("leave", "correct")]
    for who, verdict in (
        (Worker(world.KAJAANI, world.ON, Role.TEAM_LEADER), 404),
        (Worker(world.KAJAANI, world.ON), 403),
    ):
        assert [who.post(place).status_code for place in places] == [verdict] * len(places)
    with make.working(by.viewer):
        assert SeatHolder.objects.get().name == "Aino Esimerkki"
