"""Pages of notices: the list, opening one, marking all as seen, and how one wants to hear of each kind."""

from typing import cast

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from kotopolku.access.capabilities import Capability
from kotopolku.access.gate import ViewerRequest, needs
from kotopolku.actors.models import User
from kotopolku.notices import actions, queries
from kotopolku.notices.forms import WishesForm


@needs(Capability.SIGNED_IN)
@require_GET
def notices(request: ViewerRequest) -> HttpResponse:
    rows = queries.notices(request.viewer)
    context = {"rows": rows, "unseen": sum(not row.seen for row in rows)}
    return render(request, "notices/notices.html", context)


@needs(Capability.SIGNED_IN)
@require_POST
def open_notice(request: ViewerRequest, notice_id: int) -> HttpResponse:
    """Marks the notice as seen and goes where it points."""
    notice = actions.see(notice_id, actor=request.viewer)
    inside = url_has_allowed_host_and_scheme(notice.address, allowed_hosts=None)
    return redirect(notice.address if inside else "notices:notices")


@needs(Capability.SIGNED_IN)
@require_POST
def see_all(request: ViewerRequest) -> HttpResponse:
    seen = actions.see_all(actor=request.viewer)
    messages.success(
        request,
        ngettext("One notice was marked as seen.", "%(count)d notices were marked as seen.", seen)
        % {"count": seen},
    )
    return redirect("notices:notices")


@needs(Capability.SIGNED_IN)
def wishes(request: ViewerRequest) -> HttpResponse:
    rows = queries.wishes(cast(User, request.user))
    form = WishesForm(rows, request.POST or None)
    if request.method == "POST" and form.is_valid():
        actions.choose(form.cleaned_data, actor=request.viewer)
        messages.success(request, _("Your wishes were saved."))
        return redirect("notices:wishes")
    return render(request, "notices/wishes.html", {"form": form}, status=422 if form.errors else 200)
