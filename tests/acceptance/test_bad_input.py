"""Bad input gets one clear line and the right exit code."""

import shutil
import sqlite3
import subprocess
import sys

import pytest
from support.acceptance import ROOT, serve
from support.waiting import PATIENCE

ARTICLE = "https://www.asianews.it/news-en/A-story-9999.html"
NOBODY = "http://127.0.0.1:9{path}"  # the discard port: nothing listens


def test_an_unknown_site_is_named_with_the_known_ones(seealso):
    ended = seealso("crawl", "asianew")
    assert ended.code == 1, ended
    assert ended.has_one_line(), ended
    assert "asianews" in ended.err


def test_an_address_of_another_site_is_refused_before_anything_is_fetched(seealso, tmp_path):
    ended = seealso("crawl", "asianews", "https://www.example.com/news-en/A-story-12.html", "--mirror", NOBODY)
    assert ended.code == 1, ended
    assert ended.has_one_line(), ended
    assert "example.com" in ended.err


@pytest.mark.parametrize(
    "address", ["not an address", "javascript:alert(1)", "https://www.asianews.it@evil.example/x-1.html", ""]
)
def test_a_malformed_address_is_refused(seealso_here, address):
    ended = seealso_here("crawl", "asianews", address, "--mirror", NOBODY)
    assert ended.code == 1, ended
    assert ended.has_one_line(), ended


def test_a_mirror_that_does_not_answer_is_exit_5(seealso):
    ended = seealso("crawl", "asianews", ARTICLE, "--mirror", NOBODY)
    assert ended.code == 5, ended
    assert "Traceback" not in ended.err


@pytest.mark.parametrize(
    "template", ["http://127.0.0.1:9/", "ftp://127.0.0.1{path}", "{path}", "http://127.0.0.1:x{path}", "http://[{path}"]
)
def test_a_mirror_template_without_sense_is_exit_1(seealso_here, template):
    ended = seealso_here("crawl", "asianews", ARTICLE, "--mirror", template)
    assert ended.code == 1, ended
    assert ended.has_one_line(), ended


def test_a_site_that_refuses_is_exit_4(seealso):
    with serve(lambda path: (404, b"") if path == "/robots.txt" else (403, b"no")) as mirror:
        ended = seealso("crawl", "asianews", ARTICLE, "--mirror", mirror)
    assert ended.code == 4, ended
    assert "Traceback" not in ended.err


def test_robots_that_forbid_are_exit_4(seealso, rows):
    asked = []

    def answer(path: str) -> tuple[int, bytes]:
        asked.append(path)
        return 200, b"User-agent: *\nDisallow: /\n"

    with serve(answer) as mirror:
        ended = seealso("crawl", "asianews", ARTICLE, "--mirror", mirror)
    assert ended.code == 4, ended
    assert asked == ["/robots.txt"]


@pytest.mark.parametrize("command", [["search", "peace"], ["status"], ["show", "1"], ["verify"], ["serve"]])
def test_reading_where_no_archive_is_says_so(seealso_here, tmp_path, command):
    ended = seealso_here(*command)
    assert ended.code == 1, ended
    assert ended.has_one_line(), ended
    assert not (tmp_path / "archive.db").exists(), "asking must not make an archive"


@pytest.mark.parametrize(
    "command",
    [
        ["search", "peace"],
        ["status"],
        ["show", "1"],
        ["verify"],
        ["serve"],
        ["crawl", "asianews", ARTICLE, "--mirror", NOBODY],
    ],
)
def test_a_file_that_is_no_archive_is_left_alone(seealso_here, tmp_path, command):
    other = tmp_path / "notes.txt"
    other.write_text("not a database, but long enough to be taken for one\n" * 40)
    before = other.read_bytes()
    ended = seealso_here(*command, "--archive", str(other))
    assert ended.code == 1, ended
    assert ended.has_one_line(), ended
    assert "notes.txt" in ended.err
    assert other.read_bytes() == before


def test_somebody_elses_database_is_left_alone(seealso, tmp_path):
    other = tmp_path / "other.db"
    with sqlite3.connect(other) as db:
        db.execute("create table articles (id integer primary key, price real)")
    ended = seealso("crawl", "asianews", ARTICLE, "--mirror", NOBODY, "--archive", str(other))
    assert ended.code == 1, ended
    assert ended.has_one_line(), ended
    with sqlite3.connect(other) as db:
        assert [name for (name,) in db.execute("select name from sqlite_master")] == ["articles"]


