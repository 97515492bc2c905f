"""A bidder's acts: starting a bid, typing it, attaching, submitting it sealed, withdrawing. Every one is journalled.

Content is locked before it reaches the database; the keys pass through as arguments and are kept nowhere.
Not for: opening (``opening.py``).
"""

import base64
import logging
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from django.utils.translation import gettext_noop as _

from kotopolku import clock
from kotopolku.access import rowsecurity
from kotopolku.access.capabilities import Capability
from kotopolku.access.errors import NotVisible
from kotopolku.access.gate import require
from kotopolku.access.viewer import Viewer
from kotopolku.clients.actions.case import done_before
from kotopolku.clients.rules import EditClash, Refusal, Refusals, refuse
from kotopolku.desk.actions.documents import Upload, check_size
from kotopolku.desk.content import NotAccepted, kind_of
from kotopolku.desk.scanner import Verdict, scanner
from kotopolku.desk.wording import refusal
from kotopolku.journal.actions import record
from kotopolku.notices.actions import notify
from kotopolku.placement.queries.people import holders
from kotopolku.procurement import access, bid_access, bid_rules, key_folder, sealing
from kotopolku.procurement.bid_rules import BidFileEntry, Content, SecretMark
from kotopolku.procurement.models import (
    Bid,
    BidFile,
    BidState,
    BidVersion,
    SealKey,
    Tender,
    TenderState,
    VersionState,
)

log = logging.getLogger(__name__)

BID = "procurement.bid"
VERSION = "procurement.bid-version"
FILE = "procurement.bid-file"
TENDER = "procurement.tender"


@dataclass(frozen=True)
class OpenBid:
    """A bid with what the bidder's key lets out."""

    bid: Bid
    content: Content


def context(bid: Bid) -> bytes:
    """What every lock of a bid is bound to: nothing sealed in one bid opens in another."""
    return f"bid {bid.reference}".encode()


@transaction.atomic
def start_bid(tender_id: int, phrase: str, *, actor: Viewer, token: UUID | None = None) -> tuple[Bid, bytes]:
    """An empty bid under a phrase of the bidder's own; answers the bid and its key. Raises ``Refusals``.

    A bid that the organisation already has is resumed, with its own phrase.
    """
    require(actor, Capability.BID_SUBMIT)
    tender = access.tender_for_bidder(actor, tender_id)
    if (found := bid_access.own_bids(actor).filter(tender_id=tender_id).first()) is not None:
        return found, _key(found, phrase)
    _check_typing(tender, actor)
    _check_phrase(phrase)
    if not has_key(tender_id):
        raise Refusals([Refusal("", "no-key", NO_KEY)])
    now = clock.now()
    bid = Bid(
        tender=tender,
        bidder_id=access.own(actor),
        buyer_id=tender.buyer_id,
        started_at=now,
        started_by_id=person(actor),
        draft_saved_at=now,
    )
    key = _lock_anew(bid, phrase)
    try:
        with transaction.atomic():
            bid.save(force_insert=True)
    except IntegrityError:
        raise Refusals([Refusal("", "started", STARTED)]) from None
    record("procurement.bid.started", actor=actor, object=(BID, bid.pk), token=token)
    return bid, key


@transaction.atomic
def resume_bid(tender_id: int, phrase: str, *, actor: Viewer) -> tuple[Bid, bytes]:
    """The bid and its key, by the phrase with which it was started. Raises ``Refusals``."""
    require(actor, Capability.BID_SUBMIT)
    bid = bid_access.own_bid(actor, tender_id)
    key = _key(bid, phrase)
    record("procurement.bid.resumed", actor=actor, object=(BID, bid.pk))
    return bid, key


@transaction.atomic
def record_wrong_phrase(kind: str, object_id: int, *, actor: Viewer) -> None:
    """A phrase that did not fit, of a bid or of an opener; the phrase itself is written nowhere."""
    record("procurement.phrase.refused", actor=actor, object=(kind, object_id))


@transaction.atomic
def restart_bid(
    tender_id: int, phrase: str, *, actor: Viewer, token: UUID | None = None
) -> tuple[Bid, bytes]:
    """Empties the draft and takes a new phrase, when the old one is lost. What was submitted stays in force."""
    require(actor, Capability.BID_SUBMIT)
    tender = access.tender_for_bidder(actor, tender_id)
    bid = bid_access.own_bid(actor, tender_id, lock=True)
    if token is not None and done_before(token, BID) is not None:
        return bid, _key(bid, phrase)
    _check_typing(tender, actor)
    _check_phrase(phrase)
    key = _lock_anew(bid, phrase)
    bid.draft_version += 1
    bid.draft_saved_at = clock.now()
    bid.save()
    record("procurement.bid.restarted", actor=actor, object=(BID, bid.pk), token=token)
    return bid, key


