/* A field that is saved while the person writes, with the line below it. `saved` is the text that the server has. */
import { keep, kept } from "./store.js";
import { ask, why, words } from "./server.js";
import { announce, saved, stateOf } from "./state.js";

const PAUSE = 1200;
export const fields = new Map();

const isUnsaved = (field) => field.box.value !== field.saved;
const soon = (field) => { clearTimeout(field.timer); field.timer = setTimeout(() => write(field), PAUSE); };
const say = (field, text, wrong = false) => {
  field.line.textContent = text;
  field.line.classList.toggle("error", wrong);
  if (wrong) announce(text);
  stateOf(fields, isUnsaved);
};
const hold = (field) => { kept.texts[field.box.name] = { text: field.box.value, mark: field.mark }; keep(); };
const release = (field) => { delete kept.texts[field.box.name]; keep(); };

const write = async (field, over) => {
  if (field.busy || field.conflict) { field.again = true; return; }
  const text = field.box.value;
  if (!isUnsaved(field)) { release(field); return; }
  field.busy = true;
  const body = new URLSearchParams({ field: field.box.name, text, "seen-text": field.mark });
  if (over) body.set("over-text", "1");
  const answer = await ask(words.write, body);
  field.busy = false;
  field.waits = !answer;
  if (!answer) { say(field, words.waits); return; }
  const { status, data } = answer;
  if (status === 409 && data) { clash(field, data); return; }
  if (status === 200) {
    field.mark = data.mark;
    field.saved = text;
    if (!isUnsaved(field)) { saved(data.said); say(field, data.said); release(field); } else field.again = true;
  } else {
    field.refused = text;
    say(field, data?.said ?? why(status), true);
  }
  if (field.again) { field.again = false; soon(field); }
};

/* Saves every unsaved field. A refused text waits until it is changed, because it would be refused again. */
export const writeAll = async () => {
  for (const field of fields.values()) if (isUnsaved(field) && field.box.value !== field.refused) await write(field);
};

/* Somebody else has written in the same field: shows that text and lets the writer choose. The server keeps both. */
const clash = (field, data) => {
  const box = field.box, shown = document.getElementById("writing-conflict").content.firstElementChild.cloneNode(true);
  const both = `${data.theirs}\n\n${box.value}`, length = [...both.trim()].length, fits = length <= box.dataset.most;
  shown.querySelector("blockquote").textContent = data.theirs;
  for (const part of shown.querySelectorAll("[data-fits]")) if ((part.dataset.fits === "yes") !== fits) part.remove();
  const long = shown.querySelector("p[data-fits]");
  if (long) long.textContent = long.textContent.replace("{count}", length).replace("{most}", box.dataset.most);
  say(field, words.unsaved);
  field.conflict = shown;
  box.after(shown);
  shown.addEventListener("click", ({ target: { dataset: { take } } }) => {
    if (!take) return;
    if (take === "theirs") box.value = data.theirs;
    if (take === "both") box.value = both;
    shown.remove();
    field.conflict = null; field.again = false; field.mark = data.mark; field.saved = data.theirs;
    hold(field);
    box.focus();
    write(field, take === "mine");
  });
};

/* Shows what the other has written in the fields that nobody writes in here. `texts`: text and mark by field name. */
export const show = (texts) => {
  for (const [name, { text, mark }] of Object.entries(texts)) {
    const field = fields.get(name);
    if (!field || field.busy || field.conflict || isUnsaved(field) || field.mark === mark) continue;
    if (document.activeElement === field.box) continue;
    field.box.value = field.saved = text;
    field.mark = mark;
    say(field, "");
  }
};

/* A field begins with the text of the server (a browser may have put an older one there), or with an unsaved text of this
   device, and then says so. */
for (const box of document.querySelectorAll("[data-writes]")) {
  const field = { box, mark: box.dataset.writes, saved: box.defaultValue, line: document.getElementById(`${box.id}-said`) };
  const old = kept.texts[box.name], typed = box.dataset.unsaved;
  fields.set(box.name, field);
  box.value = box.defaultValue;
  if (typed) { /* the page shows the text as it was typed, and why it is not saved */
    field.saved = null;
    if (typed === "theirs") { field.mark = ""; box.closest(".ds-field").querySelector("[role=alert]").remove(); }
    else field.refused = box.value;
    hold(field);
  } else if (old && old.text !== box.value) {
    box.value = old.text;
    field.mark = old.mark;
    say(field, words.unsaved);
    for (let part = box.closest("details"); part; part = part.parentElement.closest("details")) part.open = true;
  } else if (old) release(field);
  if (isUnsaved(field) && field.refused === undefined) soon(field);
  box.addEventListener("input", () => { say(field, ""); hold(field); soon(field); });
  box.addEventListener("blur", () => { if (isUnsaved(field) && box.value !== field.refused) { clearTimeout(field.timer); write(field); } });
}
