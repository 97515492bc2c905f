"""The path and the clocks of the client page, ready to show: steps in order, how much of each legal time is used.

Not for: what stage the client is at (``rules.stage``) and how a clock is counted (``deadlines.py``).
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from kotopolku.clients.models import Clock, Permit
from kotopolku.clients.pages_due import rule_title
from kotopolku.clients.queries import ClientDetail
from kotopolku.clients.rules import Stage

STARTS = ("A1", "A9", "A7")
REVIEWS = ("A5", "A6")


@dataclass(frozen=True)
class ClockRow:
    """One clock with the share of its time that is used, in per cent; None when the law gives no number."""

    clock: Clock
    title: str
    used: float | None
    late: bool
    days_early: int | None = None
    """For a closed clock: days left when it was fulfilled, negative when late."""


@dataclass(frozen=True)
class PathStep:
    """One step of the path. ``days`` are (words, day) pairs; the clock is the one to show with its reasons."""

    state: str
    name: str | Promise
    icon: str
    days: Sequence[tuple[str, date | None]] = ()
    note: str = ""
    clock: ClockRow | None = None


@dataclass
class _Steps:
    found: list[PathStep] = field(default_factory=list)

    def add(self, done: bool, name: str, icon: str, **more: object) -> None:
        now = not done and not any(step.state == "now" for step in self.found)
        state = "done" if done else "now" if now else "next"
        self.found.append(PathStep(state, name, icon, **more))  # type: ignore[arg-type]


def clock_row(clock: Clock, on: date) -> ClockRow:
    title = rule_title(clock.rule, clock.act)
    if clock.due is None:
        return ClockRow(clock, title, None, late=False)
    end = clock.closed_on if clock.closed_on and clock.closed_on <= on else on
    length = max((clock.due - clock.opens_on).days, 1)
    used = min(max((end - clock.opens_on).days / length * 100, 0), 100)
    early = (clock.due - clock.closed_on).days if clock.closed_on and not clock.lapsed else None
    return ClockRow(clock, title, round(used, 1), late=end > clock.due, days_early=early)


def clock_rows(detail: ClientDetail, on: date) -> list[ClockRow]:
    """The open clocks in the order of their last days; those without a number last."""
    return [clock_row(clock, on) for clock in detail.clocks]


def steps(detail: ClientDetail, on: date) -> list[PathStep]:
    """Arrival, client relationship, assessment, plan, services, end: done, now, coming."""
    path = _Steps()
    first = min(detail.permits, key=lambda permit: permit.starts, default=None)
    if first is not None:
        path.add(
            True, _("Arrival"), "plane", days=[(first.get_kind_display(), first.starts)], note=_basis(first)
        )
    path.add(
        True,
        _("Client"),
        "user",
        days=[(pgettext("client", "Since"), detail.relationship.started_on)],
        note=detail.authority_name,
    )
    _add_assessment(path, detail, on)
    if detail.stage != Stage.NO_PLAN_NEEDED:
        _add_plan(path, detail, on)
        _add_services(path, detail, on)
    _add_end(path, detail)
    return path.found


def _basis(permit: Permit) -> str:
    return str(permit.get_basis_display())


def _add_assessment(path: _Steps, detail: ClientDetail, on: date) -> None:
    assessment = detail.assessment
    days: list[tuple[str, date | None]] = []
    if assessment is not None:
        days.append((_("Started"), assessment.started_on))
        if assessment.completed_on:
            days.append((_("Completed"), assessment.completed_on))
    path.add(
        assessment is not None and assessment.completed_on is not None,
        _("Assessment"),
        "talk",
        days=days,
        clock=_clock(detail, on, *STARTS),
    )


def _add_plan(path: _Steps, detail: ClientDetail, on: date) -> None:
    plan = detail.plan.plan if detail.plan else None
    days: list[tuple[str, date | None]] = []
    if plan and plan.made_on:
        days.append((_("Made"), plan.made_on))
    if plan and plan.signed_on:
        days.append((_("Signed"), plan.signed_on))
    made = bool(plan and plan.made_on)
    note = "" if made or plan is None else _("Draft")
    clock = _clock(detail, on, *REVIEWS) if made else _clock(detail, on, "A2", "O-A8", "A8", "A3")
    path.add(made, _("Plan"), "book", days=days, note=note, clock=clock)


def _add_services(path: _Steps, detail: ClientDetail, on: date) -> None:
    plan = detail.plan.plan if detail.plan else None
    days: list[tuple[str, date | None]] = []
    if plan and plan.referred_on:
        days.append((_("Referred"), plan.referred_on))
    ended = bool(plan and plan.ended_on)
    path.add(
        bool(plan and plan.referred_on) and ended,
        _("Services"),
        "work",
        days=days,
        clock=_clock(detail, on, "A4") if plan and plan.made_on else None,
    )


def _add_end(path: _Steps, detail: ClientDetail) -> None:
    relationship, plan = detail.relationship, detail.plan.plan if detail.plan else None
    days: list[tuple[str, date | None]] = []
    if relationship.ended_on:
        days.append((str(relationship.get_end_reason_display()), relationship.ended_on))
    elif plan and plan.ended_on:
        days.append((_("Plan ended"), plan.ended_on))
    elif plan and plan.latest_end:
        days.append((_("Last possible day of plans"), plan.latest_end))
    path.add(relationship.ended_on is not None, _("End"), "flag", days=days)


def _clock(detail: ClientDetail, on: date, *wanted: str) -> ClockRow | None:
    """The open clock of these rules if any, else the last closed one; with a last day before one without."""
    found = [clock for clock in detail.clocks if clock.rule in wanted and clock.due] or [
        clock for clock in detail.closed_clocks if clock.rule in wanted and clock.due and not clock.lapsed
    ]
    if not found:
        found = [clock for clock in detail.clocks if clock.rule in wanted]
    return clock_row(found[0], on) if found else None
