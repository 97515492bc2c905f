"""An approved programme's life: review, what follows it, ending, publication, mergers of municipalities, kept versions."""

from dataclasses import replace
from datetime import date

import pytest
from django.utils import translation

from kotopolku.access import rowsecurity
from kotopolku.access.errors import NotVisible
from kotopolku.access.viewer import Viewer
from kotopolku.clients.rules import EditClash, Refusals
from kotopolku.clients.tests import factories as make
from kotopolku.clients.tests.walking import Worker, words
from kotopolku.journal.models import Entry
from kotopolku.notices.models import Notice
from kotopolku.steering import access_councils
from kotopolku.steering.actions import councils, councils_told, municipal, municipal_sections, programme_life
from kotopolku.steering.actions.programme_life import Merged, Review
from kotopolku.steering.jobs import remind_of_reviews
from kotopolku.steering.models import MunicipalProgramme, ProgrammeSection, ProgrammeVersion
from kotopolku.steering.municipal_rules import FrameContent
from kotopolku.steering.queries import councils as queries
from kotopolku.steering.queries import municipal as municipal_queries
from kotopolku.steering.tests import councils_world as world

pytestmark = pytest.mark.django_db

HOME = "/steering/councils/"
HONKAJOKI, KANKAANPAA = "kunta-099", "kunta-214"
BEFORE = date(2020, 5, 4)
"""Honkajoki was merged into Kankaanpää on 1 January 2021."""


def page(of: MunicipalProgramme) -> str:
    return f"{HOME}{of.pk}/"


def test_a_review_is_recorded_and_the_clock_starts_again() -> None:
    lead = world.at_screen()
    made = world.approved(lead.viewer, on=world.OLD_ON)
    shown = words(lead.get(page(made)))
    assert "review is late" in shown
    assert "Counted from the approval of 1 March 2022 by 1386/2010 § 32." in shown
    assert "The Act was in force until 31 December 2024" in shown
    address = page(made) + "review/"
    version = lead.hidden(address)["version"]
    wrong = lead.post(address, version=version, on="24.11.2026", text=" ")
    assert wrong.status_code == 422
    assert "The day has not come yet." in words(
        lead.post(address, version=version, on="24.11.2026", text="Katsottiin.")
    )
    assert lead.post(address, version=version, on="20.11.2026", text="Katsottiin.").status_code == 302
    shown = words(lead.get(page(made)))
    assert "Counted from the review of 20 November 2026 by" in shown
    assert "It is our own target: the Act gives no time." in shown
    assert "Katsottiin." in shown
    assert lead.post(address, version=version, on="20.11.2026", text="x").status_code == 409


def test_changes_begin_a_draft_that_follows_and_replaces_when_approved() -> None:
    lead = world.keeper()
    made = world.approved(lead, world.KERAVA, on=world.OLD_ON)
    with make.working(lead) as there:
        _kept, follower = programme_life.review(
            made.pk,
            Review(world.ON, "Vanhentunut.", changes=True),
            actor=there,
            expected_version=made.version,
        )
        assert follower is not None
        assert follower.act == "681/2023"
        assert follower.replaces_id == made.pk
        keys = set(follower.sections.values_list("key", flat=True))
        assert {"assessment", "final-test"} <= keys, "what the new Act names"
        texts = [one.text.get("fi") for one in follower.sections.all() if one.text]
        assert len(texts) == made.sections.count(), "no text is lost"
        assert follower.goals.count() == 1
        assert follower.municipalities.count() == 2
        again = world.stored(made)
        with pytest.raises(Refusals) as refused:
            programme_life.review(
                made.pk, Review(world.ON, "x", changes=True), actor=there, expected_version=again.version
            )
        assert refused.value.codes == ("begun",)
        councils.send(follower.pk, "x", actor=there, expected_version=follower.version)
    for code in (world.VANTAA, world.KERAVA):
        world.decides(lead, follower, code)
    old = world.stored(made)
    assert old.state == "ended"
    assert "Keksitty ohjelma" in old.ended_reason
    assert world.stored(follower).state == "approved"
    with rowsecurity.as_system():
        assert Entry.objects.filter(action="steering.councils.ended", object_id=made.pk).count() == 1
    row = world.row(follower, world.KERAVA)
    with make.working(lead) as there:
        wrong = world.decision("returned", reason="Kirjattiin väärin.")
        councils.decide(follower.pk, row.pk, wrong, actor=there, expected_version=row.version)
    again = world.stored(made)
    assert (again.state, again.ended_reason) == ("approved", ""), "what it replaced is in force again"
    assert again.last_day == made.last_day


