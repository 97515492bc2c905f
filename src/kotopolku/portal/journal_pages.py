"""The data protection officer's view: who of the own organisation has looked at a person's data, when and why.

Not for: the timeline of a client (``clients``) and the seal's check itself (``kotopolku journal verify``).
"""

from dataclasses import dataclass
from datetime import datetime

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from kotopolku.access.capabilities import Capability
from kotopolku.access.gate import needs
from kotopolku.access.viewer import Viewer
from kotopolku.clients import queries as clients
from kotopolku.journal import queries as journal
from kotopolku.portal import actions, queries

TIMES = (30, 90, 365, 3650)
MOST_ROWS = 500


@dataclass(frozen=True)
class LookRow:
    """One look or act, with names instead of ids."""

    at: datetime
    who: str
    organisation: str
    what: str
    others: int
    """How many other persons the same look showed, as in a list."""
    reason: str


class SearchForm(forms.Form):
    """Asked by POST: an identity code must not stand in an address."""

    person = forms.CharField(
        label=gettext_lazy("Client number or identity code"),
        help_text=gettext_lazy("The search itself is written in the journal."),
        max_length=40,
    )
    reason = forms.CharField(
        label=gettext_lazy("Why you look"),
        help_text=gettext_lazy("For example: the client has asked who has looked at their data."),
        max_length=500,
    )
    days = forms.TypedChoiceField(label=gettext_lazy("Time"), coerce=int, choices=())

    def __init__(self, *arguments: object, **named: object) -> None:
        super().__init__(*arguments, **named)  # type: ignore[arg-type]
        names = {30: _("30 days"), 90: _("90 days"), 365: _("one year"), 3650: _("all that is kept")}
        self.fields["days"].choices = [(days, names[days]) for days in TIMES]  # type: ignore[attr-defined]


@sensitive_post_parameters("person")
@needs(Capability.JOURNAL_VIEW)
@require_http_methods(["GET", "POST"])
def looks(request: HttpRequest) -> HttpResponse:
    """Search form, state of the seal, and after a search the looks."""
    viewer: Viewer = request.viewer  # type: ignore[attr-defined]
    form = SearchForm(request.POST if request.method == "POST" else None, initial={"days": TIMES[0]})
    context: dict[str, object] = {"form": form, "seal": journal.seal_state()}
    if not form.is_bound:
        return render(request, "portal/journal.html", context)
    if not form.is_valid():
        return render(request, "portal/journal.html", context, status=422)
    cases = clients.find_for_journal(viewer, form.cleaned_data["person"])
    context["searched"] = True
    if cases:
        case, days = cases[0], form.cleaned_data["days"]
        actions.open_journal(actor=viewer, person_id=case.person_id, reason=form.cleaned_data["reason"])
        found = journal.looked_at(viewer, case.person_id, days=days, limit=MOST_ROWS)
        counted = journal.lookers(viewer, case.person_id, days=days)
        names = queries.names(
            {line.actor_id for line in found.lines} | {look.actor_id for look in counted},
            {line.organisation_id for line in found.lines},
        )
        context |= {
            "case": case,
            "rows": [_row(line, names) for line in found.lines],
            "more": found.before is not None,
            "lookers": [(names.user(look.actor_id), look.count, look.last_at) for look in counted],
        }
    return render(request, "portal/journal.html", context)


def _row(line: journal.Line, names: queries.Names) -> LookRow:
    return LookRow(
        at=line.at,
        who=names.user(line.actor_id) if line.actor_id else line.system,
        organisation=names.organisation(line.organisation_id),
        what=line.text,
        others=line.others,
        reason=line.reason,
    )
