"""Chooses the forms of article addresses: from the pages' own addresses, held against the links of the pages."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final
from urllib.parse import parse_qsl

from crawler.normalisation.addresses.article_addresses import NO_ARTICLE_FOLDERS
from crawler.site import AddressForm
from crawler.sitekit.address_shapes import (
    ANY_FOLDERS,
    AddressShape,
    count_words_of_slug,
    cut_names,
    merge_shapes,
    read_shape,
    write_choice,
    write_literal,
    write_slug,
)
from crawler.sitekit.given_pages import GivenPage, PageLink
from crawler.sitekit.languages import LanguageScheme

LEAST_PAGES_OF_A_NUMBER: Final = 2
"""Pages whose addresses have a number in one place before the number is their key: a key is identity for ever."""
SURE_DIGITS: Final = 6
"""Figures of a number that is a key whatever other figures stand beside it."""
MOST_SHORT: Final = 0.1
"""Share of the short links that a form may take before it is tightened, or before a usual form is left out."""
KEPT: Final = 0.8
"""Share of the headlines that a narrower form has to keep."""
_ALWAYS_LEFT_OUT: Final = (
    *("amp", "author", "authors", "category", "page", "print", "search", "tag", "tags", "topic", "topics"),
)
_MIXED_CASE: Final = re.compile(r"[a-z0-9][A-Z]")
"""What words do not have and codes do: in ``uAf9`` capitals count."""
_OTHER_EDITIONS: Final = ("amp", "comments", "embed", "feed", "print")
"""Last segments of addresses that show an article once more."""
_NO_KEYS: Final = frozenset({"page", "pg", "start", "offset", "lang", "cat", "category", "section", "size", "print"})
"""Parameters of pages that lead through a listing or show an article in another way."""
MOST_LETTERS: Final = 200
"""Letters of the names in one pattern, so that it stays short and quick."""
_USUAL: Final = (
    ("a slug of four words", write_slug(4), ("a-b-c-d", "x/a-b-c-d", "x/y/a-b-c-d", "x/y/z/a-b-c-d")),
    ("a code of letters and figures", r"(?:[a-z]+\d|\d+[a-z])[0-9a-z]{6,}", ("a1b2c3d4", "x/a1b2c3d4")),
    ("a number of six figures", r"[^/\d]*\d{6}[^/]*", ("a-123456", "x/a-123456", "123456", "x/123456-b")),
)
"""What addresses of articles end with on many sites: articles of former editions of a site are recognised by it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ArticleForm:
    """A form of article addresses, and what speaks for it."""

    form: AddressForm
    evidence: str
    pages: int
    """Given pages whose own address fits."""
    short_share: float
    """The share of the short links that it takes."""
    lacks_key: bool = False
    """True where a number stands in the addresses that is not taken for the key."""
    is_usual: bool = False
    """True for a form that articles have anywhere, which no given page has."""


@dataclass(frozen=True, slots=True)
class _Sample:
    """The links that forms are held against."""

    headlines: tuple[PageLink, ...]
    others: tuple[PageLink, ...]
    """Short ones, and those in menus."""

    @property
    def short(self) -> list[PageLink]:
        return [link for link in self.others if link.is_short]


def choose_article_forms(pages: Sequence[GivenPage], scheme: LanguageScheme) -> list[ArticleForm]:
    """Return the forms of the article addresses of pages of one site, those of the given pages first, then usual ones.

    Empty where no page has the address of an article.
    """
    sample = _make_sample(pages)
    shapes = {page: _read_shapes(page, scheme, _find_telling_parameters(page, pages)) for page in pages}
    forms = [
        _choose_form(shape, shapes, sample, scheme)
        for shape in merge_shapes([shape for own in shapes.values() for shape in own])
    ]
    if forms and not any(form.form.query for form in forms):
        for name, pattern, examples in _USUAL:
            if all(any(re.fullmatch(form.form.path, f"/{path}", re.I) for form in forms) for path in examples):
                continue  # another form fits all that it would
            forms.extend(_choose_usual_form(name, pattern, forms, sample, scheme))
    return forms


def _choose_usual_form(
    name: str, pattern: str, forms: Sequence[ArticleForm], sample: _Sample, scheme: LanguageScheme
) -> list[ArticleForm]:
    """Return the form of what addresses of articles usually end with; none where it takes many short links."""
    path = f"/{scheme.prefix}(?P<key>(?:[^/]+/){{0,5}}{pattern})/?"
    long = _select_fitting([link for link in sample.headlines if not fits_forms(link, forms)], path)
    short = _select_fitting([link for link in sample.short if not fits_forms(link, forms)], path)
    share = len(short) / max(1, len(sample.short))
    if share > MOST_SHORT:
        return []
    form = AddressForm(
        kind="article",
        path=path,
        folders=dict(scheme.form_folders),
        numeric=False,
        case_sensitive=any(other.form.case_sensitive for other in forms),
    )
    evidence = f"{name} is usual for articles; {len(long)} more long links, {len(short)} more short ones"
    return [ArticleForm(form=form, evidence=evidence, pages=0, short_share=share, is_usual=True)]


