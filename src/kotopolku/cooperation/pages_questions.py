"""Pages of questions to the centre of expertise: asking, one question, answering; published answers."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET, require_POST

from kotopolku.access.capabilities import Capability
from kotopolku.access.errors import NotVisible
from kotopolku.access.gate import ViewerRequest, needs
from kotopolku.cooperation import access, wording
from kotopolku.cooperation.actions import questions as acts
from kotopolku.cooperation.forms import AskForm, LineForm, PublishForm, QuestionFilter
from kotopolku.cooperation.models import LineKind, Question, QuestionState
from kotopolku.cooperation.queries import questions as queries
from kotopolku.cooperation.showing import paged
from kotopolku.cooperation.sources import topic_title
from kotopolku.placement.pages import act, run, saving, show_form


def _address(question_id: int) -> str:
    return reverse("cooperation:question", args=[question_id])


@needs(Capability.SIGNED_IN)
@require_GET
def questions(request: ViewerRequest) -> HttpResponse:
    """The own organisation's questions; for the centre of expertise every one, those that wait first."""
    viewer = request.viewer
    state = "open" if request.GET.get("box") == "open" else ""
    context = paged(request, queries.questions(viewer, state=state), queries.PAGE_SIZE)
    context["lines"] = [(one, topic_title(one.topic), wording.question_mark(one)) for one in context["rows"]]
    context |= {
        "box": state,
        "boxes": [("", _("All")), ("open", pgettext("tasks", "Open"))],
        "is_centre": access.is_centre(viewer),
    }
    return render(request, "cooperation/questions.html", context)


@needs(Capability.SIGNED_IN)
def ask(request: ViewerRequest) -> HttpResponse:
    """Asking. Published answers that may do are shown once before the question is sent."""
    viewer = request.viewer
    form = AskForm(request.POST if request.method == "POST" else None)
    similar: list[queries.Similar] = []
    if request.method == "POST":
        if form.is_valid() and request.POST.get("do") != "ask":
            similar = queries.similar(viewer, form.cleaned_data["title"])
        if not similar:
            made = run(
                form,
                lambda: acts.ask(
                    form.cleaned_data["topic"],
                    form.cleaned_data["title"],
                    form.cleaned_data["text"],
                    form.cleaned_data["language"],
                    actor=viewer,
                    token=form.cleaned_data["token"],
                ),
            )
            if made is not None:
                messages.success(request, _("The question was sent to the centre of expertise."))
                return redirect(_address(made.pk))
    return show_form(
        request,
        form,
        template="cooperation/ask.html",
        title=_("Ask the centre of expertise"),
        lead=_(
            "Your organisation and the centre see the question. An answer may be published without the asker."
        ),
        button=_("Send the question"),
        back=reverse("cooperation:questions"),
        similar=similar,
    )


@needs(Capability.SIGNED_IN)
@require_GET
def question(request: ViewerRequest, question_id: int) -> HttpResponse:
    """One question with what was asked back and answered."""
    viewer = request.viewer
    found = access.question(viewer, question_id)
    mine = found.organisation_id == viewer.organisation_id
    centre = access.is_centre(viewer)
    context = {
        "question": found,
        "topic": topic_title(found.topic),
        "mark": wording.question_mark(found),
        "lines": queries.lines(found),
        "mine": mine,
        "is_centre": centre,
        "open": found.state in (QuestionState.ASKED, QuestionState.UNCLEAR),
        "can_add": mine and found.state != QuestionState.WITHDRAWN,
        "can_answer": centre and found.state != QuestionState.WITHDRAWN,
        "can_publish": centre and found.state == QuestionState.ANSWERED,
        "published": list(queries.published_from(viewer, found)) if centre else [],
    }
    return render(request, "cooperation/question.html", context)


def _line(
    request: ViewerRequest,
    found: Question,
    save: Callable[[LineForm], Question],
    *,
    title: str,
    lead: str,
    button: str,
    done: str,
) -> HttpResponse:
    """A page for one more message."""
    form = LineForm(request.POST if request.method == "POST" else None, initial={"version": found.version})
    back = _address(found.pk)
    if request.method == "POST" and run(form, lambda: save(form)) is not None:
        messages.success(request, done)
        return redirect(back)
    return show_form(
        request,
        form,
        template="cooperation/question_line.html",
        title=title,
        lead=lead,
        button=button,
        back=back,
        question=found,
        lines=queries.lines(found),
    )


@needs(Capability.SIGNED_IN)
def add_more(request: ViewerRequest, question_id: int) -> HttpResponse:
    """The asker's organisation adds to its question."""
    viewer = request.viewer
    found = access.question(viewer, question_id)
    if found.organisation_id != viewer.organisation_id:
        raise NotVisible
    return _line(
        request,
        found,
        lambda form: acts.add_more(
            question_id, form.cleaned_data["text"], actor=viewer, expected_version=form.expected_version
        ),
        title=_("Add to the question"),
        lead=found.title,
        button=_("Send"),
        done=_("What you added was sent."),
    )


@needs(Capability.SIGNED_IN)
@require_POST
def take_back(request: ViewerRequest, question_id: int) -> HttpResponse:
    """The answer is not needed any more."""
    return act(
        request,
        lambda: acts.take_back(question_id, actor=request.viewer),
        _("The question was taken back."),
        _address(question_id),
    )


