"""The formats: each is a line here and a module that writes it."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from crawler.errors import ExportFailed
from crawler.research.exports.output import Options
from crawler.research.exports.target import Shape


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    """A format, and where its writer is."""

    name: str
    shape: Shape
    writer: str
    """``module:function`` in this package."""
    about: str
    companion: str | None = None
    """What ends the name of the folder beside the file."""
    knows: tuple[str, ...] = ()
    """Options that it understands."""

    def load(self) -> Callable[..., None]:
        """Return the writer: of a job and a stream for a text, of a job alone for anything else."""
        module, function = self.writer.split(":")
        found: Callable[..., None] = getattr(importlib.import_module(f"{__package__}.{module}"), function)
        return found


def _all(*formats: Format) -> dict[str, Format]:
    return {each.name: each for each in formats}


FORMATS: Final = _all(
    Format(
        name="csv", shape="text", writer="tabular:write_csv", knows=("safe", "bom"),
        about="a table for spreadsheets and R, an article a row",
    ),
    Format(name="jsonl", shape="text", writer="tabular:write_jsonl", about="one JSON object a line, nothing left out"),
    Format(
        name="parquet", shape="folder", writer="parquet:write_parquet",
        about="a folder of typed tables, one for each year, for polars, pandas, DuckDB and Arrow",
    ),
    Format(
        name="sqlite", shape="file", writer="subset:write_sqlite", companion=".warc",
        about="a whole little archive that every command opens, its captures beside it",
    ),
    Format(name="bibtex", shape="text", writer="references:write_bibtex", about="references for LaTeX, Zotero, JabRef"),
    Format(name="ris", shape="text", writer="references:write_ris", about="references for EndNote, Zotero, Mendeley"),
    Format(
        name="csl-json", shape="text", writer="references:write_csl_json", about="references for Pandoc and citeproc"
    ),
    Format(
        name="text", shape="folder", writer="plain_text:write_text", knows=("safe", "bom"),
        about="a folder with a text file for each article and metadata.csv, for AntConc, Voyant, quanteda",
    ),
    Format(
        name="tei", shape="text", writer="tei:write_corpus", knows=("split",),
        about="a TEI P5 corpus; with --split a folder with a file for each article",
    ),
    Format(name="warc", shape="file", writer="warc:write_warc", about="what the server sent, record by record"),
    Format(
        name="wacz", shape="file", writer="wacz:write_wacz",
        about="the same in a WACZ 1.1.1 package that replayweb.page opens",
    ),
    Format(
        name="gexf", shape="text", writer="graphs:write_gexf", knows=("current", "unarchived"),
        about="the See also graph with its times, for Gephi",
    ),
    Format(
        name="graphml", shape="text", writer="graphs:write_graphml", knows=("current", "unarchived"),
        about="the See also graph for Gephi, networkx, igraph, yEd",
    ),
)  # fmt: skip
"""Name → format, in the order of the help."""
_SPLIT: Final = Format(name="tei", shape="folder", writer="tei:write_files", knows=("split", "safe", "bom"), about="")


def find_format(name: str, options: Options) -> Format:
    """Return the format that these options ask for. Raises ExportFailed for an option that it does not know."""
    if name not in FORMATS:
        raise ExportFailed(f"no format {name[:40]!r} is known; there are {', '.join(FORMATS)}")
    found = _SPLIT if name == "tei" and options.split else FORMATS[name]
    for option in Options.__slots__:
        if getattr(options, option) and option not in found.knows:
            takers = ", ".join(each.name for each in FORMATS.values() if option in each.knows)
            raise ExportFailed(f"--{option} is for {takers}, not for {name}")
    return found


def as_dict(options: Options, found: Format) -> dict[str, Any]:
    """Return the options that a format understands, for its manifest."""
    return {option: getattr(options, option) for option in found.knows}
