import json
import random
import shutil
import signal
import sqlite3
import subprocess
import threading
import urllib.error
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from click.testing import CliRunner
from support.archive_contents import canonical, copy_archive
from support.loopback_site import make_article_page
from support.shared import crawl_practice_site, make_once
from support.stored_rows import fetch
from support.warc_builder import PAGE, WarcBuilder, compress_whole, format_stamp, make_day, write_wacz

from crawler.archive import Archive
from crawler.archive.lock import SiteLock
from crawler.cli import main
from crawler.errors import ArchiveBusy
from crawler.items import Fate
from crawler.operations.ingest.job import ingest
from crawler.operations.reread.job import reread
from crawler.practice import PracticeServer
from crawler.warc import read_capture
from crawler.warc.foreign import unpacking

FIELDS = (
    "SELECT language, site_key, story, headline, kicker, lead, byline, dateline, dateline_place, body, published_at,"
    " published_on, published_raw, digest, revisions, status FROM articles ORDER BY 1, 2"
)
EDGES = (
    "SELECT a.language, a.site_key, s.target_key, s.position, s.headline, s.published_at FROM see_also s"
    " JOIN articles a ON a.id = s.article_id ORDER BY 1, 2, 3"
)
AUTHORS = (
    "SELECT a.language, a.site_key, w.name, b.printed FROM article_authors b JOIN authors w ON w.id = b.author_id"
    " JOIN articles a ON a.id = b.article_id ORDER BY 1, 2, b.position"
)


def history(path, number=1):
    """When which version of a story was first met: day of March 2022 and first word of the headline."""
    found = fetch(
        path,
        "SELECT r.captured_at, r.headline FROM revisions r JOIN articles a ON a.id = r.article_id"
        " WHERE a.site_key = ? ORDER BY r.number",
        str(number),
    )
    return [(int(moment[8:10]) - 11, headline.split()[0]) for moment, headline in found]


def sound(path):
    with Archive(path) as archive:
        return archive.verify(read_capture)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "archive.db"


def edit(word):
    return f"{word} headline of the harbour story"


def test_pages_of_known_sites_are_kept_and_others_passed_over(path, tmp_path):
    file = WarcBuilder()
    file.story(1)
    file.response("https://elsewhere.example/news-en/Story-2.html", make_article_page(2))
    file.response("https://www.asianews.it/logo.png", b"\x89PNG")
    file.response(PAGE.format(3), b"no", status="500 Oops")
    report = ingest(path, [file.save(tmp_path / "a.warc.gz")])
    assert report.counts == {Fate.NEW: 1}
    assert (report.pages, report.other, report.damaged, report.exit_code) == (1, 1, 0, 0)
    assert fetch(path, "SELECT url, first_seen_at FROM articles") == [
        ("https://www.asianews.it/news-en/Story-1.html", format_stamp(make_day(0)))
    ]
    run = "SELECT outcome, fetched, new, finished_at IS NOT NULL FROM runs"
    assert fetch(path, run) == [("ingested", 1, 1, 1)]
    assert sound(path) == []


def test_the_same_files_again_change_nothing(path, tmp_path):
    file = WarcBuilder()
    for number in range(1, 6):
        file.story(number, leads_to=(number + 1,))
    saved = file.save(tmp_path / "a.warc.gz")
    ingest(path, [saved])
    before = [fetch(path, f"SELECT * FROM {table}") for table in ("articles", "revisions", "captures", "see_also")]
    report = ingest(path, [saved, saved])
    assert (report.pages, report.already) == (0, 10)
    assert before == [
        fetch(path, f"SELECT * FROM {table}") for table in ("articles", "revisions", "captures", "see_also")
    ]


VERSIONS = ((0, "First"), (2, "Second"), (3, "Second"), (5, "First"), (9, "Third"))


