"""New layouts that a reader of the old ones does not understand: what happens to a site when it is rebuilt overnight.

Readers with a browser see the same articles as before; a part of them is put in by scripts, so that the page as it is
sent lacks it.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Sequence
from dataclasses import replace

from crawler.practice.dialects import escape_text
from crawler.practice.layouts import Related, article_page
from crawler.practice.stories import Edition

REDESIGNS = {
    "unsigned": "bylines are put in by a script",
    "bare": "byline, kicker, lead and dateline are put in by a script",
    "teaser": "all but the first paragraph is put in by a script",
    "scripted": "everything is put in by a script",
}
"""Names, and what each does."""


class Redesign:
    """The layout that articles are served in: as they were at first, and another one from some article on."""

    def __init__(self, name: str | None = None, after: int = 0) -> None:
        """``name`` is one of :data:`REDESIGNS` or None; ``after`` so many article pages have been served as before."""
        self.name, self.after = name, after
        self.served = 0
        """Article pages served in the new layout."""
        self._lock = threading.Lock()

    def page(
        self, edition: Edition, phase: int, related: Sequence[Related], translations: Sequence[tuple[str, str]]
    ) -> str:
        """The full page of an edition, in the layout that is due."""
        if not self._due():
            return article_page(edition, phase, related, translations)
        if self.name == "scripted":
            return _shell(edition)
        shown = replace(edition, json_ld=None, quirk=None)
        if self.name in ("unsigned", "bare"):
            shown = replace(shown, byline=None, writers=())
        if self.name == "bare":
            shown = replace(shown, kicker=None, lead=None, dateline=None)
        if self.name == "teaser":
            shown = replace(shown, paragraphs=shown.paragraphs[:1])
        return article_page(shown, phase, related, translations).replace("</body>", _data(edition) + "</body>")

    def _due(self) -> bool:
        if self.name is None:
            return False
        with self._lock:
            if self.after > 0:
                self.after -= 1
                return False
            self.served += 1
            return True


def _shell(edition: Edition) -> str:
    return (
        f'<!DOCTYPE html>\n<html lang="{edition.language}"><head><meta charset="utf-8"><title>AsiaNews</title></head>\n'
        f'<body><div id="app"></div><noscript>{escape_text("Please enable JavaScript.")}</noscript>{_data(edition)}</body></html>\n'
    )


def _data(edition: Edition) -> str:
    told = {
        "h": edition.headline,
        "w": edition.byline,
        "l": edition.lead,
        "d": edition.dateline,
        "p": edition.paragraphs,
    }
    written = json.dumps(told, ensure_ascii=False).replace("<", "\\u003c")
    return f"<script>window.__story={written};</script>"
