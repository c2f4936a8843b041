"""The child of a task as ``subprocess.Popen`` starts it, forked from a process that has imported the program."""

from __future__ import annotations

import os
import signal
from typing import IO, Any

from support.program import start_program


class ForkedChild:
    """Takes what a task gives to ``subprocess.Popen``; its first three words start Python and the program."""

    def __init__(self, line: list[str], *, stdin: int, stdout: IO[bytes], stderr: IO[bytes], **_: Any) -> None:
        reader, writer = os.pipe()
        self.stdin = os.fdopen(writer, "wb")
        self._files = (stdout, stderr)
        self._process = start_program(*line[3:], cwd=os.getcwd(), stdin=reader)  # type: ignore[arg-type]
        os.close(reader)

    def __enter__(self) -> ForkedChild:
        return self

    def __exit__(self, *_: object) -> None:
        self.stdin.close()
        self.wait()

    def wait(self, timeout: float | None = None) -> int:
        code = self._process.wait(timeout)
        for file, text in zip(self._files, self._process.communicate(), strict=True):
            file.seek(0)
            file.write(text.encode())
        return code

    def terminate(self) -> None:
        self._process.send_signal(signal.SIGTERM)