def _select_fitting(links: Sequence[PageLink], path: str) -> list[PageLink]:
    pattern = re.compile(path, re.I)
    return [link for link in links if pattern.fullmatch(link.path)]


def find_left_out_folders(pages: Sequence[GivenPage]) -> list[str]:
    """Return the folders under which tags, authors and services stand, by their names and by the links of the pages.

    Folders of the pages' own addresses, and those under which many headlines stand, are never among them.
    """
    own = {segment.lower() for page in pages for segment in page.path.split("/") if segment}
    headlines: Counter[str] = Counter()
    others: Counter[str] = Counter()
    for link in _list_links(pages):
        for segment in {segment.lower() for segment in link.path.split("/")[1:-1] if segment}:
            (headlines if link.reads_as_headline else others)[segment] += 1
    seen = {name for name in NO_ARTICLE_FOLDERS & (headlines.keys() | others.keys()) if others[name] >= headlines[name]}
    return sorted((seen | set(_ALWAYS_LEFT_OUT)) - own)


def make_left_out_form(folders: Iterable[str]) -> AddressForm:
    """Return the form of addresses in folders that hold no articles."""
    names = cut_names(sorted(folders, key=lambda name: (name not in _ALWAYS_LEFT_OUT, name)), MOST_LETTERS)
    inside = write_choice([write_literal(name) for name in sorted(names)])
    return AddressForm(kind="other", path=rf"/(?:[^/]+/)?(?:[^/]+/)?{inside}/.*|/.+/{write_choice(_OTHER_EDITIONS)}/?")


def fits_forms(link: PageLink, forms: Sequence[ArticleForm]) -> bool:
    """Return True if a link has the address of an article, by any of the forms."""
    return any(_fits(form.form, link.path, link.query) for form in forms)


def _find_telling_parameters(page: GivenPage, pages: Sequence[GivenPage]) -> frozenset[str]:
    """Return the parameters whose numbers alone tell a page from others of its path: given ones, else linked ones."""
    given = {other.parts.query for other in pages if other.path == page.path}
    linked = {link.query for link in page.links if link.path == page.path and link.query and not link.in_chrome}
    own = _read_query(page.parts.query)
    others = [_read_query(query) for query in (given if len(given) > 1 else linked) if query != page.parts.query]
    return frozenset(
        name
        for name, value in own.items()
        if others
        and value.isdigit()
        and name not in _NO_KEYS
        and all(other.get(name, value) != value and other.get(name, "").isdigit() for other in others)
    )


def _read_query(query: str) -> dict[str, str]:
    return {name.lower(): value for name, value in parse_qsl(query[:500])}


def _read_shapes(page: GivenPage, scheme: LanguageScheme, telling: Collection[str]) -> list[AddressShape]:
    shapes = []
    for parts, path in ((page.parts, page.path), (page.stated_address, page.stated_path)):
        shape = read_shape(scheme.strip(path), parse_qsl(parts.query[:500]), telling)
        if shape is not None and shape not in shapes:
            shapes.append(shape)
    return shapes


def _make_sample(pages: Sequence[GivenPage]) -> _Sample:
    left_out = re.compile(make_left_out_form(find_left_out_folders(pages)).path, re.I)
    links = [link for link in _list_links(pages) if not left_out.fullmatch(link.path)]
    headlines = tuple(link for link in links if link.reads_as_headline)
    return _Sample(headlines, tuple(link for link in links if link.is_short or link.in_chrome))


def _list_links(pages: Sequence[GivenPage]) -> list[PageLink]:
    links: dict[tuple[str, str], PageLink] = {}
    for page in pages:
        for link in page.links:
            link_so_far = links.get((link.path, link.query))
            if link_so_far is None or len(link.text) > len(link_so_far.text):
                links[link.path, link.query] = link
    return list(links.values())


