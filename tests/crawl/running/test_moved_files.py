"""An archive or a WARC folder that disappears during a crawl ends it with 1, and where the data went is told."""

import shutil

import pytest
from support.loopback_site import fetch_rows

from crawler.archive import Archive
from crawler.archive.lock import make_lock_path
from crawler.crawl.starting.launch import run_crawl
from crawler.errors import ArchiveBusy

STORIES = 6


def move(path):
    path.rename(path.with_name(f"moved-{path.name}"))


def delete(path):
    shutil.rmtree(path) if path.is_dir() else [file.unlink() for file in path.parent.glob(f"{path.name}*")]


def replace(path):
    move(path)
    path.mkdir() if path.with_name(f"moved-{path.name}").is_dir() else path.touch()


WORDS = {move: "was moved to", delete: "was deleted", replace: "was replaced by another one"}


@pytest.fixture
def disturbed(paper):
    """A paper that does something to the files of the crawl between two answers."""

    def disturb(change):
        for number in range(1, STORIES + 1):
            paper.story(number, leads_to=(number % STORIES + 1,))
        page = paper.pages["/news-en/Story-3.html"]

        def answer(handler):
            change()
            return 200, page

        paper.pages["/news-en/Story-3.html"] = answer

    return disturb


@pytest.mark.parametrize("change", WORDS, ids=lambda change: change.__name__)
@pytest.mark.parametrize("suffix", [".db", ".warc"])
def test_it_ends_with_1_and_tells_where_the_data_went(disturbed, asked_for, suffix, change):
    options = asked_for(concurrency=1)
    path = options.archive.with_suffix(suffix)
    disturbed(lambda: change(path))
    report = run_crawl(options)
    assert (report.exit_code, report.outcome) == (1, "archive")
    (message,) = report.messages[:1]
    assert message.startswith(f"{path} {WORDS[change]}")
    if change is not delete:
        assert str(path.with_name(f"moved-{path.name}")) in message


def test_a_warc_folder_put_back_is_gone_on_with(disturbed, asked_for, paper):
    options = asked_for(concurrency=1)
    folder = options.archive.with_suffix(".warc")
    disturbed(lambda: move(folder))
    assert run_crawl(options).exit_code == 1
    folder.with_name(f"moved-{folder.name}").rename(folder)
    paper.story(3, leads_to=(4,))
    assert run_crawl(options).outcome == "finished"
    assert fetch_rows(options, "SELECT count(*) FROM articles") == [(STORIES,)]
    with Archive(options.archive) as archive:
        assert archive.verify() == []


def test_a_folder_moved_as_a_whole_is_told_of_as_the_archive(disturbed, asked_for, tmp_path):
    inside = tmp_path / "inside"
    inside.mkdir()
    options = asked_for(archive=inside / "archive.db", concurrency=1)
    disturbed(lambda: move(inside))
    report = run_crawl(options)
    assert report.exit_code == 1
    assert f"{options.archive} was moved to {tmp_path / 'moved-inside' / 'archive.db'}" in report.messages[0]


def test_a_second_crawl_by_another_name_is_refused(paper, asked_for, tmp_path):
    refusals = []
    options = asked_for()
    other = tmp_path / "other.db"
    other.symlink_to(options.archive)

    def start_another(handler):
        with pytest.raises(ArchiveBusy) as refusal:
            run_crawl(asked_for(archive=other))
        refusals.append(refusal.value.exit_code)
        return 404, b"none"

    paper.pages["/robots.txt"] = start_another
    paper.story(1)
    assert run_crawl(options).exit_code == 0
    assert refusals == [3]
    assert make_lock_path(other, "asianews") == make_lock_path(options.archive, "asianews")
    assert not other.with_suffix(".warc").exists()
