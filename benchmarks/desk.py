"""Pages of the desk: what a reader waits for each, and what the processor does for it.

    python benchmarks/desk.py [--rounds 5] [--only PART] [--copied] ARCHIVE

``seealso serve`` runs in a process of its own; each page is asked for over loopback, each round with another of the
most frequent words, so that nothing that is kept of one answers another. Before that the words of the archive are read
once, which is said. Pages that no word is asked of are asked for once, of a server that has counted what it counts of
a large archive when it starts. Medians, in milliseconds; the processor's are those of the server (Linux alone tells
them). The status of a page that answers anything but 200 is shown. With ``--copied`` the archive is one of
``multiply.py``, and each of its texts is cut into words once (``copied_words.py``).
"""

from __future__ import annotations

import argparse
import http.client
import os
import re
import sqlite3
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote, urlencode

WORDS = ("harbour", "church", "people", "government", "bishop", "peace", "school", "country", "minister", "freedom")
PAGES: dict[str, tuple[str, dict[str, str]]] = {
    "overview": ("overview", {}),
    "overview, its second visit": ("overview", {}),
    "search": ("search", {}),
    "search, its second page": ("search", {"page": "2"}),
    "search, its fiftieth page": ("search", {"page": "50"}),
    "search, newest first": ("search", {"order": "newest"}),
    "search, stories": ("search", {"unit": "story"}),
    "search, texts": ("search", {"unit": "text"}),
    "search of a year": ("search", {"since": "2015", "until": "2015"}),
    "feed": ("feed.atom", {}),
    "all authors of what is found": ("values", {"facet": "author"}),
    "places": ("places", {}),
    "places, stories": ("places", {"unit": "story"}),
    "places, texts": ("places", {"unit": "text"}),
    "timeline": ("timeline", {}),
    "timeline of two queries": ("timeline", {"q2": "香港"}),
    "timeline of occurrences": ("timeline", {"count": "hits"}),
    "timeline by day": ("timeline", {"step": "day"}),
    "timeline, stories": ("timeline", {"unit": "story"}),
    "timeline, texts": ("timeline", {"unit": "text"}),
    "concordance": ("concordance", {}),
    "concordance by day": ("concordance", {"sort": "date"}),
    "concordance by the words after": ("concordance", {"sort": "right"}),
    "concordance by the words before": ("concordance", {"sort": "left"}),
    "concordance by three words": ("concordance", {"sort": "1R", "sort2": "2R", "sort3": "1L"}),
    "concordance, its picture": ("concordance.svg", {}),
    "words": ("words", {}),
    "words, two in a row": ("words", {"ngrams": "2"}),
    "words, three in a row": ("words", {"ngrams": "3"}),
    "words, clusters of three": ("words", {"ngrams": "3", "clusters": "yes"}),
    "collocates": ("collocates", {}),
    "keywords": ("keywords", {}),
    "collocates, pairs of words": ("collocates", {"ngrams": "2"}),
    "keywords, what is used less": ("keywords", {"less": "yes"}),
    "keywords, two in a row": ("keywords", {"ngrams": "2"}),
    "words of everything": ("words", {"q": ""}),
    "words of a language": ("words", {"q": "", "language": "it"}),
    "keywords, three in a row": ("keywords", {"ngrams": "3"}),
    "keywords of a place": ("keywords", {"q": "", "place": "Hong Kong"}),
}
VISITED = {
    "home": "home",
    "search of nothing": "search",
    "search of nothing, stories": "search?unit=story",
    "search of nothing, texts": "search?unit=text",
    "timeline of everything": "timeline",
    "calendar": "calendar",
    "a year of it": "calendar/2015",
    "a month of it": "calendar/2015-03",
    "a day of it": "calendar/2015-03-04",
    "on this day": "on-this-day",
    "authors": "authors",
    "the author with most articles": "author/1",
    "places of everything": "places",
    "places of everything, stories": "places?unit=story",
    "a place": "place?name=Hong+Kong",
    "health": "health",
    "an article": "article/4321",
    "See also graph": "graph/4321",
    "overview of everything": "overview",  # the last: it has the words of the archive read, which takes the processor
}
"""Page → its address; none has a word that another one could be asked of."""


