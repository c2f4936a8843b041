"""Every byte that an archive keeps: its file, log and cases, and its WARC files with each member unpacked."""

import zlib


def read_all_bytes(path, folder=None):
    """Return all bytes of an archive in lower case: of files as they are, of WARC members unpacked as well."""
    parts = []
    for file in sorted(path.parent.rglob("*") if folder is None else folder.rglob("*")):
        if file.is_file():
            content = file.read_bytes()
            parts += [content, *iter_members(content)]
    return b"\n".join(parts).lower()


def iter_members(content):
    """Yield each gzip member of a file unpacked, and the payload in it unpacked where that is compressed itself."""
    position = content.find(b"\x1f\x8b\x08")
    while position >= 0:
        stream = zlib.decompressobj(31)
        try:
            member = stream.decompress(content[position:])
        except zlib.error:
            member = b""
        if member:
            yield member
            yield from iter_members(member)
        position = content.find(b"\x1f\x8b\x08", position + 1)
