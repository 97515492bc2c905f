"""The command ``kotopolku procurement ocds``: published tenders as an OCDS 1.1 release or package.

Not for: what is public when (``ocds``).
"""

import json
import sys
from pathlib import Path

import click


@click.command("ocds")
@click.argument("tender", required=False)
@click.option("--all", "everything", is_flag=True, help="All published tenders, as a package.")
@click.option("-o", "--out", required=True, type=click.Path(dir_okay=False, writable=True, path_type=Path))
@click.option("--package", "packed", is_flag=True, help="One tender as a package too.")
def write_ocds(tender: str | None, everything: bool, out: Path, packed: bool) -> None:
    """Write TENDER (its id, or BUYER/NUMBER as in kunta-092/2026-003) as an OCDS release to a file.

    Only what is public today is written: no bid before its contract, and no person ever.
    """
    if bool(tender) == everything:
        raise click.UsageError("Give one TENDER, or --all.")
    import django

    from kotopolku import clock, database

    with database.held():
        django.setup()
        from django.db import transaction

        from kotopolku.access import rowsecurity
        from kotopolku.access.viewer import Viewer
        from kotopolku.procurement import access, ocds

        viewer = Viewer.for_system("procurement.ocds", clock.today())
        with transaction.atomic():
            rowsecurity.apply(viewer)
            rows = access.public_tenders(viewer.day)
            if tender and tender.isdecimal():
                rows = rows.filter(pk=int(tender))
            elif tender:
                code, _, number = tender.partition("/")
                rows = rows.filter(buyer__code=code, number=number)
            found = list(rows)
            if tender and not found:
                click.echo(f"There is no published tender {tender}.", err=True)
                sys.exit(2)
            data = (
                ocds.release(found[0], viewer.day)
                if tender and not packed
                else ocds.package(found, viewer.day)
            )
    temporary = out.with_name(out.name + ".part")
    temporary.write_text(json.dumps(data, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    temporary.replace(out)
    click.echo(f"{len(found)} tender(s) written to {out}.")
