// The steps a scripted answer is made of, and how each of them goes over the wire.
import { setTimeout as sleep } from 'node:timers/promises';

export const reasoning = (text) => async (wire) => wire.delta({ reasoning_content: text });

// A place where the answer waits: `reached` resolves when it has come there, `release` lets it go on.
export function gate() {
  const reached = Promise.withResolvers?.() ?? withResolvers();
  const open = Promise.withResolvers?.() ?? withResolvers();
  const step = async () => {
    reached.resolve();
    await open.promise;
  };
  return Object.assign(step, { reached: reached.promise, release: open.resolve });
}

// Ends the answer with an error inside the stream, as vLLM and others do.
export const error = (message) => async (wire) => {
  wire.send({ error: { message, type: 'server_error', code: 500 } });
  wire.end();
};

// Breaks the connection in the middle of the stream.
export const cut = () => async (wire) => {
  await sleep(50);
  wire.destroy();
};

// Refuses the request: no stream at all.
export const refuse = (status, message, headers = {}) => async (wire) => wire.refuse(status, message, headers);

export async function play(steps, body, response) {
  const wire = body.stream ? new StreamedAnswer(body, response) : new WholeAnswer(body, response);
  for (const step of steps) {
    if (response.closed || response.writableEnded) return;
    await (typeof step === 'string' ? wire.delta({ content: step }) : step(wire));
  }
  if (!response.closed && !response.writableEnded) wire.finish();
}

class StreamedAnswer {
  #model;
  #usage;
  #response;

  constructor({ model, stream_options }, response) {
    this.#model = model;
    this.#usage = stream_options?.include_usage;
    this.#response = response;
  }

  delta(delta, finish_reason = null) {
    this.#chunk([{ index: 0, delta, finish_reason }]);
  }

  finish() {
    this.delta({}, 'stop');
    if (this.#usage) this.#chunk([], { prompt_tokens: 12, completion_tokens: 34, total_tokens: 46 });
    this.#response.end('data: [DONE]\n\n');
  }

  send(data) {
    if (!this.#response.headersSent) this.#response.writeHead(200, { 'content-type': 'text/event-stream' });
    this.#response.write(`data: ${JSON.stringify(data)}\n\n`);
  }

  end() {
    this.#response.end();
  }

  destroy() {
    this.#response.destroy();
  }

  refuse(status, message, headers) {
    refuseWith(this.#response, status, message, headers);
  }

  #chunk(choices, usage) {
    this.send({ id: 'chatcmpl-1', object: 'chat.completion.chunk', created: 0, model: this.#model, choices, usage });
  }
}

class WholeAnswer {
  #content = '';
  #model;
  #response;

  constructor({ model }, response) {
    this.#model = model;
    this.#response = response;
  }

  delta({ content = '' }) {
    this.#content += content;
  }

  finish() {
    const choices = [{ index: 0, message: { role: 'assistant', content: this.#content }, finish_reason: 'stop' }];
    const usage = { prompt_tokens: 12, completion_tokens: 34, total_tokens: 46 };
    const body = { id: 'chatcmpl-1', object: 'chat.completion', created: 0, model: this.#model, choices, usage };
    this.#response.setHeader('content-type', 'application/json').end(JSON.stringify(body));
  }

  send({ error }) {
    refuseWith(this.#response, 500, error.message, {});
  }

  end() {}

  destroy() {
    this.#response.destroy();
  }

  refuse(status, message, headers) {
    refuseWith(this.#response, status, message, headers);
  }
}

function refuseWith(response, status, message, headers) {
  const error = { message, type: 'invalid_request_error', param: null, code: null };
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify({ error }));
}

// Node 20 does not have Promise.withResolvers yet.
function withResolvers() {
  let resolve;
  const promise = new Promise((done) => {
    resolve = done;
  });
  return { promise, resolve };
}
