"""Refuses archives that cannot become one, before anything is written."""

from __future__ import annotations

import shlex
import sqlite3
from collections.abc import Iterable, Sequence
from pathlib import Path

from crawler.archive.articles.forgotten import read_tombstones
from crawler.archive.database import select_column, select_rows
from crawler.archive.merging.source import Source
from crawler.errors import CrawlerError


class CannotMerge(CrawlerError):
    """The archives cannot become one: the message says why and what to do; nothing was written."""


def refuse_shared(into: Source | None, into_path: Path, sources: Sequence[tuple[Path, Source]]) -> None:
    """Raise CannotMerge where two archives have the same site, or the same name of a snapshot or saved search."""
    archives = [(into_path, into)] if into is not None else []
    for path, source in sources:
        for other_path, other in archives:
            if {source.is_invented, other.is_invented} == {True, False}:
                demo, real = (path, other_path) if source.is_invented else (other_path, path)
                raise CannotMerge(
                    f"{demo} holds the invented articles of the practice site, and {real} others: keep them apart"
                )
            _refuse_shared_sites(into_path, other_path, other, path, source)
            for noun, names, other_names, remedy in (
                ("a snapshot", source.snapshots, other.snapshots, "seealso snapshot remove"),
                ("a saved search", source.searches, other.searches, "seealso searches remove"),
            ):
                shared = sorted(_list_equal_names(names, other_names))
                if shared:
                    listed = ", ".join(f"“{name}”" for name in shared)
                    raise CannotMerge(
                        f"{other_path} and {path} both have {noun} named {listed}: remove one, with {remedy} NAME "
                        "--archive PATH, or make it there again under another name"
                    )
        archives.append((path, source))


def refuse_shared_addresses(conn: sqlite3.Connection, path: Path) -> None:
    """Raise CannotMerge where the attached archive has an address that is in this one, too, for another site."""
    query = (
        "SELECT m.url_key, m.site, t.site AS other FROM source.addresses t JOIN main.addresses m USING (url_key)"
        " LIMIT 1"
    )
    row = select_rows(conn, query).fetchone()
    if row is not None:
        raise CannotMerge(
            f"{path} has {row['url_key']} for the site {row['other']}, and here it is one of {row['site']}: "
            "they are one site under two names"
        )


def list_forgotten_records(conn: sqlite3.Connection) -> dict[str, set[int]]:
    """Return where the attached archive has captures of what is forgotten here: WARC file → offsets."""
    tombstones = read_tombstones(conn)
    places: dict[str, set[int]] = {}
    if not tombstones:
        return places
    keys: set[str] = set()
    for (key,) in conn.execute("SELECT url_key FROM source.addresses"):
        if key in tombstones:
            keys.add(key)
            keys.update(
                select_column(
                    conn,
                    "SELECT url_key FROM source.addresses WHERE article_id ="
                    " (SELECT article_id FROM source.addresses WHERE url_key = ?)",
                    (key,),
                )
            )
    for key in sorted(keys):
        rows = conn.execute(
            "SELECT warc_file, warc_offset FROM source.captures WHERE url_key = ? AND warc_offset IS NOT NULL", (key,)
        )
        for file, offset in rows:
            places.setdefault(file, set()).add(offset)
    return places


def _refuse_shared_sites(into_path: Path, other_path: Path, other: Source, path: Path, source: Source) -> None:
    shared = sorted(source.sites & other.sites)
    if not shared:
        return
    captures = shlex.quote(str(path.with_suffix(".warc")))
    raise CannotMerge(
        f"{other_path} and {path} both have the site {', '.join(shared)}: take its pages in with "
        f"seealso ingest {captures}/*.warc.gz --archive {shlex.quote(str(into_path))}"
    )


def _list_equal_names(rows: Iterable[tuple[str, ...]], others: Iterable[tuple[str, ...]]) -> set[str]:
    """Return the names that rows of both have, without regard to case, where the rows are not the same."""
    other_rows = set(others)
    other_names = {name.casefold() for name, *_ in other_rows}
    return {row[0] for row in rows if row[0].casefold() in other_names and row not in other_rows}
