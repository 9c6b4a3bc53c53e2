/* The conversation's page: saves while one writes, tells what somebody else has written, loses nothing without a
   connection. Without this script the page works by its buttons. */
import { show, writeAll } from "./writing/field.js";
import { sendAll } from "./writing/queue.js";
import { ask, tell, telling, words } from "./writing/server.js";
import { kept } from "./writing/store.js";

const LOOK = 15000;
const news = document.getElementById("writing-news");
document.documentElement.classList.add("writes");

/* What the other one has written since: shown in the fields nobody writes in here, else told. */
const look = async () => {
  const answer = await ask(words.texts);
  if (answer?.status !== 200) return;
  if (telling()) tell(Object.keys(kept.texts).length || kept.queue.length ? "" : words.back);
  show(answer.told.fields);
  news.hidden = answer.told.state === words.state;
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
if (kept.queue.some((one) => !one.why)) flush();

/* While a title is begun that only a way, or only a course, begins with, its kind is chosen; what somebody chose stays. */
const title = document.getElementById("agree_title"), kinds = document.querySelectorAll("#add-agreement [name=kind]");
let chosen = false;
for (const kind of kinds) kind.addEventListener("change", () => { chosen = true; });
const guess = () => {
  const begun = title.value.trim().toLowerCase();
  if (chosen || begun.length < 3) return;
  const like = [...title.list?.options ?? []].filter((one) => one.value.toLowerCase().startsWith(begun));
  const found = new Set(like.map((one) => one.dataset.kind));
  if (found.size === 1) for (const kind of kinds) kind.checked = found.has(kind.value);
};
title?.addEventListener("input", guess);
title?.list?.addEventListener("htmx:afterSwap", guess);

/* After something is added one goes on writing. The part of the page in the address is gone to first, and takes the focus. */
const go = () => setTimeout(() => title?.focus(), 50);
if (words.added && document.readyState === "complete") go();
else if (words.added) addEventListener("load", go);
