"""The program ``seealso``; ``python -m crawler`` is the same."""

from __future__ import annotations

import sys

from crawler.system.interruption import EXIT_CODE, set_exit_code, watch_signals


def main() -> None:
    """Run the command line and exit. Signals are handled before anything else is imported."""
    watch_signals()
    try:
        from crawler.cli import main as run_command

        run_command(prog_name="seealso")
    except KeyboardInterrupt:  # it came between two lines of what reports it otherwise
        code = EXIT_CODE
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else 1
    set_exit_code(code)
    sys.exit(code)


if __name__ == "__main__":
    main()
