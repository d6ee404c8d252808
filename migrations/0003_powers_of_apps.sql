-- What a person decided last, in place of when the connection began.
ALTER TABLE grants ADD COLUMN consented_at BIGINT;

-- When an app last got a redirect URI that it did not have: what people allowed before does not count for it.
ALTER TABLE clients ADD COLUMN redirected_at BIGINT;

-- Who disabled an app and as what; and an operator's stop, which is a fact of its own.
ALTER TABLE clients ADD COLUMN disabled_by TEXT;
ALTER TABLE clients ADD COLUMN disabled_role TEXT;
ALTER TABLE clients ADD COLUMN stopped_at BIGINT;
ALTER TABLE clients ADD COLUMN stopped_by TEXT;
ALTER TABLE clients ADD COLUMN stop_reason TEXT;
