"""Pages on which the authority writes its work-permit guideline, adopts it and withdraws it.

Not for: reading (``pages_guidelines.py``).
"""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_POST

from kotopolku import clock
from kotopolku.access.capabilities import Capability
from kotopolku.access.gate import ViewerRequest, needs
from kotopolku.clients.wording import refusal_text
from kotopolku.cooperation import access_guidelines as access
from kotopolku.cooperation import rules_guidelines as rules
from kotopolku.cooperation import wording_guidelines as wording
from kotopolku.cooperation.actions import guideline_adoption, guidelines
from kotopolku.cooperation.forms_guidelines import (
    AdoptForm,
    GuidelineForm,
    LineForm,
    PasteForm,
    TableForm,
    WithdrawForm,
)
from kotopolku.cooperation.models import Guideline
from kotopolku.cooperation.queries import guidelines as queries
from kotopolku.cooperation.queries.guideline_texts import (
    first_and_last,
    known_of,
    line_of,
    named_municipalities,
    region_names,
)
from kotopolku.placement.pages import act, run, saving, show_form


def _address(guideline_id: int) -> str:
    return reverse("cooperation:guideline", args=[guideline_id])


def _form(request: ViewerRequest, initial: dict[str, Any]) -> GuidelineForm:
    own = set(access.own_regions(request.viewer))
    regions = [(code, name) for code, name in region_names().items() if code in own]
    posted = request.POST if request.method == "POST" else None
    return GuidelineForm(
        regions,
        access.own_hearings(request.viewer)[:50],
        access.own_body_positions(request.viewer)[:50],
        posted,
        initial=initial,
    )


@needs(Capability.GUIDELINE_KEEP)
def new(request: ViewerRequest) -> HttpResponse:
    """A new version; ``?from=`` takes over the texts and occupations of an earlier one."""
    viewer = request.viewer
    asked = request.GET.get("from", "")
    earlier = access.guideline(viewer, int(asked)) if asked.isdecimal() and len(asked) < 19 else None
    initial: dict[str, Any] = {"regions": access.own_regions(viewer)}
    if earlier is not None:
        initial = GuidelineForm.initial_of(earlier) | {
            "number": "",
            "first": None,
            "last": None,
            "hearing": "",
            "position": "",
            "body_position": "",
        }
    form = _form(request, initial)
    if request.method == "POST":
        made = run(
            form,
            lambda: guidelines.draft(
                form.content(),
                actor=viewer,
                token=form.cleaned_data["token"],
                from_id=earlier.pk if earlier else None,
            ),
        )
        if made is not None:
            messages.success(request, _("The draft was made. Add its occupations."))
            return redirect(_address(made.pk))
    lead = _(
        "The texts and occupations of version %(number)s are taken over. Give the new one its number and days."
    )
    return show_form(
        request,
        form,
        title=_("New work-permit guideline"),
        lead=lead % {"number": earlier.number} if earlier else "",
        button=_("Make the draft"),
        back=reverse("cooperation:guidelines"),
    )


@needs(Capability.GUIDELINE_KEEP)
def edit(request: ViewerRequest, guideline_id: int) -> HttpResponse:
    """Changing a draft's own content."""
    found = access.own_draft(request.viewer, guideline_id)
    form = _form(request, GuidelineForm.initial_of(found))
    return _saving(
        request,
        found,
        form,
        lambda: guidelines.change(
            guideline_id, form.content(), actor=request.viewer, expected_version=form.expected_version
        ),
        title=_("Change the guideline"),
        done=_("The guideline was changed."),
    )


def _saving(
    request: ViewerRequest, found: Guideline, form: Any, save: Callable[[], Any], **shown: Any
) -> HttpResponse:
    """A form of a version: saves and goes back to it, or shows what is wrong."""
    common = {"lead": _("Version %(number)s") % {"number": found.number}, "button": _("Save")}
    return saving(request, form, save, back=_address(found.pk), **(common | shown))


@needs(Capability.GUIDELINE_KEEP)
@require_POST
def remove(request: ViewerRequest, guideline_id: int) -> HttpResponse:
    """Removing a draft."""
    return act(
        request,
        lambda: guidelines.remove(guideline_id, actor=request.viewer),
        _("The draft was removed."),
        reverse("cooperation:guidelines"),
    )


