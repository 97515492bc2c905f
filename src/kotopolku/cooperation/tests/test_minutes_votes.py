"""Speaking list, recusal, recorded votes and decisions in a meeting, on their pages and through their acts."""

import threading
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from kotopolku import clock
from kotopolku.access import rowsecurity
from kotopolku.access.errors import NotVisible
from kotopolku.clients.rules import EditClash, Refusals
from kotopolku.clients.tests import factories as make
from kotopolku.clients.tests.walking import words
from kotopolku.cooperation.actions import decisions, meeting_day, meeting_votes, speeches
from kotopolku.cooperation.actions.meeting_votes import Entry
from kotopolku.cooperation.models import (
    AgendaItem,
    Ballot,
    Dissent,
    HolderPrivate,
    Recusal,
    SeatHolder,
    Speech,
    Vote,
)
from kotopolku.cooperation.queries import minutes as queries
from kotopolku.cooperation.tests import minutes_world as world
from kotopolku.cooperation.tests.minutes_world import Held

pytestmark = pytest.mark.django_db
BASE = "/commons/minutes/"


def on_item(of: Held, name: str = "talk") -> str:
    return f"{BASE}items/{of.items[name].pk}/"


def refused(of: Held, name: str, act: Any) -> tuple[str, ...]:
    with make.working(of.viewer(name)) as at_work, pytest.raises(Refusals) as found:
        act(at_work)
    return found.value.codes


def ballots(vote: Vote) -> dict[str, int | None]:
    with rowsecurity.as_system():
        return {one.call.name: one.option for one in Ballot.objects.filter(vote=vote).select_related("call")}


def said(of: Held, name: str, address: str) -> str:
    """Messages after a button was pressed, as the meeting's page shows them."""
    return words(of.workers[name].get(address))


# The speaking list --------------------------------------------------------------------------------------------------------


def test_those_present_ask_to_speak_and_the_chair_gives_the_floor_in_order() -> None:
    of = world.held()
    for name, kind in (("maija", "speech"), ("vice", "speech"), ("guest", "reply"), ("chair", "order")):
        answer = of.workers[name].post(on_item(of) + "ask/", kind=kind)
        assert answer.status_code == 302
        assert answer["Location"].startswith(f"/commons/meetings/{of.meeting.pk}/")
    with make.working(of.viewer("chair")):
        live = queries.live(of.viewer("chair"), of.item())
        names = [one.call.name for one in live.waiting]
        assert names == ["Pirkko Puheenjohtaja", "Veikko Vieras", "Maija Malli", "Ville Varapuhe"]
    last = live.waiting[-1]
    chair = of.workers["chair"]
    assert chair.post(f"{BASE}speeches/{last.pk}/move/", step="-1").status_code == 302
    assert chair.post(f"{BASE}speeches/{live.waiting[0].pk}/begin/").status_code == 302
    assert chair.post(f"{BASE}speeches/{live.waiting[1].pk}/begin/").status_code == 302
    with make.working(of.viewer("chair")):
        after = queries.live(of.viewer("chair"), of.item())
    assert [one.call.name for one in after.waiting] == ["Ville Varapuhe", "Maija Malli"]
    assert after.speaking is not None
    assert after.speaking.call.name == "Veikko Vieras"
    assert [one.call.name for one in after.spoken] == ["Pirkko Puheenjohtaja"], "the next one ended it"
    shown = words(of.workers["maija"].get(on_item(of) + "live/"))
    assert "speaks now Veikko Vieras" in shown
    assert "Give the floor" not in shown
    assert "Give the floor" in words(chair.get(on_item(of) + "live/"))


def test_who_waits_or_is_not_there_is_not_put_on_the_list() -> None:
    of = world.held()
    talk = of.items["talk"].pk
    with make.working(of.viewer("maija")) as at_work:
        speeches.ask(talk, "speech", actor=at_work)
    assert refused(of, "maija", lambda who: speeches.ask(talk, "speech", actor=who)) == ("waiting",)
    world.left(of, "vice")
    assert refused(of, "vice", lambda who: speeches.ask(talk, "speech", actor=who)) == ("absent",)
    ahead = of.items["next"].pk
    assert refused(of, "maija", lambda who: speeches.ask(ahead, "speech", actor=who)) == ("not-open",)
    assert refused(of, "chair", lambda who: speeches.ask(talk, "song", actor=who)) == ("unknown",)
    with make.working(of.viewer("stranger")) as at_work, pytest.raises(NotVisible):
        speeches.ask(talk, "speech", actor=at_work)
    with make.working(of.viewer("maija")) as at_work, pytest.raises(NotVisible):
        speeches.ask(talk, "speech", actor=at_work, call_id=of.calls["chair"].pk)


