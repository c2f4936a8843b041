"""The key file of a pseudonymised export: the secret that makes pseudonyms, and which name each stands for.

It is the only place where names and pseudonyms stand beside each other. It is made for its owner alone (mode 0600), and
given again it makes the same pseudonyms, in every format and of every archive.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import os
import secrets
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from crawler.atomic_file import replace_file
from crawler.errors import ExportFailed

PREFIX: Final = "author-"
_LETTERS: Final = 12
"""Of base32: 60 bits, so that no two authors of an archive share a pseudonym by chance."""
_VERSION_KEY: Final = "seealso_pseudonyms"
_SECRET_BYTES: Final = 32
_MAX_BYTES: Final = 100_000_000
_OWNER_ALONE: Final = 0o600


@dataclass(slots=True)
class KeyFile:
    """A key file that was read or made."""

    path: Path
    secret: bytes
    names: dict[str, str] = field(default_factory=dict)
    """Pseudonym → name."""

    @classmethod
    def open(cls, path: Path) -> KeyFile:
        """Read a key file; make one with a new secret where nothing is.

        Raises ExportFailed when it cannot be read or written, or is no key file.
        """
        try:
            if not os.path.lexists(path):
                new = cls(path, secrets.token_bytes(_SECRET_BYTES))
                _write(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _OWNER_ALONE), new._as_dict())
                return new
            with path.open("rb") as file:
                content = file.read(_MAX_BYTES + 1)
        except (OSError, ValueError) as problem:
            raise _make_error(path, problem) from problem
        key_file = _read_key(path, content)
        if key_file is None:
            raise ExportFailed(f"{path} is no key file of seealso, so it stays as it is: name a new file")
        return key_file

    def make_pseudonym(self, name: str) -> str:
        """Return the pseudonym of a name, made with the secret (HMAC-SHA256 of the name in NFC), and note it."""
        message = unicodedata.normalize("NFC", name).encode("utf-8", "surrogatepass")
        code = base64.b32encode(hmac.digest(self.secret, message, hashlib.sha256)).decode().lower()
        pseudonym = PREFIX + code[:_LETTERS]
        self.names[pseudonym] = name
        return pseudonym

    def save(self) -> None:
        """Write the secret and all noted names, for the owner alone. Raises ExportFailed."""
        try:
            with replace_file(self.path) as unfinished:
                _write(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, _OWNER_ALONE), self._as_dict())
        except (OSError, ValueError) as problem:
            raise _make_error(self.path, problem) from problem

    def _as_dict(self) -> dict[str, Any]:
        return {_VERSION_KEY: 1, "secret": self.secret.hex(), "names": dict(sorted(self.names.items()))}


def _read_key(path: Path, content: bytes) -> KeyFile | None:
    """Return the key that a file holds; None when it holds none."""
    if len(content) > _MAX_BYTES:
        return None
    try:
        values = json.loads(content)
        secret = bytes.fromhex(values["secret"])
        names = {str(pseudonym): str(name) for pseudonym, name in values["names"].items()}
        version = values[_VERSION_KEY]
    except (AttributeError, KeyError, RecursionError, TypeError, ValueError):
        return None
    return KeyFile(path, secret, names) if version == 1 and len(secret) == _SECRET_BYTES else None


def _write(descriptor: int, values: Mapping[str, Any]) -> None:
    with os.fdopen(descriptor, "w", encoding="utf-8", errors="backslashreplace") as file:
        json.dump(values, file, ensure_ascii=False, indent=1)
        file.write("\n")
        file.flush()
        os.fsync(file.fileno())


def _make_error(path: Path, problem: Exception) -> ExportFailed:
    return ExportFailed(f"the key file {path} cannot be used ({getattr(problem, 'strerror', None) or problem})")
