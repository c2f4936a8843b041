"""WARC files that an ingest reads in parts, engines that read them in one process, and what an archive then holds."""

import pickle
import random
import sqlite3
from contextlib import closing, contextmanager

from crawler.engines.serial import SerialEngine
from crawler.warc.scanning import scan_records
from support.loopback_site import make_article_page
from support.warc_builder import PAGE, WarcBuilder, make_day

OLD_ADDRESS = "http://www.asianews.it/news-en/Old-words-{}.html"


def write_collection(folder):
    """Three files, of which each knows only a part: versions, redirects and pages seen again lie across them."""
    first, second, third = WarcBuilder(), WarcBuilder(), WarcBuilder()
    digests = {number: first.story(number, make_day(number), leads_to=(number + 1,)) for number in range(1, 6)}
    first.response("https://elsewhere.example/1", b"<p>no page of a known site")
    first.response(OLD_ADDRESS.format(7), b"", make_day(7), "301 Moved", [("Location", "/en/asia/laos/harbour-story")])
    second.response("https://www.asianews.it/en/asia/laos/harbour-story", make_article_page(7), make_day(8))
    second.story(2, make_day(9), headline="Another headline of the harbour story")
    second.response(PAGE.format(9), b"no", make_day(1), "500 Oops")
    second.revisit(PAGE.format(8), "sha1:NOWHERE", make_day(4))
    for number in (1, 3):
        third.revisit(PAGE.format(number), digests[number], make_day(10 + number))
    third.response(PAGE.format(4), b"gone", make_day(20), "404 Not Found")
    third.response(PAGE.format(5), make_article_page(5, headline="Last words of the harbour story"), make_day(2))
    files = {"a.warc.gz": first, "b.warc.gz": second, "c.warc.gz": third}
    return [builder.save(folder / name) for name, builder in files.items()]


class ShuffledEngine(SerialEngine):
    """Runs tasks in this process, in any order."""

    def __init__(self, seed):
        self.chance = random.Random(seed)

    def run(self, function, tasks):
        tasks = list(tasks)
        self.chance.shuffle(tasks)
        return super().run(function, tasks)


class WeighingEngine(SerialEngine):
    """Notes how many bytes the payloads of its tasks have, pickled as an engine sends them."""

    def __init__(self):
        self.sizes = []

    def run(self, function, tasks):
        return super().run(function, map(self._weigh, tasks))

    def _weigh(self, task):
        self.sizes.append(len(pickle.dumps(task.payload)))
        return task


def open_engine_as(engine):
    """What stands for ``open_engine`` where this engine is to run all tasks."""

    @contextmanager
    def open_engine(*_, **__):
        yield engine

    return open_engine


def _list_columns(db, table):
    names = [row[1] for row in db.execute(f"PRAGMA table_info([{table}])")]
    return ", ".join(f"[{name}]" for name in names if "run" not in name) or "1"


def dump_everything(path):
    """All rows of all tables of an archive but for run numbers, and all records of its WARC files but for their notes."""
    with closing(sqlite3.connect(path)) as db:
        names = db.execute(
            "SELECT name FROM sqlite_master WHERE (type = 'table' OR name = 'revisions') AND name NOT LIKE '%migrations'"
        )
        tables = sorted(name for (name,) in names)
        rows = {name: db.execute(f"SELECT {_list_columns(db, name)} FROM [{name}]").fetchall() for name in tables}
    files = sorted(path.with_suffix(".warc").iterdir())
    records = [
        file.read_bytes()[record.offset : record.offset + record.length]
        for file in files
        for record in scan_records(file)
        if record.kind != "warcinfo"
    ]
    return rows, records
