"""``kotopolku translations …``: check, extract, compile, status. Parses and prints; the work is in ``translations``."""

import json
from collections import Counter
from dataclasses import asdict

import click


@click.group()
def translations() -> None:
    """The texts of the pages: Finnish, Swedish, and the further languages of the client's own page."""


@translations.command()
@click.option("--json", "as_json", is_flag=True, help="Machine-readable output.")
def check(as_json: bool) -> None:
    """List what is missing, stale or wrong.

    Exit status 1 if Finnish, Swedish or English lack anything, or a text of another language would break a page; what
    the other languages lack is shown in Finnish, and only listed.
    """
    from kotopolku.portal import translations as work

    findings = work.check()
    for_clients = work.check_clients()
    if as_json:
        everything = [asdict(finding) for finding in [*findings, *for_clients]]
        click.echo(json.dumps(everything, ensure_ascii=False, indent=1))
    else:
        for finding in [*findings, *for_clients]:
            click.echo(f"{finding.language:7}  {finding.kind:12}  {finding.text!r}  {finding.place}")
        click.echo(f"{len(findings)} findings" if findings else "Finnish, Swedish and English are complete.")
        click.echo(f"{len(for_clients)} findings in the further languages of the client's own page.")
    if findings or any(finding.kind == "placeholders" for finding in for_clients):
        raise SystemExit(1)


@translations.command()
def extract() -> None:
    """Bring the catalogues up to date with the code; new texts come empty."""
    from kotopolku.portal import translations as work

    for language in (*work.LANGUAGES, *work.CLIENT_LANGUAGES):
        done, all_ = work.update(language)
        click.echo(f"{language}: {done} of {all_} translated, {work.catalogue_path(language)}")


@translations.command(name="compile")
def compile_() -> None:
    """Make the files that the pages read, where the catalogue has changed."""
    from kotopolku.portal import translations as work

    click.echo(", ".join(work.compile_all()) or "nothing has changed")


@translations.command()
@click.option("--json", "as_json", is_flag=True, help="Machine-readable output.")
def status(as_json: bool) -> None:
    """Count the texts and what each language lacks."""
    from kotopolku.portal import translations as work

    findings = [*work.check(), *work.check_clients()]
    counts = {
        language: dict(Counter(item.kind for item in findings if item.language == language))
        for language in (*work.ALL_LANGUAGES, *work.CLIENT_LANGUAGES)
    }
    total, for_clients = len(work.texts()), len(work.client_texts())
    if as_json:
        click.echo(json.dumps({"texts": total, "texts_for_clients": for_clients, "findings": counts}))
        return
    click.echo(f"{total} texts, {for_clients} of them on the client's own page")
    for language, kinds in counts.items():
        click.echo(f"{language}: " + (", ".join(f"{n} {kind}" for kind, n in kinds.items()) or "complete"))
