"""The files of sites as people make them: from pages that are fetched or given, with saved cases, checked, reported."""
