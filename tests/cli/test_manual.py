"""The manual is executed: every command, program and SQL statement of its sections about asking the archive."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import sqlite3
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from support.datelines import ENTRIES, entry, make_gazetteer
from support.program import run_code
from support.waiting import PATIENCE

from crawler.engines import choice
from crawler.normalisation.places import gazetteer

pytestmark = pytest.mark.usefixtures("only_asianews")

ROOT = Path(__file__).parents[2]
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```", re.MULTILINE | re.DOTALL)
ELSEWHERE = {"crawl", "demo", "serve", "schedule"}
"""Commands that need the network or go on until they are stopped; they have tests of their own."""


def sections(path: str, titles: tuple[str, ...] = ()) -> str:
    """Return the sections of a page with these titles, or the whole page."""
    text = (ROOT / path).read_text(encoding="utf-8")
    if not titles:
        return text
    parts = re.split(r"^(?=## )", text, flags=re.MULTILINE)
    found = [part for part in parts if part.startswith(tuple(f"## {title}\n" for title in titles))]
    assert len(found) == len(titles), f"{path} has no section {titles}"
    return "\n".join(found)


README = sections("README.md", ("Search", "The research desk", "Look after it", "From Python and SQL"))
RESEARCH = sections("docs/research.md")
DESK = sections("docs/desk.md")
RECIPES = sections("docs/recipes.md")
PYTHON = sections("docs/python.md")


def blocks(text: str, language: str) -> list[str]:
    return [body for kind, body in BLOCK.findall(text) if kind == language]


def commands(text: str) -> list[str]:
    lines = "".join(blocks(text, "console")).replace("\\\n", " ").splitlines()
    asked = [shlex.split(line[2:], comments=True) for line in lines if line.startswith("$ ")]
    return [shlex.join(words) for words in asked if words[0] == "seealso" and words[1] not in ELSEWHERE]


@pytest.fixture
def desk(run, tmp_path, crawled, monkeypatch):
    """The folder of somebody who has run the demo, with one core, and few places: a million names take a second."""
    few = replace(make_gazetteer(), entries=(*ENTRIES, entry(19, "Mumbai", "IN", 12_691_836, at=(19.07, 72.88))))
    monkeypatch.setattr(gazetteer, "load_gazetteer", lambda: few)
    monkeypatch.setattr(choice, "count_cores", lambda: 1)  # so that reread starts no other process
    shutil.copy(crawled[0], tmp_path / "archive.db")
    shutil.copytree(crawled[0].with_suffix(".warc"), tmp_path / "archive.warc")
    return tmp_path


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(README, id="README"),
        pytest.param(RECIPES, id="recipes"),
        pytest.param(RESEARCH, id="research", marks=pytest.mark.slow),
        pytest.param(DESK, id="desk", marks=pytest.mark.slow),
    ],
)
def test_every_command_does_what_it_says(text, desk, run):
    """The slow cases take three seconds each; ``test_documented_names.py`` knows the commands and options of all pages."""
    asked = commands(text)
    assert asked
    for line in asked:  # in their order: a later one may need what an earlier one made
        ended = run(*shlex.split(line)[1:])
        assert ended.exit_code == 0, f"$ {line}\n{ended.output}"
        assert ended.output.strip(), f"$ {line} prints nothing"


@pytest.mark.parametrize("text", [README, DESK, PYTHON], ids=["README", "desk", "python"])
def test_every_program_runs(text, desk):
    for program in blocks(text, "python"):
        ended = run_code(f"import warnings; warnings.simplefilter('error')\n{program}", cwd=desk)
        assert ended.returncode == 0, program + ended.stderr
        assert ended.stdout, f"prints nothing:\n{program}"


@pytest.mark.parametrize("text", [README, RESEARCH, DESK], ids=["README", "research", "desk"])
def test_every_statement_has_an_answer(text, desk):
    with sqlite3.connect(desk / "archive.db") as archive:
        for statement in "\n".join(blocks(text, "sql")).split(";"):
            if re.sub(r"--.*", "", statement).strip():
                assert archive.execute(statement).fetchall(), statement


def run_notebook(path, desk):
    """Return what the cells of a notebook answer; each has to answer where the printed notebook does."""
    pytest.importorskip("nbclient")
    # In a process of its own: what a kernel leaves behind is not this one's to clear up.
    program = (
        "import json, nbformat, sys; from nbclient import NotebookClient\n"
        "notebook = nbformat.read(sys.argv[1], as_version=4)\n"
        "NotebookClient(notebook, timeout=None, startup_timeout=100).execute()\n"
        "print(json.dumps([cell.outputs for cell in notebook.cells if cell.cell_type == 'code']))"
    )
    ended = subprocess.run(
        [sys.executable, "-c", program, str(path)],
        cwd=desk,
        env={**os.environ, "SEEALSO_ARCHIVE": str(desk / "archive.db")},
        capture_output=True,
        text=True,
        timeout=PATIENCE,
    )
    assert ended.returncode == 0, ended.stderr
    answers = json.loads(ended.stdout)
    # A reader on a page that shows notebooks sees what the cells answer.
    printed = [cell["outputs"] for cell in json.loads(path.read_text())["cells"] if cell["cell_type"] == "code"]
    assert [bool(outputs) for outputs in printed] == [bool(answer) for answer in answers]
    return answers


def test_the_cells_of_the_notebook_run_one_after_the_other(desk):
    """As a program; in a notebook they run below."""
    cells = json.loads((ROOT / "docs" / "research.ipynb").read_text())["cells"]
    program = "\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "code")
    ended = run_code(program, cwd=desk)
    assert ended.returncode == 0, program + ended.stderr
    assert ended.stdout.startswith(describe_articles(desk / "archive.db"))


def describe_articles(path):
    """Return what the first cell prints."""
    with sqlite3.connect(path) as archive:
        every = archive.execute("SELECT count(*) FROM articles").fetchone()[0]
        english = archive.execute("SELECT count(*) FROM articles WHERE language = 'en'").fetchone()[0]
    return f"{every:,} articles, {english} of them in English\n"


@pytest.mark.slow
def test_the_notebook_runs_from_beginning_to_end_and_counts_what_is_archived(desk):
    """Three seconds."""
    answers = run_notebook(ROOT / "docs" / "research.ipynb", desk)
    assert answers[0][0]["text"] == describe_articles(desk / "archive.db")


@pytest.mark.slow
def test_the_study_runs_and_its_result_is_that_of_its_text(desk):
    """Five seconds."""
    pytest.importorskip("polars")
    answers = run_notebook(ROOT / "docs" / "study.ipynb", desk)
    printed = "".join(output.get("text", "") for outputs in answers for output in outputs)
    with sqlite3.connect(desk / "archive.db") as archive:
        (articles,) = archive.execute(
            "SELECT count(*) FROM articles WHERE language = 'en' AND"
            " lower(headline || ' ' || coalesce(lead, '') || ' ' || body) GLOB '*boat*'"
        ).fetchone()
    assert f"32 of 65 English texts have a boat; {articles} articles print them" in printed
    # One of twelve texts is coded otherwise, five of the 24 answers are "subject": alpha = 1 - 23 * 2 / (2 * 5 * 19).
    assert f"12 texts by two coders: alpha {1 - 46 / 190:.3f}, kappa 0.750, equal 11" in printed
    assert "32 and 12 texts frozen; unchanged: True" in printed
    text = (ROOT / "docs" / "study.ipynb").read_text(encoding="utf-8")
    assert "Of 32 English texts with boats, a sample of twelve has three" in text
    assert len((desk / "results" / "boats.ris").read_text(encoding="utf-8").split("ER  - ")) == 33
