"""Redesigns: serves articles in new layouts that readers of the old ones do not understand, as after a relaunch.

In a browser the articles look as before. Scripts insert a part of them, so that the page as it is sent lacks it.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Sequence
from dataclasses import replace

from crawler.practice.dialects import escape_text
from crawler.practice.layouts import Related, make_article_page
from crawler.practice.stories import Edition

REDESIGNS = {
    "unsigned": "bylines are put in by a script",
    "bare": "byline, kicker, lead and dateline are put in by a script",
    "teaser": "all but the first paragraph is put in by a script",
    "scripted": "everything is put in by a script",
}
"""Name of a redesign → what it does."""


class Redesign:
    """The layout that articles are served in: the old one at first, and a new one from some article on."""

    def __init__(self, name: str | None = None, after: int = 0) -> None:
        """``name`` is one of :data:`REDESIGNS` or None; the first ``after`` article pages are served in the old layout."""
        self.name, self.after = name, after
        self.served = 0
        """Article pages served in the new layout."""
        self._lock = threading.Lock()

    def make_page(
        self, edition: Edition, phase: int, related: Sequence[Related], translations: Sequence[tuple[str, str]]
    ) -> str:
        """Return the full page of an edition, in the layout that is due."""
        if not self._is_due():
            return make_article_page(edition, phase, related, translations)
        if self.name == "scripted":
            return _make_shell(edition)
        reduced = replace(edition, json_ld=None, quirk=None)
        if self.name in ("unsigned", "bare"):
            reduced = replace(reduced, byline=None, writers=())
        if self.name == "bare":
            reduced = replace(reduced, kicker=None, lead=None, dateline=None)
        if self.name == "teaser":
            reduced = replace(reduced, paragraphs=reduced.paragraphs[:1])
        return make_article_page(reduced, phase, related, translations).replace(
            "</body>", _make_data(edition) + "</body>"
        )

    def _is_due(self) -> bool:
        if self.name is None:
            return False
        with self._lock:
            if self.after > 0:
                self.after -= 1
                return False
            self.served += 1
            return True


def _make_shell(edition: Edition) -> str:
    return (
        f'<!DOCTYPE html>\n<html lang="{edition.language}"><head><meta charset="utf-8"><title>AsiaNews</title></head>\n'
        f'<body><div id="app"></div><noscript>{escape_text("Please enable JavaScript.")}</noscript>{_make_data(edition)}</body></html>\n'
    )


def _make_data(edition: Edition) -> str:
    story = {
        "h": edition.headline,
        "w": edition.byline,
        "l": edition.lead,
        "d": edition.dateline,
        "p": edition.paragraphs,
    }
    json_text = json.dumps(story, ensure_ascii=False).replace("<", "\\u003c")
    return f"<script>window.__story={json_text};</script>"
