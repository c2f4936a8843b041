"""Pages that browsers and mirroring tools have saved are taken as records are, under the day on which they were saved."""

import os

import pytest
from support.command import call
from support.foreign_files import URL
from support.saved_files import SAVED_AT, make_har, make_har_entry, make_mhtml, make_page, make_saved_files, make_tar
from support.tables import check_rows

from crawler.archive import Archive
from crawler.operations.ingest.job import ingest
from crawler.warc import read_capture

FILES = make_saved_files()


def save(folder, name, content):
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    os.utime(path, (SAVED_AT, SAVED_AT))
    return path


@pytest.fixture(scope="module")
def taken(tmp_path_factory):
    folder = tmp_path_factory.mktemp("saved")
    for name, (content, _) in FILES.items():
        save(folder / "given", name, content)
    for name in ("browser/A story_files/a.css", "browser/A story_files/b.js", "wget/www.asianews.it/c.png?v=1"):
        save(folder / "given", name, b"{}")
    path = folder / "a.db"
    shown = call("ingest", "--jobs", 1, "--archive", path, folder / "given")
    with Archive(path) as archive:
        rows = archive.db.execute("SELECT site_key, first_seen_at FROM articles").fetchall()
        assert archive.verify(read_capture) == []
    return path, folder / "given", shown, {int(key): day for key, day in rows}


@check_rows("name", FILES)
def test_the_page_in_a_saved_file_is_an_article_of_the_day_it_was_saved(taken, name):
    assert {number: taken[3].get(number) for number in FILES[name][1]} == dict.fromkeys(
        FILES[name][1], "2024-03-01T10:00:00Z"
    )


def test_a_folder_of_saved_pages_is_taken_once_and_its_pictures_are_nobodys_loss(taken):
    path, given, shown, stories = taken
    assert set(stories) == {number for _, numbers in FILES.values() for number in numbers}
    assert (shown.exit_code, shown.stderr) == (0, "")
    assert "1 page of an unknown site: file: 1" in shown.stdout
    again = call("ingest", "--jobs", 1, "--archive", path, given)
    assert (again.exit_code, f"{len(stories)}  in the archive already" in again.stdout) == (0, True)


DAMAGED = {
    "cut.har": (make_har(make_har_entry(1, {}))[:-9], "begins as a HAR file and is no whole one"),
    "empty.mhtml": (make_mhtml(1).partition(b"------B")[0], "begins as a saved page and holds none"),
    "empty.webarchive": (b"bplist00" + b"\0" * 40, "begins as a saved page and holds none"),
    "empty.tar": (make_tar({"a.txt": b"nothing"}), "is a TAR file without WARC files and saved pages"),
    "lost.har": (
        make_har(make_har_entry(1, {"size": 9_000, "mimeType": "text/html"})),
        f"{URL.format(1)}: the answer broke off (lost.har)",
    ),
    "1970.html": (make_page(5, f"<!-- saved from url=(0047){URL.format(5)} -->"), "no date in the record (1970.html)"),
    "broken.tar": (
        make_tar({"a.html": make_page(2), "b.html": make_page(3)}).replace(b"b.html", b"c.html"),
        "broken.tar: damaged, no record can be read there",
    ),
}


@check_rows("name", DAMAGED)
def test_what_a_saved_file_has_lost_is_named(tmp_path, name):
    content, words = DAMAGED[name]
    path = save(tmp_path, name, content)
    if name.startswith("1970"):
        os.utime(path, (1, 1))
    shown = call("ingest", "--jobs", 1, "--archive", tmp_path / "a.db", path)
    assert (shown.exit_code, words in shown.stderr) == (2, True), shown.stderr


def test_a_saved_page_is_read_with_its_address_and_sites_are_adopted_by_such_pages(tmp_path):
    path = save(tmp_path, "a.mhtml", make_mhtml(1))
    shown = call("read", path)
    assert (shown.exit_code, URL.format(1) in shown.stdout) == (0, True)
    for number in range(1, 6):
        page = make_page(number).replace(b"asianews.it", b"kestrelpost.net").replace(b"AsiaNews", b"Kestrel Post")
        save(tmp_path, f"m/www.kestrelpost.net/news/the-boats-of-nash-are-painted-{number}.html", page)
    report = ingest(tmp_path / "b.db", sorted((tmp_path / "m" / "www.kestrelpost.net" / "news").iterdir()), adopt=True)
    assert (report.adopted, report.pages, report.unknown_sites) == (["kestrelpost_net"], 5, {})
