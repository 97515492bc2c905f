"""Review and publishing of one text: asking, comments on blocks, sending back, publishing now or at a time, withdrawing.

Not for: writing it (``pages_editor.py``).
"""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from kotopolku.access.capabilities import Capability
from kotopolku.access.errors import NotVisible
from kotopolku.access.gate import ViewerRequest, needs
from kotopolku.actors.models import User
from kotopolku.clients.pages import attempt
from kotopolku.clients.rules import EditClash
from kotopolku.information import wording_pages
from kotopolku.information.actions import texts as actions
from kotopolku.information.forms_pages import CommentForm, PublishForm, ReviewForm
from kotopolku.information.models import PageText, ReviewComment, TextState
from kotopolku.information.pages_editor import changes, frame, ready
from kotopolku.information.queries import editing
from kotopolku.information.queries.editing import TextDetail
from kotopolku.placement.pages import act, show_form


def _opened(request: ViewerRequest, page_id: int, language: str) -> tuple[TextDetail, PageText]:
    """The text with its newest version. Raises ``NotVisible`` when there is none in that language."""
    detail = editing.text_detail(request.viewer, page_id, language)
    if detail.text is None or detail.text.latest is None:
        raise NotVisible
    return detail, detail.text


def _address(page_id: int, language: str) -> str:
    return reverse("information:text-review", args=[page_id, language])


@needs(Capability.CONTENT_EDIT)
@require_GET
def review(request: ViewerRequest, page_id: int, language: str) -> HttpResponse:
    """The newest version block by block with what was said of each, and what can be done with it."""
    detail, text = _opened(request, page_id, language)
    return _page(request, detail, text, ReviewForm(_people(request)), CommentForm())


def _people(request: ViewerRequest) -> list[tuple[str, str]]:
    """Who can be asked: colleagues who may publish."""
    found = User.objects.filter(pk__in=actions.reviewers(request.viewer)).order_by("full_name", "pk")
    return [(str(one.pk), one.get_full_name()) for one in found]


def _page(
    request: ViewerRequest,
    detail: TextDetail,
    text: PageText,
    ask_form: ReviewForm,
    comment_form: CommentForm,
) -> HttpResponse:
    viewer, latest = request.viewer, text.latest
    given = latest.blocks if latest else []
    shown = {one["id"]: one for one in ready(request, detail, given)}
    said: dict[str, list[ReviewComment]] = {}
    for one in detail.comments:
        said.setdefault(one.block, []).append(one)
    known = {block["id"] for block in given}
    rows = [
        {
            "number": number,
            "id": block["id"],
            "name": wording_pages.block_name(block["kind"]),
            "shown": [shown[block["id"]]] if block["id"] in shown else [],
            "comments": said.get(block["id"], []),
        }
        for number, block in enumerate(given, start=1)
    ]
    changed = []
    if text.published is not None and latest is not None and text.published_id != text.latest_id:
        changed = changes(request, detail, text.published, latest)
    people = [form for form in (ask_form, comment_form) if form.is_bound and form.errors]
    context = frame(detail) | {
        "text": text,
        "rows": rows,
        "general": [one for block, rows_ in said.items() if block not in known for one in rows_],
        "open": sum(1 for one in detail.comments if one.settled_at is None),
        "ask_form": ask_form,
        "comment_form": comment_form,
        "commented": comment_form["block"].value() or "" if comment_form.is_bound else None,
        "form": people[0] if people else None,
        "changed": changed,
        "is_new": text.published_id != text.latest_id,
        "in_review": text.state == TextState.REVIEW,
        "publishes": viewer.may(Capability.CONTENT_PUBLISH),
    }
    status = 422 if people else 200
    return render(request, "information/editing/review.html", context, status=status)


@needs(Capability.CONTENT_EDIT)
@require_POST
def ask(request: ViewerRequest, page_id: int, language: str) -> HttpResponse:
    """Asks somebody to look at the newest version; that person is told."""
    detail, text = _opened(request, page_id, language)
    form = ReviewForm(_people(request), request.POST)
    asked = attempt(
        form,
        lambda: actions.ask_review(
            page_id,
            language,
            actor=request.viewer,
            reviewer=int(form.cleaned_data["reviewer"]) if form.cleaned_data["reviewer"] else None,
            words=form.cleaned_data["words"],
        ),
    )
    if asked is None:
        return _page(request, detail, text, form, CommentForm())
    messages.success(request, _("The review was asked for, and the reviewer is told."))
    return redirect(_address(page_id, language))


