"""``seealso cite``: prints a citation of an article, one of its versions, or a snapshot."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import click

from crawler.cli.commands.show import find_named_article
from crawler.cli.common import common_options
from crawler.cli.options.renamed import RenamedOption
from crawler.cli.options.types import TEXT, DayType, NumberType, open_existing_archive
from crawler.cli.output import format_count, strip_controls
from crawler.errors import NoSuchVersion

if TYPE_CHECKING:
    from crawler.archive import Archive
    from crawler.research.citation import Reference

STYLES = ("apa", "chicago", "bibtex", "ris", "csl-json", "text")


@click.command(
    short_help="Cite an article, a version of it, or a snapshot.",
    epilog="Examples: seealso cite 12; seealso cite 12 --revision 2 --style bibtex >> references.bib",
)
@click.argument("article", metavar="ID|URL", required=False)
@click.option("--revision", type=NumberType(min=1), metavar="N", help="Cite this version, with its digest.")
@click.option("--snapshot", type=TEXT, metavar="NAME", help="Cite this snapshot instead.")
@click.option(
    "--style",
    cls=RenamedOption,
    old_names=("--format",),
    type=click.Choice(STYLES),
    default="apa",
    show_default=True,
    help="How to write it.",
)
@click.option("--accessed", type=DayType("itself"), metavar="DAY", help="The day you looked at it.")
@common_options
def cite(article: str | None, revision: int | None, snapshot: str | None, style: Any, accessed: date | None) -> None:
    """Cite an article, by its number in the archive or by its address; a version of it; or a snapshot.

    APA and Chicago are entries of a list of references. BibTeX, RIS and CSL-JSON go into reference managers, which
    write any other style.
    """
    from crawler.research.citation import format_reference

    if (article is None) == (snapshot is None):
        raise click.UsageError("name an article, or a snapshot with --snapshot")
    if snapshot is not None and (revision is not None or accessed is not None):
        raise click.UsageError("--revision and --accessed go with an article")
    with open_existing_archive() as archive, archive.moment():
        if article is not None:
            reference = _cite_article(archive, article, revision, accessed)
        else:
            reference = _cite_snapshot(archive, snapshot or "")
    text = format_reference(reference, style)
    click.echo(strip_controls(f"[{text}]" if style == "csl-json" else text))


def _cite_article(archive: Archive, argument: str, revision: int | None, accessed: date | None) -> Reference:
    from crawler.archive.articles.rows import read_rows
    from crawler.archive.database import translate_errors
    from crawler.research.citation import make_article_reference

    record = find_named_article(archive, argument)
    with translate_errors(archive.path):
        (row,) = read_rows(archive.db, (record.id,))
    version = None
    if revision is not None:
        version = next((line for line in record.revisions if line.number == revision), None)
        if version is None:
            raise NoSuchVersion(
                f"article {record.id} has {format_count(len(record.revisions), 'version')}, not {revision:,}"
            )
    return make_article_reference(
        row, publication=find_site_title(archive, row.site), accessed=accessed, revision=version
    )


def _cite_snapshot(archive: Archive, name: str) -> Reference:
    from crawler.archive.database import translate_errors
    from crawler.archive.snapshots.freeze import find_snapshot, list_sites
    from crawler.archive.snapshots.text_hash import hash_texts
    from crawler.research.citation import make_snapshot_reference

    with translate_errors(archive.path):
        snapshot = find_snapshot(archive.db, name)
        return make_snapshot_reference(
            snapshot,
            publications=[find_site_title(archive, site) for site in list_sites(archive.db, snapshot)],
            text_hash=hash_texts(archive.db, snapshot),
        )


def find_site_title(archive: Archive, site: str) -> str:
    """Return the title of a site; of an unknown site, its name in the archive."""
    from crawler.sites.registry import load_titles

    return load_titles(*archive.adopted_sites).get(site, site)
