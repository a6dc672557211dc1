// The page: what is chosen stands in its address, and all is drawn from that.

const state = {view: "grid", status: new Set(), tag: "", platform: "",
  words: [], text: "", case: 0, attempt: 0};

function readAddress() {
  const given = new URLSearchParams(location.hash.slice(1));
  const list = (name) => (given.get(name) || "").split(",").filter(Boolean);
  const views = VIEWS.map((view) => view.id);
  state.view = views.includes(given.get("view")) ? given.get("view") : "grid";
  state.status = new Set(list("status"));
  state.tag = given.get("tag") || "";
  state.platform = given.get("platform") || "";
  state.text = given.get("text") || "";
  state.words = state.text.toLowerCase().split(/\s+/).filter(Boolean);
  state.case = byNumber.has(Number(given.get("case")))
    ? Number(given.get("case")) : 0;
  state.attempt = Number(given.get("attempt")) || 0;
}

function address() {
  const parts = [];
  const put = (name, value) => {
    if (value)
      parts.push(name + "=" + encodeURIComponent(value)
        .replace(/%(2C|3A|40|2F)/g, decodeURIComponent));
  };
  put("view", state.view === "grid" ? "" : state.view);
  put("status", [...state.status].join(","));
  put("tag", state.tag);
  put("platform", state.platform);
  put("text", state.text);
  put("case", state.case || "");
  put("attempt", state.attempt || "");
  return "#" + parts.join("&");
}

// A case has a place in the history of its own; a filter has none.
function change(values, push) {
  Object.assign(state, values);
  if (push)
    history.pushState(null, "", address());
  else
    history.replaceState(null, "", address());
}

// ---- the head of the page ----

function common(texts) {
  let start = texts[0] || "";
  for (const text of texts) {
    while (!text.startsWith(start))
      start = start.slice(0, start.lastIndexOf("/", start.length - 2) + 1);
  }
  return start.replace(/\/$/, "");
}

function drawHead() {
  const {counts} = run, info = run.run;
  const place = common([...new Set(cases.map((c) => c.uri))]) || "mprun";
  const bad = cases.filter(isFailure).length;
  const causes = info.causes || []; // outside of cases
  byId("title").textContent = safe(place);
  const failed = bad || causes.length;
  document.title = (failed ? "✗ " : counts.passed ? "✓ " : "– ") + safe(place) + " · mprun";
  const rows = tables.reduce((sum, table) => sum + table.rows.length, 0);
  fill(byId("verdict"), el("b", {class: failed ? "fail" :
    counts.passed ? "pass" : "warn"}, bad ? `${plural(bad, "case")} did not pass`
    : causes.length ? "The run failed" : counts.passed ? "All that ran passed" : "Nothing was tested"));
  fill(byId("meta"), [
    `${plural(counts.total, "case")} of ${plural(rows, "scenario")}`,
    time(info.duration_ms), info.started &&
      info.started.replace("T", " ").replace(/\.\d+Z/, "Z"),
    "seed " + info.seed, info.mprun && "mprun " + info.mprun]
    .filter(Boolean).map((text) => el("span", {}, text)),
  !info.finished && el("b.fail", {}, "the run was cut off"),
  causes.map((cause) =>
    el("b.fail", {}, `${cause.status}: ${safe(cause.text)}`)));
}

function drawTheme() {
  const button = byId("theme"), root = document.documentElement;
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const set = (theme) => {
    root.dataset.theme = theme;
    button.textContent = theme === "dark" ? "Light" : "Dark";
    button.setAttribute("aria-label", `Use ${button.textContent} colours`);
  };
  set(dark.matches ? "dark" : "light");
  dark.addEventListener("change", () => set(dark.matches ? "dark" : "light"));
  button.addEventListener("click", () =>
    set(root.dataset.theme === "dark" ? "light" : "dark"));
}

// ---- filters ----

function drawFilters() {
  const found = count(cases.map(shownStatus));
  fill(byId("statuses"), ORDER.filter((s) => found.has(s)).map((status) =>
    el("button.toggle", {type: "button", "data-status": status,
      onclick: () => toggleStatus(status)},
    el("span." + tone(status), {"aria-hidden": "true"}, MARKS[status]),
    ` ${statusName(status)} `, el("b", {}, found.get(status)))));
  const tags = [...count(cases.flatMap((c) => c.tags || []))].sort();
  options(byId("tag"), "any tag", tags);
  const players = count(cases.flatMap((c) => [
    ...new Set(c.plays.map((p) => p[1])), ...new Set(c.plays.map((p) =>
      p.join("=")))]));
  options(byId("platform"), "any platform", [...players].sort((a, b) =>
    a[0].includes("=") - b[0].includes("=") || (a[0] < b[0] ? -1 : 1)));
}

