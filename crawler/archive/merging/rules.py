"""Declares for each table of the schema what becomes of its rows when an archive is merged into another, or split.

Columns, numbers and foreign keys are read from the schema: an ``id`` gets a new number, and a column that references
one follows it. A rule says only what the schema does not. **A new table needs one line in** :data:`RULES`; where its
rows belong to articles, that is ``"name": TableRule(of="article_id")``. ``tests/archive/merging/test_rules.py`` looks
for it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

_CHOSEN: Final = "(SELECT name FROM temp.chosen_sites)"
OWN_SITE: Final = f"t.site IN {_CHOSEN}"
_SITE_OF_RUN: Final = "(SELECT r.site FROM source.runs r WHERE r.id = t.run_id)"
_SITE_OF_KEY: Final = "(SELECT a.site FROM source.addresses a WHERE a.url_key = t.url_key)"
_SITE_OF_URL: Final = (
    "(SELECT a.site FROM source.addresses a WHERE a.url = t.url), (SELECT a.site FROM source.spellings s"
    " JOIN source.addresses a ON a.url_key = s.url_key WHERE s.url = t.url)"
)
_CREDIT_OF_SITE: Final = (
    "t.id IN (SELECT b.{column} FROM source.article_authors b JOIN source.articles a ON a.id = b.article_id"
    f" WHERE a.site IN {_CHOSEN})"
)
CITED: Final = ("articles", "authors", "captures", "runs", "author_edits")
"""Tables whose numbers people cite: ``merged_ids`` keeps the former ones."""
_PRESENT_NUMBERS: Final = " ".join(
    f"WHEN '{name}' THEN (SELECT n.new FROM temp.new_{name} n WHERE n.old = t.new)" for name in CITED
)
_PRESENT_NUMBER: Final = f"CASE t.kind {_PRESENT_NUMBERS} END"


@dataclass(frozen=True, slots=True, kw_only=True)
class TableRule:
    """What becomes of the rows of a table. In its SQL ``t`` is a row of the other archive, which is ``source``."""

    how: Literal["copied", "derived", "rewritten", "kept"] = "copied"
    """``derived``: made anew for the articles that come; ``rewritten``: by code of its own, because ids stand in texts;
    ``kept``: each archive has its own."""
    of: str | None = None
    """The foreign key to the row that a row belongs to: it comes along with that one, and stays behind with it."""
    chosen: str | None = None
    """By which condition a row belongs to the sites of a split. Without it, all rows of the table come, or ``of``
    decides."""
    only: str | None = None
    """A condition on every row that comes, in a merge too."""
    same_by: tuple[str, ...] | Literal["all"] = ()
    """Columns by which a row is one that the archive has already: it does not come, and its number leads there. With
    ``all``, those that are equal but for the id."""
    ids: Mapping[str, str] = field(default_factory=dict)
    """Column → the table whose ids it holds, where no foreign key says so."""
    files: tuple[str, ...] = ()
    """Columns with names of WARC files, which may get another name."""
    values: Mapping[str, str] = field(default_factory=dict)
    """Column → SQL for its value."""
    keeps_key: bool = False
    """True where an integer primary key is content and no number of ours."""
    conflict: str = ""
    """The ``ON CONFLICT`` clause, where the archive may have the same row."""


RULES: Final[Mapping[str, TableRule]] = {
    "runs": TableRule(chosen=OWN_SITE),
    "captures": TableRule(chosen=f"coalesce({_SITE_OF_RUN}, {_SITE_OF_KEY}) IN {_CHOSEN}", files=("warc_file",)),
    "articles": TableRule(chosen=OWN_SITE),
    "authors": TableRule(chosen=_CREDIT_OF_SITE.format(column="author_id"), same_by=("kind", "name")),
    "author_variants": TableRule(chosen=_CREDIT_OF_SITE.format(column="variant_id"), same_by=("kind", "name")),
    "article_authors": TableRule(of="article_id"),
    "see_also": TableRule(of="article_id"),
    "translations": TableRule(of="article_id"),
    "addresses": TableRule(chosen=OWN_SITE),
    "spellings": TableRule(chosen=f"{_SITE_OF_KEY} IN {_CHOSEN}", conflict="ON CONFLICT (url) DO NOTHING"),
    "sightings": TableRule(chosen=f"{_SITE_OF_KEY} IN {_CHOSEN}"),
    "revision_rows": TableRule(of="article_id"),
    "sketches": TableRule(of="article_id"),
    "sketch_bands": TableRule(how="derived"),
    "near_copies": TableRule(how="derived"),
    "articles_fts": TableRule(how="derived"),
    "problems": TableRule(chosen=f"coalesce({_SITE_OF_RUN}, {_SITE_OF_URL}) IN {_CHOSEN}"),
    "rereads": TableRule(chosen=f"t.run_id IS NULL OR {_SITE_OF_RUN} IN {_CHOSEN}", same_by="all"),
    "reread_former": TableRule(how="rewritten"),
    "forgotten": TableRule(
        chosen=f"t.url_key GLOB 'sha256:*' OR substr(t.url_key, 1, instr(t.url_key, '/') - 1) IN {_CHOSEN}",
        conflict="ON CONFLICT (url_key) DO UPDATE SET captures = CASE WHEN captures = 'all' THEN captures"
        " ELSE coalesce(excluded.captures, captures) END",
    ),
    "unerased": TableRule(
        # The space of the other file and the pages that its alarms saved do not come.
        only="t.kind NOT IN ('database', 'case') AND t.file IN (SELECT old FROM temp.new_files)",
        files=("file",),
        conflict="ON CONFLICT (kind, file, start, article_key) DO NOTHING",
    ),
    "losses": TableRule(of="capture_id"),
    "reservations": TableRule(of="capture_id"),
    "article_parts": TableRule(of="first_capture_id"),
    "author_edits": TableRule(same_by="all"),
    "place_lookups": TableRule(
        chosen=f"t.place_key IN (SELECT a.place_key FROM source.articles a WHERE a.site IN {_CHOSEN})",
        conflict="ON CONFLICT (place_key, position) DO NOTHING",
    ),
    "place_aliases": TableRule(conflict="ON CONFLICT (alias_key, identity) DO NOTHING"),
    "place_edits": TableRule(same_by="all"),
    "places": TableRule(how="derived"),
    "place_names": TableRule(how="derived"),
    "place_splits": TableRule(how="derived"),
    "run_fields": TableRule(of="run_id"),
    "deviations": TableRule(of="run_id", ids={"since_run": "runs"}),
    "pauses": TableRule(chosen=OWN_SITE),
    "sitemaps": TableRule(chosen=OWN_SITE),
    "sitemap_addresses": TableRule(chosen=OWN_SITE, keeps_key=True, conflict="ON CONFLICT (key) DO NOTHING"),
    "adopted_sites": TableRule(chosen=f"t.name IN {_CHOSEN}"),
    "snapshots": TableRule(
        # A list is hashed as a whole: a snapshot of articles of other sites, too, stays behind.
        chosen="NOT EXISTS (SELECT 1 FROM source.snapshot_articles l WHERE l.snapshot_id = t.id"
        f" AND l.site NOT IN {_CHOSEN})",
        same_by=("uid",),
    ),
    "snapshot_articles": TableRule(of="snapshot_id"),
    "saved_searches": TableRule(
        chosen=f"coalesce(json_extract(t.filters, '$.site') IN {_CHOSEN}, TRUE)", same_by="all"
    ),
    "merges": TableRule(same_by="all"),
    "merged_ids": TableRule(
        of="merge_id",
        values={"new": _PRESENT_NUMBER},
        only=f"{_PRESENT_NUMBER} IS NOT NULL",
        conflict="ON CONFLICT (merge_id, kind, old) DO NOTHING",
    ),
    "_sqlite_migrations": TableRule(how="kept"),
}
"""Table → what becomes of its rows. The tables in which FTS5 keeps ``articles_fts`` go with it."""
