"""``kotopolku placement solve`` with files: wrong rows told before anything runs, the answer written, the proof checked."""

import csv
import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from kotopolku.placement.commands import placement

CASES = """id,persons,group,adults,wishes,relatives,waiting_since,together,languages
K-1,5,quota,2,444 638,,,,sw
K-2,2,quota,2,638,091:1,,,prs
T-1,2,asylum,1,245,186:0.5,9.9.2026,T-2,ti
T-2,1,asylum,1,,,2026-10-22,T-1,ar
"""
PLACES = """municipality,persons,used_persons,persons_quota,school,training,housing
444,25,11,14,2,0.8,0.9
638,22,9,10,3,0.9,0.5
245,14,10,2,1,"0,9",0.4
"""


@pytest.fixture
def files(tmp_path: Path) -> Path:
    (tmp_path / "cases.csv").write_text(CASES, encoding="utf-8")
    (tmp_path / "places.csv").write_text(PLACES, encoding="utf-8")
    return tmp_path


def run(files: Path, *more: str) -> Result:
    return CliRunner().invoke(
        placement,
        [
            "solve",
            *("--cases", str(files / "cases.csv"), "--places", str(files / "places.csv")),
            *("--day", "2026-11-22", "-o", str(files / "out.csv"), *more),
        ],
    )


def refused(files: Path, *more: str) -> str:
    result = run(files, *more)
    assert result.exit_code == 2, result.output
    assert not (files / "out.csv").exists()
    return result.stderr


def out(files: Path) -> dict[str, dict[str, str]]:
    with (files / "out.csv").open(encoding="utf-8", newline="") as file:
        return {row["id"]: row for row in csv.DictReader(file)}


def test_every_family_gets_a_row_whose_parts_sum_to_its_points(files: Path) -> None:
    result = run(files)
    assert result.exit_code == 0, result.output
    rows = out(files)
    assert sorted(rows) == ["K-1", "K-2", "T-1", "T-2"]
    for row in rows.values():
        first, last = list(row).index("points") + 1, list(row).index("price")
        assert int(row["points"]) == sum(int(cell) for cell in list(row.values())[first:last])
    assert rows["T-1"]["municipality"] == rows["T-2"]["municipality"] == "245"
    assert rows["K-1"]["name"] == "Lohja"


def test_the_same_input_and_seed_give_the_same_bytes(files: Path) -> None:
    run(files, "--seed", "4")
    first = (files / "out.csv").read_bytes()
    run(files, "--seed", "4")
    assert (files / "out.csv").read_bytes() == first


def test_json_carries_value_bound_seed_digest_and_reasons(files: Path) -> None:
    data = json.loads(run(files, "--json", "--seed", "3").stdout)
    assert data["objective"] == data["upper_bound"]
    assert (data["seed"], data["weights"], data["persons_placed"]) == (3, "2026.1", 10)
    assert len(data["digest"]) == 64
    tied = next(row for row in data["placements"] if row["unit"] == "T-1")
    assert tied["families"] == ["T-1", "T-2"]
    assert sum(tied["parts"].values()) == tied["points"]


def test_the_audit_folder_passes_the_independent_check(files: Path) -> None:
    run(files, "--audit", str(files / "audit"))
    checked = CliRunner().invoke(
        placement, ["check", str(files / "audit"), str(files / "audit" / "answer.json")]
    )
    assert checked.exit_code == 0, checked.output
    answer = json.loads((files / "audit" / "answer.json").read_text(encoding="utf-8"))
    answer["objective"] += 1
    (files / "audit" / "answer.json").write_text(json.dumps(answer), encoding="utf-8")
    checked = CliRunner().invoke(
        placement, ["check", str(files / "audit"), str(files / "audit" / "answer.json")]
    )
    assert checked.exit_code == 1


