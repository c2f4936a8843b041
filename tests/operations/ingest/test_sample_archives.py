"""The peculiarities of the test files of warcio and of pywb's sample archive, in files made for it."""

import json
import sys

import pytest
from click.testing import CliRunner
from support.foreign_files import URL, gzip_each, make_page, make_record, zip_files
from support.program import run_code
from support.sample_archives import make_pywb_files, make_warcio_files

from crawler.archive import Archive
from crawler.cli import main
from crawler.operations.ingest.job import ingest

FOLDERS = {"warcio": make_warcio_files(), "pywb": make_pywb_files()}


def list_stories(path):
    if not path.exists():
        return set()
    with Archive(path) as archive:
        return {int(str(row[0])) for row in archive.db.execute("SELECT site_key FROM articles")}


@pytest.mark.parametrize("folder", FOLDERS)
def test_every_page_of_the_sample_files_is_read(tmp_path, folder):
    files = FOLDERS[folder]
    for name, (content, _) in files.items():
        (tmp_path / name).write_bytes(content)
    report = ingest(tmp_path / "all.db", [tmp_path / name for name in files])
    assert list_stories(tmp_path / "all.db") == {story for _, stories in files.values() for story in stories}
    assert report.unusable == []
    assert report.without_page == 0
    assert {page.file for page in report.lost_pages} == {
        "warcio": {"example-trunc.warc", "example-trunc.warc.gz", "example-bad.warc.gz.bad"},
        "pywb": set(),
    }[folder]


def test_the_pages_of_a_folder_are_shown_by_read_too(tmp_path):
    files = FOLDERS["warcio"]
    for name in ("example-resource.warc.gz", "example.arc.gz", "example-bad-non-chunked.warc.gz"):
        file = tmp_path / name
        file.write_bytes(files[name][0])
        shown = CliRunner().invoke(main, ["read", "--json", str(file)], prog_name="seealso")
        urls = [json.loads(line)["url"] for line in shown.stdout.splitlines()]
        assert urls == [URL.format(number) for number in files[name][1]]
        assert shown.exit_code == 0


def test_what_is_passed_over_is_printed_by_reason_and_host(tmp_path):
    page = make_page(1)
    pages = [
        make_record("response", f"https://example.org/{number}", page.split(b"\r\n\r\n", 1)[1]) for number in range(60)
    ]
    picture = make_record(
        "response", "https://example.org/a.png", b"HTTP/1.1 200 OK\r\nContent-Type: image/png\r\n\r\n\x89PNG"
    )
    robots = make_record(
        "response", "https://example.org/robots.txt", b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\nx"
    )
    lone = make_record("revisit", URL.format(9), b"", Payload_Digest="sha1:" + "A" * 32)
    (tmp_path / "a.warc").write_bytes(b"".join([*pages, picture, robots]))
    shown = CliRunner().invoke(
        main, ["ingest", "--archive", str(tmp_path / "a.db"), str(tmp_path / "a.warc")], prog_name="seealso"
    )
    assert "60 pages of an unknown site: example.org 60" in shown.stdout
    assert shown.exit_code == 0
    elsewhere = make_record("response", "https://example.net/1", page.split(b"\r\n\r\n", 1)[1])
    (tmp_path / "b.warc").write_bytes(b"".join([*pages, elsewhere, lone]))
    command = ["ingest", "--archive", str(tmp_path / "a.db"), str(tmp_path / "b.warc")]
    shown = CliRunner().invoke(main, command, prog_name="seealso")
    assert "61 pages of unknown sites: example.org 60, example.net 1" in shown.stdout
    assert "       1  passed over: sent again, but the page itself is in no file" in shown.stdout
    assert shown.stderr.startswith(
        f"seealso: {URL.format(9)}: sent again, but the page itself is in no file (b.warc at byte "
    )
    assert shown.exit_code == 2
    told = json.loads(CliRunner().invoke(main, [*command, "--json"], prog_name="seealso").stdout)
    assert told["unknown_sites"] == {"example.org": 60, "example.net": 1}
    assert told["passed_over"] == {"no_original": 1}
    assert told["lost_pages"][0]["url"] == URL.format(9)
    assert (told["without_page"], told["lost"], told["exit_code"]) == (1, 1, 2)


def test_a_folder_stands_for_the_files_in_it(tmp_path):
    folder = tmp_path / "crawls"
    (folder / "2024").mkdir(parents=True)
    (folder / "a.warc").write_bytes(make_page(1))
    (folder / "2024" / "b.warc.gz").write_bytes(gzip_each([make_page(2)]))
    (folder / ".hidden").write_bytes(b"not to be read")
    command = ["ingest", "--archive", str(tmp_path / "a.db"), str(folder)]
    shown = CliRunner().invoke(main, command, prog_name="seealso")
    assert "2 pages taken from 2 files" in shown.stdout
    assert shown.exit_code == 0


def test_a_gzip_file_without_records_is_named_as_none(tmp_path):
    (tmp_path / "a.gz").write_bytes(gzip_each([b"a,b,c\n" * 50]))
    (tmp_path / "b.zip").write_bytes(zip_files({"notes.txt": b"nothing"}))
    report = ingest(tmp_path / "a.db", [tmp_path / "a.gz", tmp_path / "b.zip"])
    assert [message.partition(" is ")[2] for message in report.unusable] == [
        "no WARC, ARC or WACZ file: there is no record in it",
        "a ZIP file without WARC files: no WACZ",
    ]


BOMBS = """
import resource, sys
from pathlib import Path
from crawler.operations.ingest.job import ingest
resource.setrlimit(resource.RLIMIT_DATA, (250_000_000, 250_000_000))
print(ingest(Path(sys.argv[1]), [Path(name) for name in sys.argv[2:]]).pages)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="the limit of memory is Linux's")
def test_files_that_unpack_into_far_more_take_little_memory_and_cost_no_other_page(tmp_path):
    import brotli

    from crawler.warc.compression import zstd

    zeros = bytes(30_000_000)
    bombs = {
        "gzip.warc.gz": gzip_each([make_page(1, zeros), make_page(11)]),
        "zstd.warc.zst": zstd.compress(make_page(2, zeros, off_by=-9_000)) + zstd.compress(make_page(12)),
        "brotli.warc": make_page(3, brotli.compress(zeros, quality=1), headers=["Content-Encoding: br"])
        + make_page(13),
        "lines.warc": make_page(14) + b"WARC/1.0\r\n" * 2_000,
        "magic.warc.gz": gzip_each([make_page(15)]) + b"\x1f\x8b\x08" * 2_000,
    }
    for name, content in bombs.items():
        (tmp_path / name).write_bytes(content)
    printed = run_code(BOMBS, str(tmp_path / "a.db"), *(str(tmp_path / name) for name in bombs), cwd=tmp_path).stdout
    assert list_stories(tmp_path / "a.db") >= {11, 12, 13, 14, 15}
    assert int(printed) >= 5