def test_a_programme_that_is_approved_no_more_is_public_no_more() -> None:
    lead = world.at_screen()
    made = world.approved(lead.viewer)
    with make.working(lead.viewer) as there:
        programme_life.publish(made.pk, actor=there, expected_version=made.version)
    public = f"/steering/public/municipal/{made.pk}/"
    assert lead.get(public).status_code == 200
    row = world.row(made, world.VANTAA)
    address = f"{page(made)}municipalities/{row.pk}/decision/"
    typed = {"version": row.version, "state": "returned", "decided_on": "23.11.2026", "section_number": "§ 1"}
    done = lead.send(address, typed | {"note": "Palautettiin.", "reason": "Kirjattiin väärin."})
    assert done.status_code == 302
    assert "only an approved programme is public" in words(lead.get(done["Location"]))
    with make.working(lead.viewer) as there:
        back = world.stored(made)
        councils.take_back(made.pk, "Korjataan.", actor=there, expected_version=back.version)
    assert world.stored(made).state == "draft"
    assert lead.get(public).status_code == 404, "a draft is not read by everybody"
    assert Worker("kunta-091", world.ON).get(f"/steering/municipal/{made.pk}/").status_code == 404


def test_who_may_not_read_the_programme_that_is_replaced_reads_the_one_that_replaces() -> None:
    lead, kerava = world.keeper(), world.at_screen(world.KERAVA)
    old = world.approved(lead, world.KERAVA)
    with make.working(kerava.viewer) as there:
        draft = municipal.draw_up(
            FrameContent({"fi": "Keravan oma"}, world.ON, date(2030, 12, 31)), actor=there, replaces=old.pk
        )
    assert "Follows" in words(kerava.get(page(draft)))
    with rowsecurity.as_system():
        MunicipalProgramme.objects.filter(pk=old.pk).update(state="councils", participants=[])
    answer = kerava.get(page(draft))
    assert answer.status_code == 200
    assert "Follows" not in words(answer)


def test_a_programme_is_ended_with_a_reason_and_stays_readable() -> None:
    lead = world.at_screen()
    made = world.approved(lead.viewer)
    address = page(made) + "end/"
    version = lead.hidden(address)["version"]
    assert lead.post(address, version=version, reason=" ").status_code == 422
    assert lead.post(address, version=version, reason="Kuntaliitos.").status_code == 302
    assert world.stored(made).state == "ended"
    shown = words(Worker(world.KERAVA, world.ON).get(page(made)))
    assert "The programme has ended: Kuntaliitos." in shown
    assert lead.post(address, version=world.stored(made).version, reason="x").status_code == 422


def test_an_expired_programme_is_marked_by_its_last_day() -> None:
    lead = world.keeper()
    made = world.approved(lead, on=date(2020, 5, 4))
    with make.working(lead) as there, translation.override("en"):
        found = world.stored(made)
        assert found.last_day == date(2024, 12, 31)
        box = queries.box(there, found)
        assert box.expired
        assert box.mark.words == "expired"
        assert [one.programme.pk for one in queries.listed(there, "expired")] == [made.pk]
        assert [one.words for one in world.work(there)] == [
            "Draw up a new programme, or end the old one: Keksitty ohjelma"
        ]
        assert queries.listed(there, "late") == [], "an expired one needs a new programme, not a review"


def test_only_an_approved_programme_is_published() -> None:
    lead = world.keeper()
    made = world.sent(lead)
    with make.working(lead) as there, pytest.raises(Refusals) as refused:
        programme_life.publish(made.pk, actor=there, expected_version=made.version)
    assert refused.value.codes == ("not-approved",)


def test_it_is_told_once_that_a_review_is_due() -> None:
    lead = world.keeper()
    made = world.approved(lead, world.KERAVA, on=world.OLD_ON)
    kerava = world.keeper(world.KERAVA)
    with make.working(Viewer.for_system("steering.reviews", world.ON)) as there:
        assert councils_told.to_remind(actor=there) == [made.pk]
        assert remind_of_reviews(0) >= 2
        assert remind_of_reviews(0) == 0
        assert Notice.objects.filter(kind="steering.review-due", user_id=kerava.user_id).count() == 1
    with make.working(lead) as there:
        [one] = world.work(there)
        assert one.words == "Review the programme: Keksitty ohjelma"
        assert one.due == date(2026, 3, 2)


