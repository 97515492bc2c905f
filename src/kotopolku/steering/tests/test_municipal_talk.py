"""Comments and proposals in a draft: beside their paragraph, answered, settled, accepted, refused, withdrawn."""

import pytest

from kotopolku.access import rowsecurity
from kotopolku.access.errors import NotVisible
from kotopolku.clients.rules import Refusals
from kotopolku.clients.tests import factories as make
from kotopolku.clients.tests.walking import words
from kotopolku.journal.models import Entry
from kotopolku.notices.models import Notice
from kotopolku.steering.actions import municipal_talk
from kotopolku.steering.actions.municipal_talk import Spot
from kotopolku.steering.models import (
    MunicipalProgramme,
    ProgrammeSection,
    ProposalState,
    SectionComment,
    SectionProposal,
    SectionVersion,
)
from kotopolku.steering.queries import municipal_text
from kotopolku.steering.tests import municipal_world as world

pytestmark = pytest.mark.django_db


def draft() -> tuple[world.Worker, world.Worker, MunicipalProgramme, ProgrammeSection]:
    """Who leads, a partner that comments, the programme and a written section."""
    by, friend = world.leader(), world.at_association()
    made = world.programme(by.viewer)
    plan = world.written(by.viewer, world.section(by.viewer, made))
    world.partner(by.viewer, made, world.ASSOCIATION, "comment")
    return by, friend, made, plan


def address(of: ProgrammeSection, part: str = "") -> str:
    return f"{world.LIST}sections/{of.pk}/{part}"


def test_a_paragraph_is_commented_answered_and_settled() -> None:
    by, friend, made, plan = draft()
    form = address(plan, "comment/")
    asked = {"lang": "fi", "number": str(plan.number), "paragraph": "1"}
    page = friend.get(form, **asked)
    assert "Toinen kappale kertoo ohjauksesta." in words(page)
    token = friend.hidden(form)["token"]
    empty = friend.send(form, asked | {"token": token, "text": " "})
    assert empty.status_code == 422
    assert "Write the comment." in words(empty)
    good = asked | {"token": token, "text": "Kuka ohjaa?"}
    made_at = friend.send(form, good)
    assert made_at.status_code == 302
    assert friend.send(form, good)["Location"] == made_at["Location"], "sent twice it stands once"
    with make.working(by.viewer):
        comment = SectionComment.objects.get()
        assert comment.quote == "Toinen kappale kertoo ohjauksesta."
    shown = words(by.get(address(plan), lang="fi"))
    assert shown.index("Toinen kappale") < shown.index("Kuka ohjaa?") < shown.index("yksi"), (
        "beside its paragraph"
    )
    answer = f"{world.LIST}comments/{comment.pk}/answer/"
    assert by.send(answer, {"token": by.hidden(answer)["token"], "text": "Kunta ohjaa."}).status_code == 302
    settle = f"{world.LIST}comments/{comment.pk}/settle/"
    assert friend.get(settle).status_code == 404, "only who writes the section settles"
    assert by.send(settle, {"how": ""}).status_code == 422
    assert by.send(settle, {"how": "Lisättiin tekstiin."}).status_code == 302
    twice = by.send(settle, {"how": "Uudelleen"})
    assert twice.status_code == 422
    assert "settled already" in words(twice)
    shown = words(friend.get(address(plan), lang="fi"))
    for sentence in ("Kunta ohjaa.", "What came of it: Lisättiin tekstiin.", "settled", "Open again"):
        assert sentence in shown
    again = f"{world.LIST}comments/{comment.pk}/open-again/"
    assert again in friend.get(address(plan), lang="fi").content.decode(), "who made it may open it"
    colleague = world.at_association()
    assert colleague.get(again).status_code == 404
    silent = friend.send(again, {"reason": " "})
    assert silent.status_code == 422
    assert "Write why it is opened again." in words(silent)
    assert friend.send(again, {"reason": "Tekstiä ei ole."}).status_code == 302
    shown = words(by.get(address(plan), lang="fi"))
    for sentence in ("Tekstiä ei ole.", "Opened again. What had come of it: Lisättiin tekstiin."):
        assert sentence in shown
    assert "has not been settled" in words(by.send(again, {"reason": "x"}))
    with rowsecurity.as_system():
        [entry] = Entry.objects.filter(action="steering.municipal.comment-opened")
        assert entry.payload.reason == "Tekstiä ei ole."
    with make.working(by.viewer):
        opened = Notice.objects.filter(kind="steering.municipal-comment-opened")
        assert set(opened.values_list("user_id", flat=True)) == {by.viewer.user_id}
    assert by.send(settle, {"how": "Nyt lisättiin."}).status_code == 302
    assert by.send(again, {"reason": "Tarkistetaan vielä."}).status_code == 302
    assert by.send(settle, {"how": "Tarkistettu."}).status_code == 302
    with make.working(friend.viewer):
        kinds = set(Notice.objects.filter(user=friend.viewer.user_id).values_list("kind", flat=True))
    assert {f"steering.municipal-comment-{what}" for what in ("answered", "settled", "opened")} <= kinds
    talk = f"{world.LIST}{made.pk}/talk/"
    assert "No comments wait." in words(by.get(talk))
    assert "Kuka ohjaa?" in words(by.get(talk, every="on", section=str(plan.pk)))
    assert by.get(talk, section="x", page="y").status_code == 200


