"""Which charset a page is in: what its bytes are, then what it declares, under any of the names that pages use."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from crawler.extraction.decoding import decode
from crawler.items import Capture


def capture(body: bytes, content_type: str = "text/html") -> Capture:
    return Capture(
        url="https://www.example.org/en/1.html",
        status=200,
        headers=(("Content-Type", content_type),),
        body=body,
        fetched_at=datetime(2024, 5, 1, tzinfo=UTC),
    )


# The label that is declared; a text; its bytes, written out by hand from the tables of the charsets.
PAGES = [
    ("cp1251", "Мир и хлеб", b"\xcc\xe8\xf0 \xe8 \xf5\xeb\xe5\xe1"),
    ("windows-1251", "Мир и хлеб", b"\xcc\xe8\xf0 \xe8 \xf5\xeb\xe5\xe1"),
    ("windows1251", "Мир и хлеб", b"\xcc\xe8\xf0 \xe8 \xf5\xeb\xe5\xe1"),
    ("x-cp1251", "Мир и хлеб", b"\xcc\xe8\xf0 \xe8 \xf5\xeb\xe5\xe1"),
    ("koi8-r", "Мир", b"\xed\xc9\xd2"),
    ("cp866", "Мир", b"\x8c\xa8\xe0"),
    ("x-mac-cyrillic", "Мир", b"\x8c\xe8\xf0"),
    ("cp936", "亚洲新闻", b"\xd1\xc7\xd6\xde\xd0\xc2\xce\xc5"),
    ("gb_2312-80", "亚洲新闻", b"\xd1\xc7\xd6\xde\xd0\xc2\xce\xc5"),
    ("GB2312", "亚洲新闻", b"\xd1\xc7\xd6\xde\xd0\xc2\xce\xc5"),
    ("x-gbk", "亚洲新闻", b"\xd1\xc7\xd6\xde\xd0\xc2\xce\xc5"),
    ("big5", "香港", b"\xad\xbb\xb4\xe4"),
    ("x-x-big5", "香港", b"\xad\xbb\xb4\xe4"),
    ("windows-31j", "日本の新聞", b"\x93\xfa\x96{\x82\xcc\x90V\x95\xb7"),
    ("Shift_JIS", "日本の新聞", b"\x93\xfa\x96{\x82\xcc\x90V\x95\xb7"),
    ("euc-jp", "日本", b"\xc6\xfc\xcb\xdc"),
    ("iso-2022-jp", "日本", b"\x1b$BF|K\\\x1b(B"),
    ("ks_c_5601-1987", "서울 신문", b"\xbc\xad\xbf\xef \xbd\xc5\xb9\xae"),
    ("euc-kr", "서울 신문", b"\xbc\xad\xbf\xef \xbd\xc5\xb9\xae"),
    ("windows-874", "ข่าว", b"\xa2\xe8\xd2\xc7"),
    ("tis-620", "ข่าว", b"\xa2\xe8\xd2\xc7"),
    ("iso-8859-8-i", "שלום", b"\xf9\xec\xe5\xed"),
    ("iso-8859-8", "שלום", b"\xf9\xec\xe5\xed"),
    ("iso-8859-6", "سلام", b"\xd3\xe4\xc7\xe5"),
    ("iso-8859-9", "Işık “yeni”", b"I\xfe\xfdk \x93yeni\x94"),
    ("iso-8859-2", "źródło", b"\xbcr\xf3d\xb3o"),
    ("iso-8859-15", "40 € œuvre", b"40 \xa4 \xbduvre"),
    ("latin1", "“Señor”", b"\x93Se\xf1or\x94"),
    ("windows-1258", "Đà", b"\xd0a\xcc"),
]


@pytest.mark.parametrize(("label", "text", "written"), PAGES)
def test_a_page_is_read_in_the_charset_that_its_header_declares(label, text, written):
    page = b"<html><body><p>" + written + b"</p></body></html>"
    shown = decode(capture(page, f"text/html; charset={label}"))
    assert shown == f"<html><body><p>{text}</p></body></html>".replace("Đà", "Đa\u0300")


@pytest.mark.parametrize(("label", "text", "written"), PAGES)
@pytest.mark.parametrize(
    "head",
    [
        '<head><meta charset="{}"></head>',
        "<head><META http-equiv=Content-Type content='text/html; charset={}'></head>",
        '<?xml version="1.0" encoding="{}"?>',
    ],
)
def test_a_page_is_read_in_the_charset_that_it_declares_itself(label, text, written, head):
    page = head.format(label).encode() + b"<body>" + written + b"</body>"
    shown = decode(capture(page))
    assert shown.partition("<body>")[2] == f"{text}</body>".replace("Đà", "Đa\u0300")


@pytest.mark.parametrize(
    "label",
    ["zip", "rot13", "base64", "hex", "idna", "punycode", "unicode_escape", "utf-7", "cp037", "undefined", "x" * 5000],
)
def test_what_is_no_charset_of_pages_is_not_believed(label):
    page = "<p>Cebú: “+ADw-b+AD4-” \\x3cb\\x3e</p>"
    for written in (page.encode(), page.encode("cp1252")):
        assert decode(capture(written, f"text/html; charset={label}")) == page
        assert decode(capture(f'<meta charset="{label}">'.encode() + written)).endswith(page)


def test_utf_8_goes_before_what_is_declared_and_the_header_before_the_page():
    page = '<meta charset="koi8-r"><p>Мир</p>'
    assert decode(capture(page.encode(), "text/html; charset=cp1251")) == page
    assert decode(capture(page.encode("cp1251"), "text/html; charset=cp1251")) == page
    assert decode(capture(page.encode("koi8-r"), "text/html; charset=klingon")) == page


@pytest.mark.parametrize(
    ("label", "text"), [("euc-kr", "서울 신문"), ("gb2312", "亚洲新闻"), ("shift_jis", "ニュース")]
)
def test_a_page_in_utf_8_that_declares_a_charset_of_east_asia_is_read(label, text):
    assert decode(capture(text.encode(), f"text/html; charset={label}")) == text


@pytest.mark.parametrize("codec", ["utf-8-sig", "utf-16", "utf-32"])
def test_a_byte_order_mark_decides(codec):
    assert decode(capture("<p>Cebú 香港</p>".encode(codec), "text/html; charset=cp1251")) == "<p>Cebú 香港</p>"


def test_a_declaration_in_a_comment_is_none():
    page = "<!-- <meta charset=cp1251> --><p>Se\xf1or</p>"
    assert decode(capture(page.encode("cp1252"))) == page


@pytest.mark.parametrize(
    "before",
    [
        '<script charset="utf-8"></script>',
        '<meta name="d" content="charset=utf-8">',
        "<!-- charset=utf-8 -->",
        "<meta>",
    ],
)
def test_a_charset_of_something_else_hides_none_of_the_page(before):
    text = "Hafen von 부산, 항구"
    html = f'<html><head>{before}<meta charset="euc-kr"><title>{text}</title></head><body></body></html>'
    assert text in decode(capture(html.encode("cp949")))
