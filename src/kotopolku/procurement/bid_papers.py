"""The receipt of a bid and the record of an opening on paper, in the page's language; moments and digests in words.

Not for: what stands in the record (``actions.opening``).
"""

from datetime import date, datetime
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kotopolku import clock, law
from kotopolku.clients.documents import Block, as_pdf
from kotopolku.clients.wording import language
from kotopolku.procurement.models import BidVersion, OpeningSession, Tender, said


def moment(at: datetime) -> str:
    """A moment to the second in Finnish time, with its difference to universal time."""
    local = at.astimezone(clock.HELSINKI)
    offset = local.utcoffset()
    hours = int(offset.total_seconds() // 3600) if offset else 0
    return _("%(day)s at %(time)s (Finnish time, UTC+%(hours)d)") % {
        "day": date_format(local.date(), "DATE_FORMAT"),
        "time": f"{local:%-H.%M.%S}",
        "hours": hours,
    }


def grouped(digest: str) -> str:
    """A digest in groups of eight, for reading aloud and comparing."""
    return " ".join(digest[n : n + 8] for n in range(0, len(digest), 8))


def receipt(tender: Tender, version: BidVersion) -> bytes:
    """The receipt of one submission as PDF."""
    rows = [
        [_("Tender"), f"{tender.number} {tender.name}"],
        [_("Buyer"), tender.buyer.name],
        [_("Bidder"), version.bidder.name],
        [_("Received"), moment(version.received_at)],
        [_("Submission"), str(version.number)],
        [_("State"), str(version.get_state_display())],
        [_("Version of the documents"), str(version.documents_version)],
        [_("Digest of the sealed bid (SHA-256)"), grouped(version.digest)],
        [_("Fingerprint of the tender's key"), version.key_fingerprint],
    ]
    note = _(
        "The digest is of the bid as it was sealed. It stands in the opening record too: if they are the "
        "same, the bid was opened as it was received."
    )
    blocks: list[Block] = [{"kind": "facts", "rows": rows}, {"kind": "note", "text": note}]
    return _pdf(tender, _("Receipt of a bid"), version.bidder.name, clock.today(), blocks)


def record(tender: Tender, session: OpeningSession) -> bytes:
    """The record of a completed opening as PDF (1397/2016 § 64)."""
    kept = session.record
    rows = [
        [_("Tender"), f"{kept['tender']} {said(kept['title'])}"],
        [_("Buyer"), kept["buyer"]],
        [_("Bids were to arrive by"), _stored(kept["bids_by"])],
        [_("Opened"), _stored(kept["opened_at"])],
        *([_("Opener"), f"{one['name']}, {_stored(one['at'])}"] for one in kept["openers"]),
        [_("Bids opened"), str(len(kept["bids"]))],
        [_("Bids void, not confirmed after the documents changed"), str(kept["unconfirmed"])],
        [_("Fingerprint of the tender's key"), kept["key"]],
        [_("Digest of this record (SHA-256)"), grouped(session.digest)],
    ]
    blocks: list[Block] = [{"kind": "facts", "rows": rows}]
    for number, one in enumerate(kept["bids"], 1):
        blocks += [
            {"kind": "heading", "text": f"{number}. {one['bidder']}"},
            {"kind": "facts", "rows": _bid_rows(one)},
        ]
    return _pdf(tender, _("Opening record"), tender.buyer.name, clock.today(), blocks)


def _bid_rows(one: dict[str, Any]) -> list[list[str]]:
    rows = [
        [_("Received"), _stored(one["received_at"])],
        [_("Lots"), ", ".join(one["lots"]) or "–"],
        [_("Attachments"), str(one["files"])],
        [_("Digest of the sealed bid (SHA-256)"), grouped(one["digest"])],
    ]
    if not one["readable"]:
        rows.append([_("Note"), _("The bid cannot be opened: it has been changed since it was received.")])
    if one["files_changed"]:
        number = one["files_changed"]
        words = ngettext(
            "%(number)d attachment is missing or has been changed.",
            "%(number)d attachments are missing or have been changed.",
            number,
        )
        rows.append([_("Note"), words % {"number": number}])
    return rows


def _stored(text: str) -> str:
    return moment(datetime.fromisoformat(text)) if text else "–"


def _pdf(tender: Tender, title: str, organisation: str, day: date, blocks: list[Block]) -> bytes:
    return as_pdf(
        {
            "lang": language(),
            "title": title,
            "author": organisation,
            "organisation": organisation,
            "case": tender.number,
            "day": law.day_text(day, language()),
            "lead": "",
            "footer": f"{title} {tender.number}",
            "blocks": blocks,
        }
    )
