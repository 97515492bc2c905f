"""Pages of those who are asked in a hearing: writing and giving the statement, declining; reading one statement.

Not for: the keeper's pages (``pages_hearings.py``).
"""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from kotopolku.access.capabilities import Capability
from kotopolku.access.gate import ViewerRequest, needs
from kotopolku.cooperation import access_hearings as access
from kotopolku.cooperation import access_positions
from kotopolku.cooperation import wording_hearings as wording
from kotopolku.cooperation.actions import statements as acts
from kotopolku.cooperation.forms_hearings import StatementForm
from kotopolku.cooperation.models import HearingState
from kotopolku.cooperation.pages_hearings import address_of
from kotopolku.cooperation.queries import hearings as queries
from kotopolku.placement.pages import act, run, show_form

MOST_POSITIONS = 50
DIGITS = 19
"""A longer number is no id."""


@needs(Capability.STATEMENT_GIVE)
def write(request: ViewerRequest, hearing_id: int) -> HttpResponse:
    """The statement of the reader's organisation: saved unfinished, given, changed. Two who write at once are told."""
    viewer = request.viewer
    body_id = _body_of(request)
    asked = access.invitee(viewer, hearing_id, body_id)
    found = access.asked_hearing(viewer, hearing_id)
    kept = access.own_statement(viewer, asked)
    stored = {one.question_id or 0: one for one in kept.answers.all()} if kept else {}
    given = kept is not None and kept.given_at is not None
    form = StatementForm(
        queries.questions(found),
        request.POST if request.method == "POST" else None,
        initial=StatementForm.initial_of(kept.version if kept else 0, stored.values()),
        positions=list(access_positions.usable(viewer)[:MOST_POSITIONS]),
    )
    if form.wants_position:
        if form.put_position():
            messages.info(request, _("The position stands in your statement now. It is not saved yet."))
    elif request.method == "POST":
        saves = request.POST.get("do") == "save"
        do = acts.save if saves else acts.give
        done = run(
            form,
            lambda: do(
                hearing_id,
                form.said(),
                actor=viewer,
                expected_version=form.expected_version,
                body_id=body_id,
            ),
        )
        if done is not None:
            words = _("The statement was given. You can change it until the hearing is closed.")
            messages.success(
                request,
                _("It was saved. Only your organisation sees it before it is given.") if saves else words,
            )
            return redirect(address_of(hearing_id))
    elif found.state != HearingState.OPEN:
        messages.warning(request, _("The hearing is not open."))
        return redirect(address_of(hearing_id))
    title = _("Change the statement") if given else _("Statement of your organisation")
    return show_form(
        request,
        form,
        template="cooperation/statement_form.html",
        title=_("Statement: %(name)s") % {"name": asked.name} if asked.body else title,
        lead=found.title,
        button=_("Save the changes") if given else _("Give the statement"),
        back=address_of(hearing_id),
        hearing=found,
        given=given,
        parts=form.parts(stored),
    )


@needs(Capability.STATEMENT_GIVE)
@require_POST
def decline(request: ViewerRequest, hearing_id: int) -> HttpResponse:
    """Telling that no statement is given."""
    return act(
        request,
        lambda: acts.decline(hearing_id, actor=request.viewer, body_id=_body_of(request)),
        _("The one who asks was told that no statement is given."),
        address_of(hearing_id),
    )


def _body_of(request: ViewerRequest) -> int | None:
    """The body whose statement it is; none for the organisation's own."""
    asked = request.GET.get("body", "")
    return int(asked) if asked.isdecimal() and len(asked) < DIGITS else None


@needs(Capability.SIGNED_IN)
@require_GET
def statement(request: ViewerRequest, hearing_id: int, statement_id: int) -> HttpResponse:
    """One statement as a whole: for who asked, for who gave it, for others once it is published."""
    viewer = request.viewer
    found = access.statement(viewer, hearing_id, statement_id)
    hearing = access.hearing(viewer, hearing_id)
    said = {one.question_id or 0: one for one in found.answers.select_related("responded_by")}
    shown = hearing.state == HearingState.PUBLISHED or access.keeps(viewer, hearing)
    rows = [
        (
            one,
            said[number],
            wording.view_mark(said[number]),
            wording.taken_mark(said[number]) if shown else None,
        )
        for number, one in [*((one.pk, one) for one in queries.questions(hearing)), (0, None)]
        if number in said
    ]
    context = {
        "hearing": hearing,
        "statement": found,
        "rows": rows,
        "shown": shown,
        "mark": wording.given_mark(found) if found.given_at else None,
    }
    return render(request, "cooperation/statement.html", context)
