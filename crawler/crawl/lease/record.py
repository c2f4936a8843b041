"""What stands in the file of a lease: who holds it, and whether it was given up."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from crawler.crawl.lease.process_identity import ProcessIdentity


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaseRecord:
    """The content of one file of a lease.

    Attributes:
        token: random, of one taking.
        holder: the process that took it.
        taken_at: when, by the clock of its machine.
        renewals: how many times it was renewed; another number is another content, and a sign of life.
        renewed_at: when it was renewed last, by the clock of its machine.
        expires_at: when it ends unless it is renewed, by that clock: for people, nothing is decided by it.
        is_released: True once it was given up.

    """

    token: str
    holder: ProcessIdentity
    taken_at: datetime
    renewed_at: datetime
    expires_at: datetime
    renewals: int = 0
    is_released: bool = False

    def to_bytes(self) -> bytes:
        """Return the record as it stands in a file."""
        values = asdict(self)
        for name in ("taken_at", "renewed_at", "expires_at"):
            values[name] = values[name].isoformat(timespec="milliseconds")
        return json.dumps(values, indent=1).encode() + b"\n"

    @classmethod
    def from_bytes(cls, content: bytes) -> LeaseRecord | None:
        """Return the record in a file; None where it is not readable: nobody knows then who holds the lease."""
        try:
            values: dict[str, Any] = json.loads(content)
            holder = ProcessIdentity(**values.pop("holder"))
            for name in ("taken_at", "renewed_at", "expires_at"):
                values[name] = datetime.fromisoformat(values[name])
            record = cls(holder=holder, **values)
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
            return None
        return record if record.is_sound else None

    @property
    def is_sound(self) -> bool:
        """True when the values have the types that decisions are made by."""
        return (
            isinstance(self.token, str)
            and isinstance(self.is_released, bool)
            and isinstance(self.holder.process_id, int)
            and isinstance(self.holder.host, str)
            and all(moment.tzinfo is not None for moment in (self.taken_at, self.renewed_at, self.expires_at))
        )
