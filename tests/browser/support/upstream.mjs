// A scripted OpenAI-compatible server: it answers each question with the steps a test wrote for it.
import { once } from 'node:events';
import { createServer } from 'node:http';
import { play } from './script.mjs';

export const models = ['scripted-1', 'scripted-2'];

// What everything gets that no test wrote a script for, the requests for a session's title among them.
const otherwise = ['A scripted answer.'];

// The question under which a test scripts the rest of an answer that broke off.
export const theRest = 'the rest of the last answer';
// That under which it scripts a summary of what no longer fits.
export const theSummary = 'a summary of what was said before';

export class Upstream {
  #scripts = new Map();
  #playing = new Map();
  #server = createServer((request, response) => this.#serve(request, response));

  // The chat requests so far, as parsed bodies.
  requests = [];

  static async start() {
    const upstream = new Upstream();
    upstream.#server.listen(0, '127.0.0.1');
    await once(upstream.#server, 'listening');
    return upstream;
  }

  get url() {
    return `http://127.0.0.1:${this.#server.address().port}/v1`;
  }

  // Answers the next request whose last message is `question` with `steps`, and with `always` all such requests.
  // A request that only contains the question, as one for a title may, is not meant.
  script(question, steps, { always = false } = {}) {
    const queue = this.#scripts.get(question) ?? [];
    this.#scripts.set(question, [...queue, { steps, always }]);
  }

  // Resolves when the client hung up on the answer to `question` before it was complete.
  async hungUp(question) {
    const response = this.#playing.get(question);
    if (!response) throw new Error(`nobody asked "${question}"`);
    if (!response.closed) await once(response, 'close');
    return !response.writableFinished;
  }

  async stop() {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  async #serve(request, response) {
    if (request.method === 'GET' && request.url === '/v1/models') {
      const data = models.map((id) => ({ id, object: 'model', created: 0, owned_by: 'stoa' }));
      return response.setHeader('content-type', 'application/json').end(JSON.stringify({ object: 'list', data }));
    }
    if (request.method !== 'POST' || request.url !== '/v1/chat/completions') return response.writeHead(404).end();
    const body = JSON.parse(Buffer.concat(await request.toArray()).toString());
    this.requests.push(body);
    const asked = body.messages.at(-1).content;
    const asides = { 'Your last message was cut off.': theRest, 'Below is a conversation between a user and you.': theSummary };
    const question = Object.entries(asides).find(([beginning]) => asked.startsWith(beginning))?.[1] ?? asked;
    const known = this.#scripts.has(question);
    if (known) this.#playing.set(question, response);
    await play(known ? this.#next(question) : otherwise, body, response);
  }

  #next(question) {
    const queue = this.#scripts.get(question);
    const { steps } = queue[0].always ? queue[0] : queue.shift();
    if (queue.length === 0) this.#scripts.delete(question);
    return steps;
  }
}
