"""The same tests on the newest Datasette 1, in an environment of its own that borrows everything else from this one.

It takes six minutes.
"""

import os
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1800)]
NEWEST = "1.0a41"
"""No release of Datasette 1 is out; this is the last one tried."""
HERE = Path(__file__).resolve().parent
NOTES = HERE.parent / "notes" / "test_notes_pages.py"
"""Pages with forms."""


@pytest.fixture(scope="module")
def python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A Python that has Datasette 1 before our own packages on its path."""
    folder = tmp_path_factory.mktemp("datasette-1")
    subprocess.run([sys.executable, "-m", "venv", folder], check=True)
    python = folder / "bin" / "python"
    command = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", f"datasette=={NEWEST}"]
    installed = subprocess.run(command, capture_output=True, text=True)
    if installed.returncode:
        pytest.skip(f"Datasette {NEWEST} cannot be installed: {installed.stderr.strip()[-300:]}")
    asked = "import sysconfig; print(sysconfig.get_path('purelib'))"
    packages = Path(subprocess.run([python, "-c", asked], check=True, capture_output=True, text=True).stdout.strip())
    ours = sysconfig.get_path("purelib")
    (packages / "ours.pth").write_text(f"import site; site.addsitedir({ours!r})\n")
    return python


def test_everything_works_on_datasette_1(python: Path) -> None:
    version = subprocess.run([python, "-m", "datasette", "--version"], check=True, capture_output=True, text=True)
    assert NEWEST in version.stdout
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    ran = subprocess.run(
        [python, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", HERE, NOTES],
        cwd=HERE.parents[1],
        env=environment,
        capture_output=True,
        text=True,
    )
    assert ran.returncode == 0, ran.stdout[-4000:] + ran.stderr[-1000:]
