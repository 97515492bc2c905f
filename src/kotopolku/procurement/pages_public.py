"""Pages that anybody may open: tenders, their papers, questions with answers, decisions, and the feeds.

A bidder asks here too. Not for: bids, the buyer's own pages.
"""

import json
from collections.abc import Iterator
from datetime import date, datetime, time
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.utils.feedgenerator import Rss201rev2Feed
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from kotopolku import clock, law
from kotopolku.access.capabilities import Capability
from kotopolku.access.gate import ViewerRequest, needs, open_to_all
from kotopolku.clients.wording import language
from kotopolku.procurement import access, admission_rules, ocds, papers_made
from kotopolku.procurement.actions import papers, questions
from kotopolku.procurement.files import as_file
from kotopolku.procurement.forms_tenders import QuestionForm
from kotopolku.procurement.models import LANGUAGES, Tender, said
from kotopolku.procurement.pages import saving
from kotopolku.procurement.queries import public as queries
from kotopolku.procurement.queries import systems
from kotopolku.procurement.queries import tenders as tender_queries
from kotopolku.procurement.queries.timeline import path


@open_to_all
@require_GET
def tenders(request: ViewerRequest) -> HttpResponse:
    """Open tenders, or past ones."""
    past = request.GET.get("show") == "past"
    words = request.GET.get("q", "")[:100]
    asked = request.GET.get("page", "1")
    number = int(asked) if asked.isdigit() and 0 < int(asked) < 10_000 else 1
    found = queries.lines(request.viewer, past=past, words=words, first=(number - 1) * queries.PAGE)
    page = {
        "number": number,
        "has_previous": number > 1,
        "previous_number": number - 1,
        "has_next": len(found) > queries.PAGE,
        "next_number": number + 1,
    }
    context = {
        "lines": found[: queries.PAGE],
        "past": past,
        "words": words,
        "page": page,
        "feed_language": language(),
    }
    return render(request, "procurement/public.html", context)


@open_to_all
@require_GET
def tender(request: ViewerRequest, tender_id: int) -> HttpResponse:
    viewer = request.viewer
    detail = queries.detail(viewer, tender_id)
    row, now = detail.tender, clock.now()
    bidder = access.is_bidder(viewer)
    context = {
        "detail": detail,
        "tender": row,
        "parts": detail.parts,
        "procedure": detail.parts.procedure.name(language()),
        "procedure_text": detail.parts.procedure.text(language()),
        "steps": path(row, now, answered=len(detail.questions), decisions=detail.decisions),
        "price_weight": tender_queries.price_weight(row),
        "example": tender_queries.worked_example(row),
        "direct": not tender_queries.takes_bids(row),
        "bidder": bidder,
        "may_ask": bidder
        and detail.phase == "open"
        and row.questions_by is not None
        and now <= row.questions_by,
        "system": detail.parts.procedure.is_system,
        "running": systems.is_running(row, viewer.day),
        "first_limit": systems.first_limit(row),
        "days_to_decide": law.rule(admission_rules.RULE, row.started_on).length,
        "may_bid": bidder and detail.phase == "open" and tender_queries.takes_bids(row),
    }
    return render(request, "procurement/public_tender.html", context)


@open_to_all
@require_GET
def paper(request: ViewerRequest, tender_id: int, document_id: int) -> HttpResponse:
    """A published paper, as a file."""
    return as_file(*papers.public_paper(tender_id, document_id, viewer=request.viewer))


@open_to_all
@require_GET
def invitation(request: ViewerRequest, tender_id: int, lang: str) -> HttpResponse:
    """The invitation to tender as a PDF, made from what has been published."""
    if lang not in LANGUAGES:
        raise Http404
    row = access.read_tender(request.viewer, tender_id)
    data = papers_made.invitation(tender_queries.parts_of(row), lang, request.viewer.day)
    return HttpResponse(
        data,
        content_type="application/pdf",
        headers={
            "Content-Disposition": f'attachment; filename="{row.number}-{lang}.pdf"',
            "Cache-Control": "no-store",
        },
    )


