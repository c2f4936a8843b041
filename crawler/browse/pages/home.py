"""The first page: what the archive holds."""

from __future__ import annotations

from crawler.browse.page import Answer, Asked, page


@page("home", menu="Home")
def home(asked: Asked) -> Answer:
    """Show what the archive holds."""
    return Answer(template="home.html", context={"newest": asked.archive.search("", limit=10)})
