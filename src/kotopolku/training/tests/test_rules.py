"""Curricula, weekly times and what fits a client: rules without a database."""

from datetime import date, time, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from kotopolku.progress.sources import levels
from kotopolku.training import curricula, rules
from kotopolku.training.rules import Bounds, ClientFacts, CourseContent, OfferFacts, Slot

RANKS = {code: level.rank for code, level in levels().items()}
TODAY = date(2026, 11, 23)


def course(**changes: Any) -> CourseContent:
    values: dict[str, Any] = {
        "provider_id": 1,
        "name": "Peruspolku",
        "kind": "integration",
        "curriculum": "integration-2022",
        "starts_on": date(2026, 12, 1),
        "ends_on": date(2027, 5, 28),
        "seats": 16,
        "municipality": "092",
    }
    return CourseContent(**(values | changes))


def codes(content: CourseContent, **bounds: Any) -> set[tuple[str, str]]:
    values: dict[str, Any] = {
        "kind": "integration",
        "covers_start": True,
        "max_scope": Decimal(80),
        "unit": "op",
        "tracks": ("slow", "basic", "fast"),
    }
    found = rules.check_course(content, Bounds(**(values | bounds)), RANKS)
    return {(one.field, one.code) for one in found}


def test_the_curricula_have_their_scopes_parts_and_days() -> None:
    old, new = curricula.curricula()["integration-2012"], curricula.curricula()["integration-2022"]
    assert (old.max_scope, old.unit, old.target) == (60, "ov", "B1.1")
    assert (new.max_scope, new.unit, new.tracks) == (80, "op", ("slow", "basic", "fast"))
    assert [one.id for one in curricula.in_use(date(2021, 3, 1), "integration")] == ["integration-2012"]
    assert [one.id for one in curricula.in_use(TODAY, "integration")] == ["integration-2022"]
    for one in curricula.curricula().values():
        assert one.target in ("", *levels())
        assert one.certainty in ("source", "memory", "own")
        assert all(set(part.texts) == {"fi", "sv", "en"} for part in one.parts)
        main = [part for part in one.parts if not part.within]
        least = sum((part.least or Decimal(0) for part in main), Decimal(0))
        assert one.max_scope is None or least <= one.max_scope, one.id
        assert all(part.within in {"", *(other.id for other in one.parts)} for part in one.parts)


def test_the_scale_goes_from_a1_1_to_c2_2() -> None:
    assert (list(levels())[1], list(levels())[-1]) == ("A1.1", "C2.2")


def test_what_cannot_be_a_course_is_said_at_its_field() -> None:
    assert codes(course()) == set()
    assert codes(course(name=" ", provider_id=None)) == {("name", "required"), ("provider", "required")}
    assert codes(course(ends_on=date(2026, 1, 1))) == {("ends_on", "reversed")}
    assert codes(course(ends_on=date(2036, 12, 1))) == {("ends_on", "too-long")}
    assert codes(course(scope=Decimal("80.5"))) == {("scope", "over-scope")}
    assert codes(course(scope=Decimal("-1"))) == {("scope", "negative")}
    assert codes(course(), covers_start=False) == {("curriculum", "not-in-use")}
    assert codes(course(), kind="literacy") == {("curriculum", "other-kind")}
    assert codes(course(entry_from="A2.1", entry_to="A1.1")) == {("entry_to", "reversed")}
    assert codes(course(entry_to="A10")) == {("entry_to", "unknown-level")}
    assert codes(course(entry_to="B1.1", target_level="A2.1")) == {("target_level", "under-entry")}
    assert codes(course(seats=0)) == {("seats", "seats")}
    assert codes(course(municipality="")) == {("municipality", "required")}
    assert codes(course(municipality="", attending="remote")) == set()
    assert codes(course(field="5")) == {("field", "only-vocational")}
    assert codes(course(slots=(Slot(1, time(14), time(9)),))) == {("slots", "reversed")}
    overlap = (Slot(1, time(9), time(12)), Slot(1, time(11), time(13)))
    assert codes(course(slots=overlap)) == {("slots", "overlap")}


