"""Rules of guidance: days, what a request must hold, whose turn it is."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from kotopolku import law
from kotopolku.steering import guidance_rules as rules
from kotopolku.steering.guidance_rules import CommentContent, GuidanceContent, Said

TODAY = date(2026, 11, 23)
DAYS = st.dates(date(2012, 1, 1), date(2035, 12, 31))
VERDICTS = ("fine", "better", "must")
SAID = st.builds(Said, st.sampled_from(VERDICTS), st.booleans(), st.booleans())


def request(**changes: object) -> GuidanceContent:
    values: dict[str, object] = {
        "kind": "question",
        "subject": "Aihe",
        "text": "Kysymys",
        "region_id": 1,
        "answer_by": rules.proposed_day(TODAY),
    }
    return GuidanceContent(**(values | changes))  # type: ignore[arg-type]


def codes(content: GuidanceContent, state: str = "") -> list[tuple[str, str]]:
    return [(one.field, one.code) for one in rules.check_request(content, TODAY, [1], state)]


def test_the_days_come_from_the_own_target_and_not_from_code() -> None:
    target = law.rule("O-GU", TODAY)
    assert rules.earliest_day(TODAY) == TODAY + timedelta(target.other_amounts["shortest-days"])
    assert rules.proposed_day(TODAY) >= TODAY + timedelta(target.length)


@given(DAYS)
def test_the_proposed_day_is_a_working_day_that_can_be_asked_for(day: date) -> None:
    proposed = rules.proposed_day(day)
    assert law.is_working_day(proposed)
    assert rules.check_day(proposed, day) == []


@given(DAYS, st.integers(-40, 60))
def test_a_day_is_refused_only_before_the_earliest_one(day: date, ahead: int) -> None:
    wanted = day + timedelta(ahead)
    assert bool(rules.check_day(wanted, day)) == (wanted < rules.earliest_day(day))


@given(DAYS, st.integers(-40, 60))
def test_the_region_is_reminded_shortly_before_the_day_and_after_it(day: date, ahead: int) -> None:
    which = rules.reminder_of(day, day + timedelta(ahead))
    near = law.rule("O-GU", day).other_amounts["reminder-days"]
    assert which == ("late" if ahead < 0 else "due" if ahead <= near else "")


def test_a_whole_request_is_refused_for_nothing() -> None:
    assert codes(request()) == []
    assert codes(request(kind="draft", text=""), "draft") == []
    assert codes(request(kind="review", text=""), "approved") == []


def test_what_a_request_lacks_is_said_at_its_field() -> None:
    assert codes(request(kind="x")) == [("kind", "required")]
    assert codes(request(subject=" ", text=" ")) == [("subject", "required"), ("text", "required")]
    assert codes(request(region_id=2)) == [("region", "other")]
    assert codes(request(kind="draft"), "approved") == [("programme", "draft")]
    assert codes(request(kind="review"), "draft") == [("programme", "approved")]
    assert codes(request(answer_by=TODAY)) == [("answer_by", "soon")]
    assert codes(request(text="x" * (rules.LONGEST_TEXT + 1))) == [("text", "long")]


def test_a_comment_is_on_a_section_that_was_sent_or_on_the_whole() -> None:
    def said(**changes: str) -> list[str]:
        content = CommentContent(**({"verdict": "must", "text": "Puuttuu."} | changes))  # type: ignore[arg-type]
        return [one.field for one in rules.check_comment(content, {"plan"}, VERDICTS)]

    assert said() == said(key="plan") == []
    assert said(key="other") == ["key"]
    assert said(verdict="", text=" ") == ["verdict", "text"]
    assert said(text="x" * (rules.LONGEST_COMMENT + 1)) == ["text"]


@given(st.lists(SAID))
def test_a_request_is_followed_up_when_everything_but_praise_is_settled(comments: list[Said]) -> None:
    assert rules.is_followed(comments) == all(one.settled for one in comments if one.verdict != "fine")


@given(st.lists(SAID))
def test_after_the_answer_the_turn_is_the_asker_s_until_every_change_is_told(comments: list[Said]) -> None:
    waiting = [one for one in comments if rules.waits(one)]
    turn = rules.stage(rules.ANSWERED, comments)
    assert turn == ("asker" if any(not one.changed for one in waiting) else "region")
    assert rules.stage(rules.ASKED, comments) == rules.stage(rules.WORK, comments) == "region"
    assert rules.stage(rules.FOLLOWED, comments) == rules.stage(rules.CLOSED, comments) == ""