@transaction.atomic
def look(tender_id: int, key: bytes, *, actor: Viewer) -> OpenBid:
    """The own bid as typed; the look is journalled. Raises ``NotVisible``, ``sealing.CannotOpen``."""
    require(actor, Capability.BID_SUBMIT)
    bid = bid_access.own_bid(actor, tender_id)
    content = _content(bid, key)
    record("procurement.bid.viewed", actor=actor, object=(BID, bid.pk))
    return OpenBid(bid, content)


@transaction.atomic
def save_section(
    tender_id: int,
    key: bytes,
    code: str,
    answers: Mapping[str, str],
    *,
    actor: Viewer,
    expected_version: int,
    offered: bool = True,
    secrets: Mapping[str, str] | None = None,
) -> Bid:
    """Writes one page of the draft, complete or not. Raises ``Refusals``, ``EditClash``, ``sealing.CannotOpen``.

    ``secrets``: reasons by the field or file that the bidder says is a business secret; None leaves them.
    """
    tender, bid = _typing(tender_id, actor)
    where = _section(tender, code)
    content = _content(bid, key)
    new = bid_rules.changed(content, where, answers, offered, secrets)
    if bid.draft_version != expected_version and new != content:
        raise EditClash(theirs={}, version=bid.draft_version, who="", when=bid.draft_saved_at)
    if offered:
        refuse([*bid_rules.check_answers(where, answers), *bid_rules.check_secrets(where, secrets or {})])
    if new != content:
        _write(bid, new, key)
    record("procurement.bid.saved", actor=actor, object=(BID, bid.pk))
    return bid


@transaction.atomic
def add_file(
    tender_id: int,
    key: bytes,
    code: str,
    field: str,
    upload: Upload,
    *,
    actor: Viewer,
    secret: str = "",
    token: UUID | None = None,
) -> Bid:
    """Attaches a file, locked with a key of its own that stands in the draft. Raises ``Refusals``.

    ``secret``: why the file is a business secret, empty when it is none.
    """
    tender, bid = _typing(tender_id, actor)
    if token is not None and done_before(token, FILE) is not None:
        return bid
    where = _section(tender, code)
    content = _content(bid, key)
    if where.lot and where.lot not in content.lots:
        content = bid_rules.changed(content, where, {})
    if not any(one["id"] == field and one["kind"] == "file" for one in where.fields):
        raise NotVisible
    kind = _kind(upload, field)
    refuse(bid_rules.check_secrets(where, {field: secret}))
    if len(content.files) >= bid_rules.MOST_FILES:
        raise Refusals([Refusal(field, "many", MANY, {"most": bid_rules.MOST_FILES})])
    file_key = sealing.new_key()
    kept = BidFile(bid=bid, size=len(upload.data), added_at=clock.now())
    kept.content = sealing.lock(upload.data, file_key, file_context(kept))
    kept.sha256 = sealing.digest(kept.content)
    kept.save(force_insert=True)
    entry = BidFileEntry(
        reference=str(kept.reference),
        section=code,
        field=field,
        name=upload.name[-120:],
        kind=kind,
        size=len(upload.data),
        sha256=kept.sha256,
        key=base64.b64encode(file_key).decode(),
    )
    marks = (SecretMark(code, entry.reference, secret.strip()),) if secret.strip() else ()
    content = replace(content, files=(*content.files, entry), secrets=(*content.secrets, *marks))
    _write(bid, content, key)
    record("procurement.bid-file.added", actor=actor, object=(FILE, kept.pk), token=token)
    return bid


@transaction.atomic
def remove_file(tender_id: int, key: bytes, reference: str, *, actor: Viewer) -> Bid:
    """Takes a file out of the draft. What was submitted keeps its own until it is replaced."""
    _tender, bid = _typing(tender_id, actor)
    content = _content(bid, key)
    left = tuple(one for one in content.files if one.reference != reference)
    if len(left) == len(content.files):
        raise NotVisible
    marks = tuple(one for one in content.secrets if one.item != reference)
    _write(bid, replace(content, files=left, secrets=marks), key)
    if bid.state == BidState.DRAFT:
        BidFile.objects.filter(bid=bid, reference=reference).delete()
    record("procurement.bid-file.removed", actor=actor, object=(BID, bid.pk))
    return bid


