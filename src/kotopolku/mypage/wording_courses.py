"""Plain words of the client's own page about courses: why one could suit, how it is followed, what state a wish is in.

``SENTENCES`` stand word for word in the training room, which refuses with them; a test holds them together.
"""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from kotopolku.mypage import wording
from kotopolku.reference import queries as reference
from kotopolku.training.models import Attending, Course, Enrolment, EnrolmentState
from kotopolku.training.rules import Why

SENTENCES = (
    gettext_noop("This has changed meanwhile. See how it is now."),
    gettext_noop("The last day for the answer was %(day)s. Ask whether there is still a place."),
    gettext_noop("This course takes nobody any more."),
    gettext_noop("You are in the queue of this course or have a place in it already."),
    gettext_noop("You have three wishes already. Take one back first."),
)
STATES = {
    EnrolmentState.QUEUED: gettext_lazy("You are in the queue."),
    EnrolmentState.ACCEPTED: gettext_lazy("You have a place."),
    EnrolmentState.STARTED: gettext_lazy("You are studying in this course."),
    EnrolmentState.DECLINED: gettext_lazy("You said no to the place."),
    EnrolmentState.EXPIRED: gettext_lazy("The time to answer has passed."),
    EnrolmentState.CANCELLED: gettext_lazy("You are no longer in the queue. Ask your worker why."),
    EnrolmentState.ENDED: gettext_lazy("You have completed the course."),
    EnrolmentState.INTERRUPTED: gettext_lazy("Your studies in this course stopped early."),
}
PACES = {
    "slow": gettext_lazy("Slow pace"),
    "basic": gettext_lazy("Basic pace"),
    "fast": gettext_lazy("Fast pace"),
}


def state(row: Enrolment) -> str:
    """Where the client stands; an offer whose day has passed is over, also before the morning's job has said so."""
    found = EnrolmentState.EXPIRED if row.state == EnrolmentState.OFFERED else EnrolmentState(row.state)
    return str(STATES.get(found, ""))


def pace(course: Course) -> str:
    return str(PACES.get(course.track, ""))


def place(course: Course) -> str:
    """Where one studies: the municipality, at home, or both."""
    found = reference.municipality_by_code(course.municipality) if course.municipality else None
    name = found.name() if found else ""
    if course.attending == Attending.REMOTE:
        return _("At home, over the internet")
    if course.attending == Attending.HYBRID:
        return _("%(place)s, partly at home") % {"place": name} if name else _("Partly at home")
    return name


def facts(course: Course) -> dict[str, Any]:
    """What the part of a page about one course shows (``parts/course_facts.html``)."""
    return {"course": course, "place": place(course), "pace": pace(course), "support": support(course)}


def support(course: Course) -> str:
    """The languages in which there is help, in the page's language: "Arabic, Somali"."""
    return ", ".join(wording.language_name(code) for code in course.support_languages)


def reasons(found: Iterable[Why]) -> list[str]:
    """What speaks for the course, and whether there is room."""
    return [text for one in found if (text := _reason(one))]


def _reason(one: Why) -> str:
    if one.code == "seats":
        if one.good:
            free = one.params["free"] - one.params["waiting"]
            return _("Free places: %(number)d") % {"number": free}
        return _("Others wait for a place, too.")
    if not one.good:
        return ""
    if one.code == "level":
        return _("It suits your language level.") if one.params["rank"] is not None else ""
    if one.code == "remote":
        return _("You can study at home.")
    if one.code == "distance":
        km = one.params["km"]
        return _("In your municipality.") if km == 0 else _("About %(km)d km from you.") % {"km": km}
    if one.code == "support":
        return _("You get help in this language: %(language)s.") % {
            "language": wording.language_name(one.params["language"])
        }
    return ""
