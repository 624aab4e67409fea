-- A tenant's own sums in the order of time: overview and timeline read them one after the other.
CREATE INDEX rollups_of_tenants ON rollups (scope, tier, start, recipients, delivered, soft, hard, pending, complaints) WHERE parent = 0;

-- How often anything was moved in a bucket of a tenant: readers keep what they read of a bucket until it moves again.
CREATE TABLE rollup_steps (
  tier INTEGER NOT NULL,
  start INTEGER NOT NULL,
  scope INTEGER NOT NULL,
  step INTEGER NOT NULL,
  PRIMARY KEY (tier, start, scope)
) STRICT, WITHOUT ROWID;

-- Older programs would move buckets without saying so.
UPDATE compatibility SET oldest = 28;
