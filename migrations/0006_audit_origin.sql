-- Where a request came from and the name it has in the log; neither, where nobody asked but a task or a command.
ALTER TABLE audit_events ADD COLUMN address TEXT;
ALTER TABLE audit_events ADD COLUMN request_id TEXT;
