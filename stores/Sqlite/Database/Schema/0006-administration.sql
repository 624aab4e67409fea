-- id: RFC 9562 version 7 in 32 hexadecimal digits, ascending in time. status: null until the action has ended.
CREATE TABLE audit_log (
  id TEXT PRIMARY KEY,
  tenant TEXT NOT NULL,
  at INTEGER NOT NULL,
  actor TEXT NOT NULL,
  action TEXT NOT NULL,
  target TEXT NOT NULL,
  status INTEGER,
  details TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX audit_log_by_tenant ON audit_log (tenant, id);

CREATE TABLE users (
  tenant TEXT NOT NULL,
  subject TEXT NOT NULL,
  name TEXT NOT NULL,
  role INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  PRIMARY KEY (tenant, subject)
) STRICT, WITHOUT ROWID;

CREATE TABLE secrets (name TEXT PRIMARY KEY, value BLOB NOT NULL) STRICT, WITHOUT ROWID;
