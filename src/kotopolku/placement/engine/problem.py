"""One placement problem as integer arrays: who may go where for how many points, and how much room there is.

Not for: where the points come from (``contract``, ``points``) or how a plan is found (``solver``).
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from numpy import save as save_array

Ints = npt.NDArray[np.int64]
SmallInts = npt.NDArray[np.int32]
Flags = npt.NDArray[np.bool_]

NOT_ALLOWED = -1
NOWHERE = -1
NO_BAND = 1_000_000_000
"""Upper end of a region's band when the region has none (persons)."""
MOST_POINTS = 10_000_000
MOST_PLACES = 1_000_000_000
MOST_USE = 10_000
MOST_BONUS = 50_000
MOST_PERSONS = 1_000_000_000


class ProblemError(ValueError):
    """The data cannot be a placement problem; the text says which part and why."""


@dataclass(frozen=True)
class Problem:
    """``n`` families, ``m`` municipalities, ``D`` resources, ``R`` regions; all integers.

    The value of a plan is the points of its pairs, plus ``bonus`` for each person placed, less ``region_penalty``
    for each person by which a region's placed persons fall outside ``region_lo``..``region_hi``.
    """

    scores: SmallInts
    """[n, m] points of a family in a municipality; −1 where a hard rule forbids it."""
    use: SmallInts
    """[n, D] what the family needs of each resource; column 0 is persons."""
    capacity: Ints
    """[m, D] places agreed and still free of each resource."""
    region: Ints
    """[m] the municipality's region, 0..R−1."""
    bonus: int
    """Points for each person placed anywhere."""
    region_penalty: int
    """Points lost for each person outside the band of a region; 0 switches the bands off."""
    region_lo: Ints
    """[R] persons."""
    region_hi: Ints
    """[R] persons."""
    lock: Ints
    """[n] the municipality that a named person has fixed for the family; −1 where none is."""

    @classmethod
    def of(
        cls,
        scores: Any,
        use: Any,
        capacity: Any,
        *,
        region: Any = None,
        bonus: int = 3000,
        region_penalty: int = 0,
        region_lo: Any = None,
        region_hi: Any = None,
        lock: Any = None,
    ) -> "Problem":
        """Check and make. Without ``region`` all municipalities are of one region without a band."""
        scores = _whole("scores", scores, 2)
        n, m = scores.shape
        use = _whole("use", use, 2)
        capacity = _whole("capacity", capacity, 2)
        region = np.zeros(m, np.int64) if region is None else _whole("region", region, 1)
        count = int(region.max(initial=-1)) + 1
        low = np.zeros(count, np.int64) if region_lo is None else _whole("region_lo", region_lo, 1)
        high = np.full(len(low), NO_BAND) if region_hi is None else _whole("region_hi", region_hi, 1)
        problem = cls(
            scores=np.ascontiguousarray(scores, np.int32),
            use=np.ascontiguousarray(use, np.int32),
            capacity=np.ascontiguousarray(capacity, np.int64),
            region=np.ascontiguousarray(region, np.int64),
            bonus=_number("bonus", bonus),
            region_penalty=_number("region_penalty", region_penalty),
            region_lo=np.ascontiguousarray(low, np.int64),
            region_hi=np.ascontiguousarray(high, np.int64),
            lock=np.full(n, NOWHERE, np.int64)
            if lock is None
            else np.ascontiguousarray(_whole("lock", lock, 1), np.int64),
        )
        problem.validate()
        return problem

    @property
    def families(self) -> int:
        return int(self.scores.shape[0])

    @property
    def municipalities(self) -> int:
        return int(self.scores.shape[1])

    @property
    def resources(self) -> int:
        return int(self.use.shape[1])

    @property
    def regions(self) -> int:
        return len(self.region_lo)

    @property
    def persons(self) -> Ints:
        """[n] persons of each family."""
        return self.use[:, 0].astype(np.int64)

    @cached_property
    def allowed(self) -> Flags:
        """[n, m] pairs that no rule forbids and that fit into the municipality's places when it is empty."""
        allowed = np.asarray(self.scores >= 0)
        for d in range(self.resources):
            room = np.minimum(self.capacity[:, d], MOST_USE).astype(np.int32)
            allowed &= self.use[:, d : d + 1] <= room[None, :]
        return allowed

    def validate(self) -> None:
        n, m = self.scores.shape
        _shape("use", self.use, (n, None))
        if self.use.shape[1] < 1:
            raise ProblemError("use must have at least one column: column 0 is persons.")
        _shape("capacity", self.capacity, (m, self.use.shape[1]))
        _shape("region", self.region, (m,))
        _shape("region_hi", self.region_hi, (len(self.region_lo),))
        _shape("lock", self.lock, (n,))
        _between("scores", self.scores, NOT_ALLOWED, MOST_POINTS)
        _between("capacity", self.capacity, 0, MOST_PLACES)
        _between("use", self.use, 0, MOST_USE)
        if n and int(self.use[:, 0].min()) < 1:
            row = int(np.flatnonzero(self.use[:, 0] < 1)[0])
            raise ProblemError(f"use: family {row} has no persons (column 0 must be at least 1).")
        if m and (int(self.region.min()) < 0 or int(self.region.max()) >= self.regions):
            row = int(np.flatnonzero((self.region < 0) | (self.region >= self.regions))[0])
            raise ProblemError(
                f"region: municipality {row} is of region {int(self.region[row])}, "
                f"but there are bands for {self.regions} regions (0..{self.regions - 1})."
            )
        _between("bonus", np.array([self.bonus]), 0, MOST_BONUS)
        _between("region_penalty", np.array([self.region_penalty]), 0, MOST_POINTS)
        _between("region_lo", self.region_lo, 0, MOST_PERSONS)
        _between("region_hi", self.region_hi, 0, MOST_PERSONS)
        if (self.region_lo > self.region_hi).any():
            row = int(np.flatnonzero(self.region_lo > self.region_hi)[0])
            raise ProblemError(f"region {row}: region_lo is greater than region_hi.")
        self._validate_locks()

    def _validate_locks(self) -> None:
        locked = np.flatnonzero(self.lock != NOWHERE)
        if not len(locked):
            return
        _between("lock", self.lock, NOWHERE, self.municipalities - 1)
        at = self.lock[locked]
        against = locked[self.scores[locked, at] < 0]
        if len(against):
            family = int(against[0])
            raise ProblemError(
                f"lock: a rule forbids family {family} in municipality {int(self.lock[family])}."
            )
        used = np.zeros_like(self.capacity)
        np.add.at(used, at, self.use[locked].astype(np.int64))
        full = np.argwhere(used > self.capacity)
        if len(full):
            j, d = (int(number) for number in full[0])
            raise ProblemError(
                f"lock: the locked families need {int(used[j, d])} of resource {d} in municipality {j}, "
                f"where {int(self.capacity[j, d])} are left."
            )

    def locked(self, locks: Mapping[int, int]) -> "Problem":
        """The same with these families fixed to these municipalities."""
        lock = self.lock.copy()
        for family, municipality in locks.items():
            if not (0 <= family < self.families and 0 <= municipality < self.municipalities):
                raise ProblemError(
                    f"lock: there is no family {family} or no municipality {municipality} in the problem."
                )
            lock[family] = municipality
        problem = replace(self, lock=lock)
        problem._validate_locks()
        return problem

    def forbidding(self, pairs: Iterable[tuple[int, int]]) -> "Problem":
        """The same without these (family, municipality) pairs."""
        scores = self.scores.copy()
        for family, municipality in pairs:
            if not (0 <= family < self.families and 0 <= municipality < self.municipalities):
                raise ProblemError(
                    f"forbid: there is no family {family} or no municipality {municipality} in the problem."
                )
            scores[family, municipality] = NOT_ALLOWED
        problem = replace(self, scores=scores)
        problem._validate_locks()
        return problem

    def digest(self) -> str:
        """SHA-256 over shapes and little-endian integers: the same problem has the same digest on every machine."""
        parts = hashlib.sha256(b"kotopolku placement problem 1\n")
        for name, kind in _ARRAYS.items():
            array = getattr(self, name)
            parts.update(f"{name} {array.shape}\n".encode())
            parts.update(np.ascontiguousarray(array, kind).data)
        if (self.lock != NOWHERE).any():
            parts.update(np.ascontiguousarray(self.lock, "<i8").data)
        parts.update(json.dumps(self._settings(), sort_keys=True).encode())
        return parts.hexdigest()

    def _settings(self) -> dict[str, Any]:
        return {
            "bonus": self.bonus,
            "region_penalty": self.region_penalty,
            "region_lo": self.region_lo.tolist(),
            "region_hi": self.region_hi.tolist(),
        }

    @classmethod
    def read(cls, directory: Path) -> "Problem":
        """From ``scores.npy``, ``use.npy``, ``capacity.npy``, ``region.npy``, ``settings.json`` and, if there, ``lock.npy``."""
        directory = Path(directory)
        arrays = {name: _load(directory / f"{name}.npy") for name in _ARRAYS}
        path = directory / "settings.json"
        try:
            settings = json.loads(path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            raise ProblemError(f"{path} is missing.") from None
        except ValueError as error:
            raise ProblemError(f"{path} is not JSON: {error}.") from None
        if not isinstance(settings, dict):
            raise ProblemError(f"{path} must be one object with bonus, region_penalty, region_lo, region_hi.")
        return cls.of(
            **arrays,
            bonus=settings.get("bonus", 3000),
            region_penalty=settings.get("region_penalty", 0),
            region_lo=settings.get("region_lo"),
            region_hi=settings.get("region_hi"),
            lock=_load(directory / "lock.npy") if (directory / "lock.npy").exists() else None,
        )

    def write(self, directory: Path) -> None:
        directory = Path(directory)
        directory.mkdir(parents=True, exist_ok=True)
        for name in _ARRAYS:
            save_array(directory / f"{name}.npy", getattr(self, name))
        if (self.lock != NOWHERE).any():
            save_array(directory / "lock.npy", self.lock)
        (directory / "settings.json").write_text(json.dumps(self._settings()) + "\n", encoding="utf-8")


_ARRAYS = {"scores": "<i4", "use": "<i4", "capacity": "<i8", "region": "<i8"}


def _load(path: Path) -> Any:
    try:
        return np.load(path, allow_pickle=False)
    except FileNotFoundError:
        raise ProblemError(f"{path} is missing.") from None
    except (ValueError, OSError, EOFError) as error:
        raise ProblemError(f"{path} is not an array file of numpy: {error}") from None


def _whole(name: str, values: Any, dimensions: int) -> Any:
    """The values as an array of whole numbers; a missing or broken number is an error, never a zero."""
    try:
        array = np.asarray(values)
    except ValueError:
        raise ProblemError(f"{name}: the rows are not of one length.") from None
    if array.size == 0 and array.dtype.kind == "f":
        array = array.astype(np.int64)
    if array.ndim != dimensions:
        raise ProblemError(f"{name} must have {dimensions} dimension(s); it has {array.ndim}.")
    if array.dtype.kind == "f":
        if not np.isfinite(array).all():
            raise ProblemError(f"{name} has a missing number (NaN or infinite).")
        if (array != np.rint(array)).any():
            raise ProblemError(f"{name} must be whole numbers.")
        if (np.abs(array) > 2**53).any():
            raise ProblemError(f"{name} has a number that is too big.")
        array = array.astype(np.int64)
    if array.dtype.kind == "u":
        if array.size and int(array.max()) > 2**62:
            raise ProblemError(f"{name} has a number that is too big.")
        array = array.astype(np.int64)
    if array.dtype.kind != "i":
        raise ProblemError(f"{name} must be whole numbers.")
    if array.dtype.itemsize == 8 and name in ("scores", "use"):
        _between(name, array, -(2**31), 2**31 - 1)
    return array


def _number(name: str, value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int | np.integer):
        raise ProblemError(f"{name} must be one whole number.")
    return int(value)


def _shape(name: str, array: npt.NDArray[Any], wanted: tuple[int | None, ...]) -> None:
    right = len(array.shape) == len(wanted) and all(
        want in (None, have) for want, have in zip(wanted, array.shape, strict=True)
    )
    if not right:
        text = " x ".join("any" if want is None else str(want) for want in wanted)
        raise ProblemError(f"{name} has the shape {array.shape}; it must be {text}.")


def _between(name: str, array: npt.NDArray[Any], least: int, most: int) -> None:
    if not array.size:
        return
    for wrong, text in ((array < least, f"less than {least}"), (array > most, f"more than {most}")):
        if wrong.any():
            place = tuple(int(number) for number in np.argwhere(wrong)[0])
            raise ProblemError(f"{name}{list(place)} is {int(array[place])}: {text}.")
