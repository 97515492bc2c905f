"""Sealing of bids: boxes that only a tender's private key opens, and that key in halves of which two people hold one each.

X25519, HKDF-SHA256, ChaCha20-Poly1305, scrypt. Pure: no Django, no clock, no disk. Not for: who may, and when.
"""

import base64
import hashlib
import os
import secrets
import unicodedata
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from itertools import combinations
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

KEY_BYTES = 32
NONCE_BYTES = 12
SALT_BYTES = 16
LEAST_PHRASE = 12
LEAST_LETTERS = 6
"""Characters of a phrase, and how many of them must differ. Our own limits."""
COSTS = range(4, 21)
"""Powers of two that scrypt's cost may be; with the usual one a try costs 32 MB of memory and a tenth of a second."""
LEAST_OPENERS, MOST_OPENERS = 2, 4

_BOX = b"kotopolku sealed box 1"
_NO_NONCE = bytes(NONCE_BYTES)
_cost: ContextVar[int] = ContextVar("kotopolku_phrase_cost", default=15)


class CannotOpen(Exception):
    """The key or phrase is not the one, or what is sealed has been changed."""


def normal(phrase: str) -> str:
    """A phrase as it is compared: the same however its letters were typed and its spaces doubled."""
    return " ".join(unicodedata.normalize("NFKC", phrase).split())


def is_weak(phrase: str) -> bool:
    """Too short, or of few different characters."""
    plain = normal(phrase)
    return len(plain) < LEAST_PHRASE or len(set(plain.casefold())) < LEAST_LETTERS


@contextmanager
def at_cost(power: int) -> Iterator[None]:
    """Salts made in the block make phrases as costly to try: for the demo, whose phrases are public, and for tests."""
    token = _cost.set(power)
    try:
        yield
    finally:
        _cost.reset(token)


def key_of_phrase(phrase: str, salt: bytes) -> bytes:
    """The key of 32 bytes that a phrase gives with a salt, at the cost that the salt tells. Raises ``CannotOpen``."""
    if not salt or salt[0] not in COSTS:
        raise CannotOpen
    cost = 2 ** salt[0]
    memory = 1_100 * cost + 2**20
    return hashlib.scrypt(
        normal(phrase).encode(), salt=salt, n=cost, r=8, p=1, dklen=KEY_BYTES, maxmem=memory
    )


def new_key() -> bytes:
    return secrets.token_bytes(KEY_BYTES)


def new_salt() -> bytes:
    """A salt, before it the cost as a power of two: it can be raised later without locking anything anew."""
    return bytes([_cost.get()]) + secrets.token_bytes(SALT_BYTES)


def public_of(private: bytes) -> bytes:
    return X25519PrivateKey.from_private_bytes(private).public_key().public_bytes_raw()


def fingerprint(public: bytes) -> str:
    """The public key as people compare it: eight groups of four."""
    text = hashlib.sha256(public).hexdigest()[:32]
    return " ".join(text[n : n + 4] for n in range(0, 32, 4))


def digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


# --- One key on both sides -------------------------------------------------------------------------------------------


def lock(data: bytes, key: bytes, context: bytes) -> bytes:
    """``data`` locked with ``key``; it opens only with the same ``context``."""
    nonce = os.urandom(NONCE_BYTES)
    return nonce + ChaCha20Poly1305(key).encrypt(nonce, data, context)


def unlock(locked: bytes, key: bytes, context: bytes) -> bytes:
    """What ``lock`` locked. Raises ``CannotOpen``."""
    try:
        return ChaCha20Poly1305(key).decrypt(locked[:NONCE_BYTES], locked[NONCE_BYTES:], context)
    except (InvalidTag, ValueError) as error:
        raise CannotOpen from error


# --- A box for a public key ------------------------------------------------------------------------------------------


def seal(data: bytes, public: bytes, context: bytes) -> bytes:
    """``data`` in a box that the owner of ``public`` opens; whoever sealed it cannot."""
    once = X25519PrivateKey.generate()
    sender = once.public_key().public_bytes_raw()
    key = _shared(once.exchange(X25519PublicKey.from_public_bytes(public)), sender, public)
    return sender + ChaCha20Poly1305(key).encrypt(_NO_NONCE, data, context)


def unseal(box: bytes, private: bytes, context: bytes) -> bytes:
    """What ``seal`` sealed. Raises ``CannotOpen``."""
    own = X25519PrivateKey.from_private_bytes(private)
    sender = box[:KEY_BYTES]
    try:
        shared = own.exchange(X25519PublicKey.from_public_bytes(sender))
        key = _shared(shared, sender, own.public_key().public_bytes_raw())
        return ChaCha20Poly1305(key).decrypt(_NO_NONCE, box[KEY_BYTES:], context)
    except (InvalidTag, ValueError) as error:
        raise CannotOpen from error


def _shared(secret: bytes, sender: bytes, receiver: bytes) -> bytes:
    # The key is of one box only, as the sender's key is new for each: a nonce of zeros is used once with it.
    return HKDF(hashes.SHA256(), KEY_BYTES, sender + receiver, _BOX).derive(secret)


