"""Names the errors of a disk that is full."""

from __future__ import annotations

import errno
from typing import Final

FULL_DISK_ERRORS: Final = frozenset((errno.ENOSPC, errno.EDQUOT, errno.EFBIG))
"""Error numbers of a disk without room, of a quota that is used up, and of a file that may grow no more."""
