"""Pages of the region's work at a request for guidance, and of what the asker changes for it.

Not for: what both sides do (``pages_guidance.py``).
"""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from kotopolku.access.capabilities import Capability
from kotopolku.access.gate import ViewerRequest, needs
from kotopolku.placement.pages import act, run, saving, show_form, status_of
from kotopolku.steering import access_guidance as access
from kotopolku.steering.actions import guidance_work as acts
from kotopolku.steering.forms_guidance import AnswerForm, ChangeForm, CommentForm, MarksForm
from kotopolku.steering.models import Guidance, GuidanceComment
from kotopolku.steering.pages_guidance import address_of
from kotopolku.steering.queries import guidance as queries
from kotopolku.steering.queries.guidance_sent import checklist


@needs(Capability.STEERING_REGIONAL)
@require_POST
def take(request: ViewerRequest, guidance_id: int) -> HttpResponse:
    """The viewer answers the request from now on."""
    return act(
        request,
        lambda: acts.take(guidance_id, actor=request.viewer),
        _("You answer this request now."),
        address_of(guidance_id),
    )


@needs(Capability.STEERING_REGIONAL)
def marks(request: ViewerRequest, guidance_id: int) -> HttpResponse:
    """The checklist of the Act's contents, all of it in one form; two who fill it at once are told."""
    viewer = request.viewer
    found = access.to_answer(viewer, guidance_id)
    kept = {one.key: one for one in access.marks(viewer).filter(guidance=found)}
    contents = [queries.content_shown(item, kept.get(item.id)) for item in checklist(found)]
    form = MarksForm(
        contents, request.POST if request.method == "POST" else None, initial={"version": found.version}
    )
    return saving(
        request,
        form,
        lambda: acts.mark(guidance_id, form.marks(), actor=viewer, expected_version=form.expected_version),
        done=_("The checklist was saved."),
        template="steering/guidance_marks.html",
        title=_("Checklist of the Act's contents"),
        lead=found.subject,
        button=_("Save"),
        back=address_of(guidance_id),
    )


def _comment_form(
    request: ViewerRequest, found: Guidance, kept: GuidanceComment | None = None
) -> CommentForm:
    viewer = request.viewer
    lines = queries.line_choices(viewer, [kept.line_id] if kept else [])
    asked = request.GET.get("key", "")
    initial = CommentForm.initial_of(kept) if kept else {"key": asked}
    posted = request.POST if request.method == "POST" else None
    return CommentForm(queries.section_choices(found), lines, posted, initial=initial)


def _show_comment(request: ViewerRequest, form: CommentForm, found: Guidance, title: str) -> HttpResponse:
    detail = queries.detail(request.viewer, found)
    asked = str(form["key"].value() or "")
    return show_form(
        request,
        form,
        template="steering/guidance_comment.html",
        title=title,
        lead=_("The asker reads it when the answer has been sent."),
        button=_("Save"),
        back=address_of(found.pk),
        section=next((one for one in detail.sections if one.key == asked), None),
    )


@needs(Capability.STEERING_REGIONAL)
def comment(request: ViewerRequest, guidance_id: int) -> HttpResponse:
    """A comment on a section, its text and what the Act says beside it."""
    viewer = request.viewer
    found = access.to_answer(viewer, guidance_id)
    form = _comment_form(request, found)
    if request.method == "POST":
        made = run(
            form,
            lambda: acts.comment(guidance_id, form.content(), actor=viewer, token=form.cleaned_data["token"]),
        )
        if made is not None:
            messages.success(request, _("The comment was saved."))
            return redirect(f"{address_of(guidance_id)}#section-{made.key or 'whole'}")
    return _show_comment(request, form, found, _("New comment"))


@needs(Capability.STEERING_REGIONAL)
def comment_edit(request: ViewerRequest, comment_id: int) -> HttpResponse:
    """Changing a comment that has not been sent; two who change it at once are told."""
    viewer = request.viewer
    kept = access.region_comment(viewer, comment_id)
    form = _comment_form(request, kept.guidance, kept)
    if request.method == "POST":
        saved = run(
            form,
            lambda: acts.change_comment(
                comment_id, form.content(), actor=viewer, expected_version=form.expected_version
            ),
        )
        if saved is not None:
            messages.success(request, _("The comment was saved."))
            return redirect(f"{address_of(kept.guidance_id)}#section-{saved.key or 'whole'}")
    return _show_comment(request, form, kept.guidance, _("Change the comment"))


