"""How the pages of the State's programme show a tree, a line and what is lacking. Not for: what may be done."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.urls import reverse

from kotopolku.steering import wording_programme
from kotopolku.steering.marks import Mark, line_mark
from kotopolku.steering.models import Indicator, Line
from kotopolku.steering.queries.programme import Branch, said
from kotopolku.steering.rules_programme import REQUIRED, Lack


@dataclass(frozen=True)
class Shown:
    """A line in one language, with the language that each text is really in."""

    line: Line
    depth: int
    level: int
    first: bool
    last: bool
    title: str
    title_language: str
    text: str
    text_language: str
    who: str
    period: str
    money: str
    mark: Mark | None
    missing: bool
    """Finnish or Swedish lacks."""

    @property
    def indicators(self) -> list[Indicator]:
        return list(self.line.indicators.all())


def shown(line: Line, language: str, day: date, branch: Branch | None = None) -> Shown:
    """A line as a page shows it in ``language``."""
    title, title_language = said(line.title, language)
    text, text_language = said(line.text, language)
    who = [line.answers.name] if line.answers else []
    return Shown(
        line=line,
        depth=branch.depth if branch else 0,
        level=branch.level if branch else 3,
        first=branch.place.first if branch else True,
        last=branch.place.last if branch else True,
        title=title,
        title_language=title_language,
        text=text,
        text_language=text_language,
        who=", ".join([*who, *([line.answers_also] if line.answers_also else [])]),
        period=wording_programme.period(line.days.lower, line.last_day),
        money=wording_programme.money(line.money_eur),
        mark=line_mark(line, day),
        missing=not all(line.title.get(one) and line.text.get(one) for one in REQUIRED),
    )


def branches(tree: Sequence[Branch], language: str, day: date) -> list[Shown]:
    """A tree in reading order."""
    return [shown(one.line, language, day, one) for one in tree]


def by_goal(shown: Sequence[Shown]) -> list[tuple[Shown, list[Shown]]]:
    """Each goal with everything under it in reading order."""
    found: list[tuple[Shown, list[Shown]]] = []
    for one in shown:
        if one.depth == 0:
            found.append((one, []))
        else:
            found[-1][1].append(one)
    return found


def lack_lines(lacks: Iterable[Lack]) -> list[tuple[str, str]]:
    """What is lacking in words, each with the page where it is mended; empty for the programme's own."""
    return [
        (
            wording_programme.lack_words(one),
            reverse("steering:line-edit", args=[one.line]) if one.line is not None else "",
        )
        for one in lacks
    ]
