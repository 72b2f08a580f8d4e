// The live graph: vis-network draws, a click lets a node grow, switches hide relations.

const SCRIPT = "/static/vis/vis-network.min.js";
const MOST = 150; // nodes: more are a tangle, and slow
const WIDE = 22; // characters of a line in a box
const LINES = 3;
const READABLE = 0.7; // of the size at which letters have 14 pixels
const STEPS = 300; // of the physics that spreads what is new
const GAP = 16; // pixels between two boxes
const PATIENCE = 60; // turns after which boxes that stood may move too
const EDGE = 90; // pixels from the middle of a box to the edge of the picture

const OPTIONS = {
  autoResize: true,
  layout: { improvedLayout: false, randomSeed: 7 },
  nodes: { shape: "box", margin: 7, borderWidth: 1.5, font: { size: 14, face: "system-ui, Arial, sans-serif" } },
  edges: { width: 1.5, smooth: false, arrowStrikethrough: false },
  interaction: { hover: true, tooltipDelay: 150, zoomView: false, keyboard: false },
  physics: {
    enabled: false,
    solver: "barnesHut",
    barnesHut: { gravitationalConstant: -4000, centralGravity: 0.35, springLength: 70, springConstant: 0.04, avoidOverlap: 0.7, damping: 0.3 },
    stabilization: { enabled: false },
  },
};

function loaded() {
  if (window.vis) return Promise.resolve();
  return new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = SCRIPT;
    script.addEventListener("load", resolve);
    script.addEventListener("error", () => reject(new Error("vis-network did not load")));
    document.head.append(script);
  });
}

function wrapped(text) {
  const lines = [""];
  for (const word of text.split(/\s+/)) {
    const line = lines.at(-1);
    if (line && line.length + word.length >= WIDE) lines.push(word);
    else lines[lines.length - 1] = line ? `${line} ${word}` : word;
  }
  const shown = lines.slice(0, LINES);
  if (lines.length > LINES) shown[LINES - 1] += " ...";
  return shown.join("\n");
}

function inked() {
  const style = getComputedStyle(document.documentElement);
  return (name) => style.getPropertyValue(`--${name}`).trim();
}

export class Picture {
  constructor(place) {
    this.place = place;
    this.home = place.dataset.name;
    this.canvas = place.querySelector(".canvas");
    this.told = place.querySelector(".told");
    this.list = place.querySelector(".drawn");
    this.hidden = new Set();
    this.grown = new Set();
    this.left = new Map();
  }

