"""What cannot be erased now: it is said, listed, told by other commands, and erased by the next one that finds it."""

import fcntl
import json
import os
import shutil
import sqlite3
from dataclasses import dataclass, replace

import pytest
from click.testing import CliRunner
from support.loopback_site import ORIGIN, FakeSite
from support.stored_bytes import read_all_bytes

from crawler.archive import Archive
from crawler.archive.lock import SiteLock
from crawler.cli import main
from crawler.crawl.starting.launch import CrawlOptions, run_crawl
from crawler.warc import erasing

pytestmark = pytest.mark.usefixtures("only_asianews")

SECRET = b"zanzibarquux"
ADDRESS = ORIGIN + "/news-en/Story-3.html"


@dataclass
class Desk:
    """A copy of the archive, and commands for it."""

    path: object
    paper: FakeSite

    @property
    def folder(self):
        return self.path.with_suffix(".warc")

    @property
    def files(self):
        return sorted(self.folder.iterdir())

    def run(self, *arguments):
        return CliRunner().invoke(main, [*arguments, "--archive", str(self.path)], prog_name="seealso")

    def forget(self, *more):
        return self.run("forget", ADDRESS, "--why", "w", "--yes", *more)

    def crawl(self):
        urls = (ORIGIN + "/news-en/Story-2.html",)
        run_crawl(
            CrawlOptions(site="asianews", archive=self.path, mirror=self.paper.mirror, urls=urls, log_level="ERROR")
        )

    def obstacles(self):
        db = sqlite3.connect(self.path)
        try:
            return {row[0] for row in db.execute("SELECT obstacle FROM unerased WHERE kind <> 'mention'")}
        finally:
            db.close()

    def holds_secret(self):
        return SECRET in read_all_bytes(self.path)


@pytest.fixture(scope="module")
def paper():
    paper = FakeSite()
    for number in range(1, 5):
        paper.story(number, leads_to=((number + 1, "17/10/2022 09:30"),))
    paper.story(3, headline="Zanzibarquux speaks at the harbour", leads_to=((4, "17/10/2022 09:30"),))
    yield paper
    paper.close()


@pytest.fixture(scope="module")
def crawled(paper, tmp_path_factory):
    path = tmp_path_factory.mktemp("left") / "archive.db"
    urls = (ORIGIN + "/news-en/Story-1.html",)
    options = CrawlOptions(
        site="asianews", archive=path, mirror=paper.mirror, urls=urls, log_level="ERROR", max_depth=4
    )
    run_crawl(options)
    run_crawl(replace(options, urls=(ADDRESS,), refresh=True))
    return path


@pytest.fixture
def desk(crawled, paper, tmp_path):
    shutil.copytree(crawled.parent, tmp_path / "copy")
    return Desk(tmp_path / "copy" / "archive.db", paper)


def take_away_folder(desk, monkeypatch):
    away = desk.path.parent / "away"
    desk.folder.rename(away)
    return lambda: (shutil.rmtree(desk.folder, ignore_errors=True), away.rename(desk.folder))


def take_away_one_file(desk, monkeypatch):
    file, away = desk.files[0], desk.path.parent / "away.gz"
    file.rename(away)
    return lambda: away.rename(file)


def cut_off(desk, monkeypatch):
    file = desk.files[0]
    whole = file.read_bytes()
    file.write_bytes(whole[:200])
    return lambda: file.write_bytes(whole)


def cut_in_the_page(desk, monkeypatch):
    file = desk.files[0]
    whole = file.read_bytes()
    db = sqlite3.connect(desk.path)
    (start,) = db.execute("SELECT min(warc_offset) FROM captures WHERE url_key = 'asianews/en/3'").fetchone()
    db.close()
    file.write_bytes(whole[: start + 700])
    return lambda: file.write_bytes(whole)


def make_read_only(desk, monkeypatch):
    """A folder in which no file can be made; the superuser is refused as well."""

    def refuse(source, target):
        raise PermissionError(13, "Permission denied", str(source))

    monkeypatch.setattr(erasing.os, "replace", refuse)
    return monkeypatch.undo


