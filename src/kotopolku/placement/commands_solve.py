"""The command ``kotopolku placement solve``: families and places from files, a proposal with reasons to a file.

Not for: arrays (``commands``), or the cases of the database. Nothing here needs one.
"""

import csv
import json
import sys
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from kotopolku.placement.engine.contract import ContractError
    from kotopolku.placement.engine.placing import Placing
    from kotopolku.placement.engine.rounds import Round
    from kotopolku.placement.engine.tables import Table

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
MOST_PROBLEMS = 200
"""Wrong rows told in one go; the rest are counted."""


@click.command("solve")
@click.option("--cases", required=True, type=FILE, help="CSV of the families (docs/placement.md).")
@click.option("--places", required=True, type=FILE, help="CSV of the agreed places.")
@click.option("--settings", type=FILE, help="TOML: day, targets, weights, limits.")
@click.option("--day", type=click.DateTime(["%Y-%m-%d"]), help="Day of the round, if not in the settings.")
@click.option(
    "--time-limit", default=60.0, show_default=True, type=click.FloatRange(min=0.1), help="Seconds."
)
@click.option("--seed", default=0, show_default=True, type=click.IntRange(0, 2**31 - 1))
@click.option("-o", "--out", required=True, type=click.Path(dir_okay=False, writable=True, path_type=Path))
@click.option("--language", default="en", show_default=True, type=click.Choice(["fi", "sv", "en"]))
@click.option(
    "--audit", type=click.Path(file_okay=False, path_type=Path), help="Folder for `placement check`."
)
@click.option("--may-see-protected", is_flag=True, help="Name exclusions for safety as such.")
@click.option("--json", "as_json", is_flag=True, help="Print the whole round as JSON.")
def solve_files(
    cases: Path,
    places: Path,
    settings: Path | None,
    day: datetime | None,
    time_limit: float,
    seed: int,
    out: Path,
    language: str,
    audit: Path | None,
    may_see_protected: bool,
    as_json: bool,
) -> None:
    """Propose a municipality for every family of a file, with reasons, and say how good the whole is.

    Wrong rows are all told before anything runs, and nothing is written then (exit 2). Exit 0 also when somebody has no
    place: the file says why and what would help. Ctrl-C gives the best plan so far.
    """
    from kotopolku import clock
    from kotopolku.placement.commands import watched
    from kotopolku.placement.engine.answer import Budget
    from kotopolku.placement.engine.placing import place

    one = _read(cases, places, settings, day.date() if day else clock.today())
    with watched(time_limit, quiet=as_json) as watch:
        placing = place(
            one,
            budget=Budget(time_limit=time_limit),
            seed=seed,
            progress=watch.show,
            stop=watch.stop,
        )
    data = placing.to_json(may_see_protected=may_see_protected)
    _write(out, placing, data["placements"], language)
    if audit is not None:
        _write_audit(audit, placing)
    if as_json:
        click.echo(json.dumps(data, ensure_ascii=False))
        return
    for line in _summary(placing, data, language):
        click.echo(line)
    click.echo(f"Written to {out}.")


def _read(cases: Path, places: Path, settings: Path | None, day: Any) -> "Round":
    from kotopolku.placement.engine.contract import ContractError
    from kotopolku.placement.engine.country import UnknownMunicipality
    from kotopolku.placement.engine.rounds import make_round
    from kotopolku.placement.engine.tables import TableError, read_families, read_places, read_settings

    problems: list[str] = []
    read: list[Any] = []
    for what, path in ((read_families, cases), (read_places, places)):
        try:
            read.append(what(path))
        except TableError as error:
            problems += error.problems
    try:
        chosen = read_settings(settings, day)
    except TableError as error:
        problems += error.problems
    if problems:
        _tell(problems)
    (families, family_table), (offered, place_table) = read
    try:
        return make_round(families, offered, chosen)
    except ContractError as error:
        _tell(_told(error, family_table, place_table, settings))
    except UnknownMunicipality as error:
        _tell([str(error)])
    raise AssertionError


def _told(error: "ContractError", families: "Table", places: "Table", settings: Path | None) -> list[str]:
    told = [text for text in error.problems if text not in {str(flaw) for flaw in error.flaws}]
    for flaw in error.flaws:
        if flaw.about == "family":
            told.append(families.told(flaw))
        elif flaw.about == "places of":
            told.append(places.told(flaw))
        else:
            told.append(f"{settings.name}: {flaw.text}" if settings else str(flaw))
    return told


