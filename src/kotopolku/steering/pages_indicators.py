"""Pages of indicators: the list, one indicator by place and year, its figures typed, from a file, from reference data.

Figures are read without signing in, as the API gives them; the ministry writes them.
"""

import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from kotopolku import tabular
from kotopolku.access.capabilities import Capability
from kotopolku.access.gate import ViewerRequest, needs, open_to_all
from kotopolku.clients.rules import Refusals
from kotopolku.clients.wording import language, refusal_text
from kotopolku.placement.pages import run, saving, show_form, status_of
from kotopolku.steering import access, wording_programme
from kotopolku.steering import rules_indicators as rules
from kotopolku.steering.actions import indicators as acts
from kotopolku.steering.forms_indicators import (
    ConfirmForm,
    FiguresFileForm,
    IndicatorForm,
    PlaceFilter,
    ValueForm,
)
from kotopolku.steering.models import Indicator, IndicatorValue
from kotopolku.steering.queries import indicators as queries
from kotopolku.steering.queries.programme import said
from kotopolku.steering.rules_indicators import COUNTRY, Checked, Raw

MOST_SHOWN = 300


def _address(indicator_id: int) -> str:
    return reverse("steering:indicator", args=[indicator_id])


@open_to_all
@require_GET
def indicators(request: ViewerRequest) -> HttpResponse:
    """Every indicator with its newest figure of the country."""
    context = {
        "rows": queries.indicators(request.viewer),
        "prepares": access.is_preparer(request.viewer),
        "signed_in": request.viewer.may(Capability.SIGNED_IN),
    }
    return render(request, "steering/indicators.html", context)


@open_to_all
@require_GET
def indicator(request: ViewerRequest, indicator_id: int) -> HttpResponse:
    """One indicator: a place over the years, and a year over the places."""
    viewer = request.viewer
    found = access.indicator(viewer, indicator_id)
    names = queries.place_names(viewer.day)
    years = queries.years(found)
    place = request.GET.get("place", COUNTRY)
    place = place if place in names else COUNTRY
    asked = request.GET.get("year", "")
    year = int(asked) if asked in {str(one) for one in years} else (years[0] if years else None)
    series = queries.series(found, place)
    definition, definition_language = said(found.definition, language())
    context = {
        "indicator": found,
        "definition": definition,
        "definition_language": definition_language,
        "filters": PlaceFilter(names, years, initial={"place": place, "year": str(year or "")}),
        "place": place,
        "place_name": names[place],
        "series": series,
        "picture": rules.picture([(one.year, one.value) for one in series]),
        "year": year,
        "figures": queries.by_place(found, year, names) if year is not None else [],
        "measured": [(one, said(one.title, language())) for one in queries.lines_measured(viewer, found)],
        "prepares": access.is_preparer(viewer),
        "signed_in": viewer.may(Capability.SIGNED_IN),
        "fetches": found.key in queries.FROM_REFERENCE,
    }
    return render(request, "steering/indicator.html", context)


@needs(Capability.STEERING_NATIONAL)
def indicator_new(request: ViewerRequest) -> HttpResponse:
    """Adding an indicator."""
    form = IndicatorForm(request.POST if request.method == "POST" else None)
    return saving(
        request,
        form,
        lambda: acts.add_indicator(form.content(), actor=request.viewer, token=form.cleaned_data["token"]),
        done=_("The indicator was added."),
        onward=lambda made: _address(made.pk),
        title=_("Add an indicator"),
        button=_("Add"),
        back=reverse("steering:indicators"),
    )


@needs(Capability.STEERING_NATIONAL)
def indicator_edit(request: ViewerRequest, indicator_id: int) -> HttpResponse:
    """Changing what an indicator is; its figures stay."""
    viewer = request.viewer
    found = access.indicator(viewer, indicator_id)
    posted = request.method == "POST"
    form = IndicatorForm(request.POST if posted else None, initial=IndicatorForm.initial_of(found))
    back = _address(indicator_id)
    if posted:
        done = run(
            form,
            lambda: acts.change_indicator(indicator_id, form.content(), form.seen_before, actor=viewer),
        )
        if done is not None:
            messages.success(request, _("The indicator was changed."))
            return redirect(back)
        _take(form, seen=acts.mark_of(access.indicator(viewer, indicator_id)))
    return show_form(
        request,
        form,
        title=_("Change the indicator"),
        lead=found.name,
        button=_("Save"),
        back=back,
    )


