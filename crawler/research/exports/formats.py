"""The formats of exports. A format is a line here and a module that writes it."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from crawler.errors import ExportFailed
from crawler.research.exports.context import ExportOptions
from crawler.research.exports.target import Shape


@dataclass(frozen=True, slots=True)
class Format:
    """A format, and where its writer is."""

    name: str
    shape: Shape
    writer: str
    """``module:function`` in this package."""
    companion: str | None = None
    """What ends the name of the folder beside the file."""
    knows: tuple[str, ...] = ()
    """Options that it understands."""

    def load(self) -> Callable[..., None]:
        """Return the writer: of a job and a stream for a text, of a job alone for anything else."""
        module, function = self.writer.split(":")
        writer: Callable[..., None] = getattr(importlib.import_module(f"{__package__}.{module}"), function)
        return writer


def _index_formats(*formats: Format) -> dict[str, Format]:
    return {format_.name: format_ for format_ in formats}


FORMATS: Final = _index_formats(
    Format("csv", "text", "tabular:write_csv", knows=("safe", "bom", "columns", "pseudonyms")),
    Format("jsonl", "text", "tabular:write_jsonl", knows=("columns", "pseudonyms")),
    Format("parquet", "folder", "parquet:write_parquet", knows=("columns", "pseudonyms")),
    Format("ids", "text", "tabular:write_ids", knows=("safe", "bom")),
    Format("sqlite", "file", "sqlite:write_sqlite", companion=".warc"),
    Format("bibtex", "text", "references:write_bibtex", knows=("pseudonyms",)),
    Format("ris", "text", "references:write_ris", knows=("pseudonyms",)),
    Format("csl-json", "text", "references:write_csl_json", knows=("pseudonyms",)),
    Format("text", "folder", "plain_text:write_text", knows=("safe", "bom", "pseudonyms")),
    Format("tei", "text", "tei:write_corpus", knows=("split", "pseudonyms")),
    Format("warc", "file", "warc:write_warc"),
    Format("wacz", "file", "wacz:write_wacz"),
    Format("gexf", "text", "graph_xml:write_gexf", knows=("current", "unarchived", "pseudonyms")),
    Format("graphml", "text", "graph_xml:write_graphml", knows=("current", "unarchived", "pseudonyms")),
)
"""Name → format, in the order of the help."""
_SPLIT_TEI: Final = Format("tei", "folder", "tei:write_files", knows=("split", "safe", "bom", "pseudonyms"))


def find_format(name: str, options: ExportOptions) -> Format:
    """Return the format that these options ask for. Raises ExportFailed for an option that it does not know."""
    if name not in FORMATS:
        raise ExportFailed(f"no format {name[:40]!r} is known; there are {', '.join(FORMATS)}")
    format_ = _SPLIT_TEI if name == "tei" and options.split else FORMATS[name]
    for option in ExportOptions.__slots__:
        if getattr(options, option) and option not in format_.knows:
            takers = ", ".join(other.name for other in FORMATS.values() if option in other.knows)
            raise ExportFailed(f"--{option} is for {takers}, not for {name}")
    return format_


def select_options(options: ExportOptions, format_: Format) -> dict[str, Any]:
    """Return the options that a format understands, for its manifest."""
    values = {option: getattr(options, option) for option in format_.knows}
    # Where the key lies is nobody's business who has the export.
    return {option: value is not None if option == "pseudonyms" else value for option, value in values.items()}
