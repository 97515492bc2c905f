"""Row security of sealed bids: a bidder has its own. Of a bid the buyer sees nothing, not even that it is there, before
the opening; of the openers and the opening the bidders see nothing.
"""

from importlib import import_module

from django.db import migrations

from kotopolku.access.policies import own_organisation, secured

party = import_module("kotopolku.procurement.migrations.0002_tenders_security").party

OPENED = f"opened AND {party('buyer_id')}"
SEEN_BID = "(SELECT true FROM procurement_bid b WHERE b.id = bid_id LIMIT 1)"
OWN_BID = (
    f"(SELECT true FROM procurement_bid b WHERE b.id = bid_id AND {own_organisation('b.bidder_id')} LIMIT 1)"
)


class Migration(migrations.Migration):
    dependencies = [("procurement", "0003_bids")]

    operations = [
        secured("procurement_sealkey", party("buyer_id")),
        secured("procurement_opener", party("buyer_id")),
        secured("procurement_openingsession", party("buyer_id")),
        secured("procurement_bid", own_organisation("bidder_id"), own=OPENED),
        secured("procurement_bidfile", OWN_BID, own=SEEN_BID),
        secured("procurement_bidversion", own_organisation("bidder_id"), own=SEEN_BID),
        secured("procurement_openedbid", party("buyer_id"), own=own_organisation("bidder_id")),
        secured("procurement_openedfile", party("buyer_id"), own=own_organisation("bidder_id")),
    ]
