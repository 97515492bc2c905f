"""Pages on which the minutes are drafted beside the agenda: discussion, decision, dissenting opinions, tasks.

Not for: the speaking list and votes (``pages_minutes_live.py``), checking and publishing (``pages_minutes.py``).
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
from kotopolku.access.viewer import Viewer
from kotopolku.cooperation import access_meetings as meetings
from kotopolku.cooperation import access_minutes as access
from kotopolku.cooperation import meeting_rules
from kotopolku.cooperation import wording_minutes as wording
from kotopolku.cooperation.actions import decisions as acts
from kotopolku.cooperation.actions import meeting_tasks
from kotopolku.cooperation.forms_minutes import DissentForm, SettleForm, TaskForm, WriteForm
from kotopolku.cooperation.models import AgendaItem, MeetingCall, TaskState
from kotopolku.cooperation.pages_minutes_live import address_of
from kotopolku.cooperation.queries import minutes as queries
from kotopolku.cooperation.queries import minutes_work
from kotopolku.placement.pages import act, run, saving, show_form


@needs(Capability.SIGNED_IN)
def write(request: ViewerRequest, item_id: int) -> HttpResponse:
    """Discussion and decision of one item, with the agenda beside; two who write at once are told, nothing is lost."""
    viewer = request.viewer
    item = meetings.led_item(viewer, item_id)
    form = WriteForm(
        request.POST if request.method == "POST" else None,
        initial={"discussion": item.discussion, "decision": item.decision, "version": item.version},
    )
    agenda = _agenda(viewer, item)
    after = _next_of(agenda, item)
    if request.method == "POST":
        done = run(
            form,
            lambda: acts.write(
                item_id,
                form.cleaned_data["discussion"],
                form.cleaned_data["decision"],
                actor=viewer,
                expected_version=form.expected_version,
            ),
        )
        if done is not None:
            messages.success(request, _("The minutes of the item were saved."))
            if request.POST.get("do") == "next" and after is not None:
                return redirect("cooperation:minutes-write", after.pk)
            return redirect(address_of(item))
    stored = meetings.led_item(viewer, item_id) if getattr(form, "clash", False) else None
    return show_form(
        request,
        form,
        template="cooperation/minutes_write.html",
        title=_("Minutes of an item"),
        lead=item.meeting.body.name,
        button=_("Save"),
        back=address_of(item),
        item=item,
        live=queries.live(viewer, item),
        agenda=agenda,
        after=after,
        stored=stored,
    )


def _agenda(viewer: Viewer, item: AgendaItem) -> list[tuple[int | None, AgendaItem]]:
    rows = list(meetings.items(viewer, item.meeting))
    numbers = meeting_rules.numbers(one.state for one in rows)
    return [(number, one) for number, one in zip(numbers, rows, strict=True) if number is not None]


def _next_of(agenda: list[tuple[int | None, AgendaItem]], item: AgendaItem) -> AgendaItem | None:
    rows = [one for _number, one in agenda]
    place = next((number for number, one in enumerate(rows) if one.pk == item.pk), None)
    return rows[place + 1] if place is not None and place + 1 < len(rows) else None


# Dissenting opinions ------------------------------------------------------------------------------------------------------


@needs(Capability.SIGNED_IN)
def dissent(request: ViewerRequest, item_id: int) -> HttpResponse:
    """One's own opinion; who leads the meeting writes down that of one who does not sign in here."""
    viewer = request.viewer
    item = meetings.item(viewer, item_id)
    mine = meetings.call_of(viewer, item.meeting)
    calls: list[MeetingCall] = [mine] if mine is not None else []
    if meetings.leads(viewer, item.meeting):
        calls += [one for one in queries.called(item.meeting) if one.user_id is None]
    if not calls:
        raise NotVisible
    known = item.dissents.filter(call=mine).first() if mine is not None else None
    form = DissentForm(
        calls,
        request.POST if request.method == "POST" else None,
        initial={"text": known.text if known else ""},
    )
    return saving(
        request,
        form,
        lambda: acts.dissent(
            item_id, form.cleaned_data["text"], actor=viewer, call_id=form.call_id or calls[0].pk
        ),
        done=_("The dissenting opinion was noted. It stands in the minutes."),
        title=_("Dissenting opinion"),
        lead=_("%(title)s: it can be changed until the minutes go to be checked.") % {"title": item.title},
        button=_("Give the opinion"),
        back=address_of(item),
    )


