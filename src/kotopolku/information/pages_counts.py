"""How often the pages of a space are read, for its editors. Not for: counting (``counting.py``)."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from kotopolku.access.capabilities import Capability
from kotopolku.access.gate import ViewerRequest, needs
from kotopolku.information import access, counting
from kotopolku.information import feedback_rules as rules
from kotopolku.information.models import ContentLanguage
from kotopolku.information.queries import feedback as queries


@needs(Capability.CONTENT_EDIT)
@require_safe
def counts(request: ViewerRequest, slug: str) -> HttpResponse:
    """Readings by page and language. What this process has gathered is written first, so the table is of now."""
    viewer = request.viewer
    space = access.own_space(viewer, slug)
    asked = request.GET.get("days", "")
    days = next((one for one in queries.COUNTED_DAYS if str(one) == asked), queries.COUNTED_DAYS[1])
    counting.write()
    lines = queries.counts(viewer, space, days, viewer.day)
    names = {row.code: row for row in ContentLanguage.objects.all()}
    context = {
        "space": space,
        "days": days,
        "choices": queries.COUNTED_DAYS,
        "lines": [
            (line, [(names.get(code), code, number) for code, number in line.by_language]) for line in lines
        ],
        "all": queries.small(sum(line.count for line in lines)),
        "small": rules.SMALL,
    }
    return render(request, "information/feedback/counts.html", context)
