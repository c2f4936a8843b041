"""Agreement of coders: published examples, and the definitions spelt out pair by pair."""

from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.examples import count_examples
from support.tables import check_rows

from crawler.notes.agreement import METRICS, compute_alpha, compute_kappa, measure_agreement
from crawler.notes.codebook import make_code
from crawler.notes.records import Answer, BadNote

OBSERVERS = {
    "A": [1, 2, 3, 3, 2, 1, 4, 1, 2, None, None, None],
    "B": [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, None, 3],
    "C": [None, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, None],
    "D": [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, None],
}
"""Krippendorff, "Computing Krippendorff's Alpha-Reliability" (2011), section C: four observers, twelve units."""


def make_units(observers):
    units = {}
    for coder, values in observers.items():
        for number, value in enumerate(values):
            if value is not None:
                units.setdefault(str(number), {})[coder] = float(value)
    return units


def test_alpha_of_the_published_example():
    units = make_units(OBSERVERS)
    assert [round(compute_alpha(units, metric)[0], 3) for metric in METRICS] == [0.743, 0.815, 0.849, 0.797]


def test_kappa_of_the_well_known_table():
    pairs = [(1, 1)] * 20 + [(1, 0)] * 5 + [(0, 1)] * 10 + [(0, 0)] * 15
    assert compute_kappa(pairs)[0] == pytest.approx(0.4)


def test_what_is_not_defined_says_why():
    assert compute_alpha({}, "nominal") == (None, "no_pairs")
    assert compute_alpha({"1": {"A": 1.0}, "2": {"B": 1.0}}, "interval") == (None, "no_pairs")
    assert compute_alpha({"1": {"A": 1.0, "B": 1.0}}, "ordinal") == (None, "no_variation")
    assert compute_kappa([]) == (None, "no_pairs")
    assert compute_kappa([(1, 1), (1, 1)]) == (None, "no_variation")


@check_rows("metric", ["interval", "ratio"])
def test_alpha_of_numbers_whose_squares_are_none_is_that_in_another_unit(metric):
    answers = [(1.0, 2.0), (3.0, 3.0), (5.0, 1.0)]
    units, huge = (
        {str(number): {"A": first * unit, "B": second * unit} for number, (first, second) in enumerate(answers)}
        for unit in (1.0, 1e307)
    )
    assert compute_alpha(huge, metric)[0] == pytest.approx(compute_alpha(units, metric)[0])


def spell_alpha_out(units, metric):
    """One minus the mean squared difference within units, by that among all values of units with two or more."""
    lists = [list(values.values()) for values in units.values() if len(values) > 1]
    everything = [value for values in lists for value in values]

    def measure(first, second):
        if metric == "nominal":
            return float(first != second)
        if metric == "ordinal":
            low, high = sorted((first, second))
            between = sum(low <= value <= high for value in everything)
            return (between - (everything.count(low) + everything.count(high)) / 2) ** 2 if low != high else 0.0
        if metric == "interval":
            return (first - second) ** 2
        return ((first - second) / (first + second)) ** 2 if first != second else 0.0

    if not everything:
        return None
    expected = sum(measure(*pair) for pair in permutations(everything, 2)) / (len(everything) - 1)
    observed = sum(sum(measure(*pair) for pair in permutations(values, 2)) / (len(values) - 1) for values in lists)
    return 1 - observed / expected if expected else None


ANSWERS = st.lists(st.dictionaries(st.sampled_from("ABCDE"), st.integers(0, 5).map(float), max_size=5), max_size=9).map(
    lambda rows: {str(number): row for number, row in enumerate(rows)}
)


@settings(max_examples=count_examples(60))
@given(ANSWERS, st.sampled_from(METRICS))
def test_alpha_is_that_of_all_pairs_spelt_out(units, metric):
    expected = spell_alpha_out(units, metric)
    alpha, reason = compute_alpha(units, metric)
    assert (alpha is None) == (reason is not None)
    assert alpha == (None if expected is None else pytest.approx(expected))


@settings(max_examples=count_examples(40))
@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), max_size=30))
def test_kappa_is_that_of_shares_spelt_out(pairs):
    kappa, _ = compute_kappa(pairs)
    if not pairs:
        assert kappa is None
        return
    size = len(pairs)
    equal = sum(first == second for first, second in pairs) / size
    chance = sum(
        sum(first == value for first, _ in pairs) / size * sum(second == value for _, second in pairs) / size
        for value in range(4)
    )
    assert kappa == (None if chance == pytest.approx(1) else pytest.approx((equal - chance) / (1 - chance)))


def make_answers(code, observers):
    return [
        Answer(
            code=code.name,
            coder=coder,
            site="paper",
            language="en",
            site_key=str(number),
            note_uid="",
            value=value,
            version=1,
            changed_at="",
            code_version=1,
            revision=None,
        )
        for coder, values in observers.items()
        for number, value in enumerate(values)
        if value is not None
    ]


def test_coders_and_their_pairs_are_counted():
    code = make_code("tone", "choice", ["low", "middle", "high"], "", changed_at="")
    observers = {
        "anna": ["low", "low", "high", "middle", None],
        "ben": ["low", "middle", "high", None, "old"],
        "cem": ["low", None, None, None, None],
    }
    agreement = measure_agreement(code, make_answers(code, observers), metric="ordinal")
    assert (agreement.coders, agreement.units, agreement.single_units) == (("anna", "ben", "cem"), 3, 1)
    assert (agreement.values, agreement.left_out) == (7, 1)
    assert [(pair.first, pair.second, pair.units, pair.equal) for pair in agreement.pairs] == [
        ("anna", "ben", 3, 2),
        ("anna", "cem", 1, 1),
        ("ben", "cem", 1, 1),
    ]
    two = measure_agreement(code, make_answers(code, observers), coders=["Anna", "ben"])
    assert (two.coders, two.metric, two.values) == (("anna", "ben"), "nominal", 6)


def test_a_metric_that_the_values_do_not_have_is_refused():
    code = make_code("tone", "yes-no", [], "", changed_at="")
    with pytest.raises(BadNote, match="no number"):
        measure_agreement(code, [], metric="interval")
    number = make_code("boats", "number", [], "", changed_at="")
    with pytest.raises(BadNote, match="negative"):
        measure_agreement(number, make_answers(number, {"a": ["-1"], "b": ["2"]}), metric="ratio")
