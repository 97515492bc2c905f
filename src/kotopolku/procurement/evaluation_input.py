"""A contest read from JSON: every wrong thing found at once, each with where it is and how to mend it.

Pure: no Django, no database. Numbers may be JSON numbers or text; both are read as exact decimals. Not for: comparing.
"""

import json
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from kotopolku.procurement.evaluation import (
    ABNORMAL_SHARE,
    FORMULAS,
    Bid,
    Contest,
    Criterion,
    EvaluationError,
    LotBids,
    Problem,
    check,
)

TOP = {
    "price_weight",
    "price_formula",
    "criteria",
    "tie_rule",
    "lots",
    "bids",
    "abnormally_low_percent",
    "price_bounds",
    "currency",
}
HIGHEST_NUMBER = Decimal(10) ** 15


def read_file(path: Path) -> Contest:
    """The contest in a JSON file. Raises ``EvaluationError``."""
    try:
        data = json.loads(path.read_text(encoding="utf-8-sig"), parse_float=Decimal)
    except (ValueError, RecursionError) as error:
        raise EvaluationError([Problem("not-json", path.name, {"given": str(error)})]) from None
    return read_input(data)


def read_input(data: Any) -> Contest:
    """The contest in parsed JSON, checked. Raises ``EvaluationError`` with every problem.

    Bids stand in their lot, or in a list ``bids`` of their own where each names its ``lot``.
    """
    reader = _Reader()
    contest = reader.contest(data)
    problems = reader.problems
    if contest is not None:
        wrong = {problem.where for problem in problems}
        problems += [problem for problem in check(contest) if problem.where not in wrong]
    if problems or contest is None:
        raise EvaluationError(problems)
    return contest


