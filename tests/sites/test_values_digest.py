"""The digest of a site's values is that of their JSON, whatever file they were read from."""

import hashlib
from dataclasses import replace
from pathlib import Path

from support.site_files import PYTHON_SITE, VALUES, write_files

from crawler.sites.known_site import KnownSite
from crawler.sites.site_folder import read_folder
from crawler.sites.values_digest import compute_values_digest

JSON = (
    '{"addresses":[{"kind":"article","path":"/news/(?P<key>\\\\d+)-.*"}],"country":"gb","domains":["gazette.example"],'
    '"languages":["en"],"name":"gazette","origin":"https://www.gazette.example","timezone":"Europe/London",'
    '"title":"The gazette"}'
)


def test_values_in_python_and_in_toml_have_one_digest(tmp_path: Path) -> None:
    feed = "[[addresses]]\nkind = \"feed\"\npath = '/rss'\n"
    values = VALUES.replace('entry_points = ["/rss"]\n', "").replace(feed, "")
    folders = [
        write_files(tmp_path / "python", {"gazette.py": PYTHON_SITE}),
        write_files(tmp_path / "toml", {"gazette.toml": values}),
    ]
    results = [result for folder in folders for result in read_folder(folder, "option")]
    sites = [result.site for result in results if isinstance(result, KnownSite)]
    expected = hashlib.sha256(JSON.encode()).hexdigest()
    assert [compute_values_digest(site) for site in sites] == [expected, expected]
    defaults = replace(sites[0], lead_expected=True, crawl_delay=5.0)
    assert compute_values_digest(defaults) == expected
    assert compute_values_digest(replace(sites[0], crawl_delay=6.0)) != expected