def test_no_meeting_is_on_a_holiday_or_an_eve() -> None:
    found = rules.meetings(
        (Slot(7, time(10), time(12)), Slot(2, time(9), time(12))), TODAY, date(2027, 1, 10)
    )
    days = {one.date for one in found}
    assert date(2026, 12, 6) not in days, "Independence Day, a Sunday"
    assert date(2026, 12, 13) in days, "a Sunday that was asked for"
    assert date(2026, 12, 22) in days
    fridays = rules.meetings((Slot(5, time(9), time(12)),), date(2026, 12, 21), date(2027, 1, 3))
    assert fridays == [], "Christmas Day and New Year's Day"


@given(
    st.lists(st.tuples(st.integers(1, 7), st.integers(8, 19), st.integers(1, 4)), max_size=5),
    st.integers(0, 200),
)
def test_meetings_lie_between_the_days_in_order_and_on_their_weekdays(
    times: list[tuple[int, int, int]], length: int
) -> None:
    slots = tuple(Slot(weekday, time(start), time(start + hours)) for weekday, start, hours in times)
    last = TODAY + timedelta(days=length)
    found = rules.meetings(slots, TODAY, last)
    assert [(one.date, one.starts) for one in found] == sorted((one.date, one.starts) for one in found)
    assert all(TODAY <= one.date <= last for one in found)
    assert {one.date.isoweekday() for one in found} <= {slot.weekday for slot in slots}
    assert all(Slot.from_json(slot.to_json()) == slot for slot in slots)


ranks = st.one_of(st.none(), st.integers(1, 13))


@given(ranks, ranks, ranks, st.integers(-60, 400), st.integers(0, 30), st.integers(0, 30))
def test_a_course_suits_only_inside_its_levels_and_the_plans_time(
    rank: int | None, low: int | None, high: int | None, start: int, free: int, waiting: int
) -> None:
    ends = TODAY + timedelta(days=200)
    offer = OfferFacts(
        TODAY + timedelta(days=start), TODAY + timedelta(days=start + 100), free, waiting, low, high
    )
    found = rules.fit(ClientFacts(rank=rank, plan_ends=ends), offer)
    outside = rank is not None and ((low is not None and rank < low) or (high is not None and rank > high))
    assert found.suits == (not outside and offer.starts_on <= ends)
    assert found.km is None, "no distance without both places"


def test_courses_are_ordered_by_each_named_reason_in_turn_and_then_by_distance() -> None:
    vantaa, helsinki, kajaani = (60.29, 25.04), (60.17, 24.94), (64.22, 27.73)
    client = ClientFacts(rank=3, track="basic", plan_ends=date(2028, 1, 1), at=vantaa, languages=("ar",))
    base = {"starts_on": date(2026, 12, 1), "ends_on": date(2027, 6, 1), "free": 5, "low": 1, "high": 4}
    offers = {
        "near": OfferFacts(**base, track="basic", at=helsinki),  # type: ignore[arg-type]
        "own": OfferFacts(**base, track="basic", at=vantaa),  # type: ignore[arg-type]
        "far": OfferFacts(**base, track="basic", at=kajaani),  # type: ignore[arg-type]
        "full": OfferFacts(**(base | {"free": 0}), track="basic", at=vantaa),  # type: ignore[arg-type]
        "track": OfferFacts(**base, track="fast", at=vantaa),  # type: ignore[arg-type]
        "level": OfferFacts(**(base | {"low": 5, "high": 6}), track="basic", at=vantaa),  # type: ignore[arg-type]
    }
    order = sorted(offers, key=lambda name: rules.fit(client, offers[name]).order)
    assert order == ["own", "near", "full", "track", "far", "level"]
    assert rules.distance_km(vantaa, helsinki) == 14


def test_orientation_suits_only_who_knows_its_language() -> None:
    offer = OfferFacts(TODAY, TODAY, 5, support_languages=("uk",), own_language=True)
    assert rules.fit(ClientFacts(languages=("uk",)), offer).suits
    assert not rules.fit(ClientFacts(languages=("et",)), offer).suits
