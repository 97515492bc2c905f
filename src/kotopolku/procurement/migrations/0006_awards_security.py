"""Row security of evaluation and award: the buyer has them. An evaluator's sheet shows to the evaluator alone until all
sheets of the lot have been handed in. A bidder reads what was asked of it, what it was told and its own challenge; a
decision that has been made can be read by anybody.
"""

from importlib import import_module

from django.db import migrations

from kotopolku.access.policies import USER_ONCE, own_organisation, secured

party = import_module("kotopolku.procurement.migrations.0002_tenders_security").party

BUYER = party("buyer_id")
MADE = "state IN ('made', 'corrected')"
OWN_DECISION = f"(SELECT true FROM procurement_awarddecision d WHERE d.id = decision_id AND {party('d.buyer_id')} LIMIT 1)"
SEEN_DECISION = "(SELECT true FROM procurement_awarddecision d WHERE d.id = decision_id LIMIT 1)"
SEEN_SHEET = "(SELECT true FROM procurement_scoresheet s WHERE s.id = sheet_id LIMIT 1)"


class Migration(migrations.Migration):
    dependencies = [("procurement", "0005_awards")]

    operations = [
        secured("procurement_evaluator", BUYER),
        secured("procurement_scoresheet", f"({BUYER} AND (user_id = {USER_ONCE} OR open))"),
        secured("procurement_score", SEEN_SHEET),
        secured("procurement_suitabilitycheck", BUYER),
        secured("procurement_conformity", BUYER),
        secured("procurement_clarification", BUYER, own=own_organisation("bidder_id")),
        secured("procurement_pricereview", BUYER),
        secured("procurement_moderation", BUYER),
        secured("procurement_ranking", BUYER),
        secured("procurement_awarddecision", BUYER, own=MADE),
        secured("procurement_awardwinner", OWN_DECISION, own=SEEN_DECISION),
        secured("procurement_decisionnotice", BUYER, own=own_organisation("recipient_id")),
        secured("procurement_challenge", BUYER, own=own_organisation("party_id")),
        secured("procurement_awardreport", BUYER),
    ]
