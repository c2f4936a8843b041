"""The research desk: a selection of articles goes in; lines, counts, graphs, files and citations come out."""
