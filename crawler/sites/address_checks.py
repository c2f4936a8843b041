"""Checks the addresses of a site: that each form can be read and reached, and that what is fetched first has a form."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final
from urllib.parse import urlencode, urlsplit

from crawler.errors import BadAddress
from crawler.items import Address
from crawler.normalisation.addresses.document_addresses import names_sitemap
from crawler.normalisation.addresses.hosts import is_site_host, read_host, spell_host
from crawler.normalisation.addresses.templates import fill_template, list_placeholders
from crawler.normalisation.addresses.urls import read_address
from crawler.site import AddressForm, Site
from crawler.sites.faults import SiteFault
from crawler.sites.pattern_cost import PATTERN_REMEDY, find_pattern_fault
from crawler.sites.pattern_examples import holds_digits_only, list_groups, make_examples

LANGUAGE_GROUPS: Final = frozenset({"language", "language2", "folder"})
WAYS_IN: Final = frozenset({"feed", "home", "listing", "sitemap"})
"""The kinds of address that a crawl may begin with."""
_NOBODYS_HOSTS: Final = ("nobody.invalid", "a.b.nobody.invalid", "127.0.0.1", "localhost", "com")
_FLAGS: Final = re.IGNORECASE | re.DOTALL


def check_addresses(site: Site) -> Iterator[SiteFault]:
    """Yield the faults of address forms, entry points and walks. Forms are tried only where all patterns are sound."""
    faults = list(check_patterns(site))
    yield from faults
    if faults:
        return
    if not any(form.kind == "article" for form in site.addresses):
        remedy = "write one of kind article, whose path holds (?P<key>…)"
        yield SiteFault("addresses", "no form is that of an article", remedy)
    for number, form in enumerate(site.addresses):
        yield from _check_form(site, form, number)
    yield from _check_told_languages(site)
    yield from _check_reach(site)
    yield from _check_entry_points(site)
    yield from _check_walks(site)


def check_patterns(site: Site) -> Iterator[SiteFault]:
    """Yield the faults of the patterns of address forms: no patterns, slow ones, hosts that are anybody's."""
    for number, form in enumerate(site.addresses):
        yield from _check_patterns(form, number)


def _check_patterns(form: AddressForm, number: int) -> Iterator[SiteFault]:
    for key, pattern in _iter_patterns(form, number):
        fault = find_pattern_fault(pattern)
        if fault is not None:
            remedy = PATTERN_REMEDY if fault.is_slow else r"write \. for a dot, and close every ( and ["
            yield SiteFault(key, fault.reason, remedy)
    if form.host is not None and find_pattern_fault(form.host) is None:
        nobodys = next((host for host in _NOBODYS_HOSTS if re.fullmatch(form.host, host, _FLAGS)), None)
        if nobodys is not None:
            remedy = r"end it with the site's own domain, as in (?:www|de)\.example\.com"
            yield SiteFault(f"addresses[{number}].host", f"fits hosts of others, as {nobodys}", remedy)


def _iter_patterns(form: AddressForm, number: int) -> Iterator[tuple[str, str]]:
    key = f"addresses[{number}]"
    if form.host is not None:
        yield f"{key}.host", form.host
    yield f"{key}.path", form.path
    for name, pattern in form.query.items():
        yield f"{key}.query.{name}", pattern


def _list_form_groups(form: AddressForm) -> frozenset[str]:
    return frozenset().union(*(list_groups(pattern) for _, pattern in _iter_patterns(form, 0)))


def _check_form(site: Site, form: AddressForm, number: int) -> Iterator[SiteFault]:
    key = f"addresses[{number}]"
    groups = _list_form_groups(form)
    if form.kind == "article":
        if "key" not in groups:
            remedy = r"name what tells its articles apart, as in (?P<key>\d+)"
            yield SiteFault(f"{key}.path", "the form of an article holds no group key", remedy)
        elif form.numeric and not all(
            holds_digits_only(pattern, "key")
            for _, pattern in _iter_patterns(form, number)
            if "key" in list_groups(pattern)
        ):
            remedy = r"let the key match \d+ only, or write numeric = false"
            yield SiteFault(f"{key}.numeric", "the key is to be a number, and its pattern matches others", remedy)
        if form.numeric and form.case_sensitive:
            remedy = "leave it out, or write numeric = false"
            yield SiteFault(f"{key}.case_sensitive", "a number has no capitals", remedy, is_error=False)
    if form.follow and form.kind != "listing":
        yield SiteFault(f"{key}.follow", f"a {form.kind} is not followed", "leave it out", is_error=False)
    if "folder" in groups and not form.folders:
        yield SiteFault(f"{key}.folders", "the group folder has no table", "write which folder means which language")
    if form.folders and "folder" not in groups:
        yield SiteFault(f"{key}.folders", "no group is named folder", "name it in the path or host: (?P<folder>…)")
    for folder, language in form.folders.items():
        if language not in site.languages:
            reason = f"{language[:20]!a} is no language of the site"
            yield SiteFault(f"{key}.folders.{folder}", reason, f"one of {', '.join(site.languages)}")
    names = groups | {"key"} | ({"language"} if _tells_language(site, groups) else frozenset())
    for field, template in (("fetch", form.fetch), ("series", form.series)):
        for placeholder in list_placeholders(template or ""):
            if placeholder not in names and not (field == "fetch" and placeholder == "language"):
                reason = f"{{{placeholder}}} is named by no group of the form"
                yield SiteFault(f"{key}.{field}", reason, f"one of {', '.join(sorted(names))}")
    if form.fetch is not None and not form.fetch.startswith("/") and not _is_on_site(form.fetch, site):
        remedy = "begin with / or with https:// and a host of the site"
        yield SiteFault(f"{key}.fetch", "is no path, and no address of the site", remedy)


