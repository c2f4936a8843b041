"""Articles as data frames: one row each, real types, nothing lost that an archive knows."""

from __future__ import annotations

import builtins
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from crawler.archive import Archive
from crawler.errors import MissingExtra
from crawler.items import Moment


@pytest.fixture(scope="module")
def shelf(tmp_path_factory):
    from support.newsroom import GAZETTE, NOW, Newsroom

    newsroom = Newsroom()
    exact = newsroom.article(1, "An hour is known", authors=("Melani Manel Perera", "JB Vu"))
    exact = replace(
        exact,
        published=Moment(value="2022-03-11T08:45:00Z", on="2022-03-11", precision="minute", raw="03/11/2022, 09.45"),
    )
    day = newsroom.article(2, "只知道日期", on="2012-08-14", language="zh")
    undated = newsroom.article(3, "Nothing is known", on=None)
    with Archive(tmp_path_factory.mktemp("shelf") / "archive.db", "create") as archive:
        run = archive.begin_run(GAZETTE, now=NOW)
        archive.keep([newsroom.visit(article) for article in (exact, day, undated)], run, NOW)
        yield archive


def test_polars_gets_dates_instants_and_lists(shelf):
    polars = pytest.importorskip("polars")
    frame = shelf.articles().to_polars()
    assert frame.schema["published_at"] == polars.Datetime("us", "UTC")
    assert frame["published_on"].to_list() == [date(2022, 3, 11), date(2012, 8, 14), None]
    assert frame["published_at"].to_list() == [datetime(2022, 3, 11, 8, 45, tzinfo=UTC), None, None]
    assert frame["authors"].to_list() == [["Melani Manel Perera", "JB Vu"], [], []]
    assert frame["headline"].to_list() == ["An hour is known", "只知道日期", "Nothing is known"]
    assert frame["complete"].to_list() == [True, True, True]


def test_pandas_gets_the_same(shelf):
    pandas = pytest.importorskip("pandas")
    frame = shelf.articles("", order="oldest").to_pandas()
    assert str(frame["published_on"].dtype) == "datetime64[s]"
    assert frame["published_on"].dt.year.tolist()[:2] == [2012, 2022]
    assert pandas.isna(frame["published_on"][2])
    assert frame["published_at"][1] == pandas.Timestamp("2022-03-11T08:45:00Z")
    assert frame["authors"].tolist() == [[], ["Melani Manel Perera", "JB Vu"], []]
    assert list(frame.columns) == shelf.articles().to_polars().columns


@pytest.mark.parametrize("library", ["polars", "pandas"])
def test_a_selection_of_nothing_is_a_frame_of_no_rows_with_the_same_columns(shelf, library):
    pytest.importorskip(library)
    frame = getattr(shelf.articles("zebra"), f"to_{library}")()
    full = getattr(shelf.articles(), f"to_{library}")()
    assert (len(frame), list(frame.columns), list(frame.dtypes)) == (0, list(full.columns), list(full.dtypes))


@pytest.mark.parametrize("library", ["polars", "pandas"])
def test_a_library_that_is_missing_is_named_with_the_command_that_installs_it(shelf, library, monkeypatch):
    real = builtins.__import__

    def absent(name, *rest):
        if name == library:
            raise ImportError(name)
        return real(name, *rest)

    monkeypatch.setattr(builtins, "__import__", absent)
    with pytest.raises(MissingExtra, match=f"pip install {library}"):
        getattr(shelf.articles(), f"to_{library}")()
