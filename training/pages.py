"""Trains the model that tells articles from other pages, and prints what it refuses at every threshold.

    python -m training.pages --pages FOLDER [--work DIR] [--sets NAME…] [--models DIR] [--check]

needs scikit-learn (``pip install scikit-learn``) beside what the project needs. The folder is described in
:mod:`training.pages_folder`. The result is ``crawler/extraction/evidence/page_model.json``; ``--check`` writes nothing
and ends with exit code 1 when the file is not what this training gives. ``--models DIR`` also writes the model of each
fold, for a scorer that reads every page by the model that has not seen its domain (:mod:`training.out_of_fold`).

The model is a logistic regression over the features of :mod:`crawler.extraction.evidence.evidence`, brought to one
scale for the training and back for the file. Every page is learnt twice, as it is and as if its head stated nothing:
heads of old pages do not, and the sets hold hardly any. The curve is out of fold by domain: no page is judged by a
model that has seen another page of its domain. Pages that are refused before the evidence is weighed (other types,
error pages, no headline) count as refused. Thresholds are those below which :data:`LOST` and :data:`DOUBTED` of all
articles lie out of fold.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler

from crawler.errors import CrawlerError
from crawler.extraction.evidence.evidence import FEATURES, STATED
from crawler.extraction.evidence.page_model import MODEL_FILE, PageModel, format_page_model, read_page_model
from training.pages_folder import SavedPage, add_arguments, find_fold, load_pages

VERSION = 2
"""Raise it with every training whose numbers are shipped."""
FOLDS = 10
PENALTY = 0.1
"""Inverse of the strength of the L2 penalty; 0.03 to 1 differ by less than a page in a hundred."""
LOST = 0.012
"""Share of articles that the shipped model may refuse."""
DOUBTED = 0.05
"""Share of articles that it may refuse or doubt."""
CURVE = (0.5, 0.6, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95)
THRESHOLDS = (0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95)


@dataclass(frozen=True, kw_only=True, slots=True)
class MeasuredPage:
    """A page with its features; none when it is refused without them."""

    page: SavedPage
    features: tuple[float, ...] | None


def main() -> None:
    """Train, print the curve, write the model."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    add_arguments(parser)
    parser.add_argument("--models", type=Path, metavar="DIR", help="write the model of each fold here")
    parser.add_argument("--check", action="store_true", help="compare with the shipped model and write nothing")
    options = parser.parse_args()
    pages = [measure(page) for page in load_pages(options.pages, options.work, options.sets)]
    if not any(page.page.is_article for page in pages) or all(page.page.is_article for page in pages):
        sys.exit(f"{options.pages} holds no sets with both articles and other pages: see training/pages_folder.py.")
    chances, models = judge_out_of_fold(pages)
    refuse_below, sure_from = choose_thresholds(pages, chances)
    print_curve(pages, chances)
    print("\nThe same pages as if their heads stated nothing:\n")
    bare_pages = [
        page
        if page.features is None
        else replace(page, features=tuple(strip_heads(numpy.array([page.features]))[0].tolist()))
        for page in pages
    ]
    folds = [find_fold(page.page.domain, FOLDS) for page in pages]
    print_curve(bare_pages, [judge(page, models[fold]) for page, fold in zip(bare_pages, folds, strict=True)])
    model = replace(train(pages), refuse_below=refuse_below, sure_from=sure_from)
    print_model(model)
    if options.models:
        options.models.mkdir(parents=True, exist_ok=True)
        for fold, fold_model in enumerate(models):
            text = format_page_model(replace(fold_model, refuse_below=refuse_below, sure_from=sure_from))
            (options.models / f"page_model.{fold}.json").write_text(text, encoding="utf-8")
    text = format_page_model(model)
    if options.check:
        sys.exit(
            0 if MODEL_FILE.read_text(encoding="utf-8") == text else f"{MODEL_FILE.name} differs from this training"
        )
    MODEL_FILE.write_text(text, encoding="utf-8")


def measure(page: SavedPage) -> MeasuredPage:
    """Return a page with its features, as the reader measures them."""
    try:
        return MeasuredPage(page=page, features=tuple(page.open().examination.evidence.values()))
    except CrawlerError as problem:
        print(f"{page.name}: {type(problem).__name__}: {problem}", file=sys.stderr)
        return MeasuredPage(page=page, features=None)


