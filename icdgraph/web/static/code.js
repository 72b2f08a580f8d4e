// The page of a code: copy, the picker of the 7th character, print, and the picture.

import "./copy.js";

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

// On paper nothing can be unfolded, and a link from the picture opens what it leads to.
let folded = [];
addEventListener("beforeprint", () => {
  folded = [...document.querySelectorAll("details:not([open])")];
  for (const details of folded) details.open = true;
});
addEventListener("afterprint", () => {
  for (const details of folded) details.open = false;
});
addEventListener("hashchange", () => {
  const details = document.getElementById(location.hash.slice(1))?.parentElement.querySelectorAll("details");
  for (const one of details ?? []) one.open = true;
});

// A picture wider than the screen starts at its middle, where the code is.
const drawing = document.querySelector(".drawing");
drawing.scrollLeft = (drawing.scrollWidth - drawing.clientWidth) / 2;