@needs(Capability.CONTENT_EDIT)
@require_POST
def comment(request: ViewerRequest, page_id: int, language: str) -> HttpResponse:
    """A word on the text or on one block of it."""
    detail, text = _opened(request, page_id, language)
    form = CommentForm(request.POST)
    said = attempt(
        form,
        lambda: actions.comment(
            page_id,
            language,
            form.cleaned_data["words"],
            actor=request.viewer,
            block=form.cleaned_data["block"],
        ),
    )
    if said is None:
        return _page(request, detail, text, ReviewForm(_people(request)), form)
    messages.success(request, _("The comment was added."))
    return redirect(f"{_address(page_id, language)}#comment-{said.pk}")


@needs(Capability.CONTENT_EDIT)
@require_POST
def settle(request: ViewerRequest, page_id: int, language: str, comment_id: int) -> HttpResponse:
    """A comment has been dealt with."""
    return act(
        request,
        lambda: actions.settle(page_id, language, comment_id, actor=request.viewer),
        _("The comment was marked as dealt with."),
        f"{_address(page_id, language)}#comment-{comment_id}",
    )


@needs(Capability.CONTENT_PUBLISH)
@require_POST
def send_back(request: ViewerRequest, page_id: int, language: str) -> HttpResponse:
    """The text goes back to its writer, with what should be changed."""
    detail, text = _opened(request, page_id, language)
    form = CommentForm(request.POST)
    done = attempt(
        form,
        lambda: actions.send_back(page_id, language, form.cleaned_data["words"], actor=request.viewer),
    )
    if done is None:
        return _page(request, detail, text, ReviewForm(_people(request)), form)
    messages.success(request, _("The text was sent back, and its writer is told."))
    return redirect(_address(page_id, language))


@needs(Capability.CONTENT_EDIT)
@require_POST
def approve_machine(request: ViewerRequest, page_id: int, language: str) -> HttpResponse:
    """Somebody has read what a machine suggested and stands for it."""
    return act(
        request,
        lambda: actions.approve_machine(page_id, language, actor=request.viewer),
        _("The text was approved. It is no longer marked as suggested by a machine."),
        _address(page_id, language),
    )


@needs(Capability.CONTENT_PUBLISH)
def publish(request: ViewerRequest, page_id: int, language: str) -> HttpResponse:
    """When readers see it: at once or from a time on, and until when. Of what they see already, only until when."""
    detail, text = _opened(request, page_id, language)
    is_seen = text.published_id == text.latest_id
    form = PublishForm(text, request.POST if request.method == "POST" else None)
    if request.method == "POST":
        try:
            done = attempt(
                form, lambda: _publish(request, page_id, language, form), {"at": "on", "until": "until_on"}
            )
        except EditClash as found:
            words = _("%(name)s saved a newer version on %(when)s. Look at it before you publish.")
            messages.warning(
                request,
                words % {"name": found.who or _("Somebody"), "when": wording_pages.moment(found.when)},
            )
            return redirect(_address(page_id, language))
        if done is not None:
            messages.success(request, _what_happens(done, is_seen))
            return redirect(_address(page_id, language))
    fixed = frame(detail)
    return show_form(
        request,
        form,
        title=_("Withdraw at a time") if is_seen else _("Publish the text"),
        lead=_("%(title)s, %(language)s, version %(number)s. What readers see changes at that time.")
        % {
            "title": fixed["page_title"],
            "language": fixed["language_name"],
            "number": text.latest.number if text.latest else "",
        },
        button=_("Save") if is_seen else _("Publish"),
        back=_address(page_id, language),
    )


def _what_happens(text: PageText, was_seen: bool) -> str:
    if text.publish_at:
        return _("The text is published on %(when)s.") % {"when": wording_pages.moment(text.publish_at)}
    if not was_seen:
        return _("The text was published. Readers see it now.")
    if text.unpublish_at:
        return _("The text is withdrawn on %(when)s.") % {"when": wording_pages.moment(text.unpublish_at)}
    return _("The text stays until somebody withdraws it.")


def _publish(request: ViewerRequest, page_id: int, language: str, form: PublishForm) -> PageText:
    return actions.publish(
        page_id,
        language,
        actor=request.viewer,
        at=form.moment("on", "at"),
        until=form.moment("until_on", "until_at"),
        expected_version=form.cleaned_data["version"],
    )


@needs(Capability.CONTENT_PUBLISH)
@require_POST
def withdraw(request: ViewerRequest, page_id: int, language: str) -> HttpResponse:
    """Readers see it no more; it can be published again."""
    _opened(request, page_id, language)
    return act(
        request,
        lambda: actions.withdraw(page_id, language, actor=request.viewer),
        _("The text was withdrawn from readers. It can be published again."),
        _address(page_id, language),
    )
