"""Reads from an inline style whether readers see the element: hidden, off the screen, cut off, in a type of no size."""

from __future__ import annotations

import re
from typing import Final

_BLOCK: Final = re.compile(r"display\s*:\s*(?:block|flex|grid|table|list-item)|position\s*:\s*(?:absolute|fixed)")
"""What is put at a place of its own is a block, whatever its ``display`` is (CSS 2.1, 9.7)."""
_INLINE: Final = re.compile(r"display\s*:\s*inline\s*(?:!important\s*)?(?:;|$)")
_INLINE_BLOCK: Final = re.compile(r"display\s*:\s*inline-block")
_FAR: Final = r"-(?:\d{3,6}(?:em|rem|vw|vh|%)|\d{4,6}(?:px|pt)?)"
"""A length to the left or above that leads off every screen."""
_MOVED_AWAY: Final = re.compile(
    r"position\s*:\s*(?:absolute|fixed)[^\"]{0,60}\b(?:left|top)\s*:\s*-\d{3,6}(?:px|em|rem)|"
    r"\b(?:left|top)\s*:\s*-\d{3,6}(?:px|em|rem)[^\"]{0,60}position\s*:\s*(?:absolute|fixed)|"
    rf"(?:text-indent|margin(?:-left|-top)?)\s*:\s*{_FAR}|translate(?:x|y|3d)?\s*\(\s*{_FAR}"
)
"""How a text is put where nobody sees it; a headline there stands for a picture of it."""
_CLIPPED: Final = re.compile(
    r"\bclip\s*:\s*rect\(\s*[01](?:px)?[\s,]+[01](?:px)?[\s,]+[01](?:px)?[\s,]+[01](?:px)?\s*\)|"
    r"clip-path\s*:\s*inset\(\s*(?:50|100)%\s*\)"
)
"""How a text is cut off on all sides, for those who are read to aloud."""
_OF_NO_SIZE: Final = re.compile(
    r"(?<![\w-])width\s*:\s*[01]p?x?\s*(?:!important\s*)?;.*(?<![\w-])height\s*:\s*[01]p?x?\s*(?:!important\s*)?(?:;|$)"
)
"""An element of no width and no height; without a height alone it only waits to be unfolded."""
_CUT_OFF: Final = re.compile(r"overflow(?:-y)?\s*:\s*(?:hidden|clip)")
_HIDDEN: Final = re.compile(r"display\s*:\s*none|(?<!content-)visibility\s*:\s*hidden|content-visibility\s*:\s*hidden")
_TINY: Final = re.compile(r"font-size\s*:\s*[01](?:\.0+)?(?:px|pt|em|rem|%)?\s*(?:!important\s*)?(?:;|$)")
_TINY_EM: Final = re.compile(r"font-size\s*:\s*1(?:\.0+)?(?:em|rem)")
_OF_TINY_TYPE: Final = frozenset(("p", "span", "font", "b", "i", "em", "strong", "small", "a", "li", "blockquote"))
"""Elements whose own words a type of no size hides; of boxes it takes away the spaces between what stands in them."""
_FADED: Final = re.compile(r"(?<![\w-])opacity\s*:\s*0(?:\.0+)?\s*(?:!important\s*)?(?:;|$)|scale\(\s*0\s*\)")
_APPEARS: Final = re.compile(r"transition|animation|will-change|translate|rotate")
"""What makes an element appear: it is only shown a little later."""
_COLOUR: Final = re.compile(r"(?<![\w-])color\s*:\s*(#[0-9a-f]{3,6}|white|black)\b")
_GROUND: Final = re.compile(r"background(?:-color)?\s*:\s*(#[0-9a-f]{3,6}|white|black)\b")
_KEEPS_BREAKS: Final = re.compile(r"white-space\s*:\s*(?:pre|break-spaces)")
_NAMED_COLOURS: Final = {"white": "#fff", "black": "#000"}
_MAY_HIDE: Final = (
    *("display", "visibility", "indent", "position", "margin", "translate", "clip", "height", "font-size"),
    *("opacity", "scale(0", "background", "white-space"),
)
"""What a style says that hides something, or shows it as a block: looked for sooner than the patterns."""


def tells_of_sight(style: str) -> bool:
    """Return False for a style, in small letters, that surely says nothing of how its element is shown."""
    return any(word in style for word in _MAY_HIDE)


def is_hidden(style: str) -> bool:
    """Does a style take the element out of what is shown?"""
    return _HIDDEN.search(style) is not None


def is_block(style: str) -> bool:
    """Is the element shown as a block, whatever its tag?"""
    return _BLOCK.search(style) is not None


def is_inline(style: str) -> bool:
    """Is the element shown within the line around it, whatever its tag?"""
    return _INLINE.search(style) is not None


def may_be_word(style: str) -> bool:
    """Is the element shown as a box within the line around it, as tools that move words one by one set each of them?"""
    return _INLINE_BLOCK.search(style) is not None


def keeps_breaks(style: str) -> bool:
    """Are the line breaks of the source shown?"""
    return _KEEPS_BREAKS.search(style) is not None


def is_faded(style: str) -> bool:
    """Is the element shown without any colour, and nothing says that it appears soon?"""
    return _FADED.search(style) is not None and _APPEARS.search(style) is None


def is_out_of_sight(tag: str, style: str) -> bool:
    """Does a style put an element off the screen, give it no size, or set it in a type or a colour that nobody sees?

    >>> is_out_of_sight("p", "text-indent: -9999px"), is_out_of_sight("div", "font-size: 0")
    (True, False)
    """
    if _MOVED_AWAY.search(style) or _CLIPPED.search(style):
        return True
    if _OF_NO_SIZE.search(style) and _CUT_OFF.search(style):
        return True
    if tag in _OF_TINY_TYPE and _TINY.search(style) and not _TINY_EM.search(style):
        return True
    colour, ground = _COLOUR.search(style), _GROUND.search(style)
    return colour is not None and ground is not None and _spell_colour(colour[1]) == _spell_colour(ground[1])


def _spell_colour(colour: str) -> str:
    """Return one spelling of a colour: its three or six figures as six."""
    figures = _NAMED_COLOURS.get(colour, colour)[1:]
    return "".join(figure * 2 for figure in figures) if len(figures) == 3 else figures
