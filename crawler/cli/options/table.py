"""Prints rows for other programs as a JSON document, JSON lines or CSV, in constant memory."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import wraps
from typing import Any

import click

from crawler.cli.output import print_rows, row_options, to_one_line


@dataclass(frozen=True, slots=True, kw_only=True)
class OutputFormat:
    """The format of printed rows; with none of these set, they are for people."""

    json: bool = False
    jsonl: bool = False
    csv: bool = False
    safe: bool = False

    @property
    def for_people(self) -> bool:
        """True if no format for programs was requested."""
        return not (self.json or self.jsonl or self.csv)

    def print(self, columns: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> None:
        """Print rows that have these columns to stdout. In CSV a text is one line, and an unknown value is empty."""
        if self.csv:
            _print_csv(columns, rows, self.safe)
        else:
            print_rows(rows, as_json=self.json, as_jsonl=self.jsonl)

    def print_records(
        self, records: Iterable[Any], columns: Sequence[str], flatten: Callable[[Any], Mapping[str, Any]]
    ) -> bool:
        """Print records for programs and return True; print nothing for people.

        JSON has them with all their parts, CSV as the rows that ``flatten`` makes of them.
        """
        if self.csv:
            _print_csv(columns, map(flatten, records), self.safe)
        else:
            print_rows(records, as_json=self.json, as_jsonl=self.jsonl)
        return not self.for_people


def table_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command ``--json``, ``--jsonl``, ``--csv`` and ``--safe``, as one parameter ``output_format``."""

    @wraps(command)
    def with_output_format(
        *arguments: Any, as_json: bool, as_jsonl: bool, as_csv: bool, safe: bool, **options: Any
    ) -> Any:
        if as_csv and (as_json or as_jsonl):
            raise click.UsageError("--json, --jsonl and --csv exclude each other")
        if safe and not as_csv:
            raise click.UsageError("--safe is for --csv")
        output_format = OutputFormat(json=as_json, jsonl=as_jsonl, csv=as_csv, safe=safe)
        return command(*arguments, output_format=output_format, **options)

    command_with_options: Callable[..., Any] = with_output_format
    command_with_options = click.option("--safe", is_flag=True, help="CSV: no cell begins like a formula.")(
        command_with_options
    )
    command_with_options = click.option("--csv", "as_csv", is_flag=True, help="Print CSV.")(command_with_options)
    return row_options(command_with_options)


def _print_csv(columns: Sequence[str], rows: Iterable[Mapping[str, Any]], safe: bool) -> None:
    from crawler.research.exports.streams import HashedStream
    from crawler.research.exports.tabular import make_row_writer

    output = HashedStream(sys.stdout.buffer, "-")
    write = make_row_writer(output, safe=safe, bom=False)
    write(columns)
    for row in rows:
        write([_format_cell(row[column]) for column in columns])
    output.flush()


def _format_cell(value: Any) -> str:
    if isinstance(value, str):
        return to_one_line(value)
    return "" if value is None else str(value)
