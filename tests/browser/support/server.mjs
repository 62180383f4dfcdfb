// A fresh `stoa serve` with a data folder of its own, started, read, killed and started again.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const binary = process.env.STOA_BINARY ?? fileURLToPath(new URL('../../../target/debug/stoa', import.meta.url));
const patience = 20_000;

export class Server {
  #child;
  #env;
  #dir;
  #port;

  // All that the server has printed, over all its starts.
  log = '';

  static async start(env, config = '') {
    const server = new Server();
    server.#env = env;
    server.#dir = await mkdtemp(join(tmpdir(), 'stoa-browser-'));
    await writeFile(join(server.#dir, 'stoa.toml'), config);
    server.#port = await freePort();
    await server.launch();
    return server;
  }

  get url() {
    return `http://127.0.0.1:${this.#port}`;
  }

  async launch() {
    this.#child = spawn(binary, ['serve'], {
      // The folder of the test, where its own stoa.toml is.
      cwd: this.#dir,
      env: {
        PATH: process.env.PATH,
        HOME: this.#dir,
        STOA_DATA_DIR: this.#dir,
        STOA_LISTEN: `127.0.0.1:${this.#port}`,
        ...this.#env,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream.setEncoding('utf8').on('data', (text) => {
        this.log += text;
      });
    }
    await this.#until('ready', async () => (await fetch(`${this.url}/readyz`)).ok);
  }

  // Where it keeps what it is told.
  get database() {
    return join(this.#dir, 'stoa.db');
  }

  // The path and query of the last one-time link that makes the first account.
  async setupPath() {
    let found;
    await this.#until('a setup link', async () => {
      found = [...this.log.matchAll(/\/setup\?code=[\w-]+/g)].at(-1)?.[0];
      return found;
    });
    return found;
  }

  async kill(signal = 'SIGKILL') {
    const { exitCode, signalCode } = this.#child;
    if (exitCode !== null || signalCode !== null) return;
    this.#child.kill(signal);
    await once(this.#child, 'exit');
  }

  async stop() {
    await this.kill();
    await rm(this.#dir, { recursive: true, force: true });
  }

  async #until(what, isTrue) {
    const deadline = Date.now() + patience;
    while (!(await isTrue().catch(() => false))) {
      if (this.#child.exitCode !== null || Date.now() > deadline) {
        throw new Error(`the server did not give ${what}; it said:\n${this.log}`);
      }
      await sleep(20);
    }
  }
}

async function freePort() {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address();
  probe.close();
  await once(probe, 'close');
  return port;
}