@transaction.atomic
def open_own_file(tender_id: int, key: bytes, reference: str, *, actor: Viewer) -> tuple[BidFileEntry, bytes]:
    """A file of the own draft. Raises ``NotVisible``."""
    require(actor, Capability.BID_SUBMIT)
    bid = bid_access.own_bid(actor, tender_id)
    entry = next((one for one in _content(bid, key).files if one.reference == reference), None)
    kept = BidFile.objects.filter(bid=bid, reference=reference).first() if entry else None
    if entry is None or kept is None:
        raise NotVisible
    record("procurement.bid-file.downloaded", actor=actor, object=(FILE, kept.pk))
    return entry, unlocked(kept, entry)


@transaction.atomic
def submit_bid(tender_id: int, key: bytes, *, actor: Viewer, token: UUID | None = None) -> BidVersion:
    """Seals the draft and submits it, in place of what was submitted before. Raises ``Refusals``, ``CannotOpen``.

    In time until the end of the second ``bids_by``, by the server's clock once the tender's row is held: neither a
    correction nor the opening can come between that moment and the row written. 1397/2016 §64.
    """
    require(actor, Capability.BID_SUBMIT)
    access.tender_for_bidder(actor, tender_id)
    tender, arrived = _arrival(tender_id)
    bid = bid_access.own_bid(actor, tender_id, lock=True)
    if (before := done_before(token, VERSION)) is not None:
        return BidVersion.objects.get(pk=before, bid=bid)
    _check_in_time(tender, arrived)
    _check_admitted(tender, actor)
    content = bid_rules.fitting(tender.bid_form, _content(bid, key))
    refuse(bid_rules.check_submission(tender.bid_form, _content(bid, key)))
    public = _public_key(tender_id)
    sealed = sealing.seal_bid(content.to_bytes(), public, key, context(bid))
    number = _end_versions(bid, VersionState.REPLACED, arrived)
    version = BidVersion.objects.create(
        bid=bid,
        tender=tender,
        bidder_id=bid.bidder_id,
        buyer_id=bid.buyer_id,
        number=number + 1,
        content=sealed.content,
        for_tender=sealed.for_tender,
        for_bidder=sealed.for_bidder,
        digest=sealed.digest,
        key_fingerprint=sealing.fingerprint(public),
        received_at=arrived,
        documents_version=tender.documents_version,
        submitted_by_id=person(actor),
    )
    bid.state = BidState.SUBMITTED
    bid.save(update_fields=["state"])
    kept = [entry.reference for entry in content.files]
    BidFile.objects.filter(bid=bid).exclude(reference__in=kept).delete()
    record(
        "procurement.bid.submitted",
        actor=actor,
        object=(VERSION, version.pk),
        details={"digest": sealed.digest},
        token=token,
    )
    return version


@transaction.atomic
def withdraw_bid(tender_id: int, *, actor: Viewer, token: UUID | None = None) -> Bid:
    """Takes back what was submitted, before the deadline. The draft stays, and can be submitted again in time."""
    require(actor, Capability.BID_SUBMIT)
    access.tender_for_bidder(actor, tender_id)
    tender, arrived = _arrival(tender_id)
    bid = bid_access.own_bid(actor, tender_id, lock=True)
    if token is not None and done_before(token, BID) is not None:
        return bid
    if not tender.takes_bids(arrived):
        raise Refusals([Refusal("", "late-withdrawal", LATE_WITHDRAWAL)])
    if bid.state not in (BidState.SUBMITTED, BidState.VOID):
        raise Refusals([Refusal("", "not-submitted", NOT_SUBMITTED)])
    _end_versions(bid, VersionState.WITHDRAWN, arrived)
    bid.state = BidState.WITHDRAWN
    bid.save(update_fields=["state"])
    record("procurement.bid.withdrawn", actor=actor, object=(BID, bid.pk), token=token)
    return bid


@transaction.atomic
def record_receipt(tender_id: int, number: int, *, actor: Viewer) -> BidVersion:
    """A receipt of the own bid, taken as a paper. Raises ``NotVisible``."""
    require(actor, Capability.BID_SUBMIT)
    version = bid_access.own_version(actor, tender_id, number)
    record("procurement.receipt.downloaded", actor=actor, object=(VERSION, version.pk))
    return version