function options(select, all, list) {
  fill(select, el("option", {value: ""}, all), list.map(([value, number]) =>
    el("option", {value}, `${value} (${number})`)));
  select.hidden = !list.length;
}

function toggleStatus(status) {
  const chosen = new Set(state.status);
  if (!chosen.delete(status))
    chosen.add(status);
  setFilter({status: chosen});
}

function setFilter(values) {
  if (values.text !== undefined)
    values.words = values.text.toLowerCase().split(/\s+/).filter(Boolean);
  change(values, false);
  drawList();
}

function showFilters() {
  for (const button of byId("statuses").children)
    button.setAttribute("aria-pressed",
      String(state.status.has(button.dataset.status)));
  for (const name of ["text", "tag", "platform"]) {
    if (byId(name).value !== state[name])
      byId(name).value = state[name];
  }
  byId("clear").hidden = !(state.status.size || state.text || state.tag ||
    state.platform);
}

// ---- the list ----

function drawViews() {
  fill(byId("views"), VIEWS.map((view) => {
    const number = cases.filter(view.has).length;
    return el("button.view", {type: "button", "data-view": view.id,
      onclick: () => {
        change({view: view.id}, true);
        drawList();
      }}, view.name, view.id !== "grid" && view.id !== "slow" &&
      el("span.number", {}, number));
  }));
}

function drawList() {
  showFilters();
  for (const button of byId("views").children) {
    if (button.dataset.view === state.view)
      button.setAttribute("aria-current", "page");
    else
      button.removeAttribute("aria-current");
  }
  const view = VIEWS.find((v) => v.id === state.view);
  document.querySelector("main").style.setProperty("--need",
    view.id === "grid" ? widest + 90 + "px" : "40%");
  const {items, label} = view.items(state);
  const fitting = cases.filter((c) => matches(c, state)).length;
  byId("shown").textContent = fitting === cases.length
    ? plural(fitting, "case")
    : `${fitting.toLocaleString("en")} of ${plural(cases.length, "case")}`;
  list.show(items.length ? items : [{height: 80, cells: 0,
    build: () => el("p.empty", {}, "Nothing here.")}], label);
}

// ---- a case ----

function markSelected() {
  for (const node of document.querySelectorAll(".list .selected"))
    node.classList.remove("selected");
  if (state.case)
    document.querySelector(`.list [data-case="${state.case}"]`)
      ?.classList.add("selected");
}

function showCase(c, {focus = false, attempt = 0} = {}) {
  if (!c)
    return;
  change({case: c.number, attempt}, true);
  drawCase(focus);
}

function closeCase() {
  const number = state.case;
  change({case: 0, attempt: 0}, true);
  drawCase(false);
  const cell = document.querySelector(`.list [data-case="${number}"]`);
  (cell || byId("list")).focus({preventScroll: true});
}

function drawCase(focus) {
  const box = byId("case"), c = byNumber.get(state.case);
  document.body.classList.toggle("has-case", Boolean(c));
  fill(box, c ? new CaseView(c, state.attempt).build() : overview());
  byId("right").setAttribute("aria-label", c ? "Case" : "The run");
  byId("right").scrollTop = 0;
  if (c)
    list.reveal(c);
  markSelected();
  if (focus)
    byId("case-title")?.focus({preventScroll: true});
}

// What failures have in common: a condition, and the scenarios that fail where
// it holds.
function causes() {
  const groups = new Map();
  for (const blamed of run.blame || []) {
    const list = blamed.scattered
      ? [{...blamed, condition: "nothing in common", chance: true}]
      : blamed.causes;
    for (const cause of list)
      groups.set(cause.condition, [...(groups.get(cause.condition) || []),
        {blamed, cause}]);
  }
  return [...groups];
}

function causeText({cause}) {
  const often = cause.plays !== cause.combinations;
  return `${cause.failed} of ${plural(cause.combinations, "combination")}` +
    (often ? `, ${cause.failures} of ${cause.plays} times` : "") +
    (cause.flaky ? ", now and then" : "") +
    (cause.chance ? "; it may be chance" : "");
}

