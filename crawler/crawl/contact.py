"""Who we are: a crawl of a live site tells its people how to reach us, or it does not begin.

The contact comes from the command line, from ``SEEALSO_CONTACT``, or from the last live crawl into the same archive,
which keeps its options in ``runs``. A mirror needs none: whoever gives one knows whose it is.
"""

from __future__ import annotations

import json
import os
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote

from crawler.crawl.options import CrawlOptions
from crawler.errors import CrawlerError
from crawler.site import Site

CONTACT_VARIABLE = "SEEALSO_CONTACT"


class ContactMissing(CrawlerError):
    """A live site would be asked by nobody it could answer to."""


def with_contact(options: CrawlOptions, site: Site) -> CrawlOptions:
    """Return the options with a contact, where one is needed. Raises ContactMissing when there is none."""
    if options.contact or options.mirror is not None:
        return options
    contact = find_contact(options.archive, site)
    if contact is None:
        raise ContactMissing(
            f"{site.title} should know whom to ask about this crawl: give a web or mail address with --contact or "
            f"{CONTACT_VARIABLE}; the archive remembers it"
        )
    return replace(options, contact=contact)


def find_contact(archive: Path, site: Site) -> str | None:
    """Return the contact of the environment, or of the last live crawl into the archive; None when there is none."""
    return os.environ.get(CONTACT_VARIABLE) or _find_last_contact(archive, site)


def _find_last_contact(archive: Path, site: Site) -> str | None:
    # Read past the archive's own door, which would refuse one of an older version that the crawl is about to update.
    if not archive.is_file():
        return None
    try:
        with closing(sqlite3.connect(f"file:{quote(str(archive.absolute()))}?mode=ro", uri=True)) as db:
            rows = db.execute("SELECT settings FROM runs ORDER BY id DESC LIMIT 1000").fetchall()
        for (text,) in rows:
            asked = json.loads(text)
            if asked.get("contact") and not asked.get("mirror"):
                return str(asked["contact"])
    except (sqlite3.Error, ValueError, TypeError, AttributeError):
        return None  # no archive of ours: opening it will say so
    return None
