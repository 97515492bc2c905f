"""Words of the pages for clocks, stages and gaps: what each clock asks one to do, its button and the form it opens.

Not for: the law's own titles and texts (``law``), stages themselves (``rules.stage``).
"""

from dataclasses import dataclass
from functools import cache

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from kotopolku import law
from kotopolku.clients.models import Clock
from kotopolku.clients.rules import Stage

STAGES: dict[str, str | Promise] = {
    Stage.REGISTERED: _("registered"),
    Stage.ASSESSING: _("assessment under way"),
    Stage.ASSESSED: _("assessed, no plan yet"),
    Stage.NO_PLAN_NEEDED: _("assessed, no plan needed"),
    Stage.PLANNED: _("plan made"),
    Stage.UNDER_WAY: _("plan under way"),
    Stage.PLAN_ENDED: _("plan ended"),
    Stage.ENDED: _("ended"),
}
STAGE_MARKS = {
    Stage.REGISTERED: "plan",
    Stage.ASSESSING: "now",
    Stage.ASSESSED: "soon",
    Stage.NO_PLAN_NEEDED: "ok",
    Stage.PLANNED: "now",
    Stage.UNDER_WAY: "now",
    Stage.PLAN_ENDED: "ok",
    Stage.ENDED: "plan",
}
GAPS: dict[str, str | Promise] = {
    "no-assessment": _("Without an assessment"),
    "no-plan": _("Without a plan"),
    "not-referred": _("Plan made, not yet referred"),
    "review-late": _("Review late"),
    "longest-time": _("Longest plan time ends in 90 days"),
    "data-stale": _("Data not confirmed for a year"),
}


@dataclass(frozen=True)
class _Act:
    title: str | Promise
    button: str | Promise
    page: str


_START = _Act(_("Start the assessment"), _("Start assessment"), "clients:assessment")
_MAKE = _Act(_("Make the integration plan"), _("Make plan"), "clients:plan-edit")
_REVIEW = _Act(_("Review the integration plan"), _("Start review"), "clients:review")
_LONGEST = _Act(_("Longest time with plans ends"), _("See the plan"), "clients:plan")
_ACTS = {
    "A1": _START,
    "A2": _Act(_("Start drafting the integration plan"), _("Start plan"), "clients:plan-edit"),
    "A3": _MAKE,
    "A4": _Act(_("Refer to training or a service"), _("Refer"), "clients:referral"),
    "A5": _REVIEW,
    "A6": _REVIEW,
    "A7": _START,
    "A8": _MAKE,
    "A9": _Act(_("Hold the initial interview"), _("Start assessment"), "clients:assessment"),
    "D1": _Act(_("The first plan ends"), _("Start review"), "clients:review"),
    "D2": _LONGEST,
    "D3": _LONGEST,
    "D4": _LONGEST,
    "D5": _LONGEST,
    "O-A7": _START,
    "O-A8": _MAKE,
    "O-DATA": _Act(_("Confirm the client's data"), _("Confirm"), "clients:edit"),
}


@dataclass(frozen=True)
class DueAct:
    """A clock as a thing to do: title, words on the button, address of the form."""

    title: str
    button: str
    address: str


def title_of(clock: Clock) -> str:
    """What is to be done, in words."""
    known = _ACTS.get(clock.rule)
    return str(known.title) if known else rule_title(clock.rule, clock.act)


_COUNTED_FROM: dict[str, str | Promise] = {
    "A2": _("assessed %(from)s"),
    "A3": _("first permit %(from)s"),
    "A4": _("plan made %(from)s"),
    "A5": _("plan made or reviewed last %(from)s"),
    "A6": _("plan made or reviewed last %(from)s"),
    "A8": _("assessed %(from)s"),
    "A9": _("job search since %(from)s"),
    "O-A8": _("assessed %(from)s"),
    "O-DATA": _("last confirmed %(from)s"),
}
"""From what the time of a clock is counted; the others "since" the day on which they opened."""


def counted_from(clock: Clock, day: str) -> str:
    """From what the time is counted, with the day on which it began as the page writes it."""
    return str(_COUNTED_FROM.get(clock.rule, _("since %(from)s"))) % {"from": day}


@cache
def _address_parts(page: str) -> tuple[str, str]:
    before, _number, after = reverse(page, args=[0]).partition("0")
    return before, after


def client_address(page: str, relationship_id: int) -> str:
    """The address of a client's page: ``reverse``, but for the many rows of a list."""
    before, after = _address_parts(page)
    return f"{before}{relationship_id}{after}"


def act_for(clock: Clock) -> DueAct:
    known = _ACTS.get(clock.rule)
    page = known.page if known else "clients:client"
    return DueAct(
        title=title_of(clock),
        button=str(known.button) if known else str(_("Open")),
        address=client_address(page, clock.relationship_id),
    )


def rule_title(rule: str, act: str) -> str:
    """The rule's name in the page's language, as the law data has it."""
    return law.rule(rule, act=act).titles[_language()]


def source_of(clock: Clock) -> str:
    """Act and section, or for an own target its length: "Our own target: 10 working days"."""
    rule = law.rule(clock.rule, act=clock.act)
    if not clock.own:
        return rule.citation(_language())
    return str(_("Our own target: %(length)s")) % {
        "length": law.amount_text(rule.length, rule.unit, _language())
    }


def _language() -> str:
    code = (get_language() or "fi")[:2]
    return code if code in law.LANGUAGES else "en"
