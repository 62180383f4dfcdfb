// What only a script can offer in a research: the passage behind a citation right where one reads, and more questions in a plan.

const card = document.createElement("div");
card.id = "passage-card";
card.className = "passage-card";
card.popover = "manual";
let shown, pinned, closing;

/** The entry among the sources that a citation leads to, beside that citation. */
function show(link) {
  clearTimeout(closing);
  if (shown === link) return;
  hide();
  const entry = document.getElementById(link.hash.slice(1));
  if (!entry) return;
  const copy = entry.cloneNode(true);
  copy.removeAttribute("id");
  const name = entry.closest(".source")?.querySelector(".name").cloneNode(true);
  card.replaceChildren(...(name ? [name] : []), copy);
  link.parentElement.after(card);
  link.setAttribute("aria-describedby", card.id);
  card.showPopover();
  shown = link;
  place(link.getBoundingClientRect(), card.getBoundingClientRect());
}

function place(at, { width, height }) {
  const left = Math.max(8, Math.min(at.left + at.width / 2 - width / 2, document.documentElement.clientWidth - width - 8));
  const above = at.top - height - 6;
  card.style.left = `${left}px`;
  card.style.top = `${above >= 8 ? above : Math.min(at.bottom + 6, innerHeight - height - 8)}px`;
}

function hide() {
  shown?.removeAttribute("aria-describedby");
  if (card.isConnected && card.matches(":popover-open")) card.hidePopover();
  shown = pinned = undefined;
}

const citation = (event) => event.target.closest?.("[data-cite]");
const within = (node) => node && (card.contains(node) || shown?.contains(node));

document.addEventListener("pointerover", (event) => {
  if (event.pointerType !== "mouse") return;
  if (citation(event)) show(citation(event));
  else if (within(event.target)) clearTimeout(closing);
});
document.addEventListener("pointerout", (event) => {
  if (!shown || pinned || within(event.relatedTarget) || shown === document.activeElement) return;
  clearTimeout(closing);
  closing = setTimeout(hide, 200);
});
document.addEventListener("focusin", (event) => {
  if (citation(event)?.matches(":focus-visible")) show(citation(event));
  else if (shown && !pinned && !within(event.target)) hide();
});
document.addEventListener("click", (event) => {
  const link = citation(event);
  if (link && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
    event.preventDefault();
    const again = pinned && shown === link;
    show(link);
    if (again) hide();
    else pinned = true;
  } else if (shown && !within(event.target)) hide();
  const more = event.target.closest("[data-add-question]");
  if (more) ask(more.closest("fieldset").querySelector("[data-questions]"));
});
document.addEventListener("keydown", (event) => event.key === "Escape" && hide());
// It goes along with what it belongs to, until that is out of sight.
addEventListener("scroll", () => {
  if (!shown) return;
  const at = shown.getBoundingClientRect();
  if (at.bottom < 0 || at.top > innerHeight) hide();
  else place(at, card.getBoundingClientRect());
}, { passive: true });

/** One more box for a question. */
function ask(list) {
  const item = list.lastElementChild.cloneNode(true);
  const field = item.querySelector("textarea");
  field.value = "";
  field.setAttribute("aria-label", field.getAttribute("aria-label").replace(/\d+/, list.children.length + 1));
  list.append(item);
  field.focus();
}

// The entry that the address names lies in a folded part.
document.getElementById(location.hash.slice(1))?.closest("details:not([open])")?.setAttribute("open", "");
