"""Texts compared: near copies, kinds of edits, differences."""
