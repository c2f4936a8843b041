"""Every saved page of every site, one named test for each field: ``test_a_saved_page_is_read[asianews/2024-10-zh:byline]``.

A case that a crawl has saved by itself fails until a person has looked at it. A site needs no saved pages; one that has
some has them tested here, with nothing to be entered.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest
from support.saved_pages import SavedPage, list_saved_pages

from crawler.items import Article
from crawler.sites.registry import find_known_site

FOLDER = Path(__file__).parent / "sites"
FOUND = {page.name: page for page in list_saved_pages(FOLDER)}
REVIEWED = {name: page for name, page in FOUND.items() if page.is_reviewed}
SITES = sorted({page.site for page in REVIEWED.values()})


@cache
def read(page: SavedPage) -> Article:
    return page.read(find_known_site(page.site))


@pytest.mark.parametrize(
    ("page", "field"),
    [pytest.param(page, field, id=f"{name}:{field}") for name, page in REVIEWED.items() for field in page.expected],
)
def test_a_saved_page_is_read(page: SavedPage, field: str) -> None:
    assert page.get_value(read(page), field) == page.expected[field]


@pytest.mark.parametrize("page", FOUND.values(), ids=FOUND)
def test_a_person_has_looked_at_a_saved_page(page: SavedPage) -> None:
    todo = page.expected.get("unreviewed")
    assert todo is None, f"{page.folder / 'expected.json'} is unreviewed. {todo}"


@pytest.mark.parametrize("site", SITES)
def test_every_required_field_is_on_some_saved_page(site: str) -> None:
    pages = [page for page in REVIEWED.values() if page.site == site]
    for field in find_known_site(site).site.expect.required:
        assert any(page.get_value(read(page), field) for page in pages), field


def test_asianews_has_eight_saved_pages_or_more() -> None:
    assert len([page for page in REVIEWED.values() if page.site == "asianews"]) >= 8


@pytest.mark.parametrize("page", REVIEWED.values(), ids=REVIEWED)
def test_each_value_names_the_place_where_it_was_read(page: SavedPage) -> None:
    article = read(page)
    sources = dict(article.sources)
    for field in ("headline", "body", "lead", "byline", "kicker", "dateline", "published", "see_also"):
        assert bool(getattr(article, field)) == bool(sources.get(field)), field
