"use strict";
(() => {
  const PAGE = 50;
  const MARKS = { critical: "■", high: "▲", medium: "◆", low: "●", info: "○" };
  const SHORT = 400;
  const $ = (id) => document.getElementById(id);
  const el = (tag, more, ...inside) => {
    const e = document.createElement(tag);
    for (const [k, v] of Object.entries(more || {})) {
      if (v === false || v === null) continue;
      if (k.startsWith("on")) e.addEventListener(k.slice(2), v);
      else if (v === true) e.setAttribute(k, "");
      else e.setAttribute(k, v);
    }
    e.append(...inside.filter((x) => x !== "" && x !== null));
    return e;
  };
  const number = (n) => n.toLocaleString("en-US");
  const read = async (id) => {
    const text = atob($(id).textContent);
    const bytes = new Uint8Array(text.length);
    for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
    return JSON.parse(await new Response(stream).text());
  };

  // ------------------------------------------------------------------------------------------- light and dark
  const theme = () => {
    const words = { "": "Auto", light: "Light", dark: "Dark" };
    const order = ["", "light", "dark"];
    let at = 0;
    const button = el("button", { type: "button", class: "theme", "aria-label": "Colours: auto" }, words[""]);
    button.addEventListener("click", () => {
      at = (at + 1) % order.length;
      if (order[at]) document.documentElement.dataset.theme = order[at];
      else delete document.documentElement.dataset.theme;
      button.textContent = words[order[at]];
      button.setAttribute("aria-label", "Colours: " + words[order[at]].toLowerCase());
    });
    $("tools").append(button);
  };

  // ------------------------------------------------------------------------------------------- one finding
  const badge = (s) => el("span", { class: "badge " + s }, el("i", { "aria-hidden": "true" }, MARKS[s] || "○"), " " + s);
  const fold = (text) =>
    text.length <= SHORT
      ? text
      : el("details", { class: "long" }, el("summary", {}, text.slice(0, 80) + "… ", el("small", {}, number(text.length) + " characters")), text);
  const value = (v) => {
    if (v === 0 || v === undefined) return el("span", { class: "none" }, "not set");
    if (typeof v === "string") return el("code", { class: "v" }, fold(v));
    const code = el("code", { class: v[0] || "v" });
    for (let i = 1; i < v.length; i += 2) {
      if (v[i] === 1) code.append(el("mark", {}, fold(v[i + 1])));
      else if (v[i] === 2) {
        const n = v[i + 1].split("\n").length;
        code.append(el("details", { class: "same" }, el("summary", {}, n === 1 ? "1 line alike" : number(n) + " lines alike"), el("code", {}, v[i + 1])));
      } else code.append(fold(v[i + 1]));
    }
    return code;
  };
  const row = (label, ...cells) => el("tr", {}, el("th", { scope: "row" }, label), ...cells);
  const place = (side, label, name) => {
    if (!side) return row(label, el("td", { class: "none" }, "not there"));
    const id = side[0].replaceAll("\u0001", name);
    const td = el("td", {}, el("code", {}, id), " ", el("span", { class: "quiet" }, side[1] + " / " + side[2]));
    if (side[3]) td.append(el("br"), el("code", { class: "quiet small" }, side[3].replaceAll("\u0002", id)));
    if (side[4]) td.append(el("br"), el("span", { class: "quiet" }, "in " + side[4]));
    return row(label, td);
  };
  const detail = (f, d) => {
    const [changes = [], reference = 0, candidate = 0, why = 0, match = 0, foot = 0, others = 0] = d;
    const [a, b] = f.labels;
    const body = el("div", { class: "body" });
    const rule = f.kind === "baseline" || f.kind === "control";
    const alone = f.kind === "missing" || f.kind === "extra";
    for (const w of why || []) if (w) body.append(el("p", { class: "why" }, w));
    if (changes.length && !alone) {
      const head = ["Field", b, a].concat(rule ? [] : ["Who moved"]).map((t) => el("th", { scope: "col" }, t));
      const rows = changes.map(([path, ref, cand, moved, verdict, remark]) => {
        const who = (moved || "").replace(/^candidate/, a).replace(/^reference/, b).replace(/ (?=\d{4}-\d\d-\d\d$)/, " since ");
        return el("tr", { class: verdict || f.verdict },
          el("th", { scope: "row" }, el("code", {}, path || "(whole resource)"), verdict ? " " : "", verdict ? el("span", { class: "tag" }, verdict) : "",
            remark ? el("span", { class: "why" }, remark) : ""),
          el("td", { "data-label": b }, value(ref)), el("td", { "data-label": a }, value(cand)),
          rule ? "" : el("td", { "data-label": "Who moved" }, who || el("span", { class: "quiet" }, "not known")));
      });
      body.append(el("table", { class: "stack changes" + (rule ? " three" : "") }, el("caption", { class: "hidden" }, "What differs"),
        el("thead", {}, el("tr", {}, ...head)), el("tbody", {}, ...rows)));
    }
    const rows = [];
    if (!rule && (alone || !others)) rows.push(place(reference, b, f.name));
    if (alone || !others) rows.push(place(candidate, a, f.name));
    for (const [label, ...places] of others || []) {
      const name = { reference: b, candidate: a, hangs: "and what hangs on it" }[label] + (alone && label !== "hangs" ? ", alike" : "");
      rows.push(row(name, el("td", {}, ...places.flatMap((p, i) => (i ? [el("br"), p] : [p])))));
    }
    if (alone) for (const [path, v] of changes) rows.push(row(el("code", {}, path), el("td", {}, value(v))));
    if (f.kind !== "gap")
      body.append(el("details", { class: "context", open: alone || Boolean(others) }, el("summary", {}, match ? `Where, paired by ${match[0]}, confidence ${match[1]}` : "Where"),
        el("table", { class: "where" }, el("caption", { class: "hidden" }, "Where"), el("tbody", {}, ...rows))));
    const said = foot ? foot.join(" · ") : f.aspects.split("\n")[0];
    body.append(el("p", { class: "foot" }, said + " · ", el("a", { class: "perma", href: "#finding-" + encodeURIComponent(f.id) }, "finding " + f.id)));
    return body;
  };

  // ------------------------------------------------------------------------------------------- all of them
  const explorer = async () => {
    const { words, columns, texts: joined, labels, part, tables } = await read("index");
    for (const [name, text] of Object.entries(joined)) columns[name] = text.split("\n");
    const total = columns.severity.length;
    const at = (name, i) => words[name][columns[name][i]];
    const called = (i) => columns.key[i].slice(columns.key[i].lastIndexOf("/") + 1);
    const title = (i) => at("title", i).replaceAll("\u0001", called(i));
    const parts = new Map();
    const details = (i) => {
      const n = Math.floor(i / part);
      if (!parts.has(n)) parts.set(n, read("part-" + n));
      return parts.get(n).then(([shared, rows]) => rows[i % part].map((x) => (typeof x === "number" && x ? shared[x - 1] : x)));
    };
    let hay = null;
    const texts = () => {
      if (!hay) {
        hay = new Array(total);
        for (let i = 0; i < total; i++) hay[i] = (title(i) + "\n" + columns.key[i] + "\n" + at("type", i) + "\n" + at("owner", i) + "\n" + columns.id[i]).toLowerCase();
      }
      return hay;
    };
    const choices = ["severity", "verdict", "kind", "state", "owner", "type", "comparison"];
    const hidden = ["aspect", "service", "group", "open", "id"];
    const names = { kind: "what", first: "age" };
    const state = { sort: "", page: 0, q: "" };
    let shown = [];

    const box = $("explorer");
    const search = el("input", { type: "search", id: "q", name: "q", autocomplete: "off", spellcheck: "false" });
    const selects = {};
    const form = el("form", { role: "search", "aria-label": "Findings" }, el("p", { class: "field wide" }, el("label", { for: "q" }, "Search title, key, type, owner or id"), search));
    for (const name of choices) {
      const select = el("select", { id: "f-" + name });
      select.append(el("option", { value: "" }, "all"));
      const order = words[name].map((_, i) => i);
      if (!["severity", "verdict", "state"].includes(name)) order.sort((x, y) => (words[name][x] < words[name][y] ? -1 : 1));
      for (const i of order) select.append(el("option", { value: words[name][i] || "-" }, words[name][i] || "nobody"));
      selects[name] = select;
      form.append(el("p", { class: "field" }, el("label", { for: "f-" + name }, names[name] || name), select));
    }
    const sort = el("select", { id: "f-sort" }, el("option", { value: "" }, "severity"), el("option", { value: "age" }, "oldest first"),
      el("option", { value: "title" }, "title"), el("option", { value: "type" }, "type"), el("option", { value: "owner" }, "owner"));
    form.append(el("p", { class: "field" }, el("label", { for: "f-sort" }, "sort by"), sort));
    const clear = el("button", { type: "reset" }, "Clear");
    form.append(el("p", { class: "field" }, clear));
    const status = el("p", { class: "count", role: "status" });
    const chips = el("p", { class: "chips" });
    const list = el("div", { class: "list" });
    const pages = el("p", { class: "pages" });
    box.replaceChildren(form, chips, status, list, pages);

    const wanted = () => {
      const tests = [];
      for (const name of choices) {
        const v = state[name];
        if (!v) continue;
        const n = words[name].indexOf(v === "-" ? "" : v);
        tests.push((i) => columns[name][i] === n);
      }
      if (state.open) tests.push((i) => at("verdict", i) === "drift" || at("verdict", i) === "unknown");
      if (state.group) { const n = words.group.indexOf(state.group); tests.push((i) => columns.group[i] === n); }
      if (state.id) tests.push((i) => columns.id[i] === state.id);
      if (state.service) tests.push((i) => at("type", i).split("::")[1] === state.service || at("type", i).startsWith(state.service));
      if (state.aspect) { const has = words.aspects.map((a) => a.split("\n").includes(state.aspect)); tests.push((i) => has[columns.aspects[i]]); }
      const q = state.q.toLowerCase().split(/\s+/).filter(Boolean);
      if (q.length) { const t = texts(); tests.push((i) => q.every((w) => t[i].includes(w))); }
      const out = [];
      for (let i = 0; i < total; i++) if (tests.every((t) => t(i))) out.push(i);
      const by = { age: (i) => at("first", i), title, type: (i) => at("type", i), owner: (i) => at("owner", i) || "\uffff" }[state.sort];
      if (by) {
        const keys = new Map(out.map((i) => [i, by(i)]));
        out.sort((x, y) => (keys.get(x) < keys.get(y) ? -1 : keys.get(x) > keys.get(y) ? 1 : x - y));
      }
      return out;
    };
    const finding = (i) => ({
      id: columns.id[i], name: called(i), kind: at("kind", i), verdict: at("verdict", i), aspects: at("aspects", i),
      labels: labels[at("comparison", i)] || ["candidate", "reference"],
    });
    const card = (i) => {
      const owner = at("owner", i);
      const sub = el("span", { class: "line sub" }, el("span", {}, at("type", i)), " ", el("span", {}, at("verdict", i)), " ",
        el("span", {}, el("span", { class: "tag" }, at("state", i)), at("state", i) === "new" ? "" : " since " + at("first", i)), " ",
        owner ? el("span", {}, "owner " + owner) : el("span", { class: "none" }, "no owner"));
      const box = el("details", { class: "card", "data-id": columns.id[i] }, el("summary", {}, el("span", { class: "line" }, badge(at("severity", i)), " ", title(i)), sub));
      const fill = async () => {
        if (box.children.length > 1) return;
        const body = detail(finding(i), await details(i));
        if (box.children.length === 1) box.append(body);
      };
      box.addEventListener("toggle", () => { if (box.open) fill(); });
      box.fill = fill;
      return box;
    };
    const turn = (to) => { state.page = to; draw(); list.querySelector("summary")?.focus(); $("findings").scrollIntoView(); };
    const draw = () => {
      const from = state.page * PAGE;
      list.replaceChildren(...shown.slice(from, from + PAGE).map(card));
      const last = Math.max(Math.ceil(shown.length / PAGE) - 1, 0);
      status.textContent = shown.length === total ? `${number(total)} findings` : `${number(shown.length)} of ${number(total)} findings`;
      pages.replaceChildren();
      if (last) {
        pages.append(
          el("button", { type: "button", disabled: state.page === 0, onclick: () => turn(state.page - 1) }, "Previous"),
          el("span", {}, ` page ${number(state.page + 1)} of ${number(last + 1)} `),
          el("button", { type: "button", disabled: state.page === last, onclick: () => turn(state.page + 1) }, "Next"));
      }
      chips.replaceChildren(...hidden.filter((n) => state[n]).map((n) =>
        el("button", { type: "button", onclick: () => { delete state[n]; refresh(true); } }, n === "open" ? "open only" : `${n} ${state[n]}`, " ", el("span", { "aria-hidden": "true" }, "×"), el("span", { class: "hidden" }, "remove"))));
    };
    const refresh = (write) => {
      state.page = 0;
      shown = wanted();
      search.value = state.q;
      sort.value = state.sort;
      for (const name of choices) selects[name].value = state[name] || "";
      draw();
      if (write) {
        const p = new URLSearchParams();
        for (const name of ["q", "sort", ...choices, ...hidden]) if (state[name]) p.set(name, state[name]);
        const text = p.toString();
        history.replaceState(null, "", text ? "#findings?" + text : "#findings");
      }
    };
    const take = (text) => {
      const p = new URLSearchParams(text);
      for (const name of ["q", "sort", ...choices, ...hidden]) state[name] = p.get(name) || "";
      refresh(false);
    };
    let soon = 0;
    search.addEventListener("input", () => { clearTimeout(soon); soon = setTimeout(() => { state.q = search.value; refresh(true); }, 120); });
    form.addEventListener("submit", (e) => e.preventDefault());
    form.addEventListener("reset", (e) => { e.preventDefault(); take(""); refresh(true); });
    for (const name of choices) selects[name].addEventListener("change", () => { state[name] = selects[name].value; refresh(true); });
    sort.addEventListener("change", () => { state.sort = sort.value; refresh(true); });

    const reveal = (e) => {
      for (let d = e; d; d = d.parentElement) if (d.tagName === "DETAILS") d.open = true;
      e.scrollIntoView();
      (e.querySelector("summary") || e).focus({ preventScroll: true });
    };
    const go = async () => {
      const hash = location.hash;
      if (hash.startsWith("#findings?")) {
        take(hash.slice(10));
        $("findings").scrollIntoView();
        $("findings").focus({ preventScroll: true });
        return;
      }
      if (!hash.startsWith("#finding-")) return;
      let id = hash.slice(9);
      try { id = decodeURIComponent(id); } catch { /* as it stands */ }
      const here = $("finding-" + id);
      if (here) return reveal(here);
      const i = columns.id.indexOf(id);
      if (i < 0) return;
      take("");
      state.page = Math.floor(shown.indexOf(i) / PAGE);
      draw();
      const found = [...list.children].find((c) => c.dataset.id === id);
      await found.fill();
      reveal(found);
    };
    addEventListener("hashchange", go);
    document.addEventListener("click", (e) => {
      const link = e.target.closest?.("a[data-filter]");
      if (!link) return;
      e.preventDefault();
      const p = new URLSearchParams(link.dataset.filter);
      location.hash = p.get("id") ? "finding-" + encodeURIComponent(p.get("id")) : "findings?" + p;
    });
    for (const link of document.querySelectorAll("p[data-table]")) {
      const rows = tables[link.dataset.table] || [];
      const body = $("t-" + link.dataset.table).tBodies[0];
      const heads = [...$("t-" + link.dataset.table).tHead.rows[0].cells].map((c) => c.textContent);
      const [screen, paper] = link.children;
      screen.replaceChildren(el("button", { type: "button", onclick: () => {
        body.append(...rows.splice(0, 1000).map(([first, ...rest]) =>
          el("tr", {}, el("th", { scope: "row" }, first), ...rest.map((c, n) => el("td", { "data-label": heads[n + 1], class: heads[n + 1] === "Values" ? "number" : null }, c)))));
        link.hidden = !rows.length;
        paper.textContent = `${number(rows.length)} more rows: in report.json.`;
      } }, `Show ${number(Math.min(rows.length, 1000))} more of ${number(rows.length)}`));
    }
    refresh(false);
    document.documentElement.dataset.ready = "1";
    await go();
  };

  theme();
  explorer();
})();
