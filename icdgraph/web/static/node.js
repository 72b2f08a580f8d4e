// The page of a node: copy, the picker of the 7th character, print, and the graph.

import "./copy.js";
import { Picture } from "./picture.js";

const whole = document.getElementById("whole");

function pick({ target }) {
  if (target.name !== "seventh") return;
  whole.hidden = false;
  whole.querySelector("output").textContent = target.value;
  whole.querySelector("button").dataset.copy = target.value;
  whole.querySelector("a").href = `/${encodeURIComponent(target.value)}`;
}

document.querySelector(".picker")?.addEventListener("change", pick);
const checked = document.querySelector(".picker input:checked");
if (checked) pick({ target: checked });

// On paper nothing can be unfolded.
let folded = [];
addEventListener("beforeprint", () => {
  folded = [...document.querySelectorAll("details:not([open])")];
  for (const one of folded) one.open = true;
});
addEventListener("afterprint", () => {
  for (const one of folded) one.open = false;
});

const place = document.getElementById("graph");
place.hidden = false;
const seen = new IntersectionObserver((entries) => {
  if (!entries.some((entry) => entry.isIntersecting)) return;
  seen.disconnect();
  place.picture = new Picture(place);
  place.picture.start();
}, { rootMargin: "200px" });
seen.observe(place);
