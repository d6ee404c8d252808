-- An app through which a person acted stands beside the person.
ALTER TABLE audit_events ADD COLUMN through TEXT;
UPDATE audit_events SET through = SUBSTR(actor, 36), actor = SUBSTR(actor, 1, 30) WHERE actor LIKE 'usr_% via %';

-- What an edit changed: a JSON list of fields, each with what it was and what it is.
ALTER TABLE audit_events ADD COLUMN changes TEXT;

-- The log is read a page at a time, newest first: whole, or what somebody did, of one kind, or to one thing.
DROP INDEX audit_events_by_organization;
CREATE INDEX audit_events_by_organization ON audit_events (organization_id, id);
CREATE INDEX audit_events_by_actor ON audit_events (organization_id, actor, id);
CREATE INDEX audit_events_by_action ON audit_events (organization_id, action, id);
CREATE INDEX audit_events_by_object ON audit_events (organization_id, object, id);

-- Each organization's events form a chain, soon after they were written: the hash of each rests on the one before.
ALTER TABLE audit_events ADD COLUMN position BIGINT;
ALTER TABLE audit_events ADD COLUMN hash TEXT;
CREATE INDEX audit_events_loose ON audit_events (organization_id, id) WHERE position IS NULL;
CREATE UNIQUE INDEX audit_events_chain ON audit_events (organization_id, position) WHERE position IS NOT NULL;

-- The last event of each chain.
CREATE TABLE audit_heads (
    organization_id TEXT PRIMARY KEY,
    position BIGINT NOT NULL,
    hash TEXT NOT NULL
);
