"""Pages of what happens while an item is dealt with: speaking list, recusals, votes. Buttons work without script.

Not for: texts and tasks (``pages_minutes_write.py``), the meeting itself.
"""

from collections.abc import Callable
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from kotopolku.access.capabilities import Capability
from kotopolku.access.errors import NotVisible
from kotopolku.access.gate import ViewerRequest, needs
from kotopolku.cooperation import access_meetings as meetings
from kotopolku.cooperation import access_minutes as access
from kotopolku.cooperation.actions import decisions, meeting_votes, speeches
from kotopolku.cooperation.forms_minutes import AloudForm, ReasonForm, RecuseForm, SpeakForm, VoteForm
from kotopolku.cooperation.models import AgendaItem
from kotopolku.cooperation.queries import minutes as queries
from kotopolku.placement.pages import act, run, show_form


def address_of(item: AgendaItem) -> str:
    """The item on the meeting's page."""
    return f"{reverse('cooperation:meeting', args=[item.meeting_id])}#live-{item.pk}"


@needs(Capability.SIGNED_IN)
@require_GET
def live(request: ViewerRequest, item_id: int) -> HttpResponse:
    """The item as it is now, a part of a page that asks for it again and again while the item is dealt with."""
    found = meetings.item(request.viewer, item_id)
    context = {"live": queries.live(request.viewer, found)}
    return render(request, "cooperation/meeting_item_live.html", context)


# The speaking list --------------------------------------------------------------------------------------------------------


@needs(Capability.SIGNED_IN)
@require_POST
def ask(request: ViewerRequest, item_id: int) -> HttpResponse:
    """Asks to speak, for oneself."""
    viewer = request.viewer
    item = meetings.item(viewer, item_id)
    return act(
        request,
        lambda: speeches.ask(item_id, request.POST.get("kind", ""), actor=viewer),
        _("You are on the speaking list."),
        address_of(item),
    )


@needs(Capability.SIGNED_IN)
def ask_for(request: ViewerRequest, item_id: int) -> HttpResponse:
    """Who leads the meeting puts somebody on the list who raises a hand."""
    viewer = request.viewer
    item = meetings.led_item(viewer, item_id)
    form = SpeakForm(queries.there(item.meeting), request.POST if request.method == "POST" else None)
    if request.method == "POST":
        done = run(
            form,
            lambda: speeches.ask(
                item_id, form.cleaned_data["kind"], actor=viewer, call_id=int(form.cleaned_data["call"])
            ),
        )
        if done is not None:
            return redirect(address_of(item))
    return show_form(
        request,
        form,
        title=_("Put somebody on the speaking list"),
        lead=item.title,
        button=_("Put on the list"),
        back=address_of(item),
    )


def _speech_act(
    request: ViewerRequest, speech_id: int, done: Callable[..., Any], words: str, *, led: bool = True
) -> HttpResponse:
    find = access.led_speech if led else access.speech
    found = find(request.viewer, speech_id)
    return act(request, lambda: done(speech_id, actor=request.viewer), words, address_of(found.item))


@needs(Capability.SIGNED_IN)
@require_POST
def begin(request: ViewerRequest, speech_id: int) -> HttpResponse:
    return _speech_act(request, speech_id, speeches.begin, _("The floor was given."))


@needs(Capability.SIGNED_IN)
@require_POST
def end(request: ViewerRequest, speech_id: int) -> HttpResponse:
    return _speech_act(request, speech_id, speeches.end, _("The speech has ended."))


@needs(Capability.SIGNED_IN)
@require_POST
def move(request: ViewerRequest, speech_id: int) -> HttpResponse:
    """A place earlier, or later with ``step=1``."""
    step = 1 if request.POST.get("step") == "1" else -1

    def moved(pk: int, *, actor: Any) -> None:
        speeches.move(pk, step, actor=actor)

    return _speech_act(request, speech_id, moved, _("The order was changed."))


@needs(Capability.SIGNED_IN)
@require_POST
def take_back(request: ViewerRequest, speech_id: int) -> HttpResponse:
    words = _("The request to speak was taken back.")
    return _speech_act(request, speech_id, speeches.take_back, words, led=False)


# Recusal ----------------------------------------------------------------------------------------------------------------


