/* Forms that add something: what is typed is kept; without a connection they wait their turn. What was refused stays in
   the list until somebody looks at it, and holds up nothing. */
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

const shown = (text, why, look, drop) => {
  const item = row.firstElementChild.cloneNode(true), [first, second] = item.querySelectorAll("button");
  item.querySelector("span").textContent = (why ?? words.queued) + text;
  if (look) first.addEventListener("click", look); else first.remove();
  if (why) second.addEventListener("click", () => { drop(); show(); }); else second.remove();
  return item;
};

/* What waits, what was refused, and texts whose field is gone from the page. */
const show = () => {
  keep();
  const waiting = kept.queue.map((one) => {
    const drop = () => { kept.queue = kept.queue.filter((other) => other !== one); };
    const form = document.getElementById(one.form);
    const look = () => {
      const begun = kept.drafts[one.form];
      fill(form, one.rows);
      kept.drafts[one.form] = one.rows;
      if (begun) one.rows = begun; else drop();
      show();
      (form.elements.text ?? form.elements.title)?.focus();
    };
    const text = one.rows.filter(([name, value]) => ["title", "text"].includes(name) && value).map(([, value]) => value).join(" ");
    return shown(text, one.why, one.why && form && look, drop);
  });
  const lost = Object.entries(kept.texts).filter(([name, one]) => !fields.has(name) && one.text);
  list.replaceChildren(...waiting, ...lost.map(([name, one]) => shown(one.text, words.nowhere, null, () => { delete kept.texts[name]; })));
  list.hidden = !list.children.length;
};

/* Sends what waits, one after the other. A redirect is how saving answers, and how logging in is asked for: so the texts
   are asked for first, which redirect only then. */
export const sendAll = async () => {
  let added = false;
  for (const one of kept.queue.filter((each) => !each.why)) {
    const there = await ask(words.texts);
    if (!there) break;
    let status = there.status;
    if (status === 200) {
      const answer = await send(location.pathname, new URLSearchParams(one.rows)).catch(() => later(words.offline));
      if (!answer) break;
      status = answer.type === "opaqueredirect" ? 0 : answer.status;
    }
    if (status >= 500 || status === 429) { later(words.trouble); continue; }
    if (status) { one.why = `${why(status)} `; tell(words.look); }
    else { kept.queue = kept.queue.filter((each) => each !== one); added = true; }
    show();
  }
  if (added) location.reload();
};

for (const form of document.querySelectorAll("form[data-adds]")) {
  const draft = kept.drafts[form.id];
  if (words.added && form.dataset.adds === words.added) { delete kept.drafts[form.id]; keep(); }
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
addEventListener("beforeunload", (leaving) => { if (kept.queue.some((one) => !one.why)) leaving.preventDefault(); });
show();
