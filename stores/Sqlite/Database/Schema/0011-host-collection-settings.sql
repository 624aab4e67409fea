-- A host's own setting, in place of its tenant's in collection_settings.
CREATE TABLE host_collection_settings (
  tenant TEXT NOT NULL,
  host TEXT NOT NULL,
  enabled INTEGER NOT NULL,
  interval_hours INTEGER NOT NULL,
  continuous INTEGER NOT NULL,
  PRIMARY KEY (tenant, host)
) STRICT, WITHOUT ROWID;
