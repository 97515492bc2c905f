"""``kotopolku demo``: load an invented world."""

import json
from datetime import datetime

import click


@click.group()
def demo() -> None:
    """The invented demo world."""


@demo.command()
@click.option("--persons", default=2_000, show_default=True, type=click.IntRange(1, 5_000_000))
@click.option("--seed", default=1, show_default=True, type=int)
@click.option("--today", type=click.DateTime(["%Y-%m-%d"]), help="Last day on which anything happens.")
@click.option("--json", "as_json", is_flag=True)
def load(persons: int, seed: int, today: datetime | None, as_json: bool) -> None:
    """Load an invented population into an empty register. Stopped in the middle, it leaves nothing."""
    import django

    django.setup()
    from rich.console import Console
    from rich.progress import Progress

    from kotopolku.demo.actions import WorldNotEmpty, load_demo

    with Progress(console=Console(stderr=True)) as bar:
        task = bar.add_task("persons", total=persons)

        def tell(what: str, done: int, total: int) -> None:
            bar.update(task, description=what, completed=done if what in ("persons", "ready") else None)

        try:
            count = load_demo(
                persons=persons, seed=seed, today=today.date() if today else None, progress=tell
            )
        except WorldNotEmpty:
            raise click.UsageError(
                "The register has clients already. A demo world is loaded only into an empty one."
            ) from None
    click.echo(
        json.dumps({"persons": count, "seed": seed}) if as_json else f"{count} invented persons loaded."
    )
