"""Makes references of articles, versions of them and snapshots: the fields that every style of citation uses."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from crawler.archive.articles.records import ArticleRow, RevisionLine
from crawler.archive.articles.versions import apply_revision
from crawler.archive.snapshots.freeze import Snapshot
from crawler.normalisation.words.text import clean
from crawler.research.citation.names import PersonName, parse_name

_SAFE = re.compile(r"[a-z0-9_]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """Something to be cited, in no style yet. Texts are on one line."""

    key: str
    """Unique and stable: made of the identity alone, never of names, titles or dates, which better readings change."""
    kind: Literal["article", "snapshot"]
    title: str
    names: tuple[PersonName, ...] = ()
    publication: str
    issued: date | None
    """The calendar day of publication in the site's own time zone."""
    url: str | None = None
    language: str | None = None
    accessed: date | None = None
    """The day the person viewed it, where it is given."""
    seen: date | None = None
    """The day the archive last found it on the site."""
    version: str | None = None
    """The state that is cited: ``version 2``, ``snapshot peace``."""
    captured: date | None = None
    digest: str | None = None
    """``sha256:`` and 64 hexadecimal digits."""
    note: str | None = None
    """What no field of a reference manager holds: the byline as printed, where it says more than the names (honorifics,
    orders, or authors whom no rule could read)."""

    @property
    def viewed_on(self) -> date | None:
        """The day on which it was on the site: as given, else as the archive saw it last."""
        return self.accessed or self.seen

    @property
    def captured_as(self) -> str:
        """When it was captured, and its digest, for formats that have no field for these; empty without either."""
        captured = f"Captured {self.captured.isoformat()}" if self.captured else ""
        return ", ".join(filter(None, (captured, self.digest)))

    @property
    def version_number(self) -> str:
        """The version for a field that is called so: ``2``, ``snapshot peace``; empty for what has none."""
        return self.version.removeprefix("version ") if self.version else ""


def make_article_reference(
    row: ArticleRow, *, publication: str, accessed: date | None = None, revision: RevisionLine | None = None
) -> Reference:
    """Return an article, or the given version of it, as a reference."""
    if revision is not None:
        row = apply_revision(row, revision)
    left_out = not row.authors or any(author.honorific or author.order_initials for author in row.authors)
    return Reference(
        key=make_citation_key(row.site, row.language, row.site_key, revision.number if revision is not None else None),
        kind="article",
        title=clean(row.headline),
        names=tuple(parse_name(author) for author in row.authors),
        publication=clean(publication),
        issued=parse_day(row.published_on),
        url=escape_address(row.url),
        language=row.language,
        accessed=accessed,
        seen=parse_day(row.last_seen_at),
        version=f"version {revision.number}" if revision is not None else None,
        captured=parse_day(revision.captured_at) if revision is not None else None,
        digest=f"sha256:{revision.digest}" if revision is not None else None,
        note=f"Byline: {clean(row.byline)}" if left_out and row.byline else None,
    )


def make_snapshot_reference(
    snapshot: Snapshot, *, publications: Sequence[str], text_hash: str | None = None
) -> Reference:
    """Return a snapshot as a reference: a data set of articles of these publications, dated by when it was frozen.

    ``text_hash`` (:func:`crawler.archive.snapshots.text_hash.hash_texts`) is a note, for styles that have notes.
    """
    matching = f" matching “{clean(snapshot.query)}”" if snapshot.query.strip() else ""
    filters = ", ".join(f"{name} {clean(value)}" for name, value in snapshot.filters.items())
    drawn = "A sample of " if snapshot.sample is not None else ""
    count = f"{snapshot.articles:,} {'article' if snapshot.articles == 1 else 'articles'}"
    about = f"{drawn}{count} of {clean(', '.join(publications))}"
    return Reference(
        key=f"snapshot-{snapshot.uid}",
        kind="snapshot",
        title=f"{about}{matching}{f' ({filters})' if filters else ''}",
        publication="News archive kept with seealso",
        issued=parse_day(snapshot.created_at),
        version=f"snapshot {snapshot.name}, {snapshot.uid}",
        digest=f"sha256:{snapshot.hash}",
        note=f"Texts alone: sha256:{text_hash}" if text_hash is not None else None,
    )


def make_citation_key(site: str, language: str, site_key: str, number: int | None = None) -> str:
    """Return a key that no other article or version has, of small letters, digits, ``_`` and ``-``.

    >>> make_citation_key("asianews", "en", "55331", 2)
    'asianews-en-55331-v2'
    """
    parts = (site, language, site_key)
    key = "-".join(parts)
    if not all(_SAFE.fullmatch(part) for part in parts):
        readable = re.sub(r"[^a-z0-9]+", "-", key.lower()).strip("-")[:60].rstrip("-")
        key = f"{readable}-{hashlib.sha256('/'.join(parts).encode()).hexdigest()[:12]}"
    return key if number is None else f"{key}-v{number}"


def escape_address(url: str) -> str:
    """Return an address with what would end a field or a line percent-encoded; it leads to the same page."""
    return re.sub(
        r"""[\x00-\x20"<>\\^`{|}\x7f-\xa0\u2028\u2029]""",
        lambda match: "".join(f"%{byte:02X}" for byte in match[0].encode()),
        url,
    )


def parse_day(text: str | None) -> date | None:
    """Return the day of a stored day or instant."""
    return date.fromisoformat(text[:10]) if text else None
