"""Fifty programs that start at once: one crawls, the others say so and leave."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from support.loopback_site import fetch_rows

from crawler.crawl.options import CrawlOptions
from crawler.practice import PracticeServer

ROOT = Path(__file__).resolve().parents[2]
STARTS = 50

FORKS = """
import os, sys, time
import crawler.cli.commands.crawl, crawler.crawl.launch, crawler.crawl.spider_loader
from crawler.cli import main
mirror, archive, starts = sys.argv[1], sys.argv[2], int(sys.argv[3])
crawler.crawl.spider_loader.load_spiders()
sys.stdout.flush()
gate, opener = os.pipe()
children = []
for _ in range(starts):
    child = os.fork()
    if child == 0:
        os.close(opener)
        os.read(gate, 1)  # all wait here until the parent opens
        begun = time.monotonic()
        code = 99
        try:
            main(["--archive", archive, "crawl", "asianews", "--mirror", mirror])
        except SystemExit as end:
            code = end.code
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code if code != 3 or time.monotonic() - begun < 5 else 98)
    children.append(child)
os.close(opener)
print("codes", *(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children))
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork, to start fifty programs at the same moment")
def test_of_fifty_starts_one_runs_and_the_others_leave_at_once_with_exit_code_3(tmp_path):
    options = CrawlOptions(site="asianews", archive=tmp_path / "a.db")
    with PracticeServer(articles=150, latency=0.1) as server:
        ended = subprocess.run(
            [sys.executable, "-W", "ignore", "-c", FORKS, server.mirror, str(options.archive), str(STARTS)],
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=120,
        )
        asked = [seen.path for seen in server.requests]
    codes = next(line for line in ended.stdout.splitlines() if line.startswith("codes")).split()[1:]
    assert sorted(codes) == ["0", *["3"] * (STARTS - 1)], ended.stderr
    told = [line for line in ended.stderr.splitlines() if "another crawl of asianews" in line]
    assert len(told) == STARTS - 1
    assert "Traceback" not in ended.stderr
    assert len(asked) == len(set(asked))
    assert fetch_rows(options, "SELECT outcome, resumed_from FROM runs") == [("finished", None)]
