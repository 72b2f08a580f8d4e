// Search as you type: a combobox as the ARIA Authoring Practices describe it.

const WAIT = 90; // milliseconds after a key, so that fast typing makes one request

export class Combobox {
  // *choose* is called with the choice: {code, name, href}.
  constructor(input, list, choose, status) {
    Object.assign(this, { input, list, choose, status, chosen: -1, results: [] });
    const attributes = {
      role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false",
      "aria-controls": list.id,
    };
    for (const [name, value] of Object.entries(attributes)) input.setAttribute(name, value);
    input.addEventListener("input", () => this.later());
    input.addEventListener("keydown", (event) => this.pressed(event));
    input.addEventListener("blur", () => this.close());
    list.addEventListener("mousedown", (event) => {
      event.preventDefault(); // the input keeps the focus
      const item = event.target.closest("li");
      if (item) this.accept(Number(item.dataset.place));
    });
  }

  later() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.search(), WAIT);
  }

  async search() {
    const terms = this.input.value.trim();
    this.abort?.abort();
    if (!terms) return this.close();
    const mine = (this.abort = new AbortController());
    const parameters = new URLSearchParams({
      terms, maxList: 10, billable: "any", ef: "href,billable,field,text,marks",
    });
    try {
      const response = await fetch(`/api/search?${parameters}`, { signal: mine.signal });
      if (!response.ok) return this.close();
      const [, codes, extra, rows] = await response.json();
      if (terms !== this.input.value.trim() || document.activeElement !== this.input) return;
      this.open(codes.map((code, place) => ({
        code,
        name: rows[place][1],
        ...Object.fromEntries(Object.entries(extra).map(([key, all]) => [key, all[place]])),
      })));
    } catch (error) {
      if (error.name !== "AbortError") this.close(); // the server is gone
    }
  }

  async offer() {
    clearTimeout(this.timer);
    this.input.focus();
    await this.search();
    if (this.results.length) this.mark(0);
  }

  open(results) {
    this.results = results;
    this.list.replaceChildren(...results.map((result, place) => this.item(result, place)));
    this.list.hidden = !results.length;
    this.input.setAttribute("aria-expanded", String(results.length > 0));
    this.mark(-1);
    this.status.textContent = results.length ? `${results.length} results` : "No results";
  }

  item(result, place) {
    const item = document.createElement("li");
    item.id = `${this.list.id}-${place}`;
    item.role = "option";
    item.dataset.place = place;
    item.setAttribute("aria-selected", "false");
    const code = document.createElement("b");
    code.textContent = result.code;
    const name = document.createElement("span");
    name.textContent = result.name;
    item.append(code, name);
    if (result.billable) name.append(" ", Object.assign(document.createElement("i"), { className: "mark yes", textContent: "billable" }));
    if (!["code", "title"].includes(result.field)) item.append(marked(result));
    return item;
  }

  mark(place) {
    this.chosen = place;
    for (const [number, item] of [...this.list.children].entries()) {
      item.setAttribute("aria-selected", String(number === place));
    }
    const item = this.list.children[place];
    item?.scrollIntoView({ block: "nearest" });
    if (item) this.input.setAttribute("aria-activedescendant", item.id);
    else this.input.removeAttribute("aria-activedescendant");
  }

  close() {
    clearTimeout(this.timer);
    this.list.hidden = true;
    this.results = [];
    this.chosen = -1;
    this.input.setAttribute("aria-expanded", "false");
    this.input.removeAttribute("aria-activedescendant");
  }

  accept(place) {
    const result = this.results[place];
    this.abort?.abort();
    this.close();
    this.choose(result);
  }

  pressed(event) {
    const last = this.results.length - 1;
    const moves = {
      ArrowDown: this.chosen >= last ? (last < 0 ? -1 : 0) : this.chosen + 1,
      ArrowUp: this.chosen <= 0 ? last : this.chosen - 1,
    };
    if (event.key in moves) {
      event.preventDefault();
      if (this.list.hidden) this.search();
      else this.mark(moves[event.key]);
    } else if (event.key === "Enter" && this.chosen >= 0) {
      event.preventDefault();
      this.accept(this.chosen);
    } else if (event.key === "Escape" && !this.list.hidden) {
      event.preventDefault(); // a search field would be emptied
      this.close();
    }
  }
}

// The text that matched, where it is not the title, with its words marked.
function marked({ text, marks }) {
  const line = document.createElement("small");
  let at = 0;
  for (const [start, end] of marks) {
    const mark = document.createElement("mark");
    mark.textContent = text.slice(start, end);
    line.append(text.slice(at, start), mark);
    at = end;
  }
  line.append(text.slice(at));
  return line;
}
