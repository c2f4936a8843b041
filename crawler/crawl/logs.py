"""The log of a crawl on stderr: lines for people, or one JSON object a line for programs."""

from __future__ import annotations

import json
import logging
import re
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Literal

LogFormat = Literal["text", "json"]
LOG_FIELDS = (
    *("site", "run", "url", "fate", "status"),
    *("outcome", "exit_code", "pages", "fates", "queue", "problems", "seconds"),
)
"""Fields that a record may carry besides its message (``log.info(…, extra={"url": …})``); JSON lines hold them."""

LOGGER_NAMES = ("scrapy", "crawler", "twisted", "spiders")

_TRACEBACK = "Traceback (most recent call last)"
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")


class OneLineFormatter(logging.Formatter):
    """Formats a record as one line; with a traceback only when debugging."""

    def format(self, record: logging.LogRecord) -> str:
        text = " ".join(_CONTROL.sub(" ", _drop_traceback(record.getMessage())).split())
        line = f"seealso: {record.levelname.lower()}: {text[:500]}"
        if record.exc_info and record.exc_info[1] is not None:
            if logging.getLogger("scrapy").isEnabledFor(logging.DEBUG):
                return f"{line}\n{self.formatException(record.exc_info)}"
            line += f" ({type(record.exc_info[1]).__name__}: {' '.join(str(record.exc_info[1]).split())[:200]})"
        return line


def _drop_traceback(message: str) -> str:
    """Return a message without the traceback that a framework wrote into it: what stands before, and the error."""
    before, mark, trace = message.partition(_TRACEBACK)
    if not mark:
        return message
    error = next((line for line in reversed(trace.splitlines()) if line.strip() and not line[0].isspace()), "")
    return f"{before} {error}"


class JsonLinesFormatter(logging.Formatter):
    """Formats a record as a JSON object on one line: time, level, logger, message, :data:`LOG_FIELDS`, and the error.

    Everything beyond ASCII is escaped, so that no text of a page controls a terminal or breaks a line.
    """

    def format(self, record: logging.LogRecord) -> str:
        entry: dict[str, object] = {
            "time": f"{time.strftime('%Y-%m-%dT%H:%M:%S', time.gmtime(record.created))}.{int(record.msecs):03}Z",
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage()[:2000],
        }
        entry |= {name: value for name in LOG_FIELDS if (value := record.__dict__.get(name)) is not None}
        if record.exc_info and record.exc_info[1] is not None:
            entry["error"] = f"{type(record.exc_info[1]).__name__}: {str(record.exc_info[1])[:500]}"
            if logging.getLogger("scrapy").isEnabledFor(logging.DEBUG):
                entry["trace"] = self.formatException(record.exc_info)
        return json.dumps(entry, default=str)


FORMATTERS: dict[LogFormat, type[logging.Formatter]] = {"text": OneLineFormatter, "json": JsonLinesFormatter}


@cache
def _silence_twisted() -> None:
    """End Twisted's own writing to stderr, tracebacks of several lines, which lasts until somebody begins its log."""
    from twisted.logger import globalLogBeginner

    globalLogBeginner.beginLoggingTo((), discardBuffer=True, redirectStandardIO=False)


@contextmanager
def log_to_stderr(level: str, log_format: LogFormat) -> Iterator[None]:
    """Send the log of a crawl to stderr while the block runs."""
    from twisted.python.log import PythonLoggingObserver

    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(FORMATTERS[log_format]())
    handler.setLevel(level)
    loggers = [logging.getLogger(name) for name in LOGGER_NAMES]
    former_levels = [(logger, logger.level) for logger in loggers]
    # The frameworks log only what asks for an action; the fate of each page is logged by our own modules (INFO).
    framework_levels = {"twisted": "ERROR", "scrapy": level if level == "DEBUG" else "WARNING"}
    downloader = logging.getLogger("scrapy.core.downloader.handlers.http11")
    downloader_level = downloader.level
    if level != "DEBUG":
        downloader.setLevel("ERROR")  # it warns of answers that are too large, of which the spider speaks to people
    for logger in loggers:
        wanted_levels = [other.level for other in logger.handlers if other.level]  # a log file wants more
        logger.addHandler(handler)
        logger.setLevel(framework_levels.get(logger.name) or min([handler.level, *wanted_levels]))
    _silence_twisted()
    observer = PythonLoggingObserver("twisted")  # type: ignore[no-untyped-call]  # Twisted is typed in part
    observer.start()
    try:
        yield
    finally:
        observer.stop()
        downloader.setLevel(downloader_level)
        for logger, level_before in former_levels:
            logger.removeHandler(handler)
            logger.setLevel(level_before)
