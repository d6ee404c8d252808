-- What has ended is found by when it ended. What has no end of its own (tokens until they are revoked) is found apart
-- from the rest, so that the indexes of it cost nothing where tokens end by themselves.
DROP INDEX access_tokens_by_end;
DROP INDEX refresh_tokens_by_end;
CREATE INDEX access_tokens_by_end ON access_tokens (expires_at) WHERE expires_at IS NOT NULL;
CREATE INDEX refresh_tokens_by_end ON refresh_tokens (expires_at) WHERE expires_at IS NOT NULL;
CREATE INDEX revoked_families_by_age ON revoked_families (revoked_at);
CREATE INDEX refresh_tokens_by_family ON refresh_tokens (family_id);
CREATE INDEX refresh_tokens_endless ON refresh_tokens (digest) WHERE expires_at IS NULL;
CREATE INDEX access_tokens_endless ON access_tokens (digest) WHERE expires_at IS NULL;
CREATE INDEX access_tokens_endless_by_family ON access_tokens (family_id) WHERE expires_at IS NULL;
CREATE INDEX access_tokens_endless_revoked ON access_tokens (revoked_at) WHERE expires_at IS NULL AND revoked_at IS NOT NULL;
CREATE INDEX grants_revoked ON grants (revoked_at) WHERE revoked_at IS NOT NULL;
CREATE INDEX grants_by_end ON grants (expires_at) WHERE revoked_at IS NULL AND expires_at IS NOT NULL;
CREATE INDEX client_secrets_by_end ON client_secrets (expires_at) WHERE expires_at IS NOT NULL;
CREATE INDEX private_app_tokens_revoked ON private_app_tokens (revoked_at) WHERE revoked_at IS NOT NULL;
CREATE INDEX private_app_tokens_by_end ON private_app_tokens (expires_at) WHERE expires_at IS NOT NULL;
CREATE INDEX clients_by_logo ON clients (logo_id) WHERE logo_id IS NOT NULL;
CREATE INDEX private_apps_by_logo ON private_apps (logo_id) WHERE logo_id IS NOT NULL;

-- Where the table of failed guesses is full, those that count least go first.
CREATE INDEX throttles_by_weight ON throttles (failures, last_at);
