"""Reads pages by models that have not seen their domain: an adapter for a scorer of readers.

    python -m training.body --pages FOLDER --models DIR
    python -m training.pages --pages FOLDER --models DIR
    SEEALSO_FOLD_MODELS=DIR PYTHONPATH=. python SCORER training/out_of_fold.py

The scorer calls :func:`extract` with the bytes of a page and its address, and :func:`names` with a printed byline.
Each kind of model has its own number of folds; DIR has to hold both, since the shipped ones have seen every page.
"""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path
from typing import Any

from crawler.extraction.body import body_model
from crawler.extraction.body.body_model import BodyModel, read_body_model
from crawler.extraction.evidence import page_model
from crawler.extraction.evidence.page_model import PageModel, read_page_model
from seealso import read_page, split_byline
from training.pages_folder import complete_url, find_domain, find_fold


@cache
def load_page_models(folder: str) -> list[PageModel]:
    """Return the page models of all folds, in their order."""
    return [read_page_model(text) for text in _read_folds(folder, "page_model")]


@cache
def load_body_models(folder: str) -> list[BodyModel]:
    """Return the body models of all folds, in their order."""
    return [read_body_model(text) for text in _read_folds(folder, "body_model")]


def _read_folds(folder: str, name: str) -> list[str]:
    """Return the texts of ``NAME.0.json``, ``NAME.1.json``, …; raise ValueError where one is missing."""
    files = sorted(Path(folder).glob(f"{name}.*.json"), key=lambda file: int(file.suffixes[0][1:]))
    if not files or [file.name for file in files] != [f"{name}.{fold}.json" for fold in range(len(files))]:
        raise ValueError(f"{folder} lacks a fold of {name}: it has {[file.name for file in files]}")
    return [file.read_text(encoding="utf-8") for file in files]


def set_models(url: str, folder: str) -> None:
    """Have the reader use those models of a folder that have not seen the domain of an address."""
    domain = find_domain(url)
    pages, bodies = load_page_models(folder), load_body_models(folder)
    of_pages, of_bodies = pages[find_fold(domain, len(pages))], bodies[find_fold(domain, len(bodies))]
    page_model.load_page_model = lambda: of_pages  # type: ignore[assignment]
    body_model.load_body_model = lambda: of_bodies  # type: ignore[assignment]


def extract(html: bytes, url: str) -> dict[str, Any]:
    """Return the fields of a page as the scorer wants them; raise what the reader raises."""
    url = complete_url(url)
    set_models(url, os.environ["SEEALSO_FOLD_MODELS"])
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
