"""Schedules: a crawl every so often, by cron or by systemd's timers, and by nothing of our own."""
