// Says what a part of the page that has just been replaced shows now: the text of its data-announce.
"use strict";

document.addEventListener("htmx:afterSwap", (event) => {
  // The part that came is in the place of the one that was asked for, or inside it.
  for (const part of [event.target, event.detail.target]) {
    const said = part.matches("[data-announce]") ? part : part.querySelector("[data-announce]");
    if (said) {
      document.getElementById("announced").textContent = said.dataset.announce;
      return;
    }
  }
});