@pytest.mark.parametrize("seed", [0, *(pytest.param(seed, marks=pytest.mark.slow) for seed in range(1, 6))])
@pytest.mark.parametrize("at_once", [True, False])
def test_revisions_come_out_right_in_whatever_order_files_are_given(path, tmp_path, seed, at_once):
    """Ten more orders, the slow cases, take three seconds."""
    files = []
    for when, word in VERSIONS:
        file = WarcBuilder()
        file.story(1, make_day(when), headline=edit(word))
        files.append(file.save(tmp_path / f"{when}.warc.gz"))
    random.Random(seed).shuffle(files)
    if at_once:
        ingest(path, files)
    else:
        for file in files:
            ingest(path, [file])
    assert history(path) == [(0, "First"), (2, "Second"), (5, "First"), (9, "Third")]
    assert fetch(path, "SELECT headline, revisions, first_seen_at, last_seen_at FROM articles") == [
        (edit("Third"), 4, format_stamp(make_day(0)), format_stamp(make_day(9)))
    ]
    assert sound(path) == []
    assert reread(path, jobs=1).changed == 0


def test_an_older_page_adds_to_the_past_and_leaves_the_present(path, tmp_path):
    new, old = WarcBuilder(), WarcBuilder()
    new.story(1, make_day(9), headline=edit("Present"), leads_to=(2,))
    old.story(1, make_day(0), headline=edit("Past"), leads_to=(3,))
    old.response(PAGE.format(1), b"gone", make_day(4), status="404 Not Found")
    ingest(path, [new.save(tmp_path / "new.warc.gz")])
    due = fetch(path, "SELECT next_visit_at, state FROM addresses WHERE site_key = '1'")
    report = ingest(path, [old.save(tmp_path / "old.warc.gz")])
    assert report.counts == {Fate.REVISED: 1, Fate.GONE: 1}
    assert fetch(path, "SELECT headline, status FROM articles") == [(edit("Present"), "live")]
    assert history(path) == [(0, "Past"), (9, "Present")]
    assert fetch(path, "SELECT next_visit_at, state FROM addresses WHERE site_key = '1'") == due
    current = "SELECT target_key FROM see_also s JOIN articles a ON a.id = s.article_id WHERE s.last_seen_at {} a.last_seen_at"
    assert fetch(path, current.format("=")) == [("asianews/en/2",)]
    assert fetch(path, current.format("<")) == [("asianews/en/3",)]
    assert sound(path) == []


def test_plain_whole_and_zipped_files_say_the_same_as_a_record_a_member(path, tmp_path):
    packed, plain = WarcBuilder(), WarcBuilder(compressed=False)
    for file in (packed, plain):
        for number in (1, 2, 3):
            file.story(number)
    given = {
        "record.warc.gz": packed.save(tmp_path / "record.warc.gz"),
        "plain.warc": plain.save(tmp_path / "plain.warc"),
        "whole.warc.gz": compress_whole(tmp_path / "whole.warc.gz", plain),
        "pages.wacz": write_wacz(tmp_path / "pages.wacz", packed),
    }
    for name, file in given.items():
        archive = tmp_path / f"{name}.db"
        report = ingest(archive, [file])
        assert report.counts == {Fate.NEW: 3}, name
        assert report.exit_code == 0, name
        ingest(path, [file])
        assert fetch(archive, FIELDS) == fetch(path, FIELDS), name


@pytest.mark.parametrize("compressed", [True, False])
def test_damaged_records_are_counted_and_the_rest_is_read(path, tmp_path, compressed):
    file = WarcBuilder(compressed)
    for number in range(1, 8):
        file.story(number)
    data = bytearray(file.bytes())
    at = file.offsets[3]
    if compressed:
        data[at + 60 : at + 90] = b"\0" * 30
    else:
        data[at : at + 8] = b"XXXX/9.9"
    data = data[: file.offsets[6] + 200]  # the last one breaks off
    saved = tmp_path / "damaged.warc"
    saved.write_bytes(data)
    report = ingest(path, [saved])
    assert sorted(key for (key,) in fetch(path, "SELECT site_key FROM articles")) == ["1", "2", "3", "5", "6"]
    assert report.damaged == 2
    assert report.exit_code == 2
    assert sound(path) == []


