"""Crawls many sites: hands each to an engine as a task, and gathers how they ended."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Final

from crawler.engines import Task, open_engine
from crawler.engines.choice import EngineChoice
from crawler.errors import ArchiveUnusable
from crawler.operations.crawls.task import SiteTask, crawl_site
from crawler.operations.crawls.work_folder import CommandFolder, CrawlOrder, CrawlRecord, SiteFolder
from crawler.system.interruption import EXIT_CODE, catch_signals

GRAVITY: Final = (EXIT_CODE, 1, 6, 4, 5, 3, 2)
"""Exit codes in the order in which the first that any site ended with is that of the command."""
PATIENCE: Final = 90.0
"""Seconds that crawls have to end in: a minute for each answer in flight, and what follows it."""

NoteRecord = Callable[[CrawlRecord], None]


def select_unfinished(
    work: Path, orders: Mapping[str, CrawlOrder]
) -> tuple[dict[str, CrawlOrder], dict[str, CrawlRecord]]:
    """Return the orders that are to be carried out, and the records of those that are finished already.

    An order that says ``again`` is carried out, and again by a later command if this one does not come to its end.
    """
    waiting, finished = {}, {}
    for site, order in orders.items():
        record = SiteFolder(work / site).read_record()
        if record is not None and order.is_met_by(record):
            finished[site] = record
        else:
            waiting[site] = order
    return waiting, finished


def crawl_sites(
    work: Path, orders: Mapping[str, CrawlOrder], *, engine: EngineChoice, on_end: NoteRecord = lambda record: None
) -> list[CrawlRecord]:
    """Crawl each site into an archive of its own below ``work``, some at once; return a record of each.

    ``on_end`` is called with each record when it is there. After a signal nothing more is begun, and what runs is
    stopped as a crawl is. Raises ArchiveUnusable where ``work`` cannot be written, and what the engine raises.
    """
    try:
        command = CommandFolder.make(work)
        for site, order in orders.items():
            if order.again:
                SiteFolder(work / site).forget_end()
            command.write_order(site, order)
    except OSError as problem:
        raise ArchiveUnusable(f"{work} cannot be written: {problem.strerror or problem}") from None
    signals: list[int] = []

    def stop(number: int) -> None:
        signals.append(number)
        command.request_stop(len(signals))

    tasks: Iterable[Task[SiteTask]] = [Task(site, (str(command.path), site)) for site in orders]
    records: dict[str, CrawlRecord] = {}
    try:
        with (
            catch_signals(stop, PATIENCE),
            open_engine(engine.name, jobs=engine.job_count, scheduler=engine.scheduler) as runner,
        ):
            for result in runner.run(crawl_site, tasks):
                record = command.read_end(result.id)
                if record is None:
                    outcome = "not begun" if result.state == "done" else result.state
                    code = EXIT_CODE if result.state == "done" else 1
                    record = CrawlRecord(site=result.id, outcome=outcome, exit_code=code, message=result.reason)
                records[result.id] = record
                on_end(record)
    finally:
        command.remove()
    return [records[site] for site in orders if site in records]


def choose_gravest(exit_codes: Iterable[int]) -> int:
    """Return the gravest of exit codes, by :data:`GRAVITY`; 0 without any."""
    codes = set(exit_codes)
    return next((code for code in GRAVITY if code in codes), max(codes, default=0))
