CREATE TABLE collection_settings (
  tenant TEXT PRIMARY KEY,
  enabled INTEGER NOT NULL,
  interval_hours INTEGER NOT NULL,
  continuous INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE collection_hosts (
  tenant TEXT NOT NULL,
  host TEXT NOT NULL,
  seen_at INTEGER NOT NULL,
  PRIMARY KEY (tenant, host)
) STRICT, WITHOUT ROWID;

CREATE TABLE collections (
  tenant TEXT NOT NULL,
  requested_at INTEGER NOT NULL,
  id TEXT NOT NULL,
  scheduled INTEGER NOT NULL,
  PRIMARY KEY (tenant, requested_at, id)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX collections_by_id ON collections (tenant, id);

-- state as CollectionState numbers it.
CREATE TABLE host_collections (
  tenant TEXT NOT NULL,
  id TEXT NOT NULL,
  host TEXT NOT NULL,
  state INTEGER NOT NULL,
  started_at INTEGER,
  finished_at INTEGER,
  lines INTEGER NOT NULL,
  deliveries INTEGER NOT NULL,
  error TEXT,
  PRIMARY KEY (tenant, id, host)
) STRICT, WITHOUT ROWID;
CREATE INDEX host_collections_waiting ON host_collections (tenant, host) WHERE state = 1;
