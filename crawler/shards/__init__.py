"""Shards: what reading one part of the input came to, kept as a folder of files that is there whole or not at all.

Whoever reads a part needs no archive, and whoever writes the archive needs no input. So parts may be read by any number
of processes, in any order, on any machine, and again after a kill: a shard that is there is done.
"""
