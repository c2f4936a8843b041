"""What a picture is drawn for: a file to keep, or a page of the front, whose width and colours it takes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True, kw_only=True)
class Surface:
    """How wide a picture is, how long its lines are, and whether it has the colours of a page."""

    width: int
    caption_letters: int
    """Letters of a line of the caption."""
    label_letters: int
    """Letters of a query in the legend, or of a heading."""
    is_page: bool = False
    """It has the paper of the front's pages, and is dark where the reader's pages are."""

    @property
    def is_narrow(self) -> bool:
        """True if it is as wide as a phone."""
        return self.width < FILE.width

    def style(self, name: str, css: str, dark: str) -> str:
        """Return the style of a picture of the class ``name``; ``dark`` is what differs on a dark page."""
        if not self.is_page:
            return css
        background = f".{name}{{background:{LIGHT_PAPER}}}"
        return (
            f"{css}{background}\n@media screen and (prefers-color-scheme:dark){{.{name}{{background:{DARK_PAPER}}}\n"
            f".{name} text{{fill:{_DARK_INK}}}.{name} .caption{{fill:{_DARK_FAINT}}}\n"
            f".{name} .axis{{stroke:{_DARK_EDGE}}}\n{dark}}}\n"
        )


LIGHT_PAPER: Final = "#fcfbf8"
DARK_PAPER: Final = "#17181b"
"""The paper of the front's pages, as its style sheet has it."""
_DARK_INK, _DARK_FAINT, _DARK_EDGE = "#e9e6df", "#aaa69c", "#83817b"
FILE: Final = Surface(width=760, caption_letters=112, label_letters=70)
PAGE: Final = Surface(width=760, caption_letters=112, label_letters=70, is_page=True)
PHONE: Final = Surface(width=300, caption_letters=42, label_letters=30, is_page=True)
"""Its letters are as large as those around it where it fills the width of a phone."""
