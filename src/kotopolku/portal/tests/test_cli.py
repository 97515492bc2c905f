"""The command line finds rooms lazily and tells errors in one sentence."""

import subprocess
import sys

import pytest
from click.testing import CliRunner

from kotopolku.portal import cli


def test_help_lists_every_room_without_loading_it() -> None:
    done = CliRunner().invoke(cli.root, ["--help"])
    assert done.exit_code == 0
    for name in cli.COMMANDS:
        assert name in done.output


def test_every_command_can_be_loaded() -> None:
    for name in cli.COMMANDS:
        assert CliRunner().invoke(cli.root, [name, "--help"]).exit_code == 0, name


def test_the_law_answers_without_django_and_without_a_database() -> None:
    code = (
        "import sys; from click.testing import CliRunner; from kotopolku.portal import cli;"
        "done = CliRunner().invoke(cli.root, ['law', 'due', 'A1', '--from', '2021-04-26', '--json']);"
        "assert done.exit_code == 0, done.output; assert '2021-06-28' in done.output;"
        "assert not [name for name in sys.modules if name.split('.')[0] in ('django', 'psycopg')]"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)


def test_an_unknown_command_is_a_usage_error() -> None:
    assert CliRunner().invoke(cli.root, ["nothing"]).exit_code == 2


def test_a_fault_is_one_sentence_and_exit_status_2(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(**_named: object) -> None:
        raise OSError("the disk is full\nand more")

    monkeypatch.setattr(cli, "root", fail)
    with pytest.raises(SystemExit) as end:
        cli.main()
    assert end.value.code == 2
    assert capsys.readouterr().err.startswith("kotopolku: the disk is full (")
