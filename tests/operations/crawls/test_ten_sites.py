"""Ten practice sites as ten tasks: one worker is killed, and every archive is that of a crawl by itself."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest
from support.archive_contents import canonical
from support.many_papers import LoggedRequest, ManyPapers, find_connection_owner
from support.program import run_program
from support.stopped_program import started
from support.waiting import Gate, wait_until

from crawler.practice.world import WorldServer, load_papers

SMALL = ["alpha", "beta", "gamma", "delta"]


class WatchedWorld(WorldServer):
    """The practice world, which knows the process behind each request."""

    def __init__(self) -> None:
        super().__init__()
        self.log: list[LoggedRequest] = []
        world, handler = self, self._server.RequestHandlerClass

        class WatchingHandler(handler):
            def do_GET(self) -> None:
                site = self.path.removeprefix("/").partition("/")[0]
                world.log.append(LoggedRequest(site, self.path, find_connection_owner(self.client_address[1])))
                super().do_GET()

        self._server.RequestHandlerClass = WatchingHandler


def read_parent(process_id: int) -> int:
    return int(Path(f"/proc/{process_id}/stat").read_text().rpartition(")")[2].split()[1])


def list_turns(log: list[LoggedRequest]) -> dict[str, list[int | None]]:
    turns: dict[str, list[int | None]] = {}
    for request in log:
        if turns.setdefault(request.site, [])[-1:] != [request.process_id]:
            turns[request.site].append(request.process_id)
    return turns


def list_contents(archive: Path) -> dict[str, list[tuple[object, ...]]]:
    """Everything but what depends on which of two pages is written first: how deep an address lies, and how many pages
    of a listing are asked for, as long as these lead to new articles.
    """
    contents = canonical(archive)
    contents["addresses"] = [row[:3] for row in contents["addresses"] if row[4] == "article"]
    return contents


@pytest.mark.slow
@pytest.mark.timeout(1500)
@pytest.mark.skipif(not Path("/proc/net/tcp").exists(), reason="only Linux tells who made a connection")
def test_ten_sites_with_a_worker_killed_are_as_crawled_one_after_the_other(tmp_path):
    """Takes two minutes of two cores: twenty crawls, ten of them one after the other, and two mergings."""
    with WatchedWorld() as world, ManyPapers(SMALL, articles=12) as papers:
        sites = papers.write_sites(tmp_path / "sites")
        lines = {name: f"{name} --mirror {papers.mirror} --sites {sites}" for name in SMALL}
        lines["asianews"] = f"asianews --mirror {world.mirror}"
        lines |= {paper.name: f"{paper.start} --mirror {world.mirror}" for paper in load_papers()}
        (tmp_path / "list").write_text("".join(f"{line.replace(f' --sites {sites}', '')}\n" for line in lines.values()))
        papers.gates["beta"] = gate = Gate(after=6)
        command = ("crawl", "--list", "list", "--work", "work", "--jobs", "3", "--sites", "sites")
        with started(*command, cwd=tmp_path) as process:
            gate.wait_until_reached()
            child = papers.list_processes("beta")[0]
            assert child is not None
            worker = read_parent(child)
            assert read_parent(worker) == process.pid
            os.kill(worker, signal.SIGKILL)
            wait_until(lambda: not Path(f"/proc/{child}").exists())
            requests = len(papers.log)
            gate.open()
            printed, said = process.communicate(timeout=900)
        assert process.returncode in (0, 2), said
        assert len(printed.splitlines()) == 11
        assert child not in {request.process_id for request in papers.log[requests:]}

        folders = sorted(path for path in (tmp_path / "work").iterdir() if not path.name.startswith("."))
        assert len(folders) == 10
        for site, turns in list_turns([*papers.log, *world.log]).items():
            assert len(turns) == len(set(turns)), f"{site} was asked by two crawls at a time: {turns}"
            assert len(turns) == (2 if site == "beta" else 1), site

        for name, line in lines.items():
            archive = tmp_path / f"{name}.db"
            ended = run_program("crawl", *line.split(), "--archive", str(archive), cwd=tmp_path, env=os.environ)
            assert ended.returncode in (0, 2), ended.stderr
            twin = next(path for path in folders if name in path.name.replace("_", " "))
            assert list_contents(twin / "archive.db") == list_contents(archive), name

        def merge(name: str, archives: list[Path]) -> dict[str, list[tuple[object, ...]]]:
            ended = run_program("archive", "merge", name, *map(str, archives), cwd=tmp_path, env=os.environ)
            assert ended.returncode == 0, ended.stderr
            assert run_program("verify", "--archive", name, cwd=tmp_path, env=os.environ).returncode == 0
            return list_contents(tmp_path / name)

        alone = [tmp_path / f"{name}.db" for name in lines]
        assert merge("all.db", [folder / "archive.db" for folder in folders]) == merge("twin.db", alone)
