"""A site as plain values and as a TOML file: the same site comes back, and what is wrong is told with its key."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import MISSING, fields, is_dataclass
from pathlib import Path
from types import UnionType
from typing import Any, Literal, get_args, get_origin, get_type_hints

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.examples import count_examples

from crawler.errors import BadSiteFile
from crawler.items import AddressKind
from crawler.site import UNKNOWN_COUNTRY, Site
from crawler.sites.registry import find_site
from crawler.sites.site_file import MAX_SIZE, load_site_file, write_site_file
from crawler.sites.values import make_values, read_values

LEAST = {
    "name": "courier",
    "title": "The Courier",
    "origin": "https://courier.example",
    "languages": ["en"],
    "timezone": "Europe/London",
    "addresses": [{"kind": "article", "path": r"/news/(?P<key>\d+)"}],
}
KINDS = ", ".join(get_args(AddressKind))
TEXTS = st.text(st.characters(exclude_categories=["Cc", "Cs"]), max_size=8) | st.sampled_from(
    ["'", '"', "\\d", "'''", '\\"', "#", "é", "ａ"]
)


def make_strategy(kind: Any) -> st.SearchStrategy[Any]:
    """Plain values of any type that a field of a site may have."""
    if is_dataclass(kind):
        required, optional = {}, {}
        hints = get_type_hints(kind)
        for field in fields(kind):
            is_required = field.default is MISSING and field.default_factory is MISSING
            (required if is_required else optional)[field.name] = make_strategy(hints[field.name])
        return st.fixed_dictionaries(required, optional=optional)
    origin, parts = get_origin(kind), get_args(kind)
    if origin is UnionType:
        return make_strategy(parts[0])
    if origin is Literal:
        return st.sampled_from(parts)
    if origin is tuple:
        return st.lists(make_strategy(parts[0]), max_size=2)
    if origin is Mapping:
        return st.dictionaries(TEXTS, TEXTS, max_size=2)
    return {str: TEXTS, bool: st.booleans(), int: st.integers(-9, 9), float: st.sampled_from([0.5, 5.0, 1e9])}[kind]


def list_fields(site: Site) -> list[Any]:
    return [getattr(site, field.name) for field in fields(site)]


@settings(max_examples=count_examples(40), derandomize=True)
@given(make_strategy(Site))
def test_every_site_survives_values_and_file(tmp_path_factory: pytest.TempPathFactory, values: dict[str, Any]) -> None:
    site = read_values(values)
    plain = make_values(site)
    assert list_fields(read_values(json.loads(json.dumps(plain)))) == list_fields(site)
    path = tmp_path_factory.getbasetemp() / "values.toml"
    path.write_text(
        write_site_file(site, {"addresses[0].path": "seen", "labels.share": "two\nlines"}), encoding="utf-8"
    )
    assert list_fields(load_site_file(path)) == list_fields(site)


def test_asianews_survives(tmp_path: Path) -> None:
    site = find_site("asianews")
    path = tmp_path / "asianews.toml"
    path.write_text(write_site_file(site), encoding="utf-8")
    assert list_fields(load_site_file(path)) == list_fields(site)
    assert r"""path = '/(?P<language>en|it|es|zh)\.xml'""" in path.read_text(encoding="utf-8").splitlines()


def test_what_may_be_left_out() -> None:
    site = read_values(LEAST)
    assert (site.domains, site.aliases, site.country, site.crawl_delay) == ((), (), UNKNOWN_COUNTRY, 5.0)
    assert make_values(site) == LEAST
    assert read_values(LEAST | {"crawl_delay": 7}).crawl_delay == 7.0


@pytest.mark.parametrize(
    ("changes", "faults"),
    [
        ({"title": None}, ["title: must be a text, not None"]),
        ({"adresses": []}, ["adresses: is no key that is known here; did you mean addresses?"]),
        ({"languages": "en"}, ["languages: must be a list, not 'en'"]),
        ({"languages": ["en", 3]}, ["languages[1]: must be a text, not 3"]),
        ({"crawl_delay": True}, ["crawl_delay: must be a number, not True"]),
        ({"crawl_delay": float("inf")}, ["crawl_delay: must be a number, not inf"]),
        ({"title": "a\x1b[31m"}, ["title: holds control characters"]),
        ({"labels": ["See also"]}, ["labels: must be a table, not a list"]),
        (
            {"addresses": [{"kind": "articel", "path": "/", "numeric": 1, "query": {"id": 5}}, 7]},
            [
                f"addresses[0].kind: must be one of {KINDS}, not 'articel'; did you mean article?",
                "addresses[0].query.id: must be a text, not 5",
                "addresses[0].numeric: must be true or false, not 1",
                "addresses[1]: must be a table, not 7",
            ],
        ),
    ],
)
def test_faults_are_told_at_once(changes: dict[str, Any], faults: list[str]) -> None:
    with pytest.raises(BadSiteFile) as refusal:
        read_values(LEAST | changes)
    assert list(refusal.value.faults) == faults


def test_missing_keys_are_named() -> None:
    with pytest.raises(BadSiteFile) as refusal:
        read_values({"addresses": [{}]})
    assert refusal.value.faults == (
        *("name: is missing", "title: is missing", "origin: is missing", "languages: is missing"),
        *("timezone: is missing", "addresses[0].kind: is missing", "addresses[0].path: is missing"),
    )
    assert str(refusal.value) == "name: is missing (and 6 more)"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"name = 'a", 'a.toml: is no TOML: Expected "\'" (at end of document)'),
        (b"name = '\xff'", "a.toml: is no UTF-8: byte 8 is none"),
        (b"#" * (MAX_SIZE + 1), "a.toml: is larger than the 256 kB that the file of a site may have"),
        (b"a = " + b"[" * 100_000, "a.toml: is nested too deeply"),
    ],
)
def test_a_file_that_is_none(tmp_path: Path, content: bytes, message: str) -> None:
    path = tmp_path / "a.toml"
    path.write_bytes(content)
    with pytest.raises(BadSiteFile) as refusal:
        load_site_file(path)
    assert str(refusal.value) == message


def test_evidence_stands_beside_its_value() -> None:
    site = read_values(LEAST | {"labels": {"share": ["Share this"]}})
    written = write_site_file(
        site, {"title": "og:site_name", "addresses[0]": "2 of 2 pages", "labels.share": "on\n2 pages\x1b", "other": "x"}
    )
    assert written.splitlines() == [
        'name = "courier"',
        'title = "The Courier" # og:site_name',
        'origin = "https://courier.example"',
        'languages = ["en"]',
        'timezone = "Europe/London"',
        "",
        "[[addresses]] # 2 of 2 pages",
        'kind = "article"',
        r"path = '/news/(?P<key>\d+)'",
        "",
        "[labels]",
        'share = ["Share this"] # on 2 pages',
    ]
