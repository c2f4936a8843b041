"""Learns which lines of a page are lead and body, and writes the numbers that the reader ships.

    python -m training.body --pages FOLDER --models DIR   fold models into DIR, figures of pages not learnt from
    python -m training.body --pages FOLDER --write        the shipped file, learnt from all pages

Needs scikit-learn, which the reader does not. The folder is described in :mod:`training.pages_folder`. All pages of a
domain are in one fold. A line is body where half of its runs of four words stand in the page's truth.
"""

from __future__ import annotations

import argparse
import math
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import numpy as np
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler

from crawler.errors import CrawlerError
from crawler.extraction.block_numbers import split_class_words
from crawler.extraction.body_model import MODEL_FILE, BodyModel, Tree, format_body_model
from crawler.extraction.line_features import FEATURES, PageTexts, measure_lines
from crawler.extraction.lines import Block, TextLine
from crawler.extraction.surroundings import FEATURES as AROUND
from crawler.extraction.surroundings import measure_surroundings
from training.pages_folder import FOLDS, SEED, add_arguments, find_fold, load_pages

VERSION: Final = 1
LEAST: Final = 0.02
TREES: Final = 100
LEAST_DOMAINS: Final = 4
"""Publishers that must use a word in their class names before it counts."""
_CJK: Final = "\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af"
_WORD: Final = re.compile(rf"[{_CJK}]|[^\W{_CJK}]+")

WordShares = Mapping[str, float]


@dataclass(kw_only=True)
class LabelledPage:
    """A page's lines, and which of them are body."""

    name: str
    domain: str
    lines: Sequence[TextLine]
    texts: PageTexts
    truth: str
    is_body: np.ndarray
    words: np.ndarray
    class_shares: WordShares
    looked_at: np.ndarray = field(default_factory=lambda: np.zeros(0, dtype=int))
    """Indexes of the lines that are not surely something else."""
    first: np.ndarray = field(default_factory=lambda: np.zeros((0, len(FEATURES))))
    kinds: Sequence[tuple[str, ...]] = ()
    chances: np.ndarray = field(default_factory=lambda: np.zeros(0))

    @property
    def weights(self) -> np.ndarray:
        """What each line counts in training: long lines more, and all pages about alike."""
        return (np.sqrt(np.minimum(self.words, 60)) + 1) / (5 + math.log1p(len(self.lines)))

    def measure(self, class_scores: Mapping[str, float]) -> np.ndarray:
        """Return the numbers of the lines that are looked at."""
        rows, self.kinds = measure_lines(self.lines, class_scores, self.texts)
        self.looked_at = np.array([index for index, row in enumerate(rows) if row is not None], dtype=int)
        return np.array([row for row in rows if row is not None], dtype=float).reshape(-1, len(FEATURES))


def split_words(text: str) -> list[str]:
    """Return the words of a text, folded; each character of Chinese, Japanese or Korean is one."""
    return _WORD.findall(unicodedata.normalize("NFKC", text).lower())


def label_lines(lines: Sequence[TextLine], truth: str) -> tuple[np.ndarray, np.ndarray]:
    """Return for each line 1 where it is body, else 0, and its number of words."""
    words_of_truth = split_words(truth)
    grams = {*zip(*(words_of_truth[shift:] for shift in range(4)), strict=False)}
    words = [split_words(line.text) for line in lines]
    is_body = np.array([_share_in(line, grams) >= 0.5 if len(line) >= 4 else False for line in words], dtype=float)
    for _ in range(2):  # a short line is body where it continues one
        for index, line in enumerate(words):
            if line and len(line) < 4 and not is_body[index]:
                is_body[index] = any(_share_in(joined, grams) >= 0.5 for joined in _join(words, is_body, index))
    _keep_one_of_repeated(words, is_body, Counter(tuple(split_words(line)) for line in truth.split("\n")))
    return is_body, np.array([len(line) for line in words], dtype=float)


def _share_in(words: Sequence[str], grams: set[tuple[str, ...]]) -> float:
    own = [*zip(*(words[shift:] for shift in range(4)), strict=False)]
    return sum(gram in grams for gram in own) / len(own) if own else 0.0


def _join(words: Sequence[list[str]], is_body: np.ndarray, index: int) -> Iterator[list[str]]:
    """Yield a short line's words with the end of the body line before it, and the beginning of the one after it."""
    before = next((place for place in range(index - 1, -1, -1) if words[place]), None)
    after = next((place for place in range(index + 1, len(words)) if words[place]), None)
    if before is not None and is_body[before]:
        yield [*words[before][-3:], *words[index]]
    if after is not None and is_body[after]:
        yield [*words[index], *words[after][:3]]


