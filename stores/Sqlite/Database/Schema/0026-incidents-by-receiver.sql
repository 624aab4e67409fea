-- Whether others have the same trouble at a receiver.
CREATE INDEX incidents_by_receiver ON incidents (provider, kind, closed_at);
