"""A place is found by its name as people type it, in any of our languages and scripts, with slips."""

import pytest

from kotopolku.information.models import Space, SpaceKind
from kotopolku.information.queries import finding

TYPED = {
    "Vantaa": "vantaa",
    "vanda": "vantaa",
    "VANTA": "vantaa",
    "Helsingfors": "helsinki",
    "helsnki": "helsinki",
    "Hämeenlinna": "hameenlinna",
    "hameenlina": "hameenlinna",
    "Tavastehus": "hameenlinna",
    "Åbo": "turku",
    "abo": "turku",
    "Nyland": "uusimaa",
    "Lapland": "lappi",
    "Mariehamn": "maarianhamina",
    "jyvaskyla": "jyvaskyla",
    "Хельсинки": "helsinki",
    "Хельсінкі": "helsinki",
    "Вантаа": "vantaa",
    "Эспоо": "espoo",
    "Тампере": "tampere",
    "Ювяскюля": "jyvaskyla",
    "Рованиеми": "rovaniemi",
    "Лаппеенранта": "lappeenranta",
    "Уусимаа": "uusimaa",
    "هلسنكي": "helsinki",
    "هلسینکی": "helsinki",
    "فانتا": "vantaa",
    "إسبو": "espoo",
    "تامبيري": "tampere",
    "توركو": "turku",
    "أولو": "oulu",
    "کوپیو": "kuopio",
    "وانتا": "vantaa",
    "واسا": "vaasa",
    "یوواسکولا": "jyvaskyla",
    "ساوونلینا": "savonlinna",
    "راوما": "rauma",
    "赫尔辛基": "helsinki",
    "万塔": "vantaa",
}


@pytest.fixture
def spaces(db: None) -> list[Space]:
    return finding.all_spaces()


@pytest.mark.parametrize(("typed", "slug"), TYPED.items())
def test_the_name_as_typed_is_among_the_first_three_places(
    typed: str, slug: str, spaces: list[Space]
) -> None:
    assert slug in [one.slug for one in finding.found(typed, spaces)][:3]


def test_every_place_is_found_first_by_each_of_its_own_names(spaces: list[Space]) -> None:
    lost = [
        (one.slug, name)
        for one in spaces
        for name in (one.name_fi, one.name_sv, one.name_en)
        if not any(
            name in (other.name_fi, other.name_sv, other.name_en) for other in finding.found(name, spaces)[:1]
        )
    ]
    assert lost == []


def test_the_beginning_of_a_name_is_enough(spaces: list[Space]) -> None:
    found = finding.found("kirkko", spaces)
    assert found[0].slug == "kirkkonummi"


def test_a_name_that_is_no_place_finds_nothing(spaces: list[Space]) -> None:
    assert finding.found("Stockholm", spaces) == []
    assert finding.found("", spaces) == []
    assert finding.found("?!", spaces) == []
    assert finding.found("x" * 1000, spaces) == []


def test_a_name_written_into_a_space_finds_it(spaces: list[Space]) -> None:
    vantaa = next(one for one in spaces if one.slug == "vantaa")
    vantaa.names = {"so": "Fantaa-magaalo"}
    assert finding.found("fantaa magaalo", spaces)[0].slug == "vantaa"


def test_a_place_is_sure_only_by_its_whole_name(spaces: list[Space]) -> None:
    assert finding.is_sure("Vantaa", finding.found("Vantaa", spaces))
    assert not finding.is_sure("Vanta", finding.found("Vanta", spaces))


def test_municipalities_stand_before_regions_of_the_same_name(spaces: list[Space]) -> None:
    kinds = [one.kind for one in finding.found("pohjanmaa", spaces)]
    assert kinds
    assert SpaceKind.REGION in kinds
