"""The log of a crawl in a file of bounded size: the fate of each page, and what stderr is told."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from logging.handlers import RotatingFileHandler
from pathlib import Path

from crawler.crawl.logs import LOGGER_NAMES, JsonLinesFormatter, LogFormat, OneLineFormatter
from crawler.errors import CrawlerError

MAX_LOG_SIZE = 2_000_000
"""Bytes after which a log file is renamed and a new one begun."""
FORMER_LOGS = 4
"""The most log files that are kept beside the one that is written."""


class CannotWriteLog(CrawlerError):
    """The log file cannot be written: say which and why."""


class FileLineFormatter(OneLineFormatter):
    """Formats a record as one line of a log file, which begins with the time in UTC."""

    def format(self, record: logging.LogRecord) -> str:
        moment = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(record.created))
        return f"{moment} {super().format(record)}"


class BoundedFileHandler(RotatingFileHandler):
    """Writes records to a file; one that has become large is renamed, and the oldest removed.

    A log that cannot be written, on a full disk, costs the crawl nothing.
    """

    def __init__(self, path: Path, log_format: LogFormat) -> None:
        super().__init__(
            path,
            maxBytes=MAX_LOG_SIZE,
            backupCount=FORMER_LOGS,
            encoding="utf-8",
            errors="backslashreplace",
            delay=True,
        )
        self.setLevel(logging.INFO)
        self.setFormatter(JsonLinesFormatter() if log_format == "json" else FileLineFormatter())

    def close(self) -> None:
        """Close the file, whether or not its last lines can be written."""
        with suppress(OSError):
            super().close()

    def handleError(self, record: logging.LogRecord) -> None:
        """Ignore an error of writing."""


@contextmanager
def log_to_file(path: Path, log_format: LogFormat) -> Iterator[logging.Handler]:
    """Send the log of crawls to a file as well while the block runs; yield the handler, for lines of others.

    The fate of each page is in it, whatever stderr is told. Raises CannotWriteLog when the file cannot be written.
    """
    try:
        with path.open("a", encoding="utf-8"):
            pass
    except OSError as problem:
        raise CannotWriteLog(f"cannot write the log to {path} ({problem.strerror or problem})") from None
    handler = BoundedFileHandler(path, log_format)
    loggers = [logging.getLogger(name) for name in LOGGER_NAMES]
    for logger in loggers:
        logger.addHandler(handler)
    try:
        yield handler
    finally:
        for logger in loggers:
            logger.removeHandler(handler)
        handler.close()
