"use strict";
// The picture: drawn at once, and then searched, focused, folded and switched.

// Where none of the fonts is installed that the boxes were measured for, set smaller.
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
const beside = new Map(picture.nodes.map((node) => [node.id, []]));
for (const node of picture.nodes) if (node.by) brought.set(node.by, [...(brought.get(node.by) ?? []), node.id]);
for (const edge of edges.get()) {
  beside.get(edge.from)?.push(edge);
  beside.get(edge.to)?.push(edge);
}
const off = new Set();
const folded = new Set(picture.nodes.filter((node) => node.folds).map((node) => node.id));
const bands = new Map();
let focus = null;
let here = picture.nodes.find((node) => node.role === "centre")?.id;

// What is seen

const isFolded = (node) => {
  for (let by = node.by; by && records.has(by); by = records.get(by).by) if (folded.has(by)) return true;
  return false;
};
const isSeen = (node) => {
  if (node.role === "heading") return !off.has(node.relation) && picture.nodes.some(
    (one) => one.role === node.of && one.relation === node.relation && isSeen(one));
  if (isFolded(node)) return false;
  if (!node.by || node.role === "centre" || node.role === "ancestor") return true;
  // A line to what this box itself brings does not keep it in the picture.
  return beside.get(node.id).some((edge) => !off.has(edge.relation)
    && records.get(edge.from === node.id ? edge.to : edge.from)?.by !== node.id);
};
const seen = () => picture.nodes.filter((node) => !nodes.get(node.id).hidden);

function show() {
  const near = focus && new Set([focus, ...beside.get(focus).flatMap((edge) => [edge.from, edge.to])]);
  const visible = new Set(picture.nodes.filter(isSeen).map((node) => node.id));
  nodes.update(picture.nodes.map(({ id }) => ({
    id,
    hidden: !visible.has(id),
    opacity: near && !near.has(id) ? 0.18 : 1,
    ...(brought.has(id) && { shapeProperties: { borderDashes: folded.has(id) ? [6, 4] : false } }),
  })));
  edges.update(edges.get().map(({ id, from, to, relation, color }) => ({
    id,
    hidden: off.has(relation) || !visible.has(from) || !visible.has(to),
    color: { ...color, opacity: near && from !== focus && to !== focus ? 0.12 : 1 },
  })));
}

for (const box of document.querySelectorAll("#legend input")) box.addEventListener("change", () => {
  if (box.checked) off.delete(box.value); else off.add(box.value);
  show();
});

// Folding: what is unfolded for the first time gets a band of the height to itself

const size = (node) => ({ w: node.w ?? 80, h: node.h ?? 26 });
const places = () => {
  const at = network.getPositions();
  return picture.nodes.filter((node) => !node.unplaced).map((node) => ({ node, ...size(node), ...at[node.id] }));
};
const moved = (boxes) => nodes.update(boxes.map(({ node, x, y }) => ({ id: node.id, x, y })));

function place(id, kids) {
  const boxes = places();
  const home = boxes.find((box) => box.node.id === id);
  const wide = Math.max(...kids.map((kid) => size(kid).w)) + 10;
  const high = Math.max(...kids.map((kid) => size(kid).h)) + 8;
  const rows = Math.min(kids.length, Math.max(6, Math.ceil(Math.sqrt((kids.length * wide) / high / 2))));
  const left = home.x - home.w / 2 + 24;
  const right = left + wide * Math.ceil(kids.length / rows);
  const at = home.y + home.h / 2;
  const lower = boxes.filter((box) => box.y - box.h / 2 >= at - 1);
  const across = boxes.filter((box) => box.y - box.h / 2 < at - 1 && box.x + box.w / 2 > left && box.x - box.w / 2 < right);
  const top = Math.max(at, ...across.map((box) => box.y + box.h / 2)) + 10;
  const need = top - at + rows * high;
  moved(lower.map((box) => ({ ...box, y: box.y + need })));
  moved(kids.map((node, n) => ({
    node,
    x: left + Math.floor(n / rows) * wide + size(node).w / 2,
    y: top + (n % rows) * high + size(node).h / 2,
  })));
  bands.set(id, { at: at + need, need });
  for (const kid of kids) kid.unplaced = false;
}