@needs(Capability.BID_SUBMIT)
def ask(request: ViewerRequest, tender_id: int) -> HttpResponse:
    """A bidder's question, answered to all; nobody is told who asked."""
    viewer = request.viewer
    row = access.tender_for_bidder(viewer, tender_id)
    form = QuestionForm(row.lots.all(), request.POST if request.method == "POST" else None)
    back = reverse("procurement:public-tender", args=[tender_id])
    return saving(
        request,
        form,
        lambda: questions.ask(
            tender_id,
            form.cleaned_data["text"],
            lot_code=form.cleaned_data["lot"],
            language=language(),
            actor=viewer,
            token=form.cleaned_data["token"],
        ),
        done=_("The question was sent. The answer is published to all here."),
        title=_("Ask about the tender"),
        lead=_("The buyer and the other bidders do not learn who asks."),
        button=_("Send the question"),
        back=back,
        crumb=(f"{row.number} {row.name}", back),
    )


@open_to_all
@require_GET
def rss(request: ViewerRequest) -> HttpResponse:
    """The latest tenders and decisions as RSS 2.0, in the language of ``?lang=`` or else in the one in use."""
    asked = request.GET.get("lang", "")
    lang = asked if asked in LANGUAGES else language()
    with translation.override(lang):
        feed = Rss201rev2Feed(
            title=_("Tenders of integration training"),
            link=request.build_absolute_uri(reverse("procurement:public")),
            description=_(
                "Published tenders of integration training in Finland and decisions, newest first."
            ),
            language=lang,
            feed_url=request.build_absolute_uri(),
        )
        items = [*_tender_items(request, lang), *_decision_items(request, lang)]
        for item in sorted(items, key=lambda one: one["pubdate"], reverse=True)[: queries.FEED]:
            feed.add_item(**item)
    return HttpResponse(feed.writeString("utf-8"), content_type="application/rss+xml; charset=utf-8")


def _tender_items(request: ViewerRequest, lang: str) -> Iterator[dict[str, Any]]:
    for row in queries.latest(request.viewer):
        address = _address(request, row)
        yield {
            "title": f"{row.buyer.name}: {said(row.title, lang)}",
            "link": address,
            "description": said(row.subject, lang),
            "unique_id": address,
            "pubdate": row.published_at or _noon(row.published_on),
        }


def _decision_items(request: ViewerRequest, lang: str) -> Iterator[dict[str, Any]]:
    for row in queries.latest_decisions(request.viewer):
        winners = ", ".join(one.bidder.name for one in row.winners.all())
        address = _address(request, row.tender)
        yield {
            "title": _("Decision: %(tender)s, %(lot)s")
            % {"tender": said(row.tender.title, lang), "lot": row.lot.name},
            "link": address,
            "description": winners or _("The procedure was discontinued."),
            "unique_id": f"{address}#{row.pk}",
            "pubdate": _noon(row.decided_on),
        }


def _address(request: ViewerRequest, row: Tender) -> str:
    return request.build_absolute_uri(reverse("procurement:public-tender", args=[row.pk]))


def _noon(day: date | None) -> datetime:
    """A moment of a day of which no hour is known."""
    return datetime.combine(day or date.min, time(12), clock.HELSINKI)


@open_to_all
@require_GET
def package(request: ViewerRequest) -> HttpResponse:
    """Tenders as OCDS release packages, the latest first, a page at a time; ``links`` leads to the others."""
    asked = request.GET.get("page", "1")
    number = int(asked) if asked.isdecimal() and 0 < int(asked[:6]) < 100_000 else 1
    last = queries.pages(request.viewer)
    if number > last:
        raise Http404
    here = request.build_absolute_uri(request.path)
    links = {
        name: f"{here}?page={page}"
        for name, page in (("prev", number - 1), ("next", number + 1))
        if 1 <= page <= last
    }
    found = _package(request, list(queries.latest(request.viewer, number)))
    return _json(found | ({"links": links} if links else {}), "kotopolku-ocds")


@open_to_all
@require_GET
def release(request: ViewerRequest, tender_id: int) -> HttpResponse:
    """One tender as an OCDS release package."""
    row = access.public_tender(tender_id, request.viewer.day)
    return _json(_package(request, [row]), f"ocds-{row.number}")


def _package(request: ViewerRequest, found: list[Tender]) -> dict[str, Any]:
    base = request.build_absolute_uri("/").rstrip("/")
    return ocds.package(found, request.viewer.day, base=base, uri=request.build_absolute_uri())


def _json(content: object, name: str) -> HttpResponse:
    return HttpResponse(
        json.dumps(content, ensure_ascii=False, indent=1),
        content_type="application/json; charset=utf-8",
        headers={
            "Content-Disposition": f'inline; filename="{name}.json"',
            "Access-Control-Allow-Origin": "*",
        },
    )
