"""Makes lines, counts, graphs, files and citations of a selection of articles."""

# First: it is what loads sqlite-utils without pandas and numpy.
import crawler.archive  # noqa: F401
