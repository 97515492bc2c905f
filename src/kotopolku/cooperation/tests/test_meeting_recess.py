"""A recess of a meeting: taken and gone on with, what waits meanwhile, who has left and come, what the minutes say."""

import threading
from typing import Any

import pytest
from django.db import connection, transaction
from django.utils import translation

from kotopolku.access import rowsecurity
from kotopolku.access.errors import NotVisible
from kotopolku.clients.rules import Refusals
from kotopolku.clients.tests import factories as make
from kotopolku.clients.tests.walking import words
from kotopolku.cooperation import meeting_rules as rules
from kotopolku.cooperation import minutes_text
from kotopolku.cooperation.actions import decisions, meeting_day, meeting_recess, meeting_votes, speeches
from kotopolku.cooperation.models import Ballot, Presence, Recess, Speech
from kotopolku.cooperation.queries import minutes_facts as facts
from kotopolku.cooperation.tests import minutes_world as world
from kotopolku.cooperation.tests.minutes_world import Held, at
from kotopolku.journal.models import Entry

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("afternoon")]
WAITS = "The meeting is in recess. Nobody has the floor and nothing is decided until it goes on."


def taken(of: Held, name: str = "chair") -> Recess:
    with make.working(of.viewer(name)) as at_work:
        return meeting_recess.begin(of.meeting.pk, actor=at_work)


def refused(of: Held, name: str, act: Any) -> tuple[str, ...]:
    with make.working(of.viewer(name)) as at_work, pytest.raises(Refusals) as found:
        act(at_work)
    return found.value.codes


def test_the_chair_takes_a_recess_and_goes_on_with_those_who_are_there() -> None:
    of = world.held()
    chair, day = of.workers["chair"], f"/commons/meetings/{of.meeting.pk}/day/"
    page = f"/commons/meetings/{of.meeting.pk}/recess/"
    assert of.workers["maija"].get(page).status_code == 404
    assert of.workers["stranger"].post(page).status_code == 404
    assert "The time has passed already." in words(chair.post(page, until="0.00"))
    assert chair.post(page, until="23.59").status_code == 302
    assert chair.post(page).status_code == 302, "safe to repeat"
    with rowsecurity.as_system():
        recess = Recess.objects.get()
    assert recess.until is not None
    for who, where in (("chair", day), ("maija", f"/commons/meetings/{of.meeting.pk}/")):
        shown = words(of.workers[who].get(where))
        assert "It is to go on at 23.59" in shown, where
        assert "Close the item" not in shown
    live = f"/commons/minutes/items/{of.items['talk'].pk}/live/"
    assert "The meeting is in recess." in words(of.workers["maija"].get(live))
    on = f"/commons/meetings/recesses/{recess.pk}/"
    assert of.workers["maija"].get(on).status_code == 404
    form = chair.get(on).content.decode()
    was = ",".join(str(of.calls[name].pk) for name in ("chair", "vice", "maija", "aloud", "guest"))
    assert all(name in form for name in ("Maija Malli, member", "Veikko Vieras, guest"))
    here = [str(of.calls[name].pk) for name in ("chair", "vice", "guest")]
    done = chair.post(on, was=was, here=here)
    assert done["Location"] == day
    shown = words(chair.get(day))
    assert "The meeting goes on." in shown
    assert "The meeting has no quorum: 2 are there, 3 are needed." in shown
    with rowsecurity.as_system():
        recess.refresh_from_db()
        assert recess.ended_at is not None
        left = Presence.objects.filter(left_at=recess.began_at).values_list("call_id", flat=True)
        assert set(left) == {of.calls["maija"].pk, of.calls["aloud"].pk}
        told = set(Entry.objects.values_list("action", flat=True))
    assert {
        "cooperation.meeting.recess-begun",
        "cooperation.meeting.gone-on",
        "cooperation.meeting.left",
    } <= told
    again = chair.post(on, was=was, here=[*here, str(of.calls["maija"].pk)])
    assert again.status_code == 422, "marks that would be lost are told of"
    assert "Somebody has gone on with the meeting already." in words(again)
    assert chair.post(on, was=was, here=was.split(",")).status_code == 302, "nothing would be lost"


def test_who_comes_in_when_the_meeting_goes_on_is_marked_then() -> None:
    of = world.held(present=("chair", "vice", "aloud"))
    recess = taken(of)
    world.left(of, "aloud")
    with make.working(of.viewer("chair")) as at_work:
        meeting_recess.go_on(recess.pk, [of.calls["maija"].pk], [of.calls["aloud"].pk], actor=at_work)
    with rowsecurity.as_system():
        recess.refresh_from_db()
        maija = Presence.objects.get(call=of.calls["maija"])
        aloud = Presence.objects.get(call=of.calls["aloud"])
    assert maija.came_at == recess.ended_at
    assert aloud.left_at != recess.began_at, "who was marked already stays as marked"


