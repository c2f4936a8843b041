"""The research desk: a selection of articles goes in; lines, counts, graphs, files and citations come out."""

# First: it is what loads sqlite-utils without pandas and numpy.
import crawler.archive  # noqa: F401