@transaction.atomic
def void_bids(tender: Tender, *, actor: Viewer) -> None:
    """Bids submitted under earlier documents must be confirmed; the bidders are told. Tells the buyer nothing back.

    Called inside the act that corrects the tender, which has locked its row.
    """
    require(actor, Capability.PROCUREMENT_PREPARE)
    access.tender(actor, tender.pk)
    with rowsecurity.as_system():
        bids = Bid.objects.filter(tender=tender, state=BidState.SUBMITTED).order_by("id")
        for bid in bids.select_for_update():
            _end_versions(bid, VersionState.VOID, clock.now())
            bid.state = BidState.VOID
            bid.save(update_fields=["state"])
            notify(
                "procurement.bid-void",
                holders(bid.bidder_id, Capability.BID_SUBMIT, clock.today()),
                actor=actor,
                address=reverse("procurement:bid", args=[tender.pk]),
                organisation_id=bid.bidder_id,
                about=(BID, bid.pk),
                on=tender.bids_by.date() if tender.bids_by else None,
            )
    record("procurement.bid.voided", actor=actor, object=(TENDER, tender.pk))


# --- What the acts share ---------------------------------------------------------------------------------------------


def person(actor: Viewer) -> int:
    """The user who acts. Raises ``NotVisible`` for a job: it neither bids nor opens."""
    if actor.user_id is None:
        raise NotVisible
    return actor.user_id


def has_key(tender_id: int) -> bool:
    """Whether every named opener has chosen a phrase. Read past row security: bidders see nothing else of the key."""
    with rowsecurity.as_system():
        return SealKey.objects.filter(tender_id=tender_id, public_key__isnull=False).exists()


def _public_key(tender_id: int) -> bytes:
    """The key that a bid is sealed for. Raises ``Refusals`` when the database and the key folder do not agree.

    Whoever changed the one cannot make bidders seal for another key than the openers' own.
    """
    with rowsecurity.as_system():
        row = SealKey.objects.filter(tender_id=tender_id, public_key__isnull=False).first()
    if row is None or row.public_key is None:
        raise Refusals([Refusal("", "no-key", NO_KEY)])
    try:
        kept = key_folder.read(row.reference)
    except key_folder.KeyFileMissing as error:
        log.exception("the key file of tender %s is missing", tender_id)
        raise Refusals([Refusal("", "key-missing", KEY_MISSING)]) from error
    if kept.public != bytes(row.public_key):
        log.error("the public key of tender %s is not that of its key file", tender_id)
        raise Refusals([Refusal("", "key-missing", KEY_MISSING)])
    return kept.public


def file_context(file: BidFile) -> bytes:
    return f"file {file.reference}".encode()


def unlocked(file: BidFile, entry: BidFileEntry) -> bytes:
    """The content of a file, if it is the one that the bid means. Raises ``sealing.CannotOpen``."""
    locked = bytes(file.content)
    if sealing.digest(locked) != entry.sha256:
        raise sealing.CannotOpen
    return sealing.unlock(locked, base64.b64decode(entry.key), file_context(file))


def _typing(tender_id: int, actor: Viewer) -> tuple[Tender, Bid]:
    """The tender and the own bid, locked, for changing the draft."""
    require(actor, Capability.BID_SUBMIT)
    tender = access.tender_for_bidder(actor, tender_id)
    bid = bid_access.own_bid(actor, tender_id, lock=True)
    _check_typing(tender, actor)
    return tender, bid


def _check_typing(tender: Tender, actor: Viewer) -> None:
    _check_admitted(tender, actor)
    if tender.state != TenderState.PUBLISHED:
        raise Refusals([Refusal("", "not-open", NOT_OPEN)])


def _check_admitted(tender: Tender, actor: Viewer) -> None:
    if not access.is_still_admitted(actor, tender):
        raise Refusals([Refusal("", "not-admitted", NOT_ADMITTED)])


def _check_phrase(phrase: str) -> None:
    if sealing.is_weak(phrase):
        raise Refusals([Refusal("phrase", "weak", WEAK, {"least": sealing.LEAST_PHRASE})])


