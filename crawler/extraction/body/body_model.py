"""Tells which lines of a page are lead and body, by a small model in two passes; its numbers are in a generated file.

The first pass weighs what each line says about itself and its place (a logistic regression); the second looks at the
lines that may be body once more, now with the chances of those around them (a sum of small decision trees).
``training/body.py`` learns the numbers.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from math import exp
from pathlib import Path
from typing import Any, Final

from crawler.extraction.body import line_features, surroundings
from crawler.extraction.body.block_numbers import LineFeatures
from crawler.extraction.body.line_features import PageTexts, measure_lines
from crawler.extraction.body.surroundings import measure_surroundings
from crawler.extraction.layout.lines import TextLine

MODEL_FILE: Final = Path(__file__).with_name("body_model.json")
_FEATURES: Final = (*line_features.FEATURES, *(f"around:{name}" for name in surroundings.FEATURES))
"""Names of all numbers that the trees may ask for."""

Tree = float | tuple[int, float, "Tree", "Tree"]
"""A leaf, what it adds to the log-odds; or the number that is asked for, the most of it that goes left, left, right."""


@dataclass(frozen=True, kw_only=True, slots=True)
class LineReasons:
    """The chance of one line of being lead or body, and what moved it most."""

    chance: float
    reasons: tuple[tuple[str, float], ...]
    """Names of features, and by how much each moves the log-odds of the first pass: against the text below 0."""


@dataclass(frozen=True, kw_only=True)
class BodyModel:
    """The numbers of a trained model."""

    version: int
    class_scores: Mapping[str, float]
    """Word of a class name → log-odds that text below it is body."""
    intercept: float
    weights: Sequence[float]
    """How much one more of each of :data:`line_features.FEATURES` moves the first log-odds."""
    least: float
    """The first chance below which a line is not looked at again."""
    base: float
    """The second log-odds before any tree."""
    trees: Sequence[Tree]
    """They ask for the numbers of both lists of features, the lines' first."""

    def find_chances(self, lines: Sequence[TextLine], texts: PageTexts) -> list[float]:
        """Return the chance of each line, 0 to 1, that it is lead or body."""
        return self._judge(lines, *measure_lines(lines, self.class_scores, texts)) if lines else []

    def _judge(
        self, lines: Sequence[TextLine], rows: Sequence[LineFeatures | None], kinds: Sequence[tuple[str, ...]]
    ) -> list[float]:
        """Return the chances of lines that have been measured."""
        weigh, add_trees = self._weigh, self._add_trees
        chances = [0.0 if row is None else _find_chance(weigh(*row)) for row in rows]
        around = measure_surroundings(lines, kinds, chances, self.least)
        return [
            0.0 if row is None or index not in around else _find_chance(self.base + add_trees(*row, *around[index]))
            for index, row in enumerate(rows)
        ]

    @cached_property
    def _weigh(self) -> Callable[..., float]:
        """Return a function that gives the first log-odds of a line's numbers, each number an argument.

        The sum is made one expression, for the same reason as the trees below.
        """
        terms = "+".join([f"{float(weight)!r}*x{index}" for index, weight in enumerate(self.weights)]) or "0.0"
        return _compile(len(line_features.FEATURES), f"{float(self.intercept)!r}+({terms})")

    @cached_property
    def _add_trees(self) -> Callable[..., float]:
        """Return a function that adds up what all trees say of a line's numbers, each number an argument.

        The trees are made one expression, which Python runs several times as fast as it walks from node to node.
        """
        return _compile(len(_FEATURES), "+".join(_write_tree(tree) for tree in self.trees) or "0.0")

    def explain_chances(self, lines: Sequence[TextLine], texts: PageTexts, most: int = 3) -> list[LineReasons]:
        """Return the chance of each line with its largest reasons of the first pass, the largest first.

        A reason is the name of a feature and by how much it moves the log-odds: its weight times what the line has
        more of it than the average line of its page.
        """
        if not lines:
            return []
        rows, kinds = measure_lines(lines, self.class_scores, texts)
        measured = [row for row in rows if row is not None]
        typical = [sum(column) / len(measured) for column in zip(*measured, strict=True)]
        explained = []
        for row, chance in zip(rows, self._judge(lines, rows, kinds), strict=True):
            if row is None:  # surely no body: a short link, a line of a menu
                explained.append(LineReasons(chance=0.0, reasons=()))
                continue
            shifts = [
                (name, weight * (value - usual))
                for name, weight, value, usual in zip(line_features.FEATURES, self.weights, row, typical, strict=True)
            ]
            shifts.sort(key=lambda shift: -abs(shift[1]))
            explained.append(LineReasons(chance=chance, reasons=tuple(shifts[:most])))
        return explained


def _compile(count: int, expression: str) -> Callable[..., float]:
    """Return a function of so many numbers, ``x0`` and on, from an expression that is made of numbers alone."""
    numbers = ", ".join([f"x{index}" for index in range(count)])
    function: Callable[..., float] = eval(f"lambda {numbers}: {expression}")
    return function


def _write_tree(tree: Tree) -> str:
    """Return a tree as a Python expression; nothing but the numbers of the tree goes into it."""
    if not isinstance(tree, tuple):
        return f"({float(tree)!r})"
    index, most, left, right = tree
    return f"({_write_tree(left)} if x{int(index)} <= {float(most)!r} else {_write_tree(right)})"


def _find_chance(log_odds: float) -> float:
    if log_odds > 50.0:
        log_odds = 50.0
    elif log_odds < -50.0:
        log_odds = -50.0
    return 1 / (1 + exp(-log_odds))


def read_body_model(text: str) -> BodyModel:
    """Read a model from the JSON that :func:`format_body_model` makes."""
    numbers: dict[str, Any] = json.loads(text)
    names = {name: index for index, name in enumerate(_FEATURES)}
    weights = numbers.pop("weights")
    return BodyModel(
        **{**numbers, "trees": tuple(_read_tree(tree, names) for tree in numbers["trees"])},
        weights=[weights[name] for name in line_features.FEATURES],
    )


def _read_tree(tree: Any, names: Mapping[str, int]) -> Tree:
    if not isinstance(tree, list):
        return float(tree)
    name, most, left, right = tree
    return names[name], float(most), _read_tree(left, names), _read_tree(right, names)


def format_body_model(model: BodyModel) -> str:
    """Return a model as JSON, with the names of what its trees ask for."""

    def name_nodes(tree: Tree) -> Any:
        if not isinstance(tree, tuple):
            return round(tree, 4)
        return [_FEATURES[tree[0]], float(f"{tree[1]:.6g}"), name_nodes(tree[2]), name_nodes(tree[3])]

    rows = {
        "version": json.dumps(model.version),
        "least": json.dumps(model.least),
        "intercept": f"{model.intercept:.5f}",
        "weights": json.dumps(
            {name: round(weight, 5) for name, weight in zip(line_features.FEATURES, model.weights, strict=True)}
        ),
        "class_scores": json.dumps({word: round(score, 2) for word, score in sorted(model.class_scores.items())}),
        "base": f"{model.base:.5f}",
        "trees": "[\n" + ",\n".join(json.dumps(name_nodes(tree)) for tree in model.trees) + "\n]",
    }
    return "{\n" + ",\n".join(f'"{name}": {value}' for name, value in rows.items()) + "\n}\n"


@cache
def load_body_model() -> BodyModel:
    """Return the model that the project ships."""
    return read_body_model(MODEL_FILE.read_text(encoding="utf-8"))