def fill_the_disk(desk, monkeypatch):
    def refuse(descriptor):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(erasing.os, "fsync", refuse)
    return monkeypatch.undo


def lock_the_file(desk, monkeypatch):
    file = desk.files[0].open("rb")
    fcntl.flock(file, fcntl.LOCK_SH)
    return file.close


OBSTACLES = {
    lock_the_file: "locked",
    take_away_folder: "missing",
    take_away_one_file: "missing",
    cut_off: "cut",
    cut_in_the_page: "cut",
    make_read_only: "no_access",
    fill_the_disk: "no_room",
}


@pytest.mark.parametrize("hinder", OBSTACLES, ids=lambda hinder: hinder.__name__)
def test_what_is_in_the_way_is_said_and_listed_and_no_words_are_lost_sight_of(desk, monkeypatch, hinder):
    name = desk.files[0].name
    undo = hinder(desk, monkeypatch)
    done = desk.forget()
    assert done.exit_code == 2, done.output
    assert done.stderr.count("\n") == 1
    assert name in done.stderr
    assert desk.obstacles() == {OBSTACLES[hinder]}
    again = desk.forget()
    assert again.exit_code == 2
    assert name in again.stderr
    undo()
    done = desk.forget()
    assert done.exit_code == 0, done.output
    assert not desk.holds_secret()
    assert desk.obstacles() == set()
    assert desk.run("verify").exit_code == 0


@pytest.mark.parametrize("command", [("doctor", "--fix"), "crawl", "forget another"])
def test_the_next_command_that_finds_the_file_erases_it(desk, command):
    undo = take_away_folder(desk, None)
    assert desk.forget().exit_code == 2
    undo()
    assert desk.holds_secret()
    if command == "crawl":
        desk.crawl()
    elif command == "forget another":
        assert desk.run("forget", ORIGIN + "/news-en/Story-99.html", "--why", "w", "--yes").exit_code == 0
    else:
        assert desk.run(*command).stderr.startswith("seealso: forgotten: ")
    assert not desk.holds_secret()
    assert desk.run("verify").exit_code == 0
    assert desk.forget("--json").stdout.count('"records": 0')


@pytest.mark.parametrize("command", [("doctor", "--fix"), "crawl"])
def test_a_command_that_does_not_find_the_file_leaves_it_on_the_list(desk, command):
    undo = take_away_one_file(desk, None)
    assert desk.forget().exit_code == 2
    if command == "crawl":
        desk.crawl()
    else:
        assert desk.run(*command).exit_code == 2
    undo()
    assert desk.holds_secret()
    assert desk.run("doctor", "--fix").exit_code == 0
    assert not desk.holds_secret()


def test_verify_doctor_and_status_tell_it(desk):
    name = desk.files[0].name
    undo = take_away_one_file(desk, None)
    desk.forget()
    undo()
    verified = desk.run("verify", "--json")
    assert verified.exit_code == 2
    assert {(row["check"], row["subject"]) for row in json.loads(verified.stdout)} == {("forgotten", name)}
    assert desk.run("verify", "--no-captures").exit_code == 2
    examined = desk.run("doctor", "--json")
    assert examined.exit_code == 2
    (fault,) = [row for row in json.loads(examined.stdout) if row["check"] == "forgotten"]
    assert name in fault["message"]
    assert "doctor --fix" in fault["fix"]
    assert "Still to be erased" in desk.run("status").stdout
    listed = json.loads(desk.run("status", "--json").stdout)["unerased"]
    assert {row["file"] for row in listed} == {name}
    desk.run("doctor", "--fix")
    assert "Still to be erased" not in desk.run("status").stdout
    assert "unerased" not in json.loads(desk.run("status", "--json").stdout)


def test_a_file_that_is_lost_for_good_can_be_given_up_and_is_erased_if_it_comes_back(desk):
    undo = take_away_one_file(desk, None)
    assert desk.forget().exit_code == 2
    assert desk.forget("--lost").exit_code == 0
    assert desk.forget().exit_code == 0
    assert "Still to be erased" not in desk.run("status").stdout
    assert "forgotten" not in {row["check"] for row in json.loads(desk.run("verify", "--json").stdout)}
    undo()
    assert desk.forget().exit_code == 0
    assert not desk.holds_secret()
    assert desk.obstacles() == set()


