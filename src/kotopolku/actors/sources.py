"""The room's data files as plain rows: duties, organisations and what followed them. Reads files, not the database."""

import csv
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from kotopolku.actors.rules import PREFIXES, Duty, Span
from kotopolku.reference import sources as reference

DATA = Path(__file__).parent / "data"
FILLERS = {"ely": {"16"}, "employment_area": {"46"}, "wellbeing_area": {"90", "91"}}
"""Codes by which the published divisions fill in Åland and Helsinki; no such authority exists."""


@dataclass(frozen=True)
class OrganisationRow:
    """One organisation. Days inclusive; None = not known, or until further notice."""

    code: str
    kind: str
    names: tuple[str, str, str]
    does: dict[str, str]
    valid_from: date | None = None
    valid_until: date | None = None
    area_kind: str = ""
    area_code: str = ""


@dataclass(frozen=True)
class SuccessionRow:
    """On `on` the tasks of one organisation pass to another, in whole or in a part of the area."""

    predecessor: str
    successor: str
    on: date
    basis: str


def _toml(name: str) -> dict[str, Any]:
    with (DATA / name).open("rb") as file:
        return tomllib.load(file)


@cache
def duties() -> dict[str, Duty]:
    """All duties by id, in the order of the data."""
    return {one["id"]: _duty(one) for one in _toml("duties.toml")["duty"]}


def _duty(data: dict[str, Any]) -> Duty:
    return Duty(id=data["id"], titles=data["title"], spans=tuple(_span(one) for one in data["span"]))


def _span(data: dict[str, Any]) -> Span:
    return Span(
        valid_from=data["valid_from"],
        valid_until=data.get("valid_until"),
        act=data["act"],
        section=data["section"],
        answers=data.get("answers", ""),
        organisation=data.get("organisation", ""),
        area=data["area"],
        aland=data.get("aland", False),
        certainty=data["certainty"],
        why=data["why"],
    )


@cache
def first_day() -> date:
    """The first day for which the data on authorities hold."""
    day: date = _toml("duties.toml")["first_day"]
    return day


@cache
def aland_texts() -> dict[str, str]:
    """Why nobody answers for Åland under these Acts, by language."""
    texts: dict[str, str] = _toml("duties.toml")["aland"]
    return texts


def organisations() -> list[OrganisationRow]:
    """Every organisation of the data, each code once."""
    return [
        *_national(),
        *_of_area("ely", "ely", lambda names: names),
        *_of_area("te", "ely", _te_names),
        *_of_area("evk", "evk", lambda names: names),
        *_employment_areas(),
        *_of_area("wellbeing", "wellbeing_area", lambda names: names),
        *_municipalities(),
        *_of_area("toimikunta", "ely", _commission_names, kind="body"),
        *_groups(),
    ]


def _national() -> Iterator[OrganisationRow]:
    for one in _toml("organisations.toml")["organisation"]:
        yield OrganisationRow(
            code=one["code"],
            kind=one["kind"],
            names=(one["name_fi"], one["name_sv"], one["name_en"]),
            does=one["does"],
            valid_from=one.get("valid_from"),
            valid_until=one.get("valid_until"),
            area_kind="" if one["kind"] == "body" else "country",
        )


def _areas(area_kind: str) -> Iterator[tuple[str, tuple[str, str, str]]]:
    for row in reference.rows("areas.csv"):
        if row["kind"] == area_kind and row["code"] not in FILLERS.get(area_kind, ()):
            yield row["code"], (row["name_fi"], row["name_sv"], row["name_en"])


def _of_area(entry: str, area_kind: str, rename: Any, *, kind: str = "") -> Iterator[OrganisationRow]:
    data = _toml("kinds.toml")[entry]
    for code, names in _areas(area_kind):
        yield OrganisationRow(
            code=f"{PREFIXES.get(entry, entry)}-{code}",
            kind=kind or entry,
            names=rename(names),
            does=data["does"],
            valid_from=data.get("valid_from"),
            valid_until=data.get("valid_until"),
            area_kind=area_kind,
            area_code=code,
        )


def _te_names(ely: tuple[str, str, str]) -> tuple[str, str, str]:
    return (
        ely[0].replace("ELY-keskus", "TE-toimisto"),
        ely[1].replace("NTM-centralen", "Arbets- och näringsbyrån"),
        ely[2].replace("ELY Centre", "TE Office"),
    )


def _commission_names(ely: tuple[str, str, str]) -> tuple[str, str, str]:
    return (
        ely[0].replace("ELY-keskus", "alueellinen maahanmuuttoasiain toimikunta"),
        ely[1].replace("NTM-centralen", "Regionala kommissionen för invandrarfrågor"),
        ely[2].replace("ELY Centre", "regional commission for immigration affairs"),
    )


