"""solve-arrays and check, as they are called from a shell."""

import json
from pathlib import Path

import numpy as np
from click.testing import CliRunner

from kotopolku.placement.commands import placement
from kotopolku.placement.engine.problem import Problem


def problem(folder: Path) -> Path:
    random = np.random.default_rng(1)
    Problem.of(random.integers(0, 500, (12, 4)), random.integers(1, 4, (12, 1)), np.full((4, 1), 7)).write(
        folder / "in"
    )
    return folder / "in"


def test_an_answer_has_the_agreed_keys_and_is_found_right(tmp_path: Path) -> None:
    folder = problem(tmp_path)
    done = CliRunner().invoke(
        placement, ["solve-arrays", str(folder), "--time-limit", "20", "--seed", "1", "--json"]
    )
    assert done.exit_code == 0, done.output
    answer = json.loads(done.stdout)
    wanted = {
        "assignment",
        "objective",
        "upper_bound",
        "gap_score_pct",
        "persons_placed",
        "seconds",
        "prices",
    }
    assert wanted <= set(answer)
    (tmp_path / "out.json").write_text(done.stdout, encoding="utf-8")
    checked = CliRunner().invoke(placement, ["check", str(folder), str(tmp_path / "out.json"), "--json"])
    assert checked.exit_code == 0, checked.output
    assert json.loads(checked.stdout)["objective"] == answer["objective"]


def test_a_changed_answer_is_found_out(tmp_path: Path) -> None:
    folder = problem(tmp_path)
    answer = json.loads(CliRunner().invoke(placement, ["solve-arrays", str(folder), "--json"]).stdout)
    changes = (
        {"objective": answer["objective"] + 1},
        {"upper_bound": answer["objective"] - 1},
        {"assignment": [0] * 12},
        {"assignment": [0]},
        {"prices": [[-1]] * 4},
        {"digest": "another"},
    )
    for change in changes:
        (tmp_path / "out.json").write_text(json.dumps(answer | change), encoding="utf-8")
        done = CliRunner().invoke(placement, ["check", str(folder), str(tmp_path / "out.json")])
        assert done.exit_code == 1, change
        assert done.stderr.strip()
    (tmp_path / "out.json").write_text("{}", encoding="utf-8")
    assert CliRunner().invoke(placement, ["check", str(folder), str(tmp_path / "out.json")]).exit_code == 1


def test_a_broken_folder_is_refused_with_words(tmp_path: Path) -> None:
    folder = problem(tmp_path)
    np.save(folder / "capacity.npy", np.full((4, 1), -7))
    done = CliRunner().invoke(placement, ["solve-arrays", str(folder)])
    assert done.exit_code == 2
    assert "capacity[0, 0] is -7" in done.stderr
