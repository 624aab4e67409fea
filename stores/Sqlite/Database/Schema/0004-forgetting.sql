-- Deliveries of people who were erased: what the totals still hold of them, and by whose key their events are known again
-- when they come once more. identity is a keyed hash of message key and recipient.
CREATE TABLE erased_deliveries (
  tenant INTEGER NOT NULL,
  identity BLOB NOT NULL,
  mailbox INTEGER,
  quarter INTEGER NOT NULL,
  provider INTEGER NOT NULL,
  status INTEGER NOT NULL,
  reason INTEGER,
  PRIMARY KEY (tenant, identity)
) STRICT, WITHOUT ROWID;

CREATE TABLE erasures (
  id TEXT PRIMARY KEY,
  tenant TEXT NOT NULL,
  address_hash BLOB NOT NULL,
  erased_at INTEGER NOT NULL,
  deliveries INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Deliveries accepted before this have been removed by age: an event of one that is not there any more is old news.
CREATE TABLE trimmed (tenant INTEGER PRIMARY KEY, accepted_before INTEGER NOT NULL) STRICT;

-- Rollups of quarter hours before this are gone; nothing is counted there any more.
CREATE TABLE trimmed_rollups (id INTEGER PRIMARY KEY CHECK (id = 1), first_quarter INTEGER NOT NULL) STRICT;

-- The key of hashed addresses, and the forms in which this store has ever kept addresses.
CREATE TABLE store_keys (name TEXT PRIMARY KEY, value BLOB NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE address_forms (form INTEGER PRIMARY KEY) STRICT;
