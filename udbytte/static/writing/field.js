/* A field that is saved while one writes in it, and what it says meanwhile. `saved` is the text that the server has. */
import { keep, kept } from "./store.js";
import { ask, why, words } from "./server.js";

const PAUSE = 1200;
export const fields = new Map();

const waits = (field) => field.box.value !== field.saved;
const soon = (field) => { clearTimeout(field.timer); field.timer = setTimeout(() => write(field), PAUSE); };
const say = (field, text, wrong = false) => { field.line.textContent = text; field.line.classList.toggle("error", wrong); };
const hold = (field) => { kept.texts[field.box.name] = { text: field.box.value, mark: field.mark }; keep(); };
const release = (field) => { delete kept.texts[field.box.name]; keep(); };

const write = async (field, over) => {
  if (field.busy || field.conflict) { field.again = true; return; }
  const text = field.box.value;
  if (!waits(field)) { release(field); return; }
  field.busy = true;
  const body = new URLSearchParams({ field: field.box.name, text, "seen-text": field.mark });
  if (over) body.set("over-text", "1");
  const answer = await ask(words.write, body);
  field.busy = false;
  if (!answer) { say(field, words.waits); return; }
  const { status, told } = answer;
  if (status === 409 && told) { clash(field, told); return; }
  if (status === 200) {
    field.mark = told.mark;
    field.saved = text;
    if (!waits(field)) { say(field, told.said); release(field); } else field.again = true;
  } else {
    field.refused = text;
    say(field, told?.said ?? why(status), true);
  }
  if (field.again) { field.again = false; soon(field); }
};

/* Saves what is not saved. What was refused waits until it is changed: it would be refused again. */
export const writeAll = async () => {
  for (const field of fields.values()) if (waits(field) && field.box.value !== field.refused) await write(field);
};

/* Somebody has written in the same field: says what, and lets the writer choose. Both texts are kept on the server. */
const clash = (field, told) => {
  const box = field.box, shown = document.getElementById("writing-conflict").content.firstElementChild.cloneNode(true);
  const both = `${told.theirs}\n\n${box.value}`, length = [...both.trim()].length, fits = length <= box.dataset.most;
  shown.querySelector("blockquote").textContent = told.theirs;
  for (const part of shown.querySelectorAll("[data-fits]")) if ((part.dataset.fits === "yes") !== fits) part.remove();
  const long = shown.querySelector("p[data-fits]");
  if (long) long.textContent = long.textContent.replace("{count}", length).replace("{most}", box.dataset.most);
  say(field, words.unsaved);
  field.conflict = shown;
  box.after(shown);
  shown.addEventListener("click", ({ target: { dataset: { take } } }) => {
    if (!take) return;
    if (take === "theirs") box.value = told.theirs;
    if (take === "both") box.value = both;
    shown.remove();
    field.conflict = null; field.again = false; field.mark = told.mark; field.saved = told.theirs;
    hold(field);
    box.focus();
    write(field, take === "mine");
  });
};

/* Shows what the other one has written, where nobody writes here. */
export const show = (told) => {
  for (const [name, one] of Object.entries(told)) {
    const field = fields.get(name);
    if (!field || field.busy || field.conflict || waits(field) || field.mark === one.mark) continue;
    if (document.activeElement === field.box) continue;
    field.box.value = field.saved = one.text;
    field.mark = one.mark;
    say(field, "");
  }
};

/* A field begins with what the server has (a browser may have put an older text there), or with what this device kept:
   that is not saved, and says so. */
for (const box of document.querySelectorAll("[data-writes]")) {
  const field = { box, mark: box.dataset.writes, saved: box.defaultValue, line: document.getElementById(`${box.id}-said`) };
  const old = kept.texts[box.name], typed = box.dataset.unsaved;
  fields.set(box.name, field);
  box.value = box.defaultValue;
  if (typed) { /* the page came back with what was typed, and with why it is not saved */
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
  if (waits(field) && field.refused === undefined) soon(field);
  box.addEventListener("input", () => { say(field, ""); hold(field); soon(field); });
  box.addEventListener("blur", () => { if (waits(field) && box.value !== field.refused) { clearTimeout(field.timer); write(field); } });
}