def test_a_missing_file_without_a_known_page_of_it_is_still_to_be_searched(desk):
    second = desk.folder / desk.files[0].name.replace("00000", "00099")
    db = sqlite3.connect(desk.path)
    with db:
        db.execute(
            "INSERT INTO captures (url, fetched_at, status, warc_file, warc_offset) VALUES (?, '2026', 200, ?, 0)",
            (ORIGIN + "/en.html", second.name),
        )
    db.close()
    done = desk.forget()
    assert done.exit_code == 2
    assert f"still to be searched for words of forgotten articles: {second} is missing" in done.stderr
    assert "still to be erased" not in done.stderr


def test_the_list_holds_no_words(desk):
    take_away_folder(desk, None)
    desk.forget()
    assert SECRET not in b"".join(
        file.read_bytes().lower() for file in desk.path.parent.iterdir() if file.name.startswith("archive.db")
    )


def test_a_file_of_another_site_is_left_alone_while_its_crawl_runs(desk):
    file = desk.files[0]
    other = file.with_name(file.name.replace("asianews-", "gazette-"))
    file.rename(other)
    db = sqlite3.connect(desk.path)
    db.execute("UPDATE captures SET warc_file = ? WHERE warc_file = ?", (other.name, file.name))
    db.commit()
    db.close()
    lock = SiteLock(desk.path, "gazette")
    done = desk.forget()
    assert done.exit_code == 2, done.output
    assert desk.obstacles() == {"locked"}
    lock.release()
    assert desk.run("doctor", "--fix").exit_code == 0
    assert not desk.holds_secret()


def test_the_file_behind_a_link_is_the_one_that_is_erased(desk):
    elsewhere = desk.path.parent / "disk"
    elsewhere.mkdir()
    for file in desk.files:
        shutil.move(file, elsewhere / file.name)
        file.symlink_to(elsewhere / file.name)
        os.chmod(elsewhere / file.name, 0o640)
    assert desk.forget().exit_code == 0
    assert not desk.holds_secret()
    assert all(file.is_symlink() for file in desk.files)
    assert {file.stat().st_mode & 0o777 for file in elsewhere.iterdir()} == {0o640}
    assert all(SECRET not in read_all_bytes(desk.path, folder=elsewhere) for file in elsewhere.iterdir())


def test_a_reader_that_holds_the_log_is_named_and_the_next_command_cleans_up(desk, monkeypatch):
    monkeypatch.setattr("crawler.archive.opening.BUSY_TIMEOUT_MS", 1)
    reader = sqlite3.connect(desk.path)
    reader.execute("BEGIN")
    reader.execute("SELECT count(*) FROM articles").fetchone()
    done = desk.forget()
    assert done.exit_code == 2
    assert "archive.db is being read by another program" in done.stderr
    reader.close()
    assert desk.run("doctor", "--fix").exit_code == 0
    assert not desk.holds_secret()


def test_records_that_no_row_names_are_found_too(desk):
    """A kill between a WARC file and the archive leaves pages there that nobody indexed."""
    db = sqlite3.connect(desk.path)
    db.execute("UPDATE revision_rows SET capture_id = NULL")
    db.execute("DELETE FROM captures WHERE url_key = 'asianews/en/3'")
    db.commit()
    db.close()
    assert desk.forget().exit_code == 0
    assert not desk.holds_secret()


def test_robots_txt_stays_when_the_page_after_it_is_forgotten(desk):
    def list_robots():
        db = sqlite3.connect(desk.path)
        try:
            return db.execute(
                "SELECT url, fetched_at FROM captures WHERE url LIKE '%/robots.txt' ORDER BY id"
            ).fetchall()
        finally:
            db.close()

    before = list_robots()
    assert len(before) == 2
    desk.forget()
    assert list_robots() == before
    with Archive(desk.path) as archive:
        assert archive.verify() == []