def test_one_takes_back_ones_own_request_and_only_who_leads_anybodys() -> None:
    of = world.held()
    with make.working(of.viewer("maija")) as at_work:
        made = speeches.ask(of.items["talk"].pk, "speech", actor=at_work)
    assert of.workers["vice"].post(f"{BASE}speeches/{made.pk}/take-back/").status_code in (302, 404)
    with rowsecurity.as_system():
        assert Speech.objects.get(pk=made.pk).taken_back_at is None
    assert of.workers["maija"].post(f"{BASE}speeches/{made.pk}/take-back/").status_code == 302
    with rowsecurity.as_system():
        assert Speech.objects.get(pk=made.pk).taken_back_at is not None
    assert refused(of, "keeper", lambda who: speeches.begin(made.pk, actor=who)) == ("taken-back",)


def test_a_chair_who_leaves_comes_to_a_page_that_is_still_open() -> None:
    of = world.held()
    chair = of.workers["chair"]
    away = chair.post(f"/commons/meetings/calls/{of.calls['chair'].pk}/left/")
    assert chair.get(away["Location"]).status_code == 200


def test_a_speech_ends_with_its_item() -> None:
    of = world.held()
    with make.working(of.viewer("chair")) as at_work:
        made = speeches.ask(of.items["talk"].pk, "speech", actor=at_work)
        speeches.begin(made.pk, actor=at_work)
        meeting_day.close_item(of.items["talk"].pk, actor=at_work)
        assert [one.pk for one in queries.live(at_work, of.item()).spoken] == [made.pk]


def test_the_secretary_puts_somebody_on_the_list_who_raises_a_hand() -> None:
    of = world.held()
    page = on_item(of) + "ask-for/"
    assert "Aapo Ääneen" in words(of.keeper.get(page))
    assert of.keeper.post(page, call=str(of.calls["aloud"].pk), kind="speech").status_code == 302
    with rowsecurity.as_system():
        assert Speech.objects.get().call_id == of.calls["aloud"].pk
    assert of.workers["maija"].get(page).status_code == 404


# Votes ------------------------------------------------------------------------------------------------------------------


def test_a_vote_is_opened_given_entered_closed_and_told_by_name() -> None:
    of = world.held()
    new = on_item(of) + "votes/new/"
    token = of.keeper.hidden(new)["token"]
    typed = {"token": token, "question": "Hyväksytäänkö esitys?", "options": "Kyllä\nEi"}
    assert of.keeper.post(new, **(typed | {"options": "Kyllä"})).status_code == 422
    assert of.keeper.post(new, **typed).status_code == 302
    assert of.keeper.post(new, **typed).status_code == 302, "sent twice"
    with rowsecurity.as_system():
        vote = Vote.objects.get()
    cast = f"{BASE}votes/{vote.pk}/cast/"
    assert of.workers["maija"].post(cast, chosen="0", was="").status_code == 302
    assert of.workers["vice"].post(cast, chosen="1", was="").status_code == 302
    assert of.workers["vice"].post(cast, chosen="0", was="1").status_code == 302, "changed"
    enter = f"{BASE}votes/{vote.pk}/enter/"
    aloud, maija = of.calls["aloud"].pk, of.calls["maija"].pk
    page = of.keeper.get(enter).content.decode()
    assert f'name="call-{aloud}"' in page
    assert f'name="call-{maija}"' not in page, "she votes by herself"
    assert of.keeper.post(enter, **{f"call-{aloud}": "abstains", f"was-{aloud}": ""}).status_code == 302
    assert ballots(vote) == {"Maija Malli": 0, "Ville Varapuhe": 0, "Aapo Ääneen": None}
    assert of.workers["maija"].post(f"{BASE}votes/{vote.pk}/close/").status_code == 404
    assert of.keeper.post(f"{BASE}votes/{vote.pk}/close/").status_code == 302
    with rowsecurity.as_system():
        vote.refresh_from_db()
        entered = Ballot.objects.get(vote=vote, call=of.calls["aloud"])
    assert (vote.state, vote.result, vote.present, vote.chair_decided) == ("closed", "Kyllä", 4, False)
    assert entered.entered_by_id == of.keeper.viewer.user_id
    shown = words(of.workers["maija"].get(on_item(of) + "live/"))
    assert "Maija Malli, Ville Varapuhe" in shown or "Ville Varapuhe, Maija Malli" in shown
    assert "Result: Kyllä." in shown


