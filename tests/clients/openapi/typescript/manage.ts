// The management flow with the types that openapi-typescript made: register an app, change it, rotate its secret, and
// delete it.
import assert from "node:assert/strict";
import createClient from "openapi-fetch";
import type { paths } from "./schema.js";

const { ISSUER, TOKEN } = process.env;
assert(ISSUER && TOKEN);
const api = createClient<paths>({ baseUrl: ISSUER, headers: { Authorization: `Bearer ${TOKEN}` } });

const me = await api.GET("/api/me");
assert.equal(me.response.status, 200);

const created = await api.POST("/api/apps", {
  body: {
    name: "From the generated client",
    redirect_uris: ["https://client.example/callback"],
    scopes: ["contacts.read"],
  },
});
assert.equal(created.response.status, 201);
assert(created.data);
const id = created.data.app.id;

const changed = await api.PATCH("/api/apps/{id}", { params: { path: { id } }, body: { name: "Renamed" } });
assert.equal(changed.data?.name, "Renamed");

const secret = await api.POST("/api/apps/{id}/secrets", { params: { path: { id } } });
assert.equal(secret.response.status, 201);

const gone = await api.DELETE("/api/apps/{id}", { params: { path: { id } } });
assert.equal(gone.response.status, 204);
const missing = await api.GET("/api/apps/{id}", { params: { path: { id } } });
assert.equal(missing.response.status, 404);
assert.equal(missing.error?.status, 404);
console.log("the generated TypeScript client registered, changed and deleted an app");
