"""Loading is safe to repeat, and the checks find what is wrong."""

import pytest

from kotopolku.reference import queries, sources
from kotopolku.reference.actions import load_reference
from kotopolku.reference.checks import run_checks
from kotopolku.reference.models import Area, Language, Municipality, MunicipalityYear, MunicipalMerger

pytestmark = pytest.mark.django_db


def rows() -> dict[str, int]:
    return {
        m.__name__: m.objects.count()
        for m in (Municipality, MunicipalityYear, Area, MunicipalMerger, Language)
    }


def test_loading_again_changes_nothing():
    before = rows()
    load_reference()
    assert rows() == before


def test_loading_mends_a_changed_row_and_tells_its_progress():
    Municipality.objects.filter(code="091").update(name_fi="Stadi")
    told: list[tuple[str, int]] = []
    load_reference(progress=lambda name, number: told.append((name, number)))
    assert Municipality.objects.get(code="091").name_fi == "Helsinki"
    assert ("municipalities", 310) in told


def test_a_broken_file_leaves_everything_as_it_was(monkeypatch):
    Municipality.objects.filter(code="091").update(name_fi="Stadi")
    read = sources.rows

    def broken(name: str) -> list[dict[str, str]]:
        found = read(name)
        if name == "municipality_years.csv":
            found[5]["year"] = "next year"
        return found

    monkeypatch.setattr(sources, "rows", broken)
    with pytest.raises(ValueError, match="next year"):
        load_reference()
    assert Municipality.objects.get(code="091").name_fi == "Stadi"


def test_all_checks_pass_on_our_data():
    assert [c for c in run_checks() if not c.passed] == []


@pytest.mark.parametrize(
    ("change", "what"),
    [
        ({"population": 1}, "population 2023"),
        ({"region": "99"}, "region in 2023: areas without a name"),
        ({"region": ""}, "region in 2023: municipalities without one"),
        ({"evk": "01"}, "evk: used in a year when it was not there"),
    ],
)
def test_the_checks_name_what_is_wrong(change, what):
    MunicipalityYear.objects.filter(year=2023, municipality="091").update(**change)
    queries.clear()
    assert what in {c.what for c in run_checks() if not c.passed}


def test_a_missing_municipality_fails_the_count_of_its_year():
    MunicipalityYear.objects.filter(year=2021, municipality="091").delete()
    assert "municipalities in 2021" in {c.what for c in run_checks() if not c.passed}


def test_names_of_any_file_have_no_stray_spaces():
    for name in ("municipalities.csv", "areas.csv", "languages.csv", "countries.csv", "occupations.csv"):
        for row in sources.rows(name):
            assert all(value == value.strip() for value in row.values()), row


def test_an_occupation_has_its_name_in_each_language_and_a_national_code_its_group_s():
    nurse = queries.occupation("3221")
    assert nurse is not None
    assert (nurse.name("fi"), nurse.name("sv")) == ("Sairaanhoitajat ym.", "Sjukskötare m.fl.")
    hunters = queries.occupation("6224")
    assert hunters is not None
    assert [hunters.name(language) for language in ("fi", "sv", "en")] == [
        "Riistanhoitajat ja metsästäjät",
        "Viltvårdare och jägare",
        "Hunters and trappers",
    ]
    assert not [
        code for code, one in queries.occupations().items() if one.name_en in (one.name("fi"), one.name("sv"))
    ]
    assert queries.occupation("32219") == nurse
    assert queries.occupation("32219x") is None
    assert queries.occupation("9999") is None
