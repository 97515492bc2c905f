"""The only writers of the reference tables. No actor and no journal entry: public facts, loaded by the operator.

Every write is safe to repeat.
"""

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.db import models, transaction

from kotopolku.reference import queries, sources
from kotopolku.reference.alphabet import sort_key
from kotopolku.reference.models import (
    Area,
    Country,
    Language,
    MapShape,
    Municipality,
    MunicipalityYear,
    MunicipalMerger,
    Occupation,
)

NAMES = ("name_fi", "name_sv", "name_en")
Progress = Callable[[str, int], None]


def load_reference(progress: Progress | None = None, *, using: str = "default") -> dict[str, int]:
    """Loads every data file, in one transaction; rows already there are brought up to date.

    `progress` is called with a table's name and its number of rows after each. Returns the same numbers.
    """
    loaded: dict[str, int] = {}
    with transaction.atomic(using=using):
        for name, objects, key in _tables():
            _upsert(objects, key, using)
            loaded[name] = len(objects)
            if progress:
                progress(name, len(objects))
    queries.clear()
    return loaded


def store_shapes(
    year: int, layers: Mapping[str, Mapping[str, Any]], *, using: str = "default"
) -> dict[str, int]:
    """Puts checked geometries (by layer, then area code) in place of those layers' shapes of that year.

    All layers or none. Returns the number of shapes by layer.
    """
    with transaction.atomic(using=using):
        for layer, geometries in layers.items():
            MapShape.objects.using(using).filter(layer=layer, year=year).delete()
            MapShape.objects.using(using).bulk_create(
                MapShape(layer=layer, year=year, code=code, geometry=geometry)
                for code, geometry in geometries.items()
            )
    return {layer: len(geometries) for layer, geometries in layers.items()}


def _tables() -> list[tuple[str, Sequence[models.Model], tuple[str, ...]]]:
    return [
        ("municipalities", _municipalities(), ("code",)),
        ("areas", _areas(), ("kind", "code")),
        ("municipality years", _years(), ("municipality", "year")),
        ("mergers", _mergers(), ("code",)),
        ("languages", _languages(), ("code",)),
        ("countries", _countries(), ("code",)),
        ("occupations", _occupations(), ("code",)),
    ]


def _named(row: Mapping[str, str]) -> dict[str, str]:
    names = {field: row[field] or row["name_fi"] for field in NAMES}
    return names | {field.replace("name", "sort"): sort_key(name) for field, name in names.items()}


def _municipalities() -> list[Municipality]:
    return [
        Municipality(
            code=r["code"],
            lat=float(r["lat"]),
            lon=float(r["lon"]),
            land_area_km2=Decimal(r["land_area_km2"]) if r["land_area_km2"] else None,
            saami_homeland=r["saami_homeland"] == "1",
            **_named(r),
        )
        for r in sources.rows("municipalities.csv")
    ]


def _areas() -> list[Area]:
    return [
        Area(
            kind=r["kind"],
            code=r["code"],
            first_year=int(r["first_year"]),
            last_year=int(r["last_year"]),
            **_named(r),
        )
        for r in sources.rows("areas.csv")
    ]


def _years() -> list[MunicipalityYear]:
    population = {(r["year"], r["code"]): int(r["population"]) for r in sources.rows("population.csv")}
    shares = {
        (r["year"], r["code"]): Decimal(r["share_percent"])
        for r in sources.rows("foreign_language_shares.csv")
    }
    return [
        MunicipalityYear(
            municipality_id=r["code"],
            year=int(r["year"]),
            region=r["region"],
            ely=r["ely"],
            evk=r["evk"],
            employment_area=r["employment_area"],
            wellbeing_area=r["wellbeing_area"],
            language_status=r["language_status"],
            statistical_group=int(r["statistical_group"]),
            population=population.get((r["year"], r["code"])),
            foreign_language_share=shares.get((r["year"], r["code"])),
        )
        for r in sources.rows("municipality_years.csv")
    ]


def _mergers() -> list[MunicipalMerger]:
    return [
        MunicipalMerger(
            code=r["code"],
            name_fi=r["name_fi"],
            name_sv=r["name_sv"],
            merged_on=r["merged_on"],
            merged_into_id=r["merged_into"],
        )
        for r in sources.rows("mergers.csv")
    ]


def _languages() -> list[Language]:
    return [
        Language(
            code=r["code"],
            national_code=r["national_code"],
            iso639=r["iso639"],
            autonym=r["autonym"],
            direction=r["direction"],
            service=r["service"] == "1",
            **_named(r),
        )
        for r in sources.rows("languages.csv")
    ]


def _countries() -> list[Country]:
    return [
        Country(code=r["code"], iso2=r["iso2"], iso3=r["iso3"], current=r["current"] == "1", **_named(r))
        for r in sources.rows("countries.csv")
    ]


def _occupations() -> list[Occupation]:
    return [
        Occupation(code=r["code"], level=int(r["level"]), parent=r["parent"], **_named(r))
        for r in sources.rows("occupations.csv")
    ]


def _upsert(objects: Sequence[models.Model], key: tuple[str, ...], using: str) -> None:
    model = type(objects[0])
    others = [f.name for f in model._meta.concrete_fields if not f.primary_key and f.name not in key]
    model._default_manager.using(using).bulk_create(
        objects, batch_size=1000, update_conflicts=True, unique_fields=key, update_fields=others
    )
