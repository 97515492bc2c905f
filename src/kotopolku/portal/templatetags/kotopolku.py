"""The design's parts for templates: icons, marks, fields, days, explanations, dates. Built in: no ``load`` is needed.

Not for: decisions. A part shows what it is given.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from functools import cache, lru_cache
from itertools import chain
from typing import Any

from django import forms, template
from django.conf import settings
from django.forms.boundfield import BoundField
from django.template.loader import render_to_string
from django.templatetags import i18n
from django.templatetags.static import static as gathered
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from kotopolku import clock, law, writing
from kotopolku.access.capabilities import Capability
from kotopolku.portal import context as frames
from kotopolku.portal import faults, frame

register = template.Library()
register.tags.update(i18n.register.tags)
register.filters.update(i18n.register.filters)
"""Translation is for every template too."""

STATE_ICONS = {
    "late": "alert",
    "soon": "clock",
    "now": "clock",
    "ok": "check",
    "plan": "calendar",
    "wait": "wait",
    "lock": "lock",
}
SOON_DAYS = 7
"""A day so near is coloured. Our own choice of presentation, not a number of the law."""

register.filter("day", writing.day)
register.filter("weekday_day", writing.weekday_day)
register.filter("long_day", writing.long_day)
register.filter("clock_time", writing.clock_time)
register.filter("number", writing.number)


@register.filter
def cited(text: str) -> str:
    """A section kept as text ("1386/2010 § 10") as the page's language writes it (1386/2010 10 §)."""
    return law.cited(text or "", writing.language())


@register.simple_tag
def static(name: str) -> str:
    """Address of a static file. One that has not been gathered never breaks a page: its plain address is given."""
    try:
        return gathered(name)
    except ValueError:
        return settings.STATIC_URL + name


@register.filter
def capability_name(capability: Capability) -> str:
    """A right in words, for those who lack it."""
    return frames.capability_name(capability)


@register.simple_tag(takes_context=True)
def frame_html(context: template.Context) -> SafeString:
    """The bar and menu around a page, kept for each seat."""
    return frame.written(context["request"], context["frame"])


@register.simple_tag
@cache
def icon(name: str, flip: bool = False) -> SafeString:
    """An icon of the sprite, decoration only: words stand beside it. ``flip`` mirrors it in right-to-left pages."""
    return format_html(
        '<svg class="icon" aria-hidden="true"{}><use href="{}#{}"/></svg>',
        mark_safe(" data-flip") if flip else "",
        static("icons.svg"),
        name,
    )


@register.simple_tag
def mark(state: str, words: str, icon_name: str = "") -> SafeString:
    """State as icon and words. ``state``: late, soon, now, ok, plan, wait, lock."""
    return _mark(state, str(words), hasattr(words, "__html__"), icon_name)


@lru_cache(maxsize=2_000)
def _mark(state: str, words: str, safe: bool, icon_name: str) -> SafeString:
    """Kept, since a list says the same few things in every row."""
    return format_html(
        '<span class="mark" data-state="{}">{}{}</span>',
        "plan" if state == "wait" else state,
        icon(icon_name or STATE_ICONS.get(state, "info")),
        mark_safe(words) if safe else words,  # noqa: S308 - was safe when it came
    )


@register.simple_tag
def days(due: date, own: bool = False) -> SafeString:
    """The box with the days left to ``due``, or late, on the page's day. ``own`` marks our own target."""
    left = (due - clock.today()).days
    number, words = writing.days_left(left)
    return format_html(
        '<span class="days" data-state="{}"><b>{}</b><span>{}</span></span>',
        days_state(left, own),
        number,
        words,
    )


def days_state(left: int, own: bool) -> str:
    if left < 0:
        return "late"
    if own:
        return "own"
    if left == 0:
        return "today"
    return "soon" if left <= SOON_DAYS else "later"


@register.simple_tag
def days_mark(due: date) -> SafeString:
    """The same as one line: "4 days late", "today", "360 days left"."""
    left = (due - clock.today()).days
    state = "late" if left < 0 else "soon" if left <= SOON_DAYS else "plan"
    return mark(state, writing.days_words(left))


@register.simple_tag
def basis(act: str, section: str, own: bool = False) -> SafeString:
    """Where it stands: scales for the law, a house for our own target. ``section`` with an ``act`` is text as kept."""
    if own:
        return format_html('<span class="law">{}{}</span>', icon("house"), section or _("Our own target"))
    words = cited(f"{act} {section}") if act else section
    return format_html('<span class="law">{}{}</span>', icon("law"), words)


@register.simple_tag
def why(identifier: str, words: str = "") -> SafeString:
    """The button that opens the explanation with the same identifier."""
    return format_html(
        '<button class="why" type="button" popovertarget="{}">{}{}</button>',
        identifier,
        icon("info"),
        words or _("Why?"),
    )


_EXPLANATION = """<div class="explain" id="{0}" popover role="dialog" aria-labelledby="{0}-title"{1}>
  <h3 id="{0}-title">{2}</h3>
  <ol class="steps">
    {3}
  </ol>
  <div class="row">
    {4}
    <button class="why" type="button" popovertarget="{0}" popovertargetaction="hide">{5}</button>
  </div>
</div>
"""


