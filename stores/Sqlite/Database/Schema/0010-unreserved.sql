-- unreserved: recipients used since the limit was set, less those that a reservation had been made for. What was counted before this column is not known.
ALTER TABLE quota_counters ADD COLUMN unreserved INTEGER NOT NULL DEFAULT 0;
