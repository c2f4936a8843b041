"""seealso: a news archive that grows along "See also" links."""

__version__: str
"""Of the distribution; looked up when it is asked for, which takes longer than importing this package."""


def __getattr__(name: str) -> str:
    if name != "__version__":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib.metadata import PackageNotFoundError, version

    try:
        installed = version("seealso")
    except PackageNotFoundError:  # read from a checkout that was never installed
        installed = "0+unknown"
    globals()["__version__"] = installed
    return installed