def _keep_one_of_repeated(words: Sequence[list[str]], is_body: np.ndarray, in_truth: Counter[tuple[str, ...]]) -> None:
    """Of lines with one text, keep as many as the truth has, those with most body around them."""
    places: defaultdict[tuple[str, ...], list[int]] = defaultdict(list)
    for index, line in enumerate(words):
        if is_body[index]:
            places[tuple(line)].append(index)
    mass = np.array([len(line) for line in words]) * is_body
    for text, indexes in places.items():
        if len(indexes) > 1:
            own = [tuple(line) == text for line in words]
            around = {
                index: sum(
                    mass[place] for place in range(max(0, index - 12), min(len(words), index + 13)) if not own[place]
                )
                for index in indexes
            }
            for index in sorted(indexes, key=lambda place: -around[place])[max(1, in_truth[text]) :]:
                is_body[index] = 0


def read_pages(arguments: argparse.Namespace) -> Iterator[LabelledPage]:
    """Yield the articles of the folder that state a body, labelled."""
    for saved in load_pages(arguments.pages, arguments.work, arguments.sets):
        if not saved.truth.get("body"):
            continue
        page = saved.open()
        try:
            lines, texts = page.lines, page.page_texts
        except CrawlerError:
            continue
        is_body, words = label_lines(lines, saved.truth["body"])
        yield LabelledPage(
            name=saved.name,
            domain=saved.domain,
            lines=lines,
            texts=texts,
            truth=saved.truth["body"],
            is_body=is_body,
            words=words,
            class_shares=count_class_words(lines, is_body, words),
        )


def count_class_words(lines: Sequence[TextLine], is_body: np.ndarray, words: np.ndarray) -> WordShares:
    """Return for each word of the page's class names what share of the text below it is body."""
    known: dict[int, frozenset[str]] = {}

    def find_words(block: Block) -> frozenset[str]:
        chain, above = [], block
        while above is not None and id(above) not in known:
            chain.append(above)
            above = above.parent
        found = known[id(above)] if above is not None else frozenset[str]()
        for block in reversed(chain):
            found = known[id(block)] = found | frozenset(split_class_words(block.name))
        return found

    sums: defaultdict[str, list[float]] = defaultdict(lambda: [0.0, 0.0])
    for line, body, count in zip(lines, is_body, words, strict=True):
        for word in find_words(line.block):
            sums[word][0] += body * min(count, 60)
            sums[word][1] += min(count, 60)
    return {word: body / count for word, (body, count) in sums.items() if count}


class ClassTable:
    """Scores of the words of class names, by publisher; of each a table that leaves one publisher out."""

    def __init__(self, pages: Sequence[LabelledPage]) -> None:
        by_word: defaultdict[str, defaultdict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
        for page in pages:
            for word, share in page.class_shares.items():
                by_word[word][page.domain].append(share)
        self.means = {
            word: {domain: sum(shares) / len(shares) for domain, shares in by_domain.items()}
            for word, by_domain in by_word.items()
        }
        self.scores = {
            word: self._score([*means.values()]) for word, means in self.means.items() if len(means) >= LEAST_DOMAINS
        }

    @staticmethod
    def _score(means: Sequence[float]) -> float:
        share = (sum(means) + 1) / (len(means) + 2)
        return math.log(share / (1 - share))

    def leave_out(self, domain: str) -> dict[str, float]:
        """Return the scores without those that a publisher's own pages gave."""
        scores = dict(self.scores)
        for word in self.scores:
            if domain in self.means[word]:
                rest = [mean for other, mean in self.means[word].items() if other != domain]
                if len(rest) >= LEAST_DOMAINS:
                    scores[word] = self._score(rest)
                else:
                    del scores[word]
        return scores


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
    """Learn the first pass; a page's class words are scored by other publishers' pages."""
    table = ClassTable(pages)
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
        min_samples_leaf=60,
        l2_regularization=1.0,
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
        by_set[page.name.split("/")[0]].append(page)
    for name, members in by_set.items():
        precisions, recalls, whole = [], [], 0
        for page in members:
            kept = (line.text for line, is_body in zip(page.lines, chosen[page.name], strict=True) if is_body)
            text = split_words("\n".join(kept))
            truth = split_words(page.truth)
            got, wanted = (
                Counter(zip(*(words[shift:] for shift in range(4)), strict=False)) for words in (text, truth)
            )
            hits = sum((got & wanted).values())
            if got:
                precisions.append(hits / sum(got.values()))
            recalls.append(hits / max(1, sum(wanted.values())))
            both = sum((Counter(text) & Counter(truth)).values())
            whole += 2 * both / max(1, len(text) + len(truth)) >= 0.9
        precision, recall = np.mean(precisions), np.mean(recalls)
        yield (
            f"{name}: {len(members)} pages, precision {precision:.3f}, recall {recall:.3f},"
            f" F1 {2 * precision * recall / (precision + recall):.4f}, whole {whole / len(members):.3f}"
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
    print(*find_figures(pages, {page.name: page.chances >= 0.5 for page in pages}), sep="\n", flush=True)
    chosen: dict[str, np.ndarray] = {}
    for fold in range(FOLDS):
        second = learn_second([page for page, own in zip(pages, folds, strict=True) if own != fold])
        for page in (page for page, own in zip(pages, folds, strict=True) if own == fold):
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
