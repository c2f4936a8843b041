"""Monitoring: compares the pages of a run with earlier ones, and raises refusals and layout alarms."""
