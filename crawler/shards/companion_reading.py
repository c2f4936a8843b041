"""Reads pages for the crawl of another process, one after another. It loads nothing of what fetches."""

from __future__ import annotations

from dataclasses import replace

from crawler.items import Address, Capture
from crawler.outcome.answer import read_answer
from crawler.outcome.prepared_texts import prepare_texts
from crawler.shards.publications import Publication
from crawler.shards.readings import Reading, encode_reading
from crawler.system.garbage import stay_with_less_garbage

_publications: list[Publication] = []
"""The publication that this process reads for."""


def load_publication(publication: Publication) -> None:
    """Begin to read for a publication."""
    _publications[:] = [publication]
    stay_with_less_garbage()


def read_page(capture: Capture, address: Address, former_words: int | None, is_known: bool) -> bytes:
    """Read a page and return the reading as bytes. ``is_known``: its article is archived; of how many words."""
    (publication,) = _publications
    outcome = read_answer(capture, address, publication.site, publication.pages, former_words=former_words)
    article = outcome.article
    return encode_reading(
        Reading(
            capture=replace(capture, body=b"", headers=()),
            outcome=outcome,
            prepared=prepare_texts(article) if article is not None and not is_known else None,
        )
    )
