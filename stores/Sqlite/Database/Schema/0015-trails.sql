-- Deliveries in layout 2 (DeliveryCodec): what names one is in its bytes too, and texts that many have stand once.
CREATE TABLE texts (id INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE) STRICT;
CREATE TABLE reply_forms (id INTEGER PRIMARY KEY, form TEXT NOT NULL UNIQUE) STRICT;

DROP INDEX deliveries_by_tenant;
DROP INDEX deliveries_by_domain;
DROP INDEX deliveries_by_mailbox;
DROP INDEX bounces_by_reason;
-- Moved from here row by row at the first start (SqliteMove), then dropped.
ALTER TABLE deliveries RENAME TO deliveries_before;

CREATE TABLE deliveries (
  id INTEGER PRIMARY KEY,
  tenant INTEGER NOT NULL,
  domain INTEGER,
  mailbox INTEGER,
  at INTEGER NOT NULL,
  status INTEGER NOT NULL,
  reason INTEGER,
  state BLOB NOT NULL
) STRICT;
-- key: DeliveryKey.WriteHash.
CREATE TABLE delivery_keys (key BLOB PRIMARY KEY, delivery INTEGER NOT NULL) STRICT, WITHOUT ROWID;

-- As before: the hour, then whose it is and whether it failed ((106 >> status) & 1), then the time; now as few bytes as can
-- be. Scope and bit are one number, and within the hour a time is the distance from the half hour, which fits into 32 bits.
CREATE INDEX deliveries_by_tenant ON deliveries (at / 3600000000, 2 * tenant + ((106 >> status) & 1), at % 3600000000 - 1800000000);
CREATE INDEX deliveries_by_domain ON deliveries (at / 3600000000, 2 * domain + ((106 >> status) & 1), at % 3600000000 - 1800000000);
CREATE INDEX deliveries_by_mailbox ON deliveries (at / 3600000000, 2 * mailbox + ((106 >> status) & 1), at % 3600000000 - 1800000000);
CREATE INDEX bounces_by_reason ON deliveries (tenant, reason, at, domain, mailbox) WHERE reason IS NOT NULL;
-- Older programs know neither the layout nor the table of keys.
UPDATE compatibility SET oldest = 15;
