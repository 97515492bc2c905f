"""The law over HTTP: the rules in force on a day, and one deadline counted with its reasons. Open, no personal data."""

from datetime import date
from typing import Any

from django.http import HttpRequest
from ninja import Router, Schema

from kotopolku import clock, law
from kotopolku.access.gate import open_to_all
from kotopolku.portal import faults

router = Router(tags=["law"])


class RuleOut(Schema):
    """One rule of an Act."""

    id: str
    act: str
    section: str
    valid_from: date
    valid_to: date | None
    certainty: str
    trigger: str
    amount: int | None
    unit: str
    kind: str
    own: bool
    titles: dict[str, str]
    texts: dict[str, str]


class StepOut(Schema):
    """One step of a counting, by language."""

    texts: dict[str, str]
    sources: dict[str, str]


class DueOut(Schema):
    """A counted deadline; ``nominal`` and ``due`` are empty where the law gives no number."""

    rule: str
    act: str
    section: str
    start: date
    nominal: date | None
    due: date | None
    shifted: bool
    explanation: list[StepOut]


class Problem(Schema):
    """What is wrong (RFC 9457)."""

    type: str
    status: int
    title: str
    detail: str


@router.get("/law/rules", response=list[RuleOut], summary="Rules in force on a day", auth=None)
@open_to_all
def rules(request: HttpRequest, on: date | None = None) -> Any:
    """Without a day, those in force today."""
    return law.rules(on or clock.today())


@router.get(
    "/law/rules/{rule_id}/due", response={200: DueOut, 422: Problem}, summary="Count one deadline", auth=None
)
@open_to_all
def due(request: HttpRequest, rule_id: str, start: date, act: str | None = None) -> Any:
    """The rule in force on the starting day, or that of the Act named."""
    try:
        found = law.due(rule_id, start, act=act)
    except law.LawError as refusal:
        return faults.problem(422, refusal.message("en"))
    return {
        "rule": found.rule.id,
        "act": found.rule.act,
        "section": found.rule.section,
        "start": found.start,
        "nominal": found.nominal,
        "due": found.due,
        "shifted": found.shifted,
        "explanation": _steps(found.explanation),
    }


def _steps(explanation: law.Explanation) -> list[dict[str, dict[str, str]]]:
    by_language = {language: explanation.lines(language) for language in law.LANGUAGES}
    return [
        {
            "texts": {language: lines[step][0] for language, lines in by_language.items()},
            "sources": {language: lines[step][1] for language, lines in by_language.items()},
        }
        for step in range(len(explanation.steps))
    ]
