"""Words and what stands around them: frequencies, collocations, keyness."""
