// The tree: a branch is fetched when it is first opened; arrow keys move through it.

const tree = document.querySelector(".tree");

function isOpen(opener) {
  return opener.getAttribute("aria-expanded") === "true";
}

function below(opener) {
  return opener.parentElement.querySelector(":scope > ul");
}

function prepare(within) {
  for (const opener of within.querySelectorAll("a.opener")) {
    opener.setAttribute("role", "button");
    opener.setAttribute("aria-expanded", String("open" in opener.dataset));
  }
}

async function fetched(opener) {
  const response = await fetch(opener.href.split("#")[0], { headers: { Accept: "text/html" } });
  if (!response.ok) throw new Error(await response.text());
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  const branch = page.getElementById(opener.parentElement.id).querySelector(":scope > ul");
  prepare(branch);
  return document.adoptNode(branch);
}

async function open(opener) {
  if (opener.dataset.busy) return;
  opener.dataset.busy = "yes";
  try {
    if (!below(opener)) opener.parentElement.append(await fetched(opener));
    below(opener).hidden = false;
    opener.setAttribute("aria-expanded", "true");
    history.replaceState(null, "", opener.href);
  } catch (error) {
    document.getElementById("status").textContent = "The server does not respond.";
  } finally {
    delete opener.dataset.busy;
  }
}

function close(opener) {
  const branch = below(opener);
  if (branch) branch.hidden = true;
  opener.setAttribute("aria-expanded", "false");
}

function toggle(opener) {
  if (isOpen(opener)) close(opener);
  else open(opener);
}

tree.addEventListener("click", (event) => {
  const opener = event.target.closest("a.opener");
  if (!opener || event.ctrlKey || event.metaKey) return;
  event.preventDefault();
  toggle(opener);
});

tree.addEventListener("keydown", (event) => {
  const opener = event.target.closest("li")?.querySelector(":scope > a.opener");
  const links = [...tree.querySelectorAll("a.code")].filter((link) => link.checkVisibility());
  const here = event.target.closest("li")?.querySelector("a.code");
  const at = links.indexOf(here);
  const keys = {
    ArrowDown: () => links[Math.min(at + 1, links.length - 1)].focus(),
    ArrowUp: () => links[Math.max(at - 1, 0)].focus(),
    ArrowRight: () => opener && !isOpen(opener) && open(opener),
    ArrowLeft: () => {
      if (opener && isOpen(opener)) close(opener);
      else here.closest("ul").closest("li")?.querySelector("a.code").focus();
    },
  };
  if (event.key === " " && event.target === opener) keys[" "] = () => toggle(opener);
  if (!(event.key in keys) || event.ctrlKey || event.metaKey || event.altKey) return;
  event.preventDefault();
  keys[event.key]();
});

prepare(tree);
