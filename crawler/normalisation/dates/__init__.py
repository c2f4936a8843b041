"""Dates and times: printed ones, stated ones and the periods that people write, as values with their precision."""