def test_a_vote_from_two_windows_counts_once_with_a_clear_message() -> None:
    of = world.held()
    vote = world.voting(of)
    cast = f"{BASE}votes/{vote.pk}/cast/"
    maija = of.workers["maija"]
    maija.post(cast, chosen="0", was="")
    second = maija.post(cast, chosen="1", was="")
    assert second.status_code == 302
    assert "The vote of this seat has been given already: Kyllä. It counts once." in said(
        of, "maija", f"/commons/meetings/{of.meeting.pk}/"
    )
    assert ballots(vote) == {"Maija Malli": 0}
    maija.post(cast, chosen="0", was="")
    assert ballots(vote) == {"Maija Malli": 0}, "the same once more is harmless"


def test_the_table_itself_takes_one_vote_a_seat() -> None:
    of = world.held()
    vote = world.voting(of)
    world.cast(of, vote, "maija", "0")
    with rowsecurity.as_system(), pytest.raises(IntegrityError), transaction.atomic():
        Ballot.objects.create(
            vote=vote, call=of.calls["vice"], seat_id=of.calls["maija"].seat_id, option=1, cast_at=clock.now()
        )


def test_member_and_deputy_have_one_vote_between_them() -> None:
    of = world.held()
    vote = world.voting(of)
    world.cast(of, vote, "maija", "0")
    world.deputy_instead(of)
    codes = refused(of, "deputy", lambda who: meeting_votes.cast(vote.pk, "1", "", actor=who))
    assert codes == ("seat-voted",)
    assert refused(of, "maija", lambda who: meeting_votes.cast(vote.pk, "1", "0", actor=who)) == ("seat",)
    assert ballots(vote) == {"Maija Malli": 0}


def test_the_deputy_votes_instead_when_the_member_is_away() -> None:
    of = world.held()
    world.deputy_instead(of)
    vote = world.voting(of)
    world.cast(of, vote, "deputy", "0")
    assert ballots(vote) == {"Sari Sijainen": 0}


def test_guests_absent_and_recused_people_have_no_vote() -> None:
    of = world.held(present=("chair", "maija", "aloud", "vice"))
    vote = world.voting(of)
    talk = of.items["talk"].pk
    assert refused(of, "guest", lambda who: meeting_votes.cast(vote.pk, "0", "", actor=who)) == (
        "not-entitled",
    )
    world.cast(of, vote, "maija", "0")
    with make.working(of.viewer("maija")) as at_work:
        decisions.recuse(talk, "Puoliso johtaa oppilaitosta", actor=at_work)
    assert ballots(vote) == {}, "an open vote of who is recused falls away"
    assert refused(of, "maija", lambda who: meeting_votes.cast(vote.pk, "0", "", actor=who)) == ("recused",)
    world.left(of, "vice")
    assert "not-entitled" in refused(of, "vice", lambda who: meeting_votes.cast(vote.pk, "0", "", actor=who))
    assert refused(
        of, "keeper", lambda who: meeting_votes.enter(vote.pk, {of.calls["vice"].pk: Entry("0")}, actor=who)
    ) == ("not-entitled",)
    with make.working(of.viewer("keeper")) as at_work, pytest.raises(NotVisible):
        meeting_votes.cast(vote.pk, "0", "", actor=at_work)


def test_even_votes_wait_for_the_chairs_which_decides() -> None:
    of = world.held()
    vote = world.voting(of)
    world.cast(of, vote, "maija", "0")
    world.cast(of, vote, "vice", "1")
    assert refused(of, "chair", lambda who: meeting_votes.close(vote.pk, actor=who)) == ("even",)
    with make.working(of.viewer("keeper")) as at_work:
        meeting_votes.enter(vote.pk, {of.calls["aloud"].pk: Entry("0")}, actor=at_work)
    world.cast(of, vote, "chair", "1")
    with make.working(of.viewer("chair")) as at_work:
        closed = meeting_votes.close(vote.pk, actor=at_work)
    assert (closed.result, closed.chair_decided) == ("Ei", True)
    assert refused(of, "maija", lambda who: meeting_votes.cast(vote.pk, "1", "0", actor=who)) == ("closed",)


