"""Commands of procurement: bids compared from a file without a database, and tenders as OCDS.

Not for: anything that changes a tender, which pages do.
"""

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from kotopolku.procurement.evaluation import Contest, LotOutcome

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
MOST_PROBLEMS = 200


@click.group("procurement")
def procurement() -> None:
    """Buying training: compare bids from a file, write tenders as OCDS."""


@procurement.command("evaluate")
@click.argument("file", type=FILE)
@click.option("--json", "as_json", is_flag=True, help="Print the whole comparison as JSON.")
@click.option(
    "--sensitivity", "with_sensitivity", is_flag=True, help="Also which weights would change a winner."
)
@click.option("--language", default="en", show_default=True, type=click.Choice(["fi", "sv", "en"]))
def evaluate_file(file: Path, as_json: bool, with_sensitivity: bool, language: str) -> None:
    """Compare the bids in FILE (docs/procurement.md) by its weights and formula; no database is needed.

    Everything wrong in the file is told at once, and nothing is compared then (exit 2).
    """
    from kotopolku.procurement.evaluation import EvaluationError, evaluate
    from kotopolku.procurement.evaluation_input import read_file

    try:
        contest = read_file(file)
        outcome = evaluate(contest)
    except EvaluationError as error:
        _tell(error, as_json, language)
        sys.exit(2)
    if as_json:
        data = outcome.to_json()
        if with_sensitivity:
            for lot in data["lots"]:
                lot["sensitivity"] = _sensitivity(contest, lot["id"])
        click.echo(json.dumps(data, ensure_ascii=False))
        return
    for lot in outcome.lots:
        _print(lot, language)
        if with_sensitivity:
            _print_sensitivity(contest, lot.id)
    click.echo(f"Input {outcome.digest}")


def _tell(error: object, as_json: bool, language: str) -> None:
    problems = error.problems  # type: ignore[attr-defined]
    if as_json:
        rows = [
            {"code": one.code, "where": one.where, **one.params, "text": one.text(language)}
            for one in problems
        ]
        click.echo(json.dumps({"errors": rows}, ensure_ascii=False))
    for one in problems[:MOST_PROBLEMS]:
        click.echo(one.text(language), err=True)
    if len(problems) > MOST_PROBLEMS:
        click.echo(f"… and {len(problems) - MOST_PROBLEMS} more.", err=True)


def _print(lot: "LotOutcome", language: str) -> None:
    from kotopolku.procurement.evaluation import shown

    click.echo(f"{lot.id}: {lot.winner or '–'}")
    for one in lot.ranking:
        parts = " ".join(f"{name} {shown(points)}" for name, points in one.criterion_points.items())
        price = shown(one.price_points)
        click.echo(
            f"  {one.rank}. {one.bidder}  {shown(one.points)}  (price {price} {parts})".replace(" )", ")")
        )
    for warning in lot.warnings:
        click.echo(f"  ! {warning.text(language)}")


def _sensitivity(contest: "Contest", lot_id: str) -> dict[str, object]:
    from kotopolku.procurement.evaluation import shown
    from kotopolku.procurement.sensitivity import sensitivity

    found = sensitivity(contest, lot_id)
    return {
        "robust": found.robust,
        "reach": str(found.reach),
        "margin": None if found.margin is None else shown(found.margin),
        "weights": [
            {
                "criterion": one.criterion or "price",
                "weight": shown(one.weight),
                "from_weight": shown(one.from_weight),
                "winner_then": one.winner_then,
            }
            for one in found.weights
        ],
        "scores": [
            {
                "bidder": one.bidder,
                "criterion": one.criterion,
                "score": shown(one.score),
                "needed": shown(one.needed),
            }
            for one in found.scores
        ],
    }


def _print_sensitivity(contest: "Contest", lot_id: str) -> None:
    from kotopolku.procurement.evaluation import shown
    from kotopolku.procurement.sensitivity import sensitivity

    found = sensitivity(contest, lot_id)
    if found.robust:
        click.echo(f"  No weight moved by up to {found.reach} points changes the winner.")
    for one in found.weights:
        name = one.criterion or "price"
        click.echo(
            f"  With {shown(one.from_weight)} instead of {shown(one.weight)} points for {name},"
            f" {one.winner_then} is as good as the winner."
        )


def _add_others() -> None:
    from kotopolku.procurement.commands_ocds import write_ocds

    procurement.add_command(write_ocds)


_add_others()
