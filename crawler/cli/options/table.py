"""Prints rows for other programs as a JSON document, JSON lines or CSV, in constant memory."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import wraps
from typing import Any

import click

from crawler.cli.options.columns import columns_option
from crawler.cli.output import print_rows, row_options, to_one_line


@dataclass(frozen=True, slots=True, kw_only=True)
class OutputFormat:
    """The format of printed rows; with none of these set, they are for people."""

    json: bool = False
    jsonl: bool = False
    csv: bool = False
    safe: bool = False
    columns: tuple[str, ...] = ()
    """Those that were named; none when all are to be printed as they are."""

    @property
    def for_people(self) -> bool:
        """True if no format for programs was requested."""
        return not (self.json or self.jsonl or self.csv)

    def print(self, columns: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> None:
        """Print rows that have these columns to stdout. In CSV a text is one line, and an unknown value is empty."""
        if self.csv:
            _print_csv(self.columns or columns, rows, self.safe)
        else:
            rows = ({name: row[name] for name in self.columns} for row in rows) if self.columns else rows
            print_rows(rows, as_json=self.json, as_jsonl=self.jsonl)

    def print_records(
        self, records: Iterable[Any], columns: Sequence[str], flatten: Callable[[Any], Mapping[str, Any]]
    ) -> bool:
        """Print records for programs and return True; print nothing for people.

        JSON has them with all their parts, CSV and chosen columns as the rows that ``flatten`` makes of them.
        """
        if self.csv or self.columns:
            self.print(columns, map(flatten, records))
        else:
            print_rows(records, as_json=self.json, as_jsonl=self.jsonl)
        return not self.for_people


def table_options(available: Sequence[str]) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Return a decorator that gives a command options for rows of ``available`` columns, as ``output_format``.

    They are ``--json``, ``--jsonl``, ``--csv``, ``--safe`` and ``--columns``.
    """

    def decorate(command: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(command)
        def with_output_format(
            *arguments: Any,
            as_json: bool,
            as_jsonl: bool,
            as_csv: bool,
            safe: bool,
            columns: tuple[str, ...],
            **options: Any,
        ) -> Any:
            if as_csv and (as_json or as_jsonl):
                raise click.UsageError("--json, --jsonl and --csv exclude each other")
            if safe and not as_csv:
                raise click.UsageError("--safe is for --csv")
            if columns:
                columns = _choose_columns(columns, available, for_people=not (as_json or as_jsonl or as_csv))
            output_format = OutputFormat(json=as_json, jsonl=as_jsonl, csv=as_csv, safe=safe, columns=columns)
            return command(*arguments, output_format=output_format, **options)

        add_columns = columns_option("Rows for programs: only these columns, in this order.")
        add_safe = click.option("--safe", is_flag=True, help="CSV: no cell begins like a formula.")
        add_csv = click.option("--csv", "as_csv", is_flag=True, help="Print CSV.")
        return row_options(add_csv(add_safe(add_columns(with_output_format))))

    return decorate


def _choose_columns(names: tuple[str, ...], available: Sequence[str], *, for_people: bool) -> tuple[str, ...]:
    from crawler.research.columns import choose_columns

    if for_people:
        raise click.UsageError("--columns is for --csv, --json and --jsonl")
    return choose_columns(names, available)


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
