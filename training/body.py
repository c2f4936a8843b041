"""Learns which lines of a page are lead and body, and writes the numbers that the reader ships.

    python -m training.body --pages FOLDER --models DIR   fold models into DIR, figures of pages not learnt from
    python -m training.body --pages FOLDER --write        the shipped file, learnt from all pages

Needs scikit-learn, which the reader does not. The folder is described in :mod:`training.pages_folder`. All pages of a
domain are in one fold. What is body is told by :mod:`training.line_labels`. Every page is learnt twice, as it is and in
disguise (:mod:`training.disguises`), so that no witness is leant on alone; figures are of the pages as they are.
"""

from __future__ import annotations

import argparse
import math
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import numpy as np
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler

from crawler.errors import CrawlerError
from crawler.extraction.body.body_model import MODEL_FILE, BodyModel, Tree, format_body_model
from crawler.extraction.body.line_features import FEATURES, PageTexts, measure_lines
from crawler.extraction.body.surroundings import FEATURES as AROUND
from crawler.extraction.body.surroundings import measure_surroundings
from crawler.extraction.layout.lines import TextLine
from training.class_words import ClassTable, WordShares, count_class_words
from training.disguises import Disguise, choose_disguises
from training.figures import score_body, sum_up
from training.line_labels import label_lines
from training.pages_folder import FOLDS, SEED, SavedPage, add_arguments, find_fold, load_pages

VERSION: Final = 3
LEAST: Final = 0.02
TREES: Final = 100
LEAST_LINES: Final = 200
"""Lines that a leaf of a tree is learnt from: three thousandths more of the lines are right than with 60."""
SHRINKING: Final = 10.0
"""The strength of the L2 penalty on what a leaf adds."""
COPY_WEIGHT: Final = 0.5
"""What a line of a copy in disguise counts beside one of the page itself."""


@dataclass(kw_only=True)
class LabelledPage:
    """A page's lines, and which of them are body."""

    name: str
    """The same for a page and its copy in disguise."""
    domain: str
    lines: Sequence[TextLine]
    texts: PageTexts
    truth: str
    is_body: np.ndarray
    words: np.ndarray
    class_shares: WordShares
    is_copy: bool = False
    looked_at: np.ndarray = field(default_factory=lambda: np.zeros(0, dtype=int))
    """Indexes of the lines that are not surely something else."""
    first: np.ndarray = field(default_factory=lambda: np.zeros((0, len(FEATURES))))
    kinds: Sequence[tuple[str, ...]] = ()
    chances: np.ndarray = field(default_factory=lambda: np.zeros(0))

    @property
    def weights(self) -> np.ndarray:
        """What each line counts in training: long lines more, and all pages about alike but for copies."""
        share = COPY_WEIGHT if self.is_copy else 1.0
        return share * (np.sqrt(np.minimum(self.words, 60)) + 1) / (5 + math.log1p(len(self.lines)))

    def measure(self, class_scores: Mapping[str, float]) -> np.ndarray:
        """Return the numbers of the lines that are looked at."""
        rows, self.kinds = measure_lines(self.lines, class_scores, self.texts)
        self.looked_at = np.array([index for index, row in enumerate(rows) if row is not None], dtype=int)
        return np.array([row for row in rows if row is not None], dtype=float).reshape(-1, len(FEATURES))


def read_pages(arguments: argparse.Namespace) -> Iterator[LabelledPage]:
    """Yield the articles of the folder that state a body, labelled, each followed by its copy in disguise."""
    for saved in load_pages(arguments.pages, arguments.work, arguments.sets):
        if saved.truth.get("body"):
            for disguises in ((), choose_disguises(saved.name)):
                try:
                    yield label_page(saved, disguises)
                except CrawlerError:
                    continue


def label_page(saved: SavedPage, disguises: Sequence[Disguise] = ()) -> LabelledPage:
    """Return a page, or a copy of it in disguise, labelled; raise CrawlerError where it has no lines to label."""
    page = saved.open(disguises)
    is_body, words = label_lines(page.lines, saved.truth["body"])
    return LabelledPage(
        name=saved.name,
        domain=saved.domain,
        lines=page.lines,
        texts=page.page_texts,
        truth=saved.truth["body"],
        is_body=np.array(is_body, dtype=float),
        words=np.array(words, dtype=float),
        class_shares=count_class_words(page.lines, is_body, words),
        is_copy=bool(disguises),
    )


@dataclass(kw_only=True)
class FirstPass:
    """The logistic regression over single lines, with its own table of class words."""

    scores: Mapping[str, float]
    weights: np.ndarray
    intercept: float

    def find_chances(self, page: LabelledPage) -> np.ndarray:
        """Return the first chance of each line of a page."""
        numbers = page.measure(self.scores)
        page.first = np.zeros((len(page.lines), len(FEATURES)))
        page.first[page.looked_at] = numbers
        chances = np.zeros(len(page.lines))
        chances[page.looked_at] = 1 / (1 + np.exp(-np.clip(numbers @ self.weights + self.intercept, -50, 50)))
        return chances


def learn_first(pages: Sequence[LabelledPage]) -> FirstPass:
    """Learn the first pass; a page's class words are scored by other publishers' pages, as they are."""
    table = ClassTable((page.domain, page.class_shares) for page in pages if not page.is_copy)
    rows = np.concatenate([page.measure(table.leave_out(page.domain)) for page in pages])
    scaler = StandardScaler().fit(rows)
    model = LogisticRegression(C=0.3, max_iter=300).fit(
        scaler.transform(rows),
        np.concatenate([page.is_body[page.looked_at] for page in pages]),
        sample_weight=_join_weights([page.weights[page.looked_at] for page in pages]),
    )
    weights = model.coef_[0] / scaler.scale_
    return FirstPass(
        scores=table.scores, weights=weights, intercept=float(model.intercept_[0] - weights @ scaler.mean_)
    )