def test_a_comment_is_found_again_when_the_text_has_changed() -> None:
    by, friend, _made, plan = draft()
    world.comment(friend.viewer, plan, text="Siirtynyt.")
    world.comment(friend.viewer, plan, paragraph=0, text="Kadonnut.")
    whole = world.comment(friend.viewer, plan, paragraph=None, text="Koko osasta.")
    assert whole.quote == ""
    world.written(by.viewer, plan, "Ihan uusi.\n\nVälissä.\n\nToinen kappale kertoo hyvästä ohjauksesta.")
    with make.working(by.viewer) as at_work:
        found = ProgrammeSection.objects.select_related("programme", "programme__organisation").get(
            pk=plan.pk
        )
        page = municipal_text.section_page(at_work, found, "fi")
    assert [talk.comment.text for talk in page.paragraphs[2].talks] == ["Siirtynyt."]
    assert page.paragraphs[2].talks[0].changed
    assert [talk.comment.text for talk in page.lost.talks] == ["Kadonnut."]
    assert [talk.comment.text for talk in page.whole.talks] == ["Koko osasta."]
    shown = words(friend.get(address(plan), lang="fi"))
    assert "To text that is no longer there" in shown
    assert "To a text that is no longer there: Alku on tässä." in shown


def test_a_comment_to_a_version_that_has_been_replaced_meanwhile_is_taken() -> None:
    by, friend, _made, plan = draft()
    world.written(by.viewer, plan, "Lyhyt.")
    late = world.comment(friend.viewer, plan, paragraph=1, text="Ehdin vielä.")
    assert late.quote == "Toinen kappale kertoo ohjauksesta."
    for spot in (Spot(2, "fi", 9), Spot(99, "fi", 0), Spot(2, "en", 0)):
        with make.working(friend.viewer) as at_work, pytest.raises(Refusals) as refused:
            municipal_talk.comment(plan.pk, spot, "x", actor=at_work)
        assert refused.value.codes == ("spot",)


def test_a_proposal_is_accepted_into_the_text_as_a_new_version() -> None:
    by, friend, _made, plan = draft()
    form = address(plan, "propose/")
    asked = {"lang": "fi", "number": str(plan.number), "paragraph": "1"}
    assert "Toinen kappale kertoo ohjauksesta.</textarea>" in friend.get(form, **asked).content.decode()
    token = friend.hidden(form)["token"]
    same = friend.send(form, asked | {"token": token, "new": "Toinen kappale kertoo ohjauksesta."})
    assert same.status_code == 422
    assert "says the same as the text" in words(same)
    good = asked | {"token": token, "new": "Ohjausta saa joka arkipäivä.", "reason": "Selkeämpi"}
    assert friend.send(form, good).status_code == 302
    assert friend.send(form, good).status_code == 302
    with make.working(by.viewer):
        [proposal] = SectionProposal.objects.all()
    one = f"{world.LIST}proposals/{proposal.pk}/"
    assert "(added:)" in words(by.get(one))
    assert friend.send(one, {"do": "accept"}).status_code == 404
    assert by.send(one, {"do": "accept", "answer": "Kiitos"}).status_code == 302
    assert world.text_of(by.viewer, plan).split("\n\n")[1] == "Ohjausta saa joka arkipäivä."
    again = by.send(one, {"do": "accept"})
    assert again.status_code == 422
    assert "not open any more" in words(again)
    with make.working(friend.viewer):
        newest = SectionVersion.objects.filter(section=plan).order_by("-number")[0]
        assert newest.note == "Selkeämpi"
        told = Notice.objects.filter(user=friend.viewer.user_id, kind="steering.municipal-proposal-decided")
        assert told.count() == 1


