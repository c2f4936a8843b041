"""The examples in docstrings hold."""

import doctest
import importlib
from pathlib import Path

import pytest

import crawler

ROOT = Path(crawler.__file__).parent
MODULES = sorted(
    ".".join(("crawler", *path.relative_to(ROOT).with_suffix("").parts)).removesuffix(".__init__")
    for path in ROOT.rglob("*.py")
    if ">>> " in path.read_text(encoding="utf-8")
)


@pytest.mark.parametrize("name", MODULES)
def test_the_examples_of_a_module_hold(name):
    assert doctest.testmod(importlib.import_module(name)).failed == 0