@pytest.mark.parametrize("seed", [*range(6), *(pytest.param(seed, marks=pytest.mark.slow) for seed in range(6, 30))])
def test_no_flipped_bytes_end_an_ingest(path, tmp_path, seed):
    """All but six, the slow cases, take two seconds together."""
    chance = random.Random(seed)
    file = WarcBuilder(compressed=bool(seed % 2))
    for number in range(1, 5):
        file.story(number)
    data = bytearray(file.bytes())
    for _ in range(chance.randrange(1, 30)):
        data[chance.randrange(4, len(data))] = chance.randrange(256)
    saved = tmp_path / "flipped.warc"
    saved.write_bytes(data)
    report = ingest(path, [saved])
    assert report.pages + report.damaged + report.other + len(report.unusable) > 0


def test_what_is_no_warc_is_named_and_the_others_are_taken(path, tmp_path):
    text = tmp_path / "notes.txt"
    text.write_text("not a WARC file")
    empty = tmp_path / "empty.warc.gz"
    empty.write_bytes(b"")
    file = WarcBuilder()
    file.story(1)
    shown = CliRunner().invoke(
        main,
        ["ingest", "--json", "--archive", str(path), str(text), str(empty), str(file.save(tmp_path / "a.warc.gz"))],
        prog_name="seealso",
    )
    assert shown.exit_code == 2
    told = json.loads(shown.stdout)
    assert len(told["unusable"]) == 2
    assert told["fates"]["new"] == told["pages"] == sum(told["fates"].values()) == 1
    assert all(line.startswith("seealso: ") for line in shown.stderr.splitlines())


def test_a_revisit_record_is_the_same_page_seen_again(path, tmp_path):
    first, later = WarcBuilder(), WarcBuilder()
    digest = first.story(1, make_day(0))
    later.revisit(PAGE.format(1), digest, make_day(4))
    later.revisit(PAGE.format(9), "sha1:NOWHERE", make_day(4))
    files = [later.save(tmp_path / "later.warc.gz"), first.save(tmp_path / "first.warc.gz")]
    report = ingest(path, files)
    assert report.counts == {Fate.NEW: 1, Fate.UNCHANGED: 1}
    assert report.without_page == 1
    assert fetch(path, "SELECT first_seen_at, last_seen_at, revisions FROM articles") == [
        (format_stamp(make_day(0)), format_stamp(make_day(4)), 1)
    ]
    other = tmp_path / "other.db"
    ingest(other, files[1:])
    assert ingest(other, files[:1]).counts == {Fate.UNCHANGED: 1}  # the page is in the archive
    assert sound(path) == sound(other) == []


def test_redirects_lead_to_the_article_as_in_a_crawl(path, tmp_path):
    file = WarcBuilder()
    old = "http://www.asianews.it/news-en/Old-words-77.html"
    file.response(old, b"", make_day(0), status="301 Moved", headers=[("Location", "/en/asia/laos/harbour-story")])
    file.response("https://www.asianews.it/en/asia/laos/harbour-story", make_article_page(77), make_day(0))
    report = ingest(path, [file.save(tmp_path / "a.warc.gz")])
    assert report.pages == 1
    keys = fetch(path, "SELECT url_key, state FROM addresses WHERE article_id IS NOT NULL ORDER BY 1")
    assert ("asianews/en/77", "done") in keys
    assert len(keys) == 2
    assert sound(path) == []
    again = ingest(path, [tmp_path / "a.warc.gz"])
    assert again.pages == 0


def test_chunks_and_encodings_are_undone(path, tmp_path):
    import gzip

    file = WarcBuilder()
    body = gzip.compress(make_article_page(1))
    chunks = b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in (body[:100], body[100:])) + b"0\r\n\r\n"
    headers = [("Transfer-Encoding", "chunked"), ("Content-Encoding", "gzip")]
    file.response(PAGE.format(1), chunks, headers=headers, length=False)
    file.response(PAGE.format(2), chunks[:150], headers=headers, length=False)
    report = ingest(path, [file.save(tmp_path / "a.warc.gz")])
    assert report.counts == {Fate.NEW: 1, Fate.FAILED: 1}
    assert sound(path) == []


def test_a_record_of_the_future_is_damage(path, tmp_path):
    file = WarcBuilder()
    file.story(1, make_day(100_000))
    assert ingest(path, [file.save(tmp_path / "a.warc.gz")]).damaged == 1


