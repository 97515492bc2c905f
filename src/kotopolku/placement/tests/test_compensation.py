"""Calculated compensation: days and sums counted by hand, both Acts, every change of age, place and status."""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kotopolku.law import LANGUAGES, Period
from kotopolku.law import compensation as law
from kotopolku.law.compensation import Basis, Receiver
from kotopolku.placement.compensation import (
    Area,
    ImpossibleFacts,
    Kind,
    Line,
    Parent,
    Place,
    Placed,
    Stay,
    claim_by,
    compensation,
    forecast,
    recovery_by,
    total,
    totals,
)

ALWAYS = (Period(date(2010, 1, 1), date(2040, 12, 31)),)
KAJAANI = Place("205", Area.MAINLAND, "county-18", ALWAYS)
VANTAA = Place("092", Area.MAINLAND, "county-04", ALWAYS)
HELSINKI = Place("091", Area.HELSINKI, "", ALWAYS)
MARIEHAMN = Place("478", Area.ALAND, "aland-health", ALWAYS)
PLACES = {place.code: place for place in (KAJAANI, VANTAA, HELSINKI, MARIEHAMN)}
ADULT = date(1990, 5, 5)


def placed(
    first: date, born: date = ADULT, basis: Basis = Basis.PROTECTION, place: str = "205", **facts: object
) -> Placed:
    given_facts: dict[str, object] = {"stays": (Stay(place, first),), **facts}
    return Placed("1", born, basis, first, **given_facts)  # type: ignore[arg-type]


def of(lines: list[Line], receiver: Receiver, kind: Kind = Kind.CALCULATED) -> list[Line]:
    return [line for line in lines if (line.receiver, line.kind) == (receiver, kind)]


def euros(lines: list[Line]) -> list[str]:
    return [str(line.euros) for line in lines]


def test_an_adult_under_the_act_of_2023_from_the_day_of_arrival() -> None:
    lines = compensation(placed(date(2025, 3, 10)), 2025, PLACES)
    assert [(line.kind, line.receiver, line.to, line.days, line.base) for line in lines] == [
        (Kind.CALCULATED, Receiver.MUNICIPALITY, "205", 297, 365),
        (Kind.FIRST_ADULT_YEAR, Receiver.MUNICIPALITY, "205", 297, 365),
        (Kind.CALCULATED, Receiver.COUNTY, "county-18", 297, 365),
        (Kind.FIRST_ADULT_YEAR, Receiver.COUNTY, "county-18", 297, 365),
    ]
    assert euros(lines) == ["1669.71", "6298.84", "892.63", "59.40"]
    assert {line.rule.act for line in lines} == {"872/2024"}
    assert lines[0].section("en") == "872/2024 § 1.1"


def test_the_first_year_as_an_adult_is_exactly_its_sum_over_two_calendar_years() -> None:
    person = placed(date(2025, 3, 10))
    supplements = [
        of(compensation(person, year, PLACES), Receiver.MUNICIPALITY, Kind.FIRST_ADULT_YEAR)
        for year in (2025, 2026, 2027)
    ]
    assert [euros(lines) for lines in supplements] == [["6298.84"], ["1442.16"], []]


def test_two_years_end_on_the_day_before_the_same_date() -> None:
    person = placed(date(2025, 3, 10))
    assert euros(of(compensation(person, 2026, PLACES), Receiver.MUNICIPALITY)) == ["2052.00"]
    last = of(compensation(person, 2027, PLACES), Receiver.MUNICIPALITY)
    assert [(line.period, str(line.euros)) for line in last] == [
        (Period(date(2027, 1, 1), date(2027, 3, 9)), "382.29")
    ]
    assert compensation(person, 2028, PLACES) == []


