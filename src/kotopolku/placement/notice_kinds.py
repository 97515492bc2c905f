"""Notices of agreements and places. No person and no case is named in them."""

from django.utils.translation import gettext_lazy as _

from kotopolku.notices.kinds import Kind
from kotopolku.notices.models import Delivery

KINDS: dict[str, Kind] = {
    "placement.agreement-drafted": Kind(
        _("An agreement on municipal places waits for you"),
        _("There is something for you to do in an agreement on municipal places."),
    ),
    "placement.agreement-signed": Kind(
        _("An agreement on municipal places is signed"),
        _("Both sides have signed an agreement on municipal places. It is in force from %(on)s."),
    ),
    "placement.agreement-review": Kind(
        _("An agreement on municipal places must be reviewed"),
        _("Review the agreement on municipal places by %(on)s."),
    ),
    "placement.agreement-ended": Kind(
        _("An agreement on municipal places ends"), _("An agreement on municipal places ends on %(on)s.")
    ),
    "placement.county-asked": Kind(
        _("Your county is heard about municipal places"),
        _("A municipality asks what the county says about an agreement on municipal places."),
    ),
    "placement.places-asked": Kind(
        _("The region asks for municipal places"),
        _("The region asks how many places you offer. Answer by %(on)s."),
        Delivery.AT_ONCE,
    ),
    "placement.places-waited": Kind(
        _("The region's request for places waits for your answer"),
        _("The request for municipal places has not been answered. The last day is %(on)s."),
        Delivery.AT_ONCE,
    ),
    "placement.places-answered": Kind(
        _("A municipality answered the request for places"), _("A municipality answered on %(on)s.")
    ),
    "placement.places-agreed": Kind(
        _("Municipal places were agreed"), _("The region has agreed on your places or changed them.")
    ),
    "placement.facts-told": Kind(
        _("The facts of a municipality were told"),
        _("What rounds know of a municipality was told on %(on)s."),
    ),
    "placement.target-set": Kind(
        _("The ministry has set your area's target"),
        _("The target of municipal places of your area was set."),
    ),
}

KINDS |= {
    "placement.proposal-received": Kind(
        _("A family or a person is proposed to us"),
        _("The region proposes a case to your municipality. Answer by %(on)s."),
        Delivery.AT_ONCE,
    ),
    "placement.proposal-waiting": Kind(
        _("A proposal waits for our answer"),
        _("A proposal of the region has not been answered. The day for the answer is %(on)s."),
        Delivery.AT_ONCE,
    ),
    "placement.proposal-late": Kind(
        _("A municipality has not answered a proposal"),
        _("A proposal has not been answered. The day for the answer was %(on)s."),
    ),
    "placement.proposal-accepted": Kind(
        _("A municipality accepted a proposal"),
        _("A municipality accepted a proposal on %(on)s. Direct the case next."),
        Delivery.AT_ONCE,
    ),
    "placement.proposal-declined": Kind(
        _("A municipality declined a proposal"),
        _("A municipality declined a proposal on %(on)s. The case waits again."),
        Delivery.AT_ONCE,
    ),
    "placement.proposal-asked": Kind(
        _("A municipality asks about a proposal"),
        _("A municipality asks more before it answers by %(on)s."),
        Delivery.AT_ONCE,
    ),
    "placement.proposal-replied": Kind(
        _("The region answered our question about a proposal"),
        _("The region answered a question about a proposal. Answer it by %(on)s."),
        Delivery.AT_ONCE,
    ),
    "placement.proposal-withdrawn": Kind(
        _("The region took a proposal back"), _("The region took a proposal back on %(on)s.")
    ),
    "placement.county-heard": Kind(
        _("The county was heard about a case"), _("The county's answer about a case came on %(on)s.")
    ),
    "placement.case-received": Kind(
        _("A case came from another region"), _("Another region transferred a case to yours on %(on)s.")
    ),
    "placement.case-directed": Kind(
        _("A case was directed to us"),
        _("The region directed an accepted case to your municipality on %(on)s."),
        Delivery.AT_ONCE,
    ),
    "placement.names-opened": Kind(
        _("Names of a case opened to me"),
        _("Names and papers of a case opened to you on %(on)s. Plan the arrival."),
        Delivery.AT_ONCE,
    ),
    "placement.arrival-planned": Kind(_("An arrival was planned"), _("An arrival was planned for %(on)s.")),
    "placement.case-arrived": Kind(
        _("The people of a case arrived"), _("The people of a case arrived on %(on)s.")
    ),
    "placement.claim-made": Kind(
        _("Compensation is claimed"),
        _("A municipality or county of your area has claimed compensation from the State."),
    ),
    "placement.claim-decided": Kind(
        _("A claim for compensation was decided"),
        _("The decision on your claim for compensation was recorded."),
    ),
    "placement.costs-asked": Kind(
        _("The region is asked to agree on costs"),
        _("A municipality or county of your area asks to agree on costs beforehand."),
    ),
    "placement.costs-answered": Kind(
        _("The region answered about costs"), _("The region has answered your request to agree on costs.")
    ),
    "placement.county-asked-case": Kind(
        _("The county is asked about a case"),
        _("A municipality asks what your county says before people come to live in it. Answer by %(on)s."),
        Delivery.AT_ONCE,
    ),
    "placement.county-waited": Kind(
        _("An answer of the county is waited for"),
        _("Your county has not answered what it was asked about municipal places. The day was %(on)s."),
        Delivery.AT_ONCE,
    ),
    "placement.county-answered": Kind(
        _("The county answered"), _("The county answered on %(on)s about a case that is proposed to you.")
    ),
    "placement.county-stated": Kind(
        _("The county's statement on an agreement came"),
        _("The county gave its statement on an agreement on municipal places on %(on)s."),
    ),
}

KINDS |= {
    "placement.round-ready": Kind(
        _("A round of placing is ready"), _("The round of placing of %(on)s is ready to be read.")
    ),
    "placement.round-failed": Kind(
        _("A round of placing failed"),
        _("The round of placing of %(on)s failed. Look why, and run it again."),
    ),
}
