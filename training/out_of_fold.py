"""Reads pages by models that have not seen their domain: an adapter for a scorer of readers.

    python -m training.pages --pages FOLDER --models DIR
    SEEALSO_FOLD_MODELS=DIR PYTHONPATH=. python SCORER training/out_of_fold.py

The scorer calls :func:`extract` with the bytes of a page and its address, and :func:`names` with a printed byline.
"""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path
from typing import Any

from crawler.extraction import page_model
from crawler.extraction.page_model import PageModel, read_page_model
from seealso import read_page, split_byline
from training.pages_folder import complete_url, find_domain, find_fold


@cache
def load_fold_models(folder: str) -> list[PageModel]:
    """Return the models of all folds, in their order."""
    files = sorted(Path(folder).glob("page_model.*.json"), key=lambda file: int(file.suffixes[0][1:]))
    return [read_page_model(file.read_text(encoding="utf-8")) for file in files]


def extract(html: bytes, url: str) -> dict[str, Any]:
    """Return the fields of a page as the scorer wants them; raise what the reader raises."""
    url = complete_url(url)
    models = load_fold_models(os.environ["SEEALSO_FOLD_MODELS"])
    model = models[find_fold(find_domain(url), len(models))]
    page_model.load_page_model = lambda: model  # type: ignore[assignment]
    article = read_page(html, url)
    return {
        "title": article.headline,
        "authors": [author.name for author in article.authors],
        "date": article.published.on if article.published else "",
        "text": "\n".join(part for part in (article.lead, article.body) if part),
        "links": [entry.address.url for entry in article.see_also],
    }


def names(printed: str) -> list[str]:
    """Return the authors of a printed byline."""
    return [author.name for author in split_byline(printed)]
