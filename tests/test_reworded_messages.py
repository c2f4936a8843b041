"""No decision is made by comparing sentences: in other words, the program does the same."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

from support.program import run_code
from support.reworded import reword_package

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = ("spiders", "seealso")
UNUSED = ("browse", "cli", "notes", "practice", "research")
"""Rooms that the crawl does not come into."""


CRAWL = "from support.eventful_crawl import main; from pathlib import Path; import sys; main(Path(sys.argv[1]))"


def run_eventful_crawl(folder):
    folder.mkdir()
    ended = run_code(CRAWL, str(folder), cwd=folder)
    assert ended.returncode == 0, ended.stderr
    return json.loads(ended.stdout)


def run_reworded_crawl(root, folder):
    folder.mkdir()
    ended = subprocess.run(
        [sys.executable, "-c", CRAWL, str(folder)],
        cwd=root,
        env={**os.environ, "PYTHONPATH": os.pathsep.join((str(root), str(ROOT / "tests")))},
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(ended.stdout)


def test_other_words_for_every_message_change_nothing_but_the_words(tmp_path):
    copy = tmp_path / "copy"
    reworded = reword_package(ROOT / "crawler", copy / "crawler", without=UNUSED)
    assert len(reworded) > 400
    for package in PACKAGES:
        shutil.copytree(ROOT / package, copy / package)
    before, after = run_eventful_crawl(tmp_path / "before"), run_reworded_crawl(copy, tmp_path / "after")
    assert after["decided"] == before["decided"]
    failures = {failure for *_, failure in before["decided"]["archive addresses"]}
    assert {"cut_off", "home_page", "redirects", "status"} <= failures
    assert before["decided"]["archive pauses"]
    assert any(code[0] == 4 for code in before["decided"]["codes"] if isinstance(code, list))
    assert len(before["told"]) == len(after["told"]) > 5
    assert not set(before["told"]) & set(after["told"])
