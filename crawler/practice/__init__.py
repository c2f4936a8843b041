"""The practice site: a small news site served on loopback, with the anatomy of AsiaNews and none of its text.

It pretends to be ``https://www.asianews.it``; a crawler reaches it through ``--mirror``. ``truth`` holds what a correct
archive of it has to contain. All people, events and figures in it are invented.
"""

from crawler.practice.server import PracticeServer, Seen

__all__ = ["PracticeServer", "Seen"]
