"""The forward index: the words of each article as numbers, which numpy counts a hundred times as fast as Python reads.

The search index leads from a word to its articles; this one leads from an article to its words. It is kept in files
without names for as long as a process asks again and again, as ``seealso serve`` does, and counts exactly what the
functions of :mod:`crawler.research.words` count without it.
"""
