"""Pages of comments and proposals in a municipal programme: said, answered, settled, decided; what is open.

They stand beside their paragraphs on the section's page (``pages_municipal_sections.py``).
"""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET, require_POST

from kotopolku.access.capabilities import Capability
from kotopolku.access.errors import NotVisible
from kotopolku.access.gate import ViewerRequest, needs
from kotopolku.clients.wording import language
from kotopolku.placement.pages import act, pager, run, saving, show_form
from kotopolku.steering import access_municipal as access
from kotopolku.steering import municipal_rules as rules
from kotopolku.steering.actions import municipal_talk as acts
from kotopolku.steering.actions.municipal_talk import Spot
from kotopolku.steering.forms_municipal import (
    AnswerForm,
    CommentForm,
    DecideForm,
    OpenAgainForm,
    ProposalForm,
    SettleForm,
    SpotForm,
    TalkFilter,
)
from kotopolku.steering.models import MunicipalState, ProgrammeSection, ProposalState, SectionComment
from kotopolku.steering.pages_municipal_sections import address, title_of
from kotopolku.steering.queries import municipal_text as texts
from kotopolku.steering.queries.programme import said

MOST_ASKED = 9
"""Digits of a paragraph's or version's number in an address."""


def _commentable(request: ViewerRequest, section_id: int) -> ProgrammeSection:
    found = access.part_section(request.viewer, section_id)
    if not access.rights(request.viewer, found.programme).comments:
        raise NotVisible
    return found


def _number(words: str) -> int | None:
    return int(words) if words.isdecimal() and len(words) <= MOST_ASKED else None


def _asked(request: ViewerRequest, found: ProgrammeSection) -> tuple[dict[str, Any], str]:
    """Which paragraph of which version the address means, and what it says; of the newest version without one."""
    values = request.POST if request.method == "POST" else request.GET
    lang = texts.language_of(found.programme, values.get("lang", ""))
    number = _number(values.get("number", "")) or found.number
    paragraph = _number(values.get("paragraph", ""))
    parts = rules.paragraphs(texts.said_in(found, number, lang) or "")
    words = parts[paragraph] if paragraph is not None and paragraph < len(parts) else ""
    return {"number": number, "lang": lang, "paragraph": paragraph}, words


def _spot(form: SpotForm) -> Spot:
    typed = form.cleaned_data
    return Spot(typed["number"], typed["lang"], typed["paragraph"])


def _about(
    request: ViewerRequest,
    form: Form,
    found: SectionComment,
    section: ProgrammeSection,
    *,
    title: str,
    button: str,
) -> HttpResponse:
    """A form about a comment, which stands above it."""
    return show_form(
        request,
        form,
        template="steering/municipal_talk_form.html",
        title=title,
        lead=title_of(section),
        button=button,
        back=address(section.pk, found.language),
        paragraph=found.text,
        lang=found.language,
        plain=True,
    )


@needs(Capability.SIGNED_IN)
def comment(request: ViewerRequest, section_id: int) -> HttpResponse:
    """A comment to one paragraph, or to the section as a whole."""
    viewer = request.viewer
    found = _commentable(request, section_id)
    asked, words = _asked(request, found)
    form = CommentForm(request.POST if request.method == "POST" else None, initial=asked)
    back = address(section_id, asked["lang"])
    return saving(
        request,
        form,
        lambda: acts.comment(
            section_id,
            _spot(form),
            form.cleaned_data["text"],
            actor=viewer,
            token=form.cleaned_data["token"],
        ),
        done=_("The comment was added. Those who take part read it."),
        onward=lambda made: f"{back}#comment-{made.pk}",
        template="steering/municipal_talk_form.html",
        title=pgettext("act", "Comment"),
        lead=title_of(found),
        button=_("Add the comment"),
        back=back,
        paragraph=words,
        lang=asked["lang"],
    )


@needs(Capability.SIGNED_IN)
def propose(request: ViewerRequest, section_id: int) -> HttpResponse:
    """Another wording of one paragraph."""
    viewer = request.viewer
    found = _commentable(request, section_id)
    asked, words = _asked(request, found)
    posted = request.POST if request.method == "POST" else None
    form = ProposalForm(posted, initial=asked | {"new": words})
    back = address(section_id, asked["lang"])
    if posted is not None:
        made = run(
            form,
            lambda: acts.propose(
                section_id,
                _spot(form),
                form.cleaned_data["new"],
                form.cleaned_data["reason"],
                actor=viewer,
                token=form.cleaned_data["token"],
            ),
        )
        if made is not None:
            messages.success(
                request, _("The proposal was made. Who writes the section accepts or refuses it.")
            )
            return redirect(f"{back}#proposal-{made.pk}")
    return show_form(
        request,
        form,
        template="steering/municipal_talk_form.html",
        title=_("Propose another wording"),
        lead=title_of(found),
        button=_("Propose"),
        back=back,
        paragraph=words,
        lang=asked["lang"],
    )


