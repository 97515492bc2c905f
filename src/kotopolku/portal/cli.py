"""The command line ``kotopolku``. A room's commands are loaded only when called, so that the law answers at once
and without a database. Not for: what the commands do.
"""

import importlib
import os
import sys
from typing import Any

import click

COMMANDS = {
    "law": ("kotopolku.law.commands:law", "Deadlines and their reasons, from the Acts"),
    "reference": ("kotopolku.reference.commands:reference", "Municipalities, areas, languages, countries"),
    "actors": ("kotopolku.actors.commands:actors", "Authorities by day; who answers for what; users"),
    "clients": ("kotopolku.exchange.commands:clients", "Import and export clients as a file"),
    "exchange": ("kotopolku.exchange.commands:exchange", "National client system and registers"),
    "quality": ("kotopolku.quality.commands:quality", "Gap lists: run the checks, see the counts"),
    "placement": ("kotopolku.placement.commands:placement", "Municipal places: solve, check, compensation"),
    "training": ("kotopolku.training.commands:training", "Training: forecast of what will be needed"),
    "procurement": ("kotopolku.procurement.commands:procurement", "Tenders: compare bids, open data"),
    "cooperation": ("kotopolku.cooperation.commands:cooperation", "Work-permit guidelines: the answer"),
    "information": ("kotopolku.information.commands:information", "Public pages: links, service catalogue"),
    "retention": ("kotopolku.retention.commands:retention", "Delete what may be kept no longer"),
    "journal": ("kotopolku.journal.commands:journal", "Seal the journal and check the seal"),
    "demo": ("kotopolku.demo.commands:demo", "The invented world for trying out"),
    "translations": ("kotopolku.portal.commands:translations", "Texts in Finnish and Swedish"),
    "serve": ("kotopolku.portal.serve:serve", "Start everything: database, web server, worker"),
    "migrate": ("kotopolku.portal.operate:migrate", "Bring the database up to this version"),
    "database": ("kotopolku.portal.operate:database", "Start, stop, dump and restore the database"),
}
WITHOUT_DJANGO = {"law"}
WITH_DATABASE = {
    "reference",
    "actors",
    "clients",
    "exchange",
    "quality",
    "cooperation",
    "information",
    "retention",
    "journal",
    "demo",
}
FROM_ABOVE = {"actors": ("kotopolku.handover.commands:succeed",)}
"""Commands that a room above adds to the group of a room below."""


class Rooms(click.Group):
    """Finds a room's commands by name."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module, name = COMMANDS[cmd_name][0].split(":")
        if cmd_name not in WITHOUT_DJANGO:
            os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kotopolku.settings")
        if cmd_name in WITH_DATABASE and not ctx.resilient_parsing and not {"-h", "--help"} & set(sys.argv):
            from kotopolku import database

            ctx.with_resource(database.held())
        command: click.Command = _load(f"{module}:{name}")
        if isinstance(command, click.Group):
            for target in FROM_ABOVE.get(cmd_name, ()):
                command.add_command(_load(target))
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Lists the commands without loading them."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, words) for name, (_target, words) in COMMANDS.items()])


def _load(target: str) -> Any:
    module, name = target.split(":")
    return getattr(importlib.import_module(module), name)


@click.group(cls=Rooms, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="kotopolku", message="%(version)s")
def root() -> None:
    """Kotopolku: from arrival to a signed integration plan, and every deadline on the way."""


def main() -> None:
    """The installed program. Anything that goes wrong ends in one sentence on standard error and exit status 2."""
    try:
        root(prog_name="kotopolku")
    except Exception as error:
        if os.environ.get("KOTOPOLKU_TRACE"):
            raise
        sys.stderr.write(f"kotopolku: {sentence(error)}\n")
        sys.exit(2)


def sentence(error: BaseException) -> str:
    """The error in one line for a person; the full trace comes with KOTOPOLKU_TRACE=1."""
    if "does not exist" in str(error) and type(error).__name__ in ("ProgrammingError", "OperationalError"):
        return "The database has not been prepared yet. Run `kotopolku migrate` first, or `make run`."
    message: Any = getattr(error, "message", None)
    text = message("en") if callable(message) else str(error)
    first = text.strip().splitlines()[0] if text.strip() else type(error).__name__
    return f"{first} (KOTOPOLKU_TRACE=1 shows where.)"


if __name__ == "__main__":
    main()
