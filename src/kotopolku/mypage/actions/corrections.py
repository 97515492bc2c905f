"""Requests to correct what is stored: the client asks, the authority that answers for the client accepts or refuses.

Not for: the correction itself, which is an edit of the client (``clients.actions``).
"""

from uuid import UUID

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_noop as _

from kotopolku import clock
from kotopolku.access.capabilities import Capability
from kotopolku.access.errors import NotVisible
from kotopolku.access.viewer import Viewer
from kotopolku.clients import access as clients_access
from kotopolku.clients.actions import case as cases
from kotopolku.clients.models import Responsibility
from kotopolku.clients.rules import Refusal, refuse
from kotopolku.journal.actions import record
from kotopolku.mypage import access
from kotopolku.mypage.models import CorrectionPart, CorrectionRequest, CorrectionState
from kotopolku.mypage.rules import LONGEST_TEXT
from kotopolku.notices.actions import notify

REQUEST = "mypage.correction"


@transaction.atomic
def ask_correction(part: str, text: str, *, actor: Viewer, token: UUID | None = None) -> CorrectionRequest:
    """The client says what is wrong; the worker gets a notice. Raises ``Refusals``."""
    case = access.own_case(actor)
    with clients_access.seeing_all(actor):  # an entry of a client belongs to no organisation
        before = cases.done_before(token, REQUEST)
    if before is not None:
        return CorrectionRequest.objects.get(pk=before)
    found = []
    if part not in CorrectionPart.values:
        found.append(Refusal("part", "required", _("Choose what is wrong.")))
    if not text.strip():
        found.append(Refusal("text", "required", _("Write what is wrong and what would be right.")))
    if len(text) > LONGEST_TEXT:
        found.append(Refusal("text", "too-long", _("The text is too long. Write it shorter.")))
    refuse(found)
    user_id = actor.user_id or 0  # a client at the own page always is a user
    with clients_access.seeing_all(actor):
        request = CorrectionRequest.objects.create(
            person=case.person,
            relationship=case.relationship,
            part=part,
            text=text.strip(),
            made_at=clock.now(),
            made_by_id=user_id,
        )
        answering = Responsibility.objects.filter(
            relationship=case.relationship, days__contains=actor.day
        ).first()
        if answering is not None and answering.worker_id is not None:
            notify(
                "mypage.correction-asked",
                [answering.worker_id],
                actor=actor,
                address=reverse("mypage:correction", args=[request.pk]),
                organisation_id=answering.authority_id,
                about=(REQUEST, request.pk),
            )
        record(
            "mypage.correction.asked",
            actor=actor,
            subjects=[case.person.pk],
            object=(REQUEST, request.pk),
            details={"part": part},
            token=token,
        )
    return request


@transaction.atomic
def accept_correction(request_id: int, answer: str, *, actor: Viewer) -> CorrectionRequest:
    """The authority agrees; the worker then edits the client. Raises ``Refusals`` when answered before."""
    request = _open_request(request_id, actor)
    _answer(request, CorrectionState.ACCEPTED, answer, actor)
    _entry("mypage.correction.accepted", request, "", actor)
    return request


@transaction.atomic
def refuse_correction(request_id: int, answer: str, *, actor: Viewer) -> CorrectionRequest:
    """The authority does not agree and says why; the client reads it on the own page. Raises ``Refusals``."""
    request = _open_request(request_id, actor)
    if not answer.strip():
        message = _("Write to the client why the data are not changed (GDPR article 12.4).")
        refuse([Refusal("answer", "required", message)])
    _answer(request, CorrectionState.REFUSED, answer, actor)
    _entry("mypage.correction.refused", request, answer, actor)
    return request


def _open_request(request_id: int, actor: Viewer) -> CorrectionRequest:
    """The request, locked, if the actor's authority answers for the client. Raises ``NotVisible``, ``Refusals``."""
    request = CorrectionRequest.objects.select_for_update().filter(pk=request_id).first()
    if request is None:
        raise NotVisible
    cases.let_in(actor, Capability.CLIENT_EDIT, request.relationship_id)
    if request.state != CorrectionState.OPEN:
        refuse([Refusal("", "answered", _("The request has been answered already."))])
    return request


def _answer(request: CorrectionRequest, state: CorrectionState, answer: str, actor: Viewer) -> None:
    request.state, request.answer = state, answer.strip()
    request.answered_at, request.answered_by_id = clock.now(), actor.user_id
    request.save()


def _entry(name: str, request: CorrectionRequest, reason: str, actor: Viewer) -> None:
    record(name, actor=actor, subjects=[request.person_id], object=(REQUEST, request.pk), reason=reason)
