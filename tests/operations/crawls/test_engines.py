"""Crawls of many sites by each engine: a worker and the command itself are killed while a crawl is held up."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from support.many_papers import ManyPapers
from support.stopped_program import started
from support.waiting import Gate, wait_until

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(600),
    pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux tells who made a connection"),
]


@pytest.fixture
def papers(tmp_path):
    with ManyPapers(["alpha", "beta", "gamma"]) as papers:
        papers.write_sites(tmp_path / "sites")
        papers.gates["beta"] = Gate(after=3)
        yield papers


@pytest.fixture(params=["local", "dask"])
def begin(request, papers, tmp_path):
    if request.param == "dask":
        pytest.importorskip("distributed")
    shared = ("--work", "work", "--sites", "sites", "--jobs", "2", "--mirror", papers.mirror)
    return lambda: started("crawl", "--list", "alpha,beta,gamma", "--engine", request.param, *shared, cwd=tmp_path)


def wait_for_crawler(papers: ManyPapers) -> int:
    """Return the process that crawls the paper whose answers are held back."""
    papers.gates["beta"].wait_until_reached()
    (crawler,) = papers.list_processes("beta")
    assert crawler is not None
    return crawler


def test_a_worker_is_killed(papers, begin):
    """Takes half a minute with each engine, on a busy machine more than one."""
    with begin() as process:
        crawler = wait_for_crawler(papers)
        worker = int(Path(f"/proc/{crawler}/stat").read_text().rpartition(")")[2].split()[1])
        os.kill(worker, signal.SIGKILL)
        wait_until(lambda: not Path(f"/proc/{crawler}").exists())
        requests = len(papers.log)
        papers.gates["beta"].open()
        printed, said = process.communicate(timeout=300)
    assert process.returncode == 0, said
    assert [line.split()[:3] for line in printed.splitlines()[1:]] == [
        [site, "finished", "0"] for site in ("alpha", "beta", "gamma")
    ]
    assert crawler not in {request.process_id for request in papers.log[requests:]}
    assert len(papers.list_processes("beta")) == 2


def test_the_command_is_killed(papers, begin):
    """Takes half a minute with each engine, on a busy machine more than one."""
    with begin() as process:
        crawler = wait_for_crawler(papers)
        process.kill()
        wait_until(lambda: not Path(f"/proc/{crawler}").exists())
        requests = len(papers.log)
        papers.gates["beta"].open()
    with begin() as process:
        assert process.wait(300) == 0
    assert crawler not in {request.process_id for request in papers.log[requests:]}
    assert len(papers.list_processes("beta")) == 2


def test_a_signal_waits_for_what_is_in_flight(papers, begin):
    """Takes half a minute with each engine, on a busy machine more than one."""
    with begin() as process:
        wait_for_crawler(papers)
        process.terminate()
        with pytest.raises(subprocess.TimeoutExpired):  # longer than a command has that waits for nothing
            process.wait(4)
        papers.gates["beta"].open()
        printed, said = process.communicate(timeout=300)
    assert process.returncode == 130, said
    (row,) = [line.split() for line in printed.splitlines() if line.startswith("beta")]
    assert row[:3] == ["beta", "interrupted", "130"]