def test_a_zip_bomb_is_refused(path, tmp_path, monkeypatch):
    import zipfile

    monkeypatch.setattr(unpacking, "MAX_RECORD_SIZE", 1_000_000)  # what any file may unpack into
    bomb = zipfile.ZipFile(tmp_path / "bomb.wacz", "w", zipfile.ZIP_DEFLATED)
    with bomb, bomb.open("archive/bomb.warc.gz", "w") as member:
        for _ in range(20):
            member.write(b"\0" * 1_000_000)
    report = ingest(path, [tmp_path / "bomb.wacz"])
    assert "as large unpacked" in report.unusable[0]


def test_a_crawl_keeps_ingests_out(path, tmp_path):
    file = WarcBuilder()
    file.story(1)
    saved = file.save(tmp_path / "a.warc.gz")
    lock = SiteLock(path, "asianews")
    try:
        with pytest.raises(ArchiveBusy):
            ingest(path, [saved])
        shown = CliRunner().invoke(main, ["ingest", "--archive", str(path), str(saved)], prog_name="seealso")
        assert shown.exit_code == 3
    finally:
        lock.release()


def test_an_ingest_between_does_not_break_the_chain_of_a_killed_crawl(path, tmp_path):
    from datetime import UTC, datetime

    now = datetime.now(UTC)
    with Archive(path, "create") as archive:
        killed = archive.begin_run("asianews", now=now)
    file = WarcBuilder()
    file.story(1)
    ingest(path, [file.save(tmp_path / "a.warc.gz")])
    with Archive(path, "create") as archive:
        assert archive.find_first_run(archive.begin_run("asianews", now=now)) == killed


@pytest.fixture(scope="module")
def practice(tmp_path_factory):
    """The practice site crawled twice, edited in between, and what its own WARC files are."""
    return make_once(tmp_path_factory, "practice", crawl_practice_site)


@pytest.mark.slow
def test_our_own_files_give_the_archive_that_the_crawls_gave(practice, tmp_path):
    """Three seconds; a rebuilt archive is made of such files by the same ingest (tests/operations/test_rebuild.py)."""
    path = practice / "twice.db"
    files = sorted(path.with_suffix(".warc").iterdir(), reverse=True)
    made = tmp_path / "made.db"
    report = ingest(made, files)
    assert report.damaged == 0
    for sql in (FIELDS, EDGES, AUTHORS):
        assert fetch(made, sql) == fetch(path, sql)
    revisions = "SELECT a.language, a.site_key, r.number, r.captured_at, r.digest FROM revisions r JOIN articles a ON a.id = r.article_id ORDER BY 1, 2, 3"
    assert fetch(made, revisions) == fetch(path, revisions)
    assert sound(made) == []
    copy = copy_archive(path, tmp_path / "copy.db")
    assert ingest(copy, files).pages == 0  # the archive knows its own captures


@pytest.mark.skipif(shutil.which("wget") is None, reason="wget is not installed")
@pytest.mark.parametrize("step", [5, pytest.param(1, marks=pytest.mark.slow)])
def test_a_file_of_wget_gives_the_archive_that_a_crawl_gave(practice, tmp_path, step):
    """Of every fifth page; of all of them, the slow case, it takes three seconds.

    The fifth ones are the same in every run, and none is an article of which another page tells something.
    """
    crawled = practice / "once.db"
    urls = tmp_path / "urls.txt"
    found = fetch(crawled, "SELECT DISTINCT url FROM captures WHERE url NOT LIKE '%robots.txt' ORDER BY url")
    found += fetch(crawled, "SELECT DISTINCT url FROM captures WHERE status = 500")  # tried again, as the crawl did
    urls.write_text("".join(f"{url.replace('https://', 'http://')}\n" for (url,) in found[step > 1 :: step]))
    with PracticeServer() as site, proxy(site.url) as here:
        command = ["wget", "-q", "--warc-file", "pages", "-i", str(urls), "-O", "/dev/null", "--tries=1"]
        subprocess.run(
            # Without keep-alive: wget would ask again on a connection that the proxy is about to close, and lose a page.
            [*command, "--timeout=60", "--no-http-keep-alive"],
            env={"http_proxy": here, "PATH": "/usr/bin:/bin"},
            cwd=tmp_path,
            check=False,  # some pages are missing or broken on purpose
            timeout=100,
        )
    path = tmp_path / "archive.db"
    report = ingest(path, [tmp_path / "pages.warc.gz"])
    assert report.damaged == 0
    assert report.pages > 100 // step
    for sql in (FIELDS, EDGES, AUTHORS):
        fetched, expected = fetch(path, sql), fetch(crawled, sql)
        assert len(fetched) >= len(expected) // (2 * step)
        assert fetched == [row for row in expected if step == 1 or row in fetched]
    assert sound(path) == []


