"""Saved cases: pages with the values that a person reads on them, by which a site's reading is tested.

A case is a folder with the page as it was sent (``page.html``), the facts of its capture (``capture.json``) and the
values (``expected.json``). A field that ``expected.json`` leaves out is not compared. A case that a command or a crawl
has saved is marked :data:`UNREVIEWED` until a person has looked at it. One whose values are the reader's own, looked
at and accepted, is marked :data:`ACCEPTED`, so that it is told from values that were written by hand.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from crawler.errors import BadCase, NotAnArticle, PageUnreadable
from crawler.items import Article, Capture, Moment
from crawler.normalisation.dates.moments import instant
from crawler.process import process
from crawler.site import Site

if TYPE_CHECKING:
    from crawler.extraction.page import ArticlePage

UNREVIEWED: Final = "unreviewed"
"""The key of ``expected.json`` that marks a case that nobody has checked yet; its value says what to do."""
ACCEPTED: Final = "accepted"
"""The key that marks values that are the reader's own, and were accepted by a person."""
MARKS: Final = frozenset((UNREVIEWED, ACCEPTED))
FILES: Final = ("page.html", "expected.json", "capture.json")
MAX_SIZE: Final = 64 * 1024 * 1024
"""Bytes of the largest file of a case that is read."""
SAVED_FIELDS: Final = (
    *("language", "site_key", "url", "headline", "kicker", "byline", "authors", "lead", "dateline"),
    *("published_raw", "published_at", "published_precision", "body", "see_also"),
)
"""The fields of a case that a command saves."""
COMPARED_FIELDS: Final = frozenset(SAVED_FIELDS) | {
    *("story", "dateline_place", "dateline_agencies", "published_on", "modified_at", "translations", "problems"),
    *("digest", "complete", "headline_meta", "word_count", "sources"),
}
"""The fields that ``expected.json`` may hold."""
_MOMENTS: Final = {
    "published_raw": ("published", "raw"),
    "published_at": ("published", "value"),
    "published_on": ("published", "on"),
    "published_precision": ("published", "precision"),
    "modified_at": ("modified", "value"),
}
_TODO: Final = "The values are the reader's own: compare them with the page, then accept the case."


@dataclass(frozen=True, kw_only=True, slots=True)
class FieldComparison:
    """A field of a case: what is expected and what was read."""

    field: str
    expected: Any
    read: Any

    @property
    def agrees(self) -> bool:
        return bool(self.expected == self.read)


@dataclass(frozen=True)
class SavedCase:
    """One case, its files read when they are asked for. Raises BadCase for what is no case."""

    folder: Path

    @property
    def name(self) -> str:
        return self.folder.name

    @cached_property
    def expected(self) -> dict[str, Any]:
        """The values by field, without the marks."""
        return {name: value for name, value in self._record.items() if name not in MARKS}

    @property
    def unreviewed(self) -> str | None:
        """What a person has to do before the case counts; None where nothing is to do."""
        todo = self._record.get(UNREVIEWED)
        return None if todo is None else str(todo)

    @property
    def is_accepted(self) -> bool:
        return ACCEPTED in self._record

    @cached_property
    def capture(self) -> Capture:
        facts = _read_json(self.folder / "capture.json")
        try:
            return Capture(
                url=str(facts["url"]),
                fetched_at=datetime.fromisoformat(facts["fetched_at"]),
                status=int(facts["status"]),
                headers=tuple((str(name), str(value)) for name, value in facts["headers"]),
                body=_read_bytes(self.folder / "page.html"),
            )
        except (KeyError, TypeError, ValueError) as problem:
            raise BadCase(f"{self.folder / 'capture.json'} holds no facts of a capture: {problem}") from None

    @cached_property
    def _record(self) -> dict[str, Any]:
        return _read_json(self.folder / "expected.json")

    def read(self, site: Site, pages: Sequence[type[ArticlePage]] = ()) -> Article:
        """Return the article of the page as a site reads it. Raises what :func:`crawler.process.process` raises."""
        return process(self.capture, site, tuple(pages))

    def compare(self, article: Article) -> tuple[FieldComparison, ...]:
        """Return each expected field beside what was read, in the order of ``expected.json``."""
        return tuple(
            FieldComparison(field=field, expected=value, read=make_plain_value(article, field, value))
            for field, value in self.expected.items()
        )


def list_cases(folder: Path) -> tuple[SavedCase, ...]:
    """Return the cases in a folder, by name."""
    return tuple(SavedCase(path.parent) for path in sorted(folder.glob("*/expected.json")))


def make_plain_value(article: Article, field: str, expected: Any = None) -> Any:
    """Return a field of an article in the words of ``expected.json``.

    Entries of See also have the names that the ``expected`` ones have, or all. Raises BadCase for an unknown field.
    """
    if field in _MOMENTS:
        record, name = _MOMENTS[field]
        moment: Moment | None = getattr(article, record)
        return getattr(moment, name) if moment else None
    match field:
        case "authors":
            return [author.name for author in article.authors]
        case "body":
            return article.body.split("\n\n")
        case "see_also":
            return _list_entries(article, expected)
        case "translations":
            return [translation.url_key for translation in article.translations]
        case "problems":
            return [problem.field for problem in article.problems]
        case "dateline_agencies":
            return list(article.dateline_agencies)
        case _:
            if field not in COMPARED_FIELDS:
                raise BadCase(f"{field[:60]!a} is no field of a case: {', '.join(sorted(COMPARED_FIELDS))}")
            return getattr(article, field)


