"""Stand-ins for the outside systems: the demo and the tests meet these. They invent their answers and remember nothing.

Not for: an installation with real clients; ``adapters`` gives them in the demo only.
"""

import hashlib
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from kotopolku.exchange.adapters import Receipt, RegisterAnswer

STREETS = ("Malliraitti", "Esimerkkitie", "Näytekuja", "Keksitty katu")


def _number(text: str, below: int) -> int:
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:4], "big") % below


class FakeNational:
    """Accepts every client; its inventory is what the accepted messages say."""

    def send(self, message: Mapping[str, Any], token: UUID) -> Receipt:
        return Receipt(True, f"FAKE-{token.hex[:12]}")

    def inventory(self, organisation: str) -> Mapping[str, str]:
        from kotopolku.exchange.models import MessageState, NationalMessage

        sent = NationalMessage.objects.filter(organisation__code=organisation, state=MessageState.ACCEPTED)
        rows = sent.order_by("id").values_list("relationship__case_number", "digest")
        return {number: bytes(digest).hex() for number, digest in rows}


class FakePopulation:
    """Knows everybody with an identity code: an address of its own, and sometimes a non-disclosure order."""

    def ask(self, identity_code: str) -> RegisterAnswer | None:
        if _number(identity_code, 20) == 0:
            return None
        street = STREETS[_number(identity_code + "s", len(STREETS))]
        values = {
            "street_address": f"{street} {1 + _number(identity_code + 'n', 80)}",
            "postal_code": "01300",
            "post_office": "VANTAA",
            "municipality": "092",
        }
        return RegisterAnswer(values, non_disclosure=_number(identity_code + "t", 50) == 0)


class FakePermits:
    """A permit of four years for everybody with an identity code."""

    def ask(self, identity_code: str) -> RegisterAnswer | None:
        year = 2022 + _number(identity_code, 4)
        return RegisterAnswer(
            {
                "permit_kind": "permit",
                "permit_basis": "asylum",
                "permit_starts": f"{year}-03-01",
                "permit_ends": f"{year + 4}-02-28",
            }
        )
