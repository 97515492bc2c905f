"""A region's yearly report: which Act its parts come from, which years, when it is due, what signing needs. No Django.

Not for: what the facts give (``queries/report_facts.py``).
"""

from collections.abc import Sequence
from contextlib import suppress
from datetime import date

from kotopolku import law
from kotopolku.clients.rules import Refusal
from kotopolku.law.contents import contents


def _(text: str) -> str:
    """Marks a sentence for the translators; it is translated where it is shown."""
    return text


OLD, NEW = "1386/2010", "681/2023"
LONGEST_TEXT = 50_000
LANGUAGES = ("fi", "sv")
MEASURES, COVERAGE = "measures", "coverage"
OWN_PARTS = (MEASURES, COVERAGE)
"""Parts that the Act does not name: what is done for the national lines. They come first."""


def act_of(year: int) -> str:
    """The Act whose tasks of the region are the parts of the year's report: the one in force on its last day."""
    return NEW if law.act_named(NEW).valid_from <= date(year, 12, 31) else OLD


def tasks(year: int) -> tuple[law.ContentItem, ...]:
    """Tasks of the region in the Act (1386/2010 § 37, 681/2023 § 55), in its order."""
    return contents("regional-task", act_of(year), date(year, 12, 31))


def parts(year: int) -> tuple[str, ...]:
    """Keys of the parts, in their order."""
    return (*OWN_PARTS, *(task.id for task in tasks(year)))


def report_due(year: int) -> law.Due | None:
    """The last day to report on a year under rule G3 (1386/2010 § 37.2); our own target O-YR where the Act gives none.

    None for a year before both.
    """
    for rule in ("G3", "O-YR"):
        with suppress(law.RuleNotInForce):
            return law.due(rule, date(year, 12, 31))
    return None


def is_own_target(year: int) -> bool:
    """Whether the last day to report on a year is our own target, and no law."""
    found = report_due(year)
    return found is not None and found.rule.own


def check_year(year: int, today: date) -> list[Refusal]:
    if year >= today.year:
        return [Refusal("year", "not-over", _("A report is written of a year that is over."))]
    if year < law.act_named(OLD).valid_from.year:
        return [Refusal("year", "before", _("There was no such report yet in that year."))]
    return []


def check_language(language: str) -> list[Refusal]:
    if language in LANGUAGES:
        return []
    return [Refusal("language", "unknown", _("Choose the language of the text."))]


def check_text(text: str) -> list[Refusal]:
    if len(text) <= LONGEST_TEXT:
        return []
    words = _("The text is too long: at most %(most)s characters fit.")
    return [Refusal("text", "long", words, {"most": LONGEST_TEXT})]


def check_signing(signer: str, empty: Sequence[str]) -> list[Refusal]:
    """``empty``: titles of parts in which nothing stands."""
    refused = []
    if not signer.strip():
        refused.append(Refusal("signer", "required", _("Write who signs the report.")))
    words = _("Write the part “%(part)s”: nothing stands in it.")
    return refused + [Refusal("", "empty", words, {"part": title}) for title in empty]
