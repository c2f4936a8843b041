"""Saved cases: writes pages that are no longer read as before into folders, as ``tests/test_sites.py`` expects them.

A folder holds the page as it was sent, the facts of its capture, and the values that should be read from it: those
archived before the layout changed where there are any. A person has to check them, and confirms it by deleting the line
:data:`~crawler.sitekit.cases.UNREVIEWED`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from crawler.archive import Archive
from crawler.archive.articles.captures import find_newest_capture
from crawler.archive.articles.records import ArticleRecord
from crawler.archive.runs.deviations import Deviation, SamplePage
from crawler.crawl.monitoring.messages import select_reportable
from crawler.errors import CrawlerError
from crawler.items import Capture
from crawler.site import Site
from crawler.sitekit.cases import UNREVIEWED, iter_case_files, make_case_name, write_case
from crawler.warc import read_capture

_READ_FIELDS = (
    *("language", "site_key", "story", "url", "headline", "kicker", "byline", "authors", "lead", "dateline"),
    *("dateline_place", "published_raw", "published_at", "published_precision"),
)


def make_case_path(archive: Path, run_id: int) -> Path:
    """Return the folder, beside the archive and named after it, for the pages of one run's alarms."""
    return archive.with_suffix(".alarms") / str(run_id)


def save_cases(archive: Archive, site: Site, run_id: int, deviations: Iterable[Deviation]) -> dict[str, Path]:
    """Save the sample pages of deviations; return the folder of each page, by its identity.

    A page that cannot be read back from its WARC file is left out. Raises OSError when nothing can be written.
    """
    missing: dict[SamplePage, list[str]] = {}
    for deviation in deviations:
        for sample in deviation.samples:
            if deviation.field not in missing.setdefault(sample, []):
                missing[sample].append(deviation.field)
    folder = make_case_path(archive.path, run_id) / site.name
    saved: dict[str, Path] = {}
    for (url_key, url), fields in missing.items():
        capture = _read_newest_capture(archive, url_key)
        if capture is None:
            continue
        record = archive.find(url, (site,))
        name = make_case_name(capture, url_key.partition("/")[2])
        saved[url_key] = write_case(folder / name, capture, _make_expectation(record, fields)).folder
    return saved


def attach_cases(
    archive: Archive, site: Site, run_id: int, deviations: list[Deviation]
) -> tuple[list[Deviation], list[str]]:
    """Save the pages of deviations worth reporting; return the deviations with their folder, and lines for people."""
    folder = make_case_path(archive.path, run_id) / site.name
    try:
        saved = save_cases(archive, site, run_id, select_reportable(deviations))
    except OSError as problem:
        return deviations, [f"{folder} cannot be written ({problem.strerror or problem}): no test cases are saved"]
    if not saved:
        return deviations, []
    with_folders = [
        replace(deviation, folder=str(folder)) if any(key in saved for key, _ in deviation.samples) else deviation
        for deviation in deviations
    ]
    pages = "1 of these pages is" if len(saved) == 1 else f"{len(saved)} of these pages are"
    return with_folders, [f"{pages} saved as test cases in {folder}: each expected.json says what to do"]


def list_cases(archive: Path, is_unwanted: Callable[[str], bool], is_mention: Callable[[str], bool]) -> list[str]:
    """Return the saved pages, as paths below the folder of all runs, of unwanted addresses or that hold a mention."""
    names = []
    folder = archive.with_suffix(".alarms")
    for capture_file in sorted(folder.glob("*/*/*/capture.json")):
        try:
            url = str(json.loads(capture_file.read_text(encoding="utf-8"))["url"])
            texts = [path.read_text("utf-8", "replace") for path in iter_case_files(capture_file.parent)]
        except (OSError, ValueError, KeyError, TypeError):  # no case of ours
            continue
        if is_unwanted(url) or any(is_mention(text) for text in texts):
            names.append(capture_file.parent.relative_to(folder).as_posix())
    return names


def erase_case(archive: Path, name: str) -> bool:
    """Delete a saved page; return False if it is not there any more. Raises OSError when it cannot be deleted."""
    folder = archive.with_suffix(".alarms") / name
    files = list(iter_case_files(folder))
    for path in files:
        path.unlink(missing_ok=True)
    with suppress(OSError):  # the folder holds a person's own files too
        folder.rmdir()
    return bool(files)


def _read_newest_capture(archive: Archive, url_key: str) -> Capture | None:
    location = find_newest_capture(archive.db, url_key)
    if location is None:
        return None
    try:
        return read_capture(archive.warc_folder, location.warc_file, location.warc_offset)
    except CrawlerError:
        return None


def _make_expectation(record: ArticleRecord | None, missing: list[str]) -> dict[str, Any]:
    """Return the values that the page should be read as, from the archive, with a note on what to correct."""
    todo = (
        f"Not found on this page as it was on earlier ones: {', '.join(missing)}. Correct this record by hand to what "
        "a reader sees on page.html, shorten the page if it is to be published, then delete this line."
    )
    if record is None:
        return {UNREVIEWED: todo, "headline": "", "body": [""]}
    return {UNREVIEWED: todo, **dict(_iter_expected_values(record, "see_also" in missing))}


def _iter_expected_values(record: ArticleRecord, with_links: bool) -> Iterator[tuple[str, Any]]:
    values = asdict(record)
    for name in _READ_FIELDS:
        yield name, [author["name"] for author in values["authors"]] if name == "authors" else values[name]
    yield "body", record.body.split("\n\n")
    if with_links:  # otherwise not compared: sites compute these links when they serve a page, so they have changed
        yield (
            "see_also",
            [
                {"headline": edge.headline, "published_raw": edge.published_raw, "published_at": edge.published_at}
                for edge in record.see_also
                if edge.current
            ],
        )
