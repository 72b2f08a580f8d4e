// Buttons that copy a text. They are hidden until a script can make them work.

async function copied(text) {
  if (navigator.clipboard) return navigator.clipboard.writeText(text);
  // Without https, browsers have no other way, except on loopback.
  const area = document.createElement("textarea");
  area.value = text;
  document.body.append(area);
  area.select();
  document.execCommand("copy");
  area.remove();
}

export function showCopy(within = document) {
  for (const button of within.querySelectorAll("button.copy[hidden]")) button.hidden = false;
}

document.addEventListener("click", async (event) => {
  const button = event.target.closest("button.copy");
  if (!button) return;
  const status = document.getElementById("status");
  try {
    await copied(button.dataset.copy);
    status.textContent = `Copied ${button.dataset.copy}`;
    button.classList.add("done");
    setTimeout(() => button.classList.remove("done"), 1200);
  } catch (error) {
    status.textContent = "The browser does not allow this page to copy.";
  }
});

showCopy();
