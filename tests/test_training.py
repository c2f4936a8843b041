"""Folders of saved pages are read as they are, and no domain stands in two folds."""

from __future__ import annotations

import io
import json
import tarfile
from pathlib import Path

import pytest

from crawler.items import Address
from training.pages_folder import FOLDS, SavedPage, find_domain, find_fold, load_pages

PAGE = b'<html lang="en"><head><title>The lamp</title></head><body><h1>The lamp</h1></body></html>'


def write_truth(folder: Path, *rows: dict[str, object]) -> None:
    folder.mkdir(parents=True)
    (folder / "truth.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")


@pytest.fixture
def pages(tmp_path: Path) -> list[SavedPage]:
    news, others = tmp_path / "pages" / "news", tmp_path / "pages" / "others"
    write_truth(
        news,
        {"file": "a.html", "url": "https://www.gazette.example/sea/the-lamp", "body": "It is lit."},
        {"file": "lost.html", "url": "https://gazette.example/lost", "body": "It is gone."},
    )
    (news / "a.html").write_bytes(PAGE)
    write_truth(others, {"file": "b.html", "url": "", "kind": "product"})
    with tarfile.open(others / "pages.tar.xz", "w:xz") as tar:
        entry = tarfile.TarInfo("b.html")
        entry.size = len(PAGE)
        tar.addfile(entry, io.BytesIO(PAGE))
    return load_pages(tmp_path / "pages", tmp_path / "work")


def test_pages_are_read_from_files_and_from_archives(pages: list[SavedPage]) -> None:
    assert [(page.name, page.domain, page.is_article) for page in pages] == [
        ("news/a.html", "gazette.example", True),
        ("others/b.html", "unknown.example", False),
    ]
    assert [page.path.read_bytes() for page in pages] == [PAGE, PAGE]


def test_a_page_is_opened_as_the_general_reader_sees_it(pages: list[SavedPage]) -> None:
    opened = pages[0].open()
    assert opened.headline is not None
    assert (opened.headline.value, opened.site.addresses) == ("The lamp", ())
    assert opened.address == Address(
        url="https://www.gazette.example/sea/the-lamp",
        url_key="www.gazette.example/en/sea/the-lamp",
        kind="article",
        language="en",
        site_key="/sea/the-lamp",
    )


def test_only_the_sets_asked_for_are_read(pages: list[SavedPage], tmp_path: Path) -> None:
    chosen = load_pages(tmp_path / "pages", tmp_path / "work", ["others"])
    assert [page.name for page in chosen] == ["others/b.html"]


@pytest.mark.parametrize(
    ("url", "domain"),
    [
        ("https://www.gazette.example/a", "gazette.example"),
        ("https://news.sea.gazette.example:8080/", "gazette.example"),
        ("https://www.gazette.co.uk/a", "gazette.co.uk"),
        ("https://gazette.com.au", "gazette.com.au"),
        ("https://www.gazette.uk/a", "gazette.uk"),
        ("gazette.example/a", "gazette.example"),
        ("", "unknown.example"),
    ],
)
def test_a_domain_is_the_one_that_is_registered(url: str, domain: str) -> None:
    assert find_domain(url) == domain


def test_a_fold_depends_on_the_domain_alone_and_all_are_used() -> None:
    folds = [find_fold(f"paper{number}.example") for number in range(500)]
    assert folds == [find_fold(f"paper{number}.example") for number in range(500)]
    counts = [folds.count(fold) for fold in range(FOLDS)]
    assert sum(counts) == 500
    assert min(counts) > 60
