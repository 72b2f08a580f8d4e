// The set of codes: each code that is added or taken away is checked at once.

import { Combobox } from "./combobox.js";
import { showCopy } from "./copy.js";

const adding = document.getElementById("adding");
const input = document.getElementById("add");
const whole = document.getElementById("whole");
const status = document.getElementById("status");
let last;

// The server writes the page; what it says of the set is put in the place of what stood.
async function show(href) {
  last?.abort();
  const mine = (last = new AbortController());
  try {
    const response = await fetch(href, { headers: { Accept: "text/html" }, signal: mine.signal });
    const text = await response.text();
    if (!response.ok) return say(text);
    const page = new DOMParser().parseFromString(text, "text/html");
    for (const id of ["checked", "whole"]) {
      document.getElementById(id).replaceChildren(...document.adoptNode(page.getElementById(id)).childNodes);
    }
    document.title = page.title;
    history.replaceState(null, "", document.getElementById("set").dataset.href);
    showCopy();
    say(document.getElementById("findings")?.textContent ?? "No codes.");
  } catch (error) {
    if (error.name !== "AbortError") say("The server does not answer.");
  }
  return undefined;
}

function say(text) {
  status.textContent = text.trim();
}

function listed() {
  return whole.elements.codes.value.split(/[\s,;]+/).filter(Boolean);
}

function asked(codes = listed()) {
  const { setting, age } = whole.elements;
  const values = { codes: codes.join(","), setting: setting.value, age: age.value.trim() };
  const kept = Object.entries(values).filter(([name, value]) => value || name === "codes");
  return `/compare?${new URLSearchParams(kept)}`;
}

function add(code) {
  input.value = "";
  input.focus();
  show(asked([...listed(), code]));
}

const box = new Combobox(input, document.getElementById("adds"), ({ code }) => add(code), status);
adding.hidden = false;
adding.addEventListener("submit", (event) => {
  event.preventDefault();
  const text = input.value.trim();
  const parts = text.split(/[\s,;]+/);
  // Words are no codes: what they find is offered, and Enter once more takes it.
  if (parts.every((part) => /\d/.test(part))) add(text);
  else if (text) box.offer();
});
whole.addEventListener("submit", (event) => {
  event.preventDefault();
  show(asked());
});
whole.addEventListener("change", () => show(asked()));
document.getElementById("checked").addEventListener("click", (event) => {
  const link = event.target.closest("a[href^='/compare']");
  if (!link || event.ctrlKey || event.metaKey) return;
  event.preventDefault();
  show(link.getAttribute("href"));
});
