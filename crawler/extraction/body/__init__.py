"""Lead and body: which lines are the text, and which only surround it."""