@needs(Capability.EXPERTISE_ANSWER)
def ask_back(request: ViewerRequest, question_id: int) -> HttpResponse:
    """The centre asks for more."""
    access.require_centre(request.viewer)
    found = access.question(request.viewer, question_id)
    return _line(
        request,
        found,
        lambda form: acts.ask_back(
            question_id,
            form.cleaned_data["text"],
            actor=request.viewer,
            expected_version=form.expected_version,
        ),
        title=_("Ask for more"),
        lead=found.title,
        button=_("Send"),
        done=_("The asker was asked for more."),
    )


@needs(Capability.EXPERTISE_ANSWER)
def answer(request: ViewerRequest, question_id: int) -> HttpResponse:
    """The centre answers."""
    access.require_centre(request.viewer)
    found = access.question(request.viewer, question_id)
    return _line(
        request,
        found,
        lambda form: acts.answer(
            question_id,
            form.cleaned_data["text"],
            actor=request.viewer,
            expected_version=form.expected_version,
        ),
        title=_("Answer"),
        lead=found.title,
        button=_("Send the answer"),
        done=_("The answer was sent. You can publish it for all without the asker."),
    )


@needs(Capability.EXPERTISE_ANSWER)
def publish(request: ViewerRequest, question_id: int) -> HttpResponse:
    """Publishing the question and its answer, written anew without the asker."""
    access.require_centre(request.viewer)
    found = access.question(request.viewer, question_id)
    given = [one for one in queries.lines(found) if one.kind == LineKind.ANSWER]
    first = {
        "question": found.title,
        "topic": found.topic,
        "language": found.language,
        "answer": given[-1].text if given else "",
    }
    return _publish(request, question_id, first, _address(question_id))


@needs(Capability.EXPERTISE_ANSWER)
def answer_new(request: ViewerRequest) -> HttpResponse:
    """Publishing a question and answer that nobody asked here."""
    access.require_centre(request.viewer)
    return _publish(request, None, {}, reverse("cooperation:answers"))


def _publish(
    request: ViewerRequest, question_id: int | None, first: dict[str, str], back: str
) -> HttpResponse:
    form = PublishForm(request.POST if request.method == "POST" else None, initial=first)
    return saving(
        request,
        form,
        lambda: acts.publish(
            question_id,
            form.cleaned_data["topic"],
            form.cleaned_data["question"],
            form.cleaned_data["answer"],
            form.cleaned_data["language"],
            actor=request.viewer,
            token=form.cleaned_data["token"],
        ),
        done=_("The question and its answer were published."),
        onward=lambda made: reverse("cooperation:answer", args=[made.pk]),
        title=_("Publish the answer"),
        lead=_(
            "Everybody in the shared space reads it. Neither the asker nor the organisation may be known from it."
        ),
        button=_("Publish"),
        back=back,
    )


# Published answers --------------------------------------------------------------------------------------------------


@needs(Capability.SIGNED_IN)
@require_GET
def answers(request: ViewerRequest) -> HttpResponse:
    """Published questions and answers, by words and topic."""
    viewer = request.viewer
    form = QuestionFilter(request.GET)
    form.is_valid()
    rows = queries.answers(
        viewer, q=form.cleaned_data.get("q") or "", topic=form.cleaned_data.get("topic") or ""
    )
    context = paged(request, rows, queries.PAGE_SIZE)
    context["lines"] = [(one, topic_title(one.topic)) for one in context["rows"]]
    context |= {"filters": form, "is_centre": access.is_centre(viewer)}
    return render(request, "cooperation/answers.html", context)


@needs(Capability.SIGNED_IN)
@require_GET
def published(request: ViewerRequest, answer_id: int) -> HttpResponse:
    """One published question with its answer."""
    found = access.answer(request.viewer, answer_id)
    centre = access.is_centre(request.viewer)
    context = {"answer": found, "topic": topic_title(found.topic), "is_centre": centre}
    return render(request, "cooperation/answer.html", context)


@needs(Capability.EXPERTISE_ANSWER)
def answer_edit(request: ViewerRequest, answer_id: int) -> HttpResponse:
    """Changing a published answer; it counts as checked on the day."""
    viewer = request.viewer
    access.require_centre(viewer)
    found = access.answer(viewer, answer_id)
    form = PublishForm(
        request.POST if request.method == "POST" else None, initial=PublishForm.initial_of(found)
    )
    back = reverse("cooperation:answer", args=[answer_id])
    return saving(
        request,
        form,
        lambda: acts.change_published(
            answer_id,
            form.cleaned_data["topic"],
            form.cleaned_data["question"],
            form.cleaned_data["answer"],
            form.cleaned_data["language"],
            actor=viewer,
            expected_version=form.expected_version,
        ),
        done=_("The answer was changed."),
        title=_("Change the answer"),
        lead=found.question,
        button=_("Save"),
        back=back,
    )


@needs(Capability.EXPERTISE_ANSWER)
@require_POST
def answer_withdraw(request: ViewerRequest, answer_id: int) -> HttpResponse:
    """Taking a published answer away from readers."""
    return act(
        request,
        lambda: acts.withdraw_published(answer_id, actor=request.viewer),
        _("The answer was withdrawn."),
        reverse("cooperation:answers"),
    )
