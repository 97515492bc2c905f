"""Words of courses and places for pages: why a course fits, marks of states, levels, places. Not for: rules."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from kotopolku.progress.sources import levels
from kotopolku.reference import queries as reference
from kotopolku.training.models import Attending, Course, CourseState, EnrolmentState
from kotopolku.training.rules import Slot, Why

WEEKDAYS = {
    1: gettext_lazy("Monday"),
    2: gettext_lazy("Tuesday"),
    3: gettext_lazy("Wednesday"),
    4: gettext_lazy("Thursday"),
    5: gettext_lazy("Friday"),
    6: gettext_lazy("Saturday"),
    7: gettext_lazy("Sunday"),
}
STATE_MARKS = {
    EnrolmentState.WISHED: "plan",
    EnrolmentState.QUEUED: "wait",
    EnrolmentState.OFFERED: "now",
    EnrolmentState.ACCEPTED: "ok",
    EnrolmentState.STARTED: "now",
    EnrolmentState.DECLINED: "plan",
    EnrolmentState.EXPIRED: "late",
    EnrolmentState.CANCELLED: "plan",
    EnrolmentState.ENDED: "ok",
    EnrolmentState.INTERRUPTED: "late",
    EnrolmentState.MOVED: "plan",
    EnrolmentState.TURNED_DOWN: "plan",
}


@dataclass(frozen=True)
class Mark:
    """A mark of a state and its words."""

    state: str
    words: str


@dataclass(frozen=True)
class Reason:
    """One reason in words; ``good`` None where it cannot be said."""

    good: bool | None
    text: str


def day(value: date) -> str:
    return f"{value.day}.{value.month}.{value.year}"


def level_name(rank: int | None) -> str:
    """The code of a step, "A2.1"; empty without one."""
    return next((one.code for one in levels().values() if one.rank == rank), "")


def level_range(low: str, high: str) -> str:
    """ "A1.1–A2.1", "from A1.1", "up to A2.1", or empty when every level is taken."""
    if low and high:
        return low if low == high else f"{low}–{high}"
    if low:
        return _("from %(level)s") % {"level": low}
    return _("up to %(level)s") % {"level": high} if high else ""


def place_name(of: Course) -> str:
    """ "Vantaa", "Vantaa, partly remote" or "Remote"."""
    found = reference.municipality_by_code(of.municipality) if of.municipality else None
    if of.attending == Attending.REMOTE:
        return _("Remote")
    name = found.name() if found else ""
    if of.attending == Attending.HYBRID:
        return _("%(place)s, partly remote") % {"place": name} if name else _("Partly remote")
    return name


def language_names(codes: Iterable[str]) -> list[str]:
    found = (reference.language(code) for code in codes)
    return [one.name() for one in found if one is not None]


def course_mark(of: Course, today: date) -> Mark:
    """The course's state on the day: draft, withdrawn, coming, running or past."""
    if of.state == CourseState.DRAFT:
        return Mark("plan", _("draft"))
    if of.state == CourseState.WITHDRAWN:
        return Mark("late", _("withdrawn"))
    if today < of.starts_on:
        return Mark("wait", _("coming"))
    return Mark("now", _("under way")) if today <= of.ends_on else Mark("ok", _("ended"))


def seats_text(of: Course, waiting: int) -> str:
    """ "3 of 16 free, 4 waiting"."""
    text = _("%(free)d of %(seats)d free") % {"free": of.free, "seats": of.seats}
    if not waiting:
        return text
    more = ngettext("%(number)d waiting", "%(number)d waiting", waiting) % {"number": waiting}
    return f"{text}, {more}"


def slot_text(slot: Slot) -> str:
    """ "Monday 9.00–14.00"."""
    times = f"{slot.starts:%H.%M}–{slot.ends:%H.%M}".replace("–0", "–").lstrip("0")
    return f"{WEEKDAYS[slot.weekday]} {times}"


def reasons(found: Sequence[Why]) -> list[Reason]:
    """The reasons in words, those that say nothing left out; what speaks for the course first."""
    texts = [(one.good, _why(one)) for one in found]
    order = {True: 0, None: 1, False: 2}
    return [Reason(good, text) for good, text in sorted(texts, key=lambda one: order[one[0]]) if text]


def _why(one: Why) -> str:
    return _TEXTS[one.code](one)


def _level(one: Why) -> str:
    wanted = level_range(level_name(one.params["low"]), level_name(one.params["high"]))
    words = {"level": level_name(one.params["rank"]), "range": wanted}
    if not wanted:
        return _("Open to every level")
    if one.good is None:
        return _("No level has been recorded; the course takes %(range)s") % words
    if one.good:
        return _("Level %(level)s fits: the course takes %(range)s") % words
    return _("Level %(level)s does not fit: the course takes %(range)s") % words


def _plan(one: Why) -> str:
    until = one.params["until"]
    if until is None:
        return _("No plan in force to compare the days with")
    words = {"day": day(until)}
    if one.good:
        return _("Ends before the plan's latest end %(day)s") % words
    return _("Starts after the plan's latest end %(day)s") % words


def _plan_part(one: Why) -> str:
    words = {"day": day(one.params["until"])}
    return _("Starts before the plan's latest end %(day)s but goes on after it") % words


def _track(one: Why) -> str:
    if one.good is None:
        return ""
    return _("The same track as before") if one.good else _("Another track than before")


def _seats(one: Why) -> str:
    free = ngettext("%(number)d seat free", "%(number)d seats free", one.params["free"]) % {
        "number": one.params["free"]
    }
    if not one.params["waiting"]:
        return free
    more = ngettext("%(number)d waiting", "%(number)d waiting", one.params["waiting"]) % {
        "number": one.params["waiting"]
    }
    return f"{free}, {more}"


def _distance(one: Why) -> str:
    km = one.params["km"]
    if km is None:
        return ""
    return _("In the own municipality") if km == 0 else _("%(km)d km away, between the centres") % {"km": km}


def _remote(one: Why) -> str:
    return _("Can be followed from anywhere")


def _support(one: Why) -> str:
    if one.good is False:
        return _("In no language that the client is known to speak")
    if not one.good:
        return ""
    return _("Support in %(language)s") % {"language": ", ".join(language_names([one.params["language"]]))}


_TEXTS = {
    "level": _level,
    "plan": _plan,
    "plan-part": _plan_part,
    "track": _track,
    "seats": _seats,
    "distance": _distance,
    "remote": _remote,
    "support": _support,
}
