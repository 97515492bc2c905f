"""Acts of the openers: being named, choosing a phrase, and opening the bids, two together, after the deadline (§64).

A phrase comes as an argument and is written nowhere: not to the database, the journal, the log or the disk.
Not for: what is done with opened bids (``evaluation.py``).
"""

import base64
import hashlib
import json
import logging
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_noop as _

from kotopolku import clock
from kotopolku.access import rowsecurity
from kotopolku.access.capabilities import Capability
from kotopolku.access.errors import NotVisible
from kotopolku.access.gate import require
from kotopolku.access.viewer import Viewer
from kotopolku.actors.models import User
from kotopolku.clients.actions.case import done_before
from kotopolku.clients.rules import Refusal, Refusals, refuse
from kotopolku.journal.actions import record
from kotopolku.notices.actions import notify
from kotopolku.placement.queries.people import holders
from kotopolku.procurement import access, bid_access, bid_rules, key_folder, sealing
from kotopolku.procurement.actions import bids
from kotopolku.procurement.actions.bids import TENDER, context
from kotopolku.procurement.bid_rules import Content
from kotopolku.procurement.models import (
    Bid,
    BidFile,
    BidVersion,
    Lot,
    OpenedBid,
    OpenedFile,
    Opener,
    OpeningSession,
    SealKey,
    SecretClaim,
    Tender,
    TenderState,
    VersionState,
)
from kotopolku.procurement.queries.tenders import unanswered

log = logging.getLogger(__name__)

OPENING = "procurement.opening"
OPENED_FILE = "procurement.opened-file"
HELD = timedelta(minutes=30)
"""How long the first opener's half waits for the second. Our own limit."""
BEFORE_KEY = (TenderState.DRAFT, TenderState.REVIEW)


def openers_ready(tender: Tender) -> bool:
    """Whether bids can be sealed: two to four openers are named and each has chosen a phrase."""
    return bids.has_key(tender.pk)


def seal_is_whole(tender: Tender) -> bool:
    """Whether the key file is the tender's own and every sealed bid is as it was received. Tells no number of bids."""
    with rowsecurity.as_system():
        key = SealKey.objects.filter(tender=tender, public_key__isnull=False).first()
        versions = BidVersion.objects.filter(tender=tender, state=VersionState.IN_FORCE)
        whole = all(_sealed(one).digest == one.digest for one in versions.iterator(chunk_size=50))
    if key is None or key.public_key is None:
        return False
    try:
        return whole and key_folder.read(key.reference).public == bytes(key.public_key)
    except key_folder.KeyFileMissing:
        return False


@transaction.atomic
def name_openers(
    tender_id: int, user_ids: Sequence[int], *, actor: Viewer, token: UUID | None = None
) -> list[Opener]:
    """Names who opens the bids, before publication; phrases chosen before are forgotten. Raises ``Refusals``."""
    require(actor, Capability.PROCUREMENT_PREPARE)
    tender = access.tender(actor, tender_id, lock=True)
    if token is not None and done_before(token, TENDER) is not None:
        return list(bid_access.openers(actor, tender_id))
    chosen = sorted(set(user_ids))
    refuse(_check_openers(tender, chosen, actor))
    now = clock.now()
    if (before := SealKey.objects.filter(tender=tender).first()) is not None:
        Opener.objects.filter(tender=tender).delete()
        transaction.on_commit(lambda reference=before.reference: key_folder.remove(reference))  # type: ignore[misc]
        before.delete()
    SealKey.objects.create(tender=tender, buyer_id=tender.buyer_id, named_at=now)
    named = Opener.objects.bulk_create(
        Opener(tender=tender, buyer_id=tender.buyer_id, user_id=user_id) for user_id in chosen
    )
    record(
        "procurement.opener.named",
        actor=actor,
        object=(TENDER, tender.pk),
        details={"openers": chosen},
        token=token,
    )
    notify(
        "procurement.phrase-wanted",
        chosen,
        actor=actor,
        address=reverse("procurement:bids-openers", args=[tender.pk]),
        organisation_id=tender.buyer_id,
        about=(TENDER, tender.pk),
    )
    return named