def test_a_proposal_to_a_paragraph_that_has_changed_stays_open_with_a_clear_message() -> None:
    by, friend, _made, plan = draft()
    proposal = world.proposal(friend.viewer, plan)
    text = "Alku on tässä.\n\nToinen kappale on jo muutettu.\n\nLoppu."
    world.written(by.viewer, plan, text)
    one = f"{world.LIST}proposals/{proposal.pk}/"
    assert "has been changed since the proposal was made" in words(by.get(one))
    answer = by.send(one, {"do": "accept"})
    assert answer.status_code == 422
    assert "It stays open" in words(answer)
    assert world.text_of(by.viewer, plan) == text
    with make.working(by.viewer):
        assert SectionProposal.objects.get().state == ProposalState.OPEN


def test_a_proposal_is_refused_with_a_reason_or_withdrawn_by_its_maker() -> None:
    by, friend, _made, plan = draft()
    first, second = world.proposal(friend.viewer, plan), world.proposal(friend.viewer, plan, new="")
    one = f"{world.LIST}proposals/{first.pk}/"
    silent = by.send(one, {"do": "refuse", "answer": ""})
    assert silent.status_code == 422
    assert "Write why the proposal is refused." in words(silent)
    assert by.send(one, {"do": "refuse", "answer": "Liian lyhyt."}).status_code == 302
    assert "Liian lyhyt." in words(friend.get(one))
    assert "Proposes that the paragraph be taken out." in words(
        friend.get(f"{world.LIST}proposals/{second.pk}/")
    )
    colleague = world.at_association()
    withdraw = f"{world.LIST}proposals/{second.pk}/withdraw/"
    assert colleague.post(withdraw).status_code == 404
    assert by.post(withdraw).status_code == 404
    assert friend.get(withdraw).status_code == 405
    assert friend.post(withdraw).status_code == 302
    assert friend.post(withdraw).status_code == 302, "withdrawn twice is withdrawn once"
    with make.working(by.viewer) as at_work, pytest.raises(Refusals) as refused:
        municipal_talk.accept(second.pk, actor=at_work)
    assert refused.value.codes == ("decided",)


def test_who_writes_may_take_a_paragraph_out_by_a_proposal() -> None:
    by, friend, _made, plan = draft()
    proposal = world.proposal(friend.viewer, plan, new="")
    with make.working(by.viewer) as at_work:
        municipal_talk.accept(proposal.pk, actor=at_work)
    assert world.text_of(by.viewer, plan) == "Alku on tässä.\n\n- yksi\n- kaksi"


def test_only_those_who_take_part_with_the_right_comment_and_propose() -> None:
    by, friend, made, plan = draft()
    comment = world.comment(friend.viewer, plan)
    proposal = world.proposal(friend.viewer, plan)
    reader, stranger = world.leader(world.KERAVA), world.leader(world.HELSINKI)
    world.partner(by.viewer, made, world.KERAVA, "read")
    caseworker = make.worker(world.VANTAA, world.ON)
    world.comment(caseworker, plan, text="Kollega kommentoi.")
    assert "Kollega kommentoi." in words(reader.get(address(plan), lang="fi")), "a reader reads what was said"
    with make.working(caseworker) as at_work, pytest.raises(NotVisible):
        municipal_talk.settle(comment.pk, "x", actor=at_work)
    for outsider in (reader, stranger):
        for part in ("comment/", "propose/"):
            assert outsider.get(address(plan, part)).status_code == 404
            assert outsider.post(address(plan, part), number="2", lang="fi", text="x").status_code == 404
        assert outsider.post(f"{world.LIST}comments/{comment.pk}/answer/", text="x").status_code == 404
        assert outsider.post(f"{world.LIST}comments/{comment.pk}/settle/", how="x").status_code == 404
        assert outsider.post(f"{world.LIST}proposals/{proposal.pk}/", do="accept").status_code == 404
    assert stranger.get(f"{world.LIST}proposals/{proposal.pk}/").status_code == 404
