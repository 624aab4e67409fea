-- Times are microseconds of Unix time. domain and mailbox are '' for the whole tenant, mailbox is '' for the whole domain. span: 1 billing month, 2 day.
CREATE TABLE quota_settings (
  tenant TEXT PRIMARY KEY,
  anchor_day INTEGER NOT NULL,
  time_zone TEXT,
  thresholds TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- generation: when the limit was set or last raised. Its thresholds are told once for each generation and period.
CREATE TABLE quota_limits (
  tenant TEXT NOT NULL,
  domain TEXT NOT NULL,
  mailbox TEXT NOT NULL,
  span INTEGER NOT NULL,
  recipients INTEGER NOT NULL,
  temporary INTEGER NOT NULL,
  generation INTEGER NOT NULL,
  PRIMARY KEY (tenant, domain, mailbox, span)
) STRICT, WITHOUT ROWID;

-- used = sum of the scope's rollups from start to ends. reserved = sum of what remains of the scope's reservations taken from start to ends.
-- A row exists for the tenant's month always and for what has a limit; one that is missing, or was cut by another calendar, is summed anew.
-- blocked: 1 while people have been told that mail is blocked and not yet that it flows again; episode counts how often that ended.
CREATE TABLE quota_counters (
  tenant TEXT NOT NULL,
  domain TEXT NOT NULL,
  mailbox TEXT NOT NULL,
  span INTEGER NOT NULL,
  start INTEGER NOT NULL,
  ends INTEGER NOT NULL,
  calendar TEXT NOT NULL,
  used INTEGER NOT NULL,
  reserved INTEGER NOT NULL,
  recipients_limit INTEGER,
  blocked INTEGER NOT NULL,
  episode INTEGER NOT NULL,
  PRIMARY KEY (tenant, domain, mailbox, span, start)
) STRICT, WITHOUT ROWID;
CREATE INDEX quota_counters_blocked ON quota_counters (ends) WHERE blocked = 1;

-- One row for each notice that was given, so that none is given twice.
CREATE TABLE quota_notices (
  notice_id TEXT PRIMARY KEY,
  given_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- A row stays after remaining has come to 0, so that an MTA that asks again is recognised.
CREATE TABLE reservations (
  id INTEGER PRIMARY KEY,
  tenant TEXT NOT NULL,
  key TEXT NOT NULL,
  recipients INTEGER NOT NULL,
  remaining INTEGER NOT NULL,
  domain TEXT NOT NULL,
  mailbox TEXT NOT NULL,
  queue_id TEXT,
  host TEXT,
  taken_at INTEGER NOT NULL,
  UNIQUE (tenant, key)
) STRICT;
CREATE INDEX reservations_open ON reservations (tenant, taken_at) WHERE remaining > 0;
CREATE INDEX reservations_by_queue_id ON reservations (queue_id) WHERE remaining > 0;
CREATE INDEX reservations_by_age ON reservations (taken_at);

-- How far each host's log is known. settled_to is what was known a while ago, so that batches that overtake each other do no harm.
CREATE TABLE quota_hosts (
  tenant TEXT NOT NULL,
  host TEXT NOT NULL,
  reported_to INTEGER NOT NULL,
  settling_to INTEGER NOT NULL,
  settling_at INTEGER NOT NULL,
  settled_to INTEGER NOT NULL,
  seen_at INTEGER NOT NULL,
  PRIMARY KEY (tenant, host)
) STRICT, WITHOUT ROWID;
