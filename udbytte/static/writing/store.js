/* What is not saved yet, kept on this device until it is: texts by field, forms being filled in, forms that wait.
   What another person left here is removed. */
const place = document.getElementById("writing").dataset.keep;
const whose = (key) => key.split(":")[1];

for (const key of Object.keys(localStorage))
  if (key.startsWith("udbytte:") && whose(key) !== whose(place)) localStorage.removeItem(key);

const read = () => {
  try { return JSON.parse(localStorage.getItem(place)); } catch { return null; }
};

export const kept = { texts: {}, drafts: {}, queue: [], ...read() };

export const keep = () => {
  const some = Object.keys(kept.texts).length || Object.keys(kept.drafts).length || kept.queue.length;
  try {
    if (some) localStorage.setItem(place, JSON.stringify(kept));
    else localStorage.removeItem(place);
  } catch { /* the device keeps nothing; the page itself still does */ }
};
