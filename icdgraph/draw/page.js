"use strict";
// The picture: drawn at once, then searched, focused, expanded and filtered.

// Where none of the fonts is installed that the boxes were measured for, set it smaller.
const pen = document.createElement("canvas").getContext("2d");
pen.font = "100px " + picture.options.nodes.font.face;
const wider = pen.measureText(sample.words).width / sample.width;
if (wider > 1) for (const node of picture.nodes) if (node.font.size) node.font.size /= 1.05 * wider;

const byId = (id) => document.getElementById(id);
const frame = byId("picture");
const records = new Map(picture.nodes.map((node) => [node.id, node]));
const nodes = new vis.DataSet(picture.nodes);
const edges = new vis.DataSet(picture.edges);
const network = new vis.Network(frame, { nodes, edges }, picture.options);
const moves = picture.options.physics.enabled;
const brought = new Map();
const edgesOf = new Map(picture.nodes.map((node) => [node.id, []]));
for (const node of picture.nodes) if (node.broughtBy) brought.set(node.broughtBy, [...(brought.get(node.broughtBy) ?? []), node.id]);
for (const edge of edges.get()) {
  edgesOf.get(edge.from)?.push(edge);
  edgesOf.get(edge.to)?.push(edge);
}
const off = new Set(); // relations that are switched off
const collapsed = new Set(picture.nodes.filter((node) => node.collapsed).map((node) => node.id));
const bands = new Map();
let focus = null;
let here = picture.nodes.find((node) => node.role === "center")?.id;

// What is visible

const isCollapsed = (node) => {
  for (let by = node.broughtBy; by && records.has(by); by = records.get(by).broughtBy) if (collapsed.has(by)) return true;
  return false;
};
const isVisible = (node) => {
  if (node.role === "heading") return !off.has(node.relation) && picture.nodes.some(
    (item) => item.role === node.of && item.relation === node.relation && isVisible(item));
  if (isCollapsed(node)) return false;
  if (!node.broughtBy || node.role === "center" || node.role === "ancestor") return true;
  // A line to a node that this one brought in does not keep it in the picture.
  return edgesOf.get(node.id).some((edge) => !off.has(edge.relation)
    && records.get(edge.from === node.id ? edge.to : edge.from)?.broughtBy !== node.id);
};
const visible = () => picture.nodes.filter((node) => !nodes.get(node.id).hidden);

function show() {
  const near = focus && new Set([focus, ...edgesOf.get(focus).flatMap((edge) => [edge.from, edge.to])]);
  const shown = new Set(picture.nodes.filter(isVisible).map((node) => node.id));
  nodes.update(picture.nodes.map(({ id }) => ({
    id,
    hidden: !shown.has(id),
    opacity: near && !near.has(id) ? 0.18 : 1,
    ...(brought.has(id) && { shapeProperties: { borderDashes: collapsed.has(id) ? [6, 4] : false } }),
  })));
  edges.update(edges.get().map(({ id, from, to, relation, color }) => ({
    id,
    hidden: off.has(relation) || !shown.has(from) || !shown.has(to),
    color: { ...color, opacity: near && from !== focus && to !== focus ? 0.12 : 1 },
  })));
}

for (const box of document.querySelectorAll("#legend input")) box.addEventListener("change", () => {
  if (box.checked) off.delete(box.value); else off.add(box.value);
  show();
});

// Expanding: what is expanded for the first time gets a horizontal band for itself

const size = (node) => ({ w: node.w ?? 80, h: node.h ?? 26 });
const places = () => {
  const at = network.getPositions();
  return picture.nodes.filter((node) => !node.unplaced).map((node) => ({ node, ...size(node), ...at[node.id] }));
};
const move = (boxes) => nodes.update(boxes.map(({ node, x, y }) => ({ id: node.id, x, y })));

function place(id, children) {
  const boxes = places();
  const home = boxes.find((box) => box.node.id === id);
  const wide = Math.max(...children.map((child) => size(child).w)) + 10;
  const high = Math.max(...children.map((child) => size(child).h)) + 8;
  const rows = Math.min(children.length, Math.max(6, Math.ceil(Math.sqrt((children.length * wide) / high / 2))));
  const left = home.x - home.w / 2 + 24;
  const right = left + wide * Math.ceil(children.length / rows);
  const bottom = home.y + home.h / 2;
  const lower = boxes.filter((box) => box.y - box.h / 2 >= bottom - 1);
  const across = boxes.filter((box) => box.y - box.h / 2 < bottom - 1 && box.x + box.w / 2 > left && box.x - box.w / 2 < right);
  const top = Math.max(bottom, ...across.map((box) => box.y + box.h / 2)) + 10;
  const height = top - bottom + rows * high;
  move(lower.map((box) => ({ ...box, y: box.y + height })));
  move(children.map((node, n) => ({
    node,
    x: left + Math.floor(n / rows) * wide + size(node).w / 2,
    y: top + (n % rows) * high + size(node).h / 2,
  })));
  bands.set(id, height);
  for (const child of children) child.unplaced = false;
}

