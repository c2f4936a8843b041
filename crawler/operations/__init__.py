"""Looking after an archive: ingest, reread, forget, doctor, schedules, notifications."""
