"""Mends the source of Datasette's templates while they are compiled: a name for each control, a landmark, a language.

The blocks of its templates reach none of these, and a copy of a whole template would be out of date with every release.
A substitution whose words a release no longer has changes nothing. ``docs/decisions/0040`` gives the reasons.
"""

from __future__ import annotations

import re
from typing import Final

from jinja2.ext import Extension

OURS: Final = "seealso/"
"""Templates of our own pages begin so; they need no mending."""
_UNLESS_DRESSED: Final = r"{% if not house %}\g<0>{% endif %}"
"""What Datasette's page has only where it is not in our dress; ``house`` is a variable of its templates then."""
_FILTER_LABELS: Final = (
    ('<select name="_filter_column', "Column to filter by"),
    ('<select name="_filter_op', "How to compare"),
    ('<input type="text" name="_filter_value', "Value to compare with"),
    ('<select name="_sort"', "Column to sort by"),
    ('<textarea id="sql-editor"', "SQL"),
)
_MENDINGS: Final[tuple[tuple[re.Pattern[str], str], ...]] = (
    (re.compile(r"<html>"), '<html lang="en">'),
    (re.compile(r"<link[^>]*static\('app\.css'\)[^>]*>"), _UNLESS_DRESSED),
    (re.compile(r"<script[^>]*static\('navigation-search\.js'\)[^>]*></script>"), _UNLESS_DRESSED),
    (re.compile(r"<navigation-search\b[^>]*></navigation-search>"), _UNLESS_DRESSED),
    (re.compile(r'<section class="content">'), '<section class="content" id="content" role="main">'),
    (
        re.compile(r'<div class="table-wrapper">'),
        '<div class="table-wrapper" role="region" aria-label="Rows" tabindex="0">',
    ),
    *(
        (re.compile(re.escape(control)), control.replace(" ", f' aria-label="{label}" ', 1))
        for control, label in _FILTER_LABELS
    ),
    (
        re.compile(r'<dl class="column-descriptions">(.*?)</dl>', re.DOTALL),
        r'<details class="columns"><summary>What the columns mean</summary><dl class="facts">\1</dl></details>',
    ),
)
_HEADING: Final = re.compile(r"<(/?)h3\b")
_FIRST_HEADING: Final = re.compile(r"<h3>(Custom SQL query[^<]*)</h3>")
"""On the page of a database, where tables beneath have headings of the third rank."""


class MendingExtension(Extension):
    """Applies the mendings to the templates of Datasette, never to what they print."""

    def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:
        """Return the source of a template with its mendings."""
        if name and name.startswith(OURS):
            return source
        return mend_template(source, (name or "").rpartition(":")[2])


def mend_template(source: str, name: str) -> str:
    """Return the source of one of Datasette's templates with every mending that applies.

    >>> mend_template("<html><h3>Rows</h3></html>", "table.html")
    '<html lang="en"><h2>Rows</h2></html>'
    """
    for pattern, replacement in _MENDINGS:
        source = pattern.sub(replacement, source)
    if name in ("table.html", "query.html"):
        return _HEADING.sub(r"<\1h2", source)
    return _FIRST_HEADING.sub(r"<h2>\1</h2>", source)
