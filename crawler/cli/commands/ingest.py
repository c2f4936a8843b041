"""``seealso ingest``: takes the pages of known sites from other people's WARC files and saved pages."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from crawler.cli.common import common_options, get_common_options
from crawler.cli.crawl_summary import FATE_LABELS
from crawler.cli.mixing import refuse_crawl
from crawler.cli.options.engine import engine_options
from crawler.cli.options.paths import PathType
from crawler.cli.options.types import ShareType
from crawler.cli.output import complain, format_count, json_option, print_json, to_plain_data
from crawler.cli.progress import show_count, show_work
from crawler.items import Fate

if TYPE_CHECKING:
    from crawler.engines.choice import EngineChoice
    from crawler.operations.ingest.report import IngestReport, PassedOver

MOST_HOSTS_PRINTED = 10
MOST_PAGES_PRINTED = 20


@click.command(short_help="Take pages from WARC, WACZ and other saved files.")
@click.argument("files", metavar="FILE|FOLDER...", nargs=-1, required=True, type=PathType(exists=True))
@click.option(
    "--adopt", is_flag=True, help="Adopt the sites that are not known, and take their pages too: by all that they have."
)
@engine_options
@click.option("--shards-only", is_flag=True, help="Read the files, or a --part of them, into DIR and take nothing yet.")
@click.option("--part", type=ShareType(), help="Read the third of a hundred equal shares, with --shards-only.")
@click.option("--merge", is_flag=True, help="Take what --shards-only has read into DIR, all of it, and read nothing.")
@json_option
@common_options
def ingest(
    files: tuple[Path, ...],
    adopt: bool,
    engine: EngineChoice,
    shards_only: bool,
    part: tuple[int, int] | None,
    merge: bool,
    as_json: bool,
) -> int:
    """Take the pages of known sites from WARC, ARC and WACZ files of any software, and from saved pages.

    Saved pages are HTML, MHTML, HAR and the folders of mirrors. All may be compressed, or lie in ZIP and TAR files.

    Each page is kept under the date it was fetched, whatever the order of the files, and copied into the archive's own
    WARC folder. What is archived already is passed over: the same files again change nothing. Ends with 2 when a page
    of a known site, or what may have been one, could not be taken; it is named. A folder stands for all files in it and
    in the folders that it links to.
    """
    from crawler.operations.ingest.job import ingest as take

    _refuse_combinations(engine, adopts=adopt, shards_only=shards_only, part=part, merges=merge)
    path = get_common_options().archive
    refuse_crawl(path)
    input_files = list(_iter_files(files, path, engine.work))
    if shards_only:
        return _make_shards(path, input_files, engine, part, adopt, as_json)
    with show_work("reading") as reading_progress, show_count("ingesting") as progress:
        report = take(
            path,
            input_files,
            progress=progress,
            reading_progress=reading_progress,
            adopt=adopt,
            engine=engine,
            reads=not merge,
        )
    for problem in report.unusable:
        complain(problem)
    if as_json:
        data = to_plain_data(report)
        data["fates"] = {fate.value: report.counts.get(fate, 0) for fate in Fate}
        del data["counts"]
        totals = {name: getattr(report, name) for name in ("other", "without_page", "forgotten", "damaged", "lost")}
        print_json({**data, **totals, "exit_code": report.exit_code})
    else:
        for line in iter_lost_lines(report):
            complain(line)
        for line in iter_report_lines(report, path):
            click.echo(line)
    return report.exit_code


def _refuse_combinations(
    engine: EngineChoice, *, adopts: bool, shards_only: bool, part: tuple[int, int] | None, merges: bool
) -> None:
    if (shards_only or merges) and engine.work is None and engine.remote is None:
        raise click.UsageError(
            f"{'--shards-only' if shards_only else '--merge'} needs --work DIR, where the shards are"
        )
    if shards_only and merges:
        raise click.UsageError("--shards-only reads, --merge takes what was read: give neither, and both are done")
    if part is not None and not shards_only:
        raise click.UsageError("--part needs --shards-only; when all parts are read, --merge takes them")
    if part is not None and adopts:
        raise click.UsageError("--adopt goes by all pages of a host, and --part reads a share: leave one of them out")


def _make_shards(
    path: Path, files: Sequence[Path], engine: EngineChoice, part: tuple[int, int] | None, adopt: bool, as_json: bool
) -> int:
    from crawler.operations.ingest.job import make_shards
    from crawler.operations.ingest.shard_making import Share

    share = Share(number=part[0], count=part[1]) if part is not None else None
    with show_work("reading") as progress:
        report = make_shards(path, files, engine=engine, share=share, adopt=adopt, reading_progress=progress)
    if as_json:
        print_json({**to_plain_data(report), "exit_code": 0})
    else:
        read = f"{format_count(report.parts, 'part')} of {format_count(len(files), 'file')} read"
        click.echo(f"{engine.remote or engine.work}: {read}, {report.made:,} of them now; --merge takes them")
    return 0


def _iter_files(paths: Sequence[Path], archive: Path, work: Path | None) -> Iterator[Path]:
    """Yield the files given, and those in the folders given.

    Raises UsageError for a pipe, a device, and a folder whose files are those of the work.
    """
    from crawler.operations.ingest.input_files import list_folder

    for path in paths:
        if path.is_dir():
            if work is not None and work.resolve() in (path.resolve(), *path.resolve().parents):
                raise click.UsageError(f"{path} is in the folder of work, which is not read: name another --work")
            yield from list_folder(path, archive=archive, work=work)
        elif path.is_file():
            yield path
        else:
            raise click.UsageError(f"{path} is no file, and records are read where they lie: save it to one first")


def iter_report_lines(report: IngestReport, path: Path) -> Iterator[str]:
    """Yield the lines of a report: fates of the pages kept, then the records passed over."""
    yield f"{path}: {format_count(report.pages, 'page')} taken from {format_count(report.files, 'file')}"
    for fate, label in FATE_LABELS.items():
        if count := report.counts.get(fate, 0):
            yield f"{count:>8,}  {label}"
    for count, label in (
        (report.texts, "of them from their text alone (WET): without links, and without what only markup says"),
        (report.already, "in the archive already"),
        (report.redirects, "redirects, kept with the page they led to"),
        (report.repaired, "records that end elsewhere than they say, read all the same"),
    ):
        if count:
            yield f"{count:>8,}  {label}"
    for reason, label in list_reason_labels():
        if count := report.passed_over.get(reason, 0):
            yield f"{count:>8,}  {label}"
    if report.adopted:
        yield f"{format_count(len(report.adopted), 'site')} adopted: {', '.join(report.adopted[:MOST_HOSTS_PRINTED])}"
    if report.unknown_sites:
        yield format_unknown_sites(report)


def list_reason_labels() -> list[tuple[PassedOver, str]]:
    """Return the words for each reason to pass over a record, in the order in which they are printed."""
    from crawler.operations.ingest.report import PassedOver

    return [
        (PassedOver.STATUS, "passed over: a status that says nothing of the page"),
        (PassedOver.NO_PAGE, "passed over: pictures and other files under the address of a page"),
        (PassedOver.TEXT_BESIDE_PAGE, "passed over: the text (WET) of a page that is there itself"),
        (PassedOver.PART, "passed over: a part of a page"),
        (PassedOver.FURTHER_PAGE, "passed over: further pages of articles whose first page is in no file"),
        (PassedOver.NO_ORIGINAL, "passed over: sent again, but the page itself is in no file"),
        (PassedOver.FORGOTTEN, "passed over: forgotten"),
        (PassedOver.ENCODING, "passed over: in a content encoding that cannot be undone"),
        (PassedOver.TOO_LARGE, "passed over: larger than any page"),
        (PassedOver.NO_ANSWER, "passed over: no HTTP answer and no page in the record"),
        (PassedOver.UNDATED, "passed over: no date in the record"),
        (PassedOver.FUTURE, "passed over: a date in the future"),
        (PassedOver.FATAL, "passed over: ended the program that read it"),
        (PassedOver.DAMAGED, "damaged records"),
    ]


def format_unknown_sites(report: IngestReport) -> str:
    """Return the line that names the hosts of unknown sites, those with most pages first."""
    named = sorted(((host, count) for host, count in report.unknown_sites.items() if host), key=lambda pair: -pair[1])
    hosts = [f"{host} {count:,}" for host, count in named[:MOST_HOSTS_PRINTED]]
    others = report.unknown_pages - sum(count for _, count in named[:MOST_HOSTS_PRINTED])
    if others:
        hosts.append(f"others {others:,}")
    sites = "an unknown site" if len(report.unknown_sites) == 1 and "" not in report.unknown_sites else "unknown sites"
    return f"{format_count(report.unknown_pages, 'page')} of {sites}: {', '.join(hosts)}"


def iter_lost_lines(report: IngestReport) -> Iterator[str]:
    """Yield a line for each page that was not taken; of many the first ones, and their number."""
    labels = dict(list_reason_labels())
    for page in report.lost_pages[:MOST_PAGES_PRINTED]:
        place = page.file if page.offset is None else f"{page.file} at byte {page.offset}"
        words = labels.get(page.reason, "the answer broke off").removeprefix("passed over: ")
        yield f"{page.url}: {words} ({place})" if page.url else f"{place}: damaged, no record can be read there"
    if report.lost > MOST_PAGES_PRINTED:
        yield f"and {report.lost - MOST_PAGES_PRINTED:,} more; --json names up to a thousand"