# Occupations ---------------------------------------------------------------------------------------------------------


@needs(Capability.GUIDELINE_KEEP)
def line_new(request: ViewerRequest, guideline_id: int) -> HttpResponse:
    """Adding one occupation or group."""
    found = access.own_draft(request.viewer, guideline_id)
    form = LineForm(known_of(found), request.POST if request.method == "POST" else None)
    return _saving(
        request,
        found,
        form,
        lambda: guidelines.add_line(
            guideline_id, form.line(), actor=request.viewer, token=form.cleaned_data["token"]
        ),
        title=_("Add an occupation"),
        done=_("The occupation was added."),
        button=_("Add"),
    )


@needs(Capability.GUIDELINE_KEEP)
def line_edit(request: ViewerRequest, guideline_id: int, line_id: int) -> HttpResponse:
    """Changing an occupation."""
    found = access.own_draft(request.viewer, guideline_id)
    row = access.line(found, line_id)
    initial = LineForm.initial_of(row, named_municipalities(row.municipalities)) | {"version": found.version}
    form = LineForm(known_of(found), request.POST if request.method == "POST" else None, initial=initial)
    return _saving(
        request,
        found,
        form,
        lambda: guidelines.change_line(
            guideline_id,
            line_id,
            form.line(),
            actor=request.viewer,
            expected_version=form.expected_version,
        ),
        title=_("Change the occupation"),
        done=_("The occupation was changed."),
    )


@needs(Capability.GUIDELINE_KEEP)
@require_POST
def line_remove(request: ViewerRequest, guideline_id: int, line_id: int) -> HttpResponse:
    """Taking an occupation off."""
    return act(
        request,
        lambda: guidelines.remove_line(guideline_id, line_id, actor=request.viewer),
        _("The occupation was removed."),
        _address(guideline_id),
    )


@needs(Capability.GUIDELINE_KEEP)
def paste(request: ViewerRequest, guideline_id: int) -> HttpResponse:
    """Pasting rows from a table: first what would be written is shown row by row, then it is written."""
    viewer = request.viewer
    found = access.own_draft(viewer, guideline_id)
    form = PasteForm(request.POST if request.method == "POST" else None, initial={"version": found.version})
    context: dict[str, Any] = {"looked": False}
    if request.method == "POST" and form.is_valid():
        rows = rules.pasted_lines(form.cleaned_data["rows"], known_of(found))
        sound = bool(rows) and all(row.line is not None for row in rows)
        if request.POST.get("do") == "write" and sound:
            number = run(
                form,
                lambda: guidelines.paste_lines(
                    guideline_id,
                    form.cleaned_data["rows"],
                    actor=viewer,
                    expected_version=form.expected_version,
                ),
            )
            if number is not None:
                messages.success(request, _("%(count)d rows were written.") % {"count": number})
                return redirect(_address(found.pk))
        if not rows:
            form.add_error("rows", _("Paste at least one row."))
        elif not sound:
            form.add_error("rows", _("Some rows have faults. Mend them and look again."))
        context = {"looked": True, "sound": sound and not form.errors, "report": _report(found, rows)}
    return show_form(
        request,
        form,
        template="cooperation/guideline_paste.html",
        title=_("Paste occupations"),
        lead=_("Version %(number)s") % {"number": found.number},
        button=_("Look at the rows"),
        back=_address(found.pk),
        **context,
    )


def _report(of: Guideline, rows: list[rules.PastedRow]) -> list[dict[str, Any]]:
    """What would become of each row."""
    there = {row.code: line_of(row) for row in queries.lines(of)}
    found = []
    for row in rows[: rules.MOST_PASTED]:
        shown: dict[str, Any] = {"number": row.number, "code": row.cells[0]}
        if row.line is None:
            faults = guidelines.from_faults(row.faults)
            shown |= {"mark": "late", "state": _("fault"), "words": [refusal_text(one) for one in faults]}
        else:
            before = there.get(row.line.code)
            same = before is not None and not rules.differences([before], [row.line]).any
            state = (
                _("new") if before is None else _("no change") if same else pgettext("pasted row", "changes")
            )
            shown |= {"mark": "ok" if not same else "plan", "state": state}
            shown |= {"name": wording.occupation_name(row.line.code), "words": wording.conditions(row.line)}
            shown["excepted"] = not row.line.lifted
        found.append(shown)
    return found


