"""Weighs the evidence of a page: is it an article, is it none, or is that uncertain?

The model is a logistic regression over the features of :mod:`crawler.extraction.evidence.evidence`. Its numbers are
learnt by ``python -m training.pages`` and stand in ``page_model.json``, which is never edited by hand.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from math import exp
from pathlib import Path
from typing import Any, Final

from crawler.extraction.evidence.evidence import FEATURES

MODEL_FILE: Final = Path(__file__).with_name("page_model.json")
_MAX_REASONS: Final = 4


class Answer(StrEnum):
    """What a page is, by its evidence."""

    ARTICLE = "article"
    UNSURE = "unsure"
    NO_ARTICLE = "no article"


@dataclass(frozen=True, kw_only=True, slots=True)
class Verdict:
    """What the model says of a page."""

    answer: Answer
    chance: float
    """The chance that the page is an article, 0 to 1, among pages as mixed as those of the training."""
    reasons: tuple[tuple[str, float], ...]
    """What sets the page apart from the average article, in words, and by how much it moves the log-odds: the largest
    first, against an article below 0."""

    @property
    def objections(self) -> str:
        """What speaks most against an article, in words; what is missing comes first."""
        against = [words for words, shift in self.reasons if shift < 0][:_MAX_REASONS]
        return ", ".join(against) or "nothing stands out"


@dataclass(frozen=True, kw_only=True, slots=True)
class PageModel:
    """The numbers of a trained model."""

    version: int
    intercept: float
    weights: Mapping[str, float]
    """Feature → how much one more of it moves the log-odds."""
    typical: Mapping[str, float]
    """Feature → its mean over the articles of the training."""
    refuse_below: float
    """The chance below which a page is no article."""
    sure_from: float
    """The chance from which a page is an article without a doubt."""

    def judge(self, features: Mapping[str, float]) -> Verdict:
        """Return the verdict on a page whose features have been measured."""
        log_odds = self.intercept + sum(weight * features[name] for name, weight in self.weights.items())
        chance = 1 / (1 + exp(-max(-700.0, min(700.0, log_odds))))
        if chance < self.refuse_below:
            answer = Answer.NO_ARTICLE
        else:
            answer = Answer.ARTICLE if chance >= self.sure_from else Answer.UNSURE
        return Verdict(answer=answer, chance=chance, reasons=self._explain(features))

    def _explain(self, features: Mapping[str, float]) -> tuple[tuple[str, float], ...]:
        reasons = []
        for feature in FEATURES:
            more = features[feature.name] - self.typical[feature.name]
            shift = more * self.weights[feature.name]
            if abs(shift) >= 0.01:
                reasons.append((feature.high if more > 0 else feature.low, shift))
        return tuple(sorted(reasons, key=lambda reason: -abs(reason[1])))


def read_page_model(text: str) -> PageModel:
    """Read a model from the JSON that :func:`format_page_model` makes."""
    numbers: dict[str, Any] = json.loads(text)
    features = numbers.pop("features")
    return PageModel(
        **numbers,
        weights={name: weight for name, (weight, _) in features.items()},
        typical={name: typical for name, (_, typical) in features.items()},
    )


def format_page_model(model: PageModel) -> str:
    """Return a model as JSON: of each feature the weight and the mean over articles."""
    features = ",\n".join(
        f'  "{name}": [{model.weights[name]:.5f}, {model.typical[name]:.5f}]' for name in model.weights
    )
    return (
        f'{{\n "version": {model.version},\n "refuse_below": {model.refuse_below},\n "sure_from": {model.sure_from},\n'
        f' "intercept": {model.intercept:.5f},\n "features": {{\n{features}\n }}\n}}\n'
    )


@cache
def load_page_model() -> PageModel:
    """Return the model that the project ships."""
    return read_page_model(MODEL_FILE.read_text(encoding="utf-8"))
