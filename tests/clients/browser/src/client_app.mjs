// An app of somebody else: it sends people to /authorize and takes what comes back.

import { execFile } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import http from "node:http";
import https from "node:https";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";

/** What the https page of the app redirects to: the app that is installed on the computer. */
export const INSTALLED = "com.example.desk:/signed-in";

export class ClientApp {
  /** What came back, the newest last: { method, parameters }. */
  arrivals = [];
  #plain;
  #secure;

  static async open() {
    const app = new ClientApp();
    const answer = (request, response) => app.#answer(request, response);
    app.#plain = await listening(http.createServer(answer));
    app.#secure = await listening(https.createServer(await certificate(), answer));
    app.origin = `http://127.0.0.1:${app.#plain.address().port}`;
    app.secureOrigin = `https://127.0.0.1:${app.#secure.address().port}`;
    app.redirectUri = `${app.origin}/callback`;
    return app;
  }

  /** The client ID that the server gave out, and the secret, if there is one. */
  register(server, { clientId, clientSecret = null }) {
    Object.assign(this, { server, clientId, clientSecret });
  }

  /** A new authorization request: its address, state and verifier. */
  request(more = {}) {
    const state = `state ${randomBytes(9).toString("base64url")} & "quotes" é`;
    const verifier = randomBytes(32).toString("base64url");
    const url = new URL(`${this.server.issuer}/authorize`);
    const parameters = {
      response_type: "code",
      client_id: this.clientId,
      redirect_uri: this.redirectUri,
      state,
      code_challenge: createHash("sha256").update(verifier).digest("base64url"),
      code_challenge_method: "S256",
      ...more,
    };
    for (const [name, value] of Object.entries(parameters)) {
      if (value !== null) url.searchParams.set(name, value);
    }
    return { url: url.href, state, verifier, redirectUri: url.searchParams.get("redirect_uri") };
  }

  get latest() {
    return this.arrivals.at(-1)?.parameters ?? {};
  }

  /** POST /token, with Basic authentication if there is a secret. */
  async token(parameters) {
    return this.post("/token", parameters);
  }

  async exchange(code, { verifier, redirectUri }) {
    return this.token({ grant_type: "authorization_code", code, code_verifier: verifier, redirect_uri: redirectUri });
  }

  async revoke(token) {
    return this.post("/revoke", { token });
  }

  async close() {
    for (const server of [this.#plain, this.#secure]) {
      server.closeAllConnections();
      server.close();
    }
  }

  async post(where, parameters) {
    const basic = Buffer.from(`${this.clientId}:${this.clientSecret}`).toString("base64");
    const proof = this.clientSecret ? { headers: { authorization: `Basic ${basic}` } } : {};
    const fields = this.clientSecret ? parameters : { client_id: this.clientId, ...parameters };
    const response = await fetch(`${this.server.issuer}${where}`, { method: "POST", body: new URLSearchParams(fields), ...proof });
    return { status: response.status, ...(await response.json()) };
  }

  async #answer(request, response) {
    const url = new URL(request.url, this.origin);
    const page = (title, body = "") => {
      response.setHeader("content-type", "text/html; charset=utf-8");
      response.end(`<!doctype html><html lang="en"><link rel="icon" href="data:,"><title>${title}</title><h1>${title}</h1>${body}`);
    };
    if (url.pathname === "/callback") {
      const parameters = request.method === "POST" ? await form(request) : url.searchParams;
      this.arrivals.push({ method: request.method, parameters: Object.fromEntries(parameters), referer: request.headers.referer });
      return page("Back in the app");
    }
    if (url.pathname === "/bounce") {
      this.arrivals.push({ method: request.method, parameters: Object.fromEntries(url.searchParams) });
      return response.writeHead(302, { location: `${INSTALLED}${url.search}` }).end();
    }
    if (url.pathname === "/connect") {
      const { origin, pathname, searchParams } = new URL(this.posting);
      const fields = [...searchParams].map(([name, value]) => `<input type="hidden" name="${name}" value="${escaped(value)}">`);
      return page("Some app", `<form method="post" action="${origin}${pathname}">${fields.join("")}<button>Connect</button></form>`);
    }
    if (url.pathname === "/frame") {
      return page("A frame", `<iframe src="${this.framed.replaceAll("&", "&amp;")}"></iframe>`);
    }
    return page("Some app", this.link ? `<a href="${this.link.replaceAll("&", "&amp;")}">Connect</a>` : "");
  }
}

/** What /api/me says of a token. */
export async function me(server, token) {
  const response = await fetch(`${server.issuer}/api/me`, { headers: { authorization: `Bearer ${token}` } });
  return { status: response.status, ...(await response.json()) };
}

function escaped(text) {
  return text.replaceAll("&", "&amp;").replaceAll('"', "&quot;").replaceAll("<", "&lt;");
}

async function listening(server) {
  await once(server.listen(0, "127.0.0.1"), "listening");
  return server;
}

async function form(request) {
  let body = "";
  for await (const chunk of request.setEncoding("utf8")) body += chunk;
  return new URLSearchParams(body);
}

/** A certificate that nobody signed, for a day. */
async function certificate() {
  const folder = await mkdtemp(path.join(tmpdir(), "consentry-certificate-"));
  const [key, cert] = ["key.pem", "cert.pem"].map((name) => path.join(folder, name));
  const kind = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "1"];
  const whose = ["-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"];
  await promisify(execFile)("openssl", ["req", "-x509", ...kind, ...whose, "-keyout", key, "-out", cert]);
  const pair = { key: await readFile(key), cert: await readFile(cert) };
  await rm(folder, { recursive: true });
  return pair;
}
