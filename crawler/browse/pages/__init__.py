"""The pages of the front, one module for each kind.

To add one:

1. Write ``crawler/browse/pages/NAME.py`` with a function that takes an :class:`~crawler.browse.page.PageRequest` and
returns
   an :class:`~crawler.browse.page.PageResponse`. ``page`` gives it an address under ``/{archive}/-/``, with named
   groups for what varies, and, if it belongs in the menu of every page, its words there::

       @page(r"author/(?P<author_id>[0-9]+)")
       def author(asked: Asked) -> Answer:
           found = find(asked.archive.db, asked.number("author_id"))  # from crawler.archive or crawler.research
           if found is None:
               raise Missing("there is no such author here")
           return Answer(template="author.html", context={"author": found})

   It runs in a thread, on one moment of a read-only archive, within :data:`crawler.browse.executor.PAGE_SECONDS`. What
   the page can do without goes through ``asked.patience.optional(seconds, lambda: ...)``, which is None when it takes
   longer. ``Missing`` becomes a 404 page, ``BadQuery`` 400, everything slow or busy 503. ``asked.arguments`` has the
   parameters. A page that shows other tables than an article's names them: ``page(..., tables=(*READING, "runs"))``;
   one that takes questions, of which some are slow, has ``lane="asking"``.
2. Write ``crawler/browse/templates/seealso/NAME.html``, which extends ``seealso/base.html`` and fills ``page_title``
   and ``content``. At hand in it: ``links`` (:class:`~crawler.browse.urls.PageLinks`: every address; add a method for
   the new page there), ``words`` (:mod:`crawler.browse.formatting`: ``words.day(…)``, ``words.count(…)``,
   ``words.language(…)``, ``words.marked(text, spans)``), ``asked`` (the parameters), ``publication``. Macros for lists
   of articles, bars and the like are in ``seealso/_parts.html``. All text of the archive is hostile: autoescape is on,
   ``|safe`` is never used, an address from a page becomes a link only when ``words.is_web(url)``. The policy allows no
   ``style=`` and no script inside the page; styles go into ``static/reading.css``.
3. Add it to :data:`PAGES` below, in the order of the menu.
"""

from __future__ import annotations

from typing import Final

from crawler.browse.page import Page
from crawler.browse.pages.article import article, revision
from crawler.browse.pages.authors import author, authors
from crawler.browse.pages.calendar import calendar, period
from crawler.browse.pages.feed import feed
from crawler.browse.pages.graph import graph
from crawler.browse.pages.health import health
from crawler.browse.pages.home import home
from crawler.browse.pages.places import place, places
from crawler.browse.pages.search import search
from crawler.browse.pages.story import story

PAGES: Final[tuple[Page, ...]] = (
    *(home, search, calendar, period, authors, author, places, place, health),
    *(article, revision, story, graph, feed),
)
"""Every page of the front."""
HOME: Final = home
"""What stands at ``/`` when one archive and nothing else is served."""
MENU: Final = tuple(page for page in PAGES if page.menu)
"""Those that every page links to."""
