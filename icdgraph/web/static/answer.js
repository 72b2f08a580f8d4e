// The answer: rows as a table, a boolean as a word, triples as text.
// Data is always set as text, never as markup.

import { tokens } from "./editor.js";

const NUMBERS = /#(integer|decimal|double|float|long|int)$/;

export function element(name, text = "", attributes = {}) {
  const made = document.createElement(name);
  made.textContent = text;
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
}

export class Answer {
  constructor(prefixes, here) {
    this.prefixes = Object.entries(prefixes);
    this.here = here; // how IRIs begin that this page can describe
  }

  short(iri) {
    const known = this.prefixes.find(([, start]) => iri.startsWith(start));
    if (!known) return iri.startsWith(this.here[1]) ? `<${iri.slice(this.here[1].length + 1)}>` : iri;
    return `${known[0]}:${iri.slice(known[1].length)}`;
  }

  full(name) {
    const [prefix] = name.split(":", 1);
    const known = this.prefixes.find(([bound]) => bound === prefix);
    return known ? known[1] + name.slice(prefix.length + 1) : "";
  }

  link(iri) {
    const name = this.short(iri);
    if (this.here.some((start) => iri.startsWith(start))) {
      const query = encodeURIComponent(`DESCRIBE <${iri}>`);
      return element("a", name, { href: `/sparql?query=${query}`, title: iri });
    }
    if (!/^https?:\/\//.test(iri)) return element("span", iri);
    return element("a", name, { href: iri, title: iri, rel: "noreferrer" });
  }

  cell(term) {
    const cell = element("td");
    if (!term) return cell;
    if (term.type === "uri") {
      cell.append(this.link(term.value));
      if (this.short(term.value) !== term.value) cell.className = "code";
    } else {
      cell.textContent = term.value;
      if (NUMBERS.test(term.datatype ?? "")) cell.className = "number";
    }
    return cell;
  }

  table({ head, results }) {
    const names = head.vars;
    const body = element("tbody");
    for (const row of results.bindings) {
      const line = element("tr");
      line.append(...names.map((name) => this.cell(row[name])));
      body.append(line);
    }
    const numbers = names.map((name) => results.bindings.length > 0
      && results.bindings.every((row) => NUMBERS.test(row[name]?.datatype ?? "")));
    const line = element("tr");
    line.append(...names.map((name, place) => element(
      "th", name, numbers[place] ? { scope: "col", class: "number" } : { scope: "col" })));
    const table = element("table");
    const top = element("thead");
    top.append(line);
    table.append(top, body);
    return table;
  }

  // Turtle, with links for codes and notes; its prefixes are bound on this page.
  turtle(text) {
    const body = text.replace(/^@prefix .*\n/gm, "");
    const pre = element("pre", "", { tabindex: "0" });
    let at = 0;
    for (const { start, end, kind } of tokens(body)) {
      const iri = kind === "iri" ? body.slice(start + 1, end - 1)
        : kind === "name" ? this.full(body.slice(start, end)) : "";
      if (!this.here.some((beginning) => iri.startsWith(beginning))) continue;
      pre.append(body.slice(at, start), this.link(iri));
      at = end;
    }
    pre.append(body.slice(at));
    return pre;
  }

  // The element for *text* of the media type *type*.
  of(text, type) {
    if (!type.includes("sparql-results+json")) return this.turtle(text);
    const answer = JSON.parse(text);
    if ("boolean" in answer) {
      return element("p", answer.boolean ? "Yes" : "No", { class: "yesno" });
    }
    return this.table(answer);
  }
}
