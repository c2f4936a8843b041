import re
import shlex
import shutil
import sqlite3
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from crawler.practice.truth import make_truth

Run = Callable[..., Result]
Shell = Callable[..., subprocess.CompletedProcess[str]]
Crawled = tuple[Path, subprocess.CompletedProcess[str]]


def copy_of(crawled: Crawled, folder: Path) -> Path:
    source = sqlite3.connect(crawled[0])
    target = sqlite3.connect(folder / "archive.db")
    with target:
        source.backup(target)
    source.close()
    target.close()
    shutil.copytree(crawled[0].with_suffix(".warc"), folder / "archive.warc")
    return folder / "archive.db"


def test_the_demo_makes_the_archive_that_the_practice_site_has(crawled: Crawled) -> None:
    connection = sqlite3.connect(crawled[0])
    kept = set(connection.execute("SELECT language, site_key FROM articles").fetchall())
    connection.close()
    assert kept == set(make_truth(1).articles)


def test_the_demo_prints_fates_that_add_up(crawled: Crawled) -> None:
    lines = crawled[1].stdout.splitlines()
    found = re.fullmatch(r"asianews: finished, run 1, (\d+) pages in [\d.]+ s", lines[0])
    assert found
    counts = [int(line.split()[0]) for line in lines[1:] if re.match(r" +\d+  ", line) and "problem" not in line]
    assert sum(counts) == int(found[1])
    assert "invented articles" in crawled[1].stdout
    assert "broken on purpose" in crawled[1].stdout


def test_where_there_is_no_terminal_there_is_no_progress(crawled: Crawled) -> None:
    lines = [line for line in crawled[1].stderr.splitlines(keepends=True) if not line.startswith("seealso: ")]
    assert re.fullmatch(
        r"The practice site, invented articles on this machine: http://127\.0\.0\.1:\d+\n", "".join(lines)
    )
    assert "\x1b" not in crawled[1].stdout


def test_every_command_that_the_demo_suggests_works(crawled: Crawled, tmp_path: Path, run: Run) -> None:
    copy_of(crawled, tmp_path)
    suggested = re.findall(r"^  (?:\S*/)?(seealso .*?)(?:   # (.*))?$", crawled[1].stdout, re.MULTILINE)
    assert len(suggested) >= 6
    for command, says in suggested:
        if " serve" in command:
            continue
        ended = run(*shlex.split(command)[1:])
        assert ended.exit_code == 0, command + ended.output
        assert ended.stdout, command
        if says.endswith("articles") and " search " in command:
            total = int(says.split()[0])
            shown = len(re.findall(r"^ +\d+  ", ended.stdout, re.MULTILINE))
            assert shown == min(10, total), command


def test_a_week_later_there_are_revisions_and_one_article_is_gone(
    crawled: Crawled, tmp_path: Path, shell: Shell
) -> None:
    archive = copy_of(crawled, tmp_path)
    ended = shell("demo", "--later")
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert "articles revised" in ended.stdout
    connection = sqlite3.connect(archive)
    gone = connection.execute("SELECT language, site_key FROM articles WHERE status = 'gone'").fetchall()
    revised = connection.execute("SELECT language, site_key FROM articles WHERE revisions > 1").fetchall()
    connection.close()
    later = make_truth(2).articles
    assert set(gone) == {key for key, article in later.items() if article.status == "gone"}
    assert set(revised) == {key for key, article in later.items() if article.revisions > 1}


@pytest.mark.slow
def test_a_second_demo_adds_nothing(crawled: Crawled, tmp_path: Path, shell: Shell) -> None:
    """Three seconds, with a demo after the later week; a second crawl is among the tests of the practice site."""
    archive = copy_of(crawled, tmp_path)
    assert shell("demo").returncode == 0
    connection = sqlite3.connect(archive)
    articles, revisions = connection.execute("SELECT count(*), sum(revisions) FROM articles").fetchone()
    connection.close()
    assert articles == revisions == len(make_truth(1).articles)
    assert shell("demo", "--later").returncode == 0
    again = shell("demo")  # the first week once more: what the later one brought is none too many
    assert again.returncode == 0, again.stdout + again.stderr


def test_invented_and_real_articles_do_not_come_into_one_archive(crawled: Crawled, tmp_path: Path, run: Run) -> None:
    archive = copy_of(crawled, tmp_path)
    live = run("crawl", "asianews", "--archive", str(archive))
    assert live.exit_code == 1
    assert "invented articles of the practice site" in live.stderr
    connection = sqlite3.connect(archive)
    connection.execute("UPDATE runs SET kind = 'crawl'")
    connection.commit()
    connection.close()
    mixed = run("demo", "--archive", str(archive))
    assert mixed.exit_code == 1
    assert "--archive demo.db" in mixed.stderr


@pytest.mark.slow
def test_the_demo_crawls_the_neighbours_by_one_address_each(shell: Shell, tmp_path: Path) -> None:
    """Takes about half a minute."""
    for more in ((), ("--later",)):
        ended = shell("demo", "--world", *more)
        assert ended.returncode == 0, ended.stderr
        shares = re.findall(r"^.+: (\d+) of (\d+) articles, by the address of one$", ended.stdout, re.MULTILINE)
        assert len(shares) == 5
        assert all(int(held) >= 0.9 * int(total) for held, total in shares)
    assert "adopted into" in shell("sites").stdout