def look_around(page: LabelledPage) -> tuple[np.ndarray, np.ndarray]:
    """Return the indexes of the lines that the second pass judges, and all their numbers."""
    around = measure_surroundings(page.lines, page.kinds, [*page.chances], LEAST)
    indexes = np.array([*around], dtype=int)
    rows = [[*page.first[index], *around[index]] for index in indexes]
    return indexes, np.array(rows, dtype=float).reshape(len(rows), len(FEATURES) + len(AROUND))


def learn_second(pages: Sequence[LabelledPage]) -> HistGradientBoostingClassifier:
    """Learn the second pass from pages whose first chances are known."""
    parts = [(page, *look_around(page)) for page in pages]
    parts = [part for part in parts if len(part[1])]
    model = HistGradientBoostingClassifier(
        max_iter=TREES,
        max_depth=3,
        learning_rate=0.12,
        min_samples_leaf=LEAST_LINES,
        l2_regularization=SHRINKING,
        max_bins=64,
        early_stopping=False,
        random_state=SEED,
    )
    return model.fit(
        np.concatenate([rows for _, _, rows in parts]),
        np.concatenate([page.is_body[indexes] for page, indexes, _ in parts]),
        sample_weight=_join_weights([page.weights[indexes] for page, indexes, _ in parts]),
    )


def _join_weights(weights: Sequence[np.ndarray]) -> np.ndarray:
    joined = np.concatenate(weights)
    return joined / joined.mean()


def make_model(first: FirstPass, second: HistGradientBoostingClassifier) -> BodyModel:
    """Return both passes as the numbers that the reader ships."""
    return BodyModel(
        version=VERSION,
        class_scores=dict(first.scores),
        intercept=first.intercept,
        weights=[*map(float, first.weights)],
        least=LEAST,
        base=float(np.ravel(second._baseline_prediction)[0]),
        trees=[_convert_tree(predictors[0].nodes, 0) for predictors in second._predictors],
    )


def _convert_tree(nodes: Any, index: int) -> Tree:
    node = nodes[index]
    if node["is_leaf"]:
        return float(node["value"])
    left, right = (_convert_tree(nodes, int(node[side])) for side in ("left", "right"))
    return int(node["feature_idx"]), float(node["num_threshold"]), left, right


def find_figures(pages: Sequence[LabelledPage], chosen: Mapping[str, np.ndarray]) -> Iterator[str]:
    """Yield for each set precision and recall over runs of four words, F1 of their means, and what share is whole."""
    by_set: defaultdict[str, list[LabelledPage]] = defaultdict(list)
    for page in pages:
        if not page.is_copy:
            by_set[page.name.split("/")[0]].append(page)
    for name, members in by_set.items():
        figures = sum_up(
            [
                score_body(
                    "\n".join(
                        line.text for line, is_body in zip(page.lines, chosen[page.name], strict=True) if is_body
                    ),
                    page.truth,
                )
                for page in members
            ]
        )
        yield (
            f"{name}: {figures.pages} pages, precision {figures.precision:.3f}, recall {figures.recall:.3f},"
            f" F1 {figures.f1:.4f}, whole {figures.whole:.3f}"
        )


def main() -> None:
    """Learn, and print the figures of each page by the model that has not seen its domain."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    add_arguments(parser)
    parser.add_argument("--models", type=Path, metavar="DIR", help="write the model of each fold here")
    parser.add_argument("--write", action="store_true", help="write the file that the reader ships")
    arguments = parser.parse_args()
    pages = [*read_pages(arguments)]
    folds = [find_fold(page.domain) for page in pages]
    firsts: list[FirstPass] = []
    for fold in range(FOLDS):
        firsts.append(learn_first([page for page, own in zip(pages, folds, strict=True) if own != fold]))
        print(f"first pass of fold {fold}: {len(firsts[-1].scores)} class words", flush=True)
    for page, fold in zip(pages, folds, strict=True):  # each by the model that has not seen it, also to learn from
        page.chances = firsts[fold].find_chances(page)
    print(
        *find_figures(pages, {page.name: page.chances >= 0.5 for page in pages if not page.is_copy}),
        sep="\n",
        flush=True,
    )
    chosen: dict[str, np.ndarray] = {}
    for fold in range(FOLDS):
        second = learn_second([page for page, own in zip(pages, folds, strict=True) if own != fold])
        for page in (page for page, own in zip(pages, folds, strict=True) if own == fold and not page.is_copy):
            indexes, rows = look_around(page)
            chosen[page.name] = np.zeros(len(page.lines), dtype=bool)
            if len(indexes):
                chosen[page.name][indexes] = second.predict_proba(rows)[:, 1] >= 0.5
        if arguments.models:
            arguments.models.mkdir(parents=True, exist_ok=True)
            model = make_model(firsts[fold], second)
            (arguments.models / f"body_model.{fold}.json").write_text(format_body_model(model), encoding="utf-8")
    print(*find_figures(pages, chosen), sep="\n", flush=True)
    if arguments.write:
        second = learn_second(pages)
        MODEL_FILE.write_text(format_body_model(make_model(learn_first(pages), second)), encoding="utf-8")


if __name__ == "__main__":
    main()
