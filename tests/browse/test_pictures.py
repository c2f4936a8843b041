"""The program that takes the pictures of the documentation."""

import subprocess
import sys
from pathlib import Path

import pytest
from support.chromium import NEEDS_CHROMIUM

pytestmark = [*NEEDS_CHROMIUM, pytest.mark.slow, pytest.mark.timeout(600)]
PICTURES = Path(__file__).parents[2] / "docs" / "pictures"


PROGRAM = """
import runpy, sys
from pathlib import Path
run = runpy.run_path(sys.argv[1])["run"]
run.__globals__["FOLDER"] = Path(sys.argv[2])
run(Path(sys.argv[2]) / "world.db")
"""


def test_every_picture_can_be_taken_anew(tmp_path: Path) -> None:
    """It takes about a minute, in a process of its own: a worker's Chromium may be running in this one."""
    pytest.importorskip("PIL")
    subprocess.run([sys.executable, "-c", PROGRAM, str(PICTURES / "make.py"), str(tmp_path)], check=True)
    taken = {path.name for path in tmp_path.glob("*.png")}
    assert taken == {path.name for path in PICTURES.glob("*.png")}
    assert max(path.stat().st_size for path in tmp_path.glob("*.png")) < 100_000
