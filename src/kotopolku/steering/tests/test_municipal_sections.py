"""Sections of a municipal programme: written in versions, two editors, added, moved, taken out, their figures, the draft."""

from decimal import Decimal

import pytest

from kotopolku.access.errors import NotVisible
from kotopolku.access.viewer import Viewer
from kotopolku.clients.rules import EditClash, Refusals
from kotopolku.clients.tests import factories as make
from kotopolku.clients.tests.walking import words
from kotopolku.steering.actions import municipal_figures, municipal_sections, municipal_talk
from kotopolku.steering.models import (
    Indicator,
    IndicatorValue,
    MunicipalProgramme,
    ProgrammeFigure,
    ProgrammeSection,
    SectionComment,
    SectionVersion,
)
from kotopolku.steering.queries import municipal_work
from kotopolku.steering.tests import municipal_world as world

pytestmark = pytest.mark.django_db


def section_address(of: ProgrammeSection) -> str:
    return f"{world.LIST}sections/{of.pk}/"


def test_a_section_is_previewed_written_and_read_in_both_languages() -> None:
    by = world.leader()
    plan = world.section(by.viewer, world.programme(by.viewer))
    address = section_address(plan) + "write/fi/"
    typed = {"number": "1", "text": "Alku **on** tässä.\r\n\r\nToinen.", "note": "Ensimmäinen luonnos"}
    seen = by.send(address, typed | {"do": "preview"})
    assert seen.status_code == 200
    assert "<strong>on</strong>" in seen.content.decode()
    assert world.text_of(by.viewer, plan) == "", "a preview saves nothing"
    assert by.send(address, typed).status_code == 302
    assert by.send(section_address(plan) + "write/sv/", {"number": "1", "text": "Början."}).status_code == 302
    assert world.text_of(by.viewer, plan) == "Alku **on** tässä.\n\nToinen."
    assert world.text_of(by.viewer, plan, "sv") == "Början.", "two languages do not clash"
    assert by.send(address, typed).status_code == 302, "sent once more without a change"
    with make.working(by.viewer):
        assert SectionVersion.objects.filter(section=plan).count() == 3
    page = words(by.get(section_address(plan), lang="fi"))
    assert "Toinen." in page
    assert "Version 3" in page
    assert "Början." in words(by.get(section_address(plan), lang="sv"))
    history = words(by.get(section_address(plan) + "versions/"))
    assert "Ensimmäinen luonnos" in history
    assert "Text, in Swedish (added:) Början. (end)" in history
    assert by.get(section_address(plan) + "write/en/").status_code == 404
    assert by.send(address, {"text": "x"}).status_code == 422


def test_two_editors_on_one_section_both_keep_their_text() -> None:
    by, other = world.leader(), world.leader(world.HELSINKI)
    plan = world.section(by.viewer, world.programme(by.viewer, [world.HELSINKI]))
    plan = world.written(by.viewer, plan, "yksi\n\nkaksi\n\nkolme")
    address = section_address(plan) + "write/fi/"
    opened = {"number": str(plan.number)}
    assert other.send(address, opened | {"text": "yksi\n\nkaksi toisin\n\nkolme"}).status_code == 302
    clash = by.send(address, opened | {"text": "yksi\n\nkaksi omin sanoin\n\nkolme", "note": "Oma"})
    assert clash.status_code == 409
    page = words(clash)
    for sentence in (
        "kaksi toisin",
        "kaksi omin sanoin",
        "You changed the same paragraphs.",
        "saved this text on",
    ):
        assert sentence in page
    assert world.text_of(by.viewer, plan) == "yksi\n\nkaksi toisin\n\nkolme", "theirs is not overwritten"
    assert '<input type="hidden" name="number" value="3"' in clash.content.decode()
    again = by.send(address, {"number": "3", "text": "yksi\n\nkaksi toisin ja omin sanoin\n\nkolme"})
    assert again.status_code == 302
    with make.working(by.viewer):
        texts = [one.text["fi"] for one in SectionVersion.objects.filter(section=plan).order_by("number")[1:]]
    assert len(texts) == 3, "every text that was saved is in the versions"