function unplace(id) {
  const kids = (brought.get(id) ?? []).map((kid) => records.get(kid));
  for (const kid of kids) if (!folded.has(kid.id) && brought.has(kid.id)) fold(kid.id);
  if (!bands.has(id)) return;
  for (const kid of kids) kid.unplaced = true;
  const { need } = bands.get(id);
  const home = network.getPosition(id);
  const below = home.y + size(records.get(id)).h / 2 + need;
  moved(places().filter((box) => box.y - box.h / 2 >= below - 1).map((box) => ({ ...box, y: box.y - need })));
  bands.delete(id);
}

function fold(id) {
  unplace(id);
  folded.add(id);
}

function turn(id) {
  if (!brought.has(id)) return;
  if (folded.has(id)) {
    folded.delete(id);
    const kids = brought.get(id).map((kid) => records.get(kid)).filter((kid) => kid.unplaced);
    if (kids.length && !moves) place(id, kids);
  } else fold(id);
  show();
}

// Focus

function go(id, closer) {
  here = id;
  network.selectNodes([id]);
  byId("card").textContent = records.get(id).title ?? records.get(id).label ?? "";
  const spot = network.canvasToDOM(network.getPosition(id));
  const outside = spot.x < 60 || spot.y < 40 || spot.x > frame.clientWidth - 60 || spot.y > frame.clientHeight - 40;
  if (closer || outside) network.moveTo({ position: network.getPosition(id), scale: Math.max(network.getScale(), closer ? 0.8 : 0.4) });
}
function setFocus(id) {
  if (focus === id) return;
  focus = id;
  if (id === null) {
    byId("card").textContent = "";
    network.unselectAll();
  } else go(id, false);
  show();
}
network.on("click", ({ nodes: [id] }) => setFocus(id !== undefined && records.get(id).role !== "heading" ? id : null));
network.on("doubleClick", ({ nodes: [id] }) => { if (id !== undefined) turn(id); });

// The keyboard

const ways = { ArrowUp: [0, -1], ArrowDown: [0, 1], ArrowLeft: [-1, 0], ArrowRight: [1, 0] };
function next([dx, dy]) {
  const at = network.getPosition(here);
  const linked = new Set(beside.get(here).filter((edge) => !edges.get(edge.id).hidden).flatMap((edge) => [edge.from, edge.to]));
  let best = null;
  for (const { id, role } of seen()) {
    if (id === here || role === "heading") continue;
    const to = network.getPosition(id);
    const far = Math.hypot(to.x - at.x, to.y - at.y);
    const ahead = ((to.x - at.x) * dx + (to.y - at.y) * dy) / far;
    if (!(ahead > 0.35)) continue;
    const cost = (far * (2 - ahead)) / (linked.has(id) ? 3 : 1);
    if (!best || cost < best.cost) best = { id, cost };
  }
  return best?.id;
}
const zoom = (times) => network.moveTo({ scale: network.getScale() * times });
const keys = {
  Enter: () => { setFocus(here); go(here, true); },
  " ": () => turn(here),
  "+": () => zoom(1.25),
  "=": () => zoom(1.25),
  "-": () => zoom(0.8),
  0: () => whole(),
  Escape: () => setFocus(null),
};
frame.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const to = ways[event.key] && next(ways[event.key]);
  if (to !== undefined && focus) setFocus(to);
  else if (to !== undefined) go(to, false);
  else if (keys[event.key]) keys[event.key]();
  if (ways[event.key] || keys[event.key]) event.preventDefault();
});

// The search box

const find = byId("find");
let hits = [];
let hit = -1;
const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
function search() {
  const asked = plain(find.value).trim().split(/\s+/).filter(Boolean);
  hits = asked.length ? seen().filter((node) => node.role !== "heading" && asked.every((word) => plain(node.words ?? node.label ?? "").includes(word))) : [];
  hit = -1;
  byId("found").textContent = asked.length ? `${hits.length} found` : "";
  network.selectNodes(hits.map((node) => node.id));
}
find.addEventListener("input", search);
find.addEventListener("keydown", (event) => {
  if (event.key === "Escape") { find.value = ""; search(); setFocus(null); }
  if (event.key !== "Enter" || !hits.length) return;
  hit = (hit + 1) % hits.length;
  byId("found").textContent = `${hit + 1} of ${hits.length}`;
  setFocus(hits[hit].id);
  go(hits[hit].id, true);
});

// The frame

const LEGIBLE = 0.45;
function whole() {
  network.fit({ nodes: seen().map((node) => node.id), animation: false });
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
