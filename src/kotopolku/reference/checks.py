"""Whether the loaded reference tables agree with themselves, with each other and with published totals."""

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from kotopolku.reference import queries, sources
from kotopolku.reference.models import (
    Area,
    AreaKind,
    Country,
    Language,
    Municipality,
    MunicipalityYear,
    MunicipalMerger,
    Occupation,
)
from kotopolku.reference.places import ALAND

MUNICIPALITIES = {2020: 310, 2021: 309, 2022: 309, 2023: 309, 2024: 309, 2025: 308, 2026: 308}
# Number of areas in the published classification, fillers for Åland (and Helsinki) included.
AREAS = {
    AreaKind.REGION: (19, range(2020, 2027)),
    AreaKind.ELY: (16, range(2020, 2026)),
    AreaKind.EVK: (10, range(2026, 2027)),
    AreaKind.EMPLOYMENT_AREA: (46, range(2025, 2027)),
    AreaKind.WELLBEING_AREA: (23, range(2021, 2027)),
}
# Groups of ISCO-08 by the number of digits; the first number has the national group X, unknown, too.
OCCUPATIONS = {1: 11, 2: 43, 3: 130, 4: 436}
SHARE_TOLERANCE_PERCENT = Decimal("0.2")


@dataclass(frozen=True)
class Check:
    """One thing looked at: `expected` and `found` as shown to people."""

    what: str
    expected: str
    found: str
    passed: bool


def run_checks() -> list[Check]:
    """Every check, in a fixed order. Needs the database; writes nothing."""
    years: dict[int, list[MunicipalityYear]] = defaultdict(list)
    for row in MunicipalityYear.objects.all():
        years[row.year].append(row)
    return [
        *_counts(years),
        *_divisions(years),
        *_languages_of_municipalities(years),
        *_mergers(years),
        *_totals(years),
        *_regions(years),
        *_order(),
        *_code_sets(),
        *_tiles(years),
    ]


def _equal(what: str, expected: object, found: object) -> Check:
    return Check(what, str(expected), str(found), expected == found)


def _none(what: str, faults: list[str]) -> Check:
    return Check(what, "none", ", ".join(faults[:5]) or "none", not faults)


Years = dict[int, list[MunicipalityYear]]


def _counts(years: Years) -> list[Check]:
    checks = [_equal(f"municipalities in {year}", n, len(years[year])) for year, n in MUNICIPALITIES.items()]
    checks.append(_equal("years", sorted(MUNICIPALITIES), sorted(y for y, rows in years.items() if rows)))
    odd = [
        m.code
        for m in Municipality.objects.all()
        if not (len(m.code) == 3 and m.code.isdigit() and 59.5 < m.lat < 70.2 and 19.2 < m.lon < 31.7)
    ]
    checks.append(_none("municipalities with an odd code or place", odd))
    land = sum((m.land_area_km2 or 0 for m in Municipality.objects.filter(years__year=2026)), Decimal(0))
    checks.append(Check("land area, km²", "302000 to 306000", str(land), 302_000 < land < 306_000))
    return checks


def _divisions(years: Years) -> list[Check]:
    known = set(Area.objects.values_list("kind", "code"))
    checks = []
    for kind, (number, span) in AREAS.items():
        for year in span:
            codes = [getattr(row, kind.value) for row in years[year]]
            checks.append(_equal(f"{kind.value} in {year}: areas", number, len(set(codes) - {""})))
            blank = [r.municipality_id for r in years[year] if not getattr(r, kind.value)]
            checks.append(_none(f"{kind.value} in {year}: municipalities without one", blank))
            strangers = sorted({c for c in codes if c and (kind.value, c) not in known})
            checks.append(_none(f"{kind.value} in {year}: areas without a name", strangers))
        outside = [y for y in years if y not in span and kind is not AreaKind.WELLBEING_AREA]
        early = [f"{r.municipality_id} {y}" for y in outside for r in years[y] if getattr(r, kind.value)]
        checks.append(_none(f"{kind.value}: used in a year when it was not there", early))
    return checks


def _languages_of_municipalities(years: Years) -> list[Check]:
    status = Counter(row.language_status for row in years[2026])
    swedish = {row.municipality_id for row in years[2026] if row.language_status == "sv"}
    aland = {row.municipality_id for row in years[2026] if row.region == ALAND}
    return [
        _equal("bilingual municipalities in 2026", 33, status["fi-sv"] + status["sv-fi"]),
        _equal("municipalities of Åland in 2026", 16, len(aland)),
        Check(
            "Swedish-only municipalities are Åland's", str(len(aland)), str(len(swedish)), swedish == aland
        ),
    ]