@transaction.atomic
def set_phrase(tender_id: int, phrase: str, *, actor: Viewer) -> Opener:
    """The actor, a named opener, chooses a phrase; with the last one's the tender's key is made. Raises ``Refusals``."""
    require(actor, Capability.PROCUREMENT_DECIDE)
    tender = access.tender(actor, tender_id, lock=True)
    opener = _opener(tender, actor)
    if tender.state not in BEFORE_KEY:
        raise Refusals([Refusal("", "published", PUBLISHED)])
    if sealing.is_weak(phrase):
        raise Refusals([Refusal("phrase", "weak", bids.WEAK, {"least": sealing.LEAST_PHRASE})])
    key = SealKey.objects.select_for_update().get(tender=tender)
    file = _kept_file(key)
    keys = {**file.openers, str(actor.user_id): sealing.opener_key(phrase)}
    opener.phrase_set_at = clock.now()
    opener.save(update_fields=["phrase_set_at"])
    names = {str(one.user_id) for one in Opener.objects.filter(tender=tender)}
    made = sealing.make_key(str(key.reference), keys) if names == set(keys) else replace(file, openers=keys)
    try:
        key_folder.write(made)
    except OSError as error:
        log.exception("the key file of tender %s could not be written", tender.pk)
        raise Refusals([Refusal("", "key-not-written", NOT_WRITTEN)]) from error
    key.public_key = made.public or None
    key.made_at = clock.now() if made.is_made else None
    key.save(update_fields=["public_key", "made_at"])
    record(
        "procurement.opener-phrase.set",
        actor=actor,
        object=(TENDER, tender.pk),
        details={"key": sealing.fingerprint(made.public)} if made.is_made else {},
    )
    return opener


@transaction.atomic
def begin_opening(tender_id: int, phrase: str, *, actor: Viewer) -> OpeningSession:
    """The first opener's phrase, after the deadline: that half waits half an hour for a second opener.

    It waits locked for each other opener's phrase: nobody else opens it. Raises ``Refusals``.
    """
    tender, opener, file = _opening(tender_id, actor)
    now = clock.now()
    _forget_expired(tender, now)
    waiting = OpeningSession.objects.filter(tender=tender, completed_at=None).exclude(handed={}).first()
    if waiting is not None:
        code = "same-person" if waiting.first_id == actor.user_id else "begun"
        raise Refusals([Refusal("", code, SAME_PERSON if code == "same-person" else BEGUN)])
    try:
        handed = sealing.hand_over(file, str(actor.user_id), phrase)
    except sealing.CannotOpen:
        raise Refusals([Refusal("phrase", "wrong-phrase", WRONG_PHRASE)]) from None
    session = OpeningSession.objects.create(
        tender=tender,
        buyer_id=tender.buyer_id,
        first_id=opener.user_id,
        first_at=now,
        expires_at=now + HELD,
        handed={name: base64.b64encode(box).decode() for name, box in handed.items()},
    )
    record("procurement.opening.begun", actor=actor, object=(OPENING, session.pk))
    notify(
        "procurement.opening-waits",
        [one.user_id for one in Opener.objects.filter(tender=tender)],
        actor=actor,
        address=reverse("procurement:opening", args=[tender.pk]),
        organisation_id=tender.buyer_id,
        about=(TENDER, tender.pk),
    )
    return session


@transaction.atomic
def complete_opening(tender_id: int, phrase: str, *, actor: Viewer) -> OpeningSession:
    """The second opener's phrase: the bids in force are opened, and the record of the opening is written.

    A bid that cannot be read is said so in the record and does not hold back the others. Raises ``Refusals``.
    """
    tender, opener, file = _opening(tender_id, actor)
    now = clock.now()
    session = (
        OpeningSession.objects.select_for_update()
        .filter(tender=tender, completed_at=None, expires_at__gt=now)
        .exclude(handed={})
        .first()
    )
    if session is None:
        raise Refusals([Refusal("", "not-begun", NOT_BEGUN)])
    if session.first_id == actor.user_id:
        raise Refusals([Refusal("", "same-person", SAME_PERSON)])
    second = str(actor.user_id)
    try:
        handed = base64.b64decode(session.handed.get(second, ""))
        private = sealing.join(file, str(session.first_id), handed, second, phrase)
    except (sealing.CannotOpen, KeyError):
        raise Refusals([Refusal("phrase", "wrong-phrase", WRONG_PHRASE)]) from None
    session.second_id, session.completed_at, session.handed = opener.user_id, now, {}
    with rowsecurity.as_system():
        lines = _open_all(tender, private)
        unconfirmed = Bid.objects.filter(tender=tender, state="void").count()
    session.record = _record_of(tender, session, file, lines, unconfirmed)
    session.digest = digest_of(session.record)
    session.save()
    tender.state = TenderState.OPENED
    tender.version += 1
    tender.save(update_fields=["state", "version"])
    record(
        "procurement.opening.completed",
        actor=actor,
        object=(OPENING, session.pk),
        details={"bids": len(lines), "digest": session.digest},
    )
    notify(
        "procurement.bids-opened",
        holders(tender.buyer_id, Capability.PROCUREMENT_PREPARE, clock.today()),
        actor=actor,
        address=reverse("procurement:opening", args=[tender.pk]),
        organisation_id=tender.buyer_id,
        about=(TENDER, tender.pk),
        on=now.date(),
    )
    return session


