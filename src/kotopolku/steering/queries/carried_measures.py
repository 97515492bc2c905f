"""Measures in clients' plans that carry goals out: only how many clients have such a measure, by municipality.

Looks at the whole register and lets only numbers out. Small ones are hidden as in every count of the product, and with
one of them the whole, which would give it away; persons under non-disclosure are left out.
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date

from django.conf import settings
from django.db import connection
from django.utils.translation import gettext_lazy as _

from kotopolku.access.capabilities import Capability
from kotopolku.access.viewer import Viewer
from kotopolku.clients import access as clients
from kotopolku.clients.models import MeasureKind
from kotopolku.progress.rules import hidden
from kotopolku.steering import carrying
from kotopolku.steering.carrying import Carried, Choice, Ref
from kotopolku.steering.models import TieKind

# A protected person's copy of the municipality is empty, and the order itself is asked too, so none is counted.
_COUNTS = """
SELECT m.kind, r.municipality, count(DISTINCT r.person_id)
FROM clients_responsibility r
JOIN clients_person p ON p.id = r.person_id
JOIN clients_plan plan ON plan.relationship_id = r.relationship_id AND plan.status = 'in-force'
JOIN clients_measure m ON m.plan_id = plan.id AND NOT m.removed AND m.state <> 'dropped'
WHERE r.municipality = ANY (%(codes)s) AND m.kind = ANY (%(kinds)s)
  AND r.days @> %(day)s::date AND (r.ended_on IS NULL OR r.ended_on > %(day)s)
  AND NOT (p.non_disclosure AND (p.non_disclosure_until IS NULL OR p.non_disclosure_until >= %(day)s))
GROUP BY m.kind, r.municipality
"""


def find(viewer: Viewer, words: str, municipalities: Sequence[str]) -> list[Choice]:
    """Kinds of measures as plans know them."""
    sought = words.casefold().split()
    choices = [Choice(key, str(label)) for key, label in MeasureKind.choices]
    return [one for one in choices if all(word in one.words.casefold() for word in sought)]


def read(viewer: Viewer, refs: Sequence[Ref], municipalities: Sequence[str], on: date) -> dict[Ref, Carried]:
    """How many clients have a measure of the kind in a plan in force. One statement."""
    labels = dict(MeasureKind.choices)
    kinds = [str(ref) for ref in refs if ref in labels]
    codes = list(municipalities)
    counted: dict[str, dict[str, int]] = defaultdict(lambda: dict.fromkeys(codes, 0))
    if not viewer.may(Capability.SIGNED_IN):
        return {kind: Carried(str(labels[kind]), count=None) for kind in kinds}
    if kinds and codes:
        with clients.seeing_all(viewer), connection.cursor() as cursor:
            cursor.execute(_COUNTS, {"day": on, "codes": codes, "kinds": kinds})
            for kind, code, number in cursor.fetchall():
                counted[kind][code] = number
    found: dict[Ref, Carried] = {}
    for kind in kinds:
        shown, total = hidden(counted[kind], settings.SMALLEST_SHOWN_COUNT)
        found[kind] = Carried(str(labels[kind]), count=total, parts=tuple(shown.items()))
    return found


carrying.register(TieKind.MEASURE, _("Measures in clients' plans"), find, read)