@register.simple_tag
def explain(
    identifier: str, title: str, explanation: Any, printed: bool = False, rule: str = ""
) -> SafeString:
    """The reasons in a popover. ``explanation``: what the law answers, its JSON, or pairs (text, source).

    ``rule`` adds a link to the rule's page; ``printed`` prints the reasons under the paper.
    """
    steps = (
        (text, format_html("<small>{}</small>", source) if source else "")
        for text, source in explanation_lines(explanation)
    )
    return format_html(
        _EXPLANATION,
        identifier,
        mark_safe(" data-print") if printed else "",
        title,
        format_html_join("", "<li>{}{}</li>", steps),
        format_html('<a href="{}">{}</a>', _rule_page(rule), _("Read the rule")) if rule else "",
        _("Close"),
    )


@cache
def _rule_page(rule: str) -> str:
    return reverse("law-rule", args=[rule])


@register.filter
def explanation_lines(explanation: Any) -> list[tuple[str, str]]:
    """Pairs (text, source) in the page's language."""
    if isinstance(explanation, list | tuple):
        return list(explanation)
    if isinstance(explanation, dict) and explanation:
        explanation = law.Explanation.from_json(explanation)
    return list(explanation.lines(writing.language())) if explanation else []


@register.simple_tag
def field(bound: BoundField, optional: bool | None = None, hint: str = "", label: str = "") -> str:
    """A form's field in the design's order: label, hint, error, control. Optional is said unless told otherwise."""
    widget = bound.field.widget
    if bound.is_hidden:
        return str(bound)
    if isinstance(widget, forms.RadioSelect | forms.CheckboxSelectMultiple):
        name = "components/choice.html"
    elif isinstance(widget, forms.CheckboxInput):
        name = "components/check.html"
    else:
        name = "components/field.html"
    say_optional = not bound.field.required if optional is None else optional
    context = {
        "field": bound,
        "label": label or bound.label,
        "hint": hint or bound.help_text,
        "hint_id": f"{bound.auto_id}_helptext" if (hint or bound.help_text) else "",
        "error_id": f"{bound.auto_id}_error",
        "optional": say_optional and not isinstance(widget, forms.CheckboxInput),
        "control": _control(bound, bool(hint) and not bound.help_text),
    }
    return render_to_string(name, context)


def _control(bound: BoundField, hint_added: bool) -> SafeString:
    """The control itself, tied to hint and error for those who listen; days are typed with digits."""
    attributes: dict[str, Any] = {}
    if isinstance(bound.field, forms.DateField):
        attributes["inputmode"] = "numeric"
    if isinstance(bound.field.widget, forms.Textarea) and bound.field.widget.attrs.get("rows") == "10":
        attributes["rows"] = "4"
    if hint_added:
        described = [f"{bound.auto_id}_helptext"] + ([f"{bound.auto_id}_error"] if bound.errors else [])
        attributes["aria-describedby"] = " ".join(described)
    return bound.as_widget(attrs=attributes)


@register.simple_tag
def errorbox(*given: Any) -> str:
    """The summary of errors of forms and formsets, each a link to its field. Empty when there are none."""
    found = list(chain.from_iterable(_errors_of(item) for item in given if item))
    return render_to_string("components/errorbox.html", {"errors": found}) if found else ""


def _errors_of(item: Any) -> Iterable[tuple[str, str, str]]:
    """Triples (identifier of the field, its label, the error)."""
    if isinstance(item, forms.BaseFormSet):
        yield from (("", "", str(error)) for error in item.non_form_errors())
        for form in item.forms:
            yield from _errors_of(form)
        return
    if not isinstance(item, forms.BaseForm):
        yield from (("", "", str(error)) for error in item)
        return
    yield from (("", "", str(error)) for error in item.non_field_errors())
    for bound in item:
        identifier = bound.id_for_label or bound.auto_id
        if isinstance(bound.field.widget, forms.RadioSelect | forms.CheckboxSelectMultiple):
            identifier = f"{bound.auto_id}_0"
        yield from ((identifier, str(bound.label), str(error)) for error in bound.errors)


@register.simple_tag(takes_context=True)
def query_replace(context: dict[str, Any], **changes: Any) -> str:
    """The page's own query string with some values changed; an empty value takes the name away."""
    query = context["request"].GET.copy()
    for name, value in changes.items():
        if value in (None, ""):
            query.pop(name, None)
        else:
            query[name] = str(value)
    return f"?{query.urlencode()}" if query else "?"


@register.inclusion_tag("components/kept.html", takes_context=True)
def kept_fields(context: dict[str, Any]) -> dict[str, Any]:
    """A form with what was typed, to send again after a fault. Nothing when the form came from another site."""
    request = context.get("request")
    return {
        "fields": faults.typed_fields(request) if request is not None else [],
        "address": request.get_full_path() if request is not None else "",
        "csrf_token": context.get("csrf_token", ""),
    }


@register.simple_tag
def crumbs(*pairs: str) -> str:
    """Where the page is: ``{% crumbs "Clients" "/clients/" "2024-00317" %}``; the last one is the page itself."""
    steps: Sequence[tuple[str, str]] = [(pairs[i], pairs[i + 1]) for i in range(0, len(pairs) - 1, 2)]
    return render_to_string("components/crumbs.html", {"steps": steps, "here": pairs[-1]})
