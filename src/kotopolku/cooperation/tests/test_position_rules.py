"""Rules of positions: days proposed, when comments are taken, what hinders adoption and sending."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from kotopolku import law
from kotopolku.cooperation import position_rules as rules
from kotopolku.cooperation.position_rules import Adoption, Sending

TODAY = date(2026, 11, 23)
DAYS = st.dates(date(2020, 1, 1), date(2030, 12, 31))


@given(DAYS)
def test_proposed_days_come_from_the_own_target(today: date) -> None:
    target = law.rule(rules.TARGET, today)
    assert rules.proposed_comments(today) == today + timedelta(days=target.other_amounts["comment-days"])
    assert rules.proposed_answer(today) >= today + timedelta(weeks=target.length)
    assert law.is_working_day(rules.proposed_answer(today))


@given(sent=DAYS, gap=st.integers(1, 90), at=st.integers(-5, 100))
def test_a_reminder_never_comes_on_the_day_of_sending_nor_after_the_last_day(
    sent: date, gap: int, at: int
) -> None:
    until, today = sent + timedelta(days=gap), sent + timedelta(days=at)
    if rules.wants_reminder(today, sent, until):
        assert sent < today <= until
        assert (until - today).days <= law.rule(rules.TARGET, today).other_amounts["reminder-days"]


def test_comments_are_taken_on_the_last_day_but_not_after_it() -> None:
    assert rules.may_comment("comments", TODAY, TODAY)
    assert not rules.may_comment("comments", TODAY - timedelta(days=1), TODAY)
    assert not rules.may_comment("draft", TODAY, TODAY)
    assert not rules.may_comment("adopted", TODAY, TODAY)


@given(st.lists(st.text(st.characters(blacklist_categories=("Cs", "Cc", "Zl", "Zp")), max_size=20)))
def test_names_are_each_taken_once_in_the_order_typed(lines: list[str]) -> None:
    found = rules.names_of("\n".join(lines))
    folded = [one.casefold() for one in found]
    assert len(folded) == len(set(folded))
    assert all(one == " ".join(one.split()) and one for one in found)


def codes(
    adoption: Adoption, text: str = "Kanta.", unanswered: int = 0, until: date | None = None
) -> list[str]:
    found = rules.adoption_faults(
        adoption,
        text=text,
        unanswered=unanswered,
        until=until,
        noticed_on=TODAY - timedelta(days=9),
        today=TODAY,
    )
    return [one.code for one in found]


def test_a_position_is_never_adopted_without_a_text_or_a_way() -> None:
    assert codes(Adoption(None, TODAY, "johtaja")) == []
    assert codes(Adoption(5, TODAY, "")) == []
    assert codes(Adoption(None, TODAY, "johtaja"), text="  ") == ["no-text"]
    assert codes(Adoption(None, TODAY, " ")) == ["how"]
    assert codes(Adoption(5, TODAY, "johtaja")) == ["both"]
    assert codes(Adoption(None, None, "johtaja")) == ["required"]


def test_comments_are_answered_and_their_time_has_passed_before_adoption() -> None:
    assert codes(Adoption(None, TODAY, "x"), unanswered=2) == ["unanswered"]
    assert codes(Adoption(None, TODAY, "x"), until=TODAY + timedelta(days=1)) == ["commented"]
    assert codes(Adoption(None, TODAY, "x"), until=TODAY) == []


def test_the_day_of_adoption_has_come_and_is_not_before_the_phenomenon() -> None:
    assert codes(Adoption(None, TODAY + timedelta(days=1), "x")) == ["to-come"]
    assert codes(Adoption(None, TODAY - timedelta(days=10), "x")) == ["before"]


def test_a_sending_has_receivers_that_have_not_got_it_and_time_to_answer() -> None:
    later = TODAY + timedelta(days=10)

    def faults(sending: Sending) -> list[str]:
        return [one.code for one in rules.sending_faults(sending, ["Kirkko"], TODAY)]

    assert faults(Sending((1,), (), later)) == []
    assert faults(Sending((), ("Säätiö",), None)) == []
    assert faults(Sending()) == ["nobody"]
    assert faults(Sending((), ("KIRKKO",), None)) == ["sent"]
    assert faults(Sending((1,), (), TODAY)) == ["past"]
    assert faults(Sending(tuple(range(51)), (), later)) == ["many"]
    assert faults(Sending((), ("x" * 201,), later)) == ["long"]
