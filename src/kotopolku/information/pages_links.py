"""Pages of the addresses that public pages lead to: which work, where they are used, one in place of another.

Not for: asking them (``link_checking.py``).
"""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from kotopolku.access.capabilities import Capability
from kotopolku.access.gate import ViewerRequest, needs
from kotopolku.information import jobs, wording_translating
from kotopolku.information.actions import links as actions
from kotopolku.information.forms_translating import LinkFilter, ReplaceForm
from kotopolku.information.models import ContentLanguage
from kotopolku.information.pages_translating import named
from kotopolku.information.queries import links as queries
from kotopolku.placement.pages import pager, run, status_of


@require_GET
@needs(Capability.CONTENT_EDIT)
def links(request: ViewerRequest) -> HttpResponse:
    """Addresses in own texts; at first those that need a look."""
    filters = LinkFilter(request.GET if request.GET else {"state": "trouble"})
    wanted = filters.cleaned_data if filters.is_valid() else {"state": "trouble", "q": ""}
    rows = queries.links(request.viewer, state=wanted["state"], asked=wanted["q"])
    page = Paginator(rows, queries.PAGE_SIZE).get_page(request.GET.get("page"))
    counts = queries.counts(request.viewer)
    context = {
        "filters": filters,
        "lines": [
            (
                one,
                wording_translating.LINK_MARKS[one.state],  # type: ignore[index]
                wording_translating.cause_text(one),
            )
            for one in page.object_list
        ],
        "number": page.paginator.count,
        "counts": counts,
        "whole": sum(counts.values()),
        "page": pager(page),
    }
    return render(request, "information/translating/links.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Capability.CONTENT_EDIT)
def link(request: ViewerRequest, link_id: int) -> HttpResponse:
    """One address: what the last check found, every text that leads to it, and a form to put another in its place."""
    found = queries.link(request.viewer, link_id)
    uses = queries.uses(request.viewer, found)
    moved_to = found.moved_to if found.cause == "moved" else ""
    initial = {"new": moved_to, "mark": queries.mark_of(uses)}
    form = ReplaceForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST":
        done = run(
            form,
            lambda: actions.replace_everywhere(
                link_id,
                form.cleaned_data["new"],
                actor=request.viewer,
                expected_mark=form.cleaned_data["mark"],
            ),
        )
        if done is not None:
            messages.success(
                request,
                _("The address was replaced in %(texts)s texts. Of these, readers see %(published)s already.")
                % {"texts": done.texts, "published": done.published},
            )
            return redirect("information:links")
        form.renew(queries.mark_of(uses))
    names = {one.code: named(one) for one in ContentLanguage.objects.all()}
    context = {
        "link": found,
        "mark": wording_translating.LINK_MARKS[found.state],  # type: ignore[index]
        "cause": wording_translating.cause_text(found),
        "form": form,
        "own": [(one, names.get(one.text.language, one.text.language)) for one in uses if one.own],
        "others": [(one, names.get(one.text.language, one.text.language)) for one in uses if not one.own],
        "changed": sum(one.own and one.newest for one in uses),
        "publishes": request.viewer.may(Capability.CONTENT_PUBLISH),
    }
    return render(request, "information/translating/link.html", context, status=status_of(form))


@require_POST
@needs(Capability.CONTENT_EDIT)
def trust(request: ViewerRequest, link_id: int) -> HttpResponse:
    """A person says that the address works, or takes it back."""
    trusted = request.POST.get("do") != "doubt"
    actions.trust_link(link_id, actor=request.viewer, trusted=trusted)
    messages.success(
        request,
        _("No more warnings of this address.") if trusted else _("The address is checked at night again."),
    )
    return redirect("information:link", link_id)


@require_POST
@needs(Capability.CONTENT_EDIT)
def check(request: ViewerRequest, link_id: int) -> HttpResponse:
    """Asks the address now, in the worker process."""
    found = queries.link(request.viewer, link_id)
    jobs.check_link.defer(link_id=found.pk)
    messages.success(request, _("The address is being asked. Open the page again in a moment."))
    return redirect("information:link", link_id)
