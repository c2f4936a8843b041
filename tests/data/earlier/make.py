"""Makes the archives beside this file, and writes down what an earlier version prints of them.

All of it was made by the code of commit 1b94aa7 ("Count pages of a list in one place; remember healthy runs in the
tests in one place"): the last one before modules moved to their rooms, and before state that was kept in sentences got
columns of its own. To repeat it, run this file with that code, in an environment in which that code runs::

    mkdir ../earlier && git archive 1b94aa7 | tar -x -C ../earlier
    cp -r tests/data ../earlier/tests/ && cd ../earlier
    python tests/data/earlier/make.py archives      # packs NAME.tar.xz anew
    python tests/data/earlier/make.py outputs       # writes outputs/NAME/COMMAND.txt anew

``outputs`` alone, run again later or elsewhere, changes nothing. The commands are in ``commands.toml``, and what of their
outputs depends on moment, machine or version in ``masks.toml``. Everything goes through the command line of the code in
the folder one is in, ``python -m crawler``, so that no module is named here.

The archives are an ``archive.db`` and its ``archive.warc`` each:

``demo``
    ``seealso demo``, with two snapshots.
``demo-later``
    The same a week later, with edits of authors, one of them undone, a saved search and another snapshot.
``paused``
    A paper on loopback, walked over by number with home pages and lists in place of articles, a transfer that breaks
    off, a body too large, an article that lost its byline, one that was forgotten, and pauses that the site asked for.
``ingested``
    A crawl, an ingest of a WARC file (which is packed too), a layout alarm, a crawl that accepts the layout, and an
    ingest that was killed.

Two things are set by hand, in plain SQL, because no crawl of a test can bring them about (:func:`set_by_hand`): a pause
lasts a week at the most, and one that is to last when the tests run is given the year 2099; and the crawl of the live
site was one of a mirror, whose name is taken out of the run's settings.

All texts are invented.
"""

import io
import os
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import tarfile
import tempfile
import time
import tomllib
from contextlib import closing
from pathlib import Path

from paper import FRAMES, LIST, NO_STORY, NOTICE, SAYS_HOME, SAYS_LISTING, make_path, print_story, serve_paper
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

HERE = Path(__file__).resolve().parent
NAMES = ("demo", "demo-later", "paused", "ingested")
SITE = "https://www.asianews.it"
UNTIL = "2099-01-01T00:00:00Z"
"""Until when the pauses last that are to last when the tests run."""
MEMBERS = ("archive.db", "archive.warc", "wire.warc.gz", "wire-2.warc.gz")
"""What is packed of an archive's folder, where it is there."""


def write_wire(path, *pages):
    """Write a WARC file as somebody else's crawler does: pages are (number, day of September 2023, page)."""
    buffer = io.BytesIO()
    writer = WARCWriter(buffer, gzip=True)
    for number, day, page in pages:
        fields = [("Content-Type", "text/html; charset=utf-8"), ("Content-Length", str(len(page)))]
        record = writer.create_warc_record(
            f"http://asianews.it{make_path(number)}",
            "response",
            payload=io.BytesIO(page),
            length=len(page),
            http_headers=StatusAndHeaders("200 OK", fields, protocol="HTTP/1.1"),
            warc_headers_dict={"WARC-Date": f"2023-09-{day:02}T12:00:00Z"},
        )
        writer.write_record(record)
    path.write_bytes(buffer.getvalue())


def build_command(*arguments):
    """Return the command line of the code in the folder one is in."""
    return [sys.executable, "-m", "crawler", *arguments]


def clean_environment():
    """Return an environment in which that code is found, and nothing that a user has set."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("SEEALSO_")}
    return clean | {"PYTHONPATH": os.getcwd()}


def run(folder, *arguments, code=0):
    """Run a command in the folder; one that ends otherwise than expected ends it all."""
    ended = subprocess.run(
        build_command(*arguments), cwd=folder, env=clean_environment(), capture_output=True, text=True, timeout=120
    )
    if ended.returncode != code:
        sys.exit(f"{arguments} ended with {ended.returncode}, not {code}:\n{ended.stdout}{ended.stderr}")
    print(f"  {' '.join(arguments)[:100]}")
    return ended.stdout


def ask(folder, sql, *values):
    """Return the rows of a statement to the archive in a folder."""
    with closing(sqlite3.connect(folder / "archive.db", isolation_level=None)) as db:
        return db.execute(sql, values).fetchall()


def set_by_hand(folder, run_id, *, live):
    """Let the pause that a run was asked for last until 2099; ``live``: take the mirror out of the run's settings."""
    reason = "the site asks for a pause until "
    statement = "UPDATE problems SET reason = ? WHERE run_id = ? AND reason LIKE ?"
    ask(folder, statement, reason + UNTIL, run_id, f"{reason}%")
    if live:
        ask(folder, "UPDATE runs SET settings = json_remove(settings, '$.mirror') WHERE id = ?", run_id)


