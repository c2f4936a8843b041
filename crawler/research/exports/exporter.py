"""Writes a selection in a format: a file or folder and its manifest, whole or not at all."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO

from crawler.archive import Archive
from crawler.archive.authority.spellings import iter_spellings
from crawler.archive.database import translate_errors
from crawler.archive.lock import belongs_to
from crawler.archive.search.selection import Selection
from crawler.archive.snapshots.compare import describe_shortfall
from crawler.archive.snapshots.freeze import find_snapshot
from crawler.archive.snapshots.text_hash import hash_texts
from crawler.errors import ExportFailed
from crawler.notes.remarks import Remarks
from crawler.research.exports.context import ExportJob, ExportOptions
from crawler.research.exports.formats import Format, find_format, select_options
from crawler.research.exports.key_file import KeyFile
from crawler.research.exports.manifest import FileList, Manifest
from crawler.research.exports.pseudonyms import Pseudonyms, selects_by_author
from crawler.research.exports.streams import HashedStream, Sink
from crawler.research.exports.target import EXPORT_MANIFEST, Destination
from crawler.research.selection_table import ProgressCallback, select_articles

_BUFFER = 1 << 20


def export(
    archive: Archive,
    selection: Selection,
    format: str,
    to: Path | Sink,
    *,
    made_at: datetime,
    options: ExportOptions | None = None,
    force: bool = False,
    sample: Mapping[str, Any] | None = None,
    publications: Mapping[str, str] | None = None,
    remarks: Remarks | None = None,
    progress: ProgressCallback | None = None,
) -> Manifest:
    """Write every article of a selection in a format of :data:`~crawler.research.exports.formats.FORMATS`.

    All of it is one state of the archive, whatever a crawl writes meanwhile, and memory does not grow with the number
    of articles. ``to`` is a path, which gets a manifest beside it (in it, when it is a folder), or an open stream for
    the formats that are one text. ``sample`` tells how a sample was drawn
    (:func:`crawler.research.samples.sampled`); ``publications`` tells the titles of sites, for references,
    ``remarks`` what people wrote on the articles, for the columns ``tags`` and ``codes``.

    Raises:
        ExportFailed: the place is taken, cannot be written or has no room, or the format does not know an option.
        MissingExtra: the format needs a library that is not installed.

    """
    options = options or ExportOptions()
    format_ = find_format(format, options)
    manifest = Manifest(
        format=format, made_at=made_at, selection=selection, options=select_options(options, format_), sample=sample
    )
    write = format_.load()
    target = None
    if isinstance(to, Path):
        target = Destination(to, format_.shape, archive, force=force, companion=format_.companion)
    elif format_.shape != "text":
        raise ExportFailed(f"{format} is no stream of text: name a {format_.shape} with --to")
    key_file = None
    if options.pseudonyms is not None:
        _refuse_key_path(options.pseudonyms, to, archive)
        _refuse_author(selection)
        key_file = KeyFile.open(options.pseudonyms)
    with (
        _translate_errors(archive, to),
        archive.moment(),
        FileList() as files,
        select_articles(archive.db, selection, progress) as articles,
    ):
        if selection.snapshot is not None:
            manifest.frozen = find_snapshot(archive.db, selection.snapshot)
            manifest.frozen_text_hash = hash_texts(archive.db, manifest.frozen)
            manifest.problems += describe_shortfall(archive.db, selection.snapshot)
        pseudonyms = None
        if key_file is not None:
            pseudonyms = Pseudonyms(key_file)
            pseudonyms.add_spellings(iter_spellings(archive.db))
            manifest.selection = pseudonyms.disguise_selection(selection)
            if manifest.frozen is not None:
                _refuse_author(manifest.frozen.selection)
                query = pseudonyms.replace_mentions(manifest.frozen.query)
                manifest.frozen = replace(manifest.frozen, query=query)
            articles = replace(articles, disguise=pseudonyms.disguise)

        def job(path: Path | None) -> ExportJob:
            return ExportJob(
                selected=articles,
                options=options,
                manifest=manifest,
                files=files,
                path=path,
                warc_folder=archive.warc_folder,
                remarks=remarks,
                pseudonyms=pseudonyms,
                publications=publications or {},
            )

        if target is None:
            assert not isinstance(to, Path)
            write(job(None), HashedStream(to, "-"))
            to.flush()
        else:
            with target.make_new() as new:
                _write_to(new, target, format_, write, job(new))
        manifest.articles = articles.total
    if key_file is not None:
        key_file.save()
    return manifest


def _refuse_key_path(path: Path, to: Path | Sink, archive: Archive) -> None:
    """Raise ExportFailed for a key that would lie in the export, or take the place of a file of the archive."""
    if belongs_to(archive.path, path):
        raise ExportFailed(f"{path} belongs to the archive itself: choose another name with --pseudonyms")
    if isinstance(to, Path) and (
        path.resolve().is_relative_to(to.resolve()) or path.name == f"{to.name}.{EXPORT_MANIFEST}"
    ):
        raise ExportFailed(f"the key file {path} would be part of the export: keep it apart")


def _refuse_author(selection: Selection) -> None:
    """Raise ExportFailed for a selection that names an author, since a manifest names the selection."""
    if selects_by_author(selection):
        raise ExportFailed("what is found by its author cannot be written with --pseudonyms: the manifest names it")


def _write_to(new: Path, target: Destination, format_: Format, write: Any, job: ExportJob) -> None:
    if format_.shape == "text":
        with new.open("xb", buffering=_BUFFER) as file:
            stream = HashedStream(file, new.name)
            write(job, stream)
            _sync_to_disk(file)
        job.files.add(stream.written)
    else:
        write(job)
    job.manifest.articles = job.selected.total
    with target.manifest_path(new).open("xb", buffering=_BUFFER) as file:
        job.manifest.write(HashedStream(file, target.manifest.name), job.files)
        _sync_to_disk(file)


def _sync_to_disk(file: BinaryIO) -> None:
    file.flush()
    os.fsync(file.fileno())


@contextmanager
def _translate_errors(archive: Archive, to: Path | Sink) -> Iterator[None]:
    """Turn errors of files into ExportFailed, those of SQLite into the archive's; pass on a closed pipe."""
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as problem:
        output = to if isinstance(to, Path) else "the output"
        raise ExportFailed(
            f"{output} could not be written ({problem.strerror or problem}); nothing was left under that name"
            if isinstance(to, Path)
            else f"{output} could not be written ({problem.strerror or problem})"
        ) from problem
    except sqlite3.Error as problem:
        with translate_errors(archive.path):
            raise problem
