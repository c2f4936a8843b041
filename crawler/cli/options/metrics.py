"""``--metrics FILE``: writes the archive's metrics for Prometheus into a file, atomically."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

import click

from crawler.atomic_file import replace_file
from crawler.cli.common import CommandT
from crawler.cli.options.paths import PathType, refuse_archive_file
from crawler.errors import CrawlerError


class CannotWriteMetrics(CrawlerError):
    """The file of metrics cannot be written: say which and why."""


def metrics_option(command: CommandT) -> CommandT:
    """Give a command ``--metrics FILE``, as ``metrics``; an unwritable path is a usage error before any work."""
    return click.option(
        "--metrics",
        type=PathType(dir_okay=False),
        metavar="FILE",
        callback=_check_path,
        help="Write metrics to FILE in Prometheus text format (for node_exporter's textfile collector).",
    )(command)


def write_metrics(archive_path: Path, file: Path) -> None:
    """Write the metrics of an archive to a file; readers see the old or the new content, never a part.

    Raises CannotWriteMetrics, UsageError for a file of the archive, and what opening an archive raises.
    """
    from crawler.archive import Archive
    from crawler.archive.database import translate_errors
    from crawler.archive.health.prometheus import format_metrics

    refuse_archive_file(archive_path, file)
    with Archive(archive_path) as archive, translate_errors(archive_path), archive.moment():
        text = format_metrics(archive.db, datetime.now(UTC))
    try:
        with replace_file(file) as unfinished:  # made with the usual permissions, for the collector to read it
            unfinished.write_text(text, encoding="utf-8", newline="\n")
    except OSError as error:
        raise CannotWriteMetrics(f"cannot write the metrics to {file} ({error.strerror or error})") from None


def _check_path(ctx: click.Context, parameter: click.Parameter, value: Path | None) -> Path | None:
    if value is None:
        return None
    if value.exists() and not value.is_file():  # renaming something onto a device would replace the device
        raise click.BadParameter(f"{value} is no file", ctx, parameter)
    folder = Path(os.path.realpath(value)).parent
    if not folder.is_dir():
        raise click.BadParameter(f"the folder {folder} does not exist", ctx, parameter)
    if not os.access(folder, os.W_OK | os.X_OK):
        raise click.BadParameter(f"the folder {folder} cannot be written", ctx, parameter)
    return value
