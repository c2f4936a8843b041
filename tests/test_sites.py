"""Every saved page of every site, one named test for each field: ``test_a_saved_page_is_read[asianews/2024-10-zh:byline]``.

``crawler.sitekit.cases`` says what a case is. One that a command or a crawl has saved by itself fails until a person has
looked at it.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from crawler.items import Article
from crawler.sitekit.cases import SavedCase, list_cases, make_plain_value
from crawler.sites.registry import load_known_sites

SITES = load_known_sites()
FOLDER = Path(__file__).parent / "sites"
CASES = {
    f"{folder.name}/{case.name}": case
    for folder in sorted(path for path in FOLDER.iterdir() if path.is_dir())
    for case in list_cases(folder)
}
REVIEWED = {name: case for name, case in CASES.items() if case.unreviewed is None}


@cache
def read_case(name: str) -> Article:
    known_site = SITES[name.partition("/")[0]]
    return CASES[name].read(known_site.site, known_site.pages)


@pytest.mark.parametrize(
    ("name", "field"),
    [pytest.param(name, field, id=f"{name}:{field}") for name, case in REVIEWED.items() for field in case.expected],
)
def test_a_saved_page_is_read(name: str, field: str) -> None:
    expected = CASES[name].expected[field]
    assert make_plain_value(read_case(name), field, expected) == expected


@pytest.mark.parametrize("name", CASES)
def test_a_person_has_looked_at_a_saved_page(name: str) -> None:
    case: SavedCase = CASES[name]
    assert case.unreviewed is None, f"{case.folder / 'expected.json'} is unreviewed. {case.unreviewed}"


@pytest.mark.parametrize("site", sorted({name.partition("/")[0] for name in CASES}))
def test_every_required_field_is_on_some_saved_page(site: str) -> None:
    names = [name for name in REVIEWED if name.startswith(f"{site}/")]
    for field in SITES[site].site.expect.required:
        assert any(make_plain_value(read_case(name), field) for name in names), field


@pytest.mark.parametrize("name", REVIEWED)
def test_each_value_names_the_place_where_it_was_read(name: str) -> None:
    article = read_case(name)
    sources = dict(article.sources)
    for field in ("headline", "body", "lead", "byline", "kicker", "dateline", "published", "see_also"):
        assert bool(getattr(article, field)) == bool(sources.get(field)), field


def test_asianews_has_eight_saved_pages_or_more() -> None:
    assert sum(name.startswith("asianews/") for name in REVIEWED) >= 8
