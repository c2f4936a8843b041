"""The contact that a crawl of a live site gives in its user agent; without one such a crawl does not begin.

The contact comes from the command line, from ``SEEALSO_CONTACT``, or from the last live crawl into the same archive,
which keeps its options in ``runs``. A crawl of a mirror needs none: its user knows whose mirror it is.
"""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

from crawler.archive.runs.contact import find_last_contact
from crawler.crawl.options import CrawlOptions
from crawler.errors import CrawlerError
from crawler.site import Site

CONTACT_VARIABLE = "SEEALSO_CONTACT"


class ContactMissing(CrawlerError):
    """No contact is known for a crawl of a live site: give one."""


def add_contact(options: CrawlOptions, site: Site) -> CrawlOptions:
    """Return the options with a contact where the crawl needs one. Raises ContactMissing when none is known."""
    if options.contact or options.mirror is not None:
        return options
    contact = find_contact(options.archive)
    if contact is None:
        raise ContactMissing(
            f"{site.title} should know whom to ask about this crawl: give a web or mail address with --contact or "
            f"{CONTACT_VARIABLE}; the archive remembers it"
        )
    return replace(options, contact=contact)


def find_contact(archive: Path) -> str | None:
    """Return the contact of the environment, or of the last live crawl into the archive; None when there is none."""
    return os.environ.get(CONTACT_VARIABLE) or find_last_contact(archive)