def train(pages: Sequence[MeasuredPage]) -> PageModel:
    """Return the model of these pages, without thresholds."""
    measured = [page for page in pages if page.features is not None]
    values = numpy.array([page.features for page in measured])
    is_article = numpy.array([page.page.is_article for page in measured])
    scaler = StandardScaler().fit(values)
    learnt = scaler.transform(numpy.vstack([values, strip_heads(values)]))
    regression = LogisticRegression(C=PENALTY, max_iter=5000).fit(learnt, numpy.tile(is_article, 2))
    weights = regression.coef_[0] / scaler.scale_
    intercept = float(regression.intercept_[0] - (weights * scaler.mean_).sum())
    means = values[is_article].mean(axis=0)
    names = [feature.name for feature in FEATURES]
    model = PageModel(
        version=VERSION,
        intercept=intercept,
        weights=dict(zip(names, map(float, weights), strict=True)),
        typical=dict(zip(names, map(float, means), strict=True)),
        refuse_below=0.0,
        sure_from=0.0,
    )
    return read_page_model(format_page_model(model))  # as exact as the file


def strip_heads(values: numpy.ndarray) -> numpy.ndarray:
    """Return the features of pages, a page in a row, as they were if the head of each stated nothing."""
    stripped = values.copy()
    for column, feature in enumerate(FEATURES):
        if feature.name in STATED:
            stripped[:, column] = 0
        elif feature.name == "bare_head":
            stripped[:, column] = 1
    return stripped


def judge_out_of_fold(pages: Sequence[MeasuredPage]) -> tuple[list[float], list[PageModel]]:
    """Return the chance of each page by the model that has not seen its domain, and the models by fold."""
    folds = [find_fold(page.page.domain, FOLDS) for page in pages]
    models = [
        train([page for page, fold in zip(pages, folds, strict=True) if fold != left_out]) for left_out in range(FOLDS)
    ]
    return [judge(page, models[fold]) for page, fold in zip(pages, folds, strict=True)], models


def judge(page: MeasuredPage, model: PageModel) -> float:
    """Return the chance that a page is an article; 0 for one that is refused without the model."""
    if page.features is None:
        return 0.0
    names = [feature.name for feature in FEATURES]
    return model.judge(dict(zip(names, page.features, strict=True))).chance


def choose_thresholds(pages: Sequence[MeasuredPage], chances: Sequence[float]) -> tuple[float, float]:
    """Return the chance below which a page is refused, and the one from which it is an article without a doubt."""
    articles = sorted(chance for page, chance in zip(pages, chances, strict=True) if page.page.is_article)
    refuse_below, sure_from = (articles[int(share * len(articles))] for share in (LOST, DOUBTED))
    return int(refuse_below * 100) / 100, int(sure_from * 100) / 100


def print_curve(pages: Sequence[MeasuredPage], chances: Sequence[float]) -> None:
    """Print what share of the articles of each set is refused, by the share of other pages, and by threshold."""
    judged = list(zip(pages, chances, strict=True))
    others = sorted(chance for page, chance in judged if not page.page.is_article)
    sets = sorted({page.page.collection for page, _ in judged if page.page.is_article})
    kinds = Counter(str(page.page.truth["kind"]) for page, _ in judged if not page.page.is_article)
    print(f"{len(others)} other pages: {', '.join(f'{count} {kind}' for kind, count in kinds.most_common())}\n")
    print(f"| other pages refused | threshold | {' | '.join(sets)} | all articles |")
    print(f"|--:|--:|{'--:|' * (len(sets) + 1)}")
    rows = [others[min(int(share * len(others)), len(others) - 1)] for share in CURVE]
    for threshold in sorted({*rows, *THRESHOLDS}):
        refused = sum(chance < threshold for chance in others) / len(others)
        cells = [_share_below(judged, names, threshold) for names in (*([name] for name in sets), sets)]
        print(f"| {refused:.0%} | {threshold:.2f} | {' | '.join(f'{cell:.1%}' for cell in cells)} |")


def print_model(model: PageModel) -> None:
    """Print thresholds and weights, the heaviest first."""
    print(f"\nrefused below {model.refuse_below}, doubted below {model.sure_from}\n\n| feature | weight |\n|---|--:|")
    for name, weight in sorted(model.weights.items(), key=lambda item: -abs(item[1])):
        print(f"| {name} | {weight:+.3f} |")


def _share_below(judged: Sequence[tuple[MeasuredPage, float]], sets: Sequence[str], threshold: float) -> float:
    """Return the share of the articles of some sets whose chance is below a threshold."""
    chances = [chance for page, chance in judged if page.page.is_article and page.page.collection in sets]
    return sum(chance < threshold for chance in chances) / max(1, len(chances))


if __name__ == "__main__":
    main()
