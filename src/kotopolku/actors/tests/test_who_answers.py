"""Who answers for what, where and when: the table of `data/duties.toml` against days and places of the reform."""

from datetime import date

import pytest

from kotopolku.actors import queries, rules, sources
from kotopolku.reference.queries import UnknownMunicipality

pytestmark = pytest.mark.django_db

VANTAA, KAJAANI, MARIEHAMN, HEINAVESI = "092", "205", "478", "090"
IN_2021, IN_2025, IN_2026 = date(2021, 4, 26), date(2025, 6, 2), date(2026, 11, 23)

ANSWERS = [
    ("assessment-jobseeker", VANTAA, IN_2021, "te-01"),
    ("assessment-jobseeker", VANTAA, date(2024, 12, 31), "te-01"),
    ("assessment-jobseeker", VANTAA, date(2025, 1, 1), "tyo-43"),
    ("assessment-jobseeker", VANTAA, IN_2026, "tyo-43"),
    ("assessment-jobseeker", KAJAANI, IN_2021, "te-14"),
    ("assessment-jobseeker", KAJAANI, IN_2025, "tyo-10"),
    ("assessment-other", VANTAA, IN_2021, "kunta-092"),
    ("assessment-other", VANTAA, IN_2026, "kunta-092"),
    ("assessment-other", KAJAANI, IN_2026, "kunta-205"),
    ("plan-jobseeker", VANTAA, IN_2021, "te-01"),
    ("plan-jobseeker", KAJAANI, IN_2026, "tyo-10"),
    ("plan-other", VANTAA, IN_2021, "kunta-092"),
    ("plan-other", KAJAANI, IN_2025, "kunta-205"),
    ("training-procurement", VANTAA, IN_2021, "ely-01"),
    ("training-procurement", VANTAA, IN_2025, "tyo-43"),
    ("training-procurement", KAJAANI, IN_2026, "tyo-10"),
    ("placement", VANTAA, IN_2021, "ely-01"),
    ("placement", VANTAA, IN_2025, "ely-01"),
    ("placement", VANTAA, date(2025, 12, 31), "ely-01"),
    ("placement", VANTAA, date(2026, 1, 1), "evk-01"),
    ("placement", KAJAANI, IN_2021, "ely-14"),
    ("placement", KAJAANI, IN_2026, "evk-09"),
    ("regional-monitoring", VANTAA, IN_2021, "ely-01"),
    ("regional-monitoring", KAJAANI, IN_2025, "ely-14"),
    ("regional-monitoring", KAJAANI, IN_2026, "evk-09"),
    ("municipal-coordination", VANTAA, IN_2021, "kunta-092"),
    ("municipal-coordination", VANTAA, IN_2026, "kunta-092"),
    ("work-permit-guideline", VANTAA, IN_2021, "ely-01"),
    ("work-permit-guideline", VANTAA, IN_2026, "evk-01"),
    ("compensation", VANTAA, IN_2021, "keha"),
    ("compensation", VANTAA, IN_2025, "keha"),
    ("compensation", VANTAA, IN_2026, "tkh"),
    ("compensation", MARIEHAMN, IN_2026, "tkh"),
    ("national-policy", VANTAA, IN_2021, "tem"),
    ("national-policy", KAJAANI, IN_2026, "tem"),
    ("supervision", VANTAA, IN_2025, "avi"),
    ("supervision", VANTAA, IN_2026, "lvv"),
    ("client-system", VANTAA, IN_2025, "keha"),
    ("client-system", VANTAA, IN_2026, "tkh"),
    ("placement", HEINAVESI, date(2020, 12, 31), "ely-07"),
    ("placement", HEINAVESI, date(2021, 1, 1), "ely-09"),
    ("plan-jobseeker", HEINAVESI, date(2020, 6, 1), "te-07"),
    ("plan-jobseeker", HEINAVESI, date(2021, 6, 1), "te-09"),
]


@pytest.mark.parametrize(("duty", "municipality", "on", "code"), ANSWERS)
def test_the_law_and_the_day_name_the_organisation(duty: str, municipality: str, on: date, code: str) -> None:
    answer = queries.who_answers(duty, municipality, on)
    assert answer.organisation_code == code
    assert answer.section
    assert set(answer.explanation) == {"fi", "sv", "en"}
    assert answer.since is None or answer.since <= on
    assert answer.until is None or on <= answer.until


def test_every_duty_of_the_mainland_has_somebody_in_every_municipality_every_year() -> None:
    from kotopolku.reference import queries as reference

    without = [
        (duty.id, place.code, year)
        for year in range(2020, 2027)
        for duty in sources.duties().values()
        if duty.id != "client-system"
        for place in reference.municipalities_on(date(year, 7, 1))
        if not reference.areas_of(place.code, date(year, 7, 1)).is_aland
        if not queries.who_answers(duty.id, place.code, date(year, 7, 1)).organisation_id
    ]
    assert without == []


