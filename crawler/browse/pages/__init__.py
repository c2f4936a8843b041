"""The pages of the front; each kind has a module.

To add one:

1. Write ``crawler/browse/pages/NAME.py`` with a function that takes an :class:`~crawler.browse.page.PageRequest` and
   returns a :class:`~crawler.browse.page.PageResponse`. The decorator ``page`` gives it an address under
   ``/{archive}/-/``, with named groups for what varies, and, if it belongs in the menu of every page, its words there
   (``menu="Authors"``), or the path of the entry that it is below (``section``)::

       @page(r"author/(?P<author_id>[0-9]+)", section="authors")
       def author(request: PageRequest) -> PageResponse:
           entry = author_entry(request.archive, request.number("author_id"))  # of crawler.archive or crawler.research
           if entry is None:
               raise PageMissing("there is no such author here")
           return PageResponse(template="author.html", context={"author": entry})

   It runs in a thread, in one read transaction of a read-only archive, within
   :data:`crawler.browse.executor.PAGE_SECONDS`. What the page can do without goes through
   ``request.time_limit.try_within(seconds, lambda: ...)``, which is None when it takes longer. ``PageMissing`` becomes
   a 404 page, ``BadQuery`` 400, everything slow or busy 503. ``request.arguments`` has the parameters. A page that
   shows other tables than an article's names them: ``page(..., tables=(*READING_TABLES, "runs"))``; a page that answers
   questions, some of them slow, has ``pool="asking"``.
2. Write ``crawler/browse/templates/seealso/NAME.html``, which extends ``seealso/base.html`` and fills ``page_title``
   and ``content``. Its variables: ``links`` (:class:`~crawler.browse.urls.PageLinks`: every address; add a method for
   the new page there), ``words`` (:mod:`crawler.browse.drawing.formatting`: ``words.day(…)``, ``words.count(…)``,
   ``words.language(…)``, ``words.mark_spans(text, spans)``), ``asked`` (the parameters), ``publication``. Macros for
   lists of articles, bars and the like are in ``seealso/_parts.html``. All text of the archive is hostile: autoescape
   is on, ``|safe`` is never used, an address from a page becomes a link only when ``words.is_web(url)``. The policy
   allows no ``style=`` and no script inside the page; styles go into ``static/reading.css``.
3. Add it to :data:`PAGES` below, in the order of the menu, and its address to ``tests/browse/test_odd_questions.py``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from crawler.browse.page import Page
from crawler.browse.pages.article import against, article, identity, revision
from crawler.browse.pages.authors import author, authors
from crawler.browse.pages.calendar import calendar, period
from crawler.browse.pages.day_of_year import on_this_day
from crawler.browse.pages.feed import feed
from crawler.browse.pages.graph import graph
from crawler.browse.pages.health import health
from crawler.browse.pages.home import home
from crawler.browse.pages.notes import coding, coding_walk, notes
from crawler.browse.pages.opensearch import opensearch
from crawler.browse.pages.overview import show_overview
from crawler.browse.pages.places import place, places
from crawler.browse.pages.references import references
from crawler.browse.pages.search import search
from crawler.browse.pages.site import site
from crawler.browse.pages.story import story
from crawler.browse.pages.study import show_concordance, timeline
from crawler.browse.pages.values import values
from crawler.browse.pages.words import collocates, keywords, words
from crawler.browse.serving.rules import find_rules

if TYPE_CHECKING:
    from datasette.app import Datasette

PAGES: Final[tuple[Page, ...]] = (
    *(home, search, show_overview, timeline, calendar, period, authors, author, places, place, health),
    *(notes, coding, coding_walk),
    *(show_concordance, words, collocates, keywords),
    *(article, revision, identity, against, site, story, graph, on_this_day, values, feed, references, opensearch),
)
"""Every page of the front."""
HOME: Final = home
"""The page at ``/`` when one archive and nothing else is served."""
MENU: Final = tuple(page for page in PAGES if page.menu)
"""The pages that every page links to (:func:`list_menu`)."""


def list_menu(datasette: Datasette) -> tuple[Page, ...]:
    """Return the pages of the menu: those of notes only where notes are served."""
    rules = find_rules(datasette)
    has_notes = rules is not None and rules.notes is not None
    return tuple(page for page in MENU if has_notes or not page.of_notes)
