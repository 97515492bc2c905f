"""The agenda: items written and ordered, proposed by members, continued; papers sent, withdrawn, replaced."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from kotopolku.access import rowsecurity
from kotopolku.access.errors import NotVisible
from kotopolku.clients.rules import EditClash, Refusals
from kotopolku.clients.tests import factories as make
from kotopolku.clients.tests.walking import words
from kotopolku.cooperation.actions import agenda, meeting_calls, meeting_day, meeting_papers
from kotopolku.cooperation.meeting_rules import GuestContent, ItemContent
from kotopolku.cooperation.models import AgendaItem, Attachment, AttachmentContent, Meeting, MeetingPaper
from kotopolku.cooperation.tests import bodies_world, hearings_world
from kotopolku.cooperation.tests import meetings_world as world
from kotopolku.cooperation.tests.meetings_world import MEET, Group
from kotopolku.desk.actions.documents import Upload
from kotopolku.desk.scanner import Verdict
from kotopolku.notices.models import Notice

pytestmark = pytest.mark.django_db
TEXT = Upload("muistio.txt", b"Alueen tilanne marraskuussa.")


@pytest.fixture
def group() -> Group:
    return world.group()


def told(kind: str) -> set[int]:
    with rowsecurity.as_system():
        rows = Notice.objects.filter(kind=f"cooperation.{kind}")
        return set(rows.values_list("user_id", flat=True))


def titles(meeting: Meeting) -> list[str]:
    with rowsecurity.as_system():
        return list(meeting.items.order_by("order", "pk").values_list("title", flat=True))


def paper(group: Group, item: AgendaItem, title: str = "Muistio", access: str = "called") -> MeetingPaper:
    with make.working(group.keeper.viewer) as at_work:
        return meeting_papers.add(item.pk, title, access, TEXT, actor=at_work)


def file_of(paper: MeetingPaper) -> Attachment:
    with rowsecurity.as_system():
        return Attachment.objects.get(paper=paper)


def titled(title: str) -> AgendaItem:
    with rowsecurity.as_system():
        return AgendaItem.objects.get(title=title)


# Items ----------------------------------------------------------------------------------------------------------------


def test_items_are_written_and_moved_on_their_pages(group: Group) -> None:
    made = world.planned(group)
    by = group.keeper
    address = f"/commons/meetings/{made.pk}/items/new/"
    form = {
        "token": str(uuid4()),
        "title": "Alueen tilanne",
        "kind": "talk",
        "access": "public",
        "text": "**Luvut** liitteessä.",
        "minutes_planned": "15",
    }
    answer = by.post(address, **form)
    assert answer.status_code == 302
    world.item(group, made, "Kannanotto", kind="decision", proposal="Hyväksytään.")
    assert titles(made)[4:6] == ["Alueen tilanne", "Kannanotto"], "before the formal items at the end"
    first = titled("Alueen tilanne")
    assert by.post(f"/commons/meetings/items/{first.pk}/shift/", do="down").status_code == 302
    assert titles(made)[4:6] == ["Kannanotto", "Alueen tilanne"]
    shown = words(by.get(f"/commons/meetings/{made.pk}/"))
    assert "6. Alueen tilanne" in shown
    assert "Luvut liitteessä." in words(by.get(f"/commons/meetings/items/{first.pk}/"))
    edit = f"/commons/meetings/items/{first.pk}/edit/"
    changed = form | {"version": "1", "title": "Alueen luvut"}
    assert by.post(edit, **changed).status_code == 302
    assert by.post(edit, **changed).status_code == 409
    assert by.post(f"/commons/meetings/items/{first.pk}/remove/").status_code == 302
    assert "Alueen luvut" not in titles(made)


FAULTY: list[tuple[dict[str, str], str]] = [
    ({"title": " "}, "Give the item a title."),
    ({"access": "secret"}, "Write the section of the Act on which secrecy stands."),
    ({"minutes_planned": "0"}, "1 to 600"),
    ({"kind": "xx"}, "xx"),
    ({"subject": "cooperation.hearing:1"}, "cooperation.hearing:1"),
]


def test_a_faulty_item_is_shown_back(group: Group) -> None:
    made = world.planned(group)
    form = {"token": str(uuid4()), "title": "Asia", "kind": "talk", "access": "public", "text": "Teksti jää"}
    for changes, complaint in FAULTY:
        answer = group.keeper.post(f"/commons/meetings/{made.pk}/items/new/", **(form | changes))
        assert answer.status_code == 422, complaint
        assert complaint in words(answer)
        assert "Teksti jää" in answer.content.decode()


def test_an_item_is_tied_to_a_hearing_that_the_keeper_sees(group: Group) -> None:
    made = world.planned(group)
    hearing = hearings_world.drafted(group.keeper.viewer, ())
    item = world.item(group, made, "Lausunto", subject_kind="cooperation.hearing", subject_id=hearing.pk)
    page = f"/commons/meetings/items/{item.pk}/"
    assert f"/commons/hearings/{hearing.pk}/" in group.keeper.get(page).content.decode()
    world.called(group, made)
    shown = group.worker("maija").get(page)
    assert f"/commons/hearings/{hearing.pk}/" not in shown.content.decode(), "a draft of the keeper's"
    with make.working(group.keeper.viewer) as at_work, pytest.raises(Refusals) as refused:
        agenda.add(
            made.pk,
            ItemContent("Asia", subject_kind="cooperation.hearing", subject_id=999_999),
            actor=at_work,
        )
    assert refused.value.codes == ("unknown",)


def test_a_matter_that_another_editor_chose_stays(group: Group) -> None:
    item = world.item(group, world.planned(group))
    with rowsecurity.as_system():
        AgendaItem.objects.filter(pk=item.pk).update(subject_kind="cooperation.hearing", subject_id=999_999)
    page = f"/commons/meetings/items/{item.pk}/edit/"
    assert "A matter that you do not see" in words(group.keeper.get(page))
    form = {"token": str(uuid4()), "version": "1", "title": "Uusi nimi", "kind": "talk", "access": "public"}
    assert group.keeper.post(page, **form, subject="cooperation.hearing:999999").status_code == 302
    assert titled("Uusi nimi").subject_id == 999_999


def test_after_the_call_changes_are_told_and_nothing_is_removed(group: Group) -> None:
    made = world.planned(group)
    item = world.item(group, made)
    world.called(group, made)
    with make.working(group.keeper.viewer) as at_work:
        agenda.change(item.pk, ItemContent("Uusi nimi"), actor=at_work, expected_version=item.version)
        with pytest.raises(EditClash):
            agenda.change(item.pk, ItemContent("Toinen"), actor=at_work, expected_version=item.version)
        with pytest.raises(Refusals) as refused:
            agenda.remove(item.pk, actor=at_work)
        assert refused.value.codes == ("called",)
    assert group.viewer("maija").user_id in told("meeting-agenda-changed")
    with make.working(group.viewer("maija")) as at_work:
        rowsecurity.apply(at_work)
        changed = AgendaItem.objects.filter(pk=item.pk).update(title="Kutsutun oma")
        assert changed == 0, "row security lets nobody called write the agenda"


# Proposed by members --------------------------------------------------------------------------------------------------


def test_a_member_proposes_and_learns_what_became_of_it(group: Group) -> None:
    made = world.planned(group)
    maija = group.worker("maija")
    assert f"/commons/meetings/{made.pk}/propose/" in maija.get("/commons/meetings/").content.decode()
    page = f"/commons/meetings/{made.pk}/propose/"
    form = {"token": str(uuid4()), "title": "Kielikahvilat", "text": "Ryhmiä puuttuu.", "proposal": ""}
    assert maija.post(page, **(form | {"text": " "})).status_code == 422
    assert maija.post(page, **form).status_code == 302
    assert maija.post(page, **form).status_code == 302, "sent twice"
    assert group.worker("stranger").get(page).status_code == 404
    assert world.LINK not in maija.get(page).content.decode()
    item = titled("Kielikahvilat")
    assert told("meeting-item-proposed") == {group.keeper.viewer.user_id}
    assert "proposed by a member" in words(maija.get("/commons/meetings/proposals/"))
    assert "Kielikahvilat" in words(group.keeper.get(f"/commons/meetings/{made.pk}/"))
    refuse = f"/commons/meetings/items/{item.pk}/refuse/"
    assert group.keeper.post(refuse, reason="").status_code == 422
    assert group.keeper.post(refuse, reason="Kuuluu kunnalle.").status_code == 302
    assert "Kuuluu kunnalle." in words(maija.get("/commons/meetings/proposals/"))
    assert told("meeting-proposal-settled") == {maija.viewer.user_id}
    second = form | {"token": str(uuid4()), "title": "Neuvonta"}
    assert maija.post(page, **second).status_code == 302
    taken = titled("Neuvonta")
    assert group.keeper.post(f"/commons/meetings/items/{taken.pk}/take/").status_code == 302
    assert titles(made)[-3:][0] == "Neuvonta"
    third = form | {"token": str(uuid4()), "title": "Turha"}
    maija.post(page, **third)
    turha = titled("Turha")
    assert group.worker("vice").post(f"/commons/meetings/items/{turha.pk}/take-back/").status_code == 404
    assert maija.post(f"/commons/meetings/items/{turha.pk}/take-back/").status_code == 302
    assert "Turha" not in titles(made)


def test_after_the_day_nothing_is_proposed(group: Group) -> None:
    made = world.planned(group)
    with make.working(group.viewer("maija"), MEET - timedelta(days=9)) as at_work, pytest.raises(NotVisible):
        agenda.propose(made.pk, "Myöhässä", "Liian myöhään.", actor=at_work)
    with make.working(group.viewer("stranger")) as at_work, pytest.raises(NotVisible):
        agenda.propose(made.pk, "Ulkopuolelta", "Ei jäsen.", actor=at_work)


def test_a_proposal_is_seen_by_nobody_else_who_is_called(group: Group) -> None:
    made = world.called(group)
    with make.working(group.viewer("maija")) as at_work:
        item = agenda.propose(made.pk, "Oma ehdotus", "Vain minulle.", actor=at_work)
    assert "Oma ehdotus" in words(group.worker("maija").get(f"/commons/meetings/{made.pk}/"))
    assert "Oma ehdotus" not in words(group.worker("vice").get(f"/commons/meetings/{made.pk}/"))
    assert group.worker("vice").get(f"/commons/meetings/items/{item.pk}/").status_code == 404
    group.keeper.post(f"/commons/meetings/items/{item.pk}/take/")
    assert group.viewer("vice").user_id in told("meeting-agenda-changed"), (
        "nothing comes on the agenda unseen"
    )


# Papers ---------------------------------------------------------------------------------------------------------------


def test_a_paper_goes_with_the_call_and_is_opened_by_those_called(group: Group) -> None:
    made = world.planned(group)
    item = world.item(group, made)
    page = f"/commons/meetings/items/{item.pk}/papers/new/"
    form: dict[str, Any] = {"token": str(uuid4()), "title": "Muistio", "access": "called"}
    sent = SimpleUploadedFile("muistio.txt", TEXT.data)
    assert group.keeper.post(page, **form, file=sent).status_code == 302
    rowsecurity.apply(group.keeper.viewer)
    added = MeetingPaper.objects.get()
    file = f"/commons/files/{file_of(added).pk}/"
    assert added.sent_at is None
    world.called(group, made)
    assert group.worker("maija").get(file).content == TEXT.data
    assert group.worker("stranger").get(file).status_code == 404
    assert group.worker("deputy").get(file).status_code == 404
    assert group.keeper.post(file + "remove/").status_code == 404, "a paper is withdrawn, not removed"
    assert "Muistio" in words(group.worker("maija").get(f"/commons/meetings/{made.pk}/papers/"))


def test_a_later_paper_waits_until_it_is_sent(group: Group) -> None:
    made = world.called(group)
    item = world.item(group, made)
    added = paper(group, item, "Lisäliite")
    page = f"/commons/meetings/{made.pk}/papers/"
    maija = group.worker("maija")
    assert "Lisäliite" not in words(maija.get(page))
    assert maija.get(f"/commons/files/{file_of(added).pk}/").status_code == 404
    assert "1 paper has not been sent" in words(group.keeper.get(page))
    assert group.keeper.post(page + "send/").status_code == 302
    assert "Lisäliite" in words(maija.get(page))
    assert maija.viewer.user_id in told("meeting-papers")


def test_a_withdrawn_paper_leaves_its_name_and_the_reason_and_no_content(group: Group) -> None:
    made = world.planned(group)
    added = paper(group, world.item(group, made))
    page = f"/commons/meetings/papers/{added.pk}/"
    early = group.keeper.post(page + "withdraw/", reason="Väärä liite.")
    assert early.status_code == 422, "nobody has it yet"
    world.called(group, made)
    file = file_of(added)
    assert group.keeper.post(page + "withdraw/", reason=" ").status_code == 422
    assert group.keeper.post(page + "remove/").status_code == 302
    assert group.keeper.post(page + "withdraw/", reason="Väärä liite.").status_code == 302
    assert group.keeper.post(page + "withdraw/", reason="Uudelleen.").status_code == 422
    with rowsecurity.as_system():
        assert not AttachmentContent.objects.filter(attachment_id=file.pk).exists()
        assert not Attachment.objects.filter(paper=added).exists()
        assert MeetingPaper.objects.get(pk=added.pk).withdrawn_reason == "Väärä liite."
    maija = group.worker("maija")
    assert maija.get(f"/commons/files/{file.pk}/").status_code == 404
    shown = words(maija.get(f"/commons/meetings/{made.pk}/papers/"))
    assert "Muistio" in shown
    assert "Väärä liite." in shown
    assert told("meeting-paper-withdrawn") >= {maija.viewer.user_id, group.viewer("vice").user_id}
    newer = {"token": str(uuid4()), "title": "Muistio, korjattu"}
    answer = group.keeper.post(page + "replace/", **newer, file=SimpleUploadedFile("uusi.txt", b"Korjattu."))
    assert answer.status_code == 302
    group.keeper.post(f"/commons/meetings/{made.pk}/papers/send/")
    shown = words(maija.get(f"/commons/meetings/{made.pk}/papers/"))
    assert "Muistio, korjattu" in shown
    assert "Väärä liite." in shown, "the withdrawn one stays beside"


def test_a_sent_paper_is_not_replaced_unseen_and_an_unsent_one_is(group: Group) -> None:
    made = world.planned(group)
    item = world.item(group, made)
    unsent = paper(group, item, "Luonnos")
    with make.working(group.keeper.viewer) as at_work:
        newer = meeting_papers.replace(unsent.pk, "Valmis", TEXT, actor=at_work)
        assert list(MeetingPaper.objects.filter(item=item).values_list("pk", flat=True)) == [newer.pk]
    world.called(group, made)
    with make.working(group.keeper.viewer) as at_work, pytest.raises(Refusals) as refused:
        meeting_papers.replace(newer.pk, "Toinen", TEXT, actor=at_work)
    assert refused.value.codes == ("sent",)


def test_a_paper_is_not_wider_than_its_item_and_a_virus_is_refused(
    group: Group, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = world.planned(group)
    item = world.item(group, made, access="called")
    with make.working(group.keeper.viewer) as at_work:
        with pytest.raises(Refusals) as refused:
            meeting_papers.add(item.pk, "Muistio", "public", TEXT, actor=at_work)
        assert refused.value.codes == ("wider",)

    class Finds:
        def scan(self, _data: bytes) -> Verdict:
            return Verdict.INFECTED

    monkeypatch.setattr("kotopolku.cooperation.actions.files.scanner", Finds)
    with make.working(group.keeper.viewer) as at_work:
        with pytest.raises(Refusals) as refused:
            meeting_papers.add(item.pk, "Muistio", "called", TEXT, actor=at_work)
        assert refused.value.codes == ("file-virus",)
        assert not MeetingPaper.objects.exists()


def test_papers_of_a_continued_item_are_read_by_those_called_to_the_earlier_meeting(
    group: Group, afternoon: None
) -> None:
    made = world.planned(group)
    item = world.item(group, made, "Jatkuva asia")
    file = f"/commons/files/{file_of(paper(group, item)).pk}/"
    world.opened(group, world.called(group, made), "chair", "vice", "maija")
    with make.working(group.keeper.viewer, MEET) as at_work:
        meeting_day.close_meeting(made.pk, actor=at_work)
    later = MEET + timedelta(weeks=4)
    coming = world.called(group, starts_at=world.at(9, day=later), ends_at=world.at(11, day=later))
    guest = group.worker("stranger")
    bodies_world.with_address(guest, "vieras@example.fi")
    with make.working(group.keeper.viewer) as at_work:
        meeting_calls.invite(coming.pk, GuestContent("Vieras", "vieras@example.fi"), actor=at_work)
    with rowsecurity.as_system():
        again = AgendaItem.objects.get(meeting=coming, continued=item)
    page = f"/commons/meetings/items/{again.pk}/"
    shown = group.worker("vice").get(page).content.decode()
    assert file in shown
    assert f"/commons/meetings/items/{item.pk}/" in shown
    assert group.worker("vice").get(file).content == TEXT.data
    other = guest.get(page)
    assert "Left on the table in an earlier meeting." in words(other)
    assert "Muistio" not in words(other)
    assert f"/commons/meetings/items/{item.pk}/" not in other.content.decode(), (
        "no way to a page that is not theirs"
    )
    assert guest.get(file).status_code == 404