class Server:
    """A server of one archive."""

    def __init__(self, process: subprocess.Popen[str], port: int, name: str) -> None:
        self.process, self.port, self.name = process, port, name

    def ask(self, address: str) -> int:
        connection = http.client.HTTPConnection("127.0.0.1", self.port)
        connection.request("GET", f"/{quote(self.name)}/-/{address}")
        answer = connection.getresponse()
        answer.read()
        connection.close()
        return answer.status

    def processor_seconds(self) -> float:
        try:
            fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            return float("nan")
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def measure(self, work: Callable[[], int]) -> tuple[float, float, int]:
        """Return the seconds of the processor and of the clock, and the status."""
        processor, clock = self.processor_seconds(), time.perf_counter()
        status = work()
        return self.processor_seconds() - processor, time.perf_counter() - clock, status

    def wait_until_idle(self) -> None:
        """Return when what a server counts at its start is counted."""
        while True:
            before = self.processor_seconds()
            time.sleep(0.5)
            if not self.processor_seconds() - before > 0.05:
                return

    def wait_for_words(self) -> int:
        while (status := self.ask("words?q=harbour")) == 503:
            time.sleep(1)
        return status


@contextmanager
def serving(path: Path, *, copied: bool) -> Iterator[Server]:
    program = [str(Path(__file__).with_name("copied_words.py"))] if copied else ["-m", "crawler"]
    command = [sys.executable, *program, "serve", "--port", "0", "--archive", str(path)]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    assert process.stderr is not None
    match = re.search(r"http://127\.0\.0\.1:(\d+)/", process.stderr.readline())
    assert match
    try:
        yield Server(process, int(match[1]), path.stem)
    finally:
        process.terminate()
        process.wait(20)
        process.stderr.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("archive", type=Path)
    parser.add_argument("--rounds", type=int, default=5, choices=range(1, len(WORDS) + 1))
    parser.add_argument("--only", default="", metavar="PART", help="pages with this in their name")
    parser.add_argument("--copied", action="store_true", help="the archive is one of multiply.py")
    options = parser.parse_args()
    db = sqlite3.connect(f"{options.archive.absolute().as_uri()}?mode=ro", uri=True)
    (articles,) = db.execute("SELECT count(*) FROM articles").fetchone()
    with serving(options.archive, copied=options.copied) as server:
        if any(options.only in name for name in VISITED):
            server.wait_until_idle()
            print(f"| {articles:,} articles, without a word | processor | clock |\n|---|---:|---:|", flush=True)
            for name, address in VISITED.items():
                if options.only in name:
                    report(name, [server.measure(lambda: server.ask(address))])  # noqa: B023
        processor, clock, _ = server.measure(server.wait_for_words)
        server.wait_until_idle()  # the runs of each language are counted before anybody asks
        print(f"The words of {articles:,} articles were read once: {processor:.1f} s of the processor, {clock:.1f} s\n")
        print(f"| {articles:,} articles | processor | clock |\n|---|---:|---:|", flush=True)
        for name, (page, parameters) in PAGES.items():
            if options.only not in name:
                continue
            measured = []
            for number, word in enumerate(WORDS[: options.rounds]):
                query = {key: value for key, value in ({"q": word} | parameters).items() if value}
                if "q" not in query:
                    query["min"] = str(3 + number)  # another question, to which no answer is kept
                measured.append(server.measure(lambda: server.ask(f"{page}?{urlencode(query)}")))  # noqa: B023
            report(name, measured)


def report(name: str, measured: list[tuple[float, float, int]]) -> None:
    processors, clocks, statuses = zip(*measured, strict=True)
    odd = "" if set(statuses) == {200} else f" (status {sorted(set(statuses))})"
    medians = " | ".join(f"{1000 * statistics.median(seconds):.0f}" for seconds in (processors, clocks))
    print(f"| {name}{odd} | {medians} |", flush=True)


if __name__ == "__main__":
    main()
