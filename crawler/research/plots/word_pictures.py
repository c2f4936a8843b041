"""Pictures of word lists, collocates and keywords, the same in the browser and on the command line."""

from __future__ import annotations

from collections.abc import Sequence

from crawler.archive.search.selection import Selection
from crawler.research.plots.bar_picture import BarGroup, bars_svg
from crawler.research.plots.scale import name_selection
from crawler.research.plots.surface import FILE, Surface
from crawler.research.plots.svg_parts import make_caption
from crawler.research.words.collocations import Collocations
from crawler.research.words.figures import WordList
from crawler.research.words.keyness import Keywords


def word_list_svg(
    word_lists: Sequence[WordList], selection: Selection, archive_title: str, surface: Surface = FILE
) -> str:
    """Return the most frequent words of each language as a picture."""
    figures = [
        f"{result.language}: {result.size:,} words of {result.articles:,} articles, {result.types:,} different ones"
        for result in word_lists
    ]
    groups = [
        BarGroup(result.language, [(word.word, float(word.count)) for word in result.words]) for result in word_lists
    ]
    return _draw("Words", "times found", groups, figures, selection, archive_title, surface)


def collocates_svg(
    results: Sequence[Collocations], selection: Selection, archive_title: str, surface: Surface = FILE
) -> str:
    """Return the collocates with the highest scores of each language as a picture."""
    figures = [
        f"{result.language}: {result.hits:,} hits in {result.articles:,} articles, {result.near:,} words around them"
        f" of {result.words:,}"
        for result in results
    ]
    groups = [BarGroup(result.language, [(word.word, word.score) for word in result.collocates]) for result in results]
    return _draw("Words around it", "score", groups, figures, selection, archive_title, surface)


def keywords_svg(results: Sequence[Keywords], selection: Selection, archive_title: str, surface: Surface = FILE) -> str:
    """Return the keywords with the highest scores of each language as a picture."""
    figures = [
        f"{result.language}: {result.words:,} words of {result.articles:,} articles, against {result.other_words:,}"
        f" of {result.other_articles:,}"
        for result in results
    ]
    groups = [BarGroup(result.language, [(word.word, word.score) for word in result.keywords]) for result in results]
    return _draw("Words that mark it", "score", groups, figures, selection, archive_title, surface)


def _draw(
    heading: str,
    unit: str,
    groups: Sequence[BarGroup],
    figures: Sequence[str],
    selection: Selection,
    title: str,
    surface: Surface,
) -> str:
    name = name_selection(selection)
    return bars_svg(f"{heading}: {name} ({unit})", groups, make_caption(name, title, "; ".join(figures)), surface)
