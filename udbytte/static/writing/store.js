/* What is not saved yet and stays on this device, sealed, until then: texts by field, forms being filled in, forms that
   wait. What another person has left here is removed. */
import { seal, unseal } from "../sealed.js";

const place = document.getElementById("writing").dataset.keep;
const personOf = (key) => key.split(":")[1];

for (const key of Object.keys(localStorage))
  if (key.startsWith("udbytte:") && personOf(key) !== personOf(place)) localStorage.removeItem(key);

export const kept = { texts: {}, drafts: {}, queue: [], ...(await unseal(localStorage.getItem(place))) };

const isEmpty = () => !(Object.keys(kept.texts).length || Object.keys(kept.drafts).length || kept.queue.length);

/* One after the other, so that the newest is what stays. */
let sealing = Promise.resolve();
export const keep = () => {
  if (isEmpty()) localStorage.removeItem(place);
  sealing = sealing.then(() => seal(kept)).then((sealed) => {
    if (!isEmpty()) localStorage.setItem(place, sealed);
  }).catch(() => { /* the device stores nothing, but the page still has it */ });
};
