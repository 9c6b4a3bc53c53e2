/* The conversation's page: saves while the person writes, shows what the other has written, and loses nothing without a
   connection. Without this script the page works with its buttons. */
import { show, writeAll } from "./writing/field.js";
import { sendAll } from "./writing/queue.js";
import { ask, tell, telling, words } from "./writing/server.js";
import { kept } from "./writing/store.js";

const LOOK = 15000;
const news = document.getElementById("writing-news");
document.documentElement.classList.add("writes");

/* Shows what the other has written in the fields that nobody writes in here, and says whether the rest has changed. */
const look = async () => {
  const answer = await ask(words.texts);
  if (answer?.status !== 200) return;
  if (telling()) tell(Object.keys(kept.texts).length || kept.queue.length ? "" : words.back);
  show(answer.data.fields);
  news.hidden = answer.data.state === words.state;
};

let flushing = false;
const flush = async () => {
  if (flushing) return;
  flushing = true;
  await writeAll();
  await look();
  await sendAll();
  flushing = false;
};

news.querySelector("button").addEventListener("click", async () => { await flush(); location.reload(); });
addEventListener("writing:again", flush);
addEventListener("online", flush);
setInterval(() => { if (!document.hidden && !telling()) look(); }, LOOK);
if (kept.queue.some((waiting) => !waiting.why)) flush();

/* Chooses the kind while a title is typed that only a practice method or only a course begins with. A kind that the
   person has chosen stays. */
for (const form of document.querySelectorAll("form.agreeing")) {
  const title = form.elements.title, kinds = form.querySelectorAll("[name=kind]");
  let chosen = false;
  for (const kind of kinds) kind.addEventListener("change", () => { chosen = true; });
  const guess = () => {
    const typed = title.value.trim().toLowerCase();
    if (chosen || typed.length < 3) return;
    const matching = [...title.list?.options ?? []].filter((option) => option.value.toLowerCase().startsWith(typed));
    const matchingKinds = new Set(matching.map((option) => option.dataset.kind));
    if (matchingKinds.size === 1) for (const kind of kinds) kind.checked = matchingKinds.has(kind.value);
  };
  title.addEventListener("input", guess);
  title.list?.addEventListener("htmx:afterSwap", () => { if (document.activeElement === title) guess(); });
}

/* After something is added, the title of the next agreement has the focus: later than the part that the address names. */
const next = document.getElementById(words.focus);
const go = () => setTimeout(() => next?.focus(), 50);
if (words.added && document.readyState === "complete") go();
else if (words.added) addEventListener("load", go);
