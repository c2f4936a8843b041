"""Rereading: reads stored captures again by today's rules. It writes nothing: the archive is given what differs."""
