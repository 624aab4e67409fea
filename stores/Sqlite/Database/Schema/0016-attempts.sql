-- The second ledger: attempts when they happened, and times to deliver (mail/Attempts). A transaction adds one sheet for each
-- stretch of time of a tenant that it changes; the upkeep puts them together (loose = 0). tier and start: TallyTier.
-- id grows with every change, in the order of commits: whoever follows the changes keeps the last one it has read.
CREATE TABLE tally_names (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;
CREATE TABLE tallies (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  tenant INTEGER NOT NULL,
  tier INTEGER NOT NULL,
  start INTEGER NOT NULL,
  loose INTEGER NOT NULL,
  written INTEGER NOT NULL,
  sheet BLOB NOT NULL
) STRICT;
CREATE INDEX tallies_by_time ON tallies (tenant, tier, start);
CREATE INDEX tallies_loose ON tallies (tenant, tier, start, written) WHERE loose = 1;

-- What erased deliveries count for, without a name of theirs.
CREATE TABLE erased_tallies (
  tenant INTEGER NOT NULL,
  tier INTEGER NOT NULL,
  start INTEGER NOT NULL,
  sheet BLOB NOT NULL
) STRICT;
CREATE INDEX erased_tallies_by_time ON erased_tallies (tenant, tier, start);

-- Up to when attempts of deliveries that were removed by age happened: nobody can count those stretches again.
ALTER TABLE trimmed ADD COLUMN tallied_before INTEGER NOT NULL DEFAULT 0;

-- Accepted and deferred: what waits.
CREATE INDEX deliveries_waiting ON deliveries (tenant, at) WHERE status IN (2, 3);

-- Deliveries of before are counted at the first start (SqliteTallyMove), up to this one so far. Gone when all are.
CREATE TABLE tallied (upto INTEGER NOT NULL) STRICT;
INSERT INTO tallied (upto) VALUES (0);
-- Older programs would apply events without counting attempts.
UPDATE compatibility SET oldest = 16;