def test_two_who_changed_different_paragraphs_are_offered_one_text() -> None:
    by, other = world.leader(), world.leader()
    plan = world.written(
        by.viewer, world.section(by.viewer, world.programme(by.viewer)), "yksi\n\nkaksi\n\nkolme"
    )
    address = section_address(plan) + "write/fi/"
    assert other.send(address, {"number": "2", "text": "yksi A\n\nkaksi\n\nkolme"}).status_code == 302
    clash = by.send(address, {"number": "2", "text": "yksi\n\nkaksi\n\nkolme C"})
    assert clash.status_code == 409
    assert "yksi A\n\nkaksi\n\nkolme C</textarea>" in clash.content.decode()
    assert "one text of both" in words(clash)


def test_an_action_tells_what_is_stored_by_whom() -> None:
    actor = world.lead()
    plan = world.written(actor, world.section(actor, world.programme(actor)), "nyt")
    with make.working(actor) as at_work, pytest.raises(EditClash) as clash:
        municipal_sections.write(plan.pk, "fi", "toinen", actor=at_work, expected_number=1)
    assert clash.value.theirs == {"text": "nyt"}
    assert clash.value.who == actor.name


def test_own_sections_are_added_renamed_and_moved() -> None:
    by = world.leader()
    made = world.programme(by.viewer)
    new = f"{world.LIST}{made.pk}/sections/new/"
    token = by.hidden(new)["token"]
    wrong = by.send(new, {"token": token, "title_fi": "Yhdistykset"})
    assert wrong.status_code == 422
    assert "Give the section a title in Swedish." in words(wrong)
    good = {"token": token, "title_fi": "Yhdistykset", "title_sv": "Föreningarna"}
    assert by.send(new, good).status_code == 302
    assert by.send(new, good).status_code == 302
    with make.working(by.viewer):
        [own] = ProgrammeSection.objects.filter(programme=made, key__startswith="own-")
    title = section_address(own) + "title/"
    version = by.hidden(title)["version"]
    renamed = {"token": token, "version": version, "title_fi": "Järjestöt", "title_sv": "Föreningarna"}
    assert by.send(title, renamed).status_code == 302
    assert by.send(title, renamed | {"title_fi": "Toinen"}).status_code == 409
    assert by.post(section_address(own) + "up/").status_code == 302
    assert by.get(section_address(own) + "up/").status_code == 405
    with make.working(by.viewer):
        keys = list(
            ProgrammeSection.objects.filter(programme=made).order_by("order").values_list("key", flat=True)
        )
        plan = ProgrammeSection.objects.get(programme=made, key="plan")
    assert keys.index("own-1") == len(keys) - 2
    with make.working(by.viewer) as at_work, pytest.raises(Refusals) as refused:
        municipal_sections.rename(
            plan.pk, {"fi": "x", "sv": "x"}, actor=at_work, expected_version=plan.version
        )
    assert refused.value.codes == ("of-the-act",)


