"""Row security of an order's courses and an invoice's turns: as of the contract that they hang on."""

from importlib import import_module

from django.db import migrations

from kotopolku.access.policies import DAY_ONCE, own_organisation, secured

party = import_module("kotopolku.procurement.migrations.0002_tenders_security").party


def within(parent: str, column: str, condition: str) -> str:
    """Condition: the contract of the row's parent fulfils ``condition``."""
    return (
        f"(SELECT true FROM {parent} p JOIN procurement_contract c ON c.id = p.contract_id"
        f" WHERE p.id = {column} AND {condition} LIMIT 1)"
    )


BOUGHT = party("c.buyer_id")
SUPPLIED = f"{own_organisation('c.supplier_id')} AND c.signed_on <= {DAY_ONCE}"
TABLES = {
    "procurement_ordercourse": ("procurement_calloff", "call_off_id"),
    "procurement_invoicestep": ("procurement_invoice", "invoice_id"),
}


class Migration(migrations.Migration):
    dependencies = [("procurement", "0009_order_courses")]

    operations = [
        secured(table, within(*parent, BOUGHT), own=within(*parent, SUPPLIED))
        for table, parent in TABLES.items()
    ]
