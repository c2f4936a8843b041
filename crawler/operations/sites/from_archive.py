"""Writes the file of a site that an archive has adopted: the same name, the same values, so the same keys."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from crawler.archive.runs.adopted_sites import read_adopted_sites
from crawler.atomic_file import replace_file
from crawler.errors import BadSiteFile
from crawler.operations.sites.new_site import SiteNotMade, check_name
from crawler.sites.adopted import parse_values
from crawler.sites.site_file import write_site_file

HEAD: Final = (
    "# Adopted into {archive} on {day}, and written from there: name and addresses decide the keys of articles.\n"
    "# It counts before the archive's own values. Run `seealso site check` on it when you have changed something.\n\n"
)


def save_adopted_site(name: str, archive: Path, folder: Path, *, force: bool = False) -> Path:
    """Write the file of an adopted site into a folder, and return its path.

    Raises SiteNotMade where the archive has adopted no such site, its values cannot be read, the file exists already
    (unless ``force``) or cannot be written.
    """
    adopted = {site.name: site for site in read_adopted_sites(archive)}
    if name not in adopted:
        names = ", ".join(adopted) or "none"
        raise SiteNotMade(f"{archive} has adopted no site {name[:60]!a}; it has adopted: {names}")
    path = check_name(name, folder, force=force)
    try:
        site = parse_values(adopted[name].values_json)
        text = HEAD.format(archive=archive.name, day=adopted[name].made_at[:10]) + write_site_file(site, {})
        folder.mkdir(parents=True, exist_ok=True)
        with replace_file(path) as unfinished:
            unfinished.write_text(text, encoding="utf-8")
    except (BadSiteFile, ValueError) as problem:
        raise SiteNotMade(f"the values of {name} cannot be read: {problem}") from None
    except OSError as problem:
        raise SiteNotMade(f"{path} cannot be written: {problem.strerror or problem}") from None
    return path
