// Keeps the conversations at the side as they are. Only while the page is seen: browsers open few connections to one server.

const KEY = "stoa:finished";
const list = () => document.getElementById("sessions");
const shown = () => list().querySelector("[aria-current]")?.dataset.session ?? "";
let source;

function listen() {
  source?.close();
  const query = new URLSearchParams({ current: shown(), have: list().dataset.version });
  source = new EventSource(`${document.body.dataset.live}?${query}`);
  source.addEventListener("side", (event) => put(JSON.parse(event.data).html));
}

const running = () => [...list().querySelectorAll("a:has(.dot)")].map((link) => link.dataset.session);
const finished = () => new Set(JSON.parse(sessionStorage.getItem(KEY) ?? "[]"));

function put(html) {
  const before = running();
  const focus = list().contains(document.activeElement) && document.activeElement.getAttribute("href");
  list().outerHTML = html;
  if (focus) list().querySelector(`[href="${CSS.escape(focus)}"]`)?.focus();
  const now = running();
  const ended = finished();
  for (const id of before) if (!now.includes(id) && id !== shown()) ended.add(id);
  for (const id of now) ended.delete(id);
  remember(ended);
}

/** Marks what was finished while it was not looked at, until it is. */
function remember(ended) {
  ended.delete(shown());
  sessionStorage.setItem(KEY, JSON.stringify([...ended]));
  const mark = document.getElementById("finished").content;
  for (const link of list().querySelectorAll("a[data-session]")) {
    if (ended.has(link.dataset.session) && !link.querySelector(".dot")) link.append(mark.cloneNode(true));
  }
}

document.addEventListener("visibilitychange", () => (document.hidden ? source?.close() : listen()));
addEventListener("pagehide", () => source?.close());
addEventListener("pageshow", (event) => event.persisted && listen());
remember(finished());
if (!document.hidden) listen();
