/* Says how much room is left when a text comes near the limit of its field. A browser cuts a pasted text at maxlength
   without a word; here the whole text stays, and the form is not sent until it fits. */
(() => {
  const { words, over } = document.currentScript.dataset;
  const count = ({ target: box }) => {
    if (box.maxLength > 0) { box.dataset.most = box.maxLength; box.removeAttribute("maxlength"); }
    const most = Number(box.dataset?.most);
    if (!most) return;
    const length = [...box.value.trim()].length, near = length >= most * 0.8;
    let line = document.getElementById(box.id + "-count");
    if (!line && !near) return;
    if (!line) {
      line = document.createElement("p");
      line.id = box.id + "-count";
      box.after(line);
      box.setAttribute("aria-describedby", `${box.getAttribute("aria-describedby") ?? ""} ${line.id}`);
    }
    line.className = length > most ? "error" : "quiet small";
    line.hidden = !near;
    line.textContent = (length > most ? over : words).replace("{count}", length).replace("{most}", most).replace("{over}", length - most);
    box.setCustomValidity(length > most ? line.textContent : "");
  };
  for (const name of ["input", "focusin"]) document.addEventListener(name, count);
})();
