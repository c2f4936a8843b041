"""How many examples a property is tried with: few in each run of the suite, many times as many among the slow tests."""

from __future__ import annotations

from hypothesis import settings
from hypothesis.internal.conjecture import providers

QUICK, THOROUGH = "quick", "thorough"
USUAL = 100
"""What Hypothesis tries where nothing else is said."""


def register_profiles() -> None:
    """Make both profiles known; ``--hypothesis-profile`` of pytest chooses one, the quick one where it is not given.

    The quick one tries the same examples in every run: it finds what a change has broken, and fails for nothing else.
    The thorough one looks for what nobody has met.
    """
    # How long an example takes is the machine's doing.
    settings.register_profile(QUICK, deadline=None, max_examples=USUAL // 10, derandomize=True)
    settings.register_profile(THOROUGH, deadline=None, max_examples=USUAL * 3)
    settings.load_profile(QUICK)


def count_examples(number: int) -> int:
    """Return how many examples the profile tries of a property that needs this many where the usual are a hundred."""
    return max(1, number * settings().max_examples // USUAL)


def pass_over_constants() -> None:
    """In a quick run, keep Hypothesis from reading all our modules for constants, which takes each worker a second.

    So a change of our code changes no examples, either. A thorough run uses the constants.
    """
    if settings().max_examples < USUAL:
        providers.is_local_module_file = lambda _: False
