"""What a bid holds and what it lacks, by the form of the tender. Pure: no Django models, no clock, no encryption.

Not for: who may bid and until when (``actions.bids``), points (``evaluation.py``).
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext_noop as _

from kotopolku.clients.rules import Refusal

PRICE = "price"
MOST_TEXT = 20_000
MOST_FILES = 30
DEAREST = Decimal(1_000_000_000)
NOT_TEXT = ("file",)
NOT_SHOWN = ("bidder", "declaration")
"""Parts that no other bidder and nobody outside is shown: contact people, and what is said of offences."""
LEAST_REASON = 15
_CURRENCY = re.compile(r"[A-Za-z$£¥₽]{1,}|kr\b")
_EUROS = re.compile(r"(?i)\b(eur|euro|euroa|euros)\b|€")

Form = Mapping[str, Any]
"""``Tender.bid_form``: parts about the bidder, and lots, each with fields."""


@dataclass(frozen=True)
class BidFileEntry:
    """A file of a bid: where it belongs, what it is called, and the key that unlocks it."""

    reference: str
    section: str
    field: str
    name: str
    kind: str
    size: int
    sha256: str
    key: str


@dataclass(frozen=True)
class SecretMark:
    """What the bidder says is a business secret, and why. ``item``: a field of the section, or a file's reference."""

    section: str
    item: str
    reason: str


@dataclass(frozen=True)
class Content:
    """All that a bid says. ``lots``: code of a lot bid for → answers by field; ``common``: answers about the bidder."""

    common: Mapping[str, str] = field(default_factory=dict)
    lots: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    files: tuple[BidFileEntry, ...] = ()
    secrets: tuple[SecretMark, ...] = ()

    def to_bytes(self) -> bytes:
        kept = {
            "common": dict(self.common),
            "lots": {code: dict(answers) for code, answers in self.lots.items()},
            "files": [asdict(one) for one in self.files],
            "secrets": [asdict(one) for one in self.secrets],
        }
        return json.dumps(kept, ensure_ascii=False, sort_keys=True).encode()

    @classmethod
    def from_bytes(cls, data: bytes) -> "Content":
        """Raises ``ValueError`` for what is no bid."""
        kept = json.loads(data)
        try:
            return cls(
                common={str(k): str(v) for k, v in kept["common"].items()},
                lots={
                    str(code): {str(k): str(v) for k, v in answers.items()}
                    for code, answers in kept["lots"].items()
                },
                files=tuple(BidFileEntry(**one) for one in kept["files"]),
                secrets=tuple(SecretMark(**one) for one in kept.get("secrets", ())),
            )
        except (KeyError, TypeError, AttributeError) as error:
            raise ValueError("not a bid") from error

    def answers(self, section: str) -> Mapping[str, str]:
        """Answers of a section: a part about the bidder, or a lot."""
        code = lot_code(section)
        return self.lots.get(code, {}) if code else self.common

    def secret(self, section: str, item: str) -> str:
        """The reason for which an answer or a file is a business secret; empty when it is none."""
        found = (one.reason for one in self.secrets if one.section == section and one.item == item)
        return next(found, "")

    def files_of(self, section: str, name: str = "") -> tuple[BidFileEntry, ...]:
        return tuple(one for one in self.files if one.section == section and (not name or one.field == name))


@dataclass(frozen=True)
class Section:
    """A page of the bid: a part about the bidder, or one lot."""

    code: str
    title: Mapping[str, str]
    fields: tuple[Mapping[str, Any], ...]

    @property
    def lot(self) -> str:
        return lot_code(self.code)


@dataclass(frozen=True)
class Missing:
    """Something that a bid must have before it can be submitted."""

    section: str
    field: str
    label: Mapping[str, str]


def lot_code(section: str) -> str:
    """The code of the lot that a section is about, empty for a part about the bidder."""
    return section.removeprefix("lot-") if section.startswith("lot-") else ""