# The archives


def make_demo(folder):
    run(folder, "demo")
    run(folder, "snapshot", "create", "harbour", "harbour")
    run(folder, "snapshot", "create", "a-dozen", "--sample", "12", "--seed", "7", "--by", "language")


def make_demo_later(folder):
    shutil.copytree(folder.parent / "demo", folder, dirs_exist_ok=True)
    run(folder, "demo", "--later")
    run(folder, "snapshot", "create", "later", "--language", "en", "--", "boat*")
    run(folder, "authors", "merge", "N. Carvalho", "Nirmala Carvalho", "--why", "the initial of the same writer")
    run(folder, "authors", "rename", "JB Vu", "J.B. Vu", "--why", "with points, as other initials are")
    misspelt = "Melanie Manel Perera"
    why = ("--why", "to see how a split is kept")
    run(folder, "authors", "split", "Melani Manel Perera", "--printed", misspelt, "--as", misspelt, *why)
    run(folder, "authors", "rename", "Gregory", "Brother Gregory", "--why", "to be taken back at once")
    run(folder, "authors", "undo")
    run(folder, "searches", "save", "Boats and no schools", "--", "boat* -school")


def make_paused(folder):
    desk = ("--contact", "desk@example.org", "--delay", "0")
    with serve_paper() as paper:
        crawl = ("crawl", "asianews", "--mirror", paper.mirror, *desk)
        paper.add_story(201, leads_to=(202, 203))
        paper.add_story(201, "it")
        paper.add_story(201, "zh")
        paper.add_story(202, leads_to=(203, 204, 207, 208, 209, 210))
        paper.add_story(203, leads_to=(201, 205))
        paper.add_story(204, leads_to=(206,))
        paper.add_story(205)
        paper.add_story(206, leads_to=(204,))
        page = print_story(207)
        paper.answers[make_path(207)] = (200, {"Content-Length": str(len(page))}, page[: len(page) // 2])
        paper.answers[make_path(208)] = (200, {"Content-Length": str(10**10)}, print_story(208))
        paper.answers[make_path(209)] = (404, {}, b"no such page")
        paper.answers[make_path(210)] = (429, {"Retry-After": "1"}, b"in a moment")
        run(folder, *crawl, f"{SITE}{make_path(201)}", code=2)
        paper.add_story(211, leads_to=(202,))
        paper.add_story(224)
        for number, page in enumerate((LIST, NOTICE, SAYS_HOME, SAYS_LISTING, NO_STORY, NO_STORY), 213):
            paper.add_number(number, page)
        paper.add_number(219, (404, {}, b"none"))
        paper.add_number(220, (410, {}, b"none any more"))
        run(folder, *crawl, "--ids", "211..234", "--languages", "en", "--no-refresh")
        paper.add_story(205, signed=False, added=" It was heard across the bay.")
        run(folder, *crawl, "--refresh", code=2)
        run(folder, "forget", f"{SITE}{make_path(206)}", "--why", "invented: somebody asked for it", "--yes")
        # A pause of what passes for the live site, asked for by robots.txt
        paper.answers["/robots.txt"] = (503, {"Retry-After": "86400"}, b"later")
        ann = ("--contact", "https://example.org/ann")
        run(folder, "crawl", "asianews", "--mirror", paper.mirror, *ann, code=4)
        [(live,)] = ask(folder, "SELECT max(id) FROM runs")
        set_by_hand(folder, live, live=True)
        # A pause of the mirror, asked for by articles
        paper.answers["/robots.txt"] = (404, {}, b"none")
        paper.add_story(212)
        for number in (250, 251, 252):
            paper.answers[make_path(number)] = (429, {"Retry-After": "7200"}, b"later")
        start = [f"{SITE}{make_path(number)}" for number in (212, 250, 251, 252)]
        run(folder, *crawl, "--no-refresh", *start, code=4)
        [(last,)] = ask(folder, "SELECT max(id) FROM runs")
        set_by_hand(folder, last, live=False)
    run(folder, "snapshot", "create", "harbour", "harbour")


def make_ingested(folder):
    edited = print_story(201, added=" The vote is open again.")
    write_wire(
        folder / "wire.warc.gz",
        (201, 1, print_story(201)),
        (204, 2, print_story(204)),
        (240, 3, print_story(240)),
        (241, 4, print_story(241)),
        (201, 9, edited),
    )
    write_wire(folder / "wire-2.warc.gz", *((number, 20, print_story(number)) for number in range(300, 360)))
    with serve_paper() as paper:
        crawl = ("crawl", "asianews", "--mirror", paper.mirror, "--delay", "0")
        for number in range(201, 207):
            paper.add_story(number, leads_to=(number + 1,) if number < 206 else ())
        run(folder, *crawl, f"{SITE}{make_path(201)}")
        run(folder, "ingest", "wire.warc.gz")
        run(folder, "snapshot", "create", "harbour", "harbour")
        for number in (*range(201, 207), 240, 241):
            paper.answers[make_path(number)] = FRAMES % number
        run(folder, *crawl, "--refresh", f"{SITE}{make_path(201)}", code=6)
        for number in (*range(201, 207), 240, 241):
            paper.add_story(number, leads_to=(201,))
        run(folder, *crawl, "--refresh", "--accept-layout", f"{SITE}{make_path(201)}")
    kill_ingest(folder)


def kill_ingest(folder):
    """Begin an ingest and kill it before it has kept anything."""
    begun = subprocess.Popen(
        build_command("ingest", "wire-2.warc.gz"), cwd=folder, env=clean_environment(), stdout=subprocess.DEVNULL
    )
    while not ask(folder, "SELECT 1 FROM runs WHERE finished_at IS NULL") and begun.poll() is None:
        time.sleep(0.001)
    begun.send_signal(signal.SIGKILL)
    begun.wait()
    if ask(folder, "SELECT count(*) FROM runs WHERE finished_at IS NULL AND fetched = 0") != [(1,)]:
        sys.exit("the ingest was not killed in time: try again")


MAKERS = {"demo": make_demo, "demo-later": make_demo_later, "paused": make_paused, "ingested": make_ingested}


def pack(folder, target):
    """Pack an archive: its log written into it, no row deleted before left in it, no trace of who packed it."""
    ask(folder, "PRAGMA wal_checkpoint(TRUNCATE)")
    ask(folder, "VACUUM")
    ask(folder, "PRAGMA wal_checkpoint(TRUNCATE)")

    def make_anonymous(member):
        member.mtime = member.uid = member.gid = 0
        member.uname = member.gname = ""
        member.mode = 0o755 if member.isdir() else 0o644
        return member

    with tarfile.open(target, "w:xz", preset=9) as tar:
        for name in MEMBERS:
            if (folder / name).exists():
                tar.add(folder / name, name, filter=make_anonymous)
    print(f"{target.name}: {target.stat().st_size:,} bytes")


def make_archives():
    with tempfile.TemporaryDirectory() as place:
        for name in NAMES:
            print(name)
            folder = Path(place) / name
            folder.mkdir()
            MAKERS[name](folder)
            pack(folder, HERE / f"{name}.tar.xz")


# What is printed of them


def write_outputs():
    commands, masks = (
        tomllib.loads((HERE / f"{name}.toml").read_text(encoding="utf-8")) for name in ("commands", "masks")
    )
    shutil.rmtree(HERE / "outputs", ignore_errors=True)
    for name in NAMES:
        (HERE / "outputs" / name).mkdir(parents=True)
        with tempfile.TemporaryDirectory() as place:
            with tarfile.open(HERE / f"{name}.tar.xz") as tar:
                tar.extractall(place, filter="data")
            for title, command in commands.items():
                if name not in command.get("of", NAMES):
                    continue
                ended = subprocess.run(
                    build_command(*command["run"]), cwd=place, env=clean_environment(), capture_output=True, timeout=120
                )
                shown = (ended.stdout + ended.stderr).decode() + f"exit code {ended.returncode}\n"
                for mask in masks.values():
                    shown = re.sub(mask["pattern"], mask["instead"], shown, flags=re.MULTILINE)
                (HERE / "outputs" / name / f"{title}.txt").write_bytes(shown.encode())
        print(f"{name}: {len(list((HERE / 'outputs' / name).iterdir()))} outputs")


if __name__ == "__main__":
    task = {"archives": make_archives, "outputs": write_outputs}.get(" ".join(sys.argv[1:]))
    sys.exit(__doc__) if task is None else task()
