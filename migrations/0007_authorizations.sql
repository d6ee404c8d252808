-- What was authorized is one row, on which its code and its tokens rest: they end with it, born or not. It takes the
-- place of the table of ended families, and of what codes and tokens repeated.
CREATE TABLE authorizations (
    id TEXT PRIMARY KEY,
    client_id TEXT NOT NULL,
    organization_id TEXT NOT NULL,
    user_id TEXT,
    grant_id TEXT,
    scopes TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    look_at BIGINT NOT NULL,
    revoked_at BIGINT,
    reason TEXT
);

INSERT INTO authorizations (id, client_id, organization_id, user_id, grant_id, scopes, created_at, look_at)
    SELECT 'aut_' || SUBSTR(family_id, 5), client_id, organization_id, user_id, grant_id, scopes, created_at, expires_at
    FROM authorization_codes;
INSERT INTO authorizations (id, client_id, organization_id, user_id, grant_id, scopes, created_at, look_at)
    SELECT 'aut_' || SUBSTR(family_id, 5), MIN(client_id), MIN(organization_id), MIN(user_id), MIN(grant_id),
        MIN(scopes), MIN(created_at), MIN(created_at)
    FROM refresh_tokens WHERE TRUE GROUP BY family_id ON CONFLICT (id) DO NOTHING;
INSERT INTO authorizations (id, client_id, organization_id, user_id, grant_id, scopes, created_at, look_at)
    SELECT 'aut_' || SUBSTR(family_id, 5), MIN(client_id), MIN(organization_id), MIN(user_id), MIN(grant_id),
        MIN(scopes), MIN(created_at), MIN(created_at)
    FROM access_tokens WHERE family_id IS NOT NULL GROUP BY family_id ON CONFLICT (id) DO NOTHING;
UPDATE authorizations SET
    revoked_at = (SELECT f.revoked_at FROM revoked_families f WHERE f.id = 'fam_' || SUBSTR(authorizations.id, 5)),
    reason = (SELECT f.reason FROM revoked_families f WHERE f.id = 'fam_' || SUBSTR(authorizations.id, 5));
-- What a client does for itself rests on one of its own, which it has from the beginning.
INSERT INTO authorizations (id, client_id, organization_id, scopes, created_at, look_at)
    SELECT 'aut_' || SUBSTR(id, 5), id, organization_id, scopes, created_at, created_at FROM clients;
CREATE INDEX authorizations_by_look ON authorizations (look_at) WHERE revoked_at IS NULL;
CREATE INDEX authorizations_ended ON authorizations (revoked_at) WHERE revoked_at IS NOT NULL;

CREATE TABLE codes (
    digest TEXT PRIMARY KEY,
    authorization_id TEXT NOT NULL,
    redirect_uri TEXT NOT NULL,
    redirect_uri_named BOOLEAN NOT NULL,
    code_challenge TEXT,
    expires_at BIGINT NOT NULL,
    used_at BIGINT
);
INSERT INTO codes
    SELECT digest, 'aut_' || SUBSTR(family_id, 5), redirect_uri, redirect_uri_named, code_challenge, expires_at, used_at
    FROM authorization_codes;
DROP TABLE authorization_codes;
ALTER TABLE codes RENAME TO authorization_codes;
CREATE INDEX authorization_codes_by_authorization ON authorization_codes (authorization_id);

CREATE TABLE accesses (
    digest TEXT PRIMARY KEY,
    authorization_id TEXT NOT NULL,
    scopes TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT,
    first_used_at BIGINT,
    revoked_at BIGINT,
    refresh_digest TEXT
);
INSERT INTO accesses
    SELECT digest, 'aut_' || SUBSTR(COALESCE(family_id, client_id), 5), scopes, created_at, expires_at, first_used_at,
        revoked_at, refresh_digest
    FROM access_tokens;
DROP TABLE access_tokens;
ALTER TABLE accesses RENAME TO access_tokens;
CREATE INDEX access_tokens_by_end ON access_tokens (expires_at) WHERE expires_at IS NOT NULL;
CREATE INDEX access_tokens_endless ON access_tokens (authorization_id) WHERE expires_at IS NULL;
CREATE INDEX access_tokens_endless_revoked ON access_tokens (revoked_at) WHERE expires_at IS NULL AND revoked_at IS NOT NULL;

CREATE TABLE refreshes (
    digest TEXT PRIMARY KEY,
    authorization_id TEXT NOT NULL,
    scopes TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT,
    used_at BIGINT,
    successor_key TEXT,
    delivered_at BIGINT
);
INSERT INTO refreshes
    SELECT digest, 'aut_' || SUBSTR(family_id, 5), scopes, created_at, expires_at, used_at, successor_key, delivered_at
    FROM refresh_tokens;
DROP TABLE refresh_tokens;
ALTER TABLE refreshes RENAME TO refresh_tokens;
CREATE INDEX refresh_tokens_by_authorization ON refresh_tokens (authorization_id, created_at);

DROP TABLE revoked_families;
