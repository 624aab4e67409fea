-- What was and is wrong. Times are microseconds of Unix time; content is the incident as JSON.
CREATE TABLE incidents (
  tenant TEXT NOT NULL,
  id TEXT NOT NULL,
  opened_at INTEGER NOT NULL,
  started_at INTEGER NOT NULL,
  closed_at INTEGER,
  kind INTEGER NOT NULL,
  domain TEXT,
  provider TEXT,
  cause TEXT NOT NULL,
  told INTEGER NOT NULL,
  acknowledged_at INTEGER,
  content TEXT NOT NULL,
  PRIMARY KEY (tenant, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX incidents_by_time ON incidents (tenant, opened_at, id);
CREATE TABLE incident_mutes (
  tenant TEXT NOT NULL,
  kind INTEGER NOT NULL,
  domain TEXT NOT NULL,
  provider TEXT NOT NULL,
  until INTEGER NOT NULL,
  PRIMARY KEY (tenant, kind, domain, provider)
) STRICT, WITHOUT ROWID;
CREATE TABLE incident_leases (
  tenant TEXT PRIMARY KEY,
  holder TEXT NOT NULL,
  until INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