def _lock_anew(bid: Bid, phrase: str) -> bytes:
    """A new key for the bid, locked with the phrase, and an empty draft under it."""
    key = sealing.new_key()
    bid.salt = sealing.new_salt()
    bid.locked_key = sealing.lock(key, sealing.key_of_phrase(phrase, bytes(bid.salt)), context(bid))
    bid.draft = sealing.lock(Content().to_bytes(), key, context(bid))
    return key


def _key(bid: Bid, phrase: str) -> bytes:
    try:
        return sealing.unlock(
            bytes(bid.locked_key), sealing.key_of_phrase(phrase, bytes(bid.salt)), context(bid)
        )
    except sealing.CannotOpen:
        raise Refusals([Refusal("phrase", "wrong-phrase", WRONG_PHRASE)]) from None


def _content(bid: Bid, key: bytes) -> Content:
    return Content.from_bytes(sealing.unlock(bytes(bid.draft), key, context(bid)))


def _write(bid: Bid, content: Content, key: bytes) -> None:
    bid.draft = sealing.lock(content.to_bytes(), key, context(bid))
    bid.draft_version += 1
    bid.draft_saved_at = clock.now()
    bid.save(update_fields=["draft", "draft_version", "draft_saved_at"])


def _section(tender: Tender, code: str) -> bid_rules.Section:
    where = bid_rules.section(tender.bid_form, code)
    if where is None:
        raise NotVisible
    return where


def _arrival(tender_id: int) -> tuple[Tender, datetime]:
    """The tender as it stands while its row is held, and the second in which the bidder came."""
    with rowsecurity.as_system():
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM procurement_tender WHERE id = %s FOR SHARE", [tender_id])
        tender = Tender.objects.get(pk=tender_id)
    return tender, clock.now().replace(microsecond=0)


def _check_in_time(tender: Tender, arrived: datetime) -> None:
    if tender.state != TenderState.PUBLISHED:
        raise Refusals([Refusal("", "not-open", NOT_OPEN)])
    if not tender.takes_bids(arrived):
        raise Refusals([Refusal("", "late", LATE, {"arrived": f"{arrived:%-H.%M.%S}"})])


def _end_versions(bid: Bid, state: VersionState, at: datetime) -> int:
    """Ends the version in force, of which only the receipt stays; answers the last number given."""
    BidVersion.objects.filter(bid=bid, state=VersionState.IN_FORCE).update(
        state=state, ended_at=at, content=b"", for_tender=b"", for_bidder=b""
    )
    return (
        BidVersion.objects.filter(bid=bid).order_by("-number").values_list("number", flat=True).first() or 0
    )


def _kind(upload: Upload, field: str) -> str:
    try:
        check_size(len(upload.data))
        kind = kind_of(upload.data, upload.name)
    except NotAccepted as error:
        raise Refusals([refusal(field, error.code, found=error.found)]) from error
    except Refusals as error:
        raise Refusals([replace(one, field=field) for one in error.refusals]) from error
    verdict = scanner().scan(upload.data)
    if verdict == Verdict.INFECTED:
        raise Refusals([refusal(field, "file-virus")])
    if verdict == Verdict.AWAY:
        raise Refusals([Refusal(field, "scanner-away", SCANNER_AWAY)])
    return kind.value


NO_KEY = _("This tender cannot take bids yet: its key has not been made. Tell the buyer.")
KEY_MISSING = _(
    "The bid was not taken: the tender's key on the server is not in order. Your draft is kept. Tell "
    "the buyer at once."
)
STARTED = _("Somebody in your organisation has just started this bid. Open it with its phrase.")
WEAK = _("Choose a phrase of at least %(least)s characters, several words that nobody guesses.")
WRONG_PHRASE = _("The phrase does not open the bid. Check the capital letters and the spaces between words.")
NOT_OPEN = _("This tender does not take bids now. Your draft is kept.")
LATE = _(
    "The bid came too late, at %(arrived)s by the server's clock, and was not taken. The time for "
    "bids has ended. Your draft is kept."
)
LATE_WITHDRAWAL = _("The time for bids has ended: a bid can no longer be withdrawn.")
NOT_SUBMITTED = _("There is no submitted bid to withdraw.")
MANY = _("A bid can hold at most %(most)s files.")
SCANNER_AWAY = _("The virus scanner does not answer, so the file was not taken. Try again in a while.")
NOT_ADMITTED = _(
    "Your organisation is no longer in this category of the dynamic purchasing system, so it cannot bid."
)
