"""One page has one key, however its address is spelled: escapes of old charsets, letters in two parts, hosts in Unicode."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import replace
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.errors import BadAddress
from crawler.normalisation.addresses.hosts import spell_host
from crawler.normalisation.addresses.urls import read_address
from crawler.site import AddressForm, Site
from crawler.sites.registry import find_site

ASIANEWS = find_site("asianews")


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("/en/asia/nepal/r%F6ster", "/en/asia/nepal/r%F4ster"),  # ö and ô in Latin-1
        ("/zh/asia/china/%BE%C9%B8%DB", "/zh/asia/china/%BE%C9%B8%DC"),  # GBK
        ("/it/asia/japan/%8d%60%82%cc", "/it/asia/japan/%8d%60%82%cd"),  # Shift_JIS
        ("/x/r%F6ster", "/x/r%F4ster"),
        ("/x?name=r%F6ster", "/x?name=r%F4ster"),
        ("/en/asia/nepal/r%F6ster", "/en/asia/nepal/r%EF%BF%BDster"),
    ],
)
def test_bytes_that_are_no_utf_8_stay_what_they_are_in_key_and_address(first: str, second: str) -> None:
    one, other = read_address(first, ASIANEWS), read_address(second, ASIANEWS)
    assert one.url_key != other.url_key
    assert one.url.upper().endswith(first.upper())
    assert "\ufffd" not in one.url_key
    assert read_address(one.url, ASIANEWS) == one


def test_escapes_that_are_no_utf_8_are_spelled_one_way_in_a_key() -> None:
    keys = {
        read_address(f"/EN/asia/nepal/{slug}", ASIANEWS).url_key for slug in ("R%f6ster", "r%F6ster", "%72%F6ster/")
    }
    assert keys == {"asianews/en/asia/nepal/r%F6ster"}


@pytest.mark.parametrize("form", ["/en/asia/nepal/{}", "/x/{}", "/x?name={}"])
@pytest.mark.parametrize(
    ("composed", "decomposed"),
    [
        ("röster", "ro\u0308ster"),
        ("phở", "pho\u031b\u0309"),
        ("한국", "\u1112\u1161\u11ab\u1100\u116e\u11a8"),
        ("ガ", "カ\u3099"),
    ],
)
def test_a_letter_in_one_part_or_in_two_is_one_key(form: str, composed: str, decomposed: str) -> None:
    spellings = [spelling for slug in (composed, decomposed) for spelling in (slug, quote(slug), quote(slug).lower())]
    addresses = [read_address(form.format(slug), ASIANEWS) for slug in spellings]
    assert len({address.url_key for address in addresses}) == 1
    assert addresses[-1].url == read_address(form.format(quote(decomposed)), ASIANEWS).url  # fetched as it was printed


def test_a_key_is_fetched_with_the_bytes_that_it_has(courier: Site) -> None:
    site = replace(
        courier,
        addresses=(
            AddressForm(kind="article", path=r"/print/(?P<key>[^/]+)", numeric=False, fetch="/{language}/full/{key}"),
            AddressForm(kind="article", path=r"/story", query={"name": "(?P<key>.+)"}, numeric=False),
        ),
    )
    assert read_address("/print/r%F6ster%25", site).url == "https://courier.example/en/full/r%F6ster%25"
    assert read_address("/print/r%C3%B6ster", site).url == "https://courier.example/en/full/r%C3%B6ster"
    assert read_address("/story?name=r%F6ster", site).url_key == "courier/en/r%F6ster"
    assert read_address("/story?name=ro%CC%88ster", site).url_key == "courier/en/röster"


@given(st.text(alphabet="aZ9-/._~é", max_size=40))
def test_keys_of_plain_addresses_are_their_paths(slug: str) -> None:
    path = re.sub("/{2,}|(?<=/)[.]{1,2}(?=/|$)", "", f"/x/{slug}".replace("é", ""))
    address = read_address(path, ASIANEWS)
    if address.kind == "other":
        assert address.url_key == f"https://www.asianews.it{path}" == address.url


@given(st.binary(min_size=1, max_size=12), st.binary(min_size=1, max_size=12))
def test_two_slugs_of_any_bytes_have_one_key_only_if_they_are_one_text(first: bytes, second: bytes) -> None:
    def make_key(slug: bytes) -> str:
        return read_address("/x/" + "".join(f"%{byte:02x}" for byte in slug), ASIANEWS).url_key

    def normalise(slug: bytes) -> bytes:
        text = unicodedata.normalize("NFC", slug.decode("utf-8", "surrogateescape"))
        return text.encode("utf-8", "surrogateescape")

    if first in (b".", b"..") or second in (b".", b".."):
        return
    assert (make_key(first) == make_key(second)) == (normalise(first) == normalise(second))


@pytest.mark.parametrize("declared", ["hafen-blättchen.example", "xn--hafen-blttchen-dib.example"])
@pytest.mark.parametrize(
    "host",
    [
        "hafen-blättchen.example",
        "www.hafen-blättchen.example",
        "HAFEN-BLÄTTCHEN.example.",
        "hafen-bla\u0308ttchen.example",
        "ｈａｆｅｎ-blättchen。example",
        "XN--Hafen-Blttchen-dib.example",
        "m.xn--hafen-blttchen-dib.example",
    ],
)
def test_a_host_in_unicode_and_in_ascii_is_the_same(declared: str, host: str, courier: Site) -> None:
    site = replace(courier, domains=(declared,))
    spellings = [f"https://{host}/news/Ferry", f"//{host}/news/Ferry"]
    for spelling in spellings if "。" in host else [*spellings, f"{host}/news/Ferry"]:
        assert read_address(spelling, site).url_key == "courier/en/ferry"


def test_hosts_that_only_look_alike_are_others(courier: Site) -> None:
    site = replace(courier, domains=("strasse.example", "hafen.example"))
    for host in ("straße.example", "hаfen.example", ".hafen.example", "a..hafen.example", "x" * 64 + ".hafen.example"):
        with pytest.raises(BadAddress):
            read_address(f"https://{host}/news/Ferry", site)


@given(st.text(max_size=80))
def test_any_text_is_a_host_or_none(text: str) -> None:
    name = spell_host(text)
    assert name is None or (name.isascii() and spell_host(name) == name)
