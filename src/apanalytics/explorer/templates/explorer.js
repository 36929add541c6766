// Saves the click on «Filtrer»: a tick filters at once and the place on the page is kept. Without this file,
// or without any script, the button does the same.
"use strict";
(() => {
  const form = document.querySelector("form.filters");
  const shared = document.querySelector("link[rel=canonical]");
  if (!form) return;
  const key = "explorer-place";
  const parts = () => [...form.querySelectorAll("details[data-part]")];
  const named = (field) => `[name="${CSS.escape(field.name)}"]` + (field.type === "checkbox" || field.type === "radio" ? `[value="${CSS.escape(field.value)}"]` : "");

  form.addEventListener("change", (event) => {
    if (event.target.matches("input[type=checkbox], input[type=radio], select")) form.requestSubmit();
  });
  form.addEventListener("submit", () => {
    const field = document.activeElement;
    sessionStorage.setItem(key, JSON.stringify({
      open: parts().filter((one) => one.open).map((one) => one.dataset.part),
      focus: form.contains(field) && field.name ? named(field) : null,
      top: window.scrollY,
    }));
  });

  const kept = JSON.parse(sessionStorage.getItem(key) ?? "null");
  sessionStorage.removeItem(key);
  if (kept) {
    parts().filter((one) => kept.open.includes(one.dataset.part)).forEach((one) => { one.open = true; });
    window.scrollTo(0, kept.top);
    if (kept.focus) form.querySelector(kept.focus)?.focus({ preventScroll: true });
  }
  if (shared) history.replaceState(null, "", shared.href);
  form.querySelector(".follows").hidden = false;
})();
