-- Members are listed a page at a time, by key.
DROP INDEX memberships_by_organization;
CREATE INDEX memberships_by_organization ON memberships (organization_id, user_id);
-- When the member used the organization's console last, give or take minutes.
ALTER TABLE memberships ADD COLUMN seen_at BIGINT;

-- Two may change an organization at once, too.
ALTER TABLE organizations ADD COLUMN version BIGINT NOT NULL DEFAULT 1;
ALTER TABLE organizations ADD COLUMN edits TEXT NOT NULL DEFAULT '';

-- People are found by the beginnings of the words of their name and address.
INSERT INTO search_terms (list, term, object)
    WITH RECURSIVE letters (object, term, rest) AS (
        SELECT id, '', LOWER(name || ' ' || email) FROM users
        UNION ALL
        SELECT object,
            CASE WHEN SUBSTR(rest, 1, 1) IN (' ', '-', '_', '.', ',', ':', '/', '&', '+', '(', ')', '@') THEN ''
            ELSE term || SUBSTR(rest, 1, 1) END,
            SUBSTR(rest, 2)
        FROM letters WHERE rest <> ''
    )
    SELECT 'people', term, object FROM letters WHERE term <> '' AND LENGTH(term) <= 16
    UNION SELECT 'people', id, id FROM users;

-- Links by which somebody becomes a member, once. The digest stands for the link; an address has one at a time.
CREATE TABLE invitations (
    id TEXT PRIMARY KEY,
    organization_id TEXT NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    email TEXT NOT NULL,
    role TEXT NOT NULL,
    digest TEXT NOT NULL UNIQUE,
    invited_by TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    UNIQUE (organization_id, email)
);
CREATE INDEX invitations_by_inviter ON invitations (invited_by);
CREATE INDEX invitations_by_end ON invitations (expires_at);

-- Who made a secret has seen it, also after they left.
ALTER TABLE client_secrets ADD COLUMN created_by TEXT;
ALTER TABLE private_app_tokens ADD COLUMN created_by TEXT;
UPDATE client_secrets SET created_by =
    (SELECT c.created_by FROM clients c WHERE c.id = client_secrets.client_id AND c.created_at = client_secrets.created_at);
UPDATE private_app_tokens SET created_by =
    (SELECT p.created_by FROM private_apps p WHERE p.id = private_app_tokens.private_app_id AND p.created_at = private_app_tokens.created_at);
CREATE INDEX makers ON audit_events (object, actor) WHERE action = 'secret.create' OR action = 'private_app_token.create';
UPDATE client_secrets SET created_by = (SELECT MAX(e.actor) FROM audit_events e
    WHERE e.object = client_secrets.id AND (e.action = 'secret.create' OR e.action = 'private_app_token.create'))
    WHERE created_by IS NULL;
UPDATE private_app_tokens SET created_by = (SELECT MAX(e.actor) FROM audit_events e
    WHERE e.object = private_app_tokens.id AND (e.action = 'secret.create' OR e.action = 'private_app_token.create'))
    WHERE created_by IS NULL;
DROP INDEX makers;