# Mergers -------------------------------------------------------------------------------------------------------------


def test_a_merger_in_mid_programme_is_noticed_and_a_person_puts_the_new_municipality_in() -> None:
    early = world.keeper("kunta-609", BEFORE)
    made = world.sent(early, HONKAJOKI, on=BEFORE)
    new, gone = world.organisation(KANKAANPAA), world.organisation(HONKAJOKI)
    with make.working(early):
        made.sections.filter(key="plan").update(answers=gone)
        made.goals.update(owner=gone)
    world.decides(early, made, "kunta-609", on=BEFORE)
    world.decides(early, made, HONKAJOKI, on=BEFORE)
    assert world.stored(made).state == "approved"
    after = date(2021, 3, 1)
    by = world.at_screen("kunta-609", after)
    shown = words(by.get(page(made)))
    assert "Honkajoki has not existed since 1 January 2021; the place belongs to Kankaanpää now." in shown
    with make.working(by.viewer) as there:
        assert "Put the new municipality in the programme" in world.work(there)[0].words
    address = f"{page(made)}municipalities/{world.row(made, HONKAJOKI).pk}/merge/"
    form = by.get(address).content.decode()
    assert f'value="{new.pk}" selected' in form, "the successor is proposed"
    version = by.hidden(address)["version"]
    early_day = by.post(
        address, version=version, organisation=str(new.pk), on="31.12.2020", reason="Kuntaliitos."
    )
    assert early_day.status_code == 422
    assert "existed until the day before 1 January 2021" in words(early_day)
    done = by.post(
        address,
        version=version,
        organisation=str(new.pk),
        on="1.1.2021",
        carries="on",
        reason="Kuntaliitos.",
    )
    assert done.status_code == 302
    old, joined = world.row(made, HONKAJOKI), world.row(made, KANKAANPAA)
    assert (old.state, old.section_number) == ("approved", "§ 48"), "nothing of the old one is lost"
    assert old.days.upper == date(2021, 1, 1)
    assert (joined.state, joined.decided_on) == ("approved", BEFORE)
    assert world.stored(made).state == "approved"
    assert new.pk in world.stored(made).participants
    with make.working(by.viewer) as there:
        assert set(made.goals.values_list("owner", flat=True)) == {new.pk}, "who is no more answers no more"
        assert not made.sections.filter(answers=gone).exists()
        late = world.decision(on=after, reason="x")
        with pytest.raises(Refusals) as refused:
            councils.decide(made.pk, old.pk, late, actor=there, expected_version=old.version)
        assert refused.value.codes == ("left",)
        [listed] = municipal_queries.rows_of(there, [world.stored(made)])
        assert listed.municipalities == "Kankaanpää, Pori"


def test_without_carrying_over_the_new_council_is_waited_for() -> None:
    early = world.keeper("kunta-609", BEFORE)
    made = world.sent(early, HONKAJOKI, on=BEFORE)
    world.decides(early, made, "kunta-609", on=BEFORE)
    row = world.row(made, HONKAJOKI)
    new = world.organisation(KANKAANPAA)
    with make.working(early, date(2021, 3, 1)) as there:
        given = Merged(new.pk, date(2021, 1, 1), "Kuntaliitos.")
        programme_life.merge(made.pk, row.pk, given, actor=there, expected_version=row.version)
        found = councils.standing_of(world.stored(made), there)
        assert (found.waiting, found.approved) == (("214",), ("609",))
        with pytest.raises(EditClash):
            programme_life.merge(made.pk, row.pk, given, actor=there, expected_version=row.version)


