/* Forms that add something: what is typed is kept, and without a connection a form waits in a queue. A refused form stays
   in the list until the person looks at it; the others do not wait for it. */
import { fields, writeAll } from "./field.js";
import { ask, later, send, tell, why, words } from "./server.js";
import { keep, kept } from "./store.js";

const list = document.getElementById("writing-queue"), row = document.getElementById("writing-waits").content;
const entries = (form) => [...new FormData(form)].filter(([name, value]) => name !== "csrfmiddlewaretoken" && typeof value === "string");

const fill = (form, rows) => {
  for (const [name, value] of rows) {
    const box = form.elements[name];
    if (box && box.type !== "hidden") box.value = value;
  }
  for (let part = form.closest("details"); part; part = part.parentElement.closest("details")) part.open = true;
};

const listItem = (text, why, look, drop) => {
  const item = row.firstElementChild.cloneNode(true), [first, second] = item.querySelectorAll("button");
  item.querySelector("span").textContent = (why ?? words.queued) + text;
  if (look) first.addEventListener("click", look); else first.remove();
  if (why) second.addEventListener("click", () => { drop(); show(); }); else second.remove();
  return item;
};

/* Lists the forms that wait, those that were refused, and texts whose field is no longer on the page. */
const show = () => {
  keep();
  const waiting = kept.queue.map((entry) => {
    const drop = () => { kept.queue = kept.queue.filter((other) => other !== entry); };
    const form = document.getElementById(entry.form) ?? document.getElementById("agree-0");
    const look = () => {
      const draft = kept.drafts[entry.form];
      fill(form, entry.rows);
      kept.drafts[entry.form] = entry.rows;
      if (draft) entry.rows = draft; else drop();
      show();
      (form.elements.text ?? form.elements.title)?.focus();
    };
    const text = entry.rows.filter(([name, value]) => ["title", "text"].includes(name) && value).map(([, value]) => value).join(" ");
    return listItem(text, entry.why, entry.why && form && look, drop);
  });
  const lost = Object.entries(kept.texts).filter(([name, { text }]) => !fields.has(name) && text);
  list.replaceChildren(...waiting, ...lost.map(([name, { text }]) => listItem(text, words.nowhere, null, () => { delete kept.texts[name]; })));
  list.hidden = !list.children.length;
};

/* Sends the waiting forms one after the other. A redirect means either saved or logged out; so the texts are requested
   first, because they redirect only if the person is logged out. */
export const sendAll = async () => {
  let added = false;
  for (const entry of kept.queue.filter((each) => !each.why)) {
    const reached = await ask(words.texts);
    if (!reached) break;
    let status = reached.status;
    if (status === 200) {
      const answer = await send(location.pathname, new URLSearchParams(entry.rows)).catch(() => later(words.offline));
      if (!answer) break;
      status = answer.type === "opaqueredirect" ? 0 : answer.status;
    }
    if (status >= 500 || status === 429) { later(words.trouble); continue; }
    if (status) { entry.why = `${why(status)} `; tell(words.look); }
    else { kept.queue = kept.queue.filter((each) => each !== entry); added = true; }
    show();
  }
  if (added) location.reload();
};

for (const form of document.querySelectorAll("form[data-adds]")) {
  const draft = kept.drafts[form.id];
  if (words.added === form.id) { delete kept.drafts[form.id]; keep(); }
  else if (draft && !form.querySelector(".error")) fill(form, draft);
  form.addEventListener("input", () => { kept.drafts[form.id] = entries(form); keep(); });
  form.addEventListener("submit", async (press) => {
    press.preventDefault();
    if (form.dataset.busy) return;
    form.dataset.busy = "1";
    await writeAll();
    if (await ask(words.texts)) { HTMLFormElement.prototype.submit.call(form); return; }
    delete form.dataset.busy;
    kept.queue.push({ form: form.id, rows: entries(form) });
    delete kept.drafts[form.id];
    form.reset();
    show();
  });
}
addEventListener("beforeunload", (leaving) => { if (kept.queue.some((entry) => !entry.why)) leaving.preventDefault(); });
show();
