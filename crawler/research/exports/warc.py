"""Writes a WARC file with the records of the selected articles' captures, as the gzip members that the archive has."""

from __future__ import annotations

from crawler.research.exports.context import ExportJob
from crawler.research.exports.warc_records import choose_captures, iter_records

_BUFFER = 1 << 20


def write_warc(job: ExportJob) -> None:
    """Write the file. Revisit records keep the name of the file they refer to; their record id says it as well."""
    assert job.path is not None
    job.manifest.counts["captures"] = choose_captures(job)
    number = 0
    with job.path.open("xb", buffering=_BUFFER) as file:
        for record in iter_records(job):
            file.write(record.member)
            number += 1
    job.manifest.counts["records"] = number
    job.add_file(job.path)
