// The server under test: the real program, in an empty folder, on a free port.

import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import net from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";

import { check } from "./tell.mjs";

const READY_WITHIN = 30_000;

/** A port that was free a moment ago. */
export async function freePort() {
  const probe = net.createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const { port } = probe.address();
  probe.close();
  await once(probe, "close");
  return port;
}

export class Server {
  #program;
  #folder;
  #child;
  #flags;
  output = "";

  /** `below`: the path of the issuer. */
  static async start(program, below = "") {
    const server = new Server();
    const listen = `127.0.0.1:${await freePort()}`;
    server.origin = `http://${listen}`;
    server.issuer = `${server.origin}${below}`;
    server.#program = program;
    server.#folder = await mkdtemp(path.join(tmpdir(), "consentry-browser-"));
    server.#flags = ["--listen", listen, "--issuer", server.issuer, "--data", path.join(server.#folder, "data")];
    server.#child = spawn(program, ["serve", ...server.#flags], { cwd: server.#folder, env: bare() });
    for (const stream of [server.#child.stdout, server.#child.stderr]) {
      stream.setEncoding("utf8").on("data", (text) => { server.output += text; });
    }
    await server.#ready();
    return server;
  }

  /** The link for the first owner, as it was printed. */
  get setupLink() {
    return this.output.match(/http:\S+\/setup\?token=\S+/)?.[0];
  }

  /** `consentry user add` beside the running server; the generated password, if there is one. */
  async addUser({ email, name, organization, role }) {
    const add = ["user", "add", "--email", email, "--name", name, "--organization", organization, "--role", role];
    const { stdout } = await promisify(execFile)(this.#program, [...add, ...this.#flags], { cwd: this.#folder, env: bare() });
    return stdout.match(/shown this once: (\S+)/)?.[1];
  }

  /** Makes a moment of every session be so many seconds earlier, as if people had waited. */
  async age(moment, seconds) {
    const program = "import sqlite3, sys; d = sqlite3.connect(sys.argv[1], timeout=10); d.execute(sys.argv[2]); d.commit()";
    const database = path.join(this.#folder, "data", "consentry.sqlite3");
    const sql = `UPDATE sessions SET ${moment} = ${moment} - ${seconds * 1000}`;
    await promisify(execFile)("python3", ["-c", program, database, sql]);
  }

  /** Nothing in its log is an error. */
  assertSound() {
    const errors = this.output.split("\n").filter((line) => /ERROR|panicked/.test(line));
    check(errors.length === 0, "the server logs no error", errors.join("\n"));
  }

  async stop() {
    if (this.#child.exitCode === null) {
      const ended = once(this.#child, "exit");
      this.#child.kill("SIGTERM");
      const patience = setTimeout(() => this.#child.kill("SIGKILL"), 10_000);
      await ended;
      clearTimeout(patience);
    }
    await rm(this.#folder, { recursive: true, force: true });
  }

  async #ready() {
    const end = Date.now() + READY_WITHIN;
    while (Date.now() < end && this.#child.exitCode === null) {
      const answer = await fetch(`${this.origin}/health/ready`).catch(() => null);
      if (answer?.ok) return;
      await new Promise((wake) => setTimeout(wake, 100));
    }
    throw new Error(`the server did not become ready:\n${this.output}`);
  }
}

/** The environment without settings of ours that a developer may have. */
function bare() {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("CONSENTRY_")));
}
