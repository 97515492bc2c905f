"""Acts on the publicity of bids: deciding what is a business secret, and giving out what is none. Every look is journalled.

Not for: from which day what may be read (``award_rules``, ``queries.disclosure``).
"""

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_noop as _

from kotopolku import clock
from kotopolku.access import rowsecurity
from kotopolku.access.capabilities import Capability
from kotopolku.access.gate import require
from kotopolku.access.viewer import Viewer
from kotopolku.clients.rules import Refusal, Refusals, refuse
from kotopolku.journal.actions import record
from kotopolku.notices.actions import notify
from kotopolku.placement.queries.people import holders
from kotopolku.procurement import award_rules, sealing
from kotopolku.procurement.actions.bids import TENDER, file_context
from kotopolku.procurement.actions.opening import FILE_CHANGED, OPENED_FILE
from kotopolku.procurement.models import ClaimState, OpenedFile, SecretClaim
from kotopolku.procurement.queries import disclosure as queries
from kotopolku.procurement.queries.disclosure import ShownBid

CLAIM, DECISION = "procurement.secret", "procurement.decision"


@transaction.atomic
def decide_claim(claim_id: int, accepted: bool, words: str, *, actor: Viewer) -> SecretClaim:
    """The buyer accepts or refuses that something is a business secret, after the award decision. Raises ``Refusals``.

    What is refused opens some days later, and the bidder is told at once: it can still object, and the decision be changed.
    """
    require(actor, Capability.PROCUREMENT_DECIDE)
    found = queries.claim(actor, claim_id, lock=True)
    today = clock.today()
    refusals = []
    if not queries.told_on(found.tender, found.bidder_id):
        refusals.append(Refusal("", "not-decided", NOT_DECIDED))
    if found.opens_on is not None and found.opens_on <= today:
        refusals.append(Refusal("", "open", OPEN))
    if not words.strip():
        refusals.append(Refusal("words", "required", _("Write the reason. The bidder reads it.")))
    refuse(refusals)
    found.state = ClaimState.ACCEPTED if accepted else ClaimState.REFUSED
    found.decided_by_id, found.decided_on, found.words = actor.user_id, today, words.strip()
    found.opens_on = None if accepted else award_rules.claim_opens_on(today)
    found.save(update_fields=["state", "decided_by", "decided_on", "words", "opens_on"])
    record(
        "procurement.secret.decided",
        actor=actor,
        object=(CLAIM, found.pk),
        details={"tender": found.tender_id, "state": str(found.state)},
    )
    notify(
        "procurement.secret-decided",
        holders(found.bidder_id, Capability.BID_SUBMIT, today),
        actor=actor,
        address=reverse("procurement:secrets-own", args=[found.tender_id]),
        organisation_id=found.bidder_id,
        about=(CLAIM, found.pk),
        on=found.opens_on,
    )
    return found


@transaction.atomic
def read_told_bids(decision_id: int, *, actor: Viewer) -> list[ShownBid]:
    """The other bids on a lot without business secrets, to a bidder told of its decision. Raises ``NotVisible``."""
    require(actor, Capability.BID_SUBMIT)
    found = queries.told_bids(actor, decision_id)
    record("procurement.disclosed-bid.viewed", actor=actor, object=(DECISION, decision_id))
    return found


@transaction.atomic
def take_told_file(decision_id: int, file_id: int, *, actor: Viewer) -> tuple[OpenedFile, bytes]:
    """A file of another bid that is no business secret. Raises ``NotVisible``, ``Refusals``."""
    require(actor, Capability.BID_SUBMIT)
    found = queries.told_file(actor, decision_id, file_id)
    record("procurement.disclosed-file.downloaded", actor=actor, object=(OPENED_FILE, found.pk))
    try:
        with rowsecurity.as_system():
            return found, sealing.unlock(
                bytes(found.file.content), bytes(found.key), file_context(found.file)
            )
    except sealing.CannotOpen as error:
        raise Refusals([Refusal("", "file-changed", FILE_CHANGED)]) from error


@transaction.atomic
def take_public_copy(tender_id: int, bidder_id: int, *, actor: Viewer) -> list[ShownBid]:
    """A bid to be given to anybody who asks, from the day of the contract. Raises ``Refusals`` before, ``NotVisible``."""
    require(actor, Capability.PROCUREMENT_PREPARE)
    found = queries.public_bid(actor, tender_id, bidder_id)
    if not found:
        raise Refusals([Refusal("", "no-contract", NO_CONTRACT)])
    record("procurement.bid-copy.downloaded", actor=actor, object=(TENDER, tender_id))
    return found


NOT_DECIDED = _(
    "Business secrets are decided on after the award decision. Until then all that is marked stays secret."
)
OPEN = _("This has been opened already. What others may have read cannot be made secret again.")
NO_CONTRACT = _(
    "Bids become public when the contract of the lot has been made (621/1999 § 7). It has not been."
)
