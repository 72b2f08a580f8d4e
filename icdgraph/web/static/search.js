// The search box of every page, and / as the key that focuses it.

import { Combobox } from "./combobox.js";

const input = document.getElementById("q");
if (input) {
  const list = document.getElementById("suggestions");
  const status = document.getElementById("status");
  new Combobox(input, list, ({ href }) => { location.href = href; }, status);
  document.addEventListener("keydown", (event) => {
    const isTyping = event.target.closest("input, textarea, select");
    if (event.key !== "/" || isTyping || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    input.focus();
    input.select();
  });
}
