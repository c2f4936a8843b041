"""After `forget` no five words in a row of an article are left in any byte of an archive, but in captures it has named.

The archive is that of the practice site, crawled before and after its edits: it has revisions, a copy to the letter, a
near copy, translations, snapshots, problems and cases of alarms.
"""

import gzip
import html
import json
import re
import shutil
import sqlite3
import zlib
from functools import cache
from itertools import chain

import pytest
from click.testing import CliRunner
from support.archive_contents import copy_archive
from support.shared import crawl_practice_site, make_once
from support.stored_bytes import iter_members
from support.stored_rows import fetch

from crawler.archive import Archive
from crawler.archive.snapshots.compare import verify
from crawler.archive.snapshots.freeze import find_snapshot
from crawler.cli import main
from crawler.warc import read_capture

SIZE = 5
WORD = re.compile(r"[^\W_]+")
TAG = re.compile(r"</?(\w+)[^<>]*>")
INLINE = {"a", "b", "em", "i", "span", "strong"}


def split_words(text):
    """The words of a text, however they are spelled; words of Chinese are letters."""
    return WORD.findall(re.sub(r"([\u3400-\u9fff])", r" \1 ", html.unescape(html.unescape(text)).lower()))


def iter_runs(words):
    """Five words in a row, and the next five."""
    return zip(*(words[start:] for start in range(SIZE)), strict=False)


@cache
def list_texts_of_bytes(content):
    """The words of each way to read some bytes as text: as they are, and without tags."""
    text = content.decode("utf-8", "replace")
    texts = [text] if "\ufffd" not in text else [text, content.decode("cp1252", "replace")]
    words = []
    for text in texts:
        text = html.unescape(text).replace("\\n", "\n")
        plain = TAG.sub(lambda tag: "" if tag[1].lower() in INLINE else " ", text)
        words += map(split_words, dict.fromkeys([text, plain]))
    return words


def list_member_texts(path):
    """The texts of each record of a WARC file, by its offset, read with zlib and nothing of ours."""
    content = path.read_bytes()
    texts, start = {}, 0
    while start < len(content):  # a body that was sent as gzip lies in its record as it came
        stream = zlib.decompressobj(31)
        stream.decompress(content[start:])
        assert stream.eof
        end = len(content) - len(stream.unused_data)
        texts[path.name, start] = list_texts_of_member(content[start:end])
        start = end
    return texts


@cache
def list_texts_of_member(member):
    content = gzip.decompress(member)
    return [words for part in (content, *iter_members(content)) for words in list_texts_of_bytes(part)]


def list_part_texts(path):
    """The texts of a file's parts: of records, or of pieces of a few thousand bytes, which overlap."""
    if path.suffix == ".gz":
        return list_member_texts(path)
    content = path.read_bytes()
    return {
        (path.name, start): list_texts_of_bytes(content[start : start + 4296]) for start in range(0, len(content), 4096)
    }


def list_article_runs(path):
    """Runs of the texts of every article, all versions, in SQL."""
    db = sqlite3.connect(path)
    columns = "headline, lead, byline, body"
    rows = db.execute(f"SELECT id, {columns}, kicker, dateline, headline_meta FROM articles").fetchall()
    rows += db.execute(f"SELECT article_id, {columns} FROM revisions").fetchall()
    db.close()
    runs = {}
    for number, *texts in rows:
        for text in texts:
            runs.setdefault(number, set()).update(iter_runs(split_words(text or "")))
    return runs


def command(path, *arguments):
    return CliRunner().invoke(main, [*arguments, "--archive", str(path)], prog_name="seealso")


@pytest.fixture(scope="module", params=["once", pytest.param("twice", marks=pytest.mark.slow)])
def crawled(request, tmp_path_factory):
    made = make_once(tmp_path_factory, "practice", crawl_practice_site) / f"{request.param}.db"
    path = copy_archive(made, tmp_path_factory.mktemp("bytes") / "archive.db")
    assert command(path, "snapshot", "create", "all", "").exit_code == 0
    chosen = {number for sql in CHOICES.values() for (number,) in fetch(path, sql)}
    db = sqlite3.connect(path)
    with db:  # remarks about other pages that hold words of articles, and cases of an alarm
        for number, url, headline, body in db.execute("SELECT id, url, headline, body FROM articles").fetchall():
            db.execute(
                "INSERT INTO problems (run_id, url, field, value, reason) VALUES (1, 'https://www.asianews.it/x', 'date',"
                " ?, ?)",
                (body[:300], f"the page says that it is another one: {url}"),
            )
            db.execute(
                "INSERT INTO author_edits (made_at, action, kind, name, to_kind, to_name, printed, articles, why, undone_at)"
                " SELECT '2026', 'split', 'person', 'A', 'person', 'B', '[]',"
                " json_array(site || '/' || language || '/' || site_key), 'w', '2026' FROM articles WHERE id = ?",
                (number,),
            )
            db.execute("UPDATE addresses SET last_error = ? WHERE rowid = ?", (f"leads to {url} “{headline}”", number))
            if number % 8 and number not in chosen:
                continue
            case = path.with_suffix(".alarms") / "2" / "asianews" / f"case-{number}"
            case.mkdir(parents=True)
            (case / "page.html").write_text(f"<p>{headline}<p>{body}")
            (case / "expected.json").write_text(json.dumps({"body": body.split("\n\n")}, ensure_ascii=False))
            (case / "capture.json").write_text(json.dumps({"url": url, "headers": []}))
    db.close()
    return path


