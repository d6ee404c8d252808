-- Lists are read a page at a time, by key: each of these hands out the page in order, from wherever it begins.
DROP INDEX clients_by_organization;
CREATE INDEX clients_by_organization ON clients (organization_id, id);
CREATE INDEX clients_by_organization_and_state ON clients (organization_id, (CASE WHEN stopped_at IS NOT NULL THEN 'stopped' WHEN disabled_at IS NOT NULL THEN 'disabled' ELSE 'enabled' END), id);
CREATE INDEX clients_by_state ON clients ((CASE WHEN stopped_at IS NOT NULL THEN 'stopped' WHEN disabled_at IS NOT NULL THEN 'disabled' ELSE 'enabled' END), id);
DROP INDEX private_apps_by_organization;
CREATE INDEX private_apps_by_organization ON private_apps (organization_id, id);
CREATE INDEX grants_by_user ON grants (user_id, id) WHERE revoked_at IS NULL;

-- What an app's page tells of its grants: how many live, and when one was used last.
CREATE INDEX grants_living ON grants (client_id, expires_at) WHERE revoked_at IS NULL;
DROP INDEX grants_by_client;
CREATE INDEX grants_by_use ON grants (client_id, last_used_at);

-- By what an object is found in a list: every beginning of every word, so that a search is one equality, whatever the
-- collation, and its page comes in order out of the key.
CREATE TABLE search_terms (
    list TEXT NOT NULL,
    term TEXT NOT NULL,
    object TEXT NOT NULL,
    PRIMARY KEY (list, term, object)
);
CREATE INDEX search_terms_by_object ON search_terms (object);

INSERT INTO search_terms (list, term, object)
    WITH RECURSIVE names (list, object, name) AS (
        SELECT 'apps', c.id, c.name || ' ' || o.name FROM clients c JOIN organizations o ON o.id = c.organization_id
        UNION ALL SELECT 'apps/' || organization_id, id, name FROM clients
        UNION ALL SELECT 'publishers', id, name FROM organizations
        UNION ALL SELECT 'private_apps/' || organization_id, id, name FROM private_apps
    ), letters (list, object, term, rest) AS (
        SELECT list, object, '', LOWER(name) FROM names
        UNION ALL
        SELECT list, object,
            CASE WHEN SUBSTR(rest, 1, 1) IN (' ', '-', '_', '.', ',', ':', '/', '&', '+', '(', ')') THEN ''
            ELSE term || SUBSTR(rest, 1, 1) END,
            SUBSTR(rest, 2)
        FROM letters WHERE rest <> ''
    )
    SELECT list, term, object FROM letters WHERE term <> '' AND LENGTH(term) <= 16
    UNION SELECT 'apps', id, id FROM clients
    UNION SELECT 'apps', organization_id, id FROM clients
    UNION SELECT 'publishers', id, id FROM organizations
    UNION SELECT 'apps/' || organization_id, id, id FROM clients
    UNION SELECT 'private_apps/' || organization_id, id, id FROM private_apps;
