"""Every saved page of every site, one named test for each field: ``test_a_saved_page_is_read[asianews/2024-10-zh:byline]``.

A case is a folder with the page as it was sent, the facts of its capture, and the record that a careful person reads on
it. A field that ``expected.json`` leaves out is not compared. A case that a crawl has saved by itself fails until a person
has looked at it.
"""

from __future__ import annotations

import json
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from crawler.items import Article, Capture, Moment
from crawler.process import process
from crawler.sites.registry import load_known_sites

SITES = load_known_sites()
FOLDER = Path(__file__).parent / "sites"
FOUND = sorted(path.parent.relative_to(FOLDER).as_posix() for path in FOLDER.glob("*/*/expected.json"))


@cache
def expected(case: str) -> dict[str, Any]:
    return json.loads((FOLDER / case / "expected.json").read_text(encoding="utf-8"))


CASES = [case for case in FOUND if "unreviewed" not in expected(case)]


@cache
def article(case: str) -> Article:
    facts = json.loads((FOLDER / case / "capture.json").read_text(encoding="utf-8"))
    capture = Capture(
        url=facts["url"],
        fetched_at=datetime.fromisoformat(facts["fetched_at"]),
        status=facts["status"],
        headers=tuple((name, value) for name, value in facts["headers"]),
        body=(FOLDER / case / "page.html").read_bytes(),
    )
    known = SITES[case.partition("/")[0]]
    return process(capture, known.site, known.pages)


def plain(read: Article, field: str) -> Any:
    """A field of the record in the words of expected.json."""
    moments: dict[str, tuple[Moment | None, str]] = {
        "published_raw": (read.published, "raw"),
        "published_at": (read.published, "value"),
        "published_on": (read.published, "on"),
        "published_precision": (read.published, "precision"),
        "modified_at": (read.modified, "value"),
    }
    if field in moments:
        moment, name = moments[field]
        return getattr(moment, name) if moment else None
    match field:
        case "authors":
            return [author.name for author in read.authors]
        case "body":
            return read.body.split("\n\n")
        case "see_also":
            wanted = {name for entry in expected_entries(read) for name in entry}
            return [{name: value for name, value in entry.items() if name in wanted} for entry in entries(read)]
        case "translations":
            return [translation.url_key for translation in read.translations]
        case "problems":
            return [problem.field for problem in read.problems]
        case "dateline_agencies":
            return list(read.dateline_agencies)
        case _:
            return getattr(read, field)


def entries(read: Article) -> list[dict[str, Any]]:
    return [
        {
            "site_key": entry.address.site_key,
            "headline": entry.headline,
            "published_raw": entry.published_raw,
            "published_at": entry.published.value if entry.published else None,
        }
        for entry in read.see_also
    ]


def expected_entries(read: Article) -> list[dict[str, Any]]:
    case = next(case for case in CASES if article(case) is read)
    return expected(case)["see_also"]


@pytest.mark.parametrize(
    ("case", "field"), [pytest.param(case, field, id=f"{case}:{field}") for case in CASES for field in expected(case)]
)
def test_a_saved_page_is_read(case: str, field: str) -> None:
    assert plain(article(case), field) == expected(case)[field]


@pytest.mark.parametrize("case", FOUND)
def test_a_person_has_looked_at_a_saved_page(case: str) -> None:
    todo = expected(case).get("unreviewed")
    assert todo is None, f"{FOLDER / case / 'expected.json'} is unreviewed. {todo}"


@pytest.mark.parametrize("site", SITES)
def test_every_site_has_saved_pages_and_fills_each_required_field(site: str) -> None:
    cases = [case for case in CASES if case.startswith(f"{site}/")]
    assert len(cases) >= 8
    for field in SITES[site].site.expect.required:
        assert any(plain(article(case), field) for case in cases), field


@pytest.mark.parametrize("case", CASES)
def test_each_value_names_the_place_where_it_was_read(case: str) -> None:
    read = article(case)
    sources = dict(read.sources)
    for field in ("headline", "body", "lead", "byline", "kicker", "dateline", "published", "see_also"):
        assert bool(getattr(read, field)) == bool(sources.get(field)), field
