"""Row security of contracts: the buyer (and who follows it) has them, the supplier reads its own once signed.

A contract that has been made is public (621/1999 §§6–7): its own row can be read by anybody, what hangs on it cannot.
"""

from importlib import import_module

from django.db import migrations

from kotopolku.access.policies import DAY_ONCE, own_organisation, secured

party = import_module("kotopolku.procurement.migrations.0002_tenders_security").party

OWN = f"(SELECT true FROM procurement_contract c WHERE c.id = contract_id AND {party('c.buyer_id')} LIMIT 1)"
SUPPLIED = (
    "(SELECT true FROM procurement_contract c WHERE c.id = contract_id"
    f" AND {own_organisation('c.supplier_id')} AND c.signed_on <= {DAY_ONCE} LIMIT 1)"
)
PARTS = ("contractoption", "contractprice", "calloff", "qualitygoal", "adjustment", "modification", "invoice")


class Migration(migrations.Migration):
    dependencies = [("procurement", "0007_contracts")]

    operations = [
        secured("procurement_contract", party("buyer_id"), own=f"signed_on <= {DAY_ONCE}"),
        *(secured(f"procurement_{part}", OWN, own=SUPPLIED) for part in PARTS),
    ]