@needs(Capability.SIGNED_IN)
def recuse(request: ViewerRequest, item_id: int) -> HttpResponse:
    """Somebody stays out of an item: oneself, or whom who leads the meeting chooses."""
    viewer = request.viewer
    item = meetings.item(viewer, item_id)
    mine = meetings.call_of(viewer, item.meeting)
    leads = meetings.leads(viewer, item.meeting)
    calls = queries.called(item.meeting) if leads else [mine] if mine else []
    if not calls:
        raise NotVisible
    form = RecuseForm(calls, request.POST if request.method == "POST" else None)
    if request.method == "POST":
        done = run(
            form,
            lambda: decisions.recuse(
                item_id, form.cleaned_data["reason"], actor=viewer, call_id=form.call_id or calls[0].pk
            ),
        )
        if done is not None:
            return redirect(address_of(item))
    return show_form(
        request,
        form,
        template="cooperation/recuse_form.html",
        title=_("Recusal from an item"),
        lead=_(
            "%(title)s: who is recused takes no part in the item, has no vote and does not count for the quorum."
        )
        % {"title": item.title},
        button=_("Declare the recusal"),
        back=address_of(item),
        ties=queries.ties_of(viewer, item.meeting),
    )


@needs(Capability.SIGNED_IN)
@require_POST
def recusal_remove(request: ViewerRequest, recusal_id: int) -> HttpResponse:
    found = access.recusal(request.viewer, recusal_id)
    return act(
        request,
        lambda: decisions.take_back_recusal(recusal_id, actor=request.viewer),
        _("The recusal was taken back."),
        address_of(found.item),
    )


# Votes ------------------------------------------------------------------------------------------------------------------


@needs(Capability.SIGNED_IN)
def vote_new(request: ViewerRequest, item_id: int) -> HttpResponse:
    """A vote is opened on the item that is being dealt with."""
    viewer = request.viewer
    item = meetings.led_item(viewer, item_id)
    first = f"{_('Yes')}\n{_('No')}"
    form = VoteForm(request.POST if request.method == "POST" else None, initial={"options": first})
    if request.method == "POST":
        made = run(
            form,
            lambda: meeting_votes.open_vote(
                item_id,
                form.cleaned_data["question"],
                form.lines,
                actor=viewer,
                token=form.cleaned_data["token"],
            ),
        )
        if made is not None:
            return redirect(address_of(item))
    return show_form(
        request,
        form,
        title=_("Open a vote"),
        lead=item.title,
        button=_("Open the vote"),
        back=address_of(item),
    )


@needs(Capability.SIGNED_IN)
@require_POST
def cast(request: ViewerRequest, vote_id: int) -> HttpResponse:
    """One's own vote, by one button."""
    viewer = request.viewer
    found = access.vote(viewer, vote_id)
    chosen, was = request.POST.get("chosen", ""), request.POST.get("was", "")
    return act(
        request,
        lambda: meeting_votes.cast(vote_id, chosen, was, actor=viewer),
        _("Your vote was noted. It counts once, and you can change it until the vote is closed."),
        address_of(found.item),
    )


@needs(Capability.SIGNED_IN)
def enter(request: ViewerRequest, vote_id: int) -> HttpResponse:
    """The secretary enters votes of those who vote aloud."""
    viewer = request.viewer
    found = access.led_vote(viewer, vote_id)
    rows = queries.aloud(found)
    form = AloudForm(found, rows, request.POST if request.method == "POST" else None)
    if request.method == "POST":
        done = run(form, lambda: meeting_votes.enter(vote_id, form.entries(), actor=viewer))
        if done is not None:
            return redirect(address_of(found.item))
    return show_form(
        request,
        form,
        template="cooperation/vote_enter.html",
        title=_("Votes given aloud"),
        lead=found.question,
        button=_("Enter the votes"),
        back=address_of(found.item),
        own=[one for one in rows if one.own],
    )


@needs(Capability.SIGNED_IN)
@require_POST
def vote_close(request: ViewerRequest, vote_id: int) -> HttpResponse:
    found = access.led_vote(request.viewer, vote_id)
    return act(
        request,
        lambda: meeting_votes.close(vote_id, actor=request.viewer),
        _("The vote was closed and counted."),
        address_of(found.item),
    )


@needs(Capability.SIGNED_IN)
def annul(request: ViewerRequest, vote_id: int) -> HttpResponse:
    """A vote that went wrong."""
    viewer = request.viewer
    found = access.led_vote(viewer, vote_id)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        done = run(form, lambda: meeting_votes.annul(vote_id, form.cleaned_data["reason"], actor=viewer))
        if done is not None:
            return redirect(address_of(found.item))
    return show_form(
        request,
        form,
        title=_("Annul the vote"),
        lead=_("%(question)s – the vote and the reason stay in the minutes.") % {"question": found.question},
        button=_("Annul the vote"),
        back=address_of(found.item),
        danger=True,
    )