def test_a_quota_refugee_is_paid_three_years_and_a_leap_year_has_366_days() -> None:
    for basis in (Basis.QUOTA, Basis.QUOTA_FAMILY):
        lines = of(compensation(placed(date(2025, 3, 10), basis=basis), 2028, PLACES), Receiver.MUNICIPALITY)
        assert [(line.days, line.base, str(line.euros)) for line in lines] == [(69, 366, "386.85")]


def test_a_child_who_turns_seven_in_the_middle_of_the_year() -> None:
    lines = compensation(placed(date(2025, 3, 10), born=date(2019, 7, 1)), 2026, PLACES)
    assert [(line.days, str(line.euros)) for line in of(lines, Receiver.MUNICIPALITY)] == [
        (181, "1359.24"),
        (184, "1034.43"),
    ]
    assert lines[1].period.first == date(2026, 7, 1)
    assert of(lines, Receiver.MUNICIPALITY, Kind.FIRST_ADULT_YEAR) == []


def test_a_young_person_who_comes_of_age_gets_the_first_year_from_the_birthday() -> None:
    person = placed(date(2025, 3, 10), born=date(2007, 9, 15))
    sums = [
        euros(of(compensation(person, year, PLACES), Receiver.MUNICIPALITY, Kind.FIRST_ADULT_YEAR))
        for year in (2025, 2026)
    ]
    assert sums == [["2290.49"], ["5450.51"]]


def test_one_who_comes_of_age_in_the_last_month_is_paid_only_until_the_period_ends() -> None:
    person = placed(date(2025, 3, 10), born=date(2009, 2, 10))
    lines = of(compensation(person, 2027, PLACES), Receiver.MUNICIPALITY, Kind.FIRST_ADULT_YEAR)
    assert [(line.days, str(line.euros)) for line in lines] == [(28, "593.83")]


@pytest.mark.parametrize(
    ("start", "basis", "last", "rule"),
    [
        (date(2011, 10, 1), Basis.PROTECTION, date(2015, 9, 30), "C3"),
        (date(2013, 7, 1), Basis.PROTECTION, date(2016, 6, 30), "C3"),
        (date(2013, 7, 1), Basis.QUOTA, date(2017, 6, 30), "C3"),
        (date(2024, 6, 1), Basis.PROTECTION, date(2027, 5, 31), "C5"),
        (date(2024, 12, 31), Basis.PROTECTION, date(2027, 12, 30), "C5"),
        (date(2024, 12, 31), Basis.QUOTA, date(2028, 12, 30), "C5"),
        (date(2024, 12, 31), Basis.QUOTA_FAMILY, date(2028, 12, 30), "C5"),
        (date(2025, 1, 1), Basis.PROTECTION, date(2026, 12, 31), "C3"),
        (date(2025, 1, 1), Basis.QUOTA, date(2027, 12, 31), "C3"),
        (date(2025, 1, 1), Basis.QUOTA_FAMILY, date(2027, 12, 31), "C3"),
    ],
)
def test_the_day_the_period_began_decides_how_long_it_is(
    start: date, basis: Basis, last: date, rule: str
) -> None:
    found = law.paid_period(start, basis)
    assert (found.period, found.rule.id) == (Period(start, last), rule)


def test_a_period_begun_in_2024_has_old_sums_until_the_new_year_and_new_ones_after() -> None:
    person = placed(date(2024, 6, 1))
    old = compensation(person, 2024, PLACES)
    assert [(line.kind, line.days, line.base, str(line.euros)) for line in old] == [
        (Kind.CALCULATED, 214, 366, "1143.09"),
        (Kind.CALCULATED, 214, 366, "201.72"),
    ]
    new = compensation(person, 2025, PLACES)
    assert euros(of(new, Receiver.MUNICIPALITY)) == ["2052.00"]
    assert [
        (line.days, str(line.euros)) for line in of(new, Receiver.MUNICIPALITY, Kind.FIRST_ADULT_YEAR)
    ] == [(151, "3202.44")]


