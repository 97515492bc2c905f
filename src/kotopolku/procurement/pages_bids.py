"""A bidder's pages: tenders to bid on, one bid page by page, submitting, receipts. The key comes in the bid's own cookie.

Not for: the buyer's side (``pages_opening.py``), questions (``pages_public.py``).
"""

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID, uuid5

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_POST

from kotopolku import clock
from kotopolku.access.capabilities import Capability
from kotopolku.access.errors import NotVisible
from kotopolku.access.gate import ViewerRequest, needs
from kotopolku.clients.forms import OnceForm
from kotopolku.desk.actions.documents import Upload
from kotopolku.procurement import access, bid_access, bid_key, bid_papers, bid_rules, sealing
from kotopolku.procurement.actions import bids
from kotopolku.procurement.files import attachment
from kotopolku.procurement.forms_bids import NewPhraseForm, PhraseForm, SectionForm, SubmitForm
from kotopolku.procurement.models import Bid, Tender
from kotopolku.procurement.pages import press, run, saving, show_form
from kotopolku.procurement.queries import bids as queries
from kotopolku.procurement.queries import systems
from kotopolku.procurement.uploads import kept_in_memory

KeyPage = Callable[..., HttpResponse]


@needs(Capability.BID_SUBMIT)
@require_GET
def tenders(request: ViewerRequest) -> HttpResponse:
    """Tenders that take bids, one's own bids, and dynamic purchasing systems that can be joined."""
    if not access.is_bidder(request.viewer):
        raise NotVisible
    context = {
        "lines": queries.tender_lines(request.viewer),
        "systems": systems.supplier_lines(request.viewer),
    }
    return render(request, "procurement/bids.html", context)


@needs(Capability.BID_SUBMIT)
@require_GET
def bid(request: ViewerRequest, tender_id: int) -> HttpResponse:
    """One bid: whether it is in, what it lacks. Without its key in the browser only what needs none."""
    viewer = request.viewer
    tender = access.tender_for_bidder(viewer, tender_id)
    found = bid_access.own_bids(viewer).filter(tender_id=tender_id).first()
    now = clock.now().replace(microsecond=0)
    context: dict[str, Any] = {
        "tender": tender,
        "bid": found,
        "open": tender.takes_bids(now),
        "versions": list(bid_access.own_versions(viewer, tender_id)),
        "ready": bids.has_key(tender_id),
        "now": now,
    }
    key = bid_key.read(request)
    if found is not None and key is not None:
        try:
            opened = bids.look(tender_id, key, actor=viewer)
        except sealing.CannotOpen:
            pass
        else:
            lines = queries.section_lines(tender.bid_form, opened.content)
            context |= {
                "lines": lines,
                "whole": not bid_rules.missing(tender.bid_form, opened.content),
                "key": True,
            }
    return render(request, "procurement/bid.html", context)