def _choose_form(
    shape: AddressShape, shapes: Mapping[GivenPage, Sequence[AddressShape]], sample: _Sample, scheme: LanguageScheme
) -> ArticleForm:
    """Return the loosest form of a shape that takes few short links, or else the one that takes the fewest.

    ``shapes`` are those of each page.
    """
    pages = list(shapes)
    own = [page for page in pages if any(other.parts == shape.parts for other in shapes[page])]
    is_number = shape.identity == "number"
    is_key = is_number and _count_numbers(shape, own, scheme) >= LEAST_PAGES_OF_A_NUMBER
    is_key = is_key or shape.identity == "query"
    is_shared = is_key and len(scheme.languages) == 1  # else one number may be two articles in two languages
    is_case_sensitive = not is_key and any(_MIXED_CASE.search(page.path) for page in own)
    best: ArticleForm | None = None
    most = 0
    for tightened, literal in _list_tightened(shape, own, scheme):
        form = AddressForm(
            kind="article",
            path=tightened.write_path(numeric=is_key, prefix=scheme.prefix, literal=literal),
            query=dict([tightened.query]) if tightened.query else {},
            folders=dict(scheme.form_folders),
            numeric=is_shared,
            case_sensitive=is_case_sensitive,
        )
        if not all(_fits_page(form, page) for page in own):
            continue
        long = sum(_fits(form, link.path, link.query) for link in sample.headlines)
        short = sum(_fits(form, link.path, link.query) for link in sample.short)
        share = short / max(1, len(sample.short))
        evidence = (
            f"{len(own)} of {len(pages)} page{'' if len(pages) == 1 else 's'}; {long} of {len(sample.headlines)} long "
            f"links, {short} of {len(sample.short)} short ones"
        )
        choice = ArticleForm(
            form=form, evidence=evidence, pages=len(own), short_share=share, lacks_key=is_number and not is_key
        )
        if best is None or (share < best.short_share and long >= KEPT * most and most):
            best, most = choice, max(most, long)
        if best.short_share <= MOST_SHORT:
            break
    return best if best is not None else _make_depth_form(pages, own)


def _make_depth_form(pages: Sequence[GivenPage], own: Sequence[GivenPage]) -> ArticleForm:
    """Return a form of the depth of the pages' addresses, where no other fits them."""
    depth = max(page.path.strip("/").count("/") for page in own or pages)
    path = f"/(?P<key>[^/]+{'/[^/]+' * depth})/?"
    form = AddressForm(kind="article", path=path, numeric=False)
    evidence = "the depth of the addresses given, which have no form of their own"
    return ArticleForm(form=form, evidence=evidence, pages=len(own), short_share=0.0)


def _list_tightened(
    shape: AddressShape, own: Sequence[GivenPage], scheme: LanguageScheme
) -> list[tuple[AddressShape, str | None]]:
    """Return a shape and narrower ones, the loosest first, each with the folder that its addresses begin with."""
    paths = [scheme.strip(page.path) for page in own]
    shapes: list[tuple[AddressShape, str | None]] = [(shape, None)]
    if shape.identity == "slug" and not shape.ending and len(shape.before) == 1 and shape.size > 1:
        shapes.insert(0, (replace(shape, before=(ANY_FOLDERS,)), None))
    if shape.identity == "slug":
        words = min((count_words_of_slug(path) for path in paths), default=1)
        shapes.extend((replace(shape, size=size), None) for size in (4, 5) if shape.size < size <= words)
    literal = _find_common_folder(shape, paths)
    if literal is not None:
        shapes.extend([(narrow, literal) for narrow, _ in shapes])
    return shapes


def _find_common_folder(shape: AddressShape, paths: Sequence[str]) -> str | None:
    """Return the first folder that all paths have, None without one."""
    if not shape.before or not shape.before[0].startswith("*") or not all(path.count("/") > 1 for path in paths):
        return None
    folders = {path.split("/")[1].lower() for path in paths}
    return folders.pop() if len(folders) == 1 else None


def _count_numbers(shape: AddressShape, own: Sequence[GivenPage], scheme: LanguageScheme) -> int:
    """Return how many different numbers the own addresses have at the place of the key.

    A short number beside other figures counts for nothing: it may begin anew each year.
    """
    pattern = re.compile(shape.write_path(numeric=True, prefix=scheme.prefix), re.I)
    numbers = set()
    for page in own:
        match = pattern.fullmatch(page.path) or pattern.fullmatch(page.stated_path)
        if match is None:
            continue
        before = match.string[: match.start("key")].rpartition("/")[2]
        after = match.string[match.end("key") :].partition("/")[0]
        if len(match["key"]) >= SURE_DIGITS or not re.search(r"\d{2}", f"{before} {after}"):
            numbers.add(match["key"])
    return len(numbers)


def _fits_page(form: AddressForm, page: GivenPage) -> bool:
    return _fits(form, page.path, page.parts.query) or _fits(form, page.stated_path, page.stated_address.query)


def _fits(form: AddressForm, path: str, query: str) -> bool:
    if re.fullmatch(form.path, path, re.I) is None:
        return False
    values = {name.lower(): value for name, value in parse_qsl(query)} if form.query else {}
    return all(re.fullmatch(pattern, values.get(name, ""), re.I) for name, pattern in form.query.items())
