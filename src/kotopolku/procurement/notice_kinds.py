"""Notices of tenders, bids and contracts. No person, no price and no bidder is named in them."""

from django.utils.translation import gettext_lazy as _

from kotopolku.notices.kinds import Kind
from kotopolku.notices.models import Delivery

KINDS: dict[str, Kind] = {}

KINDS |= {
    "procurement.phrase-wanted": Kind(
        _("I am named to open bids"),
        _("You have been named to open the bids of a tender. Choose your phrase before it is published."),
        Delivery.AT_ONCE,
    ),
    "procurement.opening-waits": Kind(
        _("An opening of bids waits for the second person"),
        _("The first phrase for opening bids has been given. Give yours within half an hour."),
        Delivery.AT_ONCE,
    ),
    "procurement.bids-opened": Kind(
        _("The bids of a tender were opened"), _("The bids of a tender were opened on %(on)s.")
    ),
    "procurement.bid-void": Kind(
        _("Our bid must be confirmed again"),
        _("The documents of a tender have changed, and your bid must be confirmed by %(on)s."),
        Delivery.AT_ONCE,
    ),
}

KINDS |= {
    "procurement.review-asked": Kind(
        _("A tender waits for review"), _("A tender waits for a second person to review and publish it.")
    ),
    "procurement.review-returned": Kind(
        _("A tender was sent back from review"), _("The second person sent a tender back to be mended.")
    ),
    "procurement.tender-published": Kind(
        _("A tender was published"), _("A new tender was published. Look whether you want to bid.")
    ),
    "procurement.tender-corrected": Kind(
        _("A published tender was corrected"),
        _("A published tender was corrected. Look at what changed."),
        Delivery.AT_ONCE,
    ),
    "procurement.question-asked": Kind(
        _("A bidder asked about a tender"),
        _("A question on a tender waits for an answer. Bids are not opened before it."),
        Delivery.AT_ONCE,
    ),
    "procurement.question-answered": Kind(
        _("Our question on a tender was answered"), _("A question on a tender was answered to all.")
    ),
}

KINDS |= {
    "procurement.evaluator-named": Kind(
        _("I am named to evaluate bids"),
        _("You have been named to evaluate the bids of a tender. Declare your interests first."),
    ),
    "procurement.scores-open": Kind(
        _("All evaluators have handed in their scores"),
        _("The scores of a lot have been opened. Agree on them together."),
    ),
    "procurement.clarification-asked": Kind(
        _("The buyer asks us to clarify our bid"),
        _("A buyer asks about your bid. Answer by %(on)s."),
        Delivery.AT_ONCE,
    ),
    "procurement.clarification-answered": Kind(
        _("A bidder answered our question"), _("A bidder has answered a request for clarification.")
    ),
    "procurement.decision-waits": Kind(
        _("An award decision waits for the second person"),
        _("Read the draft of an award decision, and make it or send it back."),
    ),
    "procurement.decision-back": Kind(
        _("An award decision was sent back to me"),
        _("Your draft of an award decision was sent back with words."),
    ),
    "procurement.decision-made": Kind(
        _("A decision was made in a tender in which we bid"),
        _("A decision was sent to you on %(on)s. It counts as received on the day of sending. Read it here."),
        Delivery.AT_ONCE,
    ),
    "procurement.correction-asked": Kind(
        _("A correction of an award decision is asked for"),
        _("A correction request has arrived. Answer it; the contract waits."),
        Delivery.AT_ONCE,
    ),
    "procurement.appeal-arrived": Kind(
        _("An award decision was appealed"),
        _("An appeal to the Market Court is pending. The contract cannot be made."),
        Delivery.AT_ONCE,
    ),
}

KINDS |= {
    "procurement.contract-signed": Kind(
        _("Our contract was made"), _("A contract on training was made. Look at it.")
    ),
    "procurement.contract-ended": Kind(_("A contract ends"), _("A contract on training ends on %(on)s.")),
    "procurement.contract-modified": Kind(
        _("A contract was modified"), _("A contract on training was modified. Look at what changed.")
    ),
    "procurement.option-near": Kind(
        _("An option must be decided"),
        _("The last day to give notice of an option of a contract is %(on)s."),
        Delivery.AT_ONCE,
    ),
    "procurement.option-taken": Kind(
        _("An option of our contract was taken"), _("The buyer takes an option that starts on %(on)s.")
    ),
    "procurement.price-set": Kind(
        _("A price of a contract changes"), _("A price of a contract changes from %(on)s.")
    ),
    "procurement.course-ordered": Kind(
        _("A course was ordered from us"), _("A course that starts on %(on)s was ordered under a contract.")
    ),
    "procurement.order-cancelled": Kind(
        _("An order under our contract was cancelled"), _("An order under a contract was cancelled.")
    ),
    "procurement.quality-measured": Kind(
        _("Quality goals of our contract were measured"),
        _("The quality goals of a contract were measured. Tell the buyer what you think before it decides."),
        Delivery.AT_ONCE,
    ),
    "procurement.adjustment-decided": Kind(
        _("A sanction or bonus was decided"), _("The buyer decided on a sanction or bonus under a contract.")
    ),
    "procurement.invoice-sent": Kind(
        _("A supplier sent or corrected an invoice"),
        _("An invoice of an order waits. It has been compared with attendance; check it by %(on)s."),
    ),
    "procurement.invoice-disputed": Kind(
        _("An invoice of ours was disputed"),
        _("The buyer disputes an invoice and says why. Correct it or answer."),
        Delivery.AT_ONCE,
    ),
    "procurement.invoice-approved": Kind(
        _("An invoice of ours was approved"), _("The buyer has approved an invoice of an order.")
    ),
    "procurement.adjustment-answered": Kind(
        _("A supplier answered a proposed sanction or bonus"),
        _("The supplier has written what it thinks of a proposed sanction or bonus. Decide on it."),
    ),
}

KINDS |= {
    "procurement.notice-not-taken": Kind(
        _("The national service did not take our notice"),
        _("The national notice service did not take a notice of a tender. Mend it or send it again."),
        Delivery.AT_ONCE,
    ),
    "procurement.secret-decided": Kind(
        _("The buyer decided on a business secret of ours"),
        _(
            "The buyer decided on what you marked as a business secret. Read what was decided and from when it opens."
        ),
        Delivery.AT_ONCE,
    ),
}

KINDS |= {
    "procurement.admission-asked": Kind(
        _("A supplier asks to join a dynamic purchasing system"),
        _("A request to join a dynamic purchasing system arrived. Decide on it by %(on)s."),
    ),
    "procurement.admission-withdrawn": Kind(
        _("A supplier withdrew from a dynamic purchasing system"),
        _("A supplier has withdrawn its request or left a category of a dynamic purchasing system."),
    ),
    "procurement.admission-lengthened": Kind(
        _("The decision on our request to join takes longer"),
        _("The buyer needs more time with your request to join. It decides by %(on)s."),
    ),
    "procurement.admission-decided": Kind(
        _("A decision was made on our request to join"),
        _("A decision was sent to you on %(on)s. It counts as received on the day of sending. Read it here."),
        Delivery.AT_ONCE,
    ),
    "procurement.admission-removed": Kind(
        _("We were removed from a dynamic purchasing system"),
        _("A decision was sent to you on %(on)s. It counts as received on the day of sending. Read it here."),
        Delivery.AT_ONCE,
    ),
    "procurement.system-changed": Kind(
        _("A dynamic purchasing system in which we are changes or ends"),
        _("The last day of a dynamic purchasing system in which you are is now %(on)s."),
        Delivery.AT_ONCE,
    ),
}
