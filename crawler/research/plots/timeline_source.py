"""The picture of a timeline with its source in the caption, for the browser and the command line."""

from __future__ import annotations

from crawler.research.plots.scale import Measure, name_series
from crawler.research.plots.surface import FILE, Surface
from crawler.research.plots.svg_parts import make_caption
from crawler.research.plots.svg_picture import svg
from crawler.research.timeline import Timeline


def timeline_svg(result: Timeline, measure: Measure, archive_title: str, surface: Surface = FILE) -> str:
    """Return a timeline as a picture that says what was asked, of which archive, out of how much, and when."""
    return svg(
        result,
        measure,
        title=f"{name_queries(result)} by {result.step}",
        caption=make_caption(name_queries(result), archive_title, describe_corpus(result)),
        surface=surface,
    )


def name_queries(result: Timeline) -> str:
    """Return what a picture calls the series of a timeline."""
    return ", ".join(name_series(series) for series in result.series)


def describe_corpus(result: Timeline) -> str:
    """Return how much a timeline counts, out of how much."""
    series = result.series[0]
    total = series.total
    languages = f"{len(series.languages)} language{'' if len(series.languages) == 1 else 's'}"
    noun = result.plural if result.unit == "articles" else "hits"
    counts = " and ".join(f"{other.total.count:,}" for other in result.series)
    corpus = f"{total.articles:,} {result.plural} with {total.words:,} words in {languages}"
    return f"{counts} {noun} in a corpus of {corpus}"
