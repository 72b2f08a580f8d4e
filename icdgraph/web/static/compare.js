// Codes are checked as soon as one is added or removed.

import { Combobox } from "./combobox.js";
import { showCopy } from "./copy.js";

const adding = document.getElementById("adding");
const input = document.getElementById("add");
const whole = document.getElementById("whole");
const status = document.getElementById("status");
let last;

// The server writes the page; its part about the codes replaces the one that is shown.
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
    if (error.name !== "AbortError") say("The server does not respond.");
  }
  return undefined;
}

function say(text) {
  status.textContent = text.trim();
}

function listed() {
  return whole.elements.codes.value.split(/[\s,;]+/).filter(Boolean);
}

function address(codes = listed()) {
  const { setting, age } = whole.elements;
  const values = { codes: codes.join(","), setting: setting.value, age: age.value.trim() };
  const kept = Object.entries(values).filter(([name, value]) => value || name === "codes");
  return `/compare?${new URLSearchParams(kept)}`;
}

function add(code) {
  input.value = "";
  input.focus();
  show(address([...listed(), code]));
}

const box = new Combobox(input, document.getElementById("adds"), ({ code }) => add(code), status);
adding.hidden = false;
adding.addEventListener("submit", (event) => {
  event.preventDefault();
  const text = input.value.trim();
  const parts = text.split(/[\s,;]+/);
  // Words are not codes: their results are offered, and Enter again takes the first.
  if (parts.every((part) => /\d/.test(part))) add(text);
  else if (text) box.offer();
});
whole.addEventListener("submit", (event) => {
  event.preventDefault();
  show(address());
});
whole.addEventListener("change", () => show(address()));
document.getElementById("checked").addEventListener("click", (event) => {
  const link = event.target.closest("a[href^='/compare']");
  if (!link || event.ctrlKey || event.metaKey) return;
  event.preventDefault();
  show(link.getAttribute("href"));
});
