"""Addresses: one spelling each, and what their form alone tells of what they lead to."""
