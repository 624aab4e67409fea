-- Complaints beside the four indicators. What was counted before is counted again by `verify --repair`.
ALTER TABLE rollups ADD COLUMN complaints INTEGER NOT NULL DEFAULT 0;
ALTER TABLE provider_rollups ADD COLUMN complaints INTEGER NOT NULL DEFAULT 0;
ALTER TABLE erased_deliveries ADD COLUMN complained INTEGER NOT NULL DEFAULT 0;
