"""The pages of one article in WARC files of others: in any order and of any dates, one article with the text of all."""

from datetime import timedelta

import pytest
from support.paged_story import URL, list_body, make_page
from support.warc_builder import NOON, PAGE, WarcBuilder, make_day

from crawler.archive import Archive
from crawler.cli.commands.ingest import list_reason_labels
from crawler.operations.ingest.job import ingest
from crawler.operations.ingest.report import PassedOver
from crawler.operations.rebuild import rebuild
from crawler.operations.reread.job import reread

STORY = PAGE.format(1)
ALL = (1, 2, 3)


def make_url(page):
    return STORY if page == 1 else f"{STORY}?page={page}"


def add(builder, page, moment, *, status="200 OK", **more):
    builder.response(make_url(page), make_page(page, **more), moment, status)


@pytest.fixture
def take_in(tmp_path):
    """Ingest a file of records; return the report."""

    def take_in(builder, name="pages.warc.gz"):
        file = tmp_path / name
        file.write_bytes(builder.buffer.getvalue())
        return ingest(tmp_path / "archive.db", [file])

    return take_in


def read_versions(path):
    with Archive(path) as archive:
        articles = archive.db.execute("SELECT site_key, body, complete FROM articles").fetchall()
        versions = archive.db.execute("SELECT captured_at, body FROM revisions ORDER BY number").fetchall()
        parts = archive.db.execute(
            "SELECT f.fetched_at, p.number, c.fetched_at FROM article_parts p JOIN captures c ON c.id = p.capture_id"
            " JOIN captures f ON f.id = p.first_capture_id ORDER BY 1, 2"
        ).fetchall()
    return articles, versions, parts


def test_parts_are_found_by_address_and_nearest_time_in_any_order(take_in, tmp_path):
    builder = WarcBuilder()
    add(builder, 3, NOON - timedelta(hours=1))
    add(builder, 2, NOON + timedelta(hours=2))
    add(builder, 1, NOON)
    add(builder, 2, make_day(30), word="budget")
    add(builder, 1, make_day(31))
    add(builder, 3, make_day(29))
    report = take_in(builder)
    assert (report.pages, report.exit_code, report.passed_over) == (2, 0, {})
    later = "\n\n".join([list_body((1,)), list_body((2,), "budget"), list_body((3,))])
    [article], versions, parts = read_versions(tmp_path / "archive.db")
    assert article == ("1", later, 1)
    assert [body for _, body in versions] == [list_body(ALL), later]
    assert [(number, moment[:10]) for _, number, moment in parts] == [
        (2, "2022-03-11"),
        (3, "2022-03-11"),
        (2, "2022-04-10"),
        (3, "2022-04-09"),
    ]
    again = reread(tmp_path / "archive.db", jobs=1)
    assert (again.changed, again.lost) == (0, 0)


def test_an_archive_is_rebuilt_with_the_same_text_from_its_files_alone(take_in, tmp_path):
    builder = WarcBuilder()
    for page in ALL:
        add(builder, page, NOON + timedelta(seconds=page))
    take_in(builder)
    path = tmp_path / "archive.db"
    before = read_versions(path)
    path.rename(tmp_path / "lost.db")
    rebuild(path)
    assert read_versions(path) == before


def test_what_is_not_in_the_files_is_lacking_and_no_article_of_its_own(take_in, tmp_path):
    builder = WarcBuilder()
    add(builder, 2, NOON)
    report = take_in(builder)
    assert report.passed_over == {PassedOver.FURTHER_PAGE: 1}
    assert PassedOver.FURTHER_PAGE in dict(list_reason_labels())
    assert report.exit_code == 0
    builder = WarcBuilder()
    add(builder, 1, NOON)
    add(builder, 2, NOON, status="404 Not Found")
    add(builder, 3, NOON)
    take_in(builder, "more.warc.gz")
    [article], _, _ = read_versions(tmp_path / "archive.db")
    assert article == ("1", list_body((1, 3)), 0)
    with Archive(tmp_path / "archive.db") as archive:
        ((reason,),) = archive.db.execute("SELECT reason FROM problems WHERE kind = 'cut'").fetchall()
        assert f"{URL}?page=2 (status 404)" in reason
        assert archive.db.execute("SELECT status FROM articles").fetchall() == [("live",)]
