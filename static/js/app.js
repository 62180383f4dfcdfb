// Small comforts on every page: copy buttons, times in the reader's zone, keys, menus that close. All of it optional.

const lang = document.documentElement.lang;

/** Asks the server for this page again and puts its version of the elements matching `selectors` in their place. */
export async function renew(...selectors) {
  const answer = await fetch(document.body.dataset.here, { headers: { Accept: "text/html" } });
  if (!answer.ok) return false;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  for (const selector of selectors) {
    const [here, there] = [document.querySelector(selector), page.querySelector(selector)];
    if (here && there) here.replaceWith(document.adoptNode(there));
  }
  dress();
  return true;
}

/** Gives new parts of the page what only a script can offer. */
export function dress(root = document) {
  for (const time of root.querySelectorAll("time[data-time]")) tell(time);
  for (const button of root.querySelectorAll("[data-copy][hidden], [data-help][hidden], [data-add-question][hidden]")) button.hidden = false;
  const copy = document.getElementById("copy-code");
  for (const caption of root.querySelectorAll("figure.code > figcaption:not(:has(button))")) {
    caption.append(copy.content.cloneNode(true));
  }
  for (const pre of root.querySelectorAll("figure.code > pre:not([tabindex]), .prose div.table:not([tabindex])")) {
    if (pre.scrollWidth > pre.clientWidth) pre.tabIndex = 0;
  }
}

function tell(time) {
  const at = new Date(time.dateTime);
  if (isNaN(at)) return;
  const now = new Date();
  const days = Math.round((new Date(now).setHours(0, 0, 0, 0) - new Date(at).setHours(0, 0, 0, 0)) / 864e5);
  const format = (options) => new Intl.DateTimeFormat(lang, options).format(at);
  const date = { month: "short", day: "numeric", ...(at.getFullYear() !== now.getFullYear() && { year: "numeric" }) };
  const clock = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
  const ago = () => {
    const minutes = Math.round((now - at) / 6e4);
    const relative = new Intl.RelativeTimeFormat(lang, { numeric: "auto", style: "short" });
    if (minutes < 1) return relative.format(0, "second");
    if (minutes < 60) return relative.format(-minutes, "minute");
    if (days < 1) return relative.format(-Math.floor(minutes / 60), "hour");
    return days < 8 ? relative.format(-days, "day") : format(date);
  };
  time.title = format({ dateStyle: "full", timeStyle: "medium" });
  if (time.dataset.time === "due") return;
  if (time.dataset.time === "ago") time.textContent = ago();
  else if (time.dataset.time === "clock") time.textContent = format(days === 0 ? clock : { ...date, ...clock });
  else time.textContent = format({ dateStyle: "medium" });
}

async function copy(button) {
  const what = button.dataset.copy;
  const source = what === "code" ? button.closest("figure").querySelector("pre")
    : what === "turn" ? button.closest(".turn").querySelector(".prose")
    : document.querySelector(what);
  const text = what === "turn" ? source.innerText.trim() : source.textContent;
  if (navigator.clipboard) await navigator.clipboard.writeText(text);
  else select(source) && document.execCommand("copy");
  const label = button.querySelector("span");
  const before = label.textContent;
  if (before === button.dataset.done) return;
  label.textContent = button.dataset.done;
  label.setAttribute("role", "status");
  setTimeout(() => (label.textContent = before), 1500);
}

function select(node) {
  getSelection().selectAllChildren(node);
  return true;
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-copy]");
  if (button) copy(button).catch(() => {});
  if (event.target.closest("[data-help]")) help();
  for (const menu of document.querySelectorAll("details.more[open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});

function help() {
  document.querySelector(".who-am-i details").open = false;
  document.getElementById("help")?.showModal();
}

document.addEventListener("keydown", (event) => {
  if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "Escape") return escape();
  if (event.target.closest("input, textarea, select, [contenteditable], dialog")) return;
  const act = { "/": search, n: () => (location.href = document.body.dataset.home), "?": help }[event.key];
  if (!act || !document.body.dataset.user) return;
  event.preventDefault();
  act();
});

function search() {
  const shown = [...document.querySelectorAll("[data-search]")].findLast((field) => field.checkVisibility());
  if (shown) shown.focus();
  else location.href = document.body.dataset.list;
}

function escape() {
  const menu = document.querySelector("details.more[open]");
  if (menu) {
    menu.open = false;
    menu.querySelector("summary").focus();
  } else if (!document.querySelector("dialog[open], :popover-open")) {
    document.querySelector("[data-stop]:not([hidden])")?.click();
  }
}

/** Parts that say how long they stay true are asked for again, for as long as they say so. */
function refresh(id) {
  const part = document.getElementById(id);
  if (!part?.dataset.refresh) return;
  setTimeout(async () => {
    if (!document.hidden) await renew(`#${id}`).catch(() => {});
    refresh(id);
  }, part.dataset.refresh * 1000);
}

// The server groups conversations by the reader's days; it learns the zone here.
document.cookie = `stoa_tz=${-new Date().getTimezoneOffset()}; path=/; max-age=31536000; samesite=lax`;
// Sent back to sign in: what was being sent has not arrived, its draft stays.
if (!document.body.dataset.user) sessionStorage.removeItem("stoa:pending");
dress();
for (const part of document.querySelectorAll("[id][data-refresh]")) refresh(part.id);
setInterval(() => document.querySelectorAll("time[data-time=ago]").forEach(tell), 6e4);