@pytest.fixture(scope="module")
def runs_of_articles(crawled):
    return list_article_runs(crawled)


@pytest.fixture
def path(crawled, tmp_path):
    shutil.copytree(crawled.parent, tmp_path / "copy")
    return tmp_path / "copy" / "archive.db"


CHOICES = {
    "revised": "SELECT article_id FROM revisions GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT 1",
    "copied": "SELECT article_id FROM near_copies WHERE kind = 'duplicate' LIMIT 1",
    "nearly copied": "SELECT other_id FROM near_copies WHERE kind = 'near' LIMIT 1",
    "translated": "SELECT min(id) FROM articles WHERE language = 'it' AND story IN (SELECT story FROM articles"
    " WHERE language = 'en')",
    "in Chinese": "SELECT max(id) FROM articles WHERE language = 'zh'",
    "known by its path": "SELECT id FROM articles WHERE language = 'en' AND site_key GLOB '*[a-z]*'",
    "once known by its path": "SELECT article_id FROM addresses WHERE article_id > 0"
    " AND url_key GLOB 'asianews/en/[a-z]*' ORDER BY length(url_key) DESC LIMIT 1",
    "last": "SELECT max(id) FROM articles",
}


def find_remainders(folder, own):
    """Count the runs of an article in each record, and each piece of another file, that still holds any."""
    return {
        place: count
        for file in sorted(folder.rglob("*"))
        if file.is_file()
        for place, texts in list_part_texts(file).items()
        if (count := len(own.intersection(chain.from_iterable(map(iter_runs, texts)))))
    }


def forget_and_check(path, runs_of_articles, choice, scope=None):
    """Forget an article, and look for its words in all bytes; return the places of captures that were named."""
    ((number,),) = fetch(path, CHOICES[choice])
    others = set().union(*(runs for other, runs in runs_of_articles.items() if other != number))
    own = runs_of_articles[number] - others
    if choice != "copied":
        before = {name.partition("-")[0].partition(".")[0] for name, _ in find_remainders(path.parent, own)}
        assert {"archive", "asianews", "page", "expected"} <= before, "the search finds what is there"
    options = () if scope is None else ("--captures", scope)
    done = command(path, "forget", str(number), "--why", "asked for", "--yes", "--json", *options)
    assert done.exit_code == 0, done.output
    mentions = json.loads(done.stdout)["mentions"]
    named = {(part["file"], part["start"]) for part in mentions}
    remainders = find_remainders(path.parent, own)
    assert not set(remainders) - named, remainders
    with Archive(path) as archive:
        assert archive.verify(read_capture) == []
        with archive.moment():
            check = verify(archive.db, find_snapshot(archive.db, "all"))
    assert check.intact
    assert [difference.kind for difference in check.differences] == ["erased"]
    return {part["page"] for part in mentions if (part["file"], part["start"]) in remainders}


def test_no_five_words_of_it_are_left_but_where_it_was_said(path, runs_of_articles):
    """After one crawl; after two, the slow case, it takes five seconds."""
    assert "list" in forget_and_check(path, runs_of_articles, "known by its path"), (
        "feeds and home pages print its lead"
    )


@pytest.mark.slow
@pytest.mark.parametrize("crawled", ["twice"], indirect=True)
@pytest.mark.parametrize("choice", sorted(set(CHOICES) - {"known by its path"}))
def test_no_five_words_of_any_kind_of_article_are_left(path, runs_of_articles, choice):
    """Two seconds each."""
    forget_and_check(path, runs_of_articles, choice)


@pytest.mark.slow
@pytest.mark.parametrize("crawled", ["twice"], indirect=True)
def test_captures_of_other_pages_are_erased_when_asked_for(path, runs_of_articles):
    """Two seconds."""
    assert forget_and_check(path, runs_of_articles, "revised", "all") == set()


@pytest.mark.slow
@pytest.mark.parametrize("crawled", ["twice"], indirect=True)
def test_captures_of_feeds_home_pages_and_listings_are_erased_when_asked_for(path, runs_of_articles):
    """Two seconds."""
    assert forget_and_check(path, runs_of_articles, "revised", "lists") <= {"article"}


@pytest.mark.slow
@pytest.mark.parametrize("crawled", ["twice"], indirect=True)
def test_captures_are_named_with_the_command_that_erases_them(path):
    """Three seconds."""
    ((url,),) = fetch(
        path, "SELECT url FROM articles WHERE lead IS NOT NULL AND language = 'en' ORDER BY published_on DESC LIMIT 1"
    )
    done = command(path, "forget", url, "--why", "w", "--yes")
    assert done.exit_code == 0
    assert "feeds, home pages and listings, as they were sent; to erase these too: seealso forget" in done.stdout
    assert f"{url} --captures lists --why TEXT --archive" in done.stdout
    assert "  https://www.asianews.it/en" in done.stdout
    again = command(path, "forget", url, "--why", "w", "--yes")
    assert again.stdout.splitlines()[1:] == done.stdout.splitlines()[1:]
    note = command(path, "doctor", "-v").stdout
    assert "of other pages print words of forgotten articles" in note
    assert "Words of forgotten articles" in command(path, "status").stdout
    erased = json.loads(command(path, "forget", url, "--why", "w", "--yes", "--captures", "all", "--json").stdout)
    assert erased["records"] > 0
    assert erased["mentions"] == []
    assert fetch(path, "SELECT count(*) FROM unerased") == [(0,)]
    with Archive(path) as archive:
        assert archive.verify(read_capture) == []