def test_in_a_recess_nobody_gets_the_floor_and_nothing_is_voted_on_or_decided() -> None:
    of = world.held()
    talk, ahead = of.items["talk"], of.items["next"]
    vote = world.voting(of)
    world.cast(of, vote, "vice", "1")
    with make.working(of.viewer("chair")) as at_work:
        going = speeches.ask(talk.pk, "speech", actor=at_work)
        speeches.begin(going.pk, actor=at_work)
        waiting = speeches.ask(talk.pk, "speech", actor=at_work, call_id=of.calls["maija"].pk)
    recess = taken(of, "keeper")
    cast = f"/commons/minutes/votes/{vote.pk}/cast/"
    maija = of.workers["maija"]
    assert maija.post(cast, chosen="0", was="").status_code == 302
    shown = words(maija.get(f"/commons/meetings/{of.meeting.pk}/"))
    assert WAITS in shown
    assert "I abstain" not in shown
    of.workers["chair"].post(f"/commons/minutes/speeches/{waiting.pk}/begin/")
    assert WAITS in words(of.workers["chair"].get(f"/commons/meetings/{of.meeting.pk}/"))
    new = f"/commons/minutes/items/{talk.pk}/votes/new/"
    assert WAITS in words(
        of.keeper.post(new, **of.keeper.hidden(new), question="Tauko?", options="Kyllä\nEi")
    )
    entry = {of.calls["aloud"].pk: meeting_votes.Entry("0")}
    version = of.item().version
    for act in (
        lambda who: meeting_votes.enter(vote.pk, entry, actor=who),
        lambda who: meeting_votes.close(vote.pk, actor=who),
        lambda who: meeting_day.close_item(ahead.pk, actor=who, on_the_table=True),
    ):
        assert refused(of, "keeper", act) == ("recess",)
    for act in (
        lambda who: meeting_day.open_item(ahead.pk, actor=who),
        lambda who: meeting_day.close_meeting(of.meeting.pk, actor=who),
        lambda who: decisions.write(talk.pk, "", "Päätös.", actor=who, expected_version=version),
    ):
        assert "recess" in refused(of, "keeper", act)
    with make.working(of.viewer("keeper")) as at_work:
        decisions.write(talk.pk, "Keskusteltiin.", "", actor=at_work, expected_version=version)
        speeches.ask(talk.pk, "reply", actor=at_work, call_id=of.calls["vice"].pk)
        meeting_recess.go_on(recess.pk, [], [], actor=at_work)
    with rowsecurity.as_system():
        assert Ballot.objects.get().option == 1, "the vote waited as it was"
        assert Speech.objects.get(pk=going.pk).ended_at == recess.began_at
        assert Speech.objects.get(pk=waiting.pk).began_at is None
        assert Speech.objects.filter(began_at=None, taken_back_at=None).count() == 2, "the list is kept"
    world.cast(of, vote, "maija", "0")
    assert of.workers["chair"].post(f"/commons/minutes/speeches/{waiting.pk}/begin/").status_code == 302


def test_what_was_decided_before_the_recess_is_written_down_in_it() -> None:
    of = world.held()
    recess = taken(of)
    assert world.wrote(of, "Valitus hylättiin.", "secret").decision == "Valitus hylättiin."
    with make.working(of.viewer("stranger")) as at_work, pytest.raises(NotVisible):
        meeting_recess.go_on(recess.pk, [], [], actor=at_work)


def test_only_a_meeting_under_way_is_interrupted() -> None:
    of = world.held()
    world.closed(of)
    assert refused(of, "keeper", lambda who: meeting_recess.begin(of.meeting.pk, actor=who)) == ("state",)


def test_the_minutes_say_the_recess_with_its_times() -> None:
    of = world.held()
    with rowsecurity.as_system():
        Recess.objects.create(meeting=of.meeting, began_at=at(9, 40), ended_at=at(10, 5))
    world.closed(of)
    with make.working(of.viewer("keeper")):
        content = facts.content_of(of.meeting.__class__.objects.select_related("body", "organisation").get())
    assert content["recesses"] == [["2026-11-23T09:40+02:00", "2026-11-23T10:05+02:00"]]
    with translation.override("en"):
        assert "Recess 09:40–10:05" in minutes_text.sections(content)[0].text


def test_a_recess_is_no_time_without_a_quorum() -> None:
    lost = [rules.Gap(at(9), at(10)), rules.Gap(at(11), None)]
    assert rules.outside(lost, [(at(9, 30), at(9, 40)), (at(10, 30), at(11, 30))]) == [
        rules.Gap(at(9), at(9, 30)),
        rules.Gap(at(9, 40), at(10)),
        rules.Gap(at(11, 30), None),
    ]
    assert rules.outside(lost, [(at(9), at(10)), (at(10, 50), None)]) == []


@pytest.mark.django_db(transaction=True)
def test_one_votes_while_another_goes_on() -> None:
    with transaction.atomic():
        of = world.held()
        vote = world.voting(of)
        recess = taken(of)
    begun = threading.Barrier(2, timeout=20)
    results: list[str] = []

    def at_once(name: str, act: Any) -> None:
        try:
            with transaction.atomic(), make.working(of.viewer(name)) as at_work:
                begun.wait()
                act(at_work)
            results.append(name)
        except Refusals as refusal:
            results.append(refusal.codes[0])
        finally:
            connection.close()

    both = [
        threading.Thread(
            target=at_once, args=("chair", lambda who: meeting_recess.go_on(recess.pk, [], [], actor=who))
        ),
        threading.Thread(
            target=at_once, args=("maija", lambda who: meeting_votes.cast(vote.pk, "0", "", actor=who))
        ),
    ]
    for one in both:
        one.start()
    for one in both:
        one.join()
    assert sorted(results) in (["chair", "maija"], ["chair", "recess"]), (
        "the vote counts, or it is said why not"
    )
    with transaction.atomic():
        rowsecurity.apply(of.keeper.viewer)
        assert Ballot.objects.count() == results.count("maija")
        assert Recess.objects.get().ended_at is not None