# Grounds -------------------------------------------------------------------------------------------------------------


@needs(Capability.GUIDELINE_KEEP)
def table_new(request: ViewerRequest, guideline_id: int) -> HttpResponse:
    """Adding a table of figures."""
    found = access.own_draft(request.viewer, guideline_id)
    form = TableForm(request.POST if request.method == "POST" else None)
    return _saving(
        request,
        found,
        form,
        lambda: guidelines.add_table(
            guideline_id,
            form.title(),
            form.cleaned_data["source"],
            form.cleaned_data["figures_of"],
            form.cleaned_data["table"],
            actor=request.viewer,
            token=form.cleaned_data["token"],
        ),
        title=_("Add a table of grounds"),
        done=_("The table was added."),
        button=_("Add"),
    )


@needs(Capability.GUIDELINE_KEEP)
def table_edit(request: ViewerRequest, guideline_id: int, table_id: int) -> HttpResponse:
    """Changing a table of figures."""
    found = access.own_draft(request.viewer, guideline_id)
    row = access.table(found, table_id)
    initial = TableForm.initial_of(row) | {"version": found.version}
    form = TableForm(request.POST if request.method == "POST" else None, initial=initial)
    return _saving(
        request,
        found,
        form,
        lambda: guidelines.change_table(
            guideline_id,
            table_id,
            form.title(),
            form.cleaned_data["source"],
            form.cleaned_data["figures_of"],
            form.cleaned_data["table"],
            actor=request.viewer,
            expected_version=form.expected_version,
        ),
        title=_("Change the table"),
        done=_("The table was changed."),
    )


@needs(Capability.GUIDELINE_KEEP)
@require_POST
def table_remove(request: ViewerRequest, guideline_id: int, table_id: int) -> HttpResponse:
    """Taking a table off."""
    return act(
        request,
        lambda: guidelines.remove_table(guideline_id, table_id, actor=request.viewer),
        _("The table was removed."),
        _address(guideline_id),
    )


# Into force and out of it --------------------------------------------------------------------------------------------


@needs(Capability.GUIDELINE_KEEP)
def adopt(request: ViewerRequest, guideline_id: int) -> HttpResponse:
    """Adopting a draft."""
    found = access.own_draft(request.viewer, guideline_id)
    first, last = first_and_last(found)
    initial = {"version": found.version, "signed_on": clock.today(), "first": first, "last": last}
    form = AdoptForm(request.POST if request.method == "POST" else None, initial=initial)
    lead = _("It is published at once and cannot be changed any more: changes are a new version.")
    if not (found.body_position_id or found.position):
        lead = f"{lead} {_('No position of the regional body has been tied to it.')}"
    return _saving(
        request,
        found,
        form,
        lambda: guideline_adoption.adopt(
            guideline_id, form.adoption(), actor=request.viewer, expected_version=form.expected_version
        ),
        title=_("Adopt the guideline"),
        lead=lead,
        done=_("The guideline was adopted and published."),
        button=_("Adopt and publish"),
    )


@needs(Capability.GUIDELINE_KEEP)
def withdraw(request: ViewerRequest, guideline_id: int) -> HttpResponse:
    """Withdrawing an adopted version: one's own, or in one's own regions that of an authority that is no more."""
    found = access.to_withdraw(request.viewer, guideline_id)
    regions = access.follows(request.viewer, found)
    lead = _("It was in force until yesterday. It stays readable, with the reason.")
    if regions:
        lead = _("It was in force until yesterday in your regions: %(regions)s. It stays readable.") % {
            "regions": wording.regions(regions)
        }
    form = WithdrawForm(
        request.POST if request.method == "POST" else None, initial={"version": found.version}
    )
    return _saving(
        request,
        found,
        form,
        lambda: guideline_adoption.withdraw(
            guideline_id,
            form.cleaned_data["reason"],
            actor=request.viewer,
            expected_version=form.expected_version,
        ),
        title=_("Withdraw the guideline"),
        lead=lead,
        done=_("The guideline was withdrawn."),
        button=_("Withdraw"),
        danger=True,
    )