def test_costs_before_2025_claimed_later_have_the_lower_sums_of_the_decree() -> None:
    person = placed(date(2024, 6, 1))
    lines = compensation(person, 2024, PLACES, claimed_on=date(2025, 2, 1))
    assert euros(lines) == ["874.71", "154.36"]
    assert [line.rule.id for line in lines] == ["K6", "K7"]
    assert compensation(person, 2024, PLACES, claimed_on=date(2024, 12, 31)) == compensation(
        person, 2024, PLACES
    )
    assert compensation(person, 2025, PLACES, claimed_on=date(2026, 2, 1)) == compensation(
        person, 2025, PLACES
    )


@pytest.mark.parametrize(
    ("year", "young", "old", "county_young", "county_old"),
    [
        (2013, "6845.00", "2300.00", None, None),
        (2014, "7120.00", "2300.00", None, None),
        (2015, "6845.00", "2300.00", None, None),
        (2022, "6845.00", "2300.00", None, None),
        (2023, "6503.00", "1955.00", "342.00", "345.00"),
        (2025, "2741.00", "2052.00", "948.00", "1097.00"),
    ],
)
def test_the_sum_of_a_whole_year(
    year: int, young: str, old: str, county_young: str | None, county_old: str | None
) -> None:
    start = date(year - 1, 7, 1)
    for born, municipality, county in ((date(year - 3, 1, 1), young, county_young), (ADULT, old, county_old)):
        lines = compensation(placed(start, born=born, basis=Basis.QUOTA), year, PLACES)
        assert euros(of(lines, Receiver.MUNICIPALITY)) == [municipality]
        assert euros(of(lines, Receiver.COUNTY)) == ([county] if county else [])


def test_helsinki_is_paid_as_a_municipality_and_as_a_county() -> None:
    lines = compensation(placed(date(2025, 1, 1), place="091"), 2025, PLACES)
    assert [(line.to, str(line.euros)) for line in lines] == [
        ("091", "2052.00"),
        ("091", "7741.00"),
        ("091", "1097.00"),
        ("091", "73.00"),
    ]


def test_aland_has_sums_of_its_own() -> None:
    new = compensation(placed(date(2025, 1, 1), place="478"), 2025, PLACES)
    assert [(line.receiver, str(line.euros)) for line in new] == [
        (Receiver.ALAND_MUNICIPALITY, "2609.00"),
        (Receiver.ALAND_MUNICIPALITY, "76.00"),
        (Receiver.ALAND_HEALTH, "540.00"),
    ]
    child = compensation(placed(date(2025, 1, 1), born=date(2024, 1, 1), place="478"), 2025, PLACES)
    assert euros(child) == ["3157.00", "532.00"]
    old = compensation(placed(date(2022, 7, 1), place="478"), 2023, PLACES)
    assert [(line.receiver, str(line.euros)) for line in old] == [(Receiver.ALAND_MUNICIPALITY, "2300.00")]
    late = compensation(placed(date(2022, 7, 1), place="478"), 2023, PLACES, claimed_on=date(2025, 3, 1))
    assert euros(late) == ["1760.00"]


def test_after_a_move_the_new_municipality_is_paid_and_the_period_goes_on() -> None:
    stays = (Stay("205", date(2025, 3, 10), date(2025, 9, 30)), Stay("092", date(2025, 10, 1)))
    person = placed(date(2025, 3, 10), stays=stays)
    lines = compensation(person, 2025, PLACES)
    assert [(line.to, line.days, str(line.euros)) for line in of(lines, Receiver.MUNICIPALITY)] == [
        ("205", 205, "1152.49"),
        ("092", 92, "517.22"),
    ]
    assert [line.to for line in of(lines, Receiver.COUNTY)] == ["county-18", "county-04"]
    assert of(compensation(person, 2027, PLACES), Receiver.MUNICIPALITY)[-1].period.last == date(2027, 3, 9)
    texts = [text for text, _source in lines[0].explanation.lines("en")]
    assert "The person's last day in the municipality was 30 September 2025." in texts