def test_an_empty_or_wrong_vote_is_not_closed_but_can_be_annulled() -> None:
    of = world.held()
    vote = world.voting(of)
    assert refused(of, "maija", lambda who: meeting_votes.cast(vote.pk, "7", "", actor=who)) == ("unknown",)
    assert refused(of, "keeper", lambda who: meeting_votes.close(vote.pk, actor=who)) == ("no-votes",)
    assert refused(
        of, "keeper", lambda who: meeting_votes.open_vote(vote.item_id, "Toinen", ["a", "b"], actor=who)
    ) == ("voting",)
    page = f"{BASE}votes/{vote.pk}/annul/"
    assert of.keeper.post(page, reason=" ").status_code == 422
    assert of.keeper.post(page, reason="Kysymys oli väärä").status_code == 302
    assert refused(of, "maija", lambda who: meeting_votes.cast(vote.pk, "0", "", actor=who)) == ("void",)
    assert "The vote was annulled: Kysymys oli väärä" in words(of.keeper.get(on_item(of) + "live/"))


def test_the_secretary_does_not_overwrite_what_a_member_has_voted() -> None:
    of = world.held()
    vote = world.voting(of)
    world.cast(of, vote, "maija", "0")
    entry = {of.calls["maija"].pk: Entry("1", "0"), of.calls["aloud"].pk: Entry("0")}
    assert refused(of, "keeper", lambda who: meeting_votes.enter(vote.pk, entry, actor=who)) == ("voted",)
    assert ballots(vote) == {"Maija Malli": 0}, "nothing is written when one is refused"


def test_no_vote_is_opened_or_closed_without_quorum() -> None:
    of = world.held()
    vote = world.voting(of)
    for name in ("maija", "vice"):
        world.cast(of, vote, name, "0")
        world.left(of, name)
    assert refused(of, "keeper", lambda who: meeting_votes.close(vote.pk, actor=who)) == ("no-quorum",)
    with make.working(of.viewer("keeper")) as at_work:
        meeting_votes.annul(vote.pk, "Ei päätösvaltaa", actor=at_work)
    assert refused(
        of, "keeper", lambda who: meeting_votes.open_vote(vote.item_id, "Uusi", ["a", "b"], actor=who)
    ) == ("no-quorum",)


@pytest.mark.django_db(transaction=True)
def test_two_windows_at_the_same_moment_leave_one_vote() -> None:
    with transaction.atomic():
        of = world.held()
        vote = world.voting(of)
    begun, results = threading.Barrier(2, timeout=20), []

    def vote_in_a_window(chosen: str) -> None:
        try:
            with transaction.atomic(), make.working(of.viewer("maija")) as at_work:
                begun.wait()
                meeting_votes.cast(vote.pk, chosen, "", actor=at_work)
            results.append("counted")
        except Refusals as refusal:
            results.append(refusal.codes[0])
        finally:
            connection.close()

    windows = [threading.Thread(target=vote_in_a_window, args=(chosen,)) for chosen in ("0", "1")]
    for one in windows:
        one.start()
    for one in windows:
        one.join()
    assert sorted(results) == ["counted", "voted"]
    with transaction.atomic():
        rowsecurity.apply(of.keeper.viewer)
        assert len(ballots(vote)) == 1


# Recusal ----------------------------------------------------------------------------------------------------------------


