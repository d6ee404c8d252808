-- What a person knows one of their sessions by: where it was opened from, and with which program.
ALTER TABLE sessions ADD COLUMN address TEXT;
ALTER TABLE sessions ADD COLUMN agent TEXT;
