"""What docs/extending.md tells to touch is there, under these names."""

from __future__ import annotations

import re
from pathlib import Path

from support.tables import check_rows

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docs" / "extending.md").read_text(encoding="utf-8")
ROWS = re.findall(r"^\| `(crawler/[^`]+)` \| (.+) \|$", TEXT, re.MULTILINE)
NAMES = re.compile(r"`([A-Z]\w+|_[A-Z_a-z]+)`")


def test_there_are_recipes_for_all_six():
    assert re.findall(r"^## (Adding .+)$", TEXT, re.MULTILINE) == [
        "Adding a field",
        "Adding a command",
        "Adding a table",
        "Adding a page of the front",
        "Adding an export format",
        "Adding a facet",
    ]
    assert len(ROWS) >= 20


@check_rows(("path", "what"), ROWS, ids=[path for path, _ in ROWS])
def test_the_file_is_there_and_has_what_is_named(path, what):
    if "NAME" in path:
        assert (ROOT / path).parent.is_dir()
        return
    source = (ROOT / path).read_text(encoding="utf-8")
    assert [name for name in NAMES.findall(what) if not re.search(rf"\b{name}\b", source)] == []
