"""What the desk's tests share: files of each test in a folder of its own, no virus scanner, no second factor."""

from pathlib import Path
from typing import Any

import pytest


@pytest.fixture(autouse=True)
def own_files(settings: Any, tmp_path: Path) -> Path:
    settings.FILES = tmp_path / "files"
    settings.CLAMD = ""
    settings.SECOND_FACTOR_REQUIRED = False
    return settings.FILES
