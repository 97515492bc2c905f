"""Where programmes, their lines and the councils' decisions are, in a word or two. In the languages of readers too."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from kotopolku.steering.council_rules import APPROVED, LEFT, REJECTED, RETURNED, WAITING
from kotopolku.steering.models import (
    Line,
    MunicipalProgramme,
    MunicipalState,
    NationalProgramme,
    ProgrammeState,
)


@dataclass(frozen=True)
class Mark:
    """State for ``{% mark %}``: icon and colour by ``state``, the words beside."""

    state: str
    words: str


COUNCIL_STATES: Mapping[str, tuple[str, str | Promise]] = {
    WAITING: ("wait", gettext_lazy("waits for the council")),
    APPROVED: ("ok", pgettext_lazy("council", "approved")),
    RETURNED: ("soon", gettext_lazy("returned for preparation")),
    REJECTED: ("late", pgettext_lazy("council", "rejected")),
    LEFT: ("plan", gettext_lazy("left the programme")),
}


def national_mark(programme: NationalProgramme, day: date) -> Mark:
    """Whether it is a draft, still to begin, in force or over."""
    if programme.state == ProgrammeState.DRAFT:
        return Mark("plan", _("draft"))
    last = programme.last_day
    if programme.days.lower > day:
        return Mark("soon", _("adopted, not yet in force"))
    if last is not None and last < day:
        return Mark("plan", _("ended"))
    return Mark("ok", _("in force"))


def line_mark(line: Line, day: date) -> Mark | None:
    """Whether a line has been ended or replaced; None for one that runs its course."""
    if not line.ended_reason:
        return None
    over = line.last_day is not None and line.last_day < day
    if line.replaced_by_id:
        return Mark("plan", _("replaced") if over else _("will be replaced"))
    return Mark("plan", _("ended") if over else _("will end"))


def council_mark(state: str) -> Mark:
    icon, words = COUNCIL_STATES[state]
    return Mark(icon, str(words))


def municipal_mark(programme: MunicipalProgramme, day: date) -> Mark:
    """Where the programme is on the day; an approved one says whether its period is to come, going or over."""
    if programme.state == MunicipalState.DRAFT:
        return Mark("plan", _("being drawn up"))
    if programme.state == MunicipalState.COUNCILS:
        return Mark("wait", _("before the councils"))
    last = programme.last_day
    if programme.state == MunicipalState.ENDED:
        return Mark("plan", _("ended"))
    if last is not None and last < day:
        return Mark("late", _("expired"))
    if programme.days.lower > day:
        return Mark("soon", _("approved, not yet in force"))
    return Mark("ok", _("in force"))


def goal_words(state: str) -> str:
    return {
        "open": pgettext("goal", "under way"),
        "reached": pgettext("goal", "reached"),
        "dropped": pgettext("goal", "given up"),
    }[state]