@transaction.atomic
def forget_expired(*, actor: Viewer) -> int:
    """Forgets halves that waited too long for a second opener. For a job's viewer. Returns how many."""
    done = _forget(OpeningSession.objects.all(), clock.now())
    if done:
        record("procurement.opening.expired", actor=actor, details={"count": done})
    return done


@transaction.atomic
def record_opened_look(tender_id: int, *, actor: Viewer) -> list[OpenedBid]:
    """Opened bids of a tender, by lot; the look is journalled."""
    require(actor, Capability.PROCUREMENT_PREPARE)
    access.tender(actor, tender_id)
    rows = bid_access.opened_bids(actor).filter(tender_id=tender_id)
    found = list(rows.order_by("bidder__name_fi", "lot_id"))
    record("procurement.opened-bid.viewed", actor=actor, object=(TENDER, tender_id))
    return found


@transaction.atomic
def record_paper(tender_id: int, *, actor: Viewer) -> OpeningSession:
    """The record of a completed opening, taken as a paper. Raises ``NotVisible``."""
    require(actor, Capability.PROCUREMENT_VIEW)
    session = bid_access.openings(actor, tender_id).exclude(completed_at=None).first()
    if session is None:
        raise NotVisible
    record("procurement.opening-record.downloaded", actor=actor, object=(OPENING, session.pk))
    return session


@transaction.atomic
def open_file(file_id: int, *, actor: Viewer) -> tuple[OpenedFile, bytes]:
    """A file of an opened bid; the look is journalled. Raises ``NotVisible``, ``Refusals``."""
    if not actor.may(Capability.BID_SUBMIT):
        require(actor, Capability.PROCUREMENT_PREPARE)
    found = bid_access.opened_files(actor).filter(pk=file_id).first()
    if found is None:
        raise NotVisible
    record("procurement.opened-file.downloaded", actor=actor, object=(OPENED_FILE, found.pk))
    try:
        return found, sealing.unlock(
            bytes(found.file.content), bytes(found.key), bids.file_context(found.file)
        )
    except sealing.CannotOpen as error:
        raise Refusals([Refusal("", "file-changed", FILE_CHANGED)]) from error


# --- What the acts share ---------------------------------------------------------------------------------------------


