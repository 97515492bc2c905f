"""Plain words of the own page, in the client's language: steps, deadlines, rights, kinds of things, and how days are written.

Each sentence whole, one thing in it. Not for: texts of officials (those stand in their rooms) and deciding anything.
"""

from collections.abc import Mapping
from datetime import date, datetime
from functools import cache

from babel import Locale
from babel.dates import format_date
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import to_locale

from kotopolku import clock
from kotopolku.clients.rules import Refusal
from kotopolku.mypage import languages
from kotopolku.mypage.rules import PathStep

_LOCALES = {"en": "en_GB", "fi": "fi_FI", "sv": "sv_FI", "so": "so_SO"}


@cache
def locale(code: str) -> str:
    """Babel's name of a client language."""
    return _LOCALES.get(code, to_locale(code))


def day(value: date | datetime | None) -> str:
    """The day in full without weekday: 27 November 2026, 27. marraskuuta 2026."""
    found = _day_of(value)
    return "" if found is None else str(format_date(found, "long", locale(languages.current().code)))


def long_day(value: date | datetime | None) -> str:
    """The day with its weekday."""
    found = _day_of(value)
    return "" if found is None else str(format_date(found, "full", locale(languages.current().code)))


def time(value: datetime | None) -> str:
    """Finnish time as clocks in Finland show it: 10:00."""
    return f"{value.astimezone(clock.HELSINKI):%H:%M}" if value else ""


def span(first: date, last: date | None = None) -> str:
    """From a day, or from one to another."""
    if last is None:
        return _("from %(first)s") % {"first": day(first)}
    return _("%(first)s to %(last)s") % {"first": day(first), "last": day(last)}


def _day_of(value: date | datetime | None) -> date | None:
    return value.astimezone(clock.HELSINKI).date() if isinstance(value, datetime) else value


def month(value: date) -> str:
    """Month and year, as "November 2026"."""
    return str(format_date(value, "LLLL y", locale(languages.current().code)))


def language_name(code: str) -> str:
    """A language's name in the page's language."""
    known = Locale.parse(locale(languages.current().code)).languages
    return str(known.get(code.partition("-")[0]) or code)


def country_name(iso2: str) -> str:
    """A country's name in the page's language; empty when it is not known."""
    return str(Locale.parse(locale(languages.current().code)).territories.get(iso2, ""))


def refusal_text(refusal: Refusal) -> str:
    """Why something was not done; days written as the language writes them."""
    params = {
        name: day(value) if isinstance(value, date) else value for name, value in refusal.params.items()
    }
    return str(_(refusal.message) % params) if refusal.message else _("This could not be done.")


# The path ---------------------------------------------------------------------------------------------------------

STEP_NAMES: Mapping[str, str | Promise] = {
    "start": lazy("Beginning"),
    "talk": lazy("First talk"),
    "plan": lazy("Your plan"),
    "sign": lazy("Accepting the plan"),
    "end": lazy("After the plan"),
}
STEP_ICONS = {
    "start": "flag",
    "talk": "talk",
    "plan": "tender",
    "sign": "edit",
    "measure": "book",
    "end": "flag",
}


def step_name(step: PathStep) -> str:
    """The heading of a step: a course by its own name, everything else in plain words."""
    return step.measure.title if step.measure else str(STEP_NAMES[step.name])


def step_lines(step: PathStep) -> list[str]:
    """What has happened or will, with its day."""
    if step.measure is not None:
        return _measure_lines(step)
    done, when = step.state == "done", day(step.on)
    if step.name == "start":
        return [_("You became our client. %(day)s") % {"day": when}]
    if step.name == "talk":
        if done:
            return [_("We talked about your studies, your work and your wishes. %(day)s") % {"day": when}]
        return [_("We talk about your studies, your work and your wishes.")]
    if step.name == "plan":
        if done:
            return [_("We made your plan together. %(day)s") % {"day": when}]
        return [_("We make a plan together: what you learn and do next.")]
    if step.name == "sign":
        if done:
            return [_("You have accepted your plan. %(day)s") % {"day": when}]
        return [_("Read the plan and sign it, if you accept it.")]
    if done:
        return [_("Your plan has ended. %(day)s") % {"day": when}]
    if step.on is not None:
        return [_("Your plan is in force until %(day)s.") % {"day": when}]
    return [_("Work, studies or other things that you want to do.")]


def _measure_lines(step: PathStep) -> list[str]:
    measure = step.measure
    if measure is None:
        return []
    lines = [measure_kind(measure.kind)]
    if step.state == "done":
        lines.append(_("This is done."))
    elif step.state == "now" and measure.ends_on:
        lines.append(_("You take part now. It ends on %(day)s.") % {"day": day(measure.ends_on)})
    elif step.state == "now" and measure.state == "under-way":
        lines.append(_("You take part now."))
    elif measure.starts_on:
        lines.append(_("It begins on %(day)s.") % {"day": day(measure.starts_on)})
    else:
        lines.append(_("The day is not known yet."))
    return lines


