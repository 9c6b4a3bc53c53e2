/* Asks the server, and says what concerns the whole page in its bar. */
export const words = document.getElementById("writing").dataset;
const bar = document.getElementById("writing-bar");
const token = JSON.parse(document.body.getAttribute("hx-headers"))["X-CSRFToken"];
const AGAIN = 5000;
let retry;

export const tell = (text) => { bar.textContent = text; bar.hidden = !text; };
export const telling = () => !bar.hidden;

/* Says it in the bar, and has everything tried again a little later. */
export const later = (text) => {
  tell(text);
  clearTimeout(retry);
  retry = setTimeout(() => dispatchEvent(new Event("writing:again")), AGAIN);
  return null;
};

/* Why the server did not take it, where it says so by a number alone. */
export const why = (status) => words[`refused${status}`] ?? words.refused400;

export const send = (url, body) => fetch(url, { method: "POST", body, redirect: "manual", headers: { "X-CSRFToken": token } });

/* The answer's number and what it says, as { status, told }; null where the server cannot be reached or does not know us
   any more: then everything stays here and is tried again. `told` is null where the answer is a page. */
export const ask = async (url, body) => {
  try {
    const answer = await (body ? send(url, body) : fetch(url, { redirect: "manual" }));
    if (answer.type === "opaqueredirect") return later(words.login);
    const told = await answer.json().catch(() => null);
    if (answer.status >= 500 || answer.status === 429 || (answer.ok && !told)) throw new Error(answer.status);
    if (answer.status === 403) tell(words.login);
    return { status: answer.status, told };
  } catch { return later(words.offline); }
};
