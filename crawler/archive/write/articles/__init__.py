"""What is written of articles: readings and their revisions, the search index, near copies, problems."""
