"""seealso: a news archive that grows along "See also" links."""

from importlib.metadata import PackageNotFoundError, version

try:
    __version__ = version("seealso")
except PackageNotFoundError:  # read from a checkout that was never installed
    __version__ = "0+unknown"
