-- Every sending tenant, domain and mailbox has a number. A tenant is ('t', '', ''), a domain ('t', 'd', ''); the
-- parent of a mailbox is its domain, that of a domain its tenant, that of a tenant 0. Rows are never removed.
CREATE TABLE scopes (
  id INTEGER PRIMARY KEY,
  tenant TEXT NOT NULL,
  domain TEXT NOT NULL,
  mailbox TEXT NOT NULL,
  parent INTEGER NOT NULL,
  UNIQUE (tenant, domain, mailbox)
) STRICT;
CREATE INDEX scopes_by_parent ON scopes (parent);

CREATE TABLE classifications (id INTEGER PRIMARY KEY, content TEXT NOT NULL UNIQUE) STRICT;

-- code 0 and enhanced '' stand for none, so that UNIQUE compares them.
CREATE TABLE reasons (
  id INTEGER PRIMARY KEY,
  reason TEXT NOT NULL,
  code INTEGER NOT NULL,
  enhanced TEXT NOT NULL,
  hard INTEGER NOT NULL,
  UNIQUE (reason, code, enhanced, hard)
) STRICT;

CREATE TABLE providers (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;

-- The state holds everything that is known (DeliveryStateCodec); the other columns are derived from it, for the indexes.
-- Times are microseconds of Unix time. domain and mailbox are null for the null sender,
-- reason where nothing failed finally.
CREATE TABLE deliveries (
  id INTEGER PRIMARY KEY,
  tenant INTEGER NOT NULL,
  message_key TEXT NOT NULL,
  recipient TEXT NOT NULL,
  domain INTEGER,
  mailbox INTEGER,
  at INTEGER NOT NULL,
  status INTEGER NOT NULL,
  reason INTEGER,
  state BLOB NOT NULL,
  UNIQUE (tenant, message_key, recipient)
) STRICT;
-- Time first: what happens now is written to a few pages, however many mailboxes it belongs to. A reader of one mailbox
-- asks hour by hour, latest first.
CREATE INDEX deliveries_by_tenant ON deliveries (at / 3600000000, tenant, at);
CREATE INDEX deliveries_by_domain ON deliveries (at / 3600000000, domain, at);
CREATE INDEX deliveries_by_mailbox ON deliveries (at / 3600000000, mailbox, at);
-- Rejected, deferred, bounced.
CREATE INDEX failures_by_tenant ON deliveries (at / 3600000000, tenant, at) WHERE status IN (1, 3, 5, 6);
CREATE INDEX failures_by_domain ON deliveries (at / 3600000000, domain, at) WHERE status IN (1, 3, 5, 6);
CREATE INDEX failures_by_mailbox ON deliveries (at / 3600000000, mailbox, at) WHERE status IN (1, 3, 5, 6);
-- Bounced, by what it is counted under.
CREATE INDEX reasons_by_tenant ON deliveries (tenant, reason, at) WHERE reason IS NOT NULL;
CREATE INDEX reasons_by_domain ON deliveries (domain, reason, at) WHERE reason IS NOT NULL;
CREATE INDEX reasons_by_mailbox ON deliveries (mailbox, reason, at) WHERE reason IS NOT NULL;

-- Finals that a later one superseded, and complaints.
CREATE TABLE earlier_activities (
  delivery INTEGER NOT NULL,
  status INTEGER NOT NULL,
  tenant INTEGER NOT NULL,
  domain INTEGER,
  mailbox INTEGER,
  at INTEGER NOT NULL,
  PRIMARY KEY (delivery, status)
) STRICT, WITHOUT ROWID;
CREATE INDEX earlier_activities_by_tenant ON earlier_activities (at / 3600000000, tenant, at);
CREATE INDEX earlier_activities_by_domain ON earlier_activities (at / 3600000000, domain, at);
CREATE INDEX earlier_activities_by_mailbox ON earlier_activities (at / 3600000000, mailbox, at);

-- tier 0: start is a quarter hour (Unix time / 900 s); tier 1: a UTC day (Unix time / 86,400 s). Rows of zeros are removed.
-- Time first, as above; then the parent (0 for a tenant), so that the domains of a tenant stand together.
CREATE TABLE rollups (
  tier INTEGER NOT NULL,
  start INTEGER NOT NULL,
  parent INTEGER NOT NULL,
  scope INTEGER NOT NULL,
  recipients INTEGER NOT NULL,
  delivered INTEGER NOT NULL,
  soft INTEGER NOT NULL,
  hard INTEGER NOT NULL,
  pending INTEGER NOT NULL,
  PRIMARY KEY (tier, start, parent, scope)
) STRICT, WITHOUT ROWID;

CREATE TABLE provider_rollups (
  tier INTEGER NOT NULL,
  start INTEGER NOT NULL,
  scope INTEGER NOT NULL,
  provider INTEGER NOT NULL,
  recipients INTEGER NOT NULL,
  delivered INTEGER NOT NULL,
  soft INTEGER NOT NULL,
  hard INTEGER NOT NULL,
  pending INTEGER NOT NULL,
  PRIMARY KEY (tier, start, scope, provider)
) STRICT, WITHOUT ROWID;

CREATE TABLE reason_rollups (
  tier INTEGER NOT NULL,
  start INTEGER NOT NULL,
  scope INTEGER NOT NULL,
  reason INTEGER NOT NULL,
  count INTEGER NOT NULL,
  PRIMARY KEY (tier, start, scope, reason)
) STRICT, WITHOUT ROWID;

CREATE TABLE outbox (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  notice_id TEXT NOT NULL UNIQUE,
  type TEXT NOT NULL,
  content TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  published_at INTEGER
) STRICT;
CREATE INDEX outbox_pending ON outbox (id) WHERE published_at IS NULL;

CREATE TABLE tenants (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  time_zone TEXT NOT NULL,
  created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE sending_domains (
  tenant TEXT NOT NULL,
  domain TEXT NOT NULL,
  validated_at INTEGER,
  created_at INTEGER NOT NULL,
  PRIMARY KEY (tenant, domain)
) STRICT, WITHOUT ROWID;
-- A validated domain belongs to one tenant.
CREATE UNIQUE INDEX sending_domains_validated ON sending_domains (domain) WHERE validated_at IS NOT NULL;

-- hash: SHA-256 of the key.
CREATE TABLE api_keys (
  id TEXT PRIMARY KEY,
  hash BLOB NOT NULL UNIQUE,
  tenant TEXT NOT NULL,
  name TEXT NOT NULL,
  scopes TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  expires_at INTEGER,
  last_used_at INTEGER,
  revoked_at INTEGER
) STRICT;
CREATE INDEX api_keys_by_tenant ON api_keys (tenant, created_at);

-- Written by the readiness check to see that writing works.
CREATE TABLE probe (id INTEGER PRIMARY KEY, at INTEGER NOT NULL) STRICT;
