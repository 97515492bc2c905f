"""A client's path as another register tells it: what has happened before the client came into this product. Pure.

Not for: files and their columns (``exchange``), what is still to be done (``rules.NewClient`` and the actions).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from kotopolku.clients.rules import NewClient, PlanContent, Refusal, ReviewContent


@dataclass(frozen=True)
class PastAssessment:
    """A completed assessment (874/2024 §1). ``items`` and ``measures`` by id of the Act's decree."""

    completed_on: date
    started_on: date | None = None
    items: Mapping[str, str] = field(default_factory=dict)
    measures: tuple[str, ...] = ()
    makers: str = ""
    plan_needed: bool | None = None
    conclusion: str = ""
    planned_plan_on: date | None = None


@dataclass(frozen=True)
class PastPlan:
    """A plan that was made (874/2024 §2). ``content.ends_on`` None: to the longest end of a first plan by law."""

    made_on: date
    content: PlanContent
    signed_on: date | None = None
    referred_on: date | None = None


@dataclass(frozen=True)
class PastCase:
    """One client with the latest assessment, plan and review (874/2024 §3), as far as they are known."""

    new: NewClient
    assessment: PastAssessment | None = None
    plan: PastPlan | None = None
    review: ReviewContent | None = None


def check_order(case: PastCase, today: date) -> list[Refusal]:
    """The days of the path follow one another, and none is in the future."""
    found: list[Refusal] = []
    last: tuple[date, str] = (case.new.started_on, "started_on")
    days = (
        ("assessment_date", case.assessment.completed_on if case.assessment else None),
        ("plan_date", case.plan.made_on if case.plan else None),
        ("review_date", case.review.held_on if case.review else None),
    )
    for name, day in days:
        if day is None:
            continue
        if day > today:
            found.append(Refusal(name, "future"))
        elif day < last[0]:
            found.append(Refusal(name, "order", "", {"earlier": last[0]}))
        last = (day, name)
    if case.review is not None and case.plan is None:
        found.append(Refusal("plan_date", "review-without-plan"))
    if case.plan is not None:
        ends = case.plan.content.ends_on
        if ends is not None and ends < case.plan.made_on:
            found.append(Refusal("plan_ends", "plan-reversed"))
        if case.plan.signed_on is not None and case.plan.signed_on > today:
            found.append(Refusal("plan_signed", "future"))
    return found
