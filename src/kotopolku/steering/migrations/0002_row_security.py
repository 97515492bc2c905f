"""Row security of steering.

An adopted programme is read by everybody, its draft by the ministry; regional measures by everybody who has a seat in
some organisation; a yearly report by the region, and by the ministry once it has been sent. Indicators are public.
"""

from django.db import migrations

from kotopolku.access.policies import own_organisation, secured

SEATED = "(SELECT nullif(current_setting('kotopolku.organisations', true), '') IS NOT NULL)"


def of(table: str, column: str, condition: str = "true") -> str:
    """Condition: the row that ``column`` points at in ``table`` can be seen, and ``condition`` holds for it."""
    return f"(SELECT true FROM {table} p WHERE p.id = {column} AND {condition} LIMIT 1)"


OWN_PROGRAMME = of("steering_nationalprogramme", "programme_id", own_organisation("p.organisation_id"))
OWN_LINE = (
    "(SELECT true FROM steering_line l JOIN steering_nationalprogramme p ON p.id = l.programme_id"
    f" WHERE l.id = line_id AND {own_organisation('p.organisation_id')} LIMIT 1)"
)
OWN_MEASURE = of("steering_regionalmeasure", "measure_id", own_organisation("p.organisation_id"))
OWN_REPORT = of("steering_regionalreport", "report_id", own_organisation("p.organisation_id"))


class Migration(migrations.Migration):
    dependencies = [("steering", "0001_initial")]

    operations = [
        secured("steering_nationalprogramme", own_organisation("organisation_id"), own="state = 'adopted'"),
        secured("steering_line", OWN_PROGRAMME, own=of("steering_nationalprogramme", "programme_id")),
        secured("steering_lineversion", OWN_LINE, own=of("steering_line", "line_id")),
        secured("steering_regionalmeasure", own_organisation("organisation_id"), own=SEATED),
        secured("steering_evidence", OWN_MEASURE, own=of("steering_regionalmeasure", "measure_id")),
        secured(
            "steering_regionalreport",
            own_organisation("organisation_id"),
            own=f"state = 'sent' AND {own_organisation('receiver_id')}",
        ),
        secured("steering_reportsection", OWN_REPORT, own=of("steering_regionalreport", "report_id")),
    ]
