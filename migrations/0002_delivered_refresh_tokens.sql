-- A refresh token has reached its client once the access token that came with it was presented anywhere. This must be
-- known for longer than that access token is kept.
ALTER TABLE access_tokens ADD COLUMN refresh_digest TEXT;
ALTER TABLE refresh_tokens ADD COLUMN delivered_at BIGINT;