class _Reader:
    """Reads parsed JSON into values and keeps what is wrong; a wrong value is replaced so that reading goes on."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []
        self._currency = "EUR"

    def contest(self, data: Any) -> Contest | None:
        if not isinstance(data, Mapping):
            self._wrong("not-an-object", "input")
            return None
        for name in data:
            if name not in TOP:
                self._wrong("unknown-field", str(name))
        if data.get("currency") is not None:
            self._currency = self._name(data, "currency", "currency") or self._currency
        criteria = tuple(
            self._criterion(row, f"criteria[{number}]")
            for number, row in enumerate(self._list(data, "criteria", "criteria", required=False))
        )
        lots = self._lots(data)
        formula = self._name(data, "price_formula", "price_formula")
        return Contest(
            price_weight=self._number(data, "price_weight", "price_weight"),
            price_formula=formula or FORMULAS[0],
            criteria=criteria,
            tie_rule=self._tie_rule(data),
            lots=lots,
            abnormal_share=self._share(data),
            bounds=self._bounds(data),
            currency=self._currency,
        )

    def _wrong(self, code: str, where: str, **params: str) -> None:
        self.problems.append(Problem(code, where, params))

    def _criterion(self, row: Any, where: str) -> Criterion:
        if not isinstance(row, Mapping):
            self._wrong("not-an-object", where)
            return Criterion(where, Decimal(0), Decimal(100))
        name = self._name(row, "id", f"{where}.id") or where
        return Criterion(
            name,
            self._number(row, "weight", f"criteria {name} weight"),
            self._number(row, "max", f"criteria {name} max", otherwise=Decimal(100)),
        )

    def _lots(self, data: Mapping[str, Any]) -> tuple[LotBids, ...]:
        found: dict[str, list[Bid]] = {}
        closed: set[str] = set()
        for number, row in enumerate(self._list(data, "lots", "lots")):
            if not isinstance(row, Mapping):
                self._wrong("not-an-object", f"lots[{number}]")
                continue
            name = self._name(row, "id", f"lots[{number}].id") or f"[{number}]"
            if name in found:
                self._wrong("duplicate", "lots", given=name)
                continue
            if row.get("closed") is True or row.get("state") == "closed":
                closed.add(name)
            rows = self._list(row, "bids", f"lots {name} bids", required=False)
            found[name] = [self._bid(bid, f"lots {name} bids[{at}]") for at, bid in enumerate(rows)]
        for number, row in enumerate(self._list(data, "bids", "bids", required=False)):
            lot = row.get("lot") if isinstance(row, Mapping) else None
            if lot not in found:
                self._wrong("unknown-lot", f"bids[{number}]", given=str(lot), known=", ".join(found))
                continue
            found[str(lot)].append(self._bid(row, f"bids[{number}]"))
        return tuple(LotBids(name, tuple(bids), name in closed) for name, bids in found.items())

    def _bid(self, row: Any, where: str) -> Bid:
        if not isinstance(row, Mapping):
            self._wrong("not-an-object", where)
            return Bid(where, Decimal(0))
        bidder = self._name(row, "bidder", f"{where}.bidder") or where
        currency = row.get("currency") or self._currency
        if currency != self._currency:
            self._wrong("mixed-currency", where, given=str(currency), currency=self._currency)
        price = None
        if row.get("price_eur") is not None:
            price = self._number(row, "price_eur", f"{where} ({bidder}) price_eur")
        return Bid(
            bidder,
            price,
            self._numbers(row, "scores", f"{where} ({bidder}) scores"),
            self._numbers(row, "costs_eur", f"{where} ({bidder}) costs_eur"),
        )

    def _numbers(self, row: Mapping[str, Any], name: str, where: str) -> dict[str, Decimal]:
        given = row.get(name)
        if given is None:
            return {}
        if not isinstance(given, Mapping):
            self._wrong("not-an-object", where)
            return {}
        # A score of null is a missing score, which the check names with its bidder and criterion.
        return {
            str(key): self._number(given, key, f"{where} {key}")
            for key, value in given.items()
            if value is not None
        }

    def _tie_rule(self, data: Mapping[str, Any]) -> str | None:
        given = data.get("tie_rule")
        if given is None or isinstance(given, str):
            return given or None
        self._wrong("unknown-tie-rule", "tie_rule", given=str(given))
        return None

    def _share(self, data: Mapping[str, Any]) -> Decimal:
        if data.get("abnormally_low_percent") is None:
            return ABNORMAL_SHARE
        return self._number(data, "abnormally_low_percent", "abnormally_low_percent") / 100

    def _bounds(self, data: Mapping[str, Any]) -> tuple[Decimal, Decimal] | None:
        given = data.get("price_bounds")
        if given is None:
            return None
        if not isinstance(given, Mapping):
            self._wrong("not-an-object", "price_bounds")
            return None
        low, high = (self._number(given, name, f"price_bounds {name}") for name in ("low", "high"))
        return low, high

    def _list(self, row: Mapping[str, Any], name: str, where: str, *, required: bool = True) -> list[Any]:
        given = row.get(name)
        if given is None:
            if required:
                self._wrong("missing", where)
            return []
        if not isinstance(given, list):
            self._wrong("not-a-list", where)
            return []
        return given

    def _name(self, row: Mapping[str, Any], name: str, where: str) -> str | None:
        given = row.get(name)
        if given is None:
            self._wrong("missing", where)
            return None
        if not isinstance(given, str) or not given.strip():
            self._wrong("not-a-name", where)
            return None
        return given

    def _number(
        self, row: Mapping[str, Any], name: str, where: str, otherwise: Decimal = Decimal(0)
    ) -> Decimal:
        given = row.get(name)
        if given is None:
            self._wrong("missing", where)
            return otherwise
        number = None
        if isinstance(given, str | int | float | Decimal) and not isinstance(given, bool):
            try:
                number = Decimal(str(given).strip())
            except InvalidOperation:
                number = None
        if number is None or not number.is_finite() or abs(number) > HIGHEST_NUMBER:
            self._wrong("not-a-number", where, given=str(given))
            return otherwise
        return number