function collapse(id) {
  const children = (brought.get(id) ?? []).map((child) => records.get(child));
  for (const child of children) if (!collapsed.has(child.id) && brought.has(child.id)) collapse(child.id);
  collapsed.add(id);
  if (!bands.has(id)) return;
  for (const child of children) child.unplaced = true;
  const height = bands.get(id);
  const below = network.getPosition(id).y + size(records.get(id)).h / 2 + height;
  move(places().filter((box) => box.y - box.h / 2 >= below - 1).map((box) => ({ ...box, y: box.y - height })));
  bands.delete(id);
}

function toggle(id) {
  if (!brought.has(id)) return;
  if (collapsed.has(id)) {
    collapsed.delete(id);
    const children = brought.get(id).map((child) => records.get(child)).filter((child) => child.unplaced);
    if (children.length && !moves) place(id, children);
  } else collapse(id);
  show();
}

// Focus

function describe(node) {
  const card = byId("card");
  card.textContent = node ? node.title ?? node.label ?? "" : "";
  if (node?.href) card.append("\n", Object.assign(document.createElement("a"), { href: node.href, target: "_top", textContent: `Open ${node.words}` }));
}
function go(id, closer) {
  here = id;
  network.selectNodes([id]);
  describe(records.get(id));
  const spot = network.canvasToDOM(network.getPosition(id));
  const outside = spot.x < 60 || spot.y < 40 || spot.x > frame.clientWidth - 60 || spot.y > frame.clientHeight - 40;
  if (closer || outside) network.moveTo({ position: network.getPosition(id), scale: Math.max(network.getScale(), closer ? 0.8 : 0.4) });
}
function setFocus(id) {
  if (focus === id) return;
  focus = id;
  if (id === null) {
    describe(null);
    network.unselectAll();
  } else go(id, false);
  show();
}
network.on("click", ({ nodes: [id] }) => setFocus(id !== undefined && records.get(id).role !== "heading" ? id : null));
network.on("doubleClick", ({ nodes: [id] }) => { if (id !== undefined) toggle(id); });

// The keyboard

const directions = { ArrowUp: [0, -1], ArrowDown: [0, 1], ArrowLeft: [-1, 0], ArrowRight: [1, 0] };
function next([dx, dy]) {
  const at = network.getPosition(here);
  const linked = new Set(edgesOf.get(here).filter((edge) => !edges.get(edge.id).hidden).flatMap((edge) => [edge.from, edge.to]));
  let best = null;
  for (const { id, role } of visible()) {
    if (id === here || role === "heading") continue;
    const to = network.getPosition(id);
    const distance = Math.hypot(to.x - at.x, to.y - at.y);
    const ahead = ((to.x - at.x) * dx + (to.y - at.y) * dy) / distance;
    if (!(ahead > 0.35)) continue;
    const cost = (distance * (2 - ahead)) / (linked.has(id) ? 3 : 1);
    if (!best || cost < best.cost) best = { id, cost };
  }
  return best?.id;
}
const zoom = (times) => network.moveTo({ scale: network.getScale() * times });
const keys = {
  Enter: () => { setFocus(here); go(here, true); },
  " ": () => toggle(here),
  "+": () => zoom(1.25),
  "=": () => zoom(1.25),
  "-": () => zoom(0.8),
  0: () => whole(),
  Escape: () => setFocus(null),
};
frame.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const to = directions[event.key] && next(directions[event.key]);
  if (to !== undefined && focus) setFocus(to);
  else if (to !== undefined) go(to, false);
  else if (keys[event.key]) keys[event.key]();
  if (directions[event.key] || keys[event.key]) event.preventDefault();
});

// The search box

const find = byId("find");
let matches = [];
let match = -1;
const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
function search() {
  const words = plain(find.value).trim().split(/\s+/).filter(Boolean);
  matches = words.length ? visible().filter((node) => node.role !== "heading" && words.every((word) => plain(node.words ?? node.label ?? "").includes(word))) : [];
  match = -1;
  byId("matches").textContent = words.length ? `${matches.length} found` : "";
  network.selectNodes(matches.map((node) => node.id));
}
find.addEventListener("input", search);
find.addEventListener("keydown", (event) => {
  if (event.key === "Escape") { find.value = ""; search(); setFocus(null); }
  if (event.key !== "Enter" || !matches.length) return;
  match = (match + 1) % matches.length;
  byId("matches").textContent = `${match + 1} of ${matches.length}`;
  setFocus(matches[match].id);
  go(matches[match].id, true);
});

// The view

const LEGIBLE = 0.45;
function whole() {
  network.fit({ nodes: visible().map((node) => node.id), animation: false });
  network.moveTo({ scale: 1.02 * network.getScale() });
}
function open() {
  whole();
  if (!picture.whole && here && network.getScale() < LEGIBLE) network.moveTo({ position: network.getPosition(here), scale: 0.7 });
}
byId("in").addEventListener("click", keys["+"]);
byId("out").addEventListener("click", keys["-"]);
byId("whole").addEventListener("click", whole);
network.once("afterDrawing", () => { document.documentElement.dataset.drawn = performance.now(); });
window.addEventListener("resize", open);
open();