def test_a_draft_is_changed_after_a_merger_and_one_that_had_left_comes_back() -> None:
    early = world.keeper("kunta-609", BEFORE)
    made = world.draft(early, HONKAJOKI, KANKAANPAA, on=BEFORE)
    new, after = world.organisation(KANKAANPAA), date(2021, 3, 1)
    names = {"fi": "Keksitty ohjelma", "sv": "Påhittat program"}
    frame = FrameContent(names, BEFORE, date(2024, 12, 31), ("fi", "sv"))
    later = world.keeper("kunta-609", date(2020, 5, 5))
    with make.working(later) as there:
        only = replace(frame, municipalities=(world.organisation(HONKAJOKI).pk,))
        made = municipal.change(made.pk, only, actor=there, expected_version=made.version)
    assert world.row(made, KANKAANPAA).state == "left"
    row = world.row(made, HONKAJOKI)
    with make.working(early, after) as there:
        given = Merged(new.pk, date(2021, 1, 1), "Kuntaliitos.")
        programme_life.merge(made.pk, row.pk, given, actor=there, expected_version=row.version)
    joined = world.row(made, KANKAANPAA)
    assert (joined.state, joined.days.lower) == ("waiting", date(2021, 1, 1))
    by = world.at_screen("kunta-609", after)
    address = f"/steering/municipal/{made.pk}/edit/"
    shown = by.get(address).content.decode()
    assert f'value="{new.pk}"' in shown
    assert "Honkajoki" not in shown
    with make.working(by.viewer) as there:
        again = world.stored(made)
        both = replace(frame, municipalities=(new.pk,))
        municipal.change(made.pk, both, actor=there, expected_version=again.version)
    ended = world.row(made, HONKAJOKI)
    assert (ended.state, ended.days.upper) == ("waiting", date(2021, 1, 1)), "what it was stays"


def test_a_municipality_that_exists_is_not_replaced() -> None:
    lead = world.keeper()
    made = world.sent(lead, world.KERAVA)
    row = world.row(made, world.KERAVA)
    given = Merged(world.organisation(world.TUUSULA).pk, world.ON, "x")
    with make.working(lead) as there, pytest.raises(Refusals) as refused:
        programme_life.merge(made.pk, row.pk, given, actor=there, expected_version=row.version)
    assert refused.value.codes == ("goes-on",)


def test_the_successor_takes_over_what_the_leading_municipality_had() -> None:
    early = world.keeper(HONKAJOKI, BEFORE)
    made = world.draft(early, on=BEFORE)
    after = date(2021, 3, 1)
    by, other = world.at_screen(KANKAANPAA, after), world.at_screen(world.KERAVA, after)
    address = page(made) + "take-over/"
    assert other.get(address).status_code == 404
    with make.working(by.viewer) as there:
        assert [one.words for one in world.work(there)] == ["Take over the programme: Keksitty ohjelma"]
    assert by.post(address, version="1", reason="").status_code == 422
    assert by.post(address, version="1", reason="Kuntaliitos.").status_code == 302
    taken = world.stored(made)
    assert taken.organisation.code == KANKAANPAA
    assert by.get(page(made)).status_code == 200
    assert by.get(address).status_code == 404, "it is one's own now"


# Versions ------------------------------------------------------------------------------------------------------------


def test_kept_versions_and_what_differs_between_two_are_readable() -> None:
    lead = world.at_screen()
    made = world.sent(lead.viewer, world.KERAVA)
    with make.working(lead.viewer) as there:
        councils.take_back(made.pk, "x", actor=there, expected_version=world.stored(made).version)
        section = made.sections.order_by("order")[0]
        number = ProgrammeSection.objects.get(pk=section.pk).number
        municipal_sections.write(
            section.pk, "fi", "Keksitty **uusi** teksti.", actor=there, expected_number=number
        )
        councils.send(made.pk, "x", actor=there, expected_version=world.stored(made).version)
        assert ProgrammeVersion.objects.filter(programme=made).count() == 2
    both = lead.get(page(made) + "versions/")
    shown = words(both)
    assert "From version 1 to version 2" in shown
    assert "(added:)" in shown
    assert "<ins>" in both.content.decode()
    assert "uusi" in shown
    same = words(lead.get(page(made) + "versions/", **{"from": "2", "to": "2"}))
    assert "From version" not in same
    one = words(lead.get(page(made) + "versions/1/", language="sv"))
    assert "Påhittad text ." in one or "Påhittad text." in one
    assert "Version 1: sent to the councils" in one
    assert lead.get(page(made) + "versions/9/").status_code == 404
    assert lead.get(page(made) + "versions/", **{"from": "x"}).status_code == 200


def test_others_read_only_approved_versions() -> None:
    lead = world.keeper()
    made = world.approved(lead)
    reader = Worker(world.KERAVA, world.ON)
    shown = words(reader.get(page(made) + "versions/"))
    assert "approved" in shown
    assert "sent to the councils" not in shown
    assert reader.get(page(made) + "versions/1/").status_code == 404
    with make.working(reader.viewer), pytest.raises(NotVisible):
        access_councils.version(reader.viewer, made, 1)
    with rowsecurity.as_system():
        assert ProgrammeVersion.objects.filter(programme=made).count() == 2
