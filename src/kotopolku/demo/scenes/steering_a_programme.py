"""The State's programmes of the demo world: one that has ended, one that is followed, indicators with figures.

All of it is invented and marked so, except figures that reference data hold. Not for: the words (``programme_words.py``).
"""

from dataclasses import replace
from datetime import date
from decimal import Decimal

from kotopolku.access.viewer import Viewer
from kotopolku.actors.models import Organisation
from kotopolku.demo.programme_words import GOALS, INDICATORS, OLD_GOALS, Said
from kotopolku.demo.scenes import ActorOf
from kotopolku.demo.scenes.agreements import at, working
from kotopolku.reference import queries as reference
from kotopolku.steering.actions import indicators, lines, programme
from kotopolku.steering.actions.indicators import IndicatorContent
from kotopolku.steering.models import Indicator, Line
from kotopolku.steering.queries.indicators import FROM_REFERENCE
from kotopolku.steering.rules_indicators import Raw
from kotopolku.steering.rules_programme import LineContent, ProgrammeContent, last_day_of

MINISTRY = "ministry"
REGIONS = ("01", "02", "06", "17", "19")
MUNICIPALITIES = 40
YEARS = range(2020, 2026)
SOURCE = "Keksitty esimerkkiluku / Påhittad exempelsiffra"


def play(actor_of: ActorOf, day: date) -> None:
    ministry = actor_of(MINISTRY)
    keys = _indicators(ministry, day)
    _programme(ministry, date(2020, 1, 1), date(2019, 9, 2), date(2019, 12, 12), OLD_GOALS, keys)
    made = _programme(ministry, date(2024, 1, 1), date(2023, 5, 15), date(2023, 12, 14), GOALS, keys)
    _later(ministry, made)


def _indicators(ministry: Viewer, day: date) -> dict[str, int]:
    keys: dict[str, int] = {}
    with working(ministry, date(2019, 8, 20)) as there:
        for one in INDICATORS:
            made = indicators.add_indicator(
                IndicatorContent(
                    key=one.key,
                    names={"fi": one.name.fi, "sv": one.name.sv, "en": one.name.en},
                    definition={"fi": one.definition.fi, "sv": one.definition.sv},
                    unit=one.unit,
                    better=one.better,
                    source="Tilastokeskus" if one.key in FROM_REFERENCE else SOURCE,
                ),
                actor=there,
            )
            keys[one.key] = made.pk
    there = at(ministry)
    for key in FROM_REFERENCE:
        indicators.fetch_values(keys[key], actor=there)
    indicators.import_values(_figures(day), actor=there)
    return keys


def _figures(day: date) -> list[Raw]:
    """Invented figures of the country, five regions and the forty largest municipalities."""
    _year, people = reference.populations(day)
    largest = sorted(people, key=lambda code: -people[code])[:MUNICIPALITIES]
    places = [
        "country",
        *(f"region-{code}" for code in REGIONS),
        *(f"municipality-{code}" for code in largest),
    ]
    found: list[Raw] = []
    for one in INDICATORS:
        if one.key in FROM_REFERENCE:
            continue
        for number, place in enumerate(places):
            # Places differ from the country by a seventh at most, each in its own way, and the years wave a little.
            off = Decimal((number * 37 + len(one.key) * 11) % 29 - 14) / 100 if number else Decimal(0)
            for step, year in enumerate(YEARS):
                wave = Decimal((number + step * 5) % 7 - 3) / 250
                value = (one.first + (one.last - one.first) * step / (len(YEARS) - 1)) * (1 + off + wave)
                found.append(
                    Raw(
                        len(found) + 2, one.key, place, str(year), f"{value.quantize(Decimal('0.1'))}", SOURCE
                    )
                )
    return found


def _programme(
    ministry: Viewer,
    first: date,
    drafted: date,
    adopted: date,
    goals: tuple[Said, ...],
    keys: dict[str, int],
) -> dict[str, Line]:
    years = f"{first.year}–{last_day_of(first).year}"
    names = {
        "fi": f"Valtion kotouttamisohjelma {years} (keksitty)",
        "sv": f"Statens program för integrationsfrämjande {years} (påhittat)",
        "en": f"State integration programme {years} (invented)",
    }
    found: dict[str, Line] = {}
    with working(ministry, drafted) as there:
        made = programme.draft(ProgrammeContent(names, first, invented=True), actor=there)
        for goal in goals:
            _add(there, made.pk, goal, None, first, keys, found)
    with working(ministry, adopted) as there:
        programme.adopt(
            made.pk, adopted, f"VN/{adopted.year}/000 (keksitty)", actor=there, expected_version=1
        )
    return found


def _add(
    there: Viewer,
    programme_id: int,
    said: Said,
    parent: Line | None,
    first: date,
    keys: dict[str, int],
    found: dict[str, Line],
) -> None:
    kind = "goal" if parent is None else ("measure" if said.measure else "line")
    made = lines.add_line(
        programme_id,
        kind,
        parent.pk if parent else None,
        _content(said, first, keys),
        actor=there,
    )
    found[said.code] = made
    for part in said.parts:
        _add(there, programme_id, part, made, first, keys, found)


def _content(said: Said, first: date, keys: dict[str, int]) -> LineContent:
    return LineContent(
        code=said.code,
        title={"fi": said.title.fi, "sv": said.title.sv, "en": said.title.en},
        text={"fi": said.text.fi, "sv": said.text.sv, "en": said.text.en},
        first_day=first,
        last_day=last_day_of(first),
        section=said.section,
        answers=Organisation.objects.get(code="tem").pk if said.who == "tem" else None,
        answers_also=said.who if said.who != "tem" else "",
        money_eur=said.money,
        indicators=tuple(keys[key] for key in said.indicators),
    )


def _later(ministry: Viewer, made: dict[str, Line]) -> None:
    """After adoption: a section follows the new Act, and one line gives way to another."""
    changed = Line.objects.get(pk=made["5.2"].pk)
    with working(ministry, date(2025, 2, 3)) as there:
        lines.change_line(
            changed.pk,
            replace(_kept(changed), section="681/2023 § 55"),
            "Uusi laki tuli voimaan 1.1.2025: tehtävistä säädetään nyt 55 §:ssä.",
            actor=there,
            expected_version=changed.version,
        )
    ended = Line.objects.get(pk=made["3.3"].pk)
    with working(ministry, date(2026, 5, 4)) as there:
        lines.end_line(
            ended.pk,
            date(2026, 12, 31),
            "Kokeilu päättyy, ja siitä opittu siirtyy ohjauksen linjaukseen.",
            made["3.1"].pk,
            actor=there,
            expected_version=ended.version,
        )


def _kept(line: Line) -> LineContent:
    """What a line says now."""
    return LineContent(
        code=line.code,
        title=line.title,
        text=line.text,
        first_day=line.days.lower,
        last_day=line.last_day or last_day_of(line.days.lower),
        section=line.section,
        answers=line.answers_id,
        answers_also=line.answers_also,
        money_eur=line.money_eur,
        indicators=tuple(Indicator.objects.filter(lines=line).values_list("pk", flat=True)),
    )