def digest_of(kept: dict[str, Any]) -> str:
    """SHA-256 of an opening record as stored."""
    return hashlib.sha256(json.dumps(kept, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def candidates(tender: Tender) -> list[User]:
    """Who can be named: people of the buyer who may decide in procurement today."""
    ids = holders(tender.buyer_id, Capability.PROCUREMENT_DECIDE, clock.today())
    return list(User.objects.filter(pk__in=ids).order_by("full_name", "id"))


def _check_openers(tender: Tender, chosen: list[int], actor: Viewer) -> list[Refusal]:
    found: list[Refusal] = []
    if tender.state not in BEFORE_KEY:
        return [Refusal("", "published", PUBLISHED)]
    if not sealing.LEAST_OPENERS <= len(chosen) <= sealing.MOST_OPENERS:
        found.append(Refusal("users", "number", NUMBER))
    people = [one for one in candidates(tender) if one.pk in chosen]
    if len(people) != len(chosen):
        found.append(Refusal("users", "not-entitled", NOT_ENTITLED))
    addresses = [one.email.casefold() for one in people if one.email]
    if len(set(addresses)) != len(addresses):
        found.append(Refusal("users", "same-person", SAME_ADDRESS))
    return found


def _opener(tender: Tender, actor: Viewer) -> Opener:
    found = Opener.objects.filter(tender=tender, user_id=bids.person(actor)).first()
    if found is None:
        raise Refusals([Refusal("", "not-opener", NOT_OPENER)])
    return found


def _kept_file(key: SealKey) -> sealing.KeyFile:
    """What earlier openers left; an empty one when nobody has."""
    try:
        return key_folder.read(key.reference)
    except key_folder.KeyFileMissing:
        return sealing.KeyFile(str(key.reference))


def _opening(tender_id: int, actor: Viewer) -> tuple[Tender, Opener, sealing.KeyFile]:
    """The tender, locked, that the actor may open now. Raises ``Refusals`` with everything that stands in the way."""
    require(actor, Capability.PROCUREMENT_DECIDE)
    tender = access.tender(actor, tender_id, lock=True)
    opener = _opener(tender, actor)
    if tender.state != TenderState.PUBLISHED or tender.is_announced:
        raise Refusals([Refusal("", "not-closed", NOT_CLOSED)])
    found: list[Refusal] = []
    if tender.takes_bids(clock.now().replace(microsecond=0)):
        found.append(Refusal("", "too-early", TOO_EARLY))
    if unanswered(tender.pk):
        found.append(Refusal("", "questions", QUESTIONS))
    refuse(found)
    try:
        file = key_folder.read(SealKey.objects.get(tender=tender).reference)
    except (SealKey.DoesNotExist, key_folder.KeyFileMissing) as error:
        log.exception("the key file of tender %s is missing", tender.pk)
        raise Refusals([Refusal("", "key-missing", KEY_GONE)]) from error
    return tender, opener, file


def _forget_expired(tender: Tender, now: datetime) -> None:
    _forget(OpeningSession.objects.filter(tender=tender), now)


def _forget(rows: Any, now: datetime) -> int:
    return int(rows.filter(completed_at=None, expires_at__lte=now).exclude(handed={}).update(handed={}))


def _open_all(tender: Tender, private: bytes) -> list[dict[str, Any]]:
    """Opens every bid in force and writes what it says; answers a line of the record for each, in order of arrival."""
    lots = {lot.code: lot for lot in Lot.objects.filter(tender=tender)}
    versions = (
        BidVersion.objects.select_related("bid", "bidder")
        .filter(tender=tender, state=VersionState.IN_FORCE)
        .order_by("received_at", "id")
    )
    files = {str(one.reference): one for one in BidFile.objects.filter(bid__tender=tender)}
    opened_bids: list[OpenedBid] = []
    opened_files: list[OpenedFile] = []
    claims: list[SecretClaim] = []
    lines = []
    for version in versions:
        content = _read(version, private)
        changed_files = 0
        if content is not None:
            opened_bids += _by_lot(version, content, lots)
            found = _files_of(version, content, lots, files)
            changed_files = len(content.files) - len(found)
            opened_files += found
            claims += _claims_of(version, content, tender)
        lines.append(_line(version, content, changed_files))
    OpenedBid.objects.bulk_create(opened_bids)
    OpenedFile.objects.bulk_create(opened_files)
    SecretClaim.objects.bulk_create(claims)
    Bid.objects.filter(pk__in=[version.bid_id for version in versions]).update(opened=True)
    return lines


def _sealed(version: BidVersion) -> sealing.SealedBid:
    return sealing.SealedBid(bytes(version.content), bytes(version.for_tender), bytes(version.for_bidder))


def _read(version: BidVersion, private: bytes) -> Content | None:
    sealed = _sealed(version)
    try:
        if sealed.digest != version.digest:
            raise sealing.CannotOpen
        return Content.from_bytes(sealing.open_bid(sealed, private, context(version.bid)))
    except (sealing.CannotOpen, ValueError):
        log.error("bid version %s cannot be opened: it has been changed since it was received", version.pk)
        return None


def _by_lot(version: BidVersion, content: Content, lots: dict[str, Lot]) -> list[OpenedBid]:
    return [
        OpenedBid(
            tender_id=version.tender_id,
            lot=lots[code],
            bid_id=version.bid_id,
            version=version,
            bidder_id=version.bidder_id,
            buyer_id=version.buyer_id,
            price_eur=bid_rules.money(answers.get(bid_rules.PRICE, "")),
            answers=dict(answers),
            common=dict(content.common),
        )
        for code, answers in content.lots.items()
        if code in lots
    ]


def _files_of(
    version: BidVersion, content: Content, lots: dict[str, Lot], files: dict[str, BidFile]
) -> list[OpenedFile]:
    found = []
    for entry in content.files:
        kept = files.get(entry.reference)
        if (
            kept is None
            or kept.bid_id != version.bid_id
            or sealing.digest(bytes(kept.content)) != entry.sha256
        ):
            log.error("a file of bid version %s is missing or has been changed", version.pk)
            continue
        found.append(
            OpenedFile(
                bid_id=version.bid_id,
                tender_id=version.tender_id,
                bidder_id=version.bidder_id,
                buyer_id=version.buyer_id,
                lot=lots.get(bid_rules.lot_code(entry.section)),
                field=entry.field,
                name=entry.name,
                kind=entry.kind,
                size=entry.size,
                file=kept,
                key=base64.b64decode(entry.key),
            )
        )
    return found


def _claims_of(version: BidVersion, content: Content, tender: Tender) -> list[SecretClaim]:
    """What the bidder marked as business secrets, of what can be one."""
    return [
        SecretClaim(
            tender_id=version.tender_id,
            buyer_id=version.buyer_id,
            bid_id=version.bid_id,
            bidder_id=version.bidder_id,
            section=mark.section,
            item=mark.item,
            reason=mark.reason,
        )
        for mark in bid_rules.sound_secrets(tender.bid_form, content)
    ]


def _line(version: BidVersion, content: Content | None, changed_files: int) -> dict[str, Any]:
    return {
        "bidder": version.bidder.name_fi,
        "received_at": version.received_at.astimezone(clock.HELSINKI).isoformat(),
        "version": version.number,
        "digest": version.digest,
        "readable": content is not None,
        "lots": sorted(content.lots) if content else [],
        "files": len(content.files) - changed_files if content else 0,
        "files_changed": changed_files,
    }


def _record_of(
    tender: Tender,
    session: OpeningSession,
    file: sealing.KeyFile,
    lines: list[dict[str, Any]],
    unconfirmed: int,
) -> dict[str, Any]:
    names = dict(
        User.objects.filter(pk__in=[session.first_id, session.second_id]).values_list("pk", "full_name")
    )
    now = session.completed_at or clock.now()
    return {
        "id": str(uuid4()),
        "tender": tender.number,
        "title": tender.title,
        "buyer": tender.buyer.name_fi,
        "bids_by": tender.bids_by.astimezone(clock.HELSINKI).isoformat() if tender.bids_by else "",
        "documents_version": tender.documents_version,
        "key": sealing.fingerprint(file.public),
        "openers": [
            {"name": names[session.first_id], "at": session.first_at.isoformat()},
            {"name": names[session.second_id or 0], "at": now.isoformat()},
        ],
        "opened_at": now.isoformat(),
        "bids": lines,
        "unconfirmed": unconfirmed,
    }


PUBLISHED = _("The tender has been published. Its openers and their phrases can no longer be changed.")
NUMBER = _("Name two to four openers. Three or four are safer: if one is away or forgets, two are left.")
NOT_ENTITLED = _("Choose only people of your organisation who may decide in procurement.")
SAME_ADDRESS = _("Two of the openers have the same e-mail address. Openers must be different people.")
NOT_OPENER = _("You have not been named to open the bids of this tender.")
NOT_WRITTEN = _("The key could not be written to the key folder. Nothing was saved. Tell the administrator.")
NOT_CLOSED = _("The bids of this tender have been opened already, or it does not wait for an opening.")
TOO_EARLY = _("The time for bids has not ended. Nobody can open them before it has.")
QUESTIONS = _("There are questions without an answer. Answer them before the bids are opened.")
KEY_GONE = _(
    "The tender's key file is not in its place on the server. Nothing can be opened before the "
    "administrator has restored it from the backup."
)
WRONG_PHRASE = _(
    "The phrase is not the one that you chose for this tender. Check capital letters and spaces."
)
SAME_PERSON = _(
    "You have given your phrase. Another opener must give the second one, signed in on their own."
)
BEGUN = _("Another opener has just given the first phrase. Give yours as the second.")
NOT_BEGUN = _("The first phrase has not been given, or it waited longer than half an hour. Begin again.")
FILE_CHANGED = _("The file has been changed since the bid was received, and cannot be opened.")
