"""The story in a page's scripts: strings and scripts without end cost no time."""

import time

import pytest

from crawler.extraction.embedded_text import find_embedded_text

SECONDS = 2.0
PARAGRAPH = "The miller opened the sluice at dawn and let the river have its meadow back for a week. " * 4
STORY = f"<p>{PARAGRAPH}</p>" * 3


def test_the_story_of_a_script_is_found() -> None:
    source = f'<script>window.__STATE__ = {{"name": "say \\"mill\\"", "body": "{STORY}"}}</script>'
    assert find_embedded_text(source) == (PARAGRAPH.strip(),) * 3


def test_a_string_or_script_without_end_holds_no_story() -> None:
    assert find_embedded_text(f'<script>a = "{STORY}</script>') == ()
    assert find_embedded_text(f'<script>a = "{STORY}"') == ()


@pytest.mark.parametrize(
    "source",
    [
        '<script>a = "' + "\\n line" * 50_000 + "</script>",
        "<script>a = " + '\\"' * 200_000 + "</script>",
        "<script>a = " + '"\\' * 200_000 + "</script>",
        "<script>" * 60_000,
        "<script " * 60_000,
        "<script>" + '"' * 400_000 + "</script>",
    ],
    ids=["open string", "escaped quotes", "escaping quotes", "open scripts", "half scripts", "quotes"],
)
def test_strings_and_scripts_without_end_take_no_time(source: str) -> None:
    begun = time.process_time()
    assert find_embedded_text(source) == ()
    assert time.process_time() - begun < SECONDS
