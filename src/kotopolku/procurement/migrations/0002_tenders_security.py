"""Row security of tenders: the buyer (and who follows it in a reform) has them; from publication anybody reads them.

Who asked a question shows to the asker's organisation alone. What a tender has in preparation shows to nobody else.
"""

from django.db import migrations

from kotopolku.access.policies import DAY_ONCE, ORGANISATIONS_ONCE, own_organisation, secured


def party(column: str) -> str:
    """Condition: the organisation in ``column`` is the viewer's or one that the viewer's follows."""
    followed = (
        f"ARRAY(SELECT s.predecessor_id FROM actors_succession s WHERE s.successor_id = {ORGANISATIONS_ONCE})"
    )
    return f"({own_organisation(column)} OR {column} = ANY ({followed}))"


def own_tender(column: str = "tender_id") -> str:
    """Condition: the tender in ``column`` is the viewer's own."""
    return f"(SELECT true FROM procurement_tender t WHERE t.id = {column} AND {party('t.buyer_id')} LIMIT 1)"


def seen_tender(column: str = "tender_id") -> str:
    """Condition: the tender in ``column`` can be seen."""
    return f"(SELECT true FROM procurement_tender t WHERE t.id = {column} LIMIT 1)"


ASKED = (
    "(SELECT true FROM procurement_questionasker a WHERE a.question_id = procurement_question.id"
    f" AND {own_organisation('a.organisation_id')} LIMIT 1)"
)
PARTS = ("lot", "criterion", "requirement", "exclusionground", "contractterm", "correction")


class Migration(migrations.Migration):
    dependencies = [("procurement", "0001_tenders")]

    operations = [
        secured("procurement_tender", party("buyer_id"), own=f"published_on <= {DAY_ONCE}"),
        *(secured(f"procurement_{part}", own_tender(), own=seen_tender()) for part in PARTS),
        secured("procurement_document", own_tender(), own=f"published_on <= {DAY_ONCE} AND {seen_tender()}"),
        secured(
            "procurement_documentcontent",
            "(SELECT true FROM procurement_document d"
            f" WHERE d.id = document_id AND {own_tender('d.tender_id')} LIMIT 1)",
            own="(SELECT true FROM procurement_document d WHERE d.id = document_id LIMIT 1)",
        ),
        secured("procurement_tenderreview", own_tender()),
        secured("procurement_questionasker", own_organisation("organisation_id")),
        secured(
            "procurement_question",
            own_tender(),
            own=f"(answered_on <= {DAY_ONCE} AND {seen_tender()}) OR {ASKED}",
        ),
        secured("procurement_notice", own_tender()),
    ]
