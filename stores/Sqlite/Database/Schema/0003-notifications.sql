-- Times are microseconds of Unix time. kind: 1 webhook, 2 mail. The secret signs, so it is kept as it is.
CREATE TABLE notification_targets (
  id TEXT PRIMARY KEY,
  tenant TEXT NOT NULL,
  kind INTEGER NOT NULL,
  address TEXT NOT NULL,
  name TEXT NOT NULL,
  secret TEXT NOT NULL,
  enabled INTEGER NOT NULL,
  created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX notification_targets_by_tenant ON notification_targets (tenant, created_at);

-- One row for each notice and target: no target is told anything twice. state: 0 waiting, 1 delivered, 2 given up.
CREATE TABLE notifications (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  notice_id TEXT NOT NULL,
  target TEXT NOT NULL,
  tenant TEXT NOT NULL,
  type TEXT NOT NULL,
  content TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  state INTEGER NOT NULL,
  attempts INTEGER NOT NULL,
  next_at INTEGER NOT NULL,
  claimed_until INTEGER NOT NULL,
  UNIQUE (notice_id, target)
) STRICT;
CREATE INDEX notifications_waiting ON notifications (next_at) WHERE state = 0;
CREATE INDEX notifications_by_tenant ON notifications (tenant, id);

CREATE TABLE notification_attempts (
  notification INTEGER NOT NULL,
  attempt INTEGER NOT NULL,
  at INTEGER NOT NULL,
  status INTEGER,
  error TEXT,
  milliseconds INTEGER NOT NULL,
  PRIMARY KEY (notification, attempt)
) STRICT, WITHOUT ROWID;