def _mergers(years: Years) -> list[Check]:
    last: dict[str, int] = {}
    for year in sorted(years):
        for row in years[year]:
            last[row.municipality_id] = year
    newest = max(years, default=0)
    gone = {f"{code} {year + 1}" for code, year in last.items() if year < newest}
    told = {
        f"{m.code} {m.merged_on.year}" for m in MunicipalMerger.objects.filter(merged_on__gt=date(2020, 1, 1))
    }
    lost = [m.code for m in MunicipalMerger.objects.all() if last.get(m.merged_into_id) != newest]
    return [
        _equal("municipalities ended since 2020", sorted(told), sorted(gone)),
        _none("mergers into a municipality that is no more", lost),
    ]


def _totals(years: Years) -> list[Check]:
    checks = []
    for row in sources.rows("national_totals.csv"):
        year, total = int(row["year"]), int(row["value"])
        if row["key"] == "population":
            found = sum(r.population or 0 for r in years[year])
            checks.append(_equal(f"population {year}", total, found))
            continue
        # Shares are in the division of 2026, so the people of merged municipalities move along.
        people: dict[str, int] = defaultdict(int)
        for r in years[year]:
            people[queries.successor(r.municipality_id, date(2026, 1, 1))] += r.population or 0
        shares = {r.municipality_id: r.foreign_language_share for r in years[year]}
        speakers = sum((n * (shares[c] or Decimal(0)) / 100 for c, n in people.items()), Decimal(0))
        off = abs(speakers - total) / total * 100
        checks.append(
            Check(
                f"foreign-language speakers {year}, from shares",
                f"{total} ± {SHARE_TOLERANCE_PERCENT} %",
                f"{speakers:.0f}",
                off < SHARE_TOLERANCE_PERCENT,
            )
        )
    for year in range(2020, 2026):
        wrong = [
            r.municipality_id
            for r in years[year]
            if r.foreign_language_share is not None and not 0 <= r.foreign_language_share < 40
        ]
        checks.append(_none(f"foreign-language shares of {year} out of range", wrong))
        known = sum(r.foreign_language_share is not None for r in years[year])
        checks.append(_equal(f"foreign-language shares of {year}", 308, known))
    return checks


def _regions(years: Years) -> list[Check]:
    persons: dict[str, dict[str, int]] = defaultdict(dict)
    for row in sources.rows("languages_by_region.csv"):
        persons[row["region"]][row["language"]] = int(row["persons"])
    known = {row.region for row in years[2025]}
    wrong = [
        region
        for region, languages in persons.items()
        if region not in known or sum(n for k, n in languages.items() if k != "total") != languages["total"]
    ]
    return [_none("regions whose languages do not make their total", wrong)]


def _order() -> list[Check]:
    checks = []
    for lang, first, last in (("fi", "Akaa", "Äänekoski"), ("sv", "Ackas", "Övertorneå")):
        names = [m.name(lang) for m in queries.municipalities_on(date(2026, 1, 1), lang)]
        ends = f"{names[0]} … {names[-1]}" if names else "no names"
        checks.append(_equal(f"alphabetical order in {lang}", f"{first} … {last}", ends))
    return checks


def _code_sets() -> list[Check]:
    nameless = [f"country {c.code}" for c in Country.objects.filter(name_fi="")]
    nameless += [f"language {row.code}" for row in Language.objects.filter(name_fi="")]
    # "other", "rest" and "total" are lines of the statistic, "und" an unknown language.
    counted = {row["language"] for row in sources.rows("languages_by_region.csv")}
    strangers = (
        counted - {"und", "other", "rest", "total"} - set(Language.objects.values_list("code", flat=True))
    )
    levels = Counter(Occupation.objects.values_list("level", flat=True))
    groups = set(Occupation.objects.values_list("code", flat=True))
    orphans = [code for code in groups if len(code) > 1 and code[:-1] not in groups]
    # In the file: loading puts the Finnish name where another language has none.
    unnamed = [
        row["code"]
        for row in sources.rows("occupations.csv")
        if not (row["name_fi"] and row["name_sv"] and row["name_en"])
    ]
    return [
        *(_equal(f"ISCO-08 groups of {level} digits", n, levels[level]) for level, n in OCCUPATIONS.items()),
        _none("occupations without the group above them", sorted(orphans)),
        _none("occupations without a name in Finnish, Swedish or English", unnamed),
        _equal("countries", 259, Country.objects.count()),
        _equal("languages", 200, Language.objects.count()),
        _equal("service languages", 56, Language.objects.filter(service=True).count()),
        _none("codes without a name", nameless),
        _none("languages of the statistics without a code", sorted(strangers)),
    ]


def _tiles(years: Years) -> list[Check]:
    checks = []
    for year in (2020, 2021, 2026):
        tiles = queries.tiles_on(date(year, 1, 1))
        checks.append(_equal(f"tiles for {year}", MUNICIPALITIES[year], len(tiles)))
        places = len({(t.row, t.column) for t in tiles})
        checks.append(_equal(f"distinct tiles for {year}", MUNICIPALITIES[year], places))
    return checks
