-- What came of providers' posts. Days are numbers since 0001-01-01, times microseconds of Unix time.
CREATE TABLE webhook_counts (
  source TEXT NOT NULL,
  day INTEGER NOT NULL,
  outcome INTEGER NOT NULL,
  cause TEXT NOT NULL,
  count INTEGER NOT NULL,
  last_at INTEGER NOT NULL,
  PRIMARY KEY (source, day, outcome, cause)
) STRICT, WITHOUT ROWID;
CREATE INDEX webhook_counts_by_day ON webhook_counts (day);
CREATE TABLE webhook_refusals (
  number INTEGER PRIMARY KEY,
  source TEXT NOT NULL,
  at INTEGER NOT NULL,
  outcome INTEGER NOT NULL,
  cause TEXT NOT NULL,
  error TEXT NOT NULL
) STRICT;
CREATE INDEX webhook_refusals_by_source ON webhook_refusals (source, at, number);
ALTER TABLE webhook_sources ADD COLUMN earlier_secret TEXT;
ALTER TABLE webhook_sources ADD COLUMN earlier_until INTEGER;
