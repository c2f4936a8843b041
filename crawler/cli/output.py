"""Prints results to stdout and messages to stderr, without control sequences from the text of a page."""

from __future__ import annotations

import dataclasses
import json
import logging
import os
import re
import sys
import textwrap
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from enum import Enum
from functools import wraps
from pathlib import Path
from typing import Any

import click

from crawler.cli.common import CommandT
from crawler.crawl.logs import JsonLinesFormatter, LogFormat
from crawler.normalisation.wording import format_count as format_count
from crawler.system.interruption import set_last_line

_ESCAPE_SEQUENCE = re.compile(
    r"(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]"  # CSI: colours, cursor
    r"|(?:\x1b\]|\x9d)[^\x07\x1b\x80-\x9f]*(?:\x07|\x1b\\|\x9c)"  # OSC: titles, links, the clipboard
    r"|(?:\x1b[PX^_]|[\x90\x98\x9e\x9f])[^\x1b\x80-\x9f]*(?:\x1b\\|\x9c)"  # DCS, SOS, PM, APC
    r"|\x1b[ -/]*[0-~]"  # short ones, and the beginning of an unfinished long one, so that no text is lost
)
_CONTROL_CHARACTERS = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f"
    r"\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]"  # the bidirectional ones reorder what a reader sees
)
_NOT_FOR_TERMINALS = re.compile(r"[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")


def strip_controls(text: str) -> str:
    r"""Return text from a page without control sequences and control characters; line feeds and tabs stay.

    >>> strip_controls("Peace\x1b[2J\x07 talks")
    'Peace talks'
    """
    return _CONTROL_CHARACTERS.sub("", _ESCAPE_SEQUENCE.sub("", text))


def to_one_line(text: str) -> str:
    """Return text without control characters, with every run of white space made one space."""
    return " ".join(strip_controls(text).split())


_log_format: LogFormat = "text"
_log_file: logging.Handler | None = None


def set_log_file(handler: logging.Handler | None) -> None:
    """Set where :func:`complain` and :func:`say` write their lines besides stderr; None for nowhere."""
    global _log_file
    _log_file = handler


def set_log_format(log_format: LogFormat) -> None:
    """Set what :func:`complain` and :func:`say` print: lines for people, or one JSON object a line."""
    global _log_format
    _log_format = log_format
    set_last_line(_format_line(logging.WARNING, "interrupted", "seealso: interrupted"))


def complain(message: str, below: Sequence[str] = ()) -> None:
    """Print one line to stderr that begins with the program's name; for people also the lines ``below`` it."""
    _print_to_stderr(logging.WARNING, message, f"seealso: {message}")
    if _log_format == "text":
        for line in below:
            try:
                click.echo(strip_controls(line), err=True)
            except OSError:
                return


def say(message: str) -> None:
    """Print one line to stderr. A closed stderr raises no error."""
    _print_to_stderr(logging.INFO, message, message)


class _ComplainingHandler(logging.Handler):
    """Complains of each record that a logger of ours is given."""

    def emit(self, record: logging.LogRecord) -> None:
        complain(to_one_line(record.getMessage()))


@contextmanager
def complain_of_warnings(logger_name: str) -> Iterator[None]:
    """Complain of each warning that is logged while the block runs, by that logger or one below it."""
    logger = logging.getLogger(logger_name)
    handler = _ComplainingHandler(logging.WARNING)
    former_propagate, logger.propagate = logger.propagate, False  # a crawl's log would print it once more
    logger.addHandler(handler)
    try:
        yield
    finally:
        logger.removeHandler(handler)
        logger.propagate = former_propagate


def copy_to_log_file(level: int, message: str) -> None:
    """Write a line to the log file, where there is one."""
    if _log_file is not None:
        _log_file.handle(logging.LogRecord("seealso", level, "", 0, to_one_line(message), None, None))


