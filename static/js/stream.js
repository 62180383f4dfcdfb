// Follows the answer being made: blocks as they are finished, announced sentence by sentence. Without this the page reloads.

import { dress, renew } from "./app.js";

const turns = document.getElementById("turns");
const live = document.getElementById("live");
const jump = document.querySelector("[data-jump]");
const composer = document.querySelector("[data-composer]");
const source = new EventSource(turns.dataset.stream);

let following = nearEnd();
let spoken = 0;
const answered = turns.querySelector("[data-open]")?.id;
// Each time the stream is opened it tells everything from the beginning.
let opened = true;
source.addEventListener("open", () => (opened = true));

function nearEnd() {
  const root = document.documentElement;
  return root.scrollHeight - root.clientHeight - root.scrollTop < 96;
}

function follow() {
  if (following) scrollTo({ top: document.documentElement.scrollHeight, behavior: "instant" });
  if (jump) jump.hidden = following;
}

const turnOf = (id) => document.getElementById(`m-${id}`);

/** Says whole sentences only: what ends in a full stop of any script, or in a line's end. */
function announce(prose) {
  const text = prose.innerText;
  const end = Math.max(...[...text.matchAll(/[.!?](?=\s)|[。！？；\n]/g)].map((match) => match.index + 1), 0);
  if (end <= spoken) return;
  const sentence = document.createElement("span");
  sentence.textContent = text.slice(spoken, end).trim();
  live.replaceChildren(sentence);
  spoken = end;
}

let waiting = 0;
const soon = (prose) => { waiting ||= setTimeout(() => { waiting = 0; announce(prose); }, 1500); };

function busyWith(words) {
  const status = turns.querySelector("[data-open] [data-status]");
  if (status) status.textContent = words(status);
}

/** A step of a research takes the place of what was told of it before; one that is finished is announced. */
function put(seq, { key, place, html, status, title }) {
  const timeline = turns.querySelector("[data-open] [data-timeline]");
  if (!timeline || seq <= Number(timeline.dataset.seen)) return;
  timeline.dataset.seen = seq;
  const made = Object.assign(document.createElement("template"), { innerHTML: html }).content.firstElementChild;
  const known = timeline.querySelector(`[data-step="${CSS.escape(key)}"]`);
  const list = timeline.querySelector(`[data-steps="${place}"]`);
  if (known) known.replaceWith(made);
  else if (list) list.append(made);
  // It has begun on a question that the page does not show yet.
  else again("plan", () => renew(`[id="${answered}"]`));
  if (status === "done") live.textContent = [title, made.querySelector("small")?.textContent].filter(Boolean).join(" · ");
}

/** Parts of the page that have changed are asked for again, at most so often. */
const due = {};
let planned;
function again(part, ask, after = 300) {
  due[part] ??= setTimeout(() => {
    delete due[part];
    Promise.resolve(ask()).catch(() => {});
  }, after);
}

const handlers = {
  block({ message_id, index, html, open }) {
    const prose = turnOf(message_id)?.querySelector(".prose");
    if (!prose) return;
    while (prose.children.length <= index) prose.append(document.createElement("div"));
    const block = prose.children[index];
    block.innerHTML = html;
    // The open block is the last one; a page loaded between two lines may have cut them otherwise.
    while (open && block.nextElementSibling) block.nextElementSibling.remove();
    dress(block);
    soon(prose);
  },
  reasoning({ message_id, text }) {
    const thought = turnOf(message_id)?.querySelector(".thought");
    if (!thought) return;
    thought.hidden = false;
    const words = thought.querySelector("div");
    if (opened) words.textContent = "";
    opened = false;
    words.append(text);
  },
  queue({ title }) {
    busyWith(() => title);
    live.textContent = title;
  },
  run({ run }, { lastEventId }) {
    busyWith((status) => status.dataset.begun);
    // It waits for its reader now: the form stands on the page as the server has it.
    const seen = turns.querySelector("[data-open] [data-timeline]")?.dataset.seen ?? 0;
    if (run.status === "waiting" && Number(lastEventId) > Number(seen)) again("plan", () => renew(`[id="${answered}"]`));
  },
  step({ key, place, html, title, detail, status }, { lastEventId }) {
    if (key) put(Number(lastEventId), { key, place, html, status, title });
    const words = [title, detail].filter(Boolean).join(" · ");
    busyWith((shown) => (status === "running" ? words : shown.dataset.begun));
  },
  plan({ status }) {
    planned = status;
    again("plan", () => turns.querySelector("[data-open] [data-plan]")?.dataset.plan !== planned && renew(`[id="${answered}"]`));
  },
  source() {
    again("source", () => renew("#sources"), 3000);
  },
  title({ session_id, name }) {
    const heading = document.querySelector("[data-title]");
    document.title = document.title.replace(heading.textContent, () => name);
    heading.textContent = name;
    const item = document.querySelector(`[data-session="${CSS.escape(session_id)}"] > span`);
    if (item) item.textContent = name;
  },
  message({ message, blocks }) {
    blocks?.forEach((html, index) => handlers.block({ message_id: message.id, index, html }));
  },
};

/** The answer is over: the server's own version of the turn brings its buttons, or why it ended early. */
async function finish() {
  source.close();
  clearTimeout(waiting);
  document.getElementById(answered)?.removeAttribute("aria-busy");
  if (composer) delete composer.dataset.busy;
  const hadFocus = document.activeElement === document.querySelector("[data-stop]");
  document.querySelector("[data-stop]")?.remove();
  live.textContent = live.dataset.done;
  await renew(`[id="${answered}"]`, "#sessions", "#sources").catch(() => {});
  const reported = turns.querySelector(".report");
  for (const button of composer?.querySelectorAll("[data-send]") ?? []) {
    button.hidden = "anew" in button.dataset && !reported;
    if (reported && button.dataset.ask) button.querySelector("span").textContent = button.dataset.ask;
  }
  if (hadFocus) composer?.elements.content.focus();
  follow();
}

for (const [name, handle] of Object.entries(handlers)) {
  source.addEventListener(name, (event) => { handle(JSON.parse(event.data), event); follow(); });
}
source.addEventListener("end", finish);
// The browser tries again by itself unless the server refused; then the page as it is now tells more.
source.addEventListener("error", () => { if (source.readyState === EventSource.CLOSED) setTimeout(() => location.replace(document.body.dataset.here), 3000); });

document.getElementById("stop")?.addEventListener("submit", (event) => {
  event.preventDefault();
  const form = event.target;
  document.querySelector("[data-stop]").disabled = true;
  fetch(form.action, { method: "POST", redirect: "manual" }).catch(() => form.submit());
});

addEventListener("scroll", () => { following = nearEnd(); if (jump) jump.hidden = following; }, { passive: true });
jump?.addEventListener("click", () => { following = true; follow(); });
follow();
