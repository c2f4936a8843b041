"""Files of every kind: each page that is there is read, each one that is not is named."""

from collections import Counter
from functools import cache

import pytest
from support.damaged_files import make_shelf
from support.foreign_files import REVISITS

from crawler.archive import Archive
from crawler.items import Fate
from crawler.operations.ingest.job import ingest
from crawler.operations.ingest.report import PassedOver
from crawler.warc import read_capture


@cache
def list_shelf():
    """The files by their names; made where they are asked for, as large ones take long to pack."""
    return {file.name: file for file in make_shelf()}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("shelf")
    for name, file in list_shelf().items():
        (folder / name).write_bytes(file.content)
    return folder


@pytest.fixture(scope="module")
def ingested(folder):
    path = folder / "all.db"
    return path, ingest(path, [folder / name for name in sorted(list_shelf())])


def list_stories(path):
    with Archive(path) as archive:
        return {int(str(row[0])) for row in archive.db.execute("SELECT site_key FROM articles")}


def list_reasons(report, name):
    return sorted(page.reason.value for page in report.lost_pages if page.file.split("/")[0] == name)


def test_every_page_of_a_file_is_read_or_named(ingested):
    path, report = ingested
    stories, shelf = list_stories(path), list_shelf()
    assert {name: missing for name, file in shelf.items() if (missing := set(file.stories) - stories)} == {}
    reasons = {name: list_reasons(report, name) for name in shelf}
    assert reasons == {name: sorted(file.lost) for name, file in shelf.items()}


def test_a_folder_with_a_file_of_each_kind_is_read_to_the_last_page(ingested):
    path, report = ingested
    shelf = list_shelf().values()
    assert list_stories(path) == {number for file in shelf for number in file.stories}
    assert report.unusable == []
    assert report.exit_code == 2
    assert report.lost == len(report.lost_pages) == sum(len(file.lost) for file in shelf)
    passed = sum((Counter(file.passed) for file in shelf), Counter())
    assert {reason.value: count for reason, count in report.passed_over.items() if reason.value in passed} == passed
    assert report.unknown_sites == {"elsewhere.example": 1}
    with Archive(path) as archive:
        assert archive.verify(read_capture) == []


def test_a_lost_page_is_named_with_its_place_in_the_file_given(ingested, folder):
    _, report = ingested
    places = {page.file: page.offset for page in report.lost_pages}
    assert places["no-answer.warc"] == places["bomb.warc"] == 0
    for name in ("wrong-checksum.warc.gz", "damaged.warc.zst"):
        assert (folder / name).read_bytes()[places[name] :].startswith((b"\x1f\x8b", b"\x28\xb5"))
    assert places["whole-cut.warc.gz"] is None


# an archive knows the pages of an earlier ingest by their SHA-1 alone
@pytest.mark.parametrize("name", [f"first-{name}.warc.gz" for name in REVISITS if name != "other-algorithm"])
def test_a_page_seen_again_is_found_in_the_archive_of_an_earlier_ingest(folder, tmp_path, name):
    path = tmp_path / "a.db"
    ingest(path, [folder / name])
    report = ingest(path, [folder / name.replace("first-", "again-")])
    assert report.counts == {Fate.UNCHANGED: 2 if "chain" in name else 1}
    assert report.exit_code == 0
    assert ingest(path, [folder / name.replace("first-", "again-")]).pages == 0


def test_the_same_folder_again_changes_nothing(ingested, folder):
    path, report = ingested
    again = ingest(path, [folder / name for name in sorted(list_shelf())])
    assert again.pages == 0
    assert again.lost == report.lost - report.passed_over[PassedOver.INCOMPLETE]
    assert again.already == report.pages
