// The table of contents follows the reading, and exercises are checked without leaving their place. Without this the
// list is a plain list, and an answer brings the page again.

import { dress } from "./app.js";

const headings = [...document.querySelectorAll(".prose.long > :is(h2, h3)[id]")];
const lists = [...document.querySelectorAll("[data-toc]")];
const toc = document.querySelector(".toc");
// Pixels from the top of the screen: a heading has been reached when it is above. A link puts it at 72.
const LINE = 100;

function mark() {
  const atEnd = document.documentElement.scrollHeight - innerHeight - scrollY < 4;
  const reached = headings.filter((heading) => heading.getBoundingClientRect().top <= LINE);
  const current = (atEnd && scrollY > 0 ? headings : reached).at(-1);
  for (const link of lists.flatMap((list) => [...list.querySelectorAll("a")])) {
    if (link.hash === `#${current?.id}`) link.setAttribute("aria-current", "location");
    else link.removeAttribute("aria-current");
  }
  const link = toc?.querySelector("[aria-current]");
  if (link && toc.scrollHeight > toc.clientHeight) toc.scrollTop = link.offsetTop - toc.clientHeight / 2;
}

let watcher;
function watch() {
  watcher?.disconnect();
  watcher = new IntersectionObserver(mark, { rootMargin: `0px 0px ${LINE - innerHeight}px 0px` });
  for (const heading of headings) watcher.observe(heading);
}
watch();
addEventListener("resize", watch);
// The ends of the page are reached without a heading crossing anything.
addEventListener("scrollend", mark);

// On a narrow screen the list closes when a place was chosen.
const fold = document.querySelector(".toc-fold");
fold?.addEventListener("click", (event) => { if (event.target.closest("a")) fold.open = false; });

async function check(form) {
  const answer = await fetch(form.action, { method: "POST", body: new URLSearchParams(new FormData(form)) });
  if (!answer.ok || answer.redirected) return form.submit();
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const here = form.querySelector(".said");
  here.replaceChildren(...document.adoptNode(page.getElementById(here.id)).childNodes);
  dress(here);
}

document.addEventListener("submit", (event) => {
  if (!event.target.matches(".exercise")) return;
  event.preventDefault();
  check(event.target).catch(() => event.target.submit());
});
