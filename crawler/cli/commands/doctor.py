"""``seealso doctor``: finds faults of this installation or archive, and fixes some of them."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from crawler.cli.common import EXIT_NEEDS_PERSON, common_options, get_common_options
from crawler.cli.crawl_summary import format_archive_option
from crawler.cli.output import complain, format_count, print_rows, row_options, style_bold, to_one_line

if TYPE_CHECKING:
    from crawler.operations.doctor import Diagnosis

FINDING_SIGNS = {"well": "ok   ", "note": "note ", "wrong": "WRONG"}


@click.command(short_help="Find what is wrong with the installation or archive.")
@click.option(
    "--fix",
    "mend",
    is_flag=True,
    help="Mend what can be mended without loss, such as an older schema, missing database indexes, the search index.",
)
@row_options
@common_options
def doctor(mend: bool, as_json: bool, as_jsonl: bool) -> int:
    """Find what is wrong with the installation or archive, and say how to mend it.

    Looked at: SQLite, sites, time zones, folder, disk, file, schema, search index, captures, times, crawls,
    schedules, clock, contact.
    JSON has what is wrong; with -v all that was looked at. Ends with 2 when anything is wrong.
    """
    diagnoses = _examine()
    if mend:
        from crawler.operations.doctor.fixes import apply_fixes

        messages = list(apply_fixes(get_common_options().archive, diagnoses))
        for message in messages:
            complain(message)
        if messages:
            diagnoses = _examine()
    faults = [diagnosis for diagnosis in diagnoses if diagnosis.state == "wrong"]
    if not print_rows(diagnoses if get_common_options().verbose else faults, as_json=as_json, as_jsonl=as_jsonl):
        for diagnosis in diagnoses:
            _print_diagnosis(diagnosis)
    if faults:
        complain(f"{format_count(len(faults), 'finding')}; each line marked WRONG says what to do")
        return EXIT_NEEDS_PERSON
    return 0


def _examine() -> list[Diagnosis]:
    from crawler.archive.runs.adopted_sites import read_adopted_sites
    from crawler.operations.doctor import examine
    from crawler.sites.registry import load_catalogue

    archive = get_common_options().archive
    return examine(
        archive,
        now=datetime.now(UTC),
        catalogue=load_catalogue(*read_adopted_sites(archive)),
        contact=os.environ.get("SEEALSO_CONTACT"),
        option=format_archive_option(archive),
    )


def _print_diagnosis(diagnosis: Diagnosis) -> None:
    sign = FINDING_SIGNS[diagnosis.state]
    label = style_bold(sign) if diagnosis.state == "wrong" else sign
    click.echo(f"{label}  {diagnosis.check:<10}  {to_one_line(diagnosis.message)}")
    if diagnosis.fix:
        click.echo(f"       → {to_one_line(diagnosis.fix)}")