def test_days_between_two_stays_are_paid_to_nobody() -> None:
    stays = (Stay("205", date(2025, 3, 10), date(2025, 4, 30)), Stay("205", date(2025, 7, 1)))
    lines = of(compensation(placed(date(2025, 3, 10), stays=stays), 2025, PLACES), Receiver.MUNICIPALITY)
    assert [line.days for line in lines] == [52, 184]


def test_a_citizen_is_paid_for_until_the_day_before() -> None:
    person = placed(date(2025, 3, 10), citizen_from=date(2026, 9, 1))
    lines = of(compensation(person, 2026, PLACES), Receiver.MUNICIPALITY)
    assert [(line.days, str(line.euros)) for line in lines] == [(243, "1366.13")]
    assert any("citizen" in text for text, _source in lines[0].explanation.lines("en"))
    assert compensation(person, 2027, PLACES) == []


def test_one_who_was_a_citizen_before_arriving_is_not_paid_for() -> None:
    assert compensation(placed(date(2025, 3, 10), citizen_from=date(2025, 3, 10)), 2025, PLACES) == []


def test_temporary_protection_is_paid_for_from_march_2023() -> None:
    person = placed(date(2023, 1, 10), basis=Basis.TEMPORARY)
    lines = of(compensation(person, 2023, PLACES), Receiver.MUNICIPALITY)
    assert [(line.period.first, line.days, str(line.euros)) for line in lines] == [
        (date(2023, 3, 1), 306, "1638.99")
    ]
    assert of(compensation(person, 2026, PLACES), Receiver.MUNICIPALITY)[0].period.last == date(2026, 1, 9)


def test_a_child_born_here_is_paid_for_until_the_parents_period_ends() -> None:
    born = date(2026, 5, 1)
    child = placed(born, born=born, parent=Parent(date(2025, 3, 10), Basis.PROTECTION))
    lines = of(compensation(child, 2027, PLACES), Receiver.MUNICIPALITY)
    assert [(line.days, str(line.euros)) for line in lines] == [(68, "510.65")]
    assert compensation(child, 2028, PLACES) == []


def test_a_child_born_here_under_the_old_act_is_paid_for_from_2025() -> None:
    born = date(2024, 5, 1)
    child = placed(born, born=born, parent=Parent(date(2024, 1, 1), Basis.PROTECTION))
    assert compensation(child, 2024, PLACES) == []
    assert euros(of(compensation(child, 2025, PLACES), Receiver.MUNICIPALITY)) == ["2741.00"]


def test_days_without_an_agreement_are_worth_nothing_and_say_so() -> None:
    places = {
        "205": Place("205", Area.MAINLAND, "county-18", (Period(date(2025, 7, 1), date(2028, 12, 31)),))
    }
    lines = compensation(placed(date(2025, 3, 10)), 2025, places)
    nothing, paid = of(lines, Receiver.MUNICIPALITY, Kind.NOT_PAID), of(lines, Receiver.MUNICIPALITY)
    assert [(line.days, line.euros) for line in nothing] == [(113, Decimal("0.00"))]
    assert [(line.days, str(line.euros)) for line in paid] == [(184, "1034.43")]
    assert "agreement in force" in " ".join(text for text, _source in nothing[0].explanation.lines("en"))
    assert [line.days for line in of(lines, Receiver.COUNTY)] == [184]


def test_the_assessment_of_the_old_act_is_paid_once_and_the_new_act_has_none() -> None:
    person = placed(date(2024, 6, 1), assessed_on=date(2024, 6, 20))
    lines = of(compensation(person, 2024, PLACES), Receiver.MUNICIPALITY, Kind.ASSESSMENT)
    assert [(str(line.euros), line.section("en")) for line in lines] == [("700.00", "1393/2011 § 2")]
    assert of(compensation(person, 2025, PLACES), Receiver.MUNICIPALITY, Kind.ASSESSMENT) == []
    later = placed(date(2024, 6, 1), assessed_on=date(2025, 6, 20))
    assert of(compensation(later, 2025, PLACES), Receiver.MUNICIPALITY, Kind.ASSESSMENT) == []