def sections(form: Form) -> tuple[Section, ...]:
    """Pages of the bid in order: the parts, then the lots."""
    parts = [Section(part["code"], part["title"], tuple(part["fields"])) for part in form.get("parts", ())]
    lots = [Section(f"lot-{lot['code']}", lot["title"], tuple(lot["fields"])) for lot in form.get("lots", ())]
    return (*parts, *lots)


def section(form: Form, code: str) -> Section | None:
    return next((one for one in sections(form) if one.code == code), None)


def can_be_secret(where: Section, one: Mapping[str, Any]) -> bool:
    """Whether a bidder may mark the answer: words and files, not the price compared (621/1999 §11), not who it is.

    The self-declaration is shown to nobody but the buyer, so nothing is marked there.
    """
    return one["kind"] in ("long-text", "file") and where.code not in NOT_SHOWN


def changed(
    content: Content,
    where: Section,
    answers: Mapping[str, str],
    offered: bool = True,
    secrets: Mapping[str, str] | None = None,
) -> Content:
    """The content with the answers of a section written. A lot not offered goes with its answers and files.

    ``secrets``: reasons by what is marked as a business secret; None leaves the marks as they are.
    """
    if secrets is not None or not offered:
        content = replace(content, secrets=_marked(content, where, (secrets or {}) if offered else {}))
    known = {one["id"]: answers.get(one["id"], "").strip() for one in where.fields if one["kind"] != "file"}
    if not where.lot:
        return replace(content, common={**content.common, **known})
    if not offered:
        lots = {code: given for code, given in content.lots.items() if code != where.lot}
        return replace(
            content, lots=lots, files=tuple(one for one in content.files if one.section != where.code)
        )
    return replace(content, lots={**content.lots, where.lot: known})


def _markable(content: Content, where: Section) -> set[str]:
    """Ids of the answers and references of the files that can be marked on a page."""
    found = {one["id"] for one in where.fields if can_be_secret(where, one) and one["kind"] != "file"}
    return found | {one.reference for one in content.files_of(where.code)}


def sound_secrets(form: Form, content: Content) -> list[SecretMark]:
    """The marks of a bid on what can be secret by the form, each once."""
    marks: dict[tuple[str, str], SecretMark] = {}
    for where in sections(form):
        items = _markable(content, where)
        marks |= {
            (one.section, one.item): one
            for one in content.secrets
            if one.section == where.code and one.item in items
        }
    return list(marks.values())


def _marked(content: Content, where: Section, secrets: Mapping[str, str]) -> tuple[SecretMark, ...]:
    markable = _markable(content, where)
    marks = [
        SecretMark(where.code, item, reason.strip())
        for item, reason in secrets.items()
        if item in markable and reason.strip()
    ]
    return (*(one for one in content.secrets if one.section != where.code), *marks)


def check_secrets(where: Section, secrets: Mapping[str, str]) -> list[Refusal]:
    """A mark tells why: a word or two is no reason."""
    return [
        Refusal(f"secret-{item}", "secret-short", SECRET_SHORT)
        for item, reason in secrets.items()
        if 0 < len(reason.strip()) < LEAST_REASON
    ]


def check_answers(where: Section, answers: Mapping[str, str]) -> list[Refusal]:
    """What cannot be kept even in a draft: amounts that are none, another currency, numbers out of bounds."""
    found: list[Refusal] = []
    for one in where.fields:
        typed = answers.get(one["id"], "").strip()
        if not typed:
            continue
        if len(typed) > MOST_TEXT:
            found.append(Refusal(one["id"], "long", LONG, {"most": MOST_TEXT}))
        elif one["kind"] == "money":
            found += check_money(one["id"], typed)
        elif one["kind"] == "number":
            found += _check_number(one, typed)
        elif one["kind"] == "choice" and typed not in {str(value) for value, _text in one.get("choices", ())}:
            found.append(Refusal(one["id"], "choice", _("Choose one from the list.")))
    return found


