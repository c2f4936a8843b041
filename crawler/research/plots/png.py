"""Draws a timeline as PNG with matplotlib (the extra ``plot``)."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from crawler.errors import MissingExtra
from crawler.research.plots.scale import Measure, choose_period_marks, label_axis, measure_share, name_series
from crawler.research.timeline import Share, Timeline

_PREFERRED_FONT: Final = "DejaVu Sans"
"""Comes with matplotlib, and has Latin, Greek, Cyrillic and more."""
_FALLBACK_FONTS: Final = (
    "Noto ",
    "Source Han ",
    "WenQuanYi ",
    "Droid Sans Fallback",
    "PingFang ",
    "Microsoft YaHei",
    "Arial Unicode",
)
"""Families whose names begin so are asked for what it has not: a query may be in any script."""
_STYLES: Final = ("-", "--", ":", "-.")


def write_png(timeline: Timeline, path: Path, measure: Measure = "per-thousand") -> tuple[str, ...]:
    """Write a picture of a timeline, 1,440 pixels wide; return a line for a person where no font has a letter.

    The same timeline gives the same bytes with the same matplotlib.

    Raises:
        MissingExtra: matplotlib is not installed.
        OSError: the file cannot be written.

    """
    try:
        from matplotlib import font_manager
        from matplotlib.backends.backend_agg import FigureCanvasAgg
        from matplotlib.figure import Figure
        from matplotlib.ticker import MaxNLocator
    except ImportError as error:
        raise MissingExtra("matplotlib") from error
    figure = Figure(figsize=(9, 5), dpi=160, layout="constrained")
    FigureCanvasAgg(figure)
    names = [_escape_formula(name_series(series)) for series in timeline.series]
    families = [_PREFERRED_FONT]
    if any(max(name) > "\u04ff" for name in names):
        families += sorted(name for name in font_manager.get_font_names() if name.startswith(_FALLBACK_FONTS))
    above, below = figure.subplots(2, 1, sharex=True, height_ratios=(4, 1))
    indexes = range(len(timeline.periods))
    for number, series in enumerate(timeline.series):
        values = [measure_share(share, measure) for share in series.shares]
        (line,) = above.plot(
            indexes,
            [float("nan") if value is None else value for value in values],
            _STYLES[number % len(_STYLES)],
            label=names[number],
        )
        # A line of one point would not be seen.
        isolated = _find_isolated_values(values)
        above.plot(list(isolated), list(isolated.values()), "o", markersize=4, color=line.get_color())
    above.set_ylim(bottom=0)
    if measure == "count":
        above.yaxis.set_major_locator(MaxNLocator(integer=True))
    above.set_ylabel(label_axis(timeline, measure))
    if timeline.series:
        figure.legend(prop={"family": families}, loc="outside upper left", frameon=False)
    counts = [max(share.articles for share in column) for column in _list_columns(timeline)]
    lacks = [max(share.waiting + (share.never_asked or 0) for share in column) for column in _list_columns(timeline)]
    below.bar(indexes, counts, color="#b8b8b8", label=f"{timeline.plural} of the corpus")
    if any(lacks):
        below.bar(indexes, lacks, bottom=counts, color="#aa3333", label="what it is known to lack")
        below.legend(frameon=False, fontsize="small", loc="upper left", ncols=2)
        highest = max(have + lack for have, lack in zip(counts, lacks, strict=True))
        below.set_ylim(top=1.5 * highest)  # room for the legend
    below.set_ylabel(timeline.plural)
    marks = choose_period_marks(timeline.periods)
    below.set_xticks(marks, [timeline.periods[place] for place in marks])
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        figure.savefig(path, format="png", metadata={"Software": None})
    missing = any("Glyph" in str(warning.message) for warning in caught)
    return ("no installed font has every letter of the legend: some are shown as boxes",) if missing else ()


def _find_isolated_values(values: Sequence[float | None]) -> dict[int, float]:
    """Return the values that have none beside them, by place."""
    padded = [None, *values, None]
    return {
        index: value
        for index, value in enumerate(values)
        if value is not None and padded[index] is None and padded[index + 2] is None
    }


def _list_columns(timeline: Timeline) -> list[tuple[Share, ...]]:
    return list(zip(*(series.shares for series in timeline.series), strict=True))


def _escape_formula(text: str) -> str:
    r"""Return a text that matplotlib takes for no formula (``$…$``) and shows even if it begins with an underscore."""
    return (text if not text.startswith("_") else " " + text).replace("$", r"\$")
