// What the list shows: the grid of scenarios and combinations, or cases that
// failed, were flaky, slow or skipped.

const ROW = 32, ENTRY = 58, HEAD = 54, CELL = 30, NAME = 210;

const ORDER = ["interrupted", "start-failed", "protocol-error", "crashed",
  "timed-out", "leaked", "failed", "ambiguous", "undefined", "pending",
  "flaky", "passed", "skipped", "not-run"];

const severity = (c) => ORDER.indexOf(shownStatus(c));

function cellLabel(c) {
  const plays = c.plays.map((p) => p[0] + " " + p[1]).join(", ");
  return [c.name, plays, c.repetition && "repetition " + c.repetition]
    .filter(Boolean).join(", ") + ": " + statusName(shownStatus(c)) + ", " +
    time(c.duration_ms);
}

function buildHead(item) {
  const {table, wide} = item;
  const columns = [...table.columns.values()];
  const name = el("div.feature", {role: "columnheader"},
    el("span.feature-name", {title: table.feature}, table.feature),
    el("span.uri", {title: table.uri}, table.uri),
    wide && el("span.names", {}, table.names.join(" · ")));
  return el("div.row.head", {role: "row"}, name, columns.map((column) =>
    el("div.column", {role: "columnheader", title: column.key},
      column.label ? el("span", {}, column.label)
        : el("i.offscreen", {}, "case"))));
}

function buildRow(item) {
  const {row, filter} = item;
  return el("div.row", {role: "row"},
    el("div.name", {role: "rowheader", title: row.name},
      row.name, row.rule && el("span.rule", {}, row.rule)),
    Array.from({length: item.cells}, (_, i) => buildCell(row.cells[i], i,
      filter)));
}

function buildCell(c, index, filter) {
  if (!c)
    return el("div.cell.none", {role: "gridcell", "data-cell": index,
      tabindex: -1, "aria-label": "no such case"});
  const status = shownStatus(c);
  const cell = el("div.cell." + tone(status), {role: "gridcell",
    tabindex: -1, "data-cell": index, "data-case": c.number,
    "aria-label": cellLabel(c), title: cellLabel(c)},
  el("span", {"aria-hidden": "true"}, MARKS[status]));
  if (!matches(c, filter))
    cell.classList.add("faint");
  if (c.number === state.case)
    cell.classList.add("selected");
  return cell;
}

const widthOf = (table) => NAME + table.columns.size * CELL + 14;

function gridItems(filter) {
  const items = [];
  for (const table of tables) {
    const rows = table.rows.filter((row) =>
      row.cells.some((c) => c && matches(c, filter)));
    if (!rows.length)
      continue;
    const columns = [...table.columns.values()];
    const longest = Math.max(...columns.map((c) => c.label.length));
    const wide = longest > 0, width = widthOf(table);
    items.push({head: true, table, wide, width, build: buildHead, cells: 0,
      height: wide ? Math.max(66, 18 + Math.min(150, longest * 7)) : HEAD});
    for (const row of rows)
      items.push({row, filter, width, height: ROW, cells: columns.length,
        build: buildRow, cases: row.cells,
        worst: () => worstOf(row, filter)});
  }
  return {items, label: "Scenarios and combinations"};
}

function worstOf(row, filter) {
  let worst = -1;
  row.cells.forEach((c, i) => {
    if (c && matches(c, filter) && (worst < 0 ||
        severity(c) < severity(row.cells[worst])))
      worst = i;
  });
  return Math.max(0, worst);
}

function platforms(c) {
  return c.plays.map(([process, platform], i) =>
    el("span.chip.p" + i % 8, {}, process + " ", el("b", {}, platform)));
}

function buildEntry(item) {
  const c = item.case, status = shownStatus(c);
  const node = el("div.row.entry", {role: "row"},
    el("div.entry-cell", {role: "gridcell", tabindex: -1, "data-cell": 0,
      "data-case": c.number},
    el("span.mark." + tone(status), {title: statusName(status)},
      el("span", {"aria-hidden": "true"}, MARKS[status]),
      el("span.offscreen", {}, statusName(status))),
    el("span.entry-name", {}, el("span.entry-title", {title: c.name}, c.name),
      " ", el("span.entry-plays", {}, platforms(c))),
    el("span.ms", {}, time(c.duration_ms)),
    el("span.entry-text", {}, item.text(c))));
  if (item.share) {
    const bar = el("span.share", {"aria-hidden": "true"});
    bar.style.width = Math.max(0.5, item.share * 100) + "%";
    node.firstChild.append(bar);
  }
  if (c.number === state.case)
    node.firstChild.classList.add("selected");
  return node;
}

const entry = (c, text, share) => ({case: c, text, share, height: ENTRY,
  cells: 1, build: buildEntry, cases: [c], worst: () => 0});

const group = (text, number) => ({height: HEAD, cells: 0, build: () =>
  el("div.group", {role: "row"}, el("span.group-name", {role: "rowheader",
    title: text}, text), el("span.soft", {}, number))});

function slowText(c) {
  if (!c.slowest)
    return c.id;
  const step = details(c.number).attempts[0].steps[c.slowest - 1];
  return time(c.slowest_ms) + " of it: " + (step.text || "") +
    (step.process ? " (" + step.process + ")" : "");
}

const VIEWS = [
  {id: "grid", name: "Grid", has: () => true, items: gridItems},
  {id: "failures", name: "Failures", has: isFailure, items: (filter) => ({
    label: "Cases that failed",
    items: cases.filter((c) => isFailure(c) && matches(c, filter))
      .map((c) => entry(c, (x) => x.message || x.id))})},
  {id: "flaky", name: "Flaky", has: (c) => c.flaky, items: (filter) => ({
    label: "Cases that passed after a failed attempt",
    items: cases.filter((c) => c.flaky && matches(c, filter))
      .map((c) => entry(c, (x) => plural(x.attempts, "attempt") +
        (x.earlier ? " · " + x.earlier : "")))})},
  {id: "slow", name: "Slow", has: () => false, items: slowItems},
  {id: "skipped", name: "Skipped",
    has: (c) => c.status === "skipped" || c.status === "not-run",
    items: skippedItems},
];

function slowItems(filter) {
  const found = cases.filter((c) => c.duration_ms > 0 && matches(c, filter))
    .sort((a, b) => b.duration_ms - a.duration_ms).slice(0, 200);
  const most = found.length ? found[0].duration_ms : 1;
  return {label: "The slowest cases",
    items: found.map((c) => entry(c, slowText, c.duration_ms / most))};
}

function skippedItems(filter) {
  const reasons = new Map();
  for (const c of cases) {
    if (c.status !== "skipped" && c.status !== "not-run" ||
        !matches(c, filter))
      continue;
    const reason = statusName(c.status) + (c.message ? ": " + c.message : "");
    if (!reasons.has(reason))
      reasons.set(reason, []);
    reasons.get(reason).push(c);
  }
  const items = [];
  for (const [reason, list] of reasons) {
    items.push(group(reason, list.length));
    items.push(...list.map((c) => entry(c, (x) => x.id)));
  }
  return {items, label: "Cases that were skipped or not run, by reason"};
}