  async start() {
    try {
      await loaded();
    } catch (error) {
      this.told.textContent = "The graph cannot be drawn; the page above says the same.";
      return;
    }
    const { vis } = window;
    this.nodes = new vis.DataSet();
    this.edges = new vis.DataSet();
    const shown = new vis.DataView(this.edges, { filter: (edge) => !this.hidden.has(edge.relation) });
    this.shown = shown;
    this.network = new vis.Network(this.canvas, { nodes: this.nodes, edges: shown }, OPTIONS);
    this.network.on("click", ({ nodes: [name] }) => { if (name) this.grow(name); });
    this.network.on("doubleClick", ({ nodes: [name] }) => { if (name) location.href = this.nodes.get(name).href; });
    this.network.on("stabilizationIterationsDone", () => this.settle());
    this.place.querySelector(".buttons").addEventListener("click", ({ target }) => this.pressed(target.dataset));
    this.list.addEventListener("click", ({ target }) => { if (target.dataset.grow) this.grow(target.dataset.grow); });
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.paint());
    await this.grow(this.home);
  }

  // Growing

  async grow(name) {
    if (this.grown.has(name)) return this.say(`${name} is shown with what surrounds it.`);
    if (this.nodes.length >= MOST) return this.say(`${MOST} nodes are drawn, the most there can be; start again from one of them.`);
    this.grown.add(name);
    let found;
    try {
      const response = await fetch(`/api/neighbours/${encodeURIComponent(name)}`);
      if (!response.ok) throw new Error(await response.text());
      found = await response.json();
    } catch (error) {
      this.grown.delete(name);
      return this.say("The server does not answer; is icdgraph serve still running?");
    }
    this.legend(found.relations);
    const more = this.add(name, found);
    this.left.set(name, found.left_out);
    const left = Object.values(found.left_out).reduce((sum, one) => sum + one, 0);
    this.say(`${more} more around ${name}${left ? `; ${left} are left out, its page names them` : ""}.`);
    return undefined;
  }

  add(name, { nodes, lines, relations }) {
    const looks = new Map(relations.map((look) => [look.relation, look]));
    const near = this.nodes.get(name) ? this.network.getPosition(name) : { x: 0, y: 0 };
    const fresh = nodes.filter((node) => !this.nodes.get(node.name)).slice(0, MOST - this.nodes.length);
    this.nodes.add(fresh.map((node, place) => {
      const angle = (2 * Math.PI * place) / Math.max(fresh.length, 1);
      return {
        ...this.look(node),
        x: near.x + 200 * Math.cos(angle),
        y: near.y + 150 * Math.sin(angle),
      };
    }));
    if (this.grown.size > 1) this.nodes.update(this.look(this.nodes.get(name)));
    this.edges.add(lines.filter(({ from, to }) => this.nodes.get(from) && this.nodes.get(to))
      .map(({ from, to, relation, words }) => ({
        id: `${from} ${relation} ${to}`,
        from,
        to,
        relation,
        color: { color: looks.get(relation).colour, highlight: looks.get(relation).colour, hover: looks.get(relation).colour },
        dashes: looks.get(relation).dashes.length ? looks.get(relation).dashes : false,
        arrows: relation === "parent" ? "" : "to",
        title: `${from} ${looks.get(relation).words} ${to}${words ? `: ${words}` : ""}`,
      })).filter(({ id }) => !this.edges.get(id)));
    this.write(fresh);
    this.place.dataset.nodes = this.nodes.length;
    this.move();
    return fresh.length;
  }

  look(node) {
    const ink = inked();
    const isHome = node.name === this.home;
    const fill = isHome ? ink("here") : this.grown.has(node.name) ? ink("shade") : ink("paper");
    const border = isHome ? ink("link") : node.billable ? ink("good") : ink("faint");
    const colour = { background: fill, border };
    return {
      id: node.name,
      name: node.name,
      words: node.words ?? node.title,
      billable: node.billable,
      href: node.href,
      label: `${node.name}\n${wrapped(node.words ?? node.title)}`,
      title: `${node.name} ${node.words ?? node.title}`,
      color: { ...colour, highlight: colour, hover: colour },
      font: { color: ink("ink") },
      borderWidth: isHome ? 3 : 1.5,
    };
  }

  paint() {
    this.nodes.update(this.nodes.get().map((node) => this.look(node)));
  }

  // Standing still: what stood stays, the physics spreads what is new, no boxes touch.

  move() {
    this.isMoving = true;
    this.network.setOptions({ physics: { enabled: true } });
    this.network.stabilize(STEPS);
  }

  settle() {
    if (!this.isMoving) return;
    this.isMoving = false;
    this.network.setOptions({ physics: { enabled: false } });
    this.network.redraw(); // only what was drawn has a size
    const isFirst = this.grown.size === 1;
    const boxes = this.nodes.get().map(({ id, fixed }) => {
      const { left, right, top, bottom } = this.network.getBoundingBox(id);
      return { id, isFixed: fixed === true, x: (left + right) / 2, y: (top + bottom) / 2, width: right - left, height: bottom - top };
    });
    if (isFirst) stretch(boxes, this.canvas.clientWidth / this.canvas.clientHeight);
    separate(boxes);
    this.nodes.update(boxes.map(({ id, x, y }) => ({ id, x, y, fixed: true })));
    if (isFirst) this.fit();
    this.place.dataset.ready = this.nodes.length;
  }

  // All of it, yet no smaller than can be read; then the node it is about is in view.
  fit() {
    this.network.fit({ maxZoomLevel: 1 });
    if (this.network.getScale() >= READABLE) return;
    const home = this.network.getPosition(this.home);
    const all = Object.values(this.network.getPositions());
    const within = (axis, size) => {
      const places = all.map((one) => one[axis]);
      const [least, most] = [Math.min(...places) - EDGE, Math.max(...places) + EDGE];
      const half = size / READABLE / 2;
      if (most - least < 2 * half) return (least + most) / 2;
      return Math.min(Math.max(home[axis], least + half), most - half);
    };
    const position = { x: within("x", this.canvas.clientWidth), y: within("y", this.canvas.clientHeight) };
    this.network.moveTo({ position, scale: READABLE });
  }

  pressed({ zoom, fit, again }) {
    if (zoom) this.network.moveTo({ scale: this.network.getScale() * Number(zoom) });
    if (fit !== undefined) this.network.fit({ maxZoomLevel: 1 });
    if (again !== undefined) {
      this.edges.clear();
      this.nodes.clear();
      this.grown.clear();
      this.list.replaceChildren();
      this.grow(this.home);
    }
  }

  // In words

  legend(relations) {
    const box = this.place.querySelector(".relations");
    if (box.querySelector("label")) return;
    box.append(...relations.map(({ relation, words, colour, dashes }) => {
      const label = document.createElement("label");
      const input = Object.assign(document.createElement("input"), { type: "checkbox", checked: true, value: relation });
      input.addEventListener("change", () => this.switch(relation, input.checked));
      label.append(input, sample(colour, dashes), words);
      return label;
    }));
  }

  switch(relation, isOn) {
    if (isOn) this.hidden.delete(relation);
    else this.hidden.add(relation);
    this.shown.refresh();
    this.place.dataset.lines = this.shown.length;
  }

  write(nodes) {
    this.list.append(...nodes.map(({ name, title, href }) => {
      const item = document.createElement("li");
      const link = Object.assign(document.createElement("a"), { href, className: "code", textContent: name });
      const button = Object.assign(document.createElement("button"), { type: "button", className: "copy", textContent: "Grow" });
      button.dataset.grow = name;
      button.setAttribute("aria-label", `Grow ${name}`);
      item.append(link, ` ${title} `, button);
      return item;
    }));
    this.place.dataset.lines = this.shown.length;
  }

  say(text) {
    this.told.textContent = text;
  }
}

