// The contents list of a page of work: marks the part that is in view, and unfolds a folded part that a link leads to.
"use strict";
(() => {
  const links = [...document.querySelectorAll(".contents a")];
  const parts = links.map((link) => document.getElementById(link.hash.slice(1))).filter(Boolean);
  const mark = () => {
    const isAtEnd = scrollY + innerHeight >= document.documentElement.scrollHeight - 4;
    const seen = parts.filter((part) => part.getBoundingClientRect().top < innerHeight / 3);
    const here = isAtEnd ? parts.at(-1) : seen.at(-1) ?? parts[0];
    for (const link of links) {
      if (link.hash === `#${here?.id}`) link.setAttribute("aria-current", "location");
      else link.removeAttribute("aria-current");
    }
  };
  const unfold = () => {
    const part = location.hash.length > 1 && document.getElementById(location.hash.slice(1));
    if (part && part.matches("details")) part.open = true;
    const list = document.querySelector("details.contents");
    if (list) list.open = false;
  };
  addEventListener("scroll", mark, { passive: true });
  addEventListener("hashchange", unfold);
  unfold();
  mark();
})();
