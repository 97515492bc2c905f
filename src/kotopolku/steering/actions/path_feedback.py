"""What clients say of a step: given without a name, and words that name somebody taken away. Not for: reading it.

Nobody can be found from an answer: the row holds a month and no user, its id is drawn by lot so that the order of giving
cannot be read from it, and the journal's entry is the system's and names the path only. Therefore nothing says that a
client has answered already, for such a mark would tie the two together; the own page offers a step for some days and
accepts that somebody may answer twice.
"""

import secrets
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_noop as _

from kotopolku import clock
from kotopolku.access import rowsecurity
from kotopolku.access.viewer import Viewer
from kotopolku.clients.rules import Refusal, refuse
from kotopolku.journal import queries as journal
from kotopolku.journal.actions import record
from kotopolku.steering import access_paths as access
from kotopolku.steering import extensions
from kotopolku.steering import path_rules as rules
from kotopolku.steering.models import StepFeedback
from kotopolku.steering.path_rules import FeedbackContent

PATH = "steering.path"
FEEDBACK = "steering.feedback"
RECEIVER = "steering.feedback"
"""Name of the system when a client answers."""


@transaction.atomic
def give(
    code: str,
    content: FeedbackContent,
    *,
    actor: Viewer,
    token: UUID,
    by_link: bool,
    network_address: str = "",
) -> None:
    """One answer about the step of the code. Sent twice it is one. Raises ``NotVisible``, ``Refusals``.

    ``actor``: whoever sends, also nobody in particular; it is not kept. ``network_address``: of an answer by link, where
    anybody may send, to count how many come from one; it is not kept with the answer.
    """
    step = access.asked_step(actor, code)
    refuse(rules.check_feedback(content))
    with rowsecurity.as_system():
        if journal.done_before(token) is not None:
            return
        if by_link:
            extensions.refuse_too_many(network_address)
        StepFeedback.objects.create(
            id=secrets.randbelow(2**53) + 1,
            step=step,
            month=clock.today().replace(day=1),
            language=content.language,
            score=content.score or 0,
            understood=content.understood,
            text=content.text.strip(),
            by_link=by_link,
        )
        system = Viewer.for_system(RECEIVER, actor.day)
        record("steering.feedback.given", actor=system, object=(PATH, step.path_id), token=token)


@transaction.atomic
def hide_text(feedback_id: int, reason: str, *, actor: Viewer) -> StepFeedback:
    """Takes the words away for good, as when they name somebody; the score stays. Raises ``NotVisible``, ``Refusals``."""
    found = access.own_feedback(actor, feedback_id, lock=True)
    if not reason.strip():
        refuse([Refusal("reason", "required", _("Write why."))])
    if found.text:
        found.text = ""
        found.save(update_fields=["text"])
    record("steering.feedback.text-removed", actor=actor, object=(FEEDBACK, found.pk), reason=reason.strip())
    return found