class proxy:
    """Lets wget believe that it asks the site itself."""

    def __init__(self, server):
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                path = "/" + self.path.split("/", 3)[3]
                opener = urllib.request.build_opener(_NoRedirect, urllib.request.ProxyHandler({}))
                try:
                    answer = opener.open(server + path, timeout=60)
                except urllib.error.HTTPError as error:
                    answer = error
                except OSError:
                    self.close_connection = True
                    return
                with answer:
                    try:
                        body = answer.read()
                    except Exception as error:
                        body = getattr(error, "partial", b"")
                    self.send_response(answer.status)
                    for name, value in answer.headers.items():
                        if name.lower() not in ("connection", "server", "date", "transfer-encoding"):
                            self.send_header(name, value.replace(server, "http://www.asianews.it"))
                    self.end_headers()
                    self.wfile.write(body)

            def log_message(self, *args):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.01})

    def __enter__(self):
        self.thread.start()
        return f"http://127.0.0.1:{self.server.server_address[1]}"

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_):
        return None


LONG = "".join(
    f"<p>{number}. The committee of the harbour met again and did not come to a vote on the {number} boats.</p>"
    for number in range(1, 21)
)


def test_a_wall_makes_no_version_in_the_past_nor_in_the_present_and_a_reread_believes_none(path, tmp_path):
    walled = make_article_page(1, body=LONG.split("</p>")[0] + "</p>").replace(
        b"<h3>See", b"<p>Subscribe to continue reading</p><h3>See"
    )
    full = make_article_page(1, body=LONG)
    for number, (when, page) in enumerate(((5, full), (7, walled), (2, walled), (9, full))):
        file = WarcBuilder()
        file.response(PAGE.format(1), page, make_day(when))
        report = ingest(path, [file.save(tmp_path / f"{number}.warc.gz")])
        assert (report.counts.get(Fate.UNREADABLE, 0) == 1) is (page is walled)
    assert history(path) == [(5, "Headline")]
    with sqlite3.connect(path) as db:  # as after "not modified" behind a wall
        db.execute("DELETE FROM captures WHERE fetched_at = ?", (format_stamp(make_day(9)),))
    db.close()
    report = reread(path, jobs=1)
    assert (report.changed, report.lost) == (0, 0)


def test_invented_and_real_articles_do_not_mix(path, tmp_path):
    with Archive(path, "create") as archive, archive.db.atomic():
        archive.db.execute(
            "INSERT INTO runs (site, started_at, fetched, new, kind) VALUES ('asianews', '2026', 1, 1, 'demo')"
        )
    file = WarcBuilder()
    file.story(1)
    saved = file.save(tmp_path / "a.warc.gz")
    ingest(path, [saved])
    shown = CliRunner().invoke(main, ["ingest", "--archive", str(path), str(saved)], prog_name="seealso")
    assert shown.exit_code == 1
    assert "invented" in shown.stderr


def test_a_signal_ends_it_after_the_record_in_hand_and_the_same_files_complete_it(path, tmp_path):
    file = WarcBuilder()
    for number in range(1, 9):
        file.story(number)
    saved = file.save(tmp_path / "a.warc.gz")

    def interrupt_at_third(done, total):
        if done == 3:
            signal.raise_signal(signal.SIGINT)

    with pytest.raises(KeyboardInterrupt):
        ingest(path, [saved], progress=interrupt_at_third)
    assert fetch(path, "SELECT count(*) FROM articles") == [(3,)]
    assert fetch(path, "SELECT outcome, new FROM runs") == [("interrupted", 3)]
    assert sound(path) == []
    assert ingest(path, [saved]).already == 3
    whole = tmp_path / "whole.db"
    ingest(whole, [saved])
    assert canonical(path) == canonical(whole)
