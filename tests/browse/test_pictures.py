"""The program that takes the pictures of the documentation."""

import runpy
from pathlib import Path

import pytest
from support.chromium import NEEDS_CHROMIUM

pytestmark = [*NEEDS_CHROMIUM, pytest.mark.slow, pytest.mark.timeout(600)]
PICTURES = Path(__file__).parents[2] / "docs" / "pictures"


def test_every_picture_can_be_taken_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It takes about a minute."""
    pytest.importorskip("PIL")
    program = runpy.run_path(str(PICTURES / "make.py"))
    run = program["run"]
    monkeypatch.setitem(run.__globals__, "FOLDER", tmp_path)
    run(tmp_path / "world.db")
    taken = {path.name for path in tmp_path.glob("*.png")}
    assert taken == {path.name for path in PICTURES.glob("*.png")}
    assert max(path.stat().st_size for path in tmp_path.glob("*.png")) < 100_000