def test_claims_end_two_years_after_the_calendar_year() -> None:
    assert claim_by(Kind.CALCULATED, 2025).due == date(2027, 12, 31)
    sunday = claim_by(Kind.CALCULATED, 2021)
    assert (sunday.nominal, sunday.due) == (date(2023, 12, 31), date(2024, 1, 2))
    assert claim_by(Kind.CALCULATED, 2024, on=date(2026, 1, 1)).rule.act == "681/2023"


def test_assessments_of_the_old_act_are_claimed_by_the_end_of_2026() -> None:
    for year in (2023, 2024):
        found = claim_by(Kind.ASSESSMENT, year)
        assert (found.rule.id, found.due) == ("C2", date(2026, 12, 31))
    assert claim_by(Kind.ASSESSMENT, 2021).due == date(2024, 1, 2)


def test_recovery_is_decided_by_the_fifth_calendar_year() -> None:
    assert recovery_by(2021).nominal == date(2026, 12, 31)
    assert recovery_by(2025).nominal == date(2030, 12, 31)


def test_preparing_is_compensated_for_four_months_and_for_eight_with_a_reason() -> None:
    found = law.preparing_period(date(2025, 12, 7), justified=False, quota=False)
    assert found is not None
    assert found[0] == Period(date(2025, 8, 7), date(2025, 12, 6))
    longer = law.preparing_period(date(2025, 12, 7), justified=True, quota=False)
    assert longer is not None
    assert longer[0].first == date(2025, 4, 7)
    assert law.preparing_period(date(2024, 5, 1), justified=False, quota=False) is None
    assert law.preparing_period(date(2024, 5, 1), justified=False, quota=True) is not None
    assert law.preparing_period(date(2022, 5, 1), justified=False, quota=True) is None


def test_special_costs_last_ten_years_from_the_first_municipality() -> None:
    period, rule = law.special_costs_period(date(2020, 5, 4), date(2026, 1, 1))
    assert (period.last, rule.citation("en")) == (date(2030, 5, 3), "681/2023 § 65.5")


def test_the_payer_has_changed_with_the_years() -> None:
    names = [law.payer(date(year, 6, 1)).texts["en"] for year in (2014, 2015, 2025, 2026)]
    assert names[1] == names[2] == "the KEHA Centre"
    assert names[0].endswith("Environment")
    assert names[3].startswith("the Employment")


def test_every_line_explains_itself_in_three_languages_and_comes_back_from_json() -> None:
    stays = (Stay("205", date(2024, 6, 1), date(2025, 9, 30)), Stay("092", date(2025, 10, 1)))
    person = placed(
        date(2024, 6, 1),
        born=date(2018, 8, 1),
        basis=Basis.QUOTA_FAMILY,
        stays=stays,
        citizen_from=date(2026, 2, 1),
        assessed_on=date(2024, 6, 20),
    )
    lines = [line for year in (2024, 2025, 2026) for line in compensation(person, year, PLACES)]
    assert len(lines) == 11
    for line in lines:
        assert type(line.explanation).from_json(line.explanation.to_json()) == line.explanation
        for lang in LANGUAGES:
            texts = line.explanation.lines(lang)
            assert all(text.endswith(".") for text, _source in texts)
            assert texts[0][1] == line.section(lang)
            assert line.payer.texts[lang]


