-- Batches that cannot be processed: their content stays in batches. Old programs do not look here and try them again, which
-- loses nothing.
CREATE TABLE quarantine (
  batch BLOB PRIMARY KEY,
  failed_at INTEGER NOT NULL,
  events INTEGER NOT NULL,
  reason TEXT NOT NULL
) STRICT;