def save_case(folder: Path, capture: Capture, article: Article | None, *, key: str) -> SavedCase:
    """Write a case into a new folder inside a folder, with the values that were read, and return it, unreviewed.

    ``key`` names the folder. Without an article the values are left to a person. Raises OSError.
    """
    values: dict[str, Any] = {"headline": "", "body": [""]}
    if article is not None:
        values = {field: make_plain_value(article, field) for field in SAVED_FIELDS}
        values = {field: value for field, value in values.items() if value not in (None, [], "")}
    return write_case(folder / make_case_name(capture, key), capture, {UNREVIEWED: _TODO, **values})


def write_case(path: Path, capture: Capture, expected: Mapping[str, Any]) -> SavedCase:
    """Write the files of a case into a new folder, another one than asked for where that is taken. Raises OSError."""
    free_path = _find_free_path(path)
    free_path.mkdir(parents=True)
    (free_path / "page.html").write_bytes(capture.body)
    _write_json(free_path / "capture.json", _list_facts(capture))
    _write_json(free_path / "expected.json", expected)
    return SavedCase(free_path)


def accept_case(case: SavedCase, article: Article, corrections: Mapping[str, Any]) -> SavedCase:
    """Accept the values that a reader finds, but for corrections, and return the case as it then is.

    A case whose fields a person has written keeps them. Raises BadCase for a correction of no field, and OSError.
    """
    for field in corrections:
        make_plain_value(article, field)
    fields = list(dict.fromkeys((*case.expected, *corrections)))
    if case.unreviewed is not None:
        values = {field: make_plain_value(article, field, case.expected.get(field)) for field in fields}
        note = "the reader's own values"
        if corrections:
            note += f", but for {', '.join(sorted(corrections))}"
        record: dict[str, Any] = {ACCEPTED: note, **values}
    else:
        record = dict(case._record)
    _write_json(case.folder / "expected.json", record | dict(corrections))
    return SavedCase(case.folder)


def read_correction(text: str) -> tuple[str, Any]:
    """Return field and value of a correction as it is typed, ``authors=["Ann Lee"]`` or ``headline=Bridge opens``.

    The value is JSON, or else a text. Raises BadCase.
    """
    field, equals, value = text.partition("=")
    field = field.strip()
    if not equals or field not in COMPARED_FIELDS:
        raise BadCase(
            f"{text[:80]!a} is no correction: write FIELD=VALUE, with one of {', '.join(sorted(SAVED_FIELDS))}"
        )
    try:
        parsed = json.loads(value)
    except ValueError:
        parsed = value
    if field in ("authors", "body") and isinstance(parsed, str):
        parsed = [
            part.strip() for part in re.split(r";|\n\n" if field == "authors" else r"\n\n", parsed) if part.strip()
        ]
    return field, parsed


def try_reading(
    case: SavedCase, site: Site, pages: Sequence[type[ArticlePage]] = ()
) -> tuple[Article | None, str | None]:
    """Return the article of a case, or None and why there is none."""
    try:
        return case.read(site, pages), None
    except (NotAnArticle, PageUnreadable) as problem:
        return None, str(problem)


def make_case_name(capture: Capture, key: str) -> str:
    """Return a name such as ``2026-11-24-en-55331``."""
    slug = re.sub(r"[^A-Za-z0-9]+", "-", key).strip("-").lower()
    return f"{capture.fetched_at:%Y-%m-%d}-{slug[-60:].strip('-') or 'page'}"


def iter_case_files(folder: Path) -> Iterator[Path]:
    """Yield the files of a case that are there."""
    yield from (folder / name for name in FILES if (folder / name).is_file())


def _find_free_path(path: Path) -> Path:
    number = 1
    free_path = path
    while free_path.exists():
        number += 1
        free_path = path.with_name(f"{path.name}-{number}")
    return free_path


def _list_facts(capture: Capture) -> dict[str, Any]:
    # The body has its content encoding undone, and its length is its own.
    headers = [header for header in capture.headers if header[0].lower() in ("content-type", "content-language")]
    return {"url": capture.url, "fetched_at": instant(capture.fetched_at), "status": capture.status, "headers": headers}


def _list_entries(article: Article, expected: Any) -> list[dict[str, Any]]:
    entries: list[dict[str, Any]] = [
        {
            "site_key": entry.address.site_key,
            "headline": entry.headline,
            "published_raw": entry.published_raw,
            "published_at": entry.published.value if entry.published else None,
        }
        for entry in article.see_also
    ]
    if not isinstance(expected, list) or not all(isinstance(entry, dict) for entry in expected):
        return entries
    names = {name for entry in expected for name in entry} or set().union(*entries)
    return [{name: value for name, value in entry.items() if name in names} for entry in entries]


def _read_json(path: Path) -> dict[str, Any]:
    try:
        record = json.loads(_read_bytes(path).decode("utf-8"))
    except (ValueError, RecursionError) as problem:
        raise BadCase(f"{path} is no JSON: {problem}") from None
    if not isinstance(record, dict):
        raise BadCase(f"{path} holds no JSON object")
    return record


def _read_bytes(path: Path) -> bytes:
    try:
        with path.open("rb") as stream:
            content = stream.read(MAX_SIZE + 1)
    except OSError as problem:
        raise BadCase(f"{path} cannot be read: {problem.strerror or problem}") from None
    if len(content) > MAX_SIZE:
        raise BadCase(f"{path} is larger than {MAX_SIZE // 1024 // 1024} MB: no page")
    return content


def _write_json(path: Path, values: Mapping[str, Any]) -> None:
    path.write_text(json.dumps(values, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
