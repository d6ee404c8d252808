-- How many edits made a row what it is, and the number of the edit that last changed each field.
ALTER TABLE clients ADD COLUMN version BIGINT NOT NULL DEFAULT 1;
ALTER TABLE clients ADD COLUMN edits TEXT NOT NULL DEFAULT '';
ALTER TABLE private_apps ADD COLUMN version BIGINT NOT NULL DEFAULT 1;
ALTER TABLE private_apps ADD COLUMN edits TEXT NOT NULL DEFAULT '';
ALTER TABLE modules ADD COLUMN version BIGINT NOT NULL DEFAULT 1;
ALTER TABLE modules ADD COLUMN edits TEXT NOT NULL DEFAULT '';
