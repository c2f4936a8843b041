"""``seealso places``: lists places, looks them up in a gazetteer, and makes or undoes manual edits."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from crawler.cli.common import SuggestingGroup, common_options
from crawler.cli.edits import (
    Decisions,
    EditPrinter,
    EditTable,
    add_edit_commands,
    parse_numbers,
    print_paragraphs,
    read_clock,
    why_option,
)
from crawler.cli.help_sections import SectionedCommand
from crawler.cli.options.selection import check_selections, make_selection, selection_options
from crawler.cli.options.table import OutputFormat, table_options
from crawler.cli.options.types import TEXT, CountType, open_existing_archive
from crawler.cli.output import format_count, json_option, print_json, say, to_one_line, to_plain_data

if TYPE_CHECKING:
    from crawler.archive import Archive
    from crawler.archive.places.decisions import PlaceResult
    from crawler.archive.places.listing import Doubt, PlaceEntry
    from crawler.archive.write.authority.place_edits import PlaceEdit
    from crawler.normalisation.places.gazetteer import GazetteerEntry

PLACE_COLUMNS = (
    *("id", "label", "articles", "kind", "country", "country_name", "latitude", "longitude", "gazetteer_id"),
    *("name", "name_source", "location_source"),
)
"""Columns of CSV."""
DOUBT_COLUMNS = ("id", "printed", "articles", "reason", "candidates")
MAX_SHOWN_CANDIDATES = 5


@click.group(cls=SuggestingGroup, short_help="List the places; locate, merge, split and rename them.")
@common_options
def places() -> None:
    """List the places that datelines name; locate, merge, split and rename them.

    A gazetteer knows most of them under all their names; where it knows several, people decide. Every edit is kept with
    its reason, holds for articles that come later, and can be undone. What datelines print never changes.
    """


@places.command("list", cls=SectionedCommand, short_help="List places and how many articles come from them.")
@click.argument("name", type=TEXT, nargs=-1)
@click.option("--query", default="", metavar="QUERY", help="Count only the articles that this query finds.")
@selection_options
@click.option("--limit", type=CountType(), metavar="N", help="Print at most N.  [default: all]")
@table_options(PLACE_COLUMNS)
@common_options
def list_(
    name: tuple[str, ...], query: str, filters: dict[str, Any], limit: int | None, output_format: OutputFormat
) -> None:
    """List the places that articles come from, or those with NAME among their names, in any script."""
    from crawler.archive.places.listing import list_places
    from crawler.archive.places.new_names import count_new_names

    selection = make_selection(query, filters)
    with open_existing_archive() as archive:
        check_selections(archive, selection)
        place_list = list_places(archive, selection, " ".join(name))
        new = count_new_names(archive.db)
    entries = place_list.places[:limit]
    if not output_format.print_records(entries, PLACE_COLUMNS, _flatten_place):
        for entry in entries:
            _print_place(entry)
    if not entries:
        say("no such place" if name else "no article with a place in its dateline")
    if new:
        say(f"{format_count(new, 'printed place')} not looked up yet: seealso places locate")


@places.command(short_help="Show a place, its names and who says where it is.")
@click.argument("place", type=TEXT)
@json_option
@common_options
def show(place: str, as_json: bool) -> None:
    """Show PLACE, a number or a name in any script: what datelines call it in each language, and where it is."""
    from crawler.archive.places.finding import find_place
    from crawler.archive.places.listing import show_place

    with open_existing_archive() as archive:
        entry = show_place(archive, find_place(archive.db.conn, place).identity)
    if as_json:
        print_json(to_plain_data(entry) | {"country_name": entry.country_name})
        return
    _print_place(entry)
    for name in entry.names:
        click.echo(f"        {name.articles:>7,}  {name.language}  {to_one_line(name.printed)}")


@places.command(short_help="List places of which it is not certain where they are.")
@click.option("--limit", type=CountType(), metavar="N", help="Print at most N.  [default: all]")
@table_options(DOUBT_COLUMNS)
@common_options
def doubtful(limit: int | None, output_format: OutputFormat) -> None:
    """List the printed places that nobody has located, with the places of that name that the gazetteer has."""
    from crawler.archive.places.listing import list_doubts

    with open_existing_archive() as archive:
        doubts = list_doubts(archive)[:limit]
    if not output_format.print_records(doubts, DOUBT_COLUMNS, _flatten_doubt):
        for doubt in doubts:
            _print_doubt(doubt)
    if not doubts:
        say("every place that was looked up is located")


@places.command(short_help="Give all names of one place to another.")
@click.argument("source", type=TEXT, metavar="FROM")
@click.argument("target", type=TEXT, metavar="INTO")
@why_option
@json_option
@common_options
def merge(source: str, target: str, why: str, as_json: bool) -> None:
    """Give all names of the place FROM to the place INTO. Places are numbers or names."""
    from crawler.archive.places.decisions import merge as edit

    with open_existing_archive("write") as archive:
        result = edit(archive, source, target, why=why, now=read_clock())
    _print_result(result, as_json)


@places.command(short_help="Give some articles of a place to another one.")
@click.argument("place", type=TEXT)
@click.option(
    "--printed", type=TEXT, multiple=True, metavar="TEXT", help="What the dateline prints there; may be repeated."
)
@click.option("--articles", default="", metavar="IDS", help="Numbers of articles, parted by commas.")
@click.option("--as", "name", type=TEXT, required=True, metavar="NAME", help="The other place, known or new.")
@why_option
@json_option
@common_options
def split(place: str, printed: tuple[str, ...], articles: str, name: str, why: str, as_json: bool) -> None:
    """Give to NAME what PLACE has under the words --printed, or in these --articles, or both."""
    from crawler.archive.places.decisions import split as edit

    with open_existing_archive("write") as archive:
        result = edit(
            archive, place, name, why=why, now=read_clock(), printed=list(printed), articles=parse_numbers(articles)
        )
    _print_result(result, as_json)


@places.command(short_help="Give a place another name.")
@click.argument("place", type=TEXT)
@click.argument("name", type=TEXT)
@click.option("--language", type=TEXT, metavar="CODE", help="The name is that in this language.")
@why_option
@json_option
@common_options
def rename(place: str, name: str, language: str | None, why: str, as_json: bool) -> None:
    """Give PLACE another NAME, or with --language another one in that language."""
    from crawler.archive.places.decisions import rename as edit

    with open_existing_archive("write") as archive:
        result = edit(archive, place, name, why=why, now=read_clock(), language=language)
    _print_result(result, as_json)


@places.command(short_help="Look all places up, or say where one is.")
@click.argument("place", type=TEXT, required=False)
@click.option("--as", "identity", type=TEXT, metavar="ID", help="It is this place of the gazetteer: geonames:2210247.")
@click.option("--at", metavar="LAT,LONG", help="It is here: degrees north and east.")
@click.option("--country", metavar="CODE", help="It is in this country, by its ISO 3166 code.")
@click.option("--kind", type=click.Choice(["city", "region", "country"]), help="What it is.")
@click.option("--nowhere", is_flag=True, help="Nobody knows where it is, whatever the gazetteer has.")
@click.option("--why", type=TEXT, metavar="TEXT", help="The reason; it is kept with the edit.")
@json_option
@common_options
def locate(
    place: str | None,
    identity: str | None,
    at: str | None,
    country: str | None,
    kind: Any,
    nowhere: bool,
    why: str | None,
    as_json: bool,
) -> None:
    """Look all printed places up in the gazetteer; or say, with --why, where PLACE is.

    A place is located only where that is certain: see doubtful for the others. Do it again after a crawl.
    """
    stated = (identity, at, country, kind)
    if place is None:
        if any(value is not None for value in (*stated, why)) or nowhere:
            raise click.UsageError("say which place: seealso places locate PLACE …")
        _look_up(as_json)
        return
    if why is None:
        raise click.UsageError("Missing option '--why'.")
    if nowhere == any(value is not None for value in stated) or (identity and (at or country or kind)):
        raise click.UsageError("say where it is: --as ID, or --at and --country, or --nowhere")
    from crawler.archive.places.decisions import locate as edit
    from crawler.archive.places.edit_file import check_location
    from crawler.archive.write.authority.place_edits import Location

    location = check_location(Location(kind, country, *_parse_position(at)))
    with open_existing_archive("write") as archive:
        result = edit(
            archive,
            place,
            why=why,
            now=read_clock(),
            entry=_find_entry(archive, identity) if identity else None,
            location=None if identity else location,
        )
    _print_result(result, as_json)


def _look_up(as_json: bool) -> None:
    from crawler.archive.places.lookup import look_up_places
    from crawler.normalisation.places.choosing import RULE_WORDS
    from crawler.normalisation.places.gazetteer import load_gazetteer
    from crawler.sites.registry import load_known_sites

    with open_existing_archive("write") as archive:
        sites = load_known_sites(*archive.adopted_sites)
        result = look_up_places(archive, load_gazetteer(), {name: entry.site.country for name, entry in sites.items()})
    if as_json:
        print_json(to_plain_data(result))
        return
    end = ":" if result.rules else ""
    click.echo(f"{format_count(result.names, 'printed place')} looked up in {result.gazetteer}{end}")
    for rule, count in result.rules.items():
        click.echo(f"{count:>8,}  {RULE_WORDS[rule]}")
    if result.moved:
        click.echo(f"{format_count(result.moved, 'article')} moved to another place")
    if {"ambiguous", "small", "unknown"} & set(result.rules):
        say("see seealso places doubtful for those that are not located")


def _find_entry(archive: Archive, identity: str) -> GazetteerEntry | str:
    """Return an entry of the gazetteer; the identity itself if it is a candidate in the archive already."""
    from crawler.archive.authority.edits import EditRefused
    from crawler.archive.places.finding import list_candidates
    from crawler.normalisation.places.gazetteer import load_gazetteer

    if identity in list_candidates(archive.db.conn):
        return identity
    gazetteer = load_gazetteer()
    for entry in (*gazetteer.countries.values(), *gazetteer.entries):
        if entry.identity == identity:
            return entry
    raise EditRefused(f"{gazetteer.name} has no place “{identity[:60]}”; ids look like geonames:2210247")


def _parse_position(text: str | None) -> tuple[float | None, float | None]:
    if text is None:
        return None, None
    try:
        latitude, longitude = (float(part) for part in text.split(","))
    except ValueError:
        raise click.UsageError("--at takes degrees north and east, as 32.9,13.2") from None
    return latitude, longitude


def _make_data(edit: PlaceEdit) -> dict[str, Any]:
    """Return an edit for JSON: its places as objects with named parts."""
    data: dict[str, Any] = to_plain_data(edit)
    location = edit.location._asdict() if edit.location is not None else None
    return data | {"source": edit.source._asdict(), "target": edit.target._asdict(), "location": location}


_PRINTER = EditPrinter(
    command="places",
    make_data=_make_data,
    describe_moved=lambda moved: f"{format_count(moved, 'article')} moved",
    describe_new=lambda moved: f"{format_count(moved, 'article')} moved",
)


def _print_result(result: PlaceResult, as_json: bool) -> None:
    if as_json:
        print_json({"edit": _make_data(result.edit), "moved": result.moved})
        return
    _PRINTER.print_made(result.edit, result.moved)


def _load_decisions() -> tuple[Decisions, EditTable]:
    from crawler.archive.places import decisions, edit_file

    return decisions, edit_file


add_edit_commands(places, _PRINTER, _load_decisions, _print_result)


def _flatten_place(entry: PlaceEntry) -> dict[str, Any]:
    return {name: getattr(entry, name) for name in PLACE_COLUMNS}


def _flatten_doubt(doubt: Doubt) -> dict[str, Any]:
    candidates = "; ".join(
        f"{candidate.identity} {candidate.name} ({candidate.country})" for candidate in doubt.candidates
    )
    return {name: getattr(doubt, name) for name in DOUBT_COLUMNS} | {"candidates": candidates}


def _print_place(entry: PlaceEntry) -> None:
    where = entry.country_name or "not located"
    if entry.latitude is not None and entry.longitude is not None:
        where += f", {entry.latitude:.2f} {entry.longitude:.2f}"
    source = f" ({entry.location_source})" if entry.location_source else ""
    facts = f"{format_count(entry.articles, 'article')} · {where}{source}"
    print_paragraphs(entry.id, to_one_line(entry.label), [facts])


def _print_doubt(doubt: Doubt) -> None:
    lines = [f"{format_count(doubt.articles, 'article')} · {doubt.reason}"]
    for candidate in doubt.candidates[:MAX_SHOWN_CANDIDATES]:
        people = f", {candidate.population:,} inhabitants" if candidate.population else ""
        lines.append(f"{candidate.identity}  {candidate.name}, {candidate.country}{people}")
    if len(doubt.candidates) > MAX_SHOWN_CANDIDATES:
        lines.append(f"and {len(doubt.candidates) - MAX_SHOWN_CANDIDATES} more")
    if doubt.candidates:
        lines.append(f"decide: seealso places locate {doubt.id} --as {doubt.candidates[0].identity} --why …")
    print_paragraphs(doubt.id, to_one_line(doubt.printed), lines)