def test_one_declares_ones_own_recusal_and_the_keeper_sees_declared_ties() -> None:
    of = world.held()
    with rowsecurity.as_system():
        holder = SeatHolder.objects.get(user_id=of.viewer("vice").user_id)
        HolderPrivate.objects.update_or_create(
            holder=holder, defaults={"interests": "Kielikoulutuksen yrityksen hallitus"}
        )
    page = on_item(of) + "recuse/"
    own = words(of.workers["maija"].get(page))
    assert "Who is recused" not in own
    assert "yrityksen hallitus" not in own
    assert "Kielikoulutuksen yrityksen hallitus" in words(of.keeper.get(page))
    assert "Kielikoulutuksen yrityksen hallitus" in words(of.keeper.get(on_item(of) + "live/"))
    assert "yrityksen hallitus" not in words(of.workers["maija"].get(on_item(of) + "live/"))
    assert of.workers["maija"].post(page, reason="").status_code == 422
    assert of.workers["maija"].post(page, reason="Puoliso hakee").status_code == 302
    assert of.keeper.post(page, reason="Sama", call=str(of.calls["maija"].pk)).status_code == 422
    assert "Maija Malli is recused" in words(of.workers["vice"].get(on_item(of) + "live/"))
    with rowsecurity.as_system():
        made = Recusal.objects.get()
    assert of.workers["vice"].post(f"{BASE}recusals/{made.pk}/remove/").status_code == 404
    assert of.workers["maija"].post(f"{BASE}recusals/{made.pk}/remove/").status_code == 302
    with rowsecurity.as_system():
        assert not Recusal.objects.exists()
    done = of.items["secret"].pk
    assert refused(of, "maija", lambda who: decisions.recuse(done, "Myöhässä", actor=who)) == ("done",)


# Discussion and decision ----------------------------------------------------------------------------------------------------


def test_the_decision_is_written_beside_the_agenda() -> None:
    of = world.held()
    page = on_item(of)
    shown = words(of.keeper.get(page))
    assert "3 § Seuraava kokous" in shown
    version = of.keeper.hidden(page)["version"]
    done = of.keeper.post(
        page, version=version, discussion="Keskusteltiin.", decision="Hyväksyttiin.", do="next"
    )
    assert done["Location"] == on_item(of, "secret"), "to the next item of the agenda"
    assert of.item().decision == "Hyväksyttiin."
    assert "Decided unanimously." in words(of.workers["maija"].get(page + "live/"))
    assert of.workers["maija"].get(page).status_code == 404


def test_two_who_write_at_once_lose_nothing() -> None:
    of = world.held()
    with CaptureQueriesContext(connection) as asked:
        world.wrote(of)
    locks = [one["sql"] for one in asked if "FOR UPDATE" in one["sql"]]
    assert [("cooperation_meeting" in one, "cooperation_agendaitem" in one) for one in locks] == [
        (True, False),
        (False, True),
    ], "the meeting first: its minutes are not frozen meanwhile"
    page = on_item(of)
    version = of.keeper.hidden(page)["version"]
    of.keeper.post(page, version=version, discussion="Ensimmäinen teksti", decision="")
    answer = of.workers["chair"].post(page, version=version, discussion="Toinen teksti", decision="")
    assert answer.status_code == 409
    text = answer.content.decode()
    assert "Ensimmäinen teksti" in text
    assert "Toinen teksti" in text
    assert of.item().discussion == "Ensimmäinen teksti"
    again = of.workers["chair"].post(
        page, version=str(int(version) + 1), discussion="Ensimmäinen ja toinen", decision=""
    )
    assert again.status_code == 302


def test_a_decision_without_quorum_is_refused_and_the_text_stays() -> None:
    of = world.held()
    for name in ("maija", "vice"):
        world.left(of, name)
    page = on_item(of)
    answer = of.keeper.post(
        page, version=str(of.item().version), discussion="Puhuttiin.", decision="Hyväksyttiin."
    )
    assert answer.status_code == 422
    text = words(answer)
    assert (
        "The meeting has no quorum for this item: 2 of those entitled to decide are there, 3 are needed."
        in text
    )
    assert "Hyväksyttiin." in answer.content.decode()
    assert of.item().decision == ""
    assert "No quorum for this item" in words(of.workers["chair"].get(page + "live/"))
    saved = of.keeper.post(page, version=str(of.item().version), discussion="Puhuttiin.", decision="")
    assert saved.status_code == 302, "what was said can be written"


def test_who_is_recused_does_not_count_for_the_decision() -> None:
    of = world.held(present=("chair", "vice", "maija"))
    with make.working(of.viewer("maija")) as at_work:
        decisions.recuse(of.items["talk"].pk, "Puoliso hakee", actor=at_work)
    with make.working(of.viewer("keeper")) as at_work, pytest.raises(Refusals) as found:
        decisions.write(
            of.items["talk"].pk, "", "Hyväksyttiin.", actor=at_work, expected_version=of.item().version
        )
    assert found.value.codes == ("no-quorum",)


