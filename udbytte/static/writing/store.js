/* What is not saved yet and stays on this device until then: texts by field, forms being filled in, forms that wait.
   What another person has left here is removed. */
const place = document.getElementById("writing").dataset.keep;
const personOf = (key) => key.split(":")[1];

for (const key of Object.keys(localStorage))
  if (key.startsWith("udbytte:") && personOf(key) !== personOf(place)) localStorage.removeItem(key);

const read = () => {
  try { return JSON.parse(localStorage.getItem(place)); } catch { return null; }
};

export const kept = { texts: {}, drafts: {}, queue: [], ...read() };

export const keep = () => {
  const isEmpty = !(Object.keys(kept.texts).length || Object.keys(kept.drafts).length || kept.queue.length);
  try {
    if (!isEmpty) localStorage.setItem(place, JSON.stringify(kept));
    else localStorage.removeItem(place);
  } catch { /* the device stores nothing, but the page still has it */ }
};