@needs(Capability.STEERING_NATIONAL)
def value(request: ViewerRequest, indicator_id: int) -> HttpResponse:
    """One figure: typed, changed or taken away."""
    viewer = request.viewer
    found = access.indicator(viewer, indicator_id)
    place, year = request.GET.get("place", ""), request.GET.get("year", "")
    stored = _stored(found, place, year)
    first: dict[str, Any] = {"place": place, "year": year if year.isdecimal() else ""}
    if stored is not None:
        first |= {
            "value": _typed(stored),
            "source": stored.source,
            "seen": str(stored.value),
        }
    form = ValueForm(
        queries.place_names(viewer.day), request.POST if request.method == "POST" else None, initial=first
    )
    if request.method == "POST":
        done = run(form, lambda: _set(request, form, indicator_id))
        if done is not None:
            messages.success(request, _("The figure was saved."))
            typed = form.cleaned_data
            return redirect(f"{_address(indicator_id)}?place={typed['place']}&year={typed['year']}")
        now = _stored(found, form.data.get("place", ""), form.data.get("year", ""))
        _take(form, seen=str(now.value) if now else "")
    return show_form(
        request,
        form,
        title=_("Figure of an indicator"),
        lead=f"{found.name} ({found.unit})" if found.unit else found.name,
        button=_("Save"),
        back=_address(indicator_id),
    )


def _set(request: ViewerRequest, form: ValueForm, indicator_id: int) -> bool:
    typed = form.cleaned_data
    acts.set_value(
        indicator_id,
        typed["place"],
        typed["year"],
        typed["value"],
        typed["source"],
        actor=request.viewer,
        seen=form.seen_before,
    )
    return True


def _stored(found: Indicator, place: str, year: str) -> IndicatorValue | None:
    if not year.isdecimal() or len(year) > 4:
        return None
    rows = [one for one in queries.series(found, place) if one.year == int(year)]
    return rows[0] if rows else None


def _typed(stored: IndicatorValue) -> str:
    """As a person writes it: without needless zeros, with a comma."""
    text = f"{stored.value:f}"
    return (text.rstrip("0").rstrip(".") if "." in text else text).replace(".", ",")


def _take(form: Any, **values: str) -> None:
    """After a clash the form takes what is stored now, as ``run`` does with a version."""
    if getattr(form, "clash", False):
        typed: QueryDict = form.data.copy()
        for name, words in values.items():
            typed[name] = words
        form.data = typed


@needs(Capability.STEERING_NATIONAL)
@require_POST
def fetch(request: ViewerRequest, indicator_id: int) -> HttpResponse:
    """Taking figures from reference data."""
    try:
        number = acts.fetch_values(indicator_id, actor=request.viewer)
    except Refusals as refusals:
        for refusal in refusals.refusals:
            messages.error(request, refusal_text(refusal))
    else:
        none = _("Every figure of the reference data was here already.")
        words = ngettext(
            "%(number)s figure was taken from reference data.",
            "%(number)s figures were taken from reference data.",
            number,
        )
        messages.success(request, words % {"number": number} if number else none)
    return redirect(_address(indicator_id))


# From a file --------------------------------------------------------------------------------------------------------


@needs(Capability.STEERING_NATIONAL)
def from_file(request: ViewerRequest) -> HttpResponse:
    """A file of figures: first every row is shown as it would be written, then it is written. Nothing is kept between."""
    if request.method == "POST" and "rows" in request.POST:
        return _confirmed(request)
    form = FiguresFileForm(
        request.POST if request.method == "POST" else None, request.FILES if request.FILES else None
    )
    if request.method == "POST" and form.is_valid():
        try:
            rows = _read(form.cleaned_data["file"])
        except ValidationError as error:
            form.add_error("file", error)
        else:
            checked = rules.check(rows, queries.known(request.viewer, rows))
            return _report(request, checked, ConfirmForm(initial={"rows": _packed(rows)}))
    context = {"form": form, "columns": _columns(), "indicators": queries.indicators(request.viewer)}
    return render(request, "steering/indicators_file.html", context, status=status_of(form))


