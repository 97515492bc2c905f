"""What is wrong in a file, as a file: one line a fault, for whoever mends it. Not for deciding what is wrong."""

import csv
import io

from django.utils.translation import gettext as _

from kotopolku.clients.exports import harmless
from kotopolku.exchange.models import ImportRow, RowState


def errors_csv(run_id: int) -> bytes:
    """Row, column, value shortened, what is wrong, how to mend it. The caller has been let in to the run."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow([_("Row"), _("Column"), _("Value"), _("What is wrong"), _("How to mend it")])
    for row in ImportRow.objects.filter(run_id=run_id, state=RowState.BAD).order_by("number").iterator():
        for fault in row.faults:
            words = (fault["column"], fault["value"], fault["what"], fault["mend"])
            writer.writerow([row.number, *map(harmless, words)])
    return text.getvalue().encode("utf-8-sig")
