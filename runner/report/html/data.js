// The run's data: the list of cases at once, what happened in one when asked.

const block = (id) => JSON.parse(byId(id).textContent);

const run = block("run");
const cases = block("cases");
const byNumber = new Map();
const parsed = new Map();
const MOST_PARSED = 64;

function details(number) {
  let found = parsed.get(number);
  if (!found) {
    found = block("case-" + number);
    if (parsed.size >= MOST_PARSED)
      parsed.delete(parsed.keys().next().value);
    parsed.set(number, found);
  }
  return found;
}

// "[reader=c,writer=python]": [["reader", "c"], ["writer", "python"]].
function parseCombination(text) {
  return (text || "").replace(/^\[|\]$/g, "").split(",")
    .filter((part) => part.includes("="))
    .map((part) => [part.slice(0, part.indexOf("=")),
      part.slice(part.indexOf("=") + 1)]);
}

// flaky is shown as a status of its own.
const shownStatus = (c) => c.flaky ? "flaky" : c.status;

function isFailure(c) {
  return !(c.status === "passed" || c.status === "skipped" ||
    c.status === "pending" && !run.run.strict ||
    c.status === "not-run");
}

const columnKey = (c) =>
  c.combination + (c.repetition ? " #" + c.repetition : "");

// One table for each feature and set of processes: its columns are the
// combinations, its rows the scenarios.
function buildTables() {
  const tables = [], byKey = new Map();
  for (const c of cases) {
    byNumber.set(c.number, c);
    c.combination = c.combination || "";
    c.plays = parseCombination(c.combination);
    const key = c.uri + "\n" + c.plays.map((p) => p[0]).join();
    let table = byKey.get(key);
    if (!table) {
      table = {uri: c.uri, feature: c.feature || c.uri,
        names: c.plays.map((p) => p[0]), columns: new Map(), rows: [],
        byRow: new Map()};
      byKey.set(key, table);
      tables.push(table);
    }
    const column = columnKey(c);
    if (!table.columns.has(column))
      table.columns.set(column, {index: table.columns.size, key: column,
        label: c.plays.map((p) => p[1]).join(" · ") +
          (c.repetition ? " #" + c.repetition : "")});
    placeCase(table, table.columns.get(column).index, c);
  }
  return tables;
}

// Two cases that differ in nothing shown here get rows of their own.
function placeCase(table, column, c) {
  let name = (c.line || 0) + "\n" + c.name;
  let row = table.byRow.get(name);
  while (row && row.cells[column]) {
    name += "\n";
    row = table.byRow.get(name);
  }
  if (!row) {
    row = {table, name: c.name, rule: c.rule, line: c.line, cells: []};
    table.byRow.set(name, row);
    table.rows.push(row);
  }
  row.cells[column] = c;
}

const tables = buildTables();

function count(values) {
  const counts = new Map();
  for (const value of values)
    counts.set(value, (counts.get(value) || 0) + 1);
  return counts;
}

// Lower case, made when a text is first looked for.
function words(c) {
  if (c.words === undefined)
    c.words = [c.id, c.feature, c.rule, c.name, c.message, c.earlier,
      (c.tags || []).join(" ")].join("\n").toLowerCase();
  return c.words;
}

function matches(c, filter) {
  if (filter.status.size && !filter.status.has(shownStatus(c)))
    return false;
  if (filter.tag && !(c.tags || []).includes(filter.tag))
    return false;
  if (filter.platform) {
    const [process, platform] = filter.platform.includes("=")
      ? filter.platform.split("=") : ["", filter.platform];
    if (!c.plays.some((p) => p[1] === platform &&
        (!process || p[0] === process)))
      return false;
  }
  return filter.words.every((word) => words(c).includes(word));
}