def test_the_sum_is_written_out() -> None:
    line = compensation(placed(date(2025, 3, 10)), 2025, PLACES)[0]
    assert line.explanation.lines("en")[-1][0] == "€2,052 × 297 / 365 = €1,669.71."
    assert line.explanation.lines("fi")[-1][0].replace("\N{NO-BREAK SPACE}", " ") == (
        "2 052 € × 297 / 365 = 1 669,71 €."
    )
    assert not line.certain
    assert [item.certainty for item in line.readings] == ["assumption"]


def test_a_whole_year_rests_on_the_decree_alone() -> None:
    line = compensation(placed(date(2025, 3, 10)), 2026, PLACES)[0]
    assert line.certain
    assert line.readings == ()


def test_totals_by_receiver_and_forecast_by_year() -> None:
    family = [placed(date(2025, 3, 10)), placed(date(2025, 3, 10), born=date(2024, 1, 1))]
    years = forecast(family, [2025, 2026], PLACES)
    assert total(years[2026]) == Decimal("2052.00") + Decimal("1442.16") + Decimal("2741.00") + Decimal(
        "1097.00"
    ) + Decimal("13.60") + Decimal("948.00")
    assert totals(years[2026]) == {
        (Receiver.MUNICIPALITY, "205"): Decimal("6235.16"),
        (Receiver.COUNTY, "county-18"): Decimal("2058.60"),
    }


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({"born": date(2026, 1, 1)}, "born-after-arrival"),
        ({"stays": (Stay("205", date(2025, 5, 1), date(2025, 4, 1)),)}, "stay-reversed"),
        (
            {"stays": (Stay("205", date(2025, 3, 10)), Stay("092", date(2025, 5, 1)))},
            "stays-overlap",
        ),
    ],
)
def test_facts_that_cannot_be_are_refused(facts: dict[str, object], code: str) -> None:
    with pytest.raises(ImpossibleFacts) as refused:
        compensation(placed(date(2025, 3, 10), **facts), 2025, PLACES)  # type: ignore[arg-type]
    assert refused.value.code == code


days_of_arrival = st.dates(date(2012, 1, 1), date(2030, 12, 31))


@st.composite
def cases(draw: st.DrawFn) -> Placed:
    start = draw(days_of_arrival)
    born = start - timedelta(days=draw(st.integers(0, 80 * 365)))
    basis = draw(st.sampled_from([Basis.QUOTA, Basis.QUOTA_FAMILY, Basis.PROTECTION]))
    moved = start + timedelta(days=draw(st.integers(1, 1500)))
    stays = (Stay("205", start, moved - timedelta(days=1)), Stay("092", moved))
    return Placed("1", born, basis, start, stays)


def all_lines(person: Placed) -> Iterator[Line]:
    for year in range(person.first_municipality.year, person.first_municipality.year + 6):
        yield from compensation(person, year, PLACES)


@given(cases())
def test_every_day_of_the_period_is_paid_to_exactly_one_municipality(person: Placed) -> None:
    period = law.paid_period(person.first_municipality, person.basis).period
    lines = of(list(all_lines(person)), Receiver.MUNICIPALITY)
    assert sum(line.days for line in lines) == period.days
    reached = period.first
    for line in lines:
        assert line.period.first == reached
        reached = line.period.last + timedelta(days=1)
        assert Decimal(0) < line.euros <= line.yearly
    assert reached == period.last + timedelta(days=1)


@given(cases())
def test_moving_changes_nothing_of_the_total_but_cents(person: Placed) -> None:
    stayed = Placed(
        "1", person.born, person.basis, person.first_municipality, (Stay("205", person.first_municipality),)
    )
    assert abs(total(all_lines(person)) - total(all_lines(stayed))) <= Decimal("0.04")


@given(cases())
def test_the_first_adult_year_never_exceeds_its_sum(person: Placed) -> None:
    lines = of(list(all_lines(person)), Receiver.MUNICIPALITY, Kind.FIRST_ADULT_YEAR)
    assert total(lines) <= Decimal("7741.02")
    assert sum(line.days for line in lines) <= 366
