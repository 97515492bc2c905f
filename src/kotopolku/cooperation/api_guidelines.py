"""Work-permit guidelines over HTTP, open to all: the answer for an occupation, versions in force with their lists.

Not for: drafts, writing.
"""

from datetime import date
from decimal import Decimal
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Query, Router, Schema
from ninja.errors import HttpError
from pydantic import Field

from kotopolku import clock
from kotopolku.access.gate import open_to_all
from kotopolku.cooperation import wording_guidelines as wording
from kotopolku.cooperation.models import Guideline
from kotopolku.cooperation.queries import guidelines as queries
from kotopolku.cooperation.queries.guideline_texts import first_and_last, line_of
from kotopolku.cooperation.rules_guidelines import Line
from kotopolku.reference.models import Named

router = Router(tags=["work-permit guidelines"], auth=None)
Code = Annotated[str, Field(min_length=1, max_length=5, pattern=r"^\d+$")]
Place = Annotated[str, Field(min_length=3, max_length=3, pattern=r"^\d+$")]


class GuidelineNamedOut(Schema):
    """A code with its names. A name that does not exist in a language is the Finnish or English one."""

    code: str
    name: dict[str, str]


class GuidelineVersionOut(Schema):
    """A version; `first` and `last` are its days in force."""

    id: int
    number: str
    organisation: str
    first: date
    last: date
    signed_on: date | None
    signer: str
    regions: list[str]


class GuidelineLineOut(Schema):
    """An occupation or group of a version. `municipalities` narrows it; empty means all of the version's regions."""

    code: str
    lifted: bool
    full_time: bool
    income_eur: Decimal | None
    condition: dict[str, str]
    municipalities: list[str]


class ShortageOut(Schema):
    """The national list (301/2004 § 72c). It does not lift the test of a first permit. `known`: a list is known on the day."""

    listed: bool
    known: bool
    first: date | None
    last: date | None
    source: dict[str, str]
    explanation: list[str]


class GuidelineMergedOut(Schema):
    """A municipality that the line names, and the one of which it is a part since `since`: the line holds there."""

    code: str
    into: GuidelineNamedOut
    since: date


class GuidelineAnswerOut(Schema):
    """`lifted`: the availability of labour is not tested, on the conditions of `line`. `outcome` says why, `message` in words.

    outcome: lifted, excepted, narrowed, not-listed, no-guideline, aland.
    """

    lifted: bool
    outcome: str
    message: str
    explanation: list[str]
    conditions: list[str]
    occupation: GuidelineNamedOut
    municipality: GuidelineNamedOut
    region: str
    on: date
    version: GuidelineVersionOut | None
    line: GuidelineLineOut | None
    merged: list[GuidelineMergedOut]
    shortage: ShortageOut


class GuidelineOut(GuidelineVersionOut):
    """A version in force with its occupations."""

    occupations: list[GuidelineLineOut]


def written(found: queries.Answer) -> dict[str, Any]:
    """The answer as plain data: the same over HTTP and from the command line."""
    shortage = found.shortage
    return {
        "lifted": found.lifted,
        "outcome": found.outcome.value,
        "message": wording.heading(found),
        "explanation": wording.explanation(found),
        "conditions": wording.conditions(found.line) if found.line is not None and found.lifted else [],
        "occupation": {"code": found.code, "name": _names(found.occupation)},
        "municipality": {"code": found.municipality.code, "name": _names(found.municipality)},
        "region": found.region,
        "on": found.on,
        "version": _version(found.version) if found.version else None,
        "line": _line(found.line) if found.line else None,
        "merged": [
            {"code": one.code, "into": {"code": one.into.code, "name": _names(one.into)}, "since": one.on}
            for one in found.merged
        ],
        "shortage": {
            "listed": shortage.listed,
            "known": shortage.known,
            "first": shortage.first,
            "last": shortage.last,
            "source": shortage.citation,
            "explanation": wording.shortage_sentences(shortage),
        },
    }


def _names(of: Named) -> dict[str, str]:
    return {lang: of.name(lang) for lang in ("fi", "sv", "en")}


def _version(of: queries.Version) -> dict[str, Any]:
    return {
        "id": of.id,
        "number": of.number,
        "organisation": of.organisation,
        "first": of.first,
        "last": of.last,
        "signed_on": of.signed_on,
        "signer": of.signer,
        "regions": list(of.regions),
    }


def _line(of: Line) -> dict[str, Any]:
    return {
        "code": of.code,
        "lifted": of.lifted,
        "full_time": of.full_time,
        "income_eur": of.income_eur,
        "condition": dict(of.condition),
        "municipalities": list(of.municipalities),
    }


@router.get("/guidelines/answer", response=GuidelineAnswerOut, summary="Is the availability test lifted?")
@open_to_all
def answer(
    request: HttpRequest,
    occupation: Annotated[Code, Query()],
    municipality: Annotated[Place, Query()],
    on: date | None = None,
) -> Any:
    """For an occupation (ISCO-08, one to five digits) in a municipality on a day, today without one. Two statements.

    An unknown occupation or municipality, and a day before the Act knew guidelines, are answered with 422.
    """
    try:
        return written(queries.answer(occupation, municipality, on or clock.today()))
    except queries.CannotAnswer as wrong:
        raise HttpError(422, wrong.message) from None


@router.get("/guidelines", response=list[GuidelineOut], summary="Work-permit guidelines in force on a day")
@open_to_all
def guidelines(request: HttpRequest, on: date | None = None) -> Any:
    """Every version in force somewhere on the day, with its occupations. Two statements."""
    return [_guideline(one) for one in queries.with_lines(request.viewer, on or clock.today())]  # type: ignore[attr-defined]


def _guideline(of: Guideline) -> dict[str, Any]:
    first, last = first_and_last(of)
    return {
        "id": of.pk,
        "number": of.number,
        "organisation": of.organisation.name,
        "first": first,
        "last": last,
        "signed_on": of.signed_on,
        "signer": of.signer,
        "regions": of.regions,
        "occupations": [_line(line_of(row)) for row in of.occupations.all()],
    }
