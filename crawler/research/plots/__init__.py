"""Plots of series and of words: in the terminal, as SVG, as PNG.

>>> from crawler.research.plots import svg
"""

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from crawler.research.plots.dispersion_picture import dispersion_svg
    from crawler.research.plots.png import write_png
    from crawler.research.plots.svg_picture import svg
    from crawler.research.plots.terminal import draw_blocks
    from crawler.research.plots.word_pictures import collocates_svg, keywords_svg, word_list_svg

__all__ = ["collocates_svg", "dispersion_svg", "draw_blocks", "keywords_svg", "svg", "word_list_svg", "write_png"]

_ROOMS = {
    "collocates_svg": "word_pictures",
    "dispersion_svg": "dispersion_picture",
    "draw_blocks": "terminal",
    "keywords_svg": "word_pictures",
    "svg": "svg_picture",
    "word_list_svg": "word_pictures",
    "write_png": "png",
}
"""Name → the module of this package that defines it: loaded when the name is first asked for."""


def __getattr__(name: str) -> Any:
    if name not in _ROOMS:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(importlib.import_module(f"{__name__}.{_ROOMS[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
