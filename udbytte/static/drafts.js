/* Keeps what is typed in any form on this device until the server has saved it, also when the session ends and the person
   logs in again. It is sealed: { id, at, sealed }. The conversation's own fields are kept by writing.js. What another person
   has left here is removed. */
import { seal, unseal } from "./sealed.js";

(() => {
  const { person, back, changed, drop, saved } = document.getElementById("drafts").dataset;
  const mine = `udbytte:${person}:draft:`, LONGEST = 7 * 24 * 3600 * 1000;
  const WRITTEN = ["textarea", "text", "search", "email", "url", "tel"];
  const NOT_KEPT = ["hidden", "password", "file", "submit", "button", "reset", "image"];

  const isChoice = (box) => box.type === "radio" || box.type === "checkbox";
  const nameOf = (box) => isChoice(box) ? `${box.name}=${box.value}` : box.name;
  const valueOf = (box) => isChoice(box) ? box.checked : box.value;
  const shownFirst = (box) => {
    if (isChoice(box)) return box.defaultChecked;
    if (box.options) return ([...box.options].find((option) => option.defaultSelected) ?? box.options[0])?.value ?? "";
    return box.defaultValue;
  };
  const boxesOf = (form) => [...form.elements].filter((box) => box.name && !NOT_KEPT.includes(box.type) && !box.dataset.writes);
  const isKept = (form) => form?.method === "post" && !("adds" in form.dataset) && !location.pathname.startsWith("/konto/")
    && boxesOf(form).some((box) => WRITTEN.includes(box.type));

  /* The same form has the same key on all pages: where it is sent, what it asks, and about which row. */
  const keyOf = (form) => {
    const asks = new Set(boxesOf(form).map((box) => box.name)), about = [];
    for (const { type, name, value } of form.elements)
      if (type === "hidden" && /^[\w-]{1,30}$/.test(value) && !/^(turn|draft|anyway|seen.*)$/.test(name)) about.push(`${name}=${value}`);
    return mine + [new URL(form.getAttribute("action") || location.href, location).pathname, ...asks, ...about].join(" ");
  };

  const read = (key) => { try { return JSON.parse(localStorage.getItem(key)); } catch { return null; } };
  const store = (key, draft) => { try { localStorage.setItem(key, JSON.stringify(draft)); } catch { /* nothing is stored */ } };

  /* Stores the id at once, so that a form sent right now has it, and the content one after the other as each is sealed. */
  let sealing = Promise.resolve();
  const write = (key, content) => {
    const before = read(key), id = before?.id ?? Math.random().toString(36).slice(2);
    store(key, { ...before, id, at: Date.now() });
    sealing = sealing.then(() => seal(content)).then((sealed) => {
      const draft = read(key);
      if (draft?.id === id) store(key, { ...draft, sealed }); // else it was saved or thrown away meanwhile
    }).catch(() => { /* nothing is stored */ });
  };

  const keep = ({ target: { form } }) => {
    if (!form || !isKept(form)) return;
    const key = keyOf(form), values = {}, before = {};
    for (const box of boxesOf(form)) [values[nameOf(box)], before[nameOf(box)]] = [valueOf(box), shownFirst(box)];
    if (Object.keys(values).every((name) => values[name] === before[name])) { localStorage.removeItem(key); return; }
    write(key, { values, before });
  };

  const say = (form, texts) => {
    const note = document.createElement("div"), button = document.createElement("button");
    note.className = "message"; note.setAttribute("role", "status");
    const lines = [back, ...(texts.length ? [changed, ...texts] : [])];
    for (const line of lines) { const part = document.createElement("p"); part.textContent = line; note.append(part); }
    button.type = "button"; button.className = "plain"; button.textContent = drop;
    button.addEventListener("click", () => { localStorage.removeItem(keyOf(form)); form.reset(); note.remove(); });
    note.append(button);
    form.prepend(note);
  };

  /* Puts a draft back where the server shows what it showed then; otherwise shows the draft above the form. */
  const restore = async (form) => {
    const known = isKept(form) && read(keyOf(form)), texts = [];
    const draft = known && await unseal(known.sealed);
    if (!draft) return;
    let isBack = false;
    for (const box of boxesOf(form)) {
      const text = draft.values[nameOf(box)], shown = shownFirst(box);
      if (text === undefined || text === shown || valueOf(box) !== shown) continue;
      if (shown === draft.before[nameOf(box)] || shown === "") {
        if (isChoice(box)) box.checked = text; else box.value = text;
        isBack = true;
      } else if (WRITTEN.includes(box.type)) texts.push(text);
    }
    if (!isBack && !texts.length) return;
    say(form, texts);
    for (let part = form.closest("details"); part; part = part.parentElement.closest("details")) part.open = true;
  };

  /* Removes what the server has saved, by the cookie it has set, and what is old, not sealed or of somebody else. */
  const clean = () => {
    const [cookie, named] = document.cookie.split("; ").map((part) => part.split("=")).find(([name]) => name.endsWith(saved)) ?? [];
    const ids = named?.split(".") ?? [];
    for (const key of Object.keys(localStorage).filter((each) => each.startsWith("udbytte:"))) {
      const isMine = key.startsWith(`udbytte:${person}:`), draft = key.startsWith(mine) ? read(key) : null;
      if (!isMine || (draft && (draft.values || ids.includes(draft.id) || Date.now() - draft.at > LONGEST))) localStorage.removeItem(key);
    }
    if (cookie) document.cookie = `${cookie}=; path=/; max-age=0; samesite=lax${location.protocol === "https:" ? "; secure" : ""}`;
  };

  const send = ({ target: form }) => {
    if (new URL(form.getAttribute("action") || location.href, location).pathname.endsWith("/logout/")) {
      for (const key of Object.keys(localStorage)) if (key.startsWith(mine)) localStorage.removeItem(key);
    }
    const draft = isKept(form) && read(keyOf(form));
    if (!draft) return;
    const id = form.elements.draft ?? form.appendChild(document.createElement("input"));
    [id.type, id.name, id.value] = ["hidden", "draft", draft.id];
  };

  clean();
  document.querySelectorAll("form").forEach(restore);
  for (const name of ["input", "change"]) document.addEventListener(name, keep);
  document.addEventListener("submit", send, true);
  document.addEventListener("htmx:afterRequest", clean);
  document.addEventListener("htmx:load", ({ detail: { elt } }) => { if (elt !== document.body) elt.querySelectorAll("form").forEach(restore); });
  addEventListener("pageshow", (shown) => { if (shown.persisted) clean(); });
})();
