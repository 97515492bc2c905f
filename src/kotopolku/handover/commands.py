"""Commands of hand-over. ``succeed`` belongs to the group ``kotopolku actors``."""

import click


@click.command("succeed")
def succeed() -> None:
    """Pass the clients of an authority that ends to those that follow it."""