@needs(Capability.STEERING_REGIONAL)
@require_POST
def comment_remove(request: ViewerRequest, comment_id: int) -> HttpResponse:
    """Taking away a comment that has not been sent."""
    kept = access.region_comment(request.viewer, comment_id)
    return act(
        request,
        lambda: acts.remove_comment(comment_id, actor=request.viewer),
        _("The comment was taken away."),
        address_of(kept.guidance_id),
    )


@needs(Capability.STEERING_REGIONAL)
def answer(request: ViewerRequest, guidance_id: int) -> HttpResponse:
    """The answer as a whole: kept as a draft, or sent with its comments and marks."""
    viewer = request.viewer
    found = access.to_answer(viewer, guidance_id)
    form = AnswerForm(
        request.POST if request.method == "POST" else None,
        initial={"version": found.version, "answer": found.answer},
    )
    if request.method == "POST":
        does = acts.send_answer if form.sends else acts.write_answer
        saved = run(
            form,
            lambda: does(
                guidance_id,
                form.cleaned_data["answer"],
                actor=viewer,
                expected_version=form.expected_version,
            ),
        )
        if saved is not None:
            sent = _("The answer was sent.") if form.sends else _("The draft of the answer was saved.")
            messages.success(request, sent)
            return redirect(address_of(guidance_id))
    context = {
        "form": form,
        "guidance": found,
        "detail": queries.detail(viewer, found),
        "back": address_of(guidance_id),
    }
    return render(request, "steering/guidance_answer.html", context, status=status_of(form))


@needs(Capability.STEERING_REGIONAL)
@require_POST
def follow(request: ViewerRequest, guidance_id: int) -> HttpResponse:
    """Nothing more is asked for: the request is followed up."""
    version = request.POST.get("version", "")
    return act(
        request,
        lambda: acts.follow(
            guidance_id, actor=request.viewer, expected_version=int(version) if version.isdecimal() else 0
        ),
        _("The request is followed up."),
        address_of(guidance_id),
    )


@needs(Capability.PROGRAMME_KEEP)
def change(request: ViewerRequest, comment_id: int) -> HttpResponse:
    """Telling what was done about a comment; the words that came and went since stand beside."""
    viewer = request.viewer
    kept = access.asker_comment(viewer, comment_id)
    form = ChangeForm(
        request.POST if request.method == "POST" else None,
        initial={"version": kept.version, "text": kept.changed},
    )
    if request.method == "POST":
        saved = run(
            form,
            lambda: acts.tell_change(
                comment_id, form.cleaned_data["text"], actor=viewer, expected_version=form.expected_version
            ),
        )
        if saved is not None:
            messages.success(request, _("The region was told."))
            return redirect(f"{address_of(kept.guidance_id)}#section-{kept.key or 'whole'}")
    detail = queries.detail(viewer, access.request(viewer, kept.guidance_id))
    return show_form(
        request,
        form,
        template="steering/guidance_change.html",
        title=_("Tell what was changed"),
        button=_("Tell the region"),
        back=address_of(kept.guidance_id),
        comment=next((one for one in detail.comments if one.comment.pk == kept.pk), None),
        section=next((one for one in detail.sections if one.key == kept.key), None),
    )


@needs(Capability.STEERING_REGIONAL)
@require_POST
def settle(request: ViewerRequest, comment_id: int) -> HttpResponse:
    """The region is content with what was done; ``again`` in the form: not after all."""
    kept = access.region_comment(request.viewer, comment_id)
    version = request.POST.get("version", "")
    back = request.POST.get("do") == "again"
    return act(
        request,
        lambda: acts.settle(
            comment_id,
            actor=request.viewer,
            expected_version=int(version) if version.isdecimal() else 0,
            content=not back,
        ),
        _("The comment is open again.") if back else _("The comment was settled."),
        address_of(kept.guidance_id),
    )