def _tell(problems: Sequence[str]) -> None:
    for text in problems[:MOST_PROBLEMS]:
        click.echo(text, err=True)
    if len(problems) > MOST_PROBLEMS:
        click.echo(f"… and {len(problems) - MOST_PROBLEMS} more.", err=True)
    click.echo("Nothing was done. Mend the rows above and run again.", err=True)
    sys.exit(2)


def _write(out: Path, placing: "Placing", rows: Sequence[dict[str, Any]], language: str) -> None:
    """One line for each family; the parts of its points in columns of their own, which sum to ``points``."""
    one = placing.round
    parts = [part.id for part in one.weights.parts]
    header = ["id", "unit", "municipality", "name", "period", "points", *parts, "price", "probability"]
    header += ["alternative_1", "alternative_2", "alternative_3", "conditions", "reason"]
    temporary = out.with_name(out.name + ".part")
    with temporary.open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow(header)
        for line in sorted(_lines(placing, rows, parts, language)):
            table.writerow(line)
    temporary.replace(out)


def _lines(
    placing: "Placing", rows: Sequence[dict[str, Any]], parts: Sequence[str], language: str
) -> Iterable[list[str]]:
    one = placing.round
    for number, row in enumerate(rows):
        unit, code = one.units[number], row["municipality"] or ""
        others = [alternative["municipality"] for alternative in row["alternatives"]]
        for family, at in zip(unit.members, unit.rows, strict=True):
            own = dict.fromkeys(parts, 0)
            if code:
                points = one.table.parts(at, at + 1)
                own = {name: int(points[name][0, int(placing.plan[number])]) for name in parts}
            yield [
                family.id,
                unit.id,
                code,
                one.country.name(code, language) if code else "",
                row["period"] or "",
                str(sum(own.values())),
                *(str(own[name]) for name in parts),
                str(row["price"]),
                f"{row['probability']:g}",
                *[*others, "", "", ""][:3],
                " ".join(row["conditions"]),
                " ".join(row["sentences"][language]),
            ]


def _write_audit(folder: Path, placing: "Placing") -> None:
    """The arrays and the final plan, so that anybody may run ``kotopolku placement check``."""
    placing.round.problem.write(folder)
    answer = {
        **placing.answer.to_json(),
        "assignment": placing.plan.tolist(),
        "objective": placing.value.objective,
        "persons_placed": placing.value.persons_placed,
        "gap_points": placing.gap_points,
    }
    (folder / "answer.json").write_text(json.dumps(answer) + "\n", encoding="utf-8")


def _summary(placing: "Placing", data: dict[str, Any], language: str) -> Iterable[str]:
    one = placing.round
    yield (
        f"{data['families'] - _unplaced_families(placing)} of {data['families']} families placed, "
        f"{data['persons_placed']} of {data['persons']} persons."
    )
    if data["gap_points"] == 0:
        yield f"Value {data['objective']} points: proven that no plan is better."
    else:
        yield (
            f"Value {data['objective']} points, at most {data['upper_bound']} are possible: "
            f"within {data['gap_score_pct']:.3g} % of the score ({data['bound_kind']})."
        )
    stages = data["stages"]
    yield (
        f"Paid for fairness {stages['fairness']['points_lost']}, for wishes {stages['wishes']['points_lost']}, "
        f"in the lottery {stages['lottery']['points_lost']} points."
    )
    wishes = data["preferences"]
    if wishes["with_wishes"]:
        yield (
            f"First wish {wishes['first']}, one of three {wishes['first_three']}, listed {wishes['listed']} "
            f"of {wishes['with_wishes']} families with wishes; {wishes['waste']} would prefer a place that has room."
        )
    for row, unit in zip(data["placements"], one.units, strict=True):
        if not row["municipality"]:
            yield f"{unit.id}: " + " ".join(row["sentences"][language])
    yield f"Weights {data['weights']}, seed {data['seed']}, input {data['digest']}."


def _unplaced_families(placing: "Placing") -> int:
    return sum(
        len(unit.members) for unit, at in zip(placing.round.units, placing.plan, strict=True) if at < 0
    )
