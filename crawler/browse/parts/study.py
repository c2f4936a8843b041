"""What the pages of the desk share: the question in their address, their way to each other, their tables as CSV."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from crawler.archive.search.selection import Selection
from crawler.archive.search.unknown_values import refuse_unknown_values
from crawler.browse.drawing import formatting
from crawler.browse.page import PageRequest, PageResponse
from crawler.browse.parts.publications import list_publications
from crawler.browse.parts.refusals import describe_refusal
from crawler.browse.parts.search_request import UNIT_LABELS, SearchRequest, format_command, read_search_request
from crawler.errors import BadQuery
from crawler.normalisation.words.digits import parse_digits
from crawler.research.plots.scale import name_selection
from crawler.research.plots.surface import FILE, PAGE, PHONE, Surface
from crawler.research.plots.svg_parts import make_caption
from crawler.research.titles import find_archive_title

STUDY_PAGES: Final = (
    ("overview", "Overview"),
    ("timeline", "Timeline"),
    ("concordance", "Concordance"),
    ("words", "Words"),
    ("collocates", "Collocates"),
    ("keywords", "Keywords"),
)
"""Address of each page of the desk, and its name."""
SURFACES: Final = {"page": PAGE, "phone": PHONE}
"""What a picture in a page is drawn for, by the parameter ``surface``; without it is the file to keep."""
_Choice = TypeVar("_Choice", bound=str)


@dataclass(frozen=True, slots=True, kw_only=True)
class StudyRequest:
    """The question of a page of the desk."""

    search: SearchRequest
    options: Mapping[str, str]
    """The parameters that this page has besides, as far as they are given."""

    @property
    def parameters(self) -> dict[str, str]:
        """All parameters of the page's address."""
        return {**self.search.parameters, **self.options}


def read_study_request(request: PageRequest, names: Iterable[str] = ()) -> StudyRequest:
    """Return the question in a page's address; ``names`` are the parameters that it has besides those of a search.

    Raises BadQuery for parameters that make no sense, a query with a fault in it and a value that no article has among
    them: that nothing is found would be true, and misleading.
    """
    options = {name: request.arguments[name] for name in names if name in request.arguments}
    ignored = {*names, "order", "view", "page", "hit", "surface"}
    search_request = read_search_request(
        {name: value for name, value in request.arguments.items() if name not in ignored}, request.desk
    )
    refuse_faults(search_request.selection, "query")
    refuse_unknown_values(request.archive.db, search_request.selection, names_in_query=True)
    return StudyRequest(search=search_request, options=options)


def refuse_faults(selection: Selection, name: str) -> None:
    """Raise BadQuery for a query with a fault in it, and call the query so."""
    problems = selection.parse().problems
    if problems:
        raise BadQuery(f"{name}, character {problems[0].position + 1}: {problems[0].message}")


def read_choice(study_request: StudyRequest, name: str, choices: Sequence[_Choice]) -> _Choice:
    """Return a parameter that is one of some values, the first without one; raises BadQuery for another value."""
    value = study_request.options.get(name, choices[0])
    for choice in choices:
        if choice == value:
            return choice
    raise BadQuery(f"{name} is one of {', '.join(filter(None, choices))}, not {value[:40]!r}")


def read_number(study_request: StudyRequest, name: str, default: int, lowest: int, highest: int) -> int:
    """Return a parameter that is a number within bounds; raises BadQuery for anything else."""
    value = study_request.options.get(name, str(default))
    number = parse_digits(value, most=8)
    if number is None or not lowest <= number <= highest:
        raise BadQuery(f"{name} is a number from {lowest} to {highest}, not {value[:40]!r}")
    return number


def make_study_context(
    request: PageRequest, page: str, study_request: StudyRequest | None, command: str = ""
) -> dict[str, Any]:
    """Return what each template of the desk shows: tabs, form, the command line, the address of the table as CSV.

    ``command`` is the command and its own options. Without a ``study_request`` the form is as it came.
    """
    parameters = study_request.parameters if study_request else dict(request.arguments)
    common = study_request.search.parameters if study_request else {}
    codes = request.list_languages()
    shown = {"q", "since", "until", "language", "site", "unit", *(study_request.options if study_request else ())}
    return {
        "tabs": [(label, request.links.page(name, **common), name == page) for name, label in STUDY_PAGES],
        "form_action": request.links.page(page),
        "given": parameters,
        "kept": {name: value for name, value in common.items() if name not in shown},
        "languages": [(code, formatting.language(code)) for code in codes] if len(codes) > 1 else [],
        "publications": [(entry.site, entry.title) for entry in list_publications(request)],
        "units": list(UNIT_LABELS.items()),
        "command": f"{command} {format_command(study_request.search)}".strip() if study_request and command else "",
        "csv": request.links.page(f"{page}.csv", **parameters) if study_request else "",
        "search_href": request.links.search(**common),
    }


def refuse(
    request: PageRequest, template: str, page: str, error: BadQuery, fields: Mapping[str, Any] | None = None
) -> PageResponse:
    """Return the page that says what is wrong with a question, above the form as it was filled in.

    ``fields`` are what its form has of its own.
    """
    context = make_study_context(request, page, None) | describe_refusal(request.links, error) | dict(fields or {})
    return PageResponse(template=template, context=context, status=400)


def read_surface(request: PageRequest) -> Surface:
    """Return what a picture is drawn for; raises BadQuery for what is none of :data:`SURFACES`."""
    name = request.arguments.get("surface")
    if name is None:
        return FILE
    if name not in SURFACES:
        raise BadQuery(f"surface is one of {', '.join(SURFACES)}, not {name[:40]!r}")
    return SURFACES[name]


def make_picture(svg: str) -> PageResponse:
    """Return a picture, which may hold styles of its own and nothing else."""
    return PageResponse(
        body=svg,
        content_type="image/svg+xml; charset=utf-8",
        headers={"Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'"},
    )


def make_picture_context(
    request: PageRequest, page: str, study_request: StudyRequest, figures: str, queries: str = ""
) -> dict[str, Any]:
    """Return the addresses of a page's picture, and its caption: what was asked, of which archive, out of how much.

    ``picture`` is the file to keep, ``drawn_for`` has what the page shows, by :data:`SURFACES`.
    """
    query = queries or name_selection(study_request.search.selection)
    address = f"{page}.svg"
    return {
        "picture": request.links.page(address, **study_request.parameters),
        "drawn_for": {name: request.links.page(address, **study_request.parameters, surface=name) for name in SURFACES},
        "caption": make_caption(query, find_archive_title(request.archive), figures),
    }


def make_csv(columns: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> PageResponse:
    """Return a table as a CSV file in which no cell begins like a formula."""
    from crawler.research.exports.sanitize import escape_formula
    from crawler.research.exports.streams import HashedStream
    from crawler.research.exports.tabular import make_row_writer

    def format_cell(value: object) -> str:
        if value is None:
            return ""
        # A negative number is none of the formulas that a text may be.
        return escape_formula(" ".join(value.split())) if isinstance(value, str) else str(value)

    output = io.BytesIO()
    stream = HashedStream(output, "-")
    write = make_row_writer(stream, safe=False, bom=False)
    write(columns)
    for row in rows:
        write([format_cell(row.get(name)) for name in columns])
    stream.flush()
    return PageResponse(
        body=output.getvalue().decode(),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="table.csv"'},
    )
