"""A filter that no article can meet is an error from Python too, not a zero."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from support.library import build_news

from crawler.archive import Archive, Selection
from crawler.errors import BadQuery, UnknownValue


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("unknown") / "news.db"
    build_news(path)
    return path


CALLS: list[Callable[..., Any]] = [Archive.count, Archive.search, Archive.articles]


@pytest.mark.parametrize("call", CALLS)
def test_values_that_no_article_has_are_refused_with_those_there_are(path: Path, call: Callable[..., Any]) -> None:
    with Archive(path) as archive:
        for filters, message in (
            ({"language": "eng"}, "no article is in the language 'eng'; did you mean 'en'"),
            ({"site": "asianew"}, "no article is of the site 'asianew'; did you mean 'asianews'"),
            ({"author": "Nobody"}, "no article is by an author 'Nobody'"),
        ):
            with pytest.raises(UnknownValue, match=message.replace("?", r"\?")):
                call(archive, "", **filters)
        with pytest.raises(BadQuery, match="2012-01-01 is after until 2010"):
            call(archive, Selection(since="2012", until="2010"))


def test_what_could_be_there_and_is_not_is_a_zero(path: Path, tmp_path: Path) -> None:
    with Archive(path) as archive:
        assert archive.count("unheardof") == 0
        assert archive.search("unheardof", language="en") == []
        assert list(archive.articles("unheardof", language="en")) == []
    with Archive(tmp_path / "empty.db", "create") as archive:
        assert archive.count(language="en") == 0
