"""`/verify` behind a real nginx `auth_request`, as the documentation shows it."""

from setting import child
from setting import web
from setting.nginx import Nginx

HTTP = """
  server {{
    listen 127.0.0.1:{backend};
    location / {{
      default_type text/plain;
      return 200 "$http_x_auth_kind|$http_x_auth_subject|$http_x_auth_user|$http_x_auth_scope";
    }}
  }}
  server {{
    listen 127.0.0.1:{port};
    location /contacts {{
      set $scope contacts.read;
      auth_request /auth;
      auth_request_set $kind $upstream_http_x_auth_kind;
      auth_request_set $subject $upstream_http_x_auth_subject;
      auth_request_set $user $upstream_http_x_auth_user;
      auth_request_set $scopes $upstream_http_x_auth_scope;
      auth_request_set $challenge $upstream_http_www_authenticate;
      error_page 403 = @denied;
      proxy_set_header X-Auth-Kind $kind;
      proxy_set_header X-Auth-Subject $subject;
      proxy_set_header X-Auth-User $user;
      proxy_set_header X-Auth-Scope $scopes;
      proxy_set_header Authorization "";
      proxy_pass http://127.0.0.1:{backend};
    }}
    location @denied {{
      add_header WWW-Authenticate $challenge always;
      return 403;
    }}
    location = /auth {{
      internal;
      proxy_pass {issuer}/verify;
      proxy_pass_request_body off;
      proxy_set_header Content-Length "";
      proxy_set_header X-Required-Scope $scope;
      proxy_set_header X-Original-Method $request_method;
      proxy_set_header X-Original-URI $request_uri;
      proxy_set_header X-Forwarded-For $remote_addr;
    }}
  }}
"""


def forward_auth(server):
    reader = server.api.create_private_app("Reader", ["contacts.read"])
    stranger = server.api.create_private_app("Deals only", ["deals.read"])
    port, backend = child.free_port(), child.free_port()
    http = HTTP.format(port=port, backend=backend, issuer=server.issuer)
    with Nginx(server.folder / "forward-auth", port, http):
        url = f"http://127.0.0.1:{port}/contacts/7?page=2"
        forged = {"X-Auth-User": "usr_forged"}
        told = web.get(url, headers={**web.bearer(reader), **forged}).expect(200, "a good token").text
        kind, subject, user, scope = told.split("|")
        assert (kind, user, scope) == ("private_app", "", "contacts.read") and subject, told

        nobody = web.get(url).expect(401, "no token").headers["WWW-Authenticate"]
        assert nobody and nobody.startswith("Bearer"), nobody
        dead = web.get(url, headers=web.bearer(reader[:-1])).expect(401, "a cut token")
        assert 'error="invalid_token"' in dead.headers["WWW-Authenticate"], dead.headers
        denied = web.get(url, headers=web.bearer(stranger)).expect(403, "a token without the scope")
        challenge = denied.headers["WWW-Authenticate"]
        assert 'error="insufficient_scope"' in challenge and "contacts.read" in challenge, challenge
        post = web.post(url, {"a": "b"}, headers=web.bearer(reader))
        post.expect(200, "a good token with a body")
    return "200 with X-Auth-*, 401 and 403 with the exact challenge"