@needs(Capability.SIGNED_IN)
@require_POST
def dissent_remove(request: ViewerRequest, dissent_id: int) -> HttpResponse:
    found = access.dissent(request.viewer, dissent_id)
    return act(
        request,
        lambda: acts.take_back_dissent(dissent_id, actor=request.viewer),
        _("The dissenting opinion was taken back."),
        address_of(found.item),
    )


# Tasks ------------------------------------------------------------------------------------------------------------------


@needs(Capability.SIGNED_IN)
@require_GET
def tasks(request: ViewerRequest) -> HttpResponse:
    """The viewer's own open tasks from meetings."""
    return render(request, "cooperation/minutes_tasks.html", {"tasks": minutes_work.my_tasks(request.viewer)})


@needs(Capability.SIGNED_IN)
def task_new(request: ViewerRequest, item_id: int) -> HttpResponse:
    """A task that the meeting gives."""
    viewer = request.viewer
    item = meetings.led_item(viewer, item_id)
    form = TaskForm(queries.called(item.meeting), request.POST if request.method == "POST" else None)
    return saving(
        request,
        form,
        lambda: meeting_tasks.give(item_id, form.content(), actor=viewer, token=form.cleaned_data["token"]),
        done=_("The task was given."),
        title=_("New task"),
        lead=item.title,
        button=_("Give the task"),
        back=address_of(item),
    )


@needs(Capability.SIGNED_IN)
def task(request: ViewerRequest, task_id: int) -> HttpResponse:
    """One task: its owner, or who leads the meeting, says what came of it."""
    viewer = request.viewer
    found = access.task(viewer, task_id)
    reads = meetings.meetings(viewer).filter(pk=found.item.meeting_id).exists()
    leads = reads and meetings.leads(viewer, found.item.meeting)
    back = address_of(found.item) if reads else reverse("cooperation:minutes-tasks")
    form = SettleForm(request.POST if request.method == "POST" else None, initial={"version": found.version})
    if request.method == "POST":
        done = run(
            form,
            lambda: meeting_tasks.settle(
                task_id,
                form.cleaned_data["state"],
                form.cleaned_data["outcome"],
                actor=viewer,
                expected_version=form.expected_version,
            ),
        )
        if done is not None:
            messages.success(request, _("The task was settled."))
            return redirect(back)
        found = access.task(viewer, task_id)
    return show_form(
        request,
        form,
        template="cooperation/minutes_task.html",
        title=_("Task from a meeting"),
        button=_("Settle the task"),
        back=back,
        task=found,
        state=wording.task_mark(found, viewer.day),
        is_open=found.state == TaskState.OPEN,
        reads=reads,
        leads=leads,
    )


@needs(Capability.SIGNED_IN)
def task_edit(request: ViewerRequest, task_id: int) -> HttpResponse:
    """What is to be done, by whom and when; until the minutes go to be checked."""
    viewer = request.viewer
    found = access.led_task(viewer, task_id)
    calls = queries.called(found.item.meeting)
    form = TaskForm(
        calls, request.POST if request.method == "POST" else None, initial=TaskForm.initial_of(found, calls)
    )
    return saving(
        request,
        form,
        lambda: meeting_tasks.change(
            task_id, form.content(), actor=viewer, expected_version=form.expected_version
        ),
        done=_("The task was changed."),
        title=_("Change the task"),
        lead=found.item.title,
        button=_("Save"),
        back=address_of(found.item),
    )
