"""Plots of series and of words: in the terminal, as SVG, as PNG.

>>> from crawler.research.plots import svg
"""

from typing import TYPE_CHECKING

from crawler.system.late_imports import attach_names

if TYPE_CHECKING:
    from crawler.research.plots.dispersion_picture import dispersion_svg
    from crawler.research.plots.png import write_png
    from crawler.research.plots.svg_picture import svg
    from crawler.research.plots.terminal import draw_blocks
    from crawler.research.plots.word_pictures import collocates_svg, keywords_svg, word_list_svg

__all__ = ["collocates_svg", "dispersion_svg", "draw_blocks", "keywords_svg", "svg", "word_list_svg", "write_png"]

__getattr__, __dir__ = attach_names(
    __name__,
    {
        "collocates_svg": ".word_pictures",
        "dispersion_svg": ".dispersion_picture",
        "draw_blocks": ".terminal",
        "keywords_svg": ".word_pictures",
        "svg": ".svg_picture",
        "word_list_svg": ".word_pictures",
        "write_png": ".png",
    },
)