@pytest.mark.parametrize(
    "duty", ["assessment-jobseeker", "plan-other", "placement", "municipal-coordination"]
)
def test_nobody_answers_for_aland_under_these_acts(duty: str) -> None:
    with pytest.raises(rules.NoAuthority) as refusal:
        queries.who_answers(duty, MARIEHAMN, IN_2026)
    assert "Åland" in refusal.value.text("en")


def test_an_unknown_duty_names_the_known_ones() -> None:
    with pytest.raises(rules.UnknownDuty, match="placement"):
        queries.who_answers("fishing", VANTAA, IN_2026)


def test_a_duty_that_did_not_exist_yet_says_when_it_began() -> None:
    with pytest.raises(rules.DutyNotInForce, match="1 January 2025"):
        queries.who_answers("client-system", VANTAA, IN_2021)


def test_a_day_before_the_data_is_refused() -> None:
    with pytest.raises(rules.BeforeRecords, match="1 January 2020"):
        queries.who_answers("placement", VANTAA, date(2019, 12, 31))


def test_a_merged_municipality_is_unknown_after_the_merger_and_the_message_names_the_heir() -> None:
    assert queries.who_answers("placement", "099", date(2020, 6, 1)).organisation_code == "ely-03"
    with pytest.raises(UnknownMunicipality) as refusal:
        queries.who_answers("placement", "099", IN_2021)
    assert "214" in refusal.value.message


def test_the_answer_ends_when_the_area_changes() -> None:
    before = queries.who_answers("placement", HEINAVESI, date(2020, 6, 1))
    after = queries.who_answers("placement", HEINAVESI, date(2021, 6, 1))
    assert before.until == date(2020, 12, 31)
    assert after.since == date(2021, 1, 1)
    assert after.until == date(2024, 12, 31)


def test_the_answer_ends_with_the_organisation() -> None:
    answer = queries.who_answers("placement", VANTAA, IN_2025)
    assert (answer.since, answer.until) == (date(2025, 1, 1), date(2025, 12, 31))
    assert queries.who_answers("placement", VANTAA, IN_2026).until is None


def test_a_warm_answer_costs_no_query(django_assert_num_queries) -> None:
    queries.who_answers("placement", VANTAA, IN_2026)
    with django_assert_num_queries(0):
        queries.who_answers("plan-other", KAJAANI, IN_2021)


def test_the_numbers_of_authorities_are_those_of_the_reforms() -> None:
    def count(kind: str, day: date) -> int:
        return len(queries.organisations_on(day, kind))

    assert (count("ely", IN_2025), count("ely", IN_2026)) == (15, 0)
    assert (count("evk", IN_2025), count("evk", IN_2026)) == (0, 10)
    assert (count("te", IN_2021), count("te", IN_2025)) == (15, 0)
    assert (count("employment-area", IN_2021), count("employment-area", IN_2025)) == (0, 45)
    assert (count("wellbeing", IN_2021), count("wellbeing", IN_2026)) == (0, 21)
    assert (count("municipality", date(2020, 6, 1)), count("municipality", IN_2026)) == (310, 308)


def test_the_regional_heirs_follow_the_municipalities() -> None:
    kainuu = queries.organisation("te-14")
    assert kainuu is not None
    assert [row.successor.code for row in queries.successors(kainuu)] == ["tyo-10"]
    uusimaa = queries.organisation("te-01")
    assert uusimaa is not None
    assert "tyo-43" in {row.successor.code for row in queries.successors(uusimaa)}
    satakunta = queries.organisation("ely-03")
    assert satakunta is not None
    assert [row.successor.code for row in queries.successors(satakunta)] == ["evk-02"]


def test_loading_again_changes_nothing() -> None:
    from kotopolku.actors.actions import load_actors
    from kotopolku.actors.models import Organisation, Succession

    before = (Organisation.objects.count(), Succession.objects.count())
    load_actors()
    assert (Organisation.objects.count(), Succession.objects.count()) == before


def test_every_text_of_the_data_has_three_languages() -> None:
    for duty in sources.duties().values():
        assert set(duty.titles) == {"fi", "sv", "en"}
        for span in duty.spans:
            assert all(span.why[language] for language in ("fi", "sv", "en")), duty.id
            assert bool(span.answers) != bool(span.organisation)
    for row in sources.organisations():
        assert all(row.names), row.code
        assert set(row.does) == {"fi", "sv", "en"}, row.code