@pytest.mark.slow
def test_a_read_only_folder_is_one_line(tmp_path):
    """Two seconds; ``test_file_states.py`` has an archive on a medium that cannot be written."""
    folder = tmp_path / "locked"
    folder.mkdir()
    folder.chmod(0o555)
    command = [
        sys.executable,
        "-m",
        "crawler",
        "crawl",
        "asianews",
        ARTICLE,
        "--mirror",
        NOBODY,
        "--archive",
        str(folder / "archive.db"),
    ]
    if _root():
        if shutil.which("unshare") is None:
            pytest.skip("root may write anywhere, and there is no unshare to make a folder read-only")
        command = ["unshare", "-rm", "sh", "-c", f'mount -t tmpfs -o ro tmpfs {folder} && exec "$@"', "sh", *command]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE, cwd=ROOT)
    if "unshare" in ended.stderr or "mount:" in ended.stderr:
        pytest.skip("this machine allows no private mounts")
    assert ended.returncode == 1, ended
    lines = [line for line in ended.stderr.splitlines() if "mend it, or take it out of the folder" not in line]
    assert len(lines) == 1, ended.stderr  # but for files of sites that are broken here
    assert "archive.db" in ended.stderr or "locked" in ended.stderr


@pytest.mark.slow
def test_a_full_disk_stops_the_crawl_with_one_line_and_loses_nothing(tmp_path):
    """Three seconds, on a small disk of its own; crawls of every day meet a limit on the size of files."""
    if shutil.which("unshare") is None:
        pytest.skip("there is no unshare to make a small disk with")
    folder = tmp_path / "small"
    folder.mkdir()
    crawl = (
        "from crawler.practice import PracticeServer; import subprocess, sys\n"
        "with PracticeServer(articles=600) as site:\n"
        "    sys.exit(subprocess.run([sys.executable, '-m', 'crawler', 'crawl', 'asianews', '--mirror', site.mirror,"
        f" '--archive', {str(folder / 'archive.db')!r}]).returncode)"
    )
    script = (
        f'ip link set lo up 2>/dev/null; mount -t tmpfs -o size=4m tmpfs {folder} && {{ {sys.executable} -c "$1"; code=$?; '
        f"{sys.executable} -c \"import sqlite3; print(sqlite3.connect('{folder}/archive.db').execute('pragma integrity_check').fetchone()[0])\"; exit $code; }}"
    )
    ended = subprocess.run(
        ["unshare", "-rm", "sh", "-c", script, "sh", crawl], capture_output=True, text=True, timeout=120, cwd=ROOT
    )
    if "unshare" in ended.stderr or "mount:" in ended.stderr:
        pytest.skip("this machine allows no private mounts")
    assert ended.returncode == 1, ended
    assert "Traceback" not in ended.stderr
    warned, *told = [line for line in ended.stderr.splitlines() if "disk" in line.lower() or "space" in line.lower()]
    assert "the disk is nearly full" in warned  # before the crawl begins
    assert len(told) == 1, ended.stderr
    assert "ok" in ended.stdout.splitlines()


@pytest.mark.parametrize("query", ['"unbalanced', 'peace "talks', "(peace", "NEAR(a b"])
def test_a_malformed_query_is_explained(seealso_here, query):
    page = (
        b"<html><body><p>03/11/2022, 09.45</p><h1>A story of peace</h1><p>by Anna Pozzi</p><p>Peace came.</p><p>Rome (AsiaNews) - "
        + b"Peace came to the village today. " * 12
        + b"</p></body></html>"
    )
    with serve(lambda path: (200, page) if "9999" in path else (404, b"")) as mirror:
        assert seealso_here("crawl", "asianews", ARTICLE, "--mirror", mirror).code == 0
    ended = seealso_here("search", query)
    assert ended.code == 1, ended
    assert "Traceback" not in ended.err
    assert "sqlite" not in ended.err.lower()
    assert "fts5" not in ended.err.lower()
    assert seealso_here("search", "peace").code == 0


@pytest.mark.parametrize(
    "options", [["--max-articles", "-1"], ["--max-depth", "x"], ["--since", "soon"], ["--delay", "-3"], ["--nonsense"]]
)
def test_a_bad_option_is_exit_1(seealso_here, options):
    ended = seealso_here("crawl", "asianews", ARTICLE, "--mirror", NOBODY, *options)
    assert ended.code == 1, ended
    assert "Traceback" not in ended.err


def _root() -> bool:
    import os

    return hasattr(os, "geteuid") and os.geteuid() == 0