def _confirmed(request: ViewerRequest) -> HttpResponse:
    form = ConfirmForm(request.POST)
    rows = _unpacked(form.cleaned_data["rows"]) if form.is_valid() else None
    if rows is None:
        again = FiguresFileForm({})
        again.is_valid()
        context = {"form": again, "columns": _columns(), "indicators": queries.indicators(request.viewer)}
        return render(request, "steering/indicators_file.html", context, status=422)
    done = run(form, lambda: acts.import_values(rows, actor=request.viewer, token=form.cleaned_data["token"]))
    if done is None:
        checked = rules.check(rows, queries.known(request.viewer, rows))
        return _report(request, checked, form)
    number = sum(one.state in (rules.NEW, rules.CHANGED) for one in done)
    words = ngettext("%(number)s figure was written.", "%(number)s figures were written.", number)
    messages.success(request, words % {"number": number})
    return redirect("steering:indicators")


def _report(request: ViewerRequest, checked: Sequence[Checked], form: ConfirmForm) -> HttpResponse:
    """Every row, the wrong ones first."""
    names = queries.place_names(request.viewer.day)
    ordered = sorted(checked, key=lambda one: (one.state != rules.WRONG, one.raw.number))
    numbers = {state: sum(one.state == state for one in checked) for state in wording_programme.ROW_STATES}
    context = {
        "form": form,
        "rows": [
            (
                one,
                wording_programme.ROW_STATES[one.state],
                names.get(one.place, one.raw.place),
                wording_programme.PROBLEMS.get(one.problem, ""),
            )
            for one in ordered[:MOST_SHOWN]
        ],
        "more": max(0, len(ordered) - MOST_SHOWN),
        "numbers": [
            (words, numbers[state]) for state, (_mark, words) in wording_programme.ROW_STATES.items()
        ],
        "writes": numbers[rules.NEW] + numbers[rules.CHANGED],
        "wrong": numbers[rules.WRONG],
    }
    return render(request, "steering/indicators_checked.html", context, status=status_of(form))


def _read(file: Any) -> list[Raw]:
    """The rows of an uploaded file. Raises ``ValidationError`` with the reason."""
    own = {
        "too-big": _("The file is too large: at most %(megabytes)s megabytes."),
        "too-many": _("The file has too many rows: at most %(rows)s."),
        "bomb": _("The file unpacks to far more than a table. Save it again in a spreadsheet."),
        "json-shape": _("The JSON file is not a list of rows."),
    }
    try:
        return rules.rows_of(file.name or "", file.read(rules.FILE.most_bytes + 1))
    except tabular.Unreadable as error:
        words = own.get(error.code) or _(tabular.WORDS[error.code])
        raise ValidationError(words % error.params) from error
    except rules.NoColumns as error:
        words = _("These columns are lacking: %(columns)s.")
        raise ValidationError(words % {"columns": ", ".join(error.columns)}) from error


def _columns() -> list[tuple[str, str]]:
    return [
        ("indicator", _("Key of the indicator, as in the list.")),
        (
            "place",
            _("country, region-01, municipality-091; or the number or name of the municipality or region."),
        ),
        ("year", _("Four digits.")),
        ("value", _("12,5 or 12.5.")),
        ("source", _("If it is another than the indicator's. May be left out.")),
    ]


def _packed(rows: Sequence[Raw]) -> str:
    return json.dumps([list(asdict(one).values()) for one in rows], ensure_ascii=False)


def _unpacked(text: str) -> list[Raw] | None:
    """The rows that the page carried; None when somebody has changed their shape."""
    try:
        found = json.loads(text)
        rows = [Raw(int(number), *map(str, rest)) for number, *rest in found]
    except (ValueError, TypeError, RecursionError):
        return None
    return rows if 0 < len(rows) <= rules.FILE.most_rows else None