# --- The tender's key in halves --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class OpenerKey:
    """What is kept of an opener's phrase: a salt, and the public half of the key that the phrase gives."""

    salt: bytes
    public: bytes


@dataclass(frozen=True)
class KeyFile:
    """All that is kept of a tender's key outside the database. Nothing in it opens anything without two phrases.

    ``halves``: (opener, the other) → the opener's half for that pair, in a box for the opener.
    """

    reference: str
    openers: Mapping[str, OpenerKey] = field(default_factory=dict)
    public: bytes = b""
    halves: Mapping[tuple[str, str], bytes] = field(default_factory=dict)

    @property
    def is_made(self) -> bool:
        return bool(self.public)

    def to_json(self) -> dict[str, Any]:
        return {
            "reference": self.reference,
            "public": _text(self.public),
            "openers": {
                name: {"salt": _text(key.salt), "public": _text(key.public)}
                for name, key in self.openers.items()
            },
            "halves": [
                {"opener": opener, "with": other, "box": _text(box)}
                for (opener, other), box in self.halves.items()
            ],
        }

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> "KeyFile":
        return cls(
            reference=kept["reference"],
            public=_bytes(kept["public"]),
            openers={
                name: OpenerKey(_bytes(key["salt"]), _bytes(key["public"]))
                for name, key in kept["openers"].items()
            },
            halves={(one["opener"], one["with"]): _bytes(one["box"]) for one in kept["halves"]},
        )


def opener_key(phrase: str) -> OpenerKey:
    """What to keep of a phrase just chosen."""
    salt = new_salt()
    return OpenerKey(salt, public_of(key_of_phrase(phrase, salt)))


def make_key(reference: str, openers: Mapping[str, OpenerKey]) -> KeyFile:
    """A new key for a tender, any two of whose openers can put it together. The private key is forgotten here."""
    if not LEAST_OPENERS <= len(openers) <= MOST_OPENERS:
        raise ValueError("a tender has two to four openers")
    private = new_key()
    halves = {}
    for one, other in combinations(sorted(openers), 2):
        half = secrets.token_bytes(KEY_BYTES)
        halves[one, other] = seal(half, openers[one].public, _half(reference, one, other))
        halves[other, one] = seal(_xor(half, private), openers[other].public, _half(reference, other, one))
    return KeyFile(reference, dict(openers), public_of(private), halves)


def hand_over(file: KeyFile, opener: str, phrase: str) -> dict[str, bytes]:
    """The first opener's halves, each in a box that only that other opener's phrase opens. Raises ``CannotOpen``."""
    private = _private_of(file, opener, phrase)
    handed = {}
    for (one, other), box in file.halves.items():
        if one == opener:
            half = unseal(box, private, _half(file.reference, opener, other))
            handed[other] = seal(half, file.openers[other].public, _handed(file.reference, opener, other))
    return handed


def join(file: KeyFile, first: str, handed: bytes, opener: str, phrase: str) -> bytes:
    """The tender's private key, of what the first handed over and the second's own half. Raises ``CannotOpen``."""
    private = _private_of(file, opener, phrase)
    theirs = unseal(handed, private, _handed(file.reference, first, opener))
    own = unseal(file.halves[opener, first], private, _half(file.reference, opener, first))
    found = _xor(theirs, own)
    if public_of(found) != file.public:
        raise CannotOpen
    return found


def _private_of(file: KeyFile, opener: str, phrase: str) -> bytes:
    kept = file.openers.get(opener)
    if kept is None:
        raise CannotOpen
    private = key_of_phrase(phrase, kept.salt)
    if public_of(private) != kept.public:
        raise CannotOpen
    return private


def _half(reference: str, opener: str, other: str) -> bytes:
    return f"half {reference} {opener} with {other}".encode()


def _handed(reference: str, opener: str, other: str) -> bytes:
    return f"handed {reference} {opener} to {other}".encode()


def _xor(one: bytes, other: bytes) -> bytes:
    return bytes(a ^ b for a, b in zip(one, other, strict=True))


# --- A bid -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class SealedBid:
    """A submitted bid: its content locked with a key of its own, that key for the tender and for the bidder."""

    content: bytes
    for_tender: bytes
    for_bidder: bytes

    @property
    def digest(self) -> str:
        """SHA-256 of what is kept and later opened; stands in the receipt and in the opening record."""
        return digest(self.content + self.for_tender)


def seal_bid(data: bytes, public: bytes, bidder_key: bytes, context: bytes) -> SealedBid:
    key = new_key()
    return SealedBid(lock(data, key, context), seal(key, public, context), lock(key, bidder_key, context))


def open_bid(sealed: SealedBid, private: bytes, context: bytes) -> bytes:
    """The content, by the tender's key. Raises ``CannotOpen``."""
    return unlock(sealed.content, unseal(sealed.for_tender, private, context), context)


def reread_bid(sealed: SealedBid, bidder_key: bytes, context: bytes) -> bytes:
    """The content, by the bidder's own key. Raises ``CannotOpen``."""
    return unlock(sealed.content, unlock(sealed.for_bidder, bidder_key, context), context)


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _bytes(text: str) -> bytes:
    return base64.b64decode(text)
