"""A work-permit guideline's answers, terms and states in words. Not for: rules."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kotopolku import writing
from kotopolku.clients.wording import language
from kotopolku.cooperation.models import Guideline, GuidelineState
from kotopolku.cooperation.queries.guideline_texts import (
    named_municipalities,
    named_regions,
    occupation_name,
)
from kotopolku.cooperation.queries.guidelines import Answer, Shortage
from kotopolku.cooperation.rules_guidelines import Line, Outcome
from kotopolku.cooperation.wording import Mark


def said(texts: dict[str, str] | Any) -> str:
    """A text by language in the page's language, else in the first that has one."""
    return texts.get(language()) or next((text for text in texts.values() if text), "")


def said_in(texts: dict[str, str] | Any) -> str:
    """The language of what ``said`` gives."""
    if texts.get(language()):
        return language()
    return next((code for code, text in texts.items() if text), language())


def day(of: Any) -> str:
    return writing.day(of)


def state_mark(one: Guideline, today: Any) -> Mark:
    """Draft, coming, in force, ended or withdrawn on a day."""
    if one.state == GuidelineState.DRAFT:
        return Mark("plan", _("draft"))
    if one.state == GuidelineState.WITHDRAWN:
        return Mark("late", _("withdrawn"))
    if today < one.valid.lower:
        return Mark("soon", _("not yet in force"))
    if today >= one.valid.upper:
        return Mark("lock", _("ended"))
    return Mark("ok", _("in force"))


def heading(answer: Answer) -> str:
    """The answer in one sentence."""
    sentences = {
        Outcome.LIFTED: _("The availability of labour is not tested."),
        Outcome.EXCEPTED: _("The availability of labour is tested: the occupation is an exception."),
        Outcome.NARROWED: _("The availability of labour is tested in this municipality."),
        Outcome.NOT_LISTED: _(
            "The availability of labour is tested: the occupation is not in the guideline."
        ),
        Outcome.NO_GUIDELINE: _("No guideline was found for the day."),
        Outcome.ALAND: _("Åland has no guideline of this kind."),
    }
    return sentences[answer.outcome]


def outcome_mark(answer: Answer) -> str:
    marks = {Outcome.LIFTED: "ok", Outcome.NO_GUIDELINE: "plan", Outcome.ALAND: "plan"}
    return marks.get(answer.outcome, "lock")


def explanation(answer: Answer) -> list[str]:
    """Why, in whole sentences."""
    version, line = answer.version, answer.line
    found = []
    if version is not None:
        found.append(
            _("Version %(number)s of %(organisation)s is in force in the region from %(first)s to %(last)s.")
            % {
                "number": version.number,
                "organisation": version.organisation,
                "first": day(version.first),
                "last": day(version.last),
            }
        )
    if line is not None and line.code != answer.code:
        found.append(
            _("It says so of the group %(code)s %(name)s, to which the occupation belongs.")
            % {"code": line.code, "name": occupation_name(line.code)}
        )
    if answer.outcome == Outcome.NARROWED and line is not None:
        found.append(
            _("The test is lifted only in: %(names)s.") % {"names": named_municipalities(line.municipalities)}
        )
    for one in answer.merged:
        words = _(
            "%(old)s was merged into %(new)s on %(day)s: what the guideline says of %(old)s holds in %(new)s."
        )
        names = {"old": named_municipalities([one.code]), "new": one.into.name()}
        found.append(words % (names | {"day": day(one.on)}))
    if answer.outcome == Outcome.ALAND:
        found.append(_("Its own authorities answer for work permits there together with the State."))
    if answer.outcome == Outcome.NO_GUIDELINE:
        found.append(_("Without a guideline the availability of labour is tested case by case."))
        if answer.ended:
            words = _("The last version, %(number)s, ended on %(day)s.")
            found.append(words % {"number": answer.ended.number, "day": day(answer.ended.last)})
        if answer.coming:
            words = _("The next version, %(number)s, is in force from %(day)s.")
            found.append(words % {"number": answer.coming.number, "day": day(answer.coming.first)})
    return found


def conditions(line: Line) -> list[str]:
    """The terms of a line, each in words; empty when there are none."""
    found = []
    if line.full_time:
        found.append(_("Full-time work only"))
    if line.income_eur is not None:
        found.append(_("Gross pay at least %(euros)s euros a month") % {"euros": _euros(line.income_eur)})
    if said(line.condition):
        found.append(said(line.condition))
    if line.municipalities:
        found.append(_("Only in: %(names)s") % {"names": named_municipalities(line.municipalities)})
    return found


def _euros(sum_of: Any) -> str:
    text = f"{sum_of:,.2f}".removesuffix(".00")
    return text if language() == "en" else text.replace(",", "\u00a0").replace(".", ",")


def shortage_sentences(shortage: Shortage) -> list[str]:
    """What the national list says and what that means; it never lifts the test of a first permit."""
    if shortage.first is None:
        return [_("No national list of shortage occupations is known.")]
    days = {"first": day(shortage.first), "last": day(shortage.last) if shortage.last else "–"}
    if not shortage.known:
        return [
            _("No national list of shortage occupations is known to be in force on the day.")
            + " "
            + _("The latest known was in force from %(first)s to %(last)s.") % days
        ]
    if not shortage.listed:
        return [_("The occupation is not on the national list, in force from %(first)s to %(last)s.") % days]
    return [
        _("The occupation is on the national list, in force from %(first)s to %(last)s.") % days,
        _(
            "It means that the holder of an employed person's residence permit may also work in the occupation. "
            "It does not lift the availability test of a first permit: only a guideline does."
        ),
    ]


def changed_terms(fields: tuple[str, ...]) -> str:
    """Which terms of an occupation were changed."""
    names = {
        "lifted": _("whether it is an exception"),
        "full_time": _("full time"),
        "income_eur": _("least pay"),
        "condition": _("further conditions"),
        "municipalities": _("municipalities"),
    }
    return ", ".join(names[one] for one in fields)


def shown_line(line: Line) -> dict[str, Any]:
    """A line as pages and papers show it."""
    return {
        "code": line.code,
        "name": occupation_name(line.code),
        "lifted": line.lifted,
        "conditions": conditions(line),
    }


def occupations_number(number: int) -> str:
    return ngettext("%(count)d occupation or group", "%(count)d occupations or groups", number) % {
        "count": number
    }


def regions(codes: Any) -> str:
    return named_regions(codes)
