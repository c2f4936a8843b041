"""The language of a page of an unknown site: as its html tag says, else its meta tags, else the answer's headers."""

from datetime import UTC, datetime

import pytest

from crawler.items import Capture
from crawler.sites.generic import UNKNOWN_LANGUAGE, make_site


def find_language(html: bytes, *headers: tuple[str, str]) -> str:
    capture = Capture(
        url="https://harbour-post.example/a",
        fetched_at=datetime(2026, 11, 1, tzinfo=UTC),
        status=200,
        headers=headers,
        body=html,
    )
    [language] = make_site(capture).languages
    return language


@pytest.mark.parametrize(
    ("html", "language"),
    [
        (b'<!doctype html><html lang="pt-BR"><head></head><body>x</body></html>', "pt"),
        (b"<HTML LANG=DE><BODY>x", "de"),
        (b"<html lang=sv>x", "sv"),
        (b"<html xml:lang=it><body>x</body></html>", "it"),
        (b"<!-- <html lang=fr> <body> --><html lang=en><body>x", "en"),
        (b"<!--[if IE]><html lang=fr><![endif]--><html lang=en><body>x", "en"),
        (b"<html lang=en><script>'<body'</script><body lang=it>x", "en"),
        (b"\xef\xbb\xbf<!doctype html><html lang=en><body>x", "en"),
        (b"<?xml version='1.0'?>\n<!doctype html>\n<!-- a - b -->\n<html class=x lang=fi><body>x", "fi"),
        (b"<!--><html lang=fr>--><html lang=en><body>x", "fr"),
        (b"<html data-x='>' lang=hu><body>x", "hu"),
        (b"<html lang=cs lang=da><body>x", "cs"),
        (b'<html lang="cs" LANG="da"><body>x', "cs"),
        (b'<html\n class="a b" data-x=" lang=" LANG="da" ><body>x', "da"),
        (b'<html data-lang="fr" xml:lang="it"><body>x', "it"),
        (b'<html lang="" xml:lang="it"><body>x', "it"),
        (b'<html lang="&#101;n"><body>x', "en"),
        ("<html lang=ja><body>x".encode("utf-16-le"), "ja"),
        (b'<html lang="?"><meta property="og:locale" content="zh_CN"><body>x', "zh"),
        (b"<html><body>x<meta http-equiv=content-language content=ko>", "ko"),
        (b"<html lang=deu><body>x", "de"),
        (b"<html lang=iw><body>x", "he"),
        (b"<html lang=mul><meta property='og:locale' content='it_IT'><body>x", "it"),
        (b"<html><body>x", UNKNOWN_LANGUAGE),
        (b"", UNKNOWN_LANGUAGE),
    ],
)
def test_a_page_states_its_language(html: bytes, language: str):
    assert find_language(html) == language


def test_a_theme_that_states_english_does_not_hide_another_language():
    german = "Der Rat der Stadt hat am Montag beschlossen, das Bad im Juni wieder zu öffnen, weil die Kosten nicht so hoch sind, wie man es mit der alten Leitung befürchtet hatte. "
    english = (
        "Officials of a town by this river have voted to open its baths again in June as it is not so costly to do it. "
    )
    assert find_language(f"<html lang=en><body><p>{german * 3}".encode()) == "de"
    assert find_language(f"<html lang=en><body><p>{english * 3}".encode()) == "en"
    assert find_language(f"<html lang=en><body><p>{german} of the and in the or to the end".encode()) == "en"


def test_a_header_states_the_language_where_the_page_does_not():
    assert find_language(b"<html><body>x", ("Content-Language", "nl-BE")) == "nl"
    assert find_language(b"<html lang=en><body>x", ("Content-Language", "nl-BE")) == "en"