def _tells_language(site: Site, groups: frozenset[str]) -> bool:
    return len(site.languages) == 1 or bool(groups & LANGUAGE_GROUPS)


def _is_on_site(url: str, site: Site) -> bool:
    try:
        return url.startswith(("http://", "https://")) and is_site_host(read_host(url), site)
    except BadAddress:
        return False


def _check_told_languages(site: Site) -> Iterator[SiteFault]:
    """Look for languages that no form of articles can tell, where every form tells one."""
    forms = [form for form in site.addresses if form.kind == "article"]
    if len(site.languages) < 2 or any(not _tells_language(site, _list_form_groups(form)) for form in forms):
        return  # the page tells
    languages = {address.language for form in forms for address in _iter_example_addresses(site, form)}
    for position, language in enumerate(site.languages):
        if forms and None not in languages and language not in languages:
            remedy = "let a group language match it, or take it out"
            yield SiteFault(f"languages[{position}]", f"no form of articles tells {language!a}", remedy)


def _check_reach(site: Site) -> Iterator[SiteFault]:
    """Look for forms that an earlier form stands in front of: none of their addresses is read by them."""
    for number, form in enumerate(site.addresses):
        examples = _list_example_urls(site, form)
        for earlier_number, earlier in enumerate(site.addresses[:number]):
            if examples and all(_fits(earlier, form, url) for url in examples):
                reason = f"addresses[{earlier_number}] comes first and fits the same addresses, as {examples[0][:100]}"
                remedy = "put the narrower form first, or take one out"
                yield SiteFault(f"addresses[{number}].path", reason, remedy, is_error=False)
                break


def _fits(earlier: AddressForm, form: AddressForm, url: str) -> bool:
    """Return True if an earlier form takes an address that was made for another one."""
    parts = urlsplit(url)
    if (earlier.host is None) != (form.host is None):
        return False
    if earlier.host is not None and not re.fullmatch(earlier.host, parts.hostname or "", _FLAGS):
        return False
    return (
        set(earlier.query) <= set(form.query)
        and (not earlier.query or all(form.query[name] == pattern for name, pattern in earlier.query.items()))
        and re.fullmatch(earlier.path, parts.path, _FLAGS) is not None
    )


def _list_example_urls(site: Site, form: AddressForm) -> list[str]:
    """Return addresses that a form is for, made from its patterns; few, and none for some that look ahead."""
    hosts = make_examples(form.host) if form.host is not None else ()
    origins = [f"https://{host}" for host in hosts if spell_host(host)] if form.host is not None else [site.origin]
    parameters = [(name.split("|")[0], make_examples(pattern)) for name, pattern in form.query.items()]
    if not all(values for _, values in parameters):
        return []
    urls: list[str] = []
    for path in make_examples(form.path):
        for row in range(max((len(values) for _, values in parameters), default=1)):
            query = urlencode([(name, values[row % len(values)]) for name, values in parameters])
            urls += [f"{origin}{path}" + (f"?{query}" if query else "") for origin in origins]
    return urls


def _iter_example_addresses(site: Site, form: AddressForm) -> Iterator[Address]:
    for url in _list_example_urls(site, form):
        try:
            address = read_address(url, site)
        except BadAddress:
            continue
        if address.kind == "article":
            yield address


def _check_entry_points(site: Site) -> Iterator[SiteFault]:
    if not site.entry_points and site.sitemaps == "none":
        remedy = "name the paths of feeds, home pages or listings, or let sitemaps lead to its articles"
        yield SiteFault("entry_points", "a crawl without addresses begins nowhere", remedy, is_error=False)
    for position, point in enumerate(site.entry_points):
        key = f"entry_points[{position}]"
        try:
            address = read_address(point, site)
        except BadAddress as problem:
            yield SiteFault(key, str(problem).rstrip("."), "write a path, or an address on a host of the site")
            continue
        if address.kind not in WAYS_IN and not (address.kind == "other" and names_sitemap(point)):
            reason = f"{point[:100]!a} is read as {address.kind}: no form of a feed, home page or listing fits"
            yield SiteFault(key, reason, "add the form of its kind, before any wider one")


def _check_walks(site: Site) -> Iterator[SiteFault]:
    if site.by_day is not None:
        yield from _check_walk(site, "by_day", site.by_day, "day", ("2003-12-31",), "listing")
    if site.by_id is not None:
        numbers = ("1", "12345", "123", "1234567", "123456789")
        yield from _check_walk(site, "by_id", site.by_id, "key", numbers, "article")


def _check_walk(
    site: Site, key: str, template: str, name: str, values: tuple[str, ...], kind: str
) -> Iterator[SiteFault]:
    unknown = [placeholder for placeholder in list_placeholders(template) if placeholder not in ("language", name)]
    if unknown or name not in list_placeholders(template):
        reason = f"{{{unknown[0]}}} means nothing" if unknown else f"{{{name}}} is missing"
        yield SiteFault(key, reason, f"write {{{name}}} and, where it counts, {{language}}")
        return
    for language in site.languages:
        kinds = set()
        for value in values:
            url = fill_template(template, {"language": language, name: value})
            try:
                address = read_address(url, site)
            except BadAddress as problem:
                yield SiteFault(key, str(problem).rstrip("."), "write a path, or an address on a host of the site")
                return
            is_right = address.kind == kind and address.language in (None, language)
            kinds.add("right" if is_right and (kind != "article" or address.story is not None) else address.kind)
        if "right" not in kinds:
            reason = f"{url[:100]!a} is not read as {kind} in {language}"
            yield SiteFault(key, reason, f"add the form of a {kind}, or mend the template")
            return
