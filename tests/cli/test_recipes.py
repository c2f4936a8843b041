"""The recipes of docs/recipes.md that say that they were run, run by the programs themselves where these are installed."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
from collections.abc import Callable
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from click.testing import Result
from support.chromium import CHROMIUM, open_window, start_chromium

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600), pytest.mark.usefixtures("only_asianews")]
RECIPES = Path(__file__).parents[2] / "docs" / "recipes.md"
R_PACKAGES = ("jsonlite", "readr", "tm", "RSQLite")
NODE = shutil.which("node")


@pytest.fixture
def rscript() -> str:
    """The program of R, which is asked for its packages only when a test needs it: it starts slowly."""
    program = shutil.which("Rscript")
    asked = f"stopifnot(all(c({', '.join(map(repr, R_PACKAGES))}) %in% rownames(installed.packages())))"
    if program is None or subprocess.run([program, "-e", asked], capture_output=True, check=False).returncode:
        pytest.skip(f"R with {', '.join(R_PACKAGES)} is not installed")
    return program


@pytest.fixture
def modules() -> Path:
    """The folder of Node's modules that has Observable Framework."""
    if NODE is None or CHROMIUM is None:
        pytest.skip("needs Node and Chromium")
    asked = "console.log(require.resolve('@observablehq/framework/package.json'))"
    found = subprocess.run([NODE, "-e", asked], capture_output=True, text=True, check=False)
    if found.returncode:
        pytest.skip("Observable Framework is not in NODE_PATH")
    return Path(found.stdout.strip()).parents[2]


def _read_blocks(language: str, text: str | None = None) -> list[str]:
    text = RECIPES.read_text(encoding="utf-8") if text is None else text
    return re.findall(rf"^```{language}\n(.*?)^```", text, re.DOTALL | re.MULTILINE)


@pytest.fixture
def files(run: Callable[..., Result], tmp_path: Path, crawled: tuple[Path, Any]) -> Path:
    """A folder with the demo archive and what the commands of the recipes write."""
    shutil.copy(crawled[0], tmp_path / "archive.db")
    for line in _read_blocks("console")[0].splitlines():
        words = shlex.split(line[2:])
        ended = run(*words[1:])
        assert ended.exit_code == 0, line
        if words[1] == "timeline":
            (tmp_path / f"timeline.{words[-1].removeprefix('--')}").write_text(ended.stdout, encoding="utf-8")
    return tmp_path


def test_r_reads_what_is_exported(rscript: str, files: Path) -> None:
    """It takes about 10 seconds."""
    (program,) = _read_blocks("r")
    (files / "recipe.R").write_text(program, encoding="utf-8")
    ended = subprocess.run([rscript, "recipe.R"], cwd=files, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr
    assert '[1] "Yun Li-sun, Joseph"' in ended.stdout
    assert re.search(r"^en\s*$\n^34\s*$", ended.stdout, re.MULTILINE), ended.stdout


@contextmanager
def _serve_folder(folder: Path):
    class Handler(SimpleHTTPRequestHandler):
        def log_message(self, format: str, *arguments: Any) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Handler, directory=str(folder))) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}/"
        server.shutdown()
        thread.join()


def test_observable_framework_draws_a_timeline(modules: Path, files: Path) -> None:
    """It takes about 40 seconds."""
    (files / "node_modules").symlink_to(modules)
    whole = RECIPES.read_text(encoding="utf-8").split("## Observable")[1]
    (page,) = re.findall(r"^````markdown\n(.*?)^````", whole, re.DOTALL | re.MULTILINE)
    (files / "src").mkdir()
    (files / "src" / "index.md").write_text(page, encoding="utf-8")
    (files / "timeline.json").rename(files / "src" / "timeline.json")
    (files / "observablehq.config.mjs").write_text(_read_blocks("js", whole)[0], encoding="utf-8")
    (files / "package.json").write_text('{"private": true}')
    program = str(modules / "@observablehq" / "framework" / "dist" / "bin" / "observable.js")
    ended = subprocess.run([str(NODE), program, "build"], cwd=files, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    with _serve_folder(files / "dist") as url, start_chromium() as browser, open_window(browser) as window:
        window.goto(url)
        window.wait_for_selector("svg g[aria-label=line] path")
        assert window.locator("svg g[aria-label=line] path").count() == 2
