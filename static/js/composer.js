// The box one writes in: Enter sends, drafts survive, nothing is sent twice. The plain form works without this.

const form = document.querySelector("[data-composer]");
const field = form.elements.content;
const key = `draft:${document.body.dataset.user}:${form.dataset.draft}`;
const PENDING = "stoa:pending";

const read = (store, name) => { try { return store.getItem(name); } catch { return null; } };
const write = (store, name, value) => { try { value ? store.setItem(name, value) : store.removeItem(name); } catch { /* no storage: no drafts */ } };

/** A message has arrived when its POST led here; only then its draft may go. */
function settle() {
  const pending = JSON.parse(read(sessionStorage, PENDING) ?? "null");
  if (!pending) return null;
  const [visit] = performance.getEntriesByType("navigation");
  const arrived = visit?.type === "navigate" && visit.redirectCount > 0 && location.hash === "#latest";
  if (!arrived) return pending;
  if (read(localStorage, pending.key) === pending.text) write(localStorage, pending.key, "");
  write(sessionStorage, PENDING, "");
  return null;
}

const random = () => Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");

/** A retry of the same words carries the same id, so the server knows it; other words get a new one. */
function identify() {
  const text = field.value;
  const before = JSON.parse(read(sessionStorage, PENDING) ?? "null");
  const id = before?.key === key && before.text === text ? before.id : random();
  write(sessionStorage, PENDING, JSON.stringify({ key, text, id }));
  const hidden = form.elements.client_id ?? form.appendChild(Object.assign(document.createElement("input"), { type: "hidden", name: "client_id" }));
  hidden.value = id;
}

// Browsers that cannot size the field to its content get the same by hand.
function grow() {
  if (CSS.supports("field-sizing", "content")) return;
  field.style.height = "auto";
  field.style.height = `${field.scrollHeight}px`;
}

field.addEventListener("input", () => { write(localStorage, key, field.value); grow(); });

field.addEventListener("keydown", (event) => {
  // keyCode 229: Safari ends a composition before the Enter that confirmed it.
  if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
  if (matchMedia("(pointer: coarse) and (hover: none)").matches) return;
  event.preventDefault();
  if (!("busy" in form.dataset)) form.requestSubmit();
});

form.addEventListener("submit", (event) => {
  if ("sent" in form.dataset || "busy" in form.dataset || !field.value.trim()) return event.preventDefault();
  identify();
  form.dataset.sent = "";
  // After the browser has read which button it was.
  setTimeout(() => enable(false));
});

const enable = (on) => form.querySelectorAll("[data-send]").forEach((button) => (button.disabled = !on));

// Back from the page the form led to: it may be sent again.
addEventListener("pageshow", (event) => {
  if (!event.persisted) return;
  delete form.dataset.sent;
  enable(true);
});

settle();
if (!field.value) field.value = read(localStorage, key) ?? "";
if (matchMedia("(hover: hover)").matches) {
  form.querySelector("[data-keys]").hidden = false;
  if (!location.hash || location.hash === "#latest") field.focus({ preventScroll: true });
}
grow();
