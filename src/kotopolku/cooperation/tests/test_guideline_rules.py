"""Rules of work-permit guidelines: which line answers, differences, days of adoption, pasted tables."""

from datetime import date
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from kotopolku.cooperation import rules_guidelines as rules
from kotopolku.cooperation.rules_guidelines import Adoption, Known, Line, Outcome

KNOWN = Known(frozenset({"5", "51", "512", "5120", "3221"}), {"092": "092", "vantaa": "092", "vanda": "092"})
codes = st.text("0123", min_size=1, max_size=5)
places = st.sampled_from(["092", "091"])
lines = st.lists(
    st.builds(
        Line,
        code=codes,
        lifted=st.booleans(),
        full_time=st.booleans(),
        municipalities=st.lists(places, max_size=2, unique=True).map(tuple),
    ),
    unique_by=lambda line: line.code,
    max_size=12,
)


def test_the_most_specific_code_wins_and_an_exception_wins_over_its_group() -> None:
    of = [Line("51"), Line("5131", lifted=False), Line("512", full_time=True)]
    assert rules.match(of, "5120", "092").line == of[2]
    assert rules.match(of, "5131", "092").outcome == Outcome.EXCEPTED
    assert rules.match(of, "51312", "092").outcome == Outcome.EXCEPTED
    assert rules.match(of, "5141", "092").line == of[0]
    assert rules.match(of, "3221", "092").outcome == Outcome.NOT_LISTED


def test_a_line_narrowed_to_other_municipalities_says_where_it_holds_or_leaves_it_to_its_group() -> None:
    narrow = Line("9112", municipalities=("092",))
    assert rules.match([narrow], "9112", "092").outcome == Outcome.LIFTED
    elsewhere = rules.match([narrow], "9112", "091")
    assert (elsewhere.outcome, elsewhere.line) == (Outcome.NARROWED, narrow)
    assert rules.match([narrow, Line("91")], "9112", "091").line == Line("91")
    only_here = Line("91", lifted=False, municipalities=("092",))
    assert rules.match([only_here], "9112", "091").outcome == Outcome.NOT_LISTED


@given(lines, codes, places)
def test_what_answers_holds_in_the_municipality_and_nothing_more_specific_does(
    of: list[Line], code: str, place: str
) -> None:
    found = rules.match(of, code, place)
    holding = [
        one
        for one in of
        if code.startswith(one.code) and (not one.municipalities or place in one.municipalities)
    ]
    if found.outcome in (Outcome.LIFTED, Outcome.EXCEPTED):
        assert found.line in holding
        assert found.line is not None
        assert len(found.line.code) == max(len(one.code) for one in holding)
        assert found.line.lifted is (found.outcome == Outcome.LIFTED)
    else:
        assert not holding


@given(lines, lines)
def test_differences_lead_from_the_old_lines_to_the_new_and_are_the_reverse_of_the_way_back(
    old: list[Line], new: list[Line]
) -> None:
    there, back = rules.differences(old, new), rules.differences(new, old)
    assert there.added == back.removed
    assert {one.new.code for one in there.changed} == {one.new.code for one in back.changed}
    kept = {line.code for line in old} - {line.code for line in there.removed}
    assert kept | {line.code for line in there.added} == {line.code for line in new}
    assert not rules.differences(new, new).any


def test_a_changed_condition_is_named_and_a_blank_one_is_no_change() -> None:
    old, new = Line("51", condition={"fi": "A"}), Line("51", condition={"fi": "B"}, full_time=True)
    [changed] = rules.differences([old], [new]).changed
    assert changed.fields == ("full_time", "condition")
    assert not rules.differences([Line("51", condition={"sv": " "})], [Line("51")]).any


def test_days_of_adoption_that_do_not_fit_are_all_named() -> None:
    today, longest = date(2026, 11, 23), date(2027, 11, 23)
    right = Adoption(today, "Maija Malli", today, longest)
    assert rules.adoption_faults(right, today, longest, 12) == []
    wrong = Adoption(date(2026, 11, 24), " ", today, date(2027, 11, 24))
    assert {one.code for one in rules.adoption_faults(wrong, today, longest, 12)} == {
        "future",
        "required",
        "before-signing",
        "too-long",
    }
    backwards = Adoption(today, "M", today, date(2026, 1, 1))
    assert [one.code for one in rules.adoption_faults(backwards, today, longest, 12)] == ["reversed"]


def test_pasted_rows_are_read_one_by_one_with_their_faults() -> None:
    text = (
        "koodi\tkokoaika\tansio\tehto\tvillkor\tkunnat\tpoikkeus\n"
        "5120\tx\t1 600,50 €\tEi pizzaa\tInte pizza\tVantaa, 092\t\n"
        "3221\t\t\t\t\t\tkyllä\n"
        "9999\t\t\n"
        "5120\t\n"
        "abc\tehkä\t-3\t\t\tTukholma\n"
    )
    rows = rules.pasted_lines(text, KNOWN)
    assert [row.number for row in rows] == [2, 3, 4, 5, 6]
    assert rows[0].line == Line(
        "5120", True, True, Decimal("1600.50"), {"fi": "Ei pizzaa", "sv": "Inte pizza"}, ("092",)
    )
    assert rows[1].line == Line("3221", lifted=False)
    assert [one.code for one in rows[2].faults] == ["unknown"]
    assert [one.code for one in rows[3].faults] == ["twice"]
    assert [one.code for one in rows[4].faults] == ["not-a-code", "unclear", "not-a-sum", "unknown"]


@given(st.text(max_size=200))
def test_any_text_can_be_pasted_without_an_error(text: str) -> None:
    for row in rules.pasted_lines(text, KNOWN):
        assert (row.line is None) == bool(row.faults)
    table, faults = rules.pasted_table(text)
    assert (table is None) == bool(faults)


def test_a_table_of_grounds_has_a_heading_and_rows_no_wider_than_it() -> None:
    table, faults = rules.pasted_table("Kuukausi;Avoimet\n9/2026;120\n10/2026\n")
    assert not faults
    assert table is not None
    assert table.rows == (("9/2026", "120"), ("10/2026", ""))
    assert [one.code for one in rules.pasted_table("A;B\n1;2;3")[1]] == ["wide"]
    assert [one.code for one in rules.pasted_table("A;B")[1]] == ["no-rows"]
