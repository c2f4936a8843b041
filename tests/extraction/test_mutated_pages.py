"""Damaged pages end in an article or in one of three errors, each within two seconds and 200 MB."""

from __future__ import annotations

import resource
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest
from support.mutated_pages import list_source_pages, make_mutated_page

from crawler.errors import BadAddress, NotAnArticle, PageUnreadable
from crawler.site import Site
from crawler.sites.registry import find_site
from seealso import read_page

ASIANEWS = find_site("asianews")
MAX_SECONDS = 2.0
MAX_GROWTH = 200 * 1024 * 1024
PARTS = 50
PAGES_OF_A_PART = 2000
FAST_PAGES = 30


def reset_peak() -> None:
    with suppress(OSError):  # only Linux forgets the peak of a process
        Path("/proc/self/clear_refs").write_text("5")


def read_peak() -> int:
    """Return the most memory that the process has held since the peak was reset, in bytes."""
    status = Path("/proc/self/status")
    if not status.exists():
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)
    return next(int(line.split()[1]) for line in status.read_text().splitlines() if line.startswith("VmHWM")) * 1024


def find_fault(
    html: bytes,
    url: str,
    headers: tuple[tuple[str, str], ...] = (),
    site: Site | None = None,
    *,
    max_seconds: float = MAX_SECONDS,
    max_growth: int = MAX_GROWTH,
) -> str | None:
    """Return what is wrong with the reading of a page; None where it ends well, in time and in little memory."""
    reset_peak()
    memory, begun = read_peak(), time.process_time()
    try:
        read_page(html, url, site=site, headers=headers)
    except (NotAnArticle, BadAddress):
        pass
    except PageUnreadable as problem:
        if problem.__cause__ is not None:  # a mistake of ours in the cloak of a refusal
            return str(problem)
    except Exception as problem:
        return f"{type(problem).__name__}: {problem}"
    seconds, growth = time.process_time() - begun, read_peak() - memory
    if seconds > max_seconds:
        return f"{seconds:.1f} seconds"
    return f"{growth / 1024**2:.0f} MB" if growth > max_growth else None


def list_faults(numbers: range) -> list[str]:
    """Return the faults in readings of mutated pages, each with the number that makes the page again."""
    faults = []
    for number in numbers:
        page = make_mutated_page(number)
        for url, site in ((page.asianews_url, ASIANEWS), (page.other_url, None)):
            fault = find_fault(page.html, url, page.headers, site)
            if fault is not None:
                faults.append(f"{number} {'+'.join(page.mutations)} {site and site.name}: {fault}")
    return faults


def test_damaged_pages_are_articles_or_refused() -> None:
    assert list_faults(range(FAST_PAGES)) == []


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.parametrize("part", range(PARTS))
def test_a_hundred_thousand_damaged_pages_are_articles_or_refused(part: int) -> None:
    """Takes twenty to thirty minutes of one core, about half a minute for each of the fifty parts."""
    assert list_faults(range(part * PAGES_OF_A_PART, (part + 1) * PAGES_OF_A_PART)) == []


def test_a_page_of_a_number_is_always_the_same() -> None:
    assert [make_mutated_page(number) for number in range(30)] == [make_mutated_page(number) for number in range(30)]
    assert len({make_mutated_page(number).html for number in range(30)}) == 30
    assert len(list_source_pages()) > 200


def test_most_damaged_pages_get_as_far_as_the_body() -> None:
    articles = 0
    for number in range(40):
        page = make_mutated_page(number)
        with suppress(NotAnArticle, PageUnreadable, BadAddress):
            articles += bool(read_page(page.html, page.other_url, headers=page.headers).body)
    assert articles > 20


def test_a_mistake_of_ours_would_be_found(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*values: object) -> None:
        raise ZeroDivisionError("a mistake of ours")

    page = list_source_pages()[0]
    monkeypatch.setattr("seealso.reading.process", fail)
    fault = "reading failed with ZeroDivisionError: a mistake of ours"
    assert find_fault(page.html, page.url, site=ASIANEWS) == fault


def test_a_slow_or_large_reading_would_be_found() -> None:
    page = list_source_pages()[0]
    assert find_fault(page.html, page.url, site=ASIANEWS) is None
    assert find_fault(page.html, page.url, max_seconds=0.0) == "0.0 seconds"
    assert find_fault(page.html, page.url, max_growth=-1) == "0 MB"
