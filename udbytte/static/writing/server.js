/* Requests to the server, and the bar that says what concerns the whole page. */
export const words = document.getElementById("writing").dataset;
const bar = document.getElementById("writing-bar");
const token = JSON.parse(document.body.getAttribute("data-hx-headers"))["X-CSRFToken"];
const AGAIN = 5000;
let retry;

export const tell = (text) => { bar.textContent = text; bar.hidden = !text; };
export const telling = () => !bar.hidden;

/* Shows a text in the bar, and tries everything again after AGAIN milliseconds. */
export const later = (text) => {
  tell(text);
  clearTimeout(retry);
  retry = setTimeout(() => dispatchEvent(new Event("writing:again")), AGAIN);
  return null;
};

/* The text for a status by which the server refuses without a text of its own. */
export const why = (status) => words[`refused${status}`] ?? words.refused400;

export const send = (url, body) => fetch(url, { method: "POST", body, redirect: "manual", headers: { "X-CSRFToken": token } });

/* The answer as { status, data }; null if the server cannot be reached or the person is logged out: then everything stays
   here and is tried again. `data` is null if the answer is a page and no JSON. */
export const ask = async (url, body) => {
  try {
    const answer = await (body ? send(url, body) : fetch(url, { redirect: "manual" }));
    if (answer.type === "opaqueredirect") return later(words.login);
    const data = await answer.json().catch(() => null);
    if (answer.status >= 500 || answer.status === 429 || (answer.ok && !data)) throw new Error(answer.status);
    if (answer.status === 403) tell(words.login);
    return { status: answer.status, data };
  } catch { return later(words.offline); }
};
