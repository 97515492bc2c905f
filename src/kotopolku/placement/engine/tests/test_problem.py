"""What may be a problem, and the message when it may not."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from kotopolku.placement.engine.problem import Problem, ProblemError


def parts(**changes: Any) -> dict[str, Any]:
    whole: dict[str, Any] = {
        "scores": [[5, -1], [7, 8]],
        "use": [[1, 0], [3, 1]],
        "capacity": [[4, 1], [3, 1]],
        "region": [0, 1],
        "region_penalty": 150,
        "region_lo": [0, 0],
        "region_hi": [4, 4],
    }
    return whole | changes


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"capacity": [[-1, 1], [3, 1]]}, r"capacity\[0, 0\] is -1"),
        ({"capacity": [[4, 1]]}, "capacity has the shape"),
        ({"capacity": [[float("nan"), 1], [3, 1]]}, "missing number"),
        ({"capacity": [[4, 1], [3]]}, "not of one length"),
        ({"capacity": [[4.5, 1], [3, 1]]}, "whole numbers"),
        ({"use": [[0, 0], [3, 1]]}, "family 0 has no persons"),
        ({"use": [[1, -1], [3, 1]]}, r"use\[0, 1\] is -1"),
        ({"use": np.zeros((2, 0), int)}, "at least one column"),
        ({"scores": [[5, -2], [7, 8]]}, r"scores\[0, 1\] is -2"),
        ({"scores": [["a", "b"], ["c", "d"]]}, "whole numbers"),
        ({"scores": [5, 7]}, "2 dimension"),
        ({"region": [0, 2]}, "municipality 1 is of region 2"),
        ({"region_lo": [5, 0]}, "region 0: region_lo is greater"),
        ({"region_hi": [4]}, "region_hi has the shape"),
        ({"bonus": -1}, "bonus"),
        ({"bonus": "3000"}, "one whole number"),
        ({"lock": [1, -1]}, "a rule forbids family 0"),
        ({"lock": [9, -1]}, "more than 1"),
        ({"lock": [0, 0], "capacity": [[3, 1], [3, 1]]}, "the locked families need 4"),
    ],
)
def test_what_cannot_be_a_problem_is_named(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(ProblemError, match=message):
        Problem.of(**parts(**changes))


def test_a_problem_that_is_written_and_read_is_the_same(tmp_path: Path) -> None:
    problem = Problem.of(**parts(lock=[0, -1]))
    problem.write(tmp_path)
    assert Problem.read(tmp_path).digest() == problem.digest()


def test_every_change_of_the_data_changes_the_digest() -> None:
    first = Problem.of(**parts()).digest()
    assert first == Problem.of(**parts()).digest()
    others = [parts(lock=[0, -1]), parts(bonus=1), parts(region_hi=[4, 3]), parts(scores=[[5, -1], [7, 9]])]
    assert len({Problem.of(**other).digest() for other in others} | {first}) == 5


@pytest.mark.parametrize("name", ["scores.npy", "settings.json"])
def test_a_missing_or_broken_file_is_named(tmp_path: Path, name: str) -> None:
    Problem.of(**parts()).write(tmp_path)
    (tmp_path / name).write_bytes(b"broken")
    with pytest.raises(ProblemError, match=name):
        Problem.read(tmp_path)
    (tmp_path / name).unlink()
    with pytest.raises(ProblemError, match=name):
        Problem.read(tmp_path)


def test_a_lock_on_what_is_not_there_is_refused() -> None:
    problem = Problem.of(**parts())
    with pytest.raises(ProblemError, match="no family 7"):
        problem.locked({7: 0})
    with pytest.raises(ProblemError, match="no family 0 or no municipality 5"):
        problem.forbidding([(0, 5)])


def test_settings_may_leave_the_regions_out(tmp_path: Path) -> None:
    Problem.of(**parts(region=[0, 0], region_lo=[0], region_hi=[9])).write(tmp_path)
    (tmp_path / "settings.json").write_text(json.dumps({"bonus": 10}), encoding="utf-8")
    assert Problem.read(tmp_path).region_penalty == 0
