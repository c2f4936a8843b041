"""What every normalisation test may ask for: the site whose facts the cases are, and a plain one of our own."""

from __future__ import annotations

import pytest
from hypothesis import settings

from crawler.site import AddressForm, DateFormats, Site

# The same examples on every run, and no deadline that a busy machine could miss.
settings.register_profile("repeatable", derandomize=True, deadline=None)
settings.load_profile("repeatable")


@pytest.fixture(scope="session")
def asianews() -> Site:
    from crawler.sites.registry import find_site

    return find_site("asianews")


@pytest.fixture(scope="session")
def courier() -> Site:
    """A site in one language, with words for keys and midnight as a time like any other."""
    return Site(
        name="courier",
        title="The Courier",
        origin="https://courier.example",
        domains=("courier.example",),
        country="gb",
        languages=("en",),
        timezone="Europe/London",
        addresses=(
            AddressForm(kind="article", path=r"/story", query={"id": r"(?P<key>\d+)"}),
            AddressForm(kind="article", path=r"/news/(?P<key>[^/]+)/?", numeric=False),
        ),
        dates=(DateFormats(place="header", formats=("%d %B %Y, %H:%M",)),),
        guess_dates=False,
    )
