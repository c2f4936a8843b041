"""Files with damage, and all files of web archives that the tests have, one after another."""

import gzip

from support.foreign_files import (
    ENDING,
    Shelf,
    gzip_each,
    make_answer,
    make_arc,
    make_codings,
    make_info,
    make_kinds,
    make_packings,
    make_page,
    make_revisits,
    make_zips,
    zstd_each,
)
from support.loopback_site import make_article_page
from support.odd_answers import make_odd_answers


def make_damage(shelf):
    """Files with damage: every page of which all bytes are there is to be read."""

    def make_pages(count=3, **changes):
        numbers = shelf.take(count)
        return numbers, [make_info(**changes), *(make_page(number, **changes) for number in numbers)]

    def scratch(member):
        return member[:40] + bytes(20) + member[60:]

    numbers, records = make_pages()
    members = [gzip_each([record]) for record in records]
    shelf.put("first-damaged.warc.gz", scratch(members[0]) + b"".join(members[1:]), numbers, lost=["damaged"])
    numbers, records = make_pages()
    members = [gzip_each([record]) for record in records]
    wrong_sum = members[2][:-8] + b"\1\2\3\4" + members[2][-4:]
    shelf.put(
        "wrong-checksum.warc.gz",
        members[0] + members[1] + wrong_sum + members[3],
        [numbers[0], numbers[2]],
        lost=["damaged"],
    )
    numbers, records = make_pages()
    members = [zstd_each([record]) for record in records]
    shelf.put(
        "damaged.warc.zst",
        b"".join([members[0], members[1], scratch(members[2]), members[3]]),
        [numbers[0], numbers[2]],
        lost=["damaged"],
    )
    numbers, records = make_pages()
    shelf.put("beginning-missing.warc.gz", gzip_each(records)[37:], numbers, lost=["damaged"])
    numbers, records = make_pages()
    shelf.put("garbage-first.warc", b"curl: (18) transfer closed\n" + b"".join(records), numbers, lost=["damaged"])
    numbers, records = make_pages()
    shelf.put("blank-first.warc", b"\r\n\0" + b"".join(records), numbers)
    numbers, records = make_pages()
    shelf.put("mark-first.warc", b"\xef\xbb\xbf" + b"".join(records), numbers)
    numbers, records = make_pages()
    shelf.put("blank-first.warc.gz", b"\r\n" + gzip_each(records), numbers)
    numbers, records = make_pages()
    whole = gzip.compress(b"".join(records))
    shelf.put("whole-cut.warc.gz", whole[:-40], numbers[:2], lost=["damaged"])
    numbers, records = make_pages()
    shelf.put("trailer-missing.warc.gz", gzip_each(records)[:-8], numbers, lost=["damaged"])
    numbers, records = make_pages()
    shelf.put("cut.warc.gz", gzip_each(records)[:-200], numbers[:2], lost=["damaged"])
    numbers, records = make_pages()
    shelf.put("cut.warc", b"".join(records)[:-200], numbers[:2], lost=["damaged"])
    _, records = make_pages(1)
    shelf.put("alone-cut.warc", records[0][:-200], lost=["damaged"])
    shelf.put("alone-cut.warc.gz", gzip_each(records)[:-200], lost=["damaged"])
    shelf.put("alone-cut-in-its-head.warc", records[0][:120], lost=["damaged"])
    numbers, records = make_pages()
    shelf.put("end-missing.warc", b"".join(records)[:-4], numbers, repaired=1)
    for off_by in (-17, -3, -1, 1, 2, 4, 5, 11):
        numbers, records = make_pages(off_by=off_by)
        shelf.put(f"length{off_by:+d}.warc", b"".join(records), numbers, repaired=4)
        numbers, records = make_pages(off_by=off_by)
        shelf.put(f"length{off_by:+d}.warc.gz", gzip_each(records), numbers, repaired=4)
    for name, ending in {
        "one": b"\r\n",
        "lines": b"\n\n",
        "none": b"",
        "three": b"\r\n" * 3,
        "zero": ENDING + b"\0",
        "zeros": ENDING + bytes(600),
        "many": ENDING * 40,
    }.items():
        numbers, records = make_pages(ending=ending)
        shelf.put(f"ending-{name}.warc", b"".join(records), numbers, repaired=0 if ending.startswith(ENDING) else 4)
        numbers, records = make_pages(ending=ending)
        shelf.put(f"ending-{name}.warc.gz", gzip_each(records), numbers, repaired=4)
    numbers, records = make_pages(eol=b"\n", ending=b"\n\n")
    shelf.put("line-feeds.warc", b"".join(records), numbers, repaired=4)
    numbers, records = make_pages(length=False)
    shelf.put("no-length.warc", b"".join(records), numbers, repaired=4)
    numbers, records = make_pages(length=False)
    shelf.put("no-length.warc.gz", gzip_each(records), numbers, repaired=4)
    numbers, records = make_pages()
    shelf.put("zeros-behind.warc.gz", gzip_each(records) + bytes(5000), numbers)
    numbers, records = make_pages()
    shelf.put("zeros-between.warc.gz", (b"\0" * 40).join(gzip_each([record]) for record in records), numbers)
    for ending, off_by in ((b"\n", 1), (b"\n", -1), (b"\n\n", 2), (b"\n", 3), (b"", 0)):
        numbers = shelf.take(2)
        pages = ((number, make_answer(number, make_article_page(number) + b"\n")) for number in numbers)
        arc = make_arc(*pages, ending=ending, off_by=off_by)
        shelf.put(f"length{off_by:+d}-{len(ending)}.arc", b"".join(arc), numbers, repaired=2)
    numbers = shelf.take(1)
    bad = b"http://www.asianews.it/news-en/Story-9.html 1.2.3.4 201404010000000000 text/html -1\n\n"
    shelf.put("bad.arc", make_arc()[0] + bad + b"".join(make_arc((numbers[0], make_answer(numbers[0])))[1:]), numbers)


def make_shelf():
    shelf = Shelf()
    for fill in (make_codings, make_kinds, make_revisits, make_packings, make_zips, make_damage, make_odd_answers):
        fill(shelf)
    return shelf.files
