"""Many programs that start at once: one crawls, the others say so and leave."""

import os
from pathlib import Path

import pytest
from support.gated_site import serve_gated
from support.loopback_site import fetch_rows
from support.program import talk_to_code

from crawler.crawl.options import CrawlOptions

ROOT = Path(__file__).resolve().parents[3]

FORKS = """
import os, sys
import crawler.cli.commands.crawl, crawler.crawl.starting.launch, crawler.crawl.starting.spider_loader
from crawler.cli import main
mirror, archive, starts = sys.argv[1], sys.argv[2], int(sys.argv[3])
crawler.crawl.starting.spider_loader.load_spiders()
sys.stdout.flush()
gate, opener = os.pipe()
for _ in range(starts):
    child = os.fork()
    if child == 0:
        os.close(opener)
        os.read(gate, 1)  # all wait here until the parent opens
        code = 99
        try:
            main(["--archive", archive, "crawl", "asianews", "--mirror", mirror])
        except SystemExit as end:
            code = end.code
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)
os.close(opener)
for _ in range(starts):
    print("ended", os.waitstatus_to_exitcode(os.wait()[1]), flush=True)
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork, to start many programs at the same moment")
@pytest.mark.parametrize("starts", [6, pytest.param(50, marks=pytest.mark.slow)])
def test_of_many_starts_one_runs_and_the_others_leave_at_once_with_exit_code_3(tmp_path, starts):
    """Fifty, the slow case, take five seconds."""
    options = CrawlOptions(site="asianews", archive=tmp_path / "a.db")
    codes = []
    with serve_gated(5, articles=15) as (server, gate), (tmp_path / "said").open("w+") as said:
        arguments = (server.mirror, str(options.archive), str(starts))
        with talk_to_code(FORKS, *arguments, cwd=ROOT, stderr=said.fileno()) as (_, answers):
            for line in answers:
                codes += [line.split()[1]] if line.startswith("ended ") else []
                if len(codes) == starts - 1:
                    gate.open()  # the one that runs comes to no end before all others have left
        asked = [seen.path for seen in server.requests]
        said.seek(0)
        told = said.read()
    assert codes == [*["3"] * (starts - 1), "0"], told
    assert told.count("another crawl of asianews") == starts - 1
    assert "Traceback" not in told
    assert len(asked) == len(set(asked))
    assert fetch_rows(options, "SELECT outcome, resumed_from FROM runs") == [("finished", None)]
