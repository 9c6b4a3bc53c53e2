/* The bar that stays in view: whether everything is saved, and when. What a screen reader says is said once, not at each
   pause in the writing. */
const bar = document.getElementById("writing-saved"), announced = document.getElementById("announced");
let wasSaved = false, savedAt = "";

export const announce = (text) => { if (announced.textContent !== text) announced.textContent = text; };

const show = (text) => { if (bar.textContent !== text) bar.textContent = text; };

/* Marks the part of the contents list that a field's text finishes. */
const mark = (field) => {
  const part = document.querySelector(`.contents [data-field="${field.box.name}"]`);
  if (!part) return;
  const done = field.box.value.trim() !== "";
  part.classList.toggle("done", done);
  part.querySelector(".unseen").hidden = !done;
};

/* `said` is the time of the newest save, in words. */
export const saved = (said) => { savedAt = said[0].toUpperCase() + said.slice(1); };

export const stateOf = (fields, isUnsaved) => {
  const all = [...fields.values()];
  for (const field of all) mark(field);
  const isStuck = ({ box, conflict, refused, waits }) => conflict || waits || refused === box.value;
  if (all.some(isStuck)) { wasSaved = false; show(bar.dataset.unsaved); return; }
  if (all.some(isUnsaved)) { show(bar.dataset.saving); return; }
  if (!savedAt) return;
  show(savedAt);
  if (!wasSaved) announce(savedAt);
  wasSaved = true;
};