// A canvas is wider than high, or on a phone higher than wide: use all of it.
function stretch(boxes, shape) {
  const extent = (axis) => {
    const all = boxes.map((box) => box[axis]);
    return Math.max(...all) - Math.min(...all) || 1;
  };
  const factor = Math.sqrt(Math.min(Math.max((shape * extent("y")) / extent("x"), 0.3), 5));
  for (const box of boxes) {
    box.x *= factor;
    box.y /= factor;
  }
}

// Move boxes apart that touch, by the shorter way; those that are fixed stay, unless
// what is new would never find room between them.
function separate(boxes) {
  for (let turn = 0, moved = true; moved && turn < 200; turn += 1) {
    moved = false;
    const isHeld = turn < PATIENCE;
    for (const [place, one] of boxes.entries()) {
      for (const other of boxes.slice(place + 1)) {
        const across = (one.width + other.width) / 2 + GAP - Math.abs(one.x - other.x);
        const down = (one.height + other.height) / 2 + GAP - Math.abs(one.y - other.y);
        if (across <= 0 || down <= 0 || (isHeld && one.isFixed && other.isFixed)) continue;
        moved = true;
        const [axis, by] = across < down ? ["x", across] : ["y", down];
        const way = one[axis] <= other[axis] ? 1 : -1;
        const share = !isHeld || one.isFixed === other.isFixed ? 0.5 : Number(other.isFixed);
        one[axis] -= way * by * share;
        other[axis] += way * by * (1 - share);
      }
    }
  }
}

function sample(colour, dashes) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const line = document.createElementNS("http://www.w3.org/2000/svg", "line");
  const set = (element, values) => {
    for (const [name, value] of Object.entries(values)) element.setAttribute(name, value);
  };
  set(svg, { width: 38, height: 10, "aria-hidden": "true" });
  set(line, { x1: 1, y1: 5, x2: 37, y2: 5, stroke: colour, "stroke-width": 2.5, "stroke-dasharray": dashes.join(" ") || "none" });
  svg.append(line);
  return svg;
}
