"""``python -m crawler`` is the same as ``seealso``."""

from crawler.cli import main

if __name__ == "__main__":
    main(prog_name="seealso")