def _print_to_stderr(level: int, message: str, line: str) -> None:
    copy_to_log_file(level, message)
    try:
        click.echo(_format_line(level, message, line), err=True)
    except OSError:
        return


def _format_line(level: int, message: str, line: str) -> str:
    """Return ``line``, or in a log for programs ``message`` as a JSON object."""
    if _log_format == "json":
        line = JsonLinesFormatter().format(logging.LogRecord("seealso", level, "", 0, to_one_line(message), None, None))
    return to_one_line(line)


def style_bold(text: str) -> str:
    """Return text in bold when stdout is a terminal that can show it, else unchanged."""
    return click.style(text, bold=True) if supports_colour(sys.stdout) else text


def style_faint(text: str) -> str:
    """Return text in a fainter shade when stdout is a terminal that can show it, else unchanged."""
    return click.style(text, dim=True) if supports_colour(sys.stdout) else text


def supports_colour(stream: Any) -> bool:
    """Return True if markup may be sent: a terminal, not a dumb one, and NO_COLOR is not set (https://no-color.org)."""
    return not os.environ.get("NO_COLOR") and can_redraw(stream)


def can_redraw(stream: Any) -> bool:
    """Return True if a line may be drawn again: a terminal, and not a dumb one."""
    if os.environ.get("TERM") == "dumb":
        return False
    try:
        return bool(stream.isatty())
    except ValueError:  # closed
        return False


def to_plain_data(value: Any) -> Any:
    """Return records, paths, dates and tuples as JSON types; nothing is shortened or left out."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: to_plain_data(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if isinstance(value, Mapping):
        return {str(to_plain_data(key)): to_plain_data(element) for key, element in value.items()}
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, (list, tuple, set, frozenset)):
        return [to_plain_data(element) for element in value]
    if isinstance(value, Path):
        return str(value)
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    return value


def to_json(value: Any, *, indent: int | None = 2) -> str:
    """Return one JSON document in readable letters; control characters are escaped: safe to print, nothing lost."""
    text = json.dumps(to_plain_data(value), ensure_ascii=False, indent=indent)
    return _NOT_FOR_TERMINALS.sub(lambda match: f"\\u{ord(match[0]):04x}", text)


def print_json(value: Any) -> None:
    """Print one JSON document to stdout."""
    click.echo(to_json(value))


def print_jsonl(rows: Iterable[Any]) -> None:
    """Print one JSON object a line to stdout."""
    for row in rows:
        click.echo(to_json(row, indent=None))


def json_option(command: CommandT) -> CommandT:
    """Give a command ``--json``, as the parameter ``as_json``."""
    return click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")(command)


def row_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command that prints rows ``--json`` and ``--jsonl``, as ``as_json`` and ``as_jsonl``."""

    @wraps(command)
    def with_one_format(*arguments: Any, as_json: bool, as_jsonl: bool, **options: Any) -> Any:
        if as_json and as_jsonl:
            raise click.UsageError("--json and --jsonl exclude each other")
        return command(*arguments, as_json=as_json, as_jsonl=as_jsonl, **options)

    add_lines = click.option("--jsonl", "as_jsonl", is_flag=True, help="Print one JSON object a line.")
    command_with_options: Callable[..., Any] = json_option(add_lines(with_one_format))
    return command_with_options


def print_rows(rows: Iterable[Any], *, as_json: bool, as_jsonl: bool) -> bool:
    """Print rows one by one as JSON or JSON lines when either is requested. Return True if it was."""
    if as_json:
        _print_json_rows(rows)
    elif as_jsonl:
        print_jsonl(rows)
    return as_json or as_jsonl


def _print_json_rows(rows: Iterable[Any]) -> None:
    # The same output as print_json of a list, without holding the list.
    separator = "[\n"
    for row in rows:
        click.echo(separator + textwrap.indent(to_json(row), "  "), nl=False)
        separator = ",\n"
    click.echo("[]" if separator == "[\n" else "\n]")
