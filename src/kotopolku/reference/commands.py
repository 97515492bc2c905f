"""`kotopolku reference …`: load and check the facts, make the tile maps, take in map shapes."""

import json
import os
import sys
from dataclasses import asdict
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from kotopolku.reference import shapes, sources


def _set_up() -> None:
    """Django is started only by the commands that need its database."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kotopolku.settings")
    django.setup()


def _refuse(message: str) -> None:
    click.echo(message, err=True)
    sys.exit(2)


def _console() -> Console:
    console = Console()
    return console if console.is_terminal else Console(width=120)


@click.group()
def reference() -> None:
    """Municipalities, areas, languages and countries."""


@reference.command()
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
def load(as_json: bool) -> None:
    """Load the reference data; rows already there are brought up to date."""
    _set_up()
    from kotopolku.reference.actions import load_reference

    loaded = load_reference(None if as_json else lambda name, rows: click.echo(f"{name}: {rows}"))
    if as_json:
        click.echo(json.dumps(loaded))


@reference.command()
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
def check(as_json: bool) -> None:
    """Check that the loaded data agree with each other and with published totals."""
    _set_up()
    from kotopolku.reference.checks import run_checks
    from kotopolku.reference.models import MunicipalityYear

    if not MunicipalityYear.objects.exists():
        _refuse("The reference data are not loaded. Run: kotopolku reference load")
    checks = run_checks()
    failed = [c for c in checks if not c.passed]
    if as_json:
        report = {
            "passed": len(checks) - len(failed),
            "failed": len(failed),
            "checks": [asdict(c) for c in checks],
        }
        click.echo(json.dumps(report, ensure_ascii=False))
    else:
        table = Table("Check", "Expected", "Found", "")
        for c in checks:
            table.add_row(c.what, c.expected, c.found, "ok" if c.passed else "FAULT")
        _console().print(table)
        click.echo(f"{len(checks) - len(failed)} checks passed, {len(failed)} failed.")
    if failed:
        sys.exit(1)


@reference.command()
@click.option("--year", type=int, default=2026, show_default=True, help="Division of 1 January of this year.")
@click.option(
    "--output", type=click.Path(dir_okay=False, path_type=Path), help="Default: the room's data folder."
)
@click.option("--json", "as_json", is_flag=True, help="Print the measures as JSON.")
def tiles(year: int, output: Path | None, as_json: bool) -> None:
    """Compute the tile map of a year's municipalities and store it."""
    from kotopolku.reference import rules

    centres = sources.centres_of(year)
    if not centres:
        _refuse(f"There is no division of municipalities for {year} in the data.")
    neighbours = sources.neighbour_pairs()
    made = rules.tile_map(centres, neighbours)
    path = output or sources.DATA / f"tiles_{year}.csv"
    sources.write_rows(path, ["row", "column", "code"], [(t.row, t.column, t.code) for t in made])
    measures = asdict(rules.quality(made, centres, neighbours))
    if as_json:
        click.echo(json.dumps({"year": year, "file": str(path), **measures}))
        return
    table = Table("Measure", "Value", title=f"Tile map {year}")
    for name, value in measures.items():
        table.add_row(name.replace("_", " "), f"{value:.3f}" if isinstance(value, float) else str(value))
    _console().print(table)
    click.echo(f"Stored in {path}")


@reference.command("import-shapes")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--year", type=int, default=2026, show_default=True, help="The shapes show the areas of this year."
)
@click.option("--layer", help="Only this layer; for GeoJSON, the layer's name (for example municipalities).")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
def import_shapes(file: Path, year: int, layer: str | None, as_json: bool) -> None:
    """Store the area borders of a TopoJSON or GeoJSON FILE, if every shape is right."""
    _set_up()
    from kotopolku.reference.actions import store_shapes
    from kotopolku.reference.queries import codes_in_layer

    try:
        layers = shapes.read_layers(file.read_text(encoding="utf-8"), layer)
        right, faults = {}, []
        for name, rows in layers.items():
            known = codes_in_layer(name, year)
            if not known:
                faults.append(f"{name}: no such layer in {year}.")
                continue
            try:
                right[name] = shapes.checked(name, rows, known)
            except shapes.UnreadableShapes as error:
                faults += error.faults
        if faults:
            raise shapes.UnreadableShapes(faults)
    except UnicodeDecodeError:
        _refuse("The file is not UTF-8 text. Nothing was stored.")
    except shapes.UnreadableShapes as error:
        more = f"\n… and {len(error.faults) - 20} more." if len(error.faults) > 20 else ""
        _refuse("\n".join(error.faults[:20]) + more + "\nNothing was stored.")
    stored = store_shapes(year, right)
    click.echo(
        json.dumps(stored) if as_json else "\n".join(f"{name}: {n} shapes" for name, n in stored.items())
    )
