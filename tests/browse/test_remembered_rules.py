"""Who may see a table is looked up once: Datasette 0.65 copies all descriptions for it."""

import copy
from typing import Any

import pytest
from support.page_reader import PageReader

from crawler.browse.serving.metadata import make_metadata
from crawler.browse.serving.permissions import is_datasette_1


@pytest.mark.skipif(is_datasette_1(), reason="Datasette 1 keeps its rules in a table of its own")
def test_a_page_that_is_opened_again_looks_up_no_rule(library: PageReader) -> None:
    rules: Any = library.datasette._remembered_rules
    numbers = []
    for _ in range(2):
        library.open("home")
        numbers.append(rules.cache_info().misses)
    assert numbers[0] == numbers[1] > 0


def test_a_deep_copy_of_the_descriptions_can_be_changed_and_they_stay() -> None:
    tables = make_metadata()["tables"]
    copied = copy.deepcopy(tables)
    assert copied == tables
    copied["articles"]["columns"]["headline"] = copied["new"] = "changed"
    assert tables == make_metadata()["tables"] != copied
