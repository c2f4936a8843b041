"""What docs/adding-a-site.md says of values is so: all are named, and the example is sound."""

import re
import tomllib
from dataclasses import fields
from pathlib import Path

import pytest

from crawler.site import AddressForm, DateFormats, Expectation, Labels, Site
from crawler.sites.checking import check_site
from crawler.sites.registry import load_known_sites
from crawler.sites.values import read_values

PAGE = Path(__file__).parents[2] / "docs" / "adding-a-site.md"
SPIDERS = Path(__file__).parents[2] / "spiders"


@pytest.mark.parametrize("record", [Site, AddressForm, DateFormats, Labels, Expectation])
def test_every_value_of_a_site_is_named(record: type) -> None:
    text = PAGE.read_text(encoding="utf-8")
    assert [field.name for field in fields(record) if f"`{field.name}`" not in text] == []


def test_the_file_that_it_shows_is_sound() -> None:
    blocks = re.findall(r"```toml\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    [values] = [values for values in map(tomllib.loads, blocks) if "name" in values]
    assert check_site(read_values(values)) == ()


def test_each_file_that_comes_with_seealso_says_what_nobody_has_seen() -> None:
    """Of the site and of its saved pages: one for each language at least."""
    names = sorted(path.stem for path in SPIDERS.glob("*.toml"))
    assert len(names) >= 8
    for name in names:
        head = (SPIDERS / f"{name}.toml").read_text(encoding="utf-8").partition("\nname = ")[0].replace("\n# ", " ")
        assert "Known: " in head, name
        assert "ot crawled live by us" in head, name
        cases = Path(__file__).parent / name
        assert {case.name.rpartition("-")[2] for case in cases.iterdir()} >= set(
            load_known_sites()[name].site.languages
        ), name
