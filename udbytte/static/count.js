/* Says how much room there is, where a text comes near what its field can hold. The browser's own maxlength would cut
   what is pasted; here everything stays, and what is too long is refused when it is saved. */
(() => {
  const { words, over } = document.currentScript.dataset;
  const count = ({ target: box }) => {
    const most = Number(box.dataset?.most);
    if (!most) return;
    const length = [...box.value.trim()].length;
    let line = document.getElementById(box.id + "-count");
    if (!line && length < most * 0.8) return;
    if (!line) {
      line = document.createElement("p");
      line.id = box.id + "-count";
      box.after(line);
      box.setAttribute("aria-describedby", `${box.getAttribute("aria-describedby") ?? ""} ${line.id}`);
    }
    line.className = length > most ? "error" : "quiet small";
    line.hidden = length < most * 0.8;
    line.textContent = (length > most ? over : words).replace("{count}", length).replace("{most}", most).replace("{over}", length - most);
  };
  for (const name of ["input", "focusin"]) document.addEventListener(name, count);
})();
