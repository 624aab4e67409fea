-- Facts of every address that anything speaks against, or that somebody put on the list or took off it: SuppressionFacts as
-- JSON. hash, base: SuppressedAddress; base is null where it is the hash. domain: a sending domain, or empty for all of the
-- tenant's. number: SuppressedAddress.Number, the order of rows that are equally old. cause is 0 for what is remembered only; it and since say nothing of expiry, the facts do.
CREATE TABLE suppressions (
  id INTEGER PRIMARY KEY,
  tenant TEXT NOT NULL,
  hash BLOB NOT NULL,
  domain TEXT NOT NULL,
  base BLOB,
  address TEXT NOT NULL,
  cause INTEGER NOT NULL,
  since INTEGER NOT NULL,
  number INTEGER NOT NULL,
  facts BLOB NOT NULL
) STRICT;
CREATE UNIQUE INDEX suppressions_by_hash ON suppressions (hash, tenant, domain);
CREATE INDEX suppressions_by_base ON suppressions (base, tenant) WHERE base IS NOT NULL;
CREATE INDEX suppressions_listed ON suppressions (tenant, since, number) WHERE cause > 0;

CREATE TABLE suppression_settings (
  tenant TEXT NOT NULL,
  domain TEXT NOT NULL,
  mode INTEGER NOT NULL,
  hard_bounce_days INTEGER NOT NULL,
  complaint_days INTEGER,
  plus_addresses INTEGER NOT NULL,
  PRIMARY KEY (tenant, domain)
) STRICT, WITHOUT ROWID;

-- Runs of deliveries by address (DeliveredAddresses), for failures that are told of after a later delivery.
CREATE TABLE delivered_addresses (
  id INTEGER PRIMARY KEY,
  tenant TEXT NOT NULL,
  first_at INTEGER NOT NULL,
  last_at INTEGER NOT NULL,
  deliveries BLOB NOT NULL
) STRICT;
CREATE INDEX delivered_addresses_by_time ON delivered_addresses (tenant, last_at);

-- Mailboxes that were stopped, or would have been. live: 1 for what held when it was found, 0 for what history tells.
CREATE TABLE brakes (
  tenant TEXT NOT NULL,
  id TEXT NOT NULL,
  mailbox TEXT NOT NULL,
  login TEXT,
  since INTEGER NOT NULL,
  mode INTEGER NOT NULL,
  cause INTEGER NOT NULL,
  let_through INTEGER NOT NULL,
  refused INTEGER NOT NULL,
  released_at INTEGER,
  live INTEGER NOT NULL,
  PRIMARY KEY (tenant, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX brakes_by_mailbox ON brakes (tenant, mailbox, since);
CREATE INDEX brakes_by_time ON brakes (tenant, since, id);

CREATE TABLE brake_settings (tenant TEXT PRIMARY KEY, mode INTEGER NOT NULL, per_hour INTEGER) STRICT, WITHOUT ROWID;
