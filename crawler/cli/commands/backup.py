"""``seealso backup``: copies an archive that may be in use, and verifies a copy."""

from __future__ import annotations

from pathlib import Path

import click

from crawler.cli.common import EXIT_NEEDS_PERSON, common_options, get_common_options
from crawler.cli.options.paths import PathType
from crawler.cli.output import complain, format_count, json_option, print_json, to_one_line, to_plain_data
from crawler.cli.progress import show_count


@click.command(short_help="Copy the archive and its WARC files, even while a crawl runs.")
@click.argument("folder", metavar="TO", type=PathType(file_okay=True))
@click.option("--verify", "check", is_flag=True, help="Copy nothing: check the backup at TO against its list.")
@click.option(
    "--captures/--no-captures",
    default=True,
    help="Copy the WARC files too, or only list them with their lengths and digests.  [default: captures]",
)
@json_option
@common_options
def backup(folder: Path, check: bool, captures: bool, as_json: bool) -> int:
    """Copy the archive and its WARC files into the folder TO, as they are at one moment, even while a crawl runs.

    TO is a new folder, an empty one, or an earlier backup of the same archive, which is brought up to date: what is in
    it already is not copied again. The backup is an archive itself; backup.json in it lists the files.
    """
    return _verify(folder, as_json) if check else _make(folder, captures, as_json)


def _make(folder: Path, captures: bool, as_json: bool) -> int:
    from crawler.operations.backup.backup import back_up

    path = get_common_options().archive
    with show_count("copying") as progress:
        report = back_up(path, folder, captures=captures, progress=progress)
    for name in report.missing:
        complain(f"{name} is missing from the archive, or too short: see seealso doctor")
    if as_json:
        print_json({**to_plain_data(report), "exit_code": report.exit_code})
        return report.exit_code
    files = format_count(len(report.manifest.files) - 1, "WARC file")
    copied = f"{report.copied} of them copied now" if captures else "listed, not copied"
    click.echo(f"{folder / path.name}: {path} as of {report.manifest.made_at}, {files}, {copied}")
    return report.exit_code


def _verify(folder: Path, as_json: bool) -> int:
    from crawler.operations.backup.verification import verify_backup

    with show_count("verifying") as progress:
        manifest, findings = verify_backup(folder, progress)
    code = EXIT_NEEDS_PERSON if findings else 0
    if as_json:
        print_json({"manifest": to_plain_data(manifest), "findings": to_plain_data(findings), "exit_code": code})
        return code
    for finding in findings:
        click.echo(f"{to_one_line(finding.name)}: {to_one_line(finding.message)}")
    if findings:
        complain(f"{folder}: {format_count(len(findings), 'finding')}")
    else:
        files = format_count(len(manifest.files) - 1, "WARC file")
        click.echo(f"{folder} is whole: {manifest.archive} as of {manifest.made_at}, {files}")
    return code
