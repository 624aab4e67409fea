-- place orders the rules of a tenant, latest first: the revision that brought it.
CREATE TABLE reply_rules (
  tenant TEXT NOT NULL,
  id TEXT NOT NULL,
  place INTEGER NOT NULL,
  content TEXT NOT NULL,
  PRIMARY KEY (tenant, id)
) STRICT, WITHOUT ROWID;

-- completed: the revision by which the tenant's history is classified.
CREATE TABLE reply_rule_revisions (
  tenant TEXT PRIMARY KEY,
  revision INTEGER NOT NULL,
  completed INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