def test_all_wrong_rows_of_both_files_are_told_at_once(files: Path) -> None:
    (files / "cases.csv").write_text(
        CASES + "K-3,none,quota,,,,,,\nK-4,3,quota,,,,yesterday,,\n", encoding="utf-8"
    )
    (files / "places.csv").write_text(PLACES + "106,,,,,,\n", encoding="utf-8")
    told = refused(files)
    assert "cases.csv row 6: persons is 'none'; it must be a whole number" in told
    assert (
        "cases.csv row 7: waiting_since is 'yesterday'; it must be a day as 2026-11-30 or 30.11.2026" in told
    )
    assert "places.csv row 5: persons is missing" in told
    assert "Nothing was done." in told


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ("K-9,0,quota,,,,,,", "cases.csv row 6: family K-9: a family has at least one person"),
        ("K-9,-2,quota,,,,,,", "cases.csv row 6: family K-9: a family has at least one person"),
        ("K-1,2,quota,,,,,,", "cases.csv row 2, 6: family K-1: the id is there twice"),
        ("K-9,2,quota,,588,,,,", "municipality 588 was merged into 507 (Mäntyharju) on 2025-01-01; use 507"),
        ("K-9,2,quota,,998,,,,", "municipality 998 is unknown in 2026"),
        ("K-9,2,quota,,,,,K-77,", "must go together with K-77, which is not on the list"),
        ("K-9,2,other,,,,,,", "group 'other' is none of quota, asylum, temporary, minor"),
        (",2,quota,,,,,,", "cases.csv row 6: id is missing"),
        ("K-9,2,quota,,,,,,,,", "cases.csv row 6: 11 cells for 9 columns"),
    ],
)
def test_a_wrong_family_is_told_by_its_row(files: Path, row: str, told: str) -> None:
    (files / "cases.csv").write_text(CASES + row + "\n", encoding="utf-8")
    assert told in refused(files)


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ("106,-4,,,,,", "places.csv row 5: places of 106: persons is negative (-4)"),
        ("106,,,,,,", "places.csv row 5: persons is missing"),
        ("106,3,5,,,,", "5 of persons are used, but only 3 agreed"),
        ("444,3,,,,,", "places.csv row 2, 5: places of 444: there twice for the same time"),
        ("99,3,,,,,", "municipality 099 was merged into 214 (Kankaanpää) on 2021-01-01; use 214"),
    ],
)
def test_wrong_places_are_told_by_their_row(files: Path, row: str, told: str) -> None:
    (files / "places.csv").write_text(PLACES + row + "\n", encoding="utf-8")
    assert told in refused(files)


@pytest.mark.parametrize("column", ["nationality", "sex", "mother tongue", "Religion"])
def test_what_no_decision_may_rest_on_is_refused_as_a_column(files: Path, column: str) -> None:
    (files / "cases.csv").write_text(f"id,persons,group,{column}\nK-1,2,quota,x\n", encoding="utf-8")
    assert "must not be sent: no decision may rest on it" in refused(files)


def test_an_unknown_column_and_an_empty_file_are_refused(files: Path) -> None:
    (files / "cases.csv").write_text("id,persons,group,wishs\nK-1,2,quota,x\n", encoding="utf-8")
    assert "the column 'wishs' is unknown" in refused(files)
    (files / "cases.csv").write_bytes(b"")
    assert "cases.csv is empty" in refused(files)
    (files / "cases.csv").write_bytes(b"id,persons,group\nK-\xe4,2,quota\n")
    assert "cases.csv is not UTF-8 text (byte 19)" in refused(files)


def test_a_spreadsheet_with_semicolons_and_eaten_zeros_is_read(files: Path) -> None:
    (files / "cases.csv").write_text("\ufeffid;persons;group;wishes\nK-1;2;quota;49 91\n", encoding="utf-8")
    (files / "places.csv").write_text("municipality;persons\n49;5\n91;5\n", encoding="utf-8")
    assert run(files).exit_code == 0
    assert out(files)["K-1"]["municipality"] == "049"


def test_settings_are_read_and_wrong_ones_told(files: Path) -> None:
    chosen = files / "settings.toml"
    chosen.write_text('day = 2026-12-01\nlottery_points = 30\ntargets = {"01" = 8}\n[weights]\nhousing = 0\n')
    data = json.loads(run(files, "--settings", str(chosen), "--json").stdout)
    assert data["day"] == "2026-12-01"
    assert data["weights"].startswith("2026.1+")
    (files / "out.csv").unlink()
    chosen.write_text('colour = 1\ntargets = {"01" = "many"}\nreach_km = "far"\n')
    told = refused(files, "--settings", str(chosen))
    assert "colour is unknown" in told
    assert "reach_km is of the wrong kind" in told
    chosen.write_text('targets = {"77" = 3}\n')
    assert "settings.toml: there is no area 77 in the division evk" in refused(
        files, "--settings", str(chosen)
    )


def test_nothing_feasible_says_which_rules_removed_what_and_what_would_help(files: Path) -> None:
    (files / "cases.csv").write_text("id,persons,group,vetoes\nK-1,30,quota,444\n", encoding="utf-8")
    result = run(files)
    assert result.exit_code == 0
    assert "0 of 1 families placed, 0 of 30 persons." in result.stdout
    assert "K-1: No municipality is possible. The rules removed:" in result.stdout
    assert "Ask the municipality for more places." in result.stdout
    assert out(files)["K-1"]["municipality"] == ""
