"""Printed words to values: text, addresses, dates, bylines, datelines. The printed words stay beside the value."""
