"""Pages of the law: which rules are in force on a day, and each rule with its reasons, to be tried with a day.

Not for: cases. Nothing here knows a client.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from kotopolku import law, writing
from kotopolku.access.capabilities import Capability
from kotopolku.access.gate import needs
from kotopolku.law.statutes import statute_book
from kotopolku.portal.forms import DayField


@dataclass(frozen=True)
class RuleRow:
    """One rule as the pages show it, in the page's language."""

    id: str
    act: str
    title: str
    text: str
    citation: str
    amount: str
    kind: str
    trigger: str
    certainty: str
    is_certain: bool
    validity: str
    own: bool
    current: bool


def kind_words(rule: law.Rule) -> str:
    """What sort of time it is: acting by a day moves from a day off, a validity does not."""
    return {
        "act-by": _("act by this day; moves from a day off to the next working day"),
        "validity": _("time of validity; does not move"),
        "count": _("counted in working days"),
        "without-delay": _("without delay; the law gives no number"),
    }[rule.kind]


def certainty_words(certainty: str) -> str:
    return {
        "S": _("read in the Act or decree itself"),
        "W": _("read in an official page or guide"),
        "memory": _("from general knowledge, to be checked against the Act"),
        "uncertain": _("a reading; an official must confirm it"),
        "assumption": _("not said in the Act or decree: chosen here, an official must confirm it"),
        "own": _("our own target, not law"),
    }.get("W" if certainty.startswith("W") else certainty, certainty)


def row(rule: law.Rule, day: date) -> RuleRow:
    language = writing.language()
    return RuleRow(
        id=rule.id,
        act=rule.act,
        title=rule.titles[language],
        text=rule.texts[language],
        citation=rule.citation(language),
        amount=law.amount_text(rule.amount, rule.unit, language) if rule.amount else "",
        kind=kind_words(rule),
        trigger=statute_book().triggers.get(rule.trigger, {}).get(language, ""),
        certainty=certainty_words(rule.certainty),
        is_certain=rule.certainty == "S",
        validity=law.validity_text(rule, language),
        own=rule.own,
        current=rule.in_force(day),
    )


class FilterForm(forms.Form):
    """Which rules to list; kept in the address."""

    on = DayField(label=gettext_lazy("In force on"), required=False)
    act = forms.ChoiceField(label=gettext_lazy("Act"), required=False)
    q = forms.CharField(label=gettext_lazy("Word"), required=False, max_length=100)

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        acts = sorted({rule.act for rule in law.rules() if not rule.own})
        self.fields["act"].choices = [("", _("All")), *((act, act) for act in acts)]  # type: ignore[attr-defined]


@needs(Capability.SIGNED_IN)
@require_GET
def rules(request: HttpRequest) -> HttpResponse:
    """Every rule in force on the day, the law first and our own targets after it."""
    today = request.viewer.day  # type: ignore[attr-defined]
    form = FilterForm(request.GET if request.GET else None, initial={"on": today})
    chosen = form.cleaned_data if form.is_bound and form.is_valid() else {}
    day = chosen.get("on") or today
    words = chosen.get("q", "").casefold()
    rows = [row(rule, day) for rule in law.rules(day) if chosen.get("act") in (None, "", rule.act)]
    rows = [
        item for item in rows if words in f"{item.id} {item.title} {item.text} {item.citation}".casefold()
    ]
    return render(
        request,
        "portal/law_rules.html",
        {
            "form": form,
            "day": day,
            "law_rows": [item for item in rows if not item.own],
            "own_rows": [item for item in rows if item.own],
        },
        status=422 if form.is_bound and not form.is_valid() else 200,
    )


class TryForm(forms.Form):
    """The starting day of a clock, and a time during which it stood still."""

    start = DayField(label=gettext_lazy("Starting day"))
    stopped_from = DayField(label=gettext_lazy("Stopped from"), required=False)
    stopped_until = DayField(label=gettext_lazy("Stopped until"), required=False)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        first, last = given.get("stopped_from"), given.get("stopped_until")
        if bool(first) != bool(last):
            self.add_error(
                "stopped_until", _("Give both the first and the last day of the time that was stopped.")
            )
        elif first and last and last < first:
            self.add_error("stopped_until", _("The last day is before the first."))
        return given

    def suspensions(self) -> list[law.Period]:
        first, last = self.cleaned_data.get("stopped_from"), self.cleaned_data.get("stopped_until")
        return [law.Period(first, last)] if first and last else []


@needs(Capability.SIGNED_IN)
@require_GET
def rule(request: HttpRequest, rule_id: str) -> HttpResponse:
    """One rule in all its wordings, and a form to try it."""
    wordings = [item for item in law.rules() if item.id == rule_id]
    if not wordings:
        raise Http404
    day = request.viewer.day  # type: ignore[attr-defined]
    form = TryForm(request.GET if "start" in request.GET else None)
    result = None
    if form.is_bound and form.is_valid():
        try:
            result = law.due(rule_id, form.cleaned_data["start"], form.suspensions())
        except law.LawError as refusal:
            form.add_error("start", refusal.message(writing.language()))
    return render(
        request,
        "portal/law_rule.html",
        {
            "rule_id": rule_id,
            "rows": [row(item, day) for item in wordings],
            "form": form,
            "result": result,
            "lines": result.explanation.lines(writing.language()) if result else [],
        },
        status=422 if form.is_bound and form.errors else 200,
    )