@needs(Capability.SIGNED_IN)
def answer(request: ViewerRequest, comment_id: int) -> HttpResponse:
    """An answer to a comment."""
    viewer = request.viewer
    found = access.comment(viewer, comment_id)
    section = _commentable(request, found.section_id)
    form = AnswerForm(request.POST if request.method == "POST" else None)
    back = address(section.pk, found.language)
    if request.method == "POST":
        made = run(
            form,
            lambda: acts.answer(
                comment_id, form.cleaned_data["text"], actor=viewer, token=form.cleaned_data["token"]
            ),
        )
        if made is not None:
            messages.success(request, _("The answer was added."))
            return redirect(f"{back}#comment-{made.parent_id}")
    return _about(
        request, form, found, section, title=_("Answer the comment"), button=pgettext("act", "Answer")
    )


@needs(Capability.SIGNED_IN)
def settle(request: ViewerRequest, comment_id: int) -> HttpResponse:
    """Closing a comment, saying what came of it."""
    viewer = request.viewer
    found = access.comment(viewer, comment_id)
    section = access.writable_section(viewer, found.section_id)
    if found.parent_id is not None:
        raise NotVisible
    form = SettleForm(request.POST if request.method == "POST" else None)
    back = address(section.pk, found.language)
    if request.method == "POST":
        done = run(form, lambda: acts.settle(comment_id, form.cleaned_data["how"], actor=viewer))
        if done is not None:
            messages.success(request, _("The comment was settled, and who made it was told."))
            return redirect(f"{back}#comment-{comment_id}")
    return _about(request, form, found, section, title=_("Settle the comment"), button=_("Settle"))


@needs(Capability.SIGNED_IN)
def open_again(request: ViewerRequest, comment_id: int) -> HttpResponse:
    """Opening a settled comment again, saying why."""
    viewer = request.viewer
    found = access.comment(viewer, comment_id)
    section = access.part_section(viewer, found.section_id)
    if not access.may_open_again(viewer, found, access.rights(viewer, section.programme)):
        raise NotVisible
    form = OpenAgainForm(request.POST if request.method == "POST" else None)
    back = address(section.pk, found.language)
    if request.method == "POST":
        done = run(form, lambda: acts.open_again(comment_id, form.cleaned_data["reason"], actor=viewer))
        if done is not None:
            messages.success(request, _("The comment waits again to be settled."))
            return redirect(f"{back}#comment-{comment_id}")
    return _about(request, form, found, section, title=_("Open the comment again"), button=_("Open again"))


@needs(Capability.SIGNED_IN)
def proposal(request: ViewerRequest, proposal_id: int) -> HttpResponse:
    """A proposal with what it changes; who writes the section accepts or refuses it."""
    viewer = request.viewer
    found = access.proposal(viewer, proposal_id)
    section = access.part_section(viewer, found.section_id)
    writes = access.rights(viewer, section.programme).may_write(section.pk)
    form = DecideForm(request.POST if request.method == "POST" else None)
    back = address(section.pk, found.language)
    if request.method == "POST":
        if not writes:
            raise NotVisible
        accepts = request.POST.get("do") == "accept"
        decide = acts.accept if accepts else acts.turn_down
        done = run(form, lambda: decide(proposal_id, form.cleaned_data["answer"], actor=viewer))
        if done is not None:
            accepted = _("The proposal was accepted into the text, as a new version.")
            messages.success(request, accepted if accepts else _("The proposal was refused."))
            return redirect(back)
    is_open = found.state == ProposalState.OPEN
    return show_form(
        request,
        form,
        template="steering/municipal_proposal.html",
        title=_("Proposal"),
        lead=title_of(section),
        button=_("Refuse"),
        back=back,
        proposal=found,
        offer=texts.offer(found),
        decides=writes and is_open and section.programme.state == MunicipalState.DRAFT,
        withdraws=is_open
        and viewer.user_id is not None
        and found.made_by_id == viewer.user_id
        and found.organisation_id == viewer.organisation_id,
    )


@needs(Capability.SIGNED_IN)
@require_POST
def withdraw(request: ViewerRequest, proposal_id: int) -> HttpResponse:
    """Its maker takes a proposal back."""
    found = access.proposal(request.viewer, proposal_id)
    back = address(found.section_id, found.language)
    words = _("The proposal was withdrawn.")
    return act(request, lambda: acts.withdraw(proposal_id, actor=request.viewer), words, back)


@needs(Capability.SIGNED_IN)
@require_GET
def talk(request: ViewerRequest, programme_id: int) -> HttpResponse:
    """Every comment and proposal of a programme that waits, by section."""
    viewer = request.viewer
    found = access.part_programme(viewer, programme_id)
    rows = access.sections(viewer).filter(programme=found).order_by("order", "id")
    form = TalkFilter([(str(one.pk), said(one.title, language())[0]) for one in rows], request.GET)
    section_id = form.section_id
    every = bool(form.cleaned_data.get("every"))
    comments = texts.comments(viewer, found, section_id, every)
    page = Paginator(comments, texts.PAGE_SIZE).get_page(request.GET.get("page"))
    proposals = texts.proposals(viewer, found, section_id, every)
    context = {
        "programme": found,
        "filters": form,
        "comments": texts.with_titles(page.object_list),
        "number": page.paginator.count,
        "page": pager(page),
        "proposals": texts.with_titles(proposals[: texts.PAGE_SIZE]),
        "proposals_number": proposals.count(),
        "most": texts.PAGE_SIZE,
    }
    return render(request, "steering/municipal_talk.html", context)