MEASURE_KINDS: Mapping[str, str | Promise] = {
    "language": lazy("Learning Finnish or Swedish"),
    "literacy": lazy("Learning to read and write"),
    "integration-training": lazy("Integration training"),
    "vocational": lazy("Studying for a profession"),
    "work-tryout": lazy("Trying out work"),
    "orientation": lazy("Learning about life in Finland"),
    "association": lazy("Free-time activity"),
    "health": lazy("Advice on health"),
    "guidance": lazy("Advice and guidance"),
    "job-search": lazy("Looking for work"),
    "self-study": lazy("Studying on your own"),
}


def measure_kind(kind: str) -> str:
    return str(MEASURE_KINDS.get(kind) or _("Other activity"))


STATES: Mapping[str, str | Promise] = {
    "planned": lazy("coming"),
    "under-way": lazy("now"),
    "done": lazy("done"),
    "reached": lazy("done"),
    "dropped": lazy("left out"),
}
STATE_MARKS = {"planned": "plan", "under-way": "now", "done": "ok", "reached": "ok", "dropped": "wait"}


def state_name(state: str) -> str:
    return str(STATES.get(state, state))


# Deadlines --------------------------------------------------------------------------------------------------------

CLOCKS: Mapping[str, str | Promise] = {
    "A1": lazy("Your first talk with us begins on %(day)s at the latest."),
    "A7": lazy("Your first talk with us begins as soon as possible."),
    "A2": lazy("We begin to make your plan with you on %(day)s at the latest."),
    "A8": lazy("We make your plan with you as soon as possible."),
    "A3": lazy("Your first plan must be ready on %(day)s at the latest."),
    "A4": lazy("We direct you to a course or service on %(day)s at the latest."),
    "A5": lazy("We look at your plan together on %(day)s at the latest."),
    "A6": lazy("We look at your plan together on %(day)s at the latest."),
    "D1": lazy("Your first plan can last until %(day)s, unless we look at it and prolong it."),
    "D2": lazy("By law you can have a plan until %(day)s at the longest."),
    "D3": lazy("By law you can have a plan until %(day)s at the longest."),
}


def clock_text(rule: str, due: date | None) -> str:
    """A deadline as the client reads it."""
    return str(CLOCKS[rule]) % {"day": day(due)} if due or rule in ("A7", "A8") else ""


# Rights and duties ------------------------------------------------------------------------------------------------

RIGHTS: Mapping[str, str | Promise] = {
    "right-information": lazy(
        "You have the right to understand your rights and duties. We explain them to you."
    ),
    "right-services": lazy("You have the right to services that suit you. They are written in your plan."),
    "right-interpretation": lazy("You have the right to an interpreter. It costs you nothing."),
    "right-review": lazy("You can ask for your plan to be changed at any time."),
}
DUTIES: Mapping[str, str | Promise] = {
    "duty-take-part-in-planning": lazy(
        "You take part when the plan is made and when we look at it together."
    ),
    "duty-carry-out": lazy("You do what is written in your plan."),
    "duty-follow-plan": lazy("You do what is written in your plan."),
    "duty-attend": lazy("You apply for the courses and services in your plan and go there regularly."),
    "duty-report": lazy("You tell us how you have carried out the plan."),
    "duty-notify-changes": lazy("You tell us about important changes in your life that affect your plan."),
    "duty-keep-job-search-records": lazy(
        "If you look for work, you keep your records of it and show them when asked."
    ),
}
CONSEQUENCES: Mapping[str, str | Promise] = {
    "fee-missed-appointment": lazy(
        "If you do not come to a booked time, do not cancel it and have no good reason, "
        "you may have to pay a part of the costs of the interpreter. We warn you first."
    ),
    "consequence-refusal": lazy(
        "If you refuse the plan or a service without a good reason, it can affect your benefits. We talk with you first."
    ),
    "no-appeal": lazy("You cannot appeal against the plan to a court. You can always ask us to change it."),
}


# Small things -----------------------------------------------------------------------------------------------------

CORRECTION_PARTS: Mapping[str, str | Promise] = {
    "name": lazy("My name or date of birth"),
    "contact": lazy("My address, telephone or e-mail"),
    "permit": lazy("My residence permit"),
    "language": lazy("My language or my need of an interpreter"),
    "background": lazy("My education or profession"),
    "plan": lazy("My plan, courses or activities"),
    "other": lazy("Something else"),
}
CORRECTION_STATES: Mapping[str, str | Promise] = {
    "open": lazy("We are looking at this."),
    "accepted": lazy("We have agreed and correct it."),
    "refused": lazy("We do not change it."),
}
TOPICS: Mapping[str, str | Promise] = {
    "assessment": lazy("We talk about your studies, your work and your wishes."),
    "plan": lazy("We make a plan together: what you learn and do next."),
    "review": lazy("We look at your plan together."),
    "guidance": lazy("We give you advice."),
    "orientation": lazy("We tell you about your rights and duties."),
}
WAYS: Mapping[str, str | Promise] = {
    "office": lazy("At our office"),
    "elsewhere": lazy("In another place"),
    "telephone": lazy("By telephone"),
    "video": lazy("By video"),
}


def topic(code: str) -> str:
    return str(TOPICS.get(code) or _("We meet and talk."))


def way(code: str) -> str:
    return str(WAYS.get(code, ""))
