"""The neighbours of the practice site: five invented papers of five makes on ``.example`` hosts, and what is true of them.

A weblog (``courier``), one that sitemaps alone lead to (``ledger``), one in Hindi with hashed class names (``samachar``),
one in two languages by host (``seeblick``), and one of tables whose stories go over several pages (``gazette``).
"""

from crawler.practice.world.articles import VISIT_DAY, AgencyPrint, AgencyStory, PaperArticle
from crawler.practice.world.hosts import World, load_agency_stories, load_papers
from crawler.practice.world.paper import Paper
from crawler.practice.world.server import WorldServer
from crawler.practice.world.truth import PaperScore, compare_addresses

__all__ = [
    "VISIT_DAY",
    "AgencyPrint",
    "AgencyStory",
    "Paper",
    "PaperArticle",
    "PaperScore",
    "World",
    "WorldServer",
    "compare_addresses",
    "load_agency_stories",
    "load_papers",
]
