"""Schedules: has cron or systemd's timers run a crawl at intervals; no process of our own waits."""
