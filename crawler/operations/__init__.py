"""Operations on an archive: ingest, reread, forget, doctor, schedules, notifications."""
