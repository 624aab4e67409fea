-- Synthetic messages that show whether an MTA asks the policy service. Times are microseconds of Unix time.
CREATE TABLE policy_tests (
  id TEXT PRIMARY KEY,
  tenant TEXT NOT NULL,
  sender TEXT NOT NULL,
  recipient TEXT NOT NULL,
  started_at INTEGER NOT NULL,
  advised_at INTEGER,
  asked_at INTEGER,
  queue_id TEXT
) STRICT, WITHOUT ROWID;