function causeItem([condition, list]) {
  return el("li.cause", {}, el("div", {}, el("b", {}, condition),
    list.slice(0, 5).map((one) => {
      const {blamed} = one, first = cases.find((c) => c.uri === blamed.uri &&
        c.line === blamed.line && (isFailure(c) || c.flaky));
      return el("div.soft", {}, el("button.link", {type: "button",
        onclick: () => showCase(first || byNumber.get(blamed.number),
          {focus: true})}, blamed.name + ":"), " " + causeText(one));
    }),
    list.length > 5 && el("div.soft", {}, `and ${list.length - 5} more`)));
}

function whatIsCommon() {
  const found = causes();
  return found.length > 0 && [el("h3", {}, "What failures have in common"),
    el("ul.groups", {}, found.slice(0, 12).map(causeItem))];
}

// What is shown while no case is: the run, and what failed in few words.
function overview() {
  const info = run.run, failed = cases.filter(isFailure);
  const groups = new Map();
  for (const c of failed) {
    const text = c.message || statusName(c.status);
    groups.set(text, [...(groups.get(text) || []), c]);
  }
  const most = [...groups].sort((a, b) => b[1].length - a[1].length);
  const facts = {"run": info.id, "command": info.command, "folder": info.cwd,
    "files": info.artifacts, "processes kept by": info.containment,
    "stopped for": info.suspended_ms && time(info.suspended_ms),
    "machine": info.machine, "libraries": info.libraries};
  return [
    el("h2", {}, failed.length ? "What failed" : "The run"),
    most.length > 0 && el("ul.groups", {}, most.slice(0, 12).map(
      ([text, list]) => el("li", {}, el("span.number.fail", {}, list.length),
        el("div", {}, el("button.link", {type: "button",
          onclick: () => showCase(list[0], {focus: true})}, text),
        el("div.soft", {}, list[0].name + (list.length > 1
          ? ` and ${plural(list.length - 1, "case")} more` : "")))))),
    most.length > 12 && el("p.soft", {}, `and ${most.length - 12} more`),
    whatIsCommon(),
    most.length > 0 && el("h3", {}, "The run"),
    el("dl.values", {}, Object.entries(facts).filter((f) => f[1])
      .map(([name, value]) => [el("dt", {}, name), el("dd", {}, value)])),
    el("p.soft.keys", {}, "Keys: ", el("kbd", {}, "/"), " text, ",
      el("kbd", {}, "arrows"), " and ", el("kbd", {}, "Enter"),
      " in the list, ", el("kbd", {}, "n"), " and ", el("kbd", {}, "p"),
      " next and previous failure, ", el("kbd", {}, "Esc"), " back"),
  ];
}

function nextFailure(by) {
  const failed = cases.filter((c) => isFailure(c) && matches(c, state));
  if (!failed.length)
    return;
  const at = failed.findIndex((c) => c.number === state.case);
  const next = at < 0 ? (by > 0 ? 0 : failed.length - 1)
    : (at + by + failed.length) % failed.length;
  showCase(failed[next], {focus: true});
}

function onKey(event) {
  const typing = /^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName);
  if (event.ctrlKey || event.metaKey || event.altKey)
    return;
  if (event.key === "Escape" && !typing && state.case)
    closeCase();
  else if (event.key === "/" && !typing)
    byId("text").focus();
  else if ((event.key === "n" || event.key === "p") && !typing)
    nextFailure(event.key === "n" ? 1 : -1);
  else
    return;
  event.preventDefault();
}

// ---- begin ----

const widest = tables.reduce((most, t) => Math.max(most, widthOf(t)), 0);
const list = new List(byId("list"), (c, byKey) =>
  showCase(c, {focus: byKey || document.body.clientWidth < 900}));

function draw() {
  readAddress();
  drawList();
  drawCase(false);
}

drawTheme();
drawHead();
drawViews();
drawFilters();
byId("text").addEventListener("input", (event) =>
  setFilter({text: event.target.value}));
byId("tag").addEventListener("change", (event) =>
  setFilter({tag: event.target.value}));
byId("platform").addEventListener("change", (event) =>
  setFilter({platform: event.target.value}));
byId("filters").addEventListener("submit", (event) => event.preventDefault());
byId("filters").addEventListener("reset", (event) => {
  event.preventDefault();
  setFilter({status: new Set(), tag: "", platform: "", text: ""});
  byId("text").focus();
});
byId("skip").addEventListener("click", (event) => {
  event.preventDefault();
  (document.querySelector('.list [tabindex="0"]') || byId("list")).focus();
});
addEventListener("keydown", onKey);
addEventListener("hashchange", draw);
addEventListener("popstate", draw);
draw();
Object.assign(document.documentElement.dataset, {drawn: "yes",
  drawnAt: performance.now()});
