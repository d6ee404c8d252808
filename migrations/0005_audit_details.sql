-- What an event changed, in words without a secret; and what happens often is one row an hour that counts.
ALTER TABLE audit_events ADD COLUMN detail TEXT NOT NULL DEFAULT '';
ALTER TABLE audit_events ADD COLUMN series TEXT;
ALTER TABLE audit_events ADD COLUMN times BIGINT NOT NULL DEFAULT 1;
CREATE UNIQUE INDEX audit_events_series ON audit_events (series);
