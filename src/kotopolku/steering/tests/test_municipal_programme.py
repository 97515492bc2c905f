"""Municipal programmes: drawing up, the frame, the list, municipalities together, partners and their rights."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from kotopolku.access.capabilities import Role
from kotopolku.access.errors import MissingCapability, NotVisible
from kotopolku.access.viewer import Viewer
from kotopolku.clients.rules import EditClash, Refusals
from kotopolku.clients.tests import factories as make
from kotopolku.clients.tests.walking import Worker, words
from kotopolku.journal.models import Entry
from kotopolku.notices.models import Notice
from kotopolku.steering import access_municipal as access
from kotopolku.steering.actions import municipal, municipal_partners, municipal_sections
from kotopolku.steering.models import (
    CouncilState,
    MunicipalProgramme,
    ProgrammeSection,
    SectionComment,
    SectionVersion,
)
from kotopolku.steering.queries import municipal_work
from kotopolku.steering.tests import municipal_world as world

pytestmark = pytest.mark.django_db


def typed(by: Worker, address: str, **changes: object) -> dict[str, object]:
    values: dict[str, object] = {
        "token": by.hidden(address)["token"],
        "languages": "fi,sv",
        "name_fi": "Vantaan keksitty ohjelma",
        "name_sv": "Vandas påhittade program",
        "first_day": "1.1.2027",
        "last_day": "31.12.2030",
    }
    return values | changes


def test_a_programme_is_begun_from_the_act_with_another_municipality_that_is_told() -> None:
    by, other = world.leader(), world.leader(world.HELSINKI)
    new = world.LIST + "new/"
    assert "681/2023 asks for no programme that the council approves" in words(by.get(new))
    good = typed(by, new, organisations=[str(world.organisation(world.HELSINKI).pk)])
    wrong = by.send(new, good | {"name_sv": "", "last_day": "1.1.2026"})
    assert wrong.status_code == 422
    assert "Give the programme a name in Swedish." in words(wrong)
    assert "The last day is before the first one." in words(wrong)
    assert "Vantaan keksitty ohjelma" in wrong.content.decode(), "nothing typed is lost"
    made = by.send(new, good)
    assert made.status_code == 302, words(made)
    assert by.send(new, good)["Location"] == made["Location"], "the same form twice begins one"
    for reader in (by, other):
        page = words(reader.get(made["Location"]))
        for sentence in ("Integration plan", "681/2023", "Helsin", "Vanta", "A voluntary document"):
            assert sentence in page
    assert "Add a section of your own" not in words(other.get(made["Location"]))
    with make.working(other.viewer):
        assert Notice.objects.filter(user=other.viewer.user_id, kind="steering.municipal-joined").count() == 1
    with make.working(by.viewer):
        assert Entry.objects.filter(action="steering.municipal.drawn-up").count() == 1
        assert SectionVersion.objects.count() == 6
    assert "Vantaan keksitty ohjelma" in words(by.get(world.LIST, whose="own"))
    assert by.get(world.LIST, region="x", municipality="y", state="z", page="q").status_code == 200


def test_looking_for_municipalities_loses_nothing_and_a_partner_is_no_municipality() -> None:
    by = world.leader()
    new = world.LIST + "new/"
    found = by.send(new, typed(by, new, find="helsin", do="find", name_sv=""))
    assert found.status_code == 200
    assert "Helsinki" in words(found)
    wrong = by.send(new, typed(by, new, organisations=[str(world.organisation(world.KELA).pk)]))
    assert wrong.status_code == 422
    assert "Invite the rest as partners." in words(wrong)


def test_under_the_old_act_the_sections_are_its_own_and_no_voluntary_document_is_spoken_of() -> None:
    actor = world.lead(on=world.OLD)
    made = world.programme(actor, first_day=date(2021, 6, 1), last_day=date(2025, 5, 31))
    assert made.act == "1386/2010"
    by = world.leader(on=world.OLD)
    page = words(by.get(f"{world.LIST}{made.pk}/"))
    assert "Link to the municipality's strategic planning and follow-up" in page
    assert "A voluntary document" not in page


def test_a_draft_is_hidden_from_those_who_take_no_part_and_an_approved_one_open() -> None:
    made = world.programme(world.lead())
    stranger, region = world.leader(world.KERAVA), Worker("evk-01", world.ON, Role.REGIONAL_OFFICER)
    address = f"{world.LIST}{made.pk}/"
    for reader in (stranger, region):
        assert reader.get(address).status_code == 404
        assert reader.get(address + "draft/").status_code == 404
        assert reader.get(address + "talk/").status_code == 404
    with make.working(Viewer.for_system("test", world.ON)):
        MunicipalProgramme.objects.filter(pk=made.pk).update(state="approved")
    assert stranger.get(address).status_code == 200
    assert stranger.get(address + "draft/").status_code == 200
    assert stranger.get(address + "talk/").status_code == 404, (
        "what was said of it stays among those who took part"
    )
    with make.working(stranger.viewer) as at_work:
        assert access.sections(at_work).filter(programme=made).count() == 6
        assert not access.comments(at_work).exists()


def test_only_a_municipality_draws_up_and_only_its_own_is_changed() -> None:
    made = world.programme(world.lead(), [world.HELSINKI])
    joined, worker = world.lead(world.HELSINKI), make.worker(world.VANTAA, world.ON)
    for actor in (worker, make.worker("evk-01", world.ON, role=Role.REGIONAL_OFFICER)):
        with make.working(actor) as at_work, pytest.raises(MissingCapability):
            municipal.draw_up(world.frame(), actor=at_work)
    with make.working(joined) as at_work, pytest.raises(NotVisible):
        municipal.change(made.pk, world.frame(), actor=at_work, expected_version=made.version)
    assert world.leader(world.HELSINKI).get(f"{world.LIST}{made.pk}/edit/").status_code == 404


def test_two_who_change_the_frame_are_told_and_a_municipality_that_goes_out_reads_no_more() -> None:
    actor, later = world.lead(), world.lead(on=world.ON + timedelta(days=1))
    made = world.programme(actor, [world.HELSINKI])
    changed = world.by(
        later, lambda at_work: municipal.change(made.pk, world.frame(), actor=at_work, expected_version=1)
    )
    assert changed.participants == [world.organisation(world.VANTAA).pk]
    with make.working(later) as at_work:
        row = changed.municipalities.get(code="091")
        assert row.state == CouncilState.LEFT
        assert row.days.upper == later.day
        with pytest.raises(EditClash):
            municipal.change(made.pk, world.frame(), actor=at_work, expected_version=1)
    helsinki = world.leader(world.HELSINKI)
    assert helsinki.get(f"{world.LIST}{made.pk}/").status_code == 404
    with make.working(helsinki.viewer):
        told = Notice.objects.filter(kind="steering.municipal-left")
        assert set(told.values_list("address", flat=True)) <= {world.LIST}, "to what it may still read"
    again = world.frame(municipalities=(world.organisation(world.HELSINKI).pk,))
    back = world.by(
        later, lambda at_work: municipal.change(made.pk, again, actor=at_work, expected_version=2)
    )
    assert len(back.participants) == 2
    assert world.leader(world.HELSINKI).get(f"{world.LIST}{made.pk}/").status_code == 200


def test_the_frame_is_changed_on_its_page() -> None:
    by = world.leader()
    made = world.programme(by.viewer)
    address = f"{world.LIST}{made.pk}/edit/"
    version = by.hidden(address)["version"]
    values = typed(by, address, version=version, languages="fi", name_fi="Toinen nimi", name_sv="")
    assert by.send(address, values).status_code == 302
    page = words(by.get(f"{world.LIST}{made.pk}/"))
    assert "Toinen nimi" in page
    clash = by.send(address, values)
    assert clash.status_code == 409
    assert "changed this meanwhile" in words(clash)


def test_a_bilingual_municipality_with_one_language_is_told() -> None:
    by = world.leader()
    new = world.LIST + "new/"
    made = by.send(new, typed(by, new, languages="fi", name_sv=""))
    assert "Vantaa is bilingual" in words(by.get(made["Location"]))


def test_texts_of_the_programme_that_is_replaced_are_the_first_draft() -> None:
    actor = world.lead()
    old = world.programme(actor)
    world.written(actor, world.section(actor, old))
    with make.working(Viewer.for_system("test", world.ON)):
        MunicipalProgramme.objects.filter(pk=old.pk).update(state="approved")
    by = world.leader()
    new = world.LIST + "new/"
    made = by.send(new, typed(by, new, replaces=str(old.pk), take_texts="on", name_fi="Uudempi ohjelma"))
    assert made.status_code == 302, words(made)
    assert "Alku on tässä." in words(by.get(made["Location"] + "draft/"))
    assert "Uudempi ohjelma replaces this programme." in words(by.get(f"{world.LIST}{old.pk}/"))
    with make.working(world.lead(world.HELSINKI)) as at_work, pytest.raises(Refusals) as refused:
        municipal.draw_up(world.frame(), actor=at_work, replaces=old.pk)
    assert refused.value.codes == ("unknown",)


# Partners ------------------------------------------------------------------------------------------------------------


def test_partners_get_their_rights_are_told_and_lose_them() -> None:
    by, friend = world.leader(), world.at_association()
    made = world.programme(by.viewer)
    plan = world.section(by.viewer, made)
    address = f"{world.LIST}{made.pk}/partners/"
    found = by.send(address, {"find": "keksitty yh", "do": "find"})
    assert found.status_code == 200
    assert "Keksitty yhdistys" in words(found)
    missing = by.send(address, {"right": "comment"})
    assert missing.status_code == 422
    assert "Choose at least one organisation." in words(missing)
    given = {"organisations": [str(world.association().pk)], "right": "write", "sections": [str(plan.pk)]}
    assert friend.get(f"{world.LIST}{made.pk}/").status_code == 404
    assert by.send(address, given).status_code == 302
    assert "Keksitty yhdistys" in words(by.get(address))
    with make.working(friend.viewer) as at_work:
        assert (
            Notice.objects.filter(user=friend.viewer.user_id, kind="steering.municipal-partner").count() == 1
        )
        rights = access.rights(at_work, access.programme(at_work, made.pk))
        assert (rights.writes, rights.sections, rights.leads) == (True, frozenset({plan.pk}), False)
        partner_id = access.partners(at_work).get().pk
    assert friend.get(f"{world.LIST}sections/{plan.pk}/write/fi/").status_code == 200
    other = world.section(by.viewer, made, "assessment")
    assert friend.get(f"{world.LIST}sections/{other.pk}/write/fi/").status_code == 404
    one = f"{world.LIST}partners/{partner_id}/"
    assert by.send(one, {"right": "read"}).status_code == 302
    assert friend.get(f"{world.LIST}sections/{plan.pk}/write/fi/").status_code == 404
    assert friend.get(f"{world.LIST}sections/{plan.pk}/comment/").status_code == 404
    assert friend.get(f"{world.LIST}sections/{plan.pk}/").status_code == 200
    assert friend.get(one).status_code == 403
    assert by.post(one + "end/").status_code == 302
    assert friend.get(f"{world.LIST}{made.pk}/").status_code == 404
    assert by.get(one).status_code == 404
    assert by.send(address, given).status_code == 302
    assert friend.get(f"{world.LIST}{made.pk}/").status_code == 200, "a part that ended can begin again"


@pytest.mark.parametrize(
    ("code", "right", "expected"),
    [
        (world.VANTAA, "read", "municipality"),
        (world.HELSINKI, "read", "municipality"),
        (world.KELA, "rule", "unknown"),
    ],
)
def test_a_right_that_cannot_be_given_is_refused(code: str, right: str, expected: str) -> None:
    actor = world.lead()
    made = world.programme(actor, [world.HELSINKI])
    with pytest.raises(Refusals) as refused:
        world.partner(actor, made, code, right)
    assert refused.value.codes == (expected,)


def test_of_several_invited_all_or_none_take_part() -> None:
    by = world.leader()
    made = world.programme(by.viewer)
    chosen = [str(world.organisation(code).pk) for code in (world.KELA, world.VANTAA)]
    answer = by.send(f"{world.LIST}{made.pk}/partners/", {"organisations": chosen, "right": "read"})
    assert answer.status_code == 422
    assert "one of the municipalities of the programme already" in words(answer)
    with make.working(by.viewer) as at_work:
        assert not access.partners(at_work).exists()


def test_a_partner_that_joins_as_a_municipality_is_a_partner_no_more() -> None:
    actor = world.lead()
    made = world.programme(actor)
    world.partner(actor, made, world.HELSINKI, "read")
    joined = world.frame(municipalities=(world.organisation(world.HELSINKI).pk,))
    world.by(actor, lambda at_work: municipal.change(made.pk, joined, actor=at_work, expected_version=1))
    with make.working(actor) as at_work:
        assert not access.partners(at_work).exists()
        assert access.municipalities(at_work).filter(programme=made).count() == 2


def test_sections_of_another_programme_cannot_be_given() -> None:
    actor = world.lead()
    made, other = world.programme(actor), world.programme(actor)
    foreign = world.section(actor, other)
    with pytest.raises(Refusals) as refused:
        world.partner(actor, made, world.KELA, "write", [foreign.pk])
    assert refused.value.codes == ("unknown",)


def test_an_approved_programme_is_changed_no_more() -> None:
    actor = world.lead()
    made = world.programme(actor)
    partner = world.partner(actor, made, world.KELA, "read")
    with make.working(Viewer.for_system("test", world.ON)):
        MunicipalProgramme.objects.filter(pk=made.pk).update(state="councils")
    with make.working(actor) as at_work:
        for act in (
            lambda: municipal.change(made.pk, world.frame(), actor=at_work, expected_version=1),
            lambda: municipal_partners.end(partner.pk, actor=at_work),
        ):
            with pytest.raises(Refusals) as refused:
                act()
            assert refused.value.codes == ("not-draft",)


def test_row_security_hides_a_draft_and_lets_partners_write_sections_only() -> None:
    actor, friend, stranger = world.lead(), world.member(), world.lead(world.KERAVA)
    made = world.programme(actor)
    world.partner(actor, made, world.ASSOCIATION, "comment")
    world.comment(friend, world.written(actor, world.section(actor, made)))
    drafts = MunicipalProgramme.objects.filter(pk=made.pk)
    sections = ProgrammeSection.objects.filter(programme=made)
    said = SectionComment.objects.filter(section__programme=made)
    with make.working(stranger):
        assert [drafts.exists(), sections.exists(), said.exists()] == [False, False, False]
    with make.working(friend):
        assert [drafts.exists(), sections.exists(), said.exists()] == [True, True, True]
        assert [drafts.update(version=9), sections.update(version=9)] == [0, 0]
    world.partner(actor, made, world.ASSOCIATION, "write")
    with make.working(friend):
        assert [drafts.update(version=9), sections.update(version=9)] == [0, 6]


def test_my_work_tells_of_comments_and_of_sections_to_write() -> None:
    actor, friend = world.lead(), world.member()
    made = world.programme(actor)
    plan = world.written(actor, world.section(actor, made))
    world.partner(actor, made, world.ASSOCIATION, "write")
    world.comment(friend, plan)
    world.proposal(friend, plan)
    training = world.section(actor, made, "training")
    world.by(
        actor,
        lambda at_work: municipal_sections.set_writer(
            training.pk, world.association().pk, actor=at_work, expected_version=1
        ),
    )
    with make.working(actor) as at_work, translation.override("en"):
        [todo] = municipal_work.todo(at_work)
    assert "2 comments and proposals wait" in str(todo)
    with make.working(friend) as at_work, translation.override("en"):
        [todo] = municipal_work.todo(at_work)
    assert "Write a section" in str(todo)


def test_the_page_of_a_programme_takes_few_statements() -> None:
    by = world.leader()
    made = world.programme(by.viewer, [world.HELSINKI, world.KERAVA])
    world.partner(by.viewer, made, world.KELA, "write")
    address = f"{world.LIST}{made.pk}/"
    by.get(address)
    with CaptureQueriesContext(connection) as captured:
        assert by.get(address).status_code == 200
    assert len(captured) <= 45, [one["sql"][:120] for one in captured]
