"""Rules of bodies: the Act's longest term, the Act of the day, who sits, whom a new holder follows."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kotopolku import law
from kotopolku.cooperation import rules_bodies as rules
from kotopolku.cooperation.rules_bodies import Held, HolderContent, TermContent

FIRST, LAST = date(2022, 1, 1), date(2024, 12, 31)
DAYS = st.dates(FIRST, LAST)


def codes(refused: list[rules.Refusal]) -> list[str]:
    return [one.code for one in refused]


def term(first: date, last: date, kind: str = "commission", **more: object) -> list[str]:
    content = TermContent(first, last, first)
    return codes(rules.check_term(kind, content, date(2012, 1, 1), None, (), **more))


def test_a_commission_sits_as_long_as_its_rule_says_and_no_longer() -> None:
    assert rules.longest_last_day("commission", FIRST) == LAST
    assert term(FIRST, LAST) == []
    assert term(FIRST, LAST + timedelta(days=1)) == ["too-long"]
    assert term(FIRST, date(2023, 1, 1)) == []


def test_a_refusal_names_the_section_and_the_body_of_the_day() -> None:
    [late] = rules.act_in_force("first_on", "commission", date(2026, 1, 1))
    assert late.params["section"]["fi"] == "1386/2010 39 §"
    assert late.params["other"]["fi"] == "681/2023 58 §"
    [early] = rules.act_in_force("first_on", "group", date(2024, 12, 31))
    assert early.params["section"]["en"] == "681/2023 § 58"
    assert early.params["first"] == date(2025, 1, 1)
    assert rules.act_in_force("first_on", "board", date(2005, 1, 1)) == []


def test_a_body_without_a_length_in_the_act_has_our_own_target() -> None:
    for kind in ("group", "etno", "board", "working"):
        found = rules.basis(kind, date(2026, 1, 1))
        assert found.own
        assert found.rule == law.rule("O-ER", date(2026, 1, 1))
        assert rules.longest_last_day(kind, date(2026, 1, 1)) == date(2029, 12, 31)
        assert term(date(2026, 1, 1), date(2035, 1, 1), kind) == [], "a target is no limit"
    assert rules.basis("group", date(2026, 1, 1)).mark == "§ 58"
    assert not rules.basis("commission", FIRST).own
    assert rules.basis("commission", date(2026, 1, 1)).rule is None


def test_terms_neither_overlap_nor_leave_the_body_s_days() -> None:
    others = [(date(2019, 1, 1), date(2021, 12, 31))]
    content = TermContent(date(2021, 12, 31), date(2023, 1, 1), FIRST)
    assert codes(rules.check_term("board", content, date(2012, 1, 1), None, others)) == ["overlap"]
    assert codes(rules.check_term("board", content, FIRST, date(2022, 6, 1), ())) == [
        "before-founded",
        "after-ended",
    ]
    assert term(LAST, FIRST) == ["before-start"]


@pytest.mark.parametrize(("kind", "most"), [("commission", 14), ("group", None)])
def test_only_a_commission_has_a_largest_number_of_members(kind: str, most: int | None) -> None:
    assert rules.basis(kind, FIRST if most else date(2026, 1, 1)).most_members == most
    first = FIRST if most else date(2026, 1, 1)
    full = ["chair", "vice"] + ["member"] * 13 + ["secretary", "expert"]
    assert codes(rules.check_seats(kind, first, "member", full)) == (["too-many"] if most else [])
    assert rules.check_seats(kind, first, "member", full[:-3]) == []
    assert rules.check_seats(kind, first, "expert", full) == []


def test_one_chair_and_one_vice_chair() -> None:
    assert codes(rules.check_seats("board", FIRST, "chair", ["chair"])) == ["chair-twice"]
    assert codes(rules.check_seats("board", FIRST, "vice", ["chair", "vice"])) == ["vice-twice"]
    assert codes(rules.check_chair("commission", FIRST, "chair", False)) == ["chair-elsewhere"]
    assert rules.check_chair("commission", FIRST, "chair", True) == []
    assert rules.check_chair("group", FIRST, "chair", False) == []


def named(held: list[Held], first: date, last: date, **changes: str) -> tuple[Held | None, list[str]]:
    values: dict[str, str] = {"part": "member", "name": "Uusi Jäsen", "reason": "Vaihtui"}
    content = HolderContent(first_on=first, last_on=last, **(values | changes))
    former, refused = rules.naming(held, content, None, (FIRST, LAST), "member")
    return former, codes(refused)


def test_a_new_member_follows_the_one_who_sits_and_needs_a_reason() -> None:
    sits = Held(1, "member", "Aino Esimerkki", FIRST, LAST)
    assert named([sits], date(2023, 5, 1), LAST) == (sits, [])
    assert named([sits], date(2023, 5, 1), LAST, reason=" ") == (sits, ["required"])
    assert named([sits], FIRST, LAST)[1] == ["overlap"]
    assert named([sits], date(2023, 5, 1), LAST, part="deputy") == (None, [])
    assert named([sits], FIRST, LAST, part="deputy", name=" aino  esimerkki")[1] == ["same-person"]
    assert named([], LAST, FIRST)[1] == ["before-start"]
    assert named([], FIRST - timedelta(days=1), LAST)[1] == ["outside-term"]
    assert named([], FIRST, LAST + timedelta(days=1))[1] == ["outside-term"]
    assert named([], FIRST, LAST, name=" ")[1] == ["required"]


def test_a_secretary_has_no_deputy() -> None:
    content = HolderContent("deputy", "Vara Henkilö", FIRST, LAST)
    assert codes(rules.naming([], content, None, (FIRST, LAST), "secretary")[1]) == ["no-deputy"]


def test_the_deputy_is_called_when_the_seat_has_no_member() -> None:
    member = Held(1, "member", "Aino", FIRST, date(2023, 5, 1))
    deputy = Held(2, "deputy", "Eero", FIRST, LAST)
    assert rules.called([member, deputy], date(2023, 5, 1)) == member
    assert rules.called([member, deputy], date(2023, 5, 2)) == deputy
    assert rules.called([member], date(2023, 5, 2)) is None
    assert rules.vacant_since([member, deputy], FIRST, date(2023, 6, 1)) == date(2023, 5, 2)
    assert rules.vacant_since([deputy], FIRST, date(2023, 6, 1)) == FIRST
    later = Held(3, "member", "Oona", date(2024, 1, 1), LAST)
    assert rules.vacant_since([member, later], FIRST, date(2023, 6, 1)) is None, "named for later"


def test_leaving_needs_a_day_within_the_person_s_days_and_a_reason() -> None:
    sits = Held(1, "member", "Aino", FIRST, LAST)
    assert rules.leaving(sits, FIRST, "Eläkkeelle") == []
    assert codes(rules.leaving(sits, LAST + timedelta(days=1), " ")) == ["outside", "required"]


@given(st.lists(st.tuples(DAYS, DAYS), max_size=6))
def test_however_people_are_named_two_never_sit_on_one_day(spans: list[tuple[date, date]]) -> None:
    held: list[Held] = []
    for number, (first, last) in enumerate(spans):
        former, refused = named(held, first, last, name=f"Henkilö {number}")
        if refused:
            continue
        if former is not None:
            cut = Held(former.pk, former.part, former.name, former.first, first - timedelta(days=1))
            assert cut.first <= cut.last
            held = [cut if one is former else one for one in held]
        held.append(Held(number, "member", f"Henkilö {number}", first, last))
    for one in held:
        assert not any(other is not one and one.meets(other.first, other.last) for other in held)


@given(DAYS, DAYS, DAYS, DAYS)
def test_days_of_a_holder_stay_within_a_moved_term(a: date, b: date, c: date, d: date) -> None:
    (first, last), new = sorted((a, b)), (min(c, d), max(c, d))
    found = rules.moved(first, last, (FIRST, LAST), new)
    if found is not None:
        assert new[0] <= found[0] <= found[1] <= new[1]
    assert rules.moved(FIRST, LAST, (FIRST, LAST), new) == new, "who sits the whole term still does"


@given(st.lists(st.tuples(st.sampled_from(["kela", "police", "other"]), st.booleans()), max_size=20))
def test_the_balance_counts_every_seat_once(seats: list[tuple[str, bool]]) -> None:
    found = rules.balance(seats)
    assert sum(one.seats for one in found) == len(seats)
    assert sum(one.filled for one in found) == sum(filled for _sector, filled in seats)
    assert all(one.vacant >= 0 for one in found)
