"""Rules of municipal programmes: templates of the Acts, paragraphs, two editors, places of comments, what is missing."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kotopolku.steering import municipal_rules as rules
from kotopolku.steering.municipal_rules import FrameContent, Place

WORDS = st.text(alphabet="abcdeå 1.-", min_size=1, max_size=20).filter(lambda one: one.strip() == one)
TEXTS = st.lists(WORDS, max_size=8).map(rules.joined)
FEWER = settings(max_examples=40, deadline=None)


def frame(**changes: object) -> FrameContent:
    values: dict[str, object] = {
        "names": {"fi": "Ohjelma", "sv": "Program"},
        "first_day": date(2027, 1, 1),
        "last_day": date(2030, 12, 31),
    }
    return FrameContent(**(values | changes))  # type: ignore[arg-type]


def test_the_act_of_the_day_gives_the_sections() -> None:
    assert rules.act_on(date(2021, 5, 3)) == "1386/2010"
    assert rules.act_on(date(2024, 12, 31)) == "1386/2010"
    assert rules.act_on(date(2025, 1, 1)) == "681/2023"
    old = rules.template("1386/2010", date(2021, 5, 3))
    new = rules.template("681/2023", date(2026, 11, 23))
    assert [one.id for one in old][:2] == ["strategy", "services"]
    assert len(new) == 6
    assert all(one.section == "13.1" for one in new)


def test_only_the_old_act_asks_for_a_document_of_the_council() -> None:
    assert not rules.is_voluntary("1386/2010")
    assert rules.is_voluntary("681/2023")


def test_an_own_section_has_no_place_in_the_act_and_gets_the_next_number() -> None:
    assert rules.content_of("681/2023", "own-1") is None
    assert rules.next_own(["plan", "own-2", "own-x"]) == "own-3"
    assert rules.next_own([]) == "own-1"


@pytest.mark.parametrize(
    ("changes", "codes"),
    [
        ({}, []),
        ({"languages": ("sv", "fi")}, []),
        ({"languages": ()}, ["unknown"]),
        ({"languages": ("en",)}, ["unknown"]),
        ({"names": {"fi": " "}}, ["required"]),
        ({"names": {"fi": "Ohjelma"}, "languages": ("fi", "sv")}, ["required"]),
        ({"last_day": date(2026, 12, 31)}, ["reversed"]),
        ({"last_day": date(2099, 12, 31)}, ["long"]),
    ],
)
def test_a_frame_needs_names_in_its_languages_and_a_period(
    changes: dict[str, object], codes: list[str]
) -> None:
    assert [one.code for one in rules.check_frame(frame(**changes))] == codes


def test_lines_of_any_browser_are_kept_alike() -> None:
    assert rules.clean("yksi \r\nkaksi\r\n\r\n") == "yksi\nkaksi"
    assert rules.paragraphs("yksi\n \nkaksi\n\n\n- kolme\n- neljä\n") == ("yksi", "kaksi", "- kolme\n- neljä")


@FEWER
@given(st.lists(WORDS, max_size=8))
def test_paragraphs_joined_and_parted_are_the_same(parts: list[str]) -> None:
    assert list(rules.paragraphs(rules.joined(parts))) == parts


def test_a_comment_is_found_by_its_quote_when_paragraphs_moved() -> None:
    parts = ["Uusi alku.", "Ohjaus annetaan omalla kielellä.", "Loppu."]
    assert rules.place(parts, "Ohjaus annetaan omalla kielellä.", 0) == Place(1)
    assert rules.place(parts, "Ohjaus annetaan aina omalla kielellä.", 0) == Place(1, changed=True)
    assert rules.place(parts, "Jotain aivan muuta, mitä ei enää ole.", 0) == Place(None)


def test_of_two_same_paragraphs_the_nearest_is_meant() -> None:
    assert rules.place(["sama", "muu", "sama"], "sama", 2) == Place(2)
    assert rules.replaced("sama\n\nmuu\n\nsama", "sama", "uusi", 2) == "sama\n\nmuu\n\nuusi"


@FEWER
@given(st.lists(WORDS, min_size=1, max_size=8), st.data())
def test_an_unchanged_paragraph_is_always_found(parts: list[str], data: st.DataObject) -> None:
    number = data.draw(st.integers(0, len(parts) - 1))
    found = rules.place(parts, rules.quote(parts[number]), number)
    assert found == Place(number)


def test_a_paragraph_is_put_in_place_of_another_or_taken_out() -> None:
    text = "yksi\n\nkaksi\n\nkolme"
    assert rules.replaced(text, "kaksi", "toinen\r\nrivi", 1) == "yksi\n\ntoinen\nrivi\n\nkolme"
    assert rules.replaced(text, "kaksi", "", 1) == "yksi\n\nkolme"
    assert rules.replaced(text, "neljä", "viisi", 1) is None


@FEWER
@given(TEXTS, TEXTS)
def test_when_only_one_wrote_the_text_is_that_ones(base: str, mine: str) -> None:
    assert rules.merged(base, mine, base) == rules.joined(rules.paragraphs(mine))
    assert rules.merged(base, base, mine) == rules.joined(rules.paragraphs(mine))


@FEWER
@given(TEXTS, TEXTS, TEXTS)
def test_a_merged_text_has_what_both_added(base: str, mine: str, theirs: str) -> None:
    both = rules.merged(base, mine, theirs)
    if both is None:
        return
    parts, old = rules.paragraphs(both), rules.paragraphs(base)
    for side in (mine, theirs):
        for one in rules.paragraphs(side):
            assert one in parts or one in old


def test_two_who_changed_different_paragraphs_get_one_text_and_the_same_paragraph_none() -> None:
    base = "a\n\nb\n\nc"
    assert rules.merged(base, "A\n\nb\n\nc", "a\n\nb\n\nC") == "A\n\nb\n\nC"
    assert rules.merged(base, "a\n\nB\n\nc", "a\n\nBB\n\nc") is None
    assert rules.merged(base, "a\n\nB\n\nc", "a\n\nB\n\nc") == "a\n\nB\n\nc"
    assert rules.merged(base, "x\n\na\n\nb\n\nc", "y\n\na\n\nb\n\nc") is None


def test_a_section_of_the_act_is_not_taken_out_silently() -> None:
    assert [one.code for one in rules.check_removal("plan", "681/2023 § 13", "Turha", False)] == [
        "of-the-act"
    ]
    assert [one.code for one in rules.check_removal("plan", "681/2023 § 13", " ", True)] == ["required"]
    assert rules.check_removal("own-1", "", "Turha", False) == []


def test_texts_of_an_earlier_programme_find_their_place_or_become_own_sections() -> None:
    before = [
        ("plan", {"fi": "Suunnitelma"}, {"fi": "Vanha teksti"}),
        ("civil-society", {"fi": "Kansalaisyhteiskunta"}, {"fi": "Yhdistykset"}),
        ("strategy", {"fi": "Strategia"}, {"fi": " "}),
    ]
    made = rules.taken_over("681/2023", date(2026, 11, 23), before)
    texts = {key: text for key, _title, text in made}
    assert texts["plan"] == {"fi": "Vanha teksti"}
    assert texts["own-1"] == {"fi": "Yhdistykset"}
    assert "strategy" not in texts
    assert len(made) == 7


def test_what_is_missing_is_told_by_language() -> None:
    assert rules.missing_languages({"fi": "on", "sv": " "}, ["fi", "sv"]) == ("sv",)