def test_a_section_that_has_comments_is_taken_out_with_a_warning_and_put_back_with_them() -> None:
    by = world.leader()
    made = world.programme(by.viewer)
    plan = world.written(by.viewer, world.section(by.viewer, made))
    world.partner(by.viewer, made, world.ASSOCIATION, "comment")
    friend = world.member()
    world.comment(friend, plan, text="Lisätään ohjaus.")
    world.proposal(friend, plan)
    address = section_address(plan) + "remove/"
    page = words(by.get(address))
    for sentence in ("1 comment", "1 proposal", "names it as a content of the programme", "681/2023"):
        assert sentence in page
    version = by.hidden(address)["version"]
    silent = by.send(address, {"version": version, "reason": "Turha"})
    assert silent.status_code == 422
    assert "Tick that you know it" in words(silent)
    done = by.send(address, {"version": version, "reason": "Toisessa osassa", "known": "on"})
    assert done.status_code == 302
    page = words(by.get(done["Location"]))
    assert "Its comments, proposals, goals and figures are kept" in page
    assert "1 section taken out" in page
    assert "Lisätään ohjaus." in words(by.get(section_address(plan), lang="fi")), (
        "what was said is still read"
    )
    assert "Toisessa osassa" in words(by.get(section_address(plan)))
    assert world.TEXT[:10] not in words(by.get(f"{world.LIST}{made.pk}/draft/"))
    for act in (
        lambda: world.comment(friend, plan),
        lambda: world.proposal(friend, plan),
        lambda: world.written(by.viewer, plan, "uusi"),
    ):
        with pytest.raises(Refusals) as refused:
            act()
        assert refused.value.codes == ("removed",)
    assert "No comments wait." in words(by.get(f"{world.LIST}{made.pk}/talk/")), "nobody can settle it now"
    with make.working(by.viewer) as at_work:
        assert municipal_work.todo(at_work) == []
    assert by.post(section_address(plan) + "put-back/").status_code == 302
    page = words(by.get(section_address(plan), lang="fi"))
    assert "Lisätään ohjaus." in page
    assert "Toinen kappale kertoo ohjauksesta." in page
    with make.working(by.viewer):
        assert SectionComment.objects.filter(section=plan).count() == 1


def test_a_section_is_given_to_who_may_write_it() -> None:
    by = world.leader()
    made = world.programme(by.viewer)
    plan, training = world.section(by.viewer, made), world.section(by.viewer, made, "training")
    friend = world.at_association()
    partner = world.partner(by.viewer, made, world.ASSOCIATION, "write", [plan.pk])
    address = section_address(plan) + "writer/"
    given = {"version": by.hidden(address)["version"], "writer": str(world.association().pk)}
    assert by.send(address, given).status_code == 302
    assert "Writer: Keksitty yhdistys" in words(friend.get(section_address(plan)))
    wrong = by.send(
        section_address(training) + "writer/", {"version": "1", "writer": str(world.association().pk)}
    )
    assert wrong.status_code == 422
    world.written(friend.viewer, plan, "Yhdistyksen teksti")
    with pytest.raises(NotVisible):
        world.written(friend.viewer, training, "Ei omaa")
    assert by.post(f"{world.LIST}partners/{partner.pk}/end/").status_code == 302
    assert f"Writer: {world.organisation(world.VANTAA).name}" in words(by.get(section_address(plan)))
    assert "Yhdistyksen teksti" in words(by.get(section_address(plan), lang="fi")), "what it wrote stays"


def test_nothing_is_written_after_the_draft() -> None:
    actor = world.lead()
    made = world.programme(actor)
    plan = world.written(actor, world.section(actor, made))
    comment = world.comment(actor, plan)
    proposal = world.proposal(actor, plan)
    with make.working(Viewer.for_system("test", world.ON)):
        MunicipalProgramme.objects.filter(pk=made.pk).update(state="councils")
    acts = (
        lambda at_work: municipal_sections.write(plan.pk, "fi", "x", actor=at_work, expected_number=2),
        lambda at_work: municipal_sections.add(made.pk, {"fi": "x", "sv": "x"}, actor=at_work),
        lambda at_work: municipal_sections.step(plan.pk, 1, actor=at_work),
        lambda at_work: municipal_sections.remove(plan.pk, "x", True, actor=at_work, expected_version=2),
        lambda at_work: municipal_talk.settle(comment.pk, "x", actor=at_work),
        lambda at_work: municipal_talk.accept(proposal.pk, actor=at_work),
        lambda at_work: municipal_talk.turn_down(proposal.pk, "x", actor=at_work),
        lambda at_work: municipal_figures.renew(plan.pk, actor=at_work),
    )
    for act in acts:
        with make.working(actor) as at_work, pytest.raises(Refusals) as refused:
            act(at_work)
        assert refused.value.codes[0] == "not-draft"
    page = words(world.leader().get(section_address(plan)))
    assert "Propose another wording" not in page


