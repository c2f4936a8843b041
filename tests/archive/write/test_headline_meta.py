"""The stated headline of an article is kept beside the printed one, and given back in records and exports."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from support.newsroom import NOW, Newsroom

from crawler.archive import Archive
from crawler.archive.search.selection import Selection
from crawler.research.exports import ExportOptions, export


@pytest.mark.parametrize("stated", ["Ferry vote: what we know", None])
def test_both_headlines_can_be_exported(
    archive: Archive, newsroom: Newsroom, run: int, tmp_path: Path, stated: str | None
) -> None:
    article = replace(newsroom.article(1, "Harbour council puts off the vote"), headline_meta=stated)
    archive.keep([newsroom.visit(article)], run, NOW)
    [row] = archive.articles()
    assert (row.headline, row.headline_meta) == ("Harbour council puts off the vote", stated)
    export(archive, Selection(), "jsonl", tmp_path / "out.jsonl", made_at=NOW, options=ExportOptions())
    record = json.loads((tmp_path / "out.jsonl").read_text(encoding="utf-8"))
    assert (record["headline"], record["headline_meta"]) == ("Harbour council puts off the vote", stated)


def test_a_later_page_that_states_none_has_none(archive: Archive, newsroom: Newsroom, run: int) -> None:
    article = replace(newsroom.article(1), headline_meta="Otherwise")
    archive.keep([newsroom.visit(article)], run, NOW)
    archive.keep([newsroom.visit(replace(article, headline_meta=None))], run, newsroom.advance(hours=1))
    [row] = archive.articles()
    assert row.headline_meta is None