def check_money(name: str, typed: str) -> list[Refusal]:
    """An amount in euros, more than nothing, two decimals at most."""
    if _CURRENCY.search(_EUROS.sub("", typed)):
        return [Refusal(name, "currency", CURRENCY)]
    amount = money(typed)
    if amount is None:
        return [Refusal(name, "amount", AMOUNT)]
    if amount < 0:
        return [Refusal(name, "negative", _("A price cannot be negative."))]
    if amount == 0:
        return [Refusal(name, "zero", _("Give a price that is more than nothing."))]
    if amount > DEAREST or amount != amount.quantize(Decimal("0.01")):
        return [Refusal(name, "amount", AMOUNT)]
    return []


def money(typed: str) -> Decimal | None:
    """The amount as people write it: spaces between thousands, comma or point before cents, euros after."""
    plain = re.sub(r"\s", "", _EUROS.sub("", typed)).replace("−", "-")
    if not re.fullmatch(r"-?\d+([.,]\d+)?", plain):
        return None
    try:
        return Decimal(plain.replace(",", "."))
    except InvalidOperation:
        return None


def _check_number(one: Mapping[str, Any], typed: str) -> list[Refusal]:
    number = money(typed)
    if number is None or number < 0:
        return [Refusal(one["id"], "number", _("Write a number, none less than zero."))]
    most = one.get("max")
    if most is not None and number > Decimal(str(most)):
        return [Refusal(one["id"], "number-large", _("At most %(most)s."), {"most": str(most)})]
    return []


def missing(form: Form, content: Content) -> tuple[Missing, ...]:
    """What a bid lacks: required answers of the parts and of the lots bid for; at least one lot."""
    found: list[Missing] = []
    for where in sections(form):
        if where.lot and where.lot not in content.lots:
            continue
        found += _missing_of(where, content)
    if not content.lots:
        found.append(Missing("", "lots", {}))
    return tuple(found)


def _missing_of(where: Section, content: Content) -> Iterator[Missing]:
    answers = content.answers(where.code)
    for one in where.fields:
        if not one.get("required"):
            continue
        there = (
            bool(content.files_of(where.code, one["id"]))
            if one["kind"] == "file"
            else bool(answers.get(one["id"]))
        )
        if not there:
            yield Missing(where.code, one["id"], one["label"])


def check_submission(form: Form, content: Content) -> list[Refusal]:
    """Why a bid cannot be submitted: it lacks something, or is for a lot that is not open."""
    found = [
        Refusal("", "lot-closed", LOT_CLOSED, {"lot": code})
        for code in content.lots
        if section(form, f"lot-{code}") is None
    ]
    if missing(form, content):
        found.append(Refusal("", "incomplete", INCOMPLETE))
    for where in sections(form):
        if not where.lot or where.lot in content.lots:
            found += [replace(one, field="") for one in check_answers(where, content.answers(where.code))]
    return found


def fitting(form: Form, content: Content) -> Content:
    """The content without lots and files that the form no longer asks for."""
    known = {where.code for where in sections(form)}
    return replace(
        content,
        lots={code: given for code, given in content.lots.items() if f"lot-{code}" in known},
        files=tuple(one for one in content.files if one.section in known),
        secrets=tuple(one for one in content.secrets if one.section in known),
    )


def readable_answers(where: Section, answers: Mapping[str, str]) -> Sequence[tuple[Mapping[str, str], str]]:
    """Labels and answers of a section, for showing."""
    return [(one["label"], answers.get(one["id"], "")) for one in where.fields if one["kind"] != "file"]


LONG = _("The text is too long: at most %(most)s characters fit.")
AMOUNT = _("Write the price as an amount in euros, for example 245 000,00.")
CURRENCY = _("Give the price in euros. Other currencies cannot be compared.")
SECRET_SHORT = _("Write in a sentence why this is a business secret. The buyer decides on it by that.")
LOT_CLOSED = _("Lot %(lot)s is not open for bids. Take it out of the bid.")
INCOMPLETE = _("The bid lacks something that is asked. Complete it, then submit.")