def test_the_whole_draft_shows_what_is_empty_and_who_writes_it() -> None:
    by = world.leader()
    made = world.programme(by.viewer)
    world.written(by.viewer, world.section(by.viewer, made))
    page = words(by.get(f"{world.LIST}{made.pk}/draft/", lang="fi"))
    assert "Still unwritten 5" in page
    assert f"Writer: {world.organisation(world.VANTAA).name}" in page
    assert "Toinen kappale kertoo ohjauksesta." in page


# Figures -------------------------------------------------------------------------------------------------------------


def test_figures_of_the_municipality_are_put_in_and_renewed() -> None:
    by = world.leader()
    made = world.programme(by.viewer)
    plan = world.section(by.viewer, made)
    with make.working(Viewer.for_system("test", world.ON)):
        indicator = Indicator.objects.create(
            key="keksitty-tyollisyys", name_fi="Keksitty työllisyys", unit="%", source="Keksitty tilasto"
        )
        IndicatorValue.objects.create(
            indicator=indicator, place="municipality-092", year=2024, value=Decimal("55.5")
        )
    address = section_address(plan) + "figures/"
    page = words(by.get(address))
    assert "The section has no figures yet." in page
    assert "Population, Vantaa" in page
    for chosen in ("population:092", "foreign-language-share:092", "keksitty-tyollisyys:092"):
        assert by.send(address, {"figure": chosen}).status_code == 302
        assert by.send(address, {"figure": chosen}).status_code == 302, "twice stands once"
    assert by.send(address, {"figure": "population:091"}).status_code == 422
    read = words(by.get(section_address(plan)))
    assert "Keksitty työllisyys Vantaa 2024 55.5 % Keksitty tilasto" in read
    assert "nothing newer" in words(by.get(address))
    with make.working(Viewer.for_system("test", world.ON)):
        IndicatorValue.objects.create(
            indicator=indicator, place="municipality-092", year=2025, value=Decimal("57.25")
        )
    page = words(by.get(address))
    assert "55.5 % (2024)" in page
    assert "57.25 % (2025)" in page
    with make.working(by.viewer) as at_work:
        renewed = municipal_figures.put(plan.pk, "keksitty-tyollisyys", "092", actor=at_work)
        assert renewed.year == 2025, "put in once more it is the newest"
        ProgrammeFigure.objects.filter(pk=renewed.pk).update(year=2024, value=Decimal("55.5"), key="")
    assert by.send(address, {"do": "renew"}).status_code == 302
    assert "2025 57.25 %" in words(by.get(section_address(plan))), "a row without a key goes by its name"
    with make.working(Viewer.for_system("test", world.ON)):
        Indicator.objects.filter(pk=indicator.pk).update(name_fi="Työllisten osuus")
        IndicatorValue.objects.filter(indicator=indicator, year=2025).update(value=Decimal(58))
    assert by.send(address, {"do": "renew"}).status_code == 302
    assert by.send(address, {"figure": "keksitty-tyollisyys:092"}).status_code == 302
    with make.working(by.viewer):
        figure = ProgrammeFigure.objects.get(section=plan, key="keksitty-tyollisyys")
        assert (figure.year, figure.value) == (2025, 58), "found by its key under another name"
        assert figure.name["fi"] == "Työllisten osuus"
        assert ProgrammeFigure.objects.filter(section=plan).count() == 3
    stranger = world.leader(world.KERAVA)
    assert stranger.post(f"{world.LIST}figures/{figure.pk}/remove/").status_code == 404
    assert by.post(f"{world.LIST}figures/{figure.pk}/remove/").status_code == 302
    with make.working(by.viewer):
        assert ProgrammeFigure.objects.filter(section=plan).count() == 2