def test_the_quorum_of_a_closed_item_is_that_of_its_closing() -> None:
    of = world.held()
    with rowsecurity.as_system():
        AgendaItem.objects.filter(pk=of.items["talk"].pk).update(state="done", closed_at=world._ago(5))
    for name in ("maija", "vice", "chair"):
        world.left(of, name)
    assert world.wrote(of).decision


def test_an_item_not_taken_up_or_under_vote_or_left_on_the_table_has_no_decision() -> None:
    of = world.held()

    def write(name: str) -> tuple[str, ...]:
        item = of.item(name)
        return refused(
            of,
            "keeper",
            lambda who: decisions.write(item.pk, "", "Päätös", actor=who, expected_version=item.version),
        )

    assert write("next") == ("not-taken-up",)
    world.voting(of)
    assert write("talk") == ("voting",)
    with rowsecurity.as_system():
        AgendaItem.objects.filter(pk=of.items["next"].pk).update(state="tabled")
    assert write("next") == ("tabled",)
    with make.working(of.viewer("keeper")) as at_work, pytest.raises(EditClash):
        decisions.write(of.items["talk"].pk, "", "", actor=at_work, expected_version=99)


# Dissenting opinions ------------------------------------------------------------------------------------------------------


def test_who_took_part_in_the_decision_can_dissent_from_it() -> None:
    of = world.held()
    talk = of.items["talk"].pk
    assert refused(of, "maija", lambda who: decisions.dissent(talk, "Eri mieltä", actor=who)) == (
        "not-decided",
    )
    world.wrote(of)
    page = on_item(of) + "dissent/"
    maija = of.workers["maija"]
    assert maija.post(page, text=" ").status_code == 422
    assert maija.post(page, text="Olisin hylännyt.").status_code == 302
    assert maija.post(page, text="Olisin hylännyt esityksen.").status_code == 302, "changed"
    shown = words(of.workers["vice"].get(on_item(of) + "live/"))
    assert "Dissenting opinion: Maija Malli Olisin hylännyt esityksen." in shown
    assert refused(of, "guest", lambda who: decisions.dissent(talk, "Minäkin", actor=who)) == ("no-part",)
    by_secretary = of.keeper.post(page, text="Samoin.", call=str(of.calls["aloud"].pk))
    assert by_secretary.status_code == 302, "for one who does not sign in here"
    with make.working(of.viewer("chair")) as at_work, pytest.raises(Refusals) as found:
        decisions.dissent(talk, "Hänen puolestaan", actor=at_work, call_id=of.calls["maija"].pk)
    assert "not-own" in found.value.codes
    with rowsecurity.as_system():
        mine = Dissent.objects.get(call=of.calls["maija"])
    assert of.workers["vice"].post(f"{BASE}dissents/{mine.pk}/remove/").status_code == 404
    assert maija.post(f"{BASE}dissents/{mine.pk}/remove/").status_code == 302
    world.left(of, "vice")
    assert refused(of, "vice", lambda who: decisions.dissent(talk, "Poissa", actor=who)) == ("no-part",)


# The whole ----------------------------------------------------------------------------------------------------------------


def test_a_meeting_page_takes_as_many_statements_for_many_items_as_for_few() -> None:
    of = world.held()
    vote = world.voting(of)
    world.cast(of, vote, "maija", "0")

    def statements() -> int:
        with make.working(of.viewer("maija")) as at_work, CaptureQueriesContext(connection) as asked:
            items = list(AgendaItem.objects.filter(meeting=of.meeting))
            found = queries.live_of(at_work, of.meeting, items)
            assert len(found) == len(items)
        return len(asked)

    few = statements()
    with rowsecurity.as_system():
        for number in range(20):
            world.item(of, 10 + number, f"Asia {number}")
    assert statements() == few
    assert few <= 24


def test_a_guest_never_sees_a_secret_item_live() -> None:
    of = world.held()
    assert of.workers["guest"].get(on_item(of, "secret") + "live/").status_code == 404
    assert of.workers["stranger"].get(on_item(of) + "live/").status_code == 404
    assert of.workers["guest"].get(on_item(of) + "live/").status_code == 200
    assert of.workers["maija"].get(on_item(of, "secret") + "live/").status_code == 200
