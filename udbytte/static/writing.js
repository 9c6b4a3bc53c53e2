/* The conversation's page: saves while one writes, tells what somebody else has written, loses nothing without a
   connection. Without this script the page works by its buttons. */
(() => {
  const page = document.getElementById("writing");
  if (!page) return;
  const PAUSE = 1200, LOOK = 15000, AGAIN = 5000;
  const said = page.dataset, bar = document.getElementById("writing-bar"), news = document.getElementById("writing-news");
  const token = JSON.parse(document.body.getAttribute("hx-headers"))["X-CSRFToken"];
  const fields = new Map();
  document.documentElement.classList.add("writes");

  /* What is not saved yet, kept on this device until it is: texts by field, forms being filled in, forms that wait. */
  const kept = (() => {
    const empty = { texts: {}, drafts: {}, queue: [] };
    for (const key of Object.keys(localStorage))
      if (key.startsWith("udbytte:") && key.split(":")[1] !== said.keep.split(":")[1]) localStorage.removeItem(key);
    try { return { ...empty, ...JSON.parse(localStorage.getItem(said.keep)) }; } catch { return empty; }
  })();
  const keep = () => {
    const some = Object.keys(kept.texts).length || Object.keys(kept.drafts).length || kept.queue.length;
    try {
      if (some) localStorage.setItem(said.keep, JSON.stringify(kept));
      else localStorage.removeItem(said.keep);
    } catch { /* the device keeps nothing; the page itself still does */ }
  };

  const tell = (words) => { bar.textContent = words; bar.hidden = !words; };
  let retry;
  const lost = (words) => { tell(words); clearTimeout(retry); retry = setTimeout(flush, AGAIN); };

  /* Ask the server; null where it cannot be reached or does not know us any more. */
  const ask = async (url, body) => {
    try {
      const answer = await fetch(url, { method: body ? "POST" : "GET", body, redirect: "manual", headers: body ? { "X-CSRFToken": token } : {} });
      if (answer.type === "opaqueredirect" || answer.status === 403) { lost(said.login); return null; }
      if (answer.status >= 500) throw new Error(answer.status);
      return answer;
    } catch { lost(said.offline); return null; }
  };

  const write = async (field, over) => {
    if (field.busy || field.conflict) { field.again = true; return; }
    const text = field.box.value;
    if (text === field.saved) { delete kept.texts[field.box.name]; keep(); return; }
    field.busy = true;
    const body = new URLSearchParams({ field: field.box.name, text, "seen-text": field.mark });
    if (over) body.set("over-text", "1");
    const answer = await ask(said.write, body);
    field.busy = false;
    if (!answer) { field.say(said.waits); return; }
    const told = await answer.json();
    if (answer.status === 409) { clash(field, told); return; }
    field.say(told.said, answer.status !== 200);
    if (answer.status === 200) {
      field.mark = told.mark; field.saved = text;
      if (field.box.value === text) { delete kept.texts[field.box.name]; keep(); }
      else field.again = true;
    }
    if (field.again) { field.again = false; later(field); }
  };
  const later = (field) => { clearTimeout(field.timer); field.timer = setTimeout(() => write(field), PAUSE); };

  /* Somebody has written in the same field: say what, and let the writer choose. Both texts are kept on the server. */
  const clash = (field, told) => {
    const shown = document.getElementById("writing-conflict").content.firstElementChild.cloneNode(true);
    shown.querySelector("blockquote").textContent = told.theirs;
    field.say("");
    field.conflict = shown;
    field.box.after(shown);
    shown.addEventListener("click", (press) => {
      const take = press.target.dataset.take;
      if (!take) return;
      if (take === "theirs") field.box.value = told.theirs;
      if (take === "both") field.box.value = told.theirs + "\n\n" + field.box.value;
      shown.remove();
      field.conflict = null; field.again = false; field.mark = told.mark; field.saved = told.theirs;
      field.box.focus();
      write(field, take === "mine");
    });
  };

  const flush = async () => {
    for (const field of fields.values()) if (field.box.value !== field.saved) await write(field);
    if (kept.queue.length) await send();
    await look();
  };

  /* What the other one has written since: shown in the fields nobody writes in here, else told. */
  const look = async () => {
    const answer = await ask(said.texts);
    if (!answer || !answer.ok) return;
    if (!bar.hidden) tell(Object.keys(kept.texts).length || kept.queue.length ? "" : said.back);
    const told = await answer.json();
    for (const [name, one] of Object.entries(told.fields)) {
      const field = fields.get(name);
      if (!field || field.busy || field.conflict || field.box.value !== field.saved || field.mark === one.mark) continue;
      if (document.activeElement === field.box) continue;
      field.box.value = field.saved = one.text; field.mark = one.mark;
    }
    news.hidden = told.state === said.state;
  };
  news.querySelector("button").addEventListener("click", async () => { await flush(); location.reload(); });

  /* Forms that add something: what is typed is kept; without a connection they wait their turn. */
  const entries = (form) => [...new FormData(form)].filter(([name, value]) => name !== "csrfmiddlewaretoken" && typeof value === "string");
  const fill = (form, rows) => {
    for (const [name, value] of rows) {
      const box = form.elements[name];
      if (box && box.type !== "hidden") box.value = value;
    }
    for (let one = form.closest("details"); one; one = one.parentElement.closest("details")) one.open = true;
  };
  const list = () => {
    const shown = document.getElementById("writing-queue");
    shown.replaceChildren(...kept.queue.map((one) => {
      const row = document.createElement("li");
      row.textContent = said.queued + one.rows.filter(([name, value]) => ["title", "text"].includes(name) && value).map(([, value]) => value).join(" ");
      return row;
    }));
    shown.hidden = !kept.queue.length;
  };
  const send = async () => {
    while (kept.queue.length) {
      const [one] = kept.queue, form = document.getElementById(one.form);
      const body = new URLSearchParams(one.rows);
      const there = await ask(said.texts); /* a redirect is how saving answers, and how logging in is asked for */
      if (!there || !there.ok) return;
      let answer;
      try { answer = await fetch(location.pathname, { method: "POST", body, redirect: "manual", headers: { "X-CSRFToken": token } }); } catch { return; }
      if (answer.type !== "opaqueredirect" && answer.status !== 422) return;
      kept.queue.shift();
      if (answer.status === 422) { kept.drafts[one.form] = one.rows; if (form) fill(form, one.rows); keep(); list(); tell(said.look); return; }
      keep(); list();
    }
    location.reload();
  };
  for (const form of document.querySelectorAll("form[data-adds]")) {
    const draft = kept.drafts[form.id];
    if (said.added && form.dataset.adds === said.added) { delete kept.drafts[form.id]; keep(); }
    else if (draft && !form.querySelector(".error")) fill(form, draft);
    form.addEventListener("input", () => { kept.drafts[form.id] = entries(form); keep(); });
    form.addEventListener("submit", async (press) => {
      press.preventDefault();
      if (form.dataset.busy) return;
      form.dataset.busy = "1";
      for (const field of fields.values()) if (field.box.value !== field.saved) await write(field);
      if (await ask(said.texts)) { HTMLFormElement.prototype.submit.call(form); return; }
      delete form.dataset.busy;
      kept.queue.push({ form: form.id, rows: entries(form) });
      delete kept.drafts[form.id];
      keep(); list(); form.reset();
    });
  }

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

  for (const box of document.querySelectorAll("[data-writes]")) {
    const line = document.getElementById(box.id + "-said");
    const field = { box, mark: box.dataset.writes, saved: box.value, say: (words, wrong) => { line.textContent = words; line.classList.toggle("error", !!wrong); } };
    fields.set(box.name, field);
    const old = kept.texts[box.name];
    if (old && old.text !== box.value) { box.value = old.text; field.mark = old.mark; later(field); }
    box.addEventListener("input", () => { kept.texts[box.name] = { text: box.value, mark: field.mark }; keep(); later(field); });
    box.addEventListener("blur", () => { if (box.value !== field.saved) { clearTimeout(field.timer); write(field); } });
  }
  list();
  /* After something is added one goes on writing. The part of the page in the address is gone to first, and takes the focus. */
  if (said.added) addEventListener("load", () => setTimeout(() => document.getElementById("agree_title")?.focus(), 50));
  addEventListener("online", flush);
  addEventListener("beforeunload", (leaving) => { if (kept.queue.length) leaving.preventDefault(); });
  setInterval(() => { if (!document.hidden && bar.hidden) look(); }, LOOK);
  if (kept.queue.length) flush();
})();