@needs(Capability.BID_SUBMIT)
@sensitive_post_parameters("phrase", "again")
def start(request: ViewerRequest, tender_id: int) -> HttpResponse:
    """Chooses the bid's phrase and begins it."""
    access.tender_for_bidder(request.viewer, tender_id)
    if bid_access.own_bids(request.viewer).filter(tender_id=tender_id).exists() and request.method == "GET":
        return redirect("procurement:bid-resume", tender_id)
    form = NewPhraseForm(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        made = run(
            form,
            lambda: bids.start_bid(
                tender_id,
                form.cleaned_data["phrase"],
                actor=request.viewer,
                token=form.cleaned_data["token"],
            ),
        )
        if made is not None:
            return _opened(tender_id, made[1])
    return show_form(
        request,
        form,
        template="procurement/bid_phrase.html",
        title=_("Start a bid"),
        lead=_(
            "Choose a phrase of your own for this bid. What you type is locked with it, and nobody "
            "else can read the draft: not the buyer, not the keeper of the system."
        ),
        button=_("Start"),
        back=reverse("procurement:bid", args=[tender_id]),
        note=_(
            "Keep the phrase. It cannot be found out or changed: if it is lost, the draft is lost "
            "too. A submitted bid stays in force without it."
        ),
    )


@needs(Capability.BID_SUBMIT)
@sensitive_post_parameters("phrase")
def resume(request: ViewerRequest, tender_id: int) -> HttpResponse:
    """Opens a bid on this device with its phrase."""
    found = bid_access.own_bid(request.viewer, tender_id)
    form = PhraseForm(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        opened = run(
            form,
            lambda: bids.resume_bid(tender_id, form.cleaned_data["phrase"], actor=request.viewer),
        )
        if opened is not None:
            return _opened(tender_id, opened[1])
        if form.has_error("phrase", "wrong-phrase"):
            bids.record_wrong_phrase(bids.BID, found.pk, actor=request.viewer)
    return show_form(
        request,
        form,
        template="procurement/bid_phrase.html",
        title=_("Open the bid"),
        lead=_("Type the phrase with which the bid was started in your organisation."),
        button=_("Open"),
        back=reverse("procurement:bid", args=[tender_id]),
        lost=reverse("procurement:bid-restart", args=[tender_id]),
    )


@needs(Capability.BID_SUBMIT)
@sensitive_post_parameters("phrase", "again")
def restart(request: ViewerRequest, tender_id: int) -> HttpResponse:
    """Empties the draft under a new phrase, when the old one is lost."""
    bid_access.own_bid(request.viewer, tender_id)
    form = NewPhraseForm(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        made = run(
            form,
            lambda: bids.restart_bid(
                tender_id,
                form.cleaned_data["phrase"],
                actor=request.viewer,
                token=form.cleaned_data["token"],
            ),
        )
        if made is not None:
            return _opened(tender_id, made[1])
    return show_form(
        request,
        form,
        template="procurement/bid_phrase.html",
        title=_("Start the bid again"),
        lead=_(
            "Without the phrase nobody can open the draft. It is emptied, and you begin again with a "
            "new phrase. A bid that you have submitted stays in force until you replace or withdraw it."
        ),
        button=_("Empty the draft and start again"),
        back=reverse("procurement:bid", args=[tender_id]),
        danger=True,
    )


@needs(Capability.BID_SUBMIT)
@require_POST
def close(request: ViewerRequest, tender_id: int) -> HttpResponse:
    """Takes the key out of this browser."""
    bid_access.own_bid(request.viewer, tender_id)
    messages.success(request, _("The bid is closed on this device. It opens again with its phrase."))
    response = redirect("procurement:bid", tender_id)
    bid_key.forget(response, tender_id)
    return response


def with_key(page: KeyPage) -> KeyPage:
    """Marks a page that needs the bid's key; without it, or with another's, to the page that asks for the phrase."""

    @wraps(page)
    def opened(request: ViewerRequest, tender_id: int, *given: object, **named: object) -> HttpResponse:
        bid_access.own_bid(request.viewer, tender_id)
        key = bid_key.read(request)
        if key is not None:
            try:
                return page(request, tender_id, key, *given, **named)
            except sealing.CannotOpen:
                pass
        messages.info(request, _("Type the phrase of the bid to go on."))
        return redirect("procurement:bid-resume", tender_id)

    return opened


@kept_in_memory
@needs(Capability.BID_SUBMIT)
@cache_control(no_store=True)
@with_key
def section(request: ViewerRequest, tender_id: int, key: bytes, code: str) -> HttpResponse:
    """One page of the bid; saved whether complete or not, with the files chosen on it."""
    tender, found, where, content = _typed(request, tender_id, key, code)
    posted = request.method == "POST"
    form = SectionForm(
        where,
        content,
        request.POST if posted else None,
        request.FILES if posted else None,
        version=found.draft_version,
    )
    if posted and run(form, lambda: _save(form, tender_id, key, request)) is not None:
        return redirect(_after(request, tender, where))
    return show_form(
        request,
        form,
        template="procurement/bid_section.html",
        title=queries.section_name(where),
        button=_("Save"),
        back=reverse("procurement:bid", args=[tender_id]),
        tender=tender,
        late=not tender.takes_bids(clock.now().replace(microsecond=0)),
    )


def _typed(
    request: ViewerRequest, tender_id: int, key: bytes, code: str
) -> tuple[Tender, Bid, bid_rules.Section, bid_rules.Content]:
    tender = access.tender_for_bidder(request.viewer, tender_id)
    where = bid_rules.section(tender.bid_form, code)
    if where is None:
        raise NotVisible
    opened = bids.look(tender_id, key, actor=request.viewer)
    return tender, opened.bid, where, opened.content


def _save(form: SectionForm, tender_id: int, key: bytes, request: ViewerRequest) -> Bid:
    """The answers and the files of a page, all or nothing."""
    token: UUID = form.cleaned_data["token"]
    secrets = form.secrets()
    with transaction.atomic():
        saved = bids.save_section(
            tender_id,
            key,
            form.where.code,
            form.answers(),
            actor=request.viewer,
            expected_version=form.expected_version,
            offered=form.offered,
            secrets=secrets,
        )
        for name, file in form.uploads().items() if form.offered else ():
            upload = Upload(file.name, file.read())
            saved = bids.add_file(
                tender_id,
                key,
                form.where.code,
                name,
                upload,
                actor=request.viewer,
                secret=secrets.get(name, ""),
                token=uuid5(token, name),
            )
    return saved


def _after(request: ViewerRequest, tender: Tender, where: bid_rules.Section) -> str:
    """The next page of the bid when asked for, else its overview."""
    messages.success(request, _("Saved. The draft is locked with your phrase."))
    codes = [one.code for one in bid_rules.sections(tender.bid_form)]
    place = codes.index(where.code) + 1
    if request.POST.get("do") == "next" and place < len(codes):
        return reverse("procurement:bid-section", args=[tender.pk, codes[place]])
    return reverse("procurement:bid", args=[tender.pk])


@needs(Capability.BID_SUBMIT)
@require_GET
@with_key
def file(request: ViewerRequest, tender_id: int, key: bytes, reference: UUID) -> HttpResponse:
    """A file of the own draft."""
    entry, data = bids.open_own_file(tender_id, key, str(reference), actor=request.viewer)
    return attachment(entry.name, entry.kind, data)


@needs(Capability.BID_SUBMIT)
@require_POST
@with_key
def remove_file(request: ViewerRequest, tender_id: int, key: bytes, reference: UUID) -> HttpResponse:
    opened = bids.look(tender_id, key, actor=request.viewer)
    entry = next((one for one in opened.content.files if one.reference == str(reference)), None)
    if entry is None:
        raise NotVisible
    return press(
        request,
        lambda: bids.remove_file(tender_id, key, str(reference), actor=request.viewer),
        _("The file was taken out of the bid."),
        reverse("procurement:bid-section", args=[tender_id, entry.section]),
    )


@needs(Capability.BID_SUBMIT)
@cache_control(no_store=True)
@with_key
def submit(request: ViewerRequest, tender_id: int, key: bytes) -> HttpResponse:
    """The whole bid to read through once more, and the button that submits it."""
    viewer = request.viewer
    tender = access.tender_for_bidder(viewer, tender_id)
    form = SubmitForm(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        version = run(
            form,
            lambda: bids.submit_bid(tender_id, key, actor=viewer, token=form.cleaned_data["token"]),
        )
        if version is not None:
            messages.success(request, _("Your bid is in. This is its receipt."))
            return redirect("procurement:bid-receipt", tender_id, version.number)
    opened = bids.look(tender_id, key, actor=viewer)
    return show_form(
        request,
        form,
        template="procurement/bid_submit.html",
        title=_("Check and submit"),
        button=_("Submit the bid"),
        back=reverse("procurement:bid", args=[tender_id]),
        tender=tender,
        bid=opened.bid,
        parts=queries.answered(tender.bid_form, opened.content),
        missing=bid_rules.missing(tender.bid_form, opened.content),
    )


@needs(Capability.BID_SUBMIT)
def withdraw(request: ViewerRequest, tender_id: int) -> HttpResponse:
    """Takes back what was submitted."""
    bid_access.own_bid(request.viewer, tender_id)
    form = OnceForm(request.POST if request.method == "POST" else None)
    return saving(
        request,
        form,
        lambda: bids.withdraw_bid(tender_id, actor=request.viewer, token=form.cleaned_data["token"]),
        done=_("The bid was withdrawn. Its draft is kept."),
        title=_("Withdraw the bid"),
        lead=_(
            "The submitted bid is deleted, and only its receipt stays. You can submit the draft "
            "again until the time for bids ends."
        ),
        button=_("Withdraw"),
        back=reverse("procurement:bid", args=[tender_id]),
        danger=True,
    )


@needs(Capability.BID_SUBMIT)
@require_GET
def receipt(request: ViewerRequest, tender_id: int, number: int) -> HttpResponse:
    """The receipt of one submission: when, what digest, for which key."""
    tender = access.tender_for_bidder(request.viewer, tender_id)
    version = bid_access.own_version(request.viewer, tender_id, number)
    return render(request, "procurement/bid_receipt.html", {"tender": tender, "version": version})


@needs(Capability.BID_SUBMIT)
@require_GET
def receipt_paper(request: ViewerRequest, tender_id: int, number: int) -> HttpResponse:
    """The same as PDF."""
    tender = access.tender_for_bidder(request.viewer, tender_id)
    version = bids.record_receipt(tender_id, number, actor=request.viewer)
    pdf = bid_papers.receipt(tender, version)
    return attachment(f"{_('receipt')}-{tender.number}-{number}.pdf", "pdf", pdf)


def _opened(tender_id: int, key: bytes) -> HttpResponse:
    response = redirect("procurement:bid", tender_id)
    bid_key.give(response, tender_id, key)
    return response
