"""What a client does on the own page: signs and comments the plan, takes the data along.

Each checks that the person is the actor's own, writes across row security only after that, and is journalled.
"""

from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from kotopolku import clock
from kotopolku.access.errors import NotVisible
from kotopolku.access.viewer import Viewer
from kotopolku.clients import access as clients_access
from kotopolku.clients.actions import case as cases
from kotopolku.clients.actions import versions
from kotopolku.clients.models import Goal, Plan, PlanStatus, Responsibility, SignedHow
from kotopolku.clients.rules import Refusal, refuse
from kotopolku.desk.actions import send_from_client
from kotopolku.desk.models import Message
from kotopolku.journal.actions import record
from kotopolku.mypage import access, languages
from kotopolku.notices.actions import notify

PLAN = "clients.plan"


@transaction.atomic
def sign_plan(signed_name: str, read: bool, *, actor: Viewer, expected_version: int) -> Plan:
    """The client accepts and signs the plan on screen, today; a guardian or representative signs for a minor.

    The same as a worker's recording of a signature: under the Act of 2010 the longest time counts from it (§12.3).
    ``expected_version``: of the plan that was read. Raises ``Refusals``, ``NotVisible`` when there is no plan to sign.
    """
    own = access.own_case(actor)
    with clients_access.seeing_all(actor):
        responsibility = (
            Responsibility.objects.select_for_update()
            .filter(relationship=own.relationship, days__contains=actor.day)
            .first()
        )
        plan = clients_access.latest_plan(own.relationship.pk, lock=True)
        if responsibility is None or plan is None or plan.status == PlanStatus.ENDED or plan.made_on is None:
            raise NotVisible
        found = cases.ended(own.relationship)
        if plan.signed_on:
            message = _("The plan has been signed already, on %(signed)s.")
            found.append(Refusal("", "signed-already", message, {"signed": plan.signed_on}))
        elif plan.version != expected_version:
            found.append(
                Refusal("", "changed", _("The plan has changed since you opened it. Read it again, please."))
            )
        if not read:
            found.append(Refusal("read", "required", _("Read the plan first, then tick this box.")))
        if not signed_name.strip():
            found.append(Refusal("signed_name", "required", _("Write your name")))
        refuse(found)
        plan.signed_on, plan.signed_how = clock.today(), SignedHow.SCREEN
        plan.signed_name = signed_name.strip()[:200]
        plan.version += 1
        plan.save()
        versions.keep(plan, "signed", actor)
        cases.renew(clients_access.Case(own.relationship, responsibility))
        record(
            "mypage.plan.signed",
            actor=actor,
            subjects=[own.person.pk],
            object=(PLAN, plan.pk),
            details={"on": clock.today().isoformat(), "for_other": own.for_other},
        )
        if responsibility.worker_id is not None:
            notify(
                "mypage.plan-signed",
                [responsibility.worker_id],
                actor=actor,
                address=reverse("clients:plan", args=[own.relationship.pk]),
                organisation_id=responsibility.authority_id,
                about=(PLAN, plan.pk),
            )
        plan.refresh_from_db()
    return plan


@transaction.atomic
def comment_plan(text: str, goal_id: int | None, *, actor: Viewer, token: UUID | None = None) -> Message:
    """What the client thinks of the plan or of one goal goes to the worker as a message, which says what it is about.

    Raises ``NotVisible`` for a goal of another plan.
    """
    own = access.own_case(actor)
    plan = clients_access.latest_plan(own.relationship.pk)
    if plan is None:
        raise NotVisible
    with translation.override(settings.LANGUAGE_CODE):
        about = gettext("About my plan:")
    if goal_id is not None:
        goal = Goal.objects.filter(pk=goal_id, plan=plan, removed=False).first()
        if goal is None:
            raise NotVisible
        about = f"{about} {goal.title}"
    return send_message(f"{about}\n{text}", actor=actor, token=token)


@transaction.atomic
def send_message(text: str, *, actor: Viewer, token: UUID | None = None) -> Message:
    """A message to whoever answers today, in the language of the page. Raises ``Refusals``, ``NotVisible``.

    An entry of a client belongs to no organisation, so an earlier sending is found only with row security lifted.
    """
    person_id = access.own_person_id(actor)
    code = languages.service_code(languages.current().code)
    with clients_access.seeing_all(actor):
        return send_from_client(person_id, text, actor=actor, language=code, token=token)


@transaction.atomic(savepoint=False)
def record_download(kind: str, *, actor: Viewer) -> None:
    """The client's own data were taken along as a file of the kind pdf or json."""
    own = access.own_case(actor)
    record("mypage.data.downloaded", actor=actor, subjects=[own.person.pk], details={"kind": kind})


@transaction.atomic(savepoint=False)
def record_look_for_other(*, actor: Viewer) -> None:
    """Somebody opened the path of a person for whom they act: the person can see that in "who has looked"."""
    person_id = access.own_person_id(actor)
    if actor.own is not None and actor.own.self_id != person_id:
        record("mypage.path.opened", actor=actor, subjects=[person_id])
