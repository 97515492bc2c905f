"""The municipalities of one year: codes, names, areas, distances. Read from the reference room's files, no database.

Not for: places (``contract``) or anything that changes with an agreement.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache

import numpy as np
import numpy.typing as npt

from kotopolku.reference.sources import rows

EARTH_RADIUS_KM = 6_371.0
DIVISIONS = ("region", "ely", "evk", "employment_area", "wellbeing_area")


@dataclass(frozen=True)
class Country:
    """Municipalities in order of code, of the division of 1 January of ``year``."""

    year: int
    codes: tuple[str, ...]
    names: Mapping[str, Mapping[str, str]]
    """Name in fi, sv and en by code."""
    areas: Mapping[str, Mapping[str, str]]
    """Area's code by division (``DIVISIONS``) and municipality's code."""
    merged: Mapping[str, tuple[str, date]]
    """Successor and day by the code of a municipality that has ended."""
    distance_km: npt.NDArray[np.float64]
    """[M, M] between centres, as the crow flies, to a hundred metres."""

    def index(self, code: str) -> int:
        """Row of a municipality. Raises `UnknownMunicipality`."""
        try:
            return self._rows[code]
        except KeyError:
            raise UnknownMunicipality(self.why_unknown(code)) from None

    def __contains__(self, code: object) -> bool:
        return code in self._rows

    @property
    def _rows(self) -> Mapping[str, int]:
        return _rows_of(self.codes)

    def name(self, code: str, language: str = "fi") -> str:
        return self.names[code][language]

    def why_unknown(self, code: str) -> str:
        """One sentence on why there is no such municipality in the year."""
        if code in self.merged:
            into, on = self.merged[code]
            return f"municipality {code} was merged into {into} ({self.name(into)}) on {on.isoformat()}; use {into}"
        return f"municipality {code} is unknown in {self.year}"


class UnknownMunicipality(LookupError):
    """There is no such municipality in the year; the text says what became of it."""


@cache
def _rows_of(codes: tuple[str, ...]) -> Mapping[str, int]:
    return {code: row for row, code in enumerate(codes)}


@cache
def latest_year() -> int:
    return max(int(row["year"]) for row in rows("municipality_years.csv"))


@cache
def country(year: int) -> Country:
    """The country in a year; a year after the last known division has the last one."""
    year = min(year, latest_year())
    of_year = {row["code"]: row for row in rows("municipality_years.csv") if row["year"] == str(year)}
    if not of_year:
        raise UnknownMunicipality(f"there is no division of municipalities for {year}")
    known = {row["code"]: row for row in rows("municipalities.csv")}
    codes = tuple(sorted(code for code in of_year if code in known))
    merged: dict[str, tuple[str, date]] = {}
    for row in rows("mergers.csv"):
        merged[row["code"]] = (row["merged_into"], date.fromisoformat(row["merged_on"]))
    for row in known.values():
        if row["merged_into"]:
            merged[row["code"]] = (row["merged_into"], date.fromisoformat(row["merged_on"]))
    return Country(
        year=year,
        codes=codes,
        names={
            c: {k: known[c][f"name_{k}"] or known[c]["name_fi"] for k in ("fi", "sv", "en")} for c in codes
        },
        areas={division: {c: of_year[c][division] for c in codes} for division in DIVISIONS},
        merged={code: end for code, end in merged.items() if code not in of_year},
        distance_km=_distances(
            np.array([float(known[c]["lat"]) for c in codes]),
            np.array([float(known[c]["lon"]) for c in codes]),
        ),
    )


def _distances(lat: npt.NDArray[np.float64], lon: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    phi, gamma = np.radians(lat), np.radians(lon)
    half = (
        np.sin((phi[:, None] - phi[None, :]) / 2) ** 2
        + np.cos(phi)[:, None] * np.cos(phi)[None, :] * np.sin((gamma[:, None] - gamma[None, :]) / 2) ** 2
    )
    kilometres: npt.NDArray[np.float64] = 2 * EARTH_RADIUS_KM * np.arcsin(np.sqrt(np.clip(half, 0.0, 1.0)))
    # Rounded so that the last bits of a machine's sine never decide a point.
    return np.round(kilometres, 1)