def _group_names(ely: tuple[str, str, str]) -> tuple[str, str, str]:
    return (
        ely[0].replace("ELY-keskus", "maahanmuuton ja kotoutumisen edistämisen yhteistyöryhmä"),
        ely[1].replace(
            "NTM-centralen", "Regionala samarbetsgruppen för invandring och integrationsfrämjande"
        ),
        ely[2].replace("ELY Centre", "regional cooperation group for immigration and integration"),
    )


def _evk_group_names(evk: tuple[str, str, str]) -> tuple[str, str, str]:
    return (
        evk[0].replace("elinvoimakeskus", "maahanmuuton ja kotoutumisen edistämisen yhteistyöryhmä"),
        evk[1].replace(
            "livskraftscentral", "regionala samarbetsgrupp för invandring och integrationsfrämjande"
        ),
        evk[2].replace(
            "Economic Development Centre", "regional cooperation group for immigration and integration"
        ),
    )


def _groups() -> Iterator[OrganisationRow]:
    """Cooperation groups of 681/2023 § 58: by ELY Centre in 2025, by economic development centre from 2026."""
    data = _toml("kinds.toml")["yhteistyoryhma"]
    change = _toml("kinds.toml")["evk"]["valid_from"]
    last = _toml("kinds.toml")["ely"]["valid_until"]
    for code, names in _areas("ely"):
        yield OrganisationRow(
            f"yhteistyoryhma-{code}",
            "body",
            _group_names(names),
            data["does"],
            data["valid_from"],
            last,
            "ely",
            code,
        )
    for code, names in _areas("evk"):
        yield OrganisationRow(
            f"yhteistyoryhma-evk-{code}",
            "body",
            _evk_group_names(names),
            data["does"],
            change,
            None,
            "evk",
            code,
        )


def _employment_areas() -> Iterator[OrganisationRow]:
    data = _toml("kinds.toml")["employment-area"]
    with (DATA / "employment_areas.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            yield OrganisationRow(
                code=f"tyo-{row['code']}",
                kind="employment-area",
                names=(row["name_fi"], row["name_sv"], row["name_en"]),
                does=data["does"],
                valid_from=data["valid_from"],
                area_kind="employment_area",
                area_code=row["code"],
            )


def _municipalities() -> Iterator[OrganisationRow]:
    data = _toml("kinds.toml")["municipality"]
    for row in reference.rows("municipalities.csv"):
        merged = date.fromisoformat(row["merged_on"]) if row["merged_on"] else None
        yield OrganisationRow(
            code=f"kunta-{row['code']}",
            kind="municipality",
            names=(row["name_fi"], row["name_sv"], row["name_en"]),
            does=data["does"],
            valid_until=date.fromordinal(merged.toordinal() - 1) if merged else None,
            area_kind="municipality",
            area_code=row["code"],
        )


def successions() -> list[SuccessionRow]:
    """What followed what: by name, by the municipalities that two divisions share, and by mergers."""
    kinds = _toml("kinds.toml")
    reform, split = kinds["evk"]["valid_from"], kinds["employment-area"]["valid_from"]
    rows = {
        *(_by_name()),
        *_shared("ely", "ely", "evk", "evk", reform, kinds["ely"]["basis"]),
        *_shared("ely", "te", "employment_area", "tyo", split, kinds["te"]["basis"]),
        *_shared("ely", "yhteistyoryhma", "evk", "yhteistyoryhma-evk", reform, kinds["ely"]["basis"]),
        *(
            SuccessionRow(f"toimikunta-{code}", f"yhteistyoryhma-{code}", split, kinds["toimikunta"]["basis"])
            for code, _names in _areas("ely")
        ),
        *(
            SuccessionRow(
                f"kunta-{row['code']}",
                f"kunta-{row['merged_into']}",
                date.fromisoformat(row["merged_on"]),
                "",
            )
            for row in reference.rows("municipalities.csv")
            if row["merged_on"]
        ),
    }
    return sorted(rows, key=lambda row: (row.on, row.predecessor, row.successor))


def _by_name() -> Iterator[SuccessionRow]:
    for one in _toml("organisations.toml")["organisation"]:
        for successor in one.get("successors", ()):
            yield SuccessionRow(
                one["code"],
                successor,
                date.fromordinal(one["valid_until"].toordinal() + 1),
                one.get("basis", ""),
            )


def _shared(old: str, old_prefix: str, new: str, new_prefix: str, on: date, basis: str) -> set[SuccessionRow]:
    """A successor for each new area that shares a municipality with the old one on the day of the change."""
    before, after = str(on.year - 1), str(on.year)
    old_areas, new_areas = {}, {}
    for row in reference.rows("municipality_years.csv"):
        if row["year"] == before:
            old_areas[row["code"]] = row[old]
        elif row["year"] == after:
            new_areas[row["code"]] = row[new]
    return {
        SuccessionRow(f"{old_prefix}-{area}", f"{new_prefix}-{new_areas[code]}", on, basis)
        for code, area in old_areas.items()
        if area and area not in FILLERS.get(old, ()) and code in new_areas
        if new_areas[code] and new_areas[code] not in FILLERS.get(new, ())
    }
