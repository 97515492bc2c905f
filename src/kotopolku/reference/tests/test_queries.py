"""What others ask about places, languages and countries, on the loaded data."""

from datetime import date

import pytest
from django.utils.translation import override

from kotopolku.reference import queries
from kotopolku.reference.models import Municipality, MunicipalityYear

pytestmark = pytest.mark.django_db
NOW = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("day", "number"),
    [
        (date(2020, 12, 31), 310),
        (date(2021, 1, 1), 309),
        (date(2024, 12, 31), 309),
        (date(2025, 1, 1), 308),
        (NOW, 308),
    ],
)
def test_the_number_of_municipalities_changes_with_the_mergers(day, number):
    assert len(queries.municipalities_on(day)) == number


def test_days_outside_the_known_years_use_the_nearest_division():
    assert len(queries.municipalities_on(date(2015, 6, 1))) == 310
    assert len(queries.municipalities_on(date(2031, 6, 1))) == 308


def test_an_ended_municipality_is_refused_with_what_became_of_it():
    assert queries.municipality("099", date(2020, 12, 31)).name("fi") == "Honkajoki"
    with override("en"), pytest.raises(queries.UnknownMunicipality) as refusal:
        queries.municipality("099", NOW)
    with override("en"):
        assert refusal.value.message == (
            "Municipality 099 does not exist in 2026; merged into 214 Kankaanpää on 1.1.2021."
        )


def test_a_code_never_used_is_refused_plainly():
    with override("en"):
        assert queries.UnknownMunicipality("999", NOW).message == "Municipality 999 does not exist in 2026."


def test_the_successor_is_found_only_after_the_merger():
    assert queries.successor("588", date(2024, 12, 31)) == "588"
    assert queries.successor("588", date(2025, 1, 1)) == "507"
    assert queries.successor("174", NOW) == "297"


def test_areas_follow_the_year():
    iitti_before, iitti_after = (queries.areas_of("142", date(year, 1, 1)) for year in (2020, 2021))
    assert (iitti_before.region, iitti_after.region) == ("08", "07")
    vantaa = queries.areas_of("092", date(2021, 3, 1))
    assert (vantaa.ely, vantaa.evk, vantaa.employment_area) == ("01", None, None)
    vantaa = queries.areas_of("092", NOW)
    assert (vantaa.ely, vantaa.evk) == (None, "01")
    assert "Vantaa" in queries.area("employment_area", vantaa.employment_area).name("fi")


def test_aland_has_no_mainland_authorities():
    for day in (date(2021, 3, 1), NOW):
        mariehamn = queries.areas_of("478", day)
        assert mariehamn.is_aland
        assert not any(mariehamn.area(k) for k in ("ely", "evk", "employment_area", "wellbeing_area"))


def test_language_status_and_bilingual_municipalities():
    assert queries.areas_of("091", NOW).language_status == "fi-sv"
    assert queries.is_bilingual("499", NOW)
    assert not queries.is_bilingual("205", NOW)
    assert sum(queries.is_bilingual(m.code, NOW) for m in queries.municipalities_on(NOW)) == 33


def test_areas_that_exist_on_the_day():
    assert len(queries.areas_on("ely", date(2021, 3, 1))) == 15
    assert queries.areas_on("ely", NOW) == []
    assert len(queries.areas_on("evk", NOW)) == 10
    assert len(queries.areas_on("employment_area", NOW)) == 45
    assert len(queries.areas_on("wellbeing_area", NOW)) == 22


def test_municipalities_of_an_area():
    assert [m.code for m in queries.municipalities_in("employment_area", "08", NOW)] == ["091"]
    assert queries.municipalities_in("ely", "01", NOW) == []


def test_names_follow_the_language_and_are_in_its_order():
    with override("sv"):
        names = [m.name() for m in queries.municipalities_on(NOW)]
        assert names[0] == "Ackas"
        assert names[-1] == "Övertorneå"
    with override("fi"):
        assert queries.municipalities_on(NOW)[-1].name() == "Äänekoski"
    jakobstad = queries.municipality("598", NOW)
    assert (jakobstad.name("fi"), jakobstad.name("sv"), jakobstad.name("en")) == (
        "Pietarsaari",
        "Jakobstad",
        "Jakobstad",
    )


def test_population_of_a_merged_municipality_is_in_its_successor():
    year, now = queries.populations(NOW)
    assert year == 2023
    assert sum(now.values()) == 5_603_851
    assert "588" not in now
    _, before = queries.populations(date(2024, 6, 1))
    assert now["507"] == before["507"] + before["588"]


def test_shares_are_those_of_the_last_year_end_before_the_day():
    assert queries.foreign_language_shares(date(2021, 3, 1))[0] == 2020
    year, shares = queries.foreign_language_shares(NOW)
    assert year == 2025
    assert len(shares) == 308


def test_service_languages_have_autonym_and_direction():
    found = {row.code: row for row in queries.service_languages("en")}
    assert {"ar", "so", "uk", "prs", "ckb", "smn", "sms"} <= set(found)
    assert all(row.autonym for row in found.values())
    assert found["ckb"].direction == found["prs"].direction == "rtl"
    assert found["prs"].national_code == "FA"


def test_languages_are_in_the_order_of_the_language_asked():
    assert queries.service_languages("en")[0].code == "sq"
    assert queries.service_languages("en")[-1].code == "yo"
    assert [row.code for row in queries.service_languages("fi")][:2] == ["sq", "am"]


def test_countries_are_found_by_national_and_by_iso_code():
    ukraine = queries.country("804")
    assert ukraine is queries.country("UKR")
    assert ukraine.name("sv") == "Ukraina"
    assert "810" not in {c.code for c in queries.countries()}
    assert queries.country("810").name("en") == "Former Soviet Union"


def test_answers_cost_no_statement_the_second_time(django_assert_num_queries):
    queries.municipalities_on(NOW)
    queries.languages("fi")
    queries.countries("fi")
    with django_assert_num_queries(0):
        queries.municipality("091", NOW)
        queries.areas_of("091", NOW)
        queries.languages("fi")
        queries.countries("fi")


def test_an_empty_database_is_not_remembered():
    saved = list(MunicipalityYear.objects.all())
    MunicipalityYear.objects.all().delete()
    queries.clear()
    assert queries.municipalities_on(NOW) == []
    MunicipalityYear.objects.bulk_create(saved)
    assert len(queries.municipalities_on(NOW)) == 308
    assert Municipality.objects.count() == 310
