"""``kotopolku translations …``: check, extract, compile, status. Parses and prints; the work is in ``translations``."""

import json
from collections import Counter
from dataclasses import asdict

import click


@click.group()
def translations() -> None:
    """The texts of the pages in Finnish and Swedish."""


@translations.command()
@click.option("--json", "as_json", is_flag=True, help="Machine-readable output.")
def check(as_json: bool) -> None:
    """List what is missing, stale or wrong. Exit status 1 if anything is."""
    from kotopolku.portal import translations as work

    findings = work.check()
    if as_json:
        click.echo(json.dumps([asdict(finding) for finding in findings], ensure_ascii=False, indent=1))
    else:
        for finding in findings:
            click.echo(f"{finding.language}  {finding.kind:12}  {finding.text!r}  {finding.place}")
        click.echo(f"{len(findings)} findings" if findings else "Finnish, Swedish and English are complete.")
    if findings:
        raise SystemExit(1)


@translations.command()
def extract() -> None:
    """Bring the catalogues up to date with the code; new texts come empty."""
    from kotopolku.portal import translations as work

    for language in work.LANGUAGES:
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

    findings = work.check()
    counts = {
        language: dict(Counter(item.kind for item in findings if item.language == language))
        for language in work.ALL_LANGUAGES
    }
    total = len(work.texts())
    if as_json:
        click.echo(json.dumps({"texts": total, "findings": counts}))
        return
    click.echo(f"{total} texts")
    for language, kinds in counts.items():
        click.echo(f"{language}: " + (", ".join(f"{n} {kind}" for kind, n in kinds.items()) or "complete"))
