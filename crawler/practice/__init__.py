"""A small news site of our own, served on loopback: AsiaNews' anatomy, none of its text.

It pretends to be ``https://www.asianews.it``; a crawler reaches it through ``--mirror``. ``truth`` says what a correct
archive of it holds. All people, events and figures in it are invented.
"""

from crawler.practice.server import PracticeServer, Seen

__all__ = ["PracticeServer", "Seen"]
