// A case whole: what failed, the timeline, the steps, what was written.

const FIRST_SHOWN = 200;

// What makes data of a text that may be JSON; the text where it is none.
function pretty(text) {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}

const section = (title, ...content) =>
  el("section", {"aria-label": title}, el("h3", {}, title), content);

const pre = (text, className) =>
  el("pre" + (className ? "." + className : ""), {tabindex: 0}, text);

function folded(title, open, ...content) {
  return el("details", {open}, el("summary", {}, title), content);
}

class CaseView {
  // attempt: which one, 0 the last.
  constructor(c, attempt) {
    this.c = c;
    this.details = details(c.number);
    this.attempt = this.details.attempts.find((a) => a.attempt === attempt) ||
      this.details.attempts[0];
    this.order = new Map();
    [...c.plays.map((p) => p[0]), ...this.attempt.processes.map((p) => p.name)]
      .forEach((name) => {
        if (!this.order.has(name))
          this.order.set(name, this.order.size % 8);
      });
  }

  // A process, in the colour that it has in this case.
  who(name, platform) {
    const first = namesOf(name)[0];
    if (!first)
      return null;
    const index = this.order.get(first) ?? this.order.get(first.split("#")[0]);
    const plays = this.attempt.processes.find((p) => p.name === first);
    const where = platform || plays?.platform ||
      (this.c.plays.find((p) => p[0] === first) || [])[1];
    return el("span.chip" + (index === undefined ? "" : ".p" + index), {}, name,
      where && el("b", {}, " " + where));
  }

  build() {
    const c = this.c, status = this.attempt.status || c.status;
    const shown = this.details.attempts[0] === this.attempt
      ? shownStatus(c) : status;
    return [
      el("div.case-head", {},
        el("button.plain.back", {type: "button", onclick: () => closeCase()},
          "← All cases"),
        el("h2", {id: "case-title", tabindex: -1},
          el("span.badge." + tone(shown), {}, MARKS[shown] + " " +
            statusName(shown)), " ", c.name),
        el("p.where", {}, el("span", {}, c.feature, c.rule && " › " + c.rule),
          el("code", {}, c.uri + (c.line ? ":" + c.line : ""))),
        el("p.facts", {}, platforms(c),
          c.repetition && el("span.chip", {}, "repetition " + c.repetition),
          (c.tags || []).map((tag) => el("span.tag", {}, tag)),
          el("span.soft", {}, time(this.attempt.ms))),
        this.attempts()),
      this.failures(),
      el("div.command", {}, el("code", {tabindex: 0}, this.details.repeat),
        copyButton(this.details.repeat)),
      this.timeline(),
      this.steps(),
      this.lines(),
      this.attachments(),
      this.remarks(),
      this.processes(),
    ];
  }

  attempts() {
    const list = this.details.attempts;
    if (list.length < 2)
      return null;
    return el("div.chips", {role: "group", "aria-label": "Attempts"},
      list.map((attempt, index) => el("button.toggle", {type: "button",
        "aria-pressed": String(attempt === this.attempt),
        onclick: () => showCase(this.c, {attempt: index && attempt.attempt})},
      el("span." + tone(attempt.status || "not-run"), {},
        MARKS[attempt.status || "not-run"]), " attempt " + attempt.attempt))
        .reverse());
  }

  // ---- what failed ----

  failures() {
    const {attempt} = this, found = [];
    if (attempt.status === "passed")
      return null;
    const bad = attempt.steps.map((step, i) => ({step, number: i + 1}))
      .filter(({step}) => step.status && tone(step.status) === "fail");
    bad.sort((a, b) => (b.number === attempt.step) - (a.number === attempt.step));
    for (const {step, number} of bad)
      found.push(this.failure(step, number));
    const causes = (attempt.causes || []).map((cause) => el("p", {},
      el("b", {}, statusName(cause.status || "failed")), " ",
      this.who(cause.process), " ", cause.text));
    const said = bad.length && this.toldBy(attempt.text, bad) ||
      (attempt.causes || []).some((c) => c.text === attempt.text);
    if (attempt.text && !said)
      found.unshift(el("p.message", {}, attempt.text));
    if (!found.length && !causes.length)
      return null;
    const plain = tone(attempt.status || "not-run") === "skip";
    found.push(this.evidence());
    return el("section.failure" + (plain ? ".calm" : ""),
      {"aria-label": plain ? "Why it was skipped" : "Failure"}, found, causes);
  }

  // What the processes were doing when time was up, and what was printed by
  // the commands that looked into them.
  evidence() {
    const {states = [], attachments = []} = this.attempt;
    return [
      states.length > 0 && folded("processes when time was up", true,
        el("ul.states", {}, states.map((state) => el("li", {},
          this.who(state.process), state.pid && ` pid ${state.pid} `, " ",
          state.text)))),
      attachments.filter((item) => item.kind && item.body !== undefined)
        .map((item) => folded([item.kind, " of ", this.who(item.process), " ",
          el("code", {}, item.command)], true, pre(item.body))),
    ];
  }

  toldBy(text, bad) {
    return bad.some(({step}) => step.message === text ||
      (step.answers || []).some((a) => a.text === text));
  }

  failure(step, number) {
    const answers = (step.answers || []).filter((a) =>
      a.status && tone(a.status) === "fail");
    const head = el("h3", {}, el("span.fail", {}, MARKS[step.status] + " "),
      el("span.soft", {}, step.keyword), step.text);
    if (!answers.length)
      return el("div", {}, head,
        el("p.place", {}, this.c.uri + (step.line ? ":" + step.line : ""),
          " ", this.who(step.process, step.platform), " ",
          statusName(step.status) + " after " + time(step.ms)),
        step.message && el("p.message", {}, step.message),
        namesOf(step.process).map((name) => this.lastWords(name, number)));
    return el("div", {}, head, answers.map((answer) =>
      this.answer(step, answer, number)));
  }

  answer(step, answer, number) {
    const values = [];
    if (answer.diff)
      values.push(this.diff(answer.diff));
    else if (answer.expected !== undefined || answer.actual !== undefined)
      values.push(el("dl.values", {},
        answer.expected !== undefined && [el("dt", {}, "expected"),
          el("dd.ins", {}, answer.expected)],
        answer.actual !== undefined && [el("dt", {}, "actual"),
          el("dd.del", {}, answer.actual)]));
    const type = answer.type && !(answer.text || "").startsWith(answer.type)
      ? answer.type + (answer.text ? ": " : "") : "";
    return el("div", {},
      el("p.place", {}, this.c.uri + (step.line ? ":" + step.line : ""), " ",
        this.who(answer.process, answer.platform), " ",
        statusName(answer.status) + " after " + time(answer.ms || step.ms)),
      el("p.message", {}, type + (answer.text || step.message || "")),
      values,
      answer.location && el("p.place", {}, "at ",
        el("code", {}, answer.location)),
      answer.stack && folded("stack", true, pre(answer.stack)),
      answer.data && folded("data", true, pre(pretty(answer.data))),
      answer.advice && folded(answer.status === "undefined"
        ? "it can be defined so" : "definitions that match", true,
      pre(answer.advice)),
      this.lastWords(answer.process, number));
  }

  diff(text) {
    return el("pre.diff", {tabindex: 0, "aria-label":
      "differences: - expected, + actual"}, text.replace(/\n$/, "").split("\n").map((line) =>
      el("span" + (line[0] === "-" ? ".ins" : line[0] === "+" ? ".del" : ""),
        {}, line || " ")));
  }

  // The last lines of a process up to the end of that step.
  lastWords(name, number) {
    const step = this.attempt.steps[number - 1];
    const until = step.start === undefined ? Infinity
      : step.start + (step.ms || 0) + 50;
    const of = (wanted) => (this.attempt.lines || []).filter((line) =>
      line.process === name && (line.source === "stderr") === wanted);
    const logs = of(false).filter((line) => line.time <= until).slice(-10);
    const errors = of(true).slice(-20);
    const process = this.attempt.processes.find((p) => p.name === name);
    const ends = (process?.lives || []).filter((life) =>
      life.signal || life.exit);
    return [
      logs.length > 0 && folded(["last logs of ", this.who(name)], true,
        this.table(logs, true)),
      errors.length > 0 && folded(["stderr of ", this.who(name)], true,
        pre(errors.map((line) => line.text).join("\n"))),
      ends.map((life) => el("p.place", {}, this.who(name),
        life.pid ? ` pid ${life.pid} ` : " ", life.ending)),
    ];
  }

  // ---- timeline and steps ----

  timeline() {
    if (!this.attempt.processes.length)
      return null;
    return new Timeline(this.attempt, this.order, (step) => {
      const node = byId("step-" + step);
      node.scrollIntoView({block: "center"});
      node.classList.remove("flash");
      void node.offsetWidth;
      node.classList.add("flash");
    }).node;
  }

  steps() {
    if (!this.attempt.steps.length)
      return null;
    return section("Steps", el("ol.steps", {}, this.attempt.steps.map(
      (step, index) => this.step(step, index + 1))));
  }

  step(step, number) {
    const status = step.status || "not-run";
    const others = (step.answers || []).filter((a) =>
      step.answers.length > 1 || a.status === "passed" && a.text);
    return el("li", {id: "step-" + number, class: tone(status) === "fail"
      ? "bad" : tone(status) === "skip" ? "calm" : undefined},
    el("span.mark." + tone(status), {title: statusName(status)},
      el("span", {"aria-hidden": "true"}, MARKS[status]),
      el("span.offscreen", {}, statusName(status))),
    el("div.step-text", {}, el("span.soft", {}, step.keyword), step.text,
      step.argument && this.argument(step.argument),
      others.map((a) => el("div.place", {},
        el("span." + tone(a.status || "not-run"), {},
          MARKS[a.status || "not-run"] + " "),
        this.who(a.process, a.platform), " ", time(a.ms), " ",
        a.status === "passed" && a.text))),
    el("span.step-who", {}, this.who(step.process, step.platform)),
    el("span.ms", {}, step.start === undefined ? "not run" : time(step.ms)));
  }

  argument(text) {
    let value;
    try {
      value = JSON.parse(text);
    } catch {
      return pre(text);
    }
    const rows = value?.dataTable?.rows, content = value?.docString?.content;
    const parts = [
      Array.isArray(rows) && this.dataTable(rows),
      content !== undefined && pre(content),
    ].filter(Boolean);
    if (value?.order?.[0] === "docString")
      parts.reverse();
    return parts.length ? parts : pre(pretty(text));
  }

  dataTable(rows) {
    return el("div.table-scroll", {tabindex: 0, role: "group",
      "aria-label": "Table of the step"}, el("table", {}, rows.map((row) =>
      el("tr", {}, [row].flat().map((cell) => el("td", {}, cell))))));
  }

  // ---- what was written ----

  table(lines, bare) {
    return el("div.loglines", {tabindex: 0, role: "group", "aria-label": "Lines"},
      lines.map((line) => el("div.line", {class: "line " +
        (line.source === "stderr" ? "error" : line.level || "")},
      el("span.ms", {title: line.sent}, time(line.time - this.attempt.start)),
      !bare && (this.who(line.process) || el("span.chip", {}, "mprun")),
      el("span.level", {}, line.source === "stderr" ? "stderr"
        : line.level || (line.source === "log" ? "" : line.source)),
      el("span.text", {}, line.text))));
  }

  lines() {
    const all = this.attempt.lines || [];
    if (!all.length)
      return null;
    const box = el("div"), names = [...count(all.map((l) => l.process || ""))];
    const select = el("select", {"aria-label": "Lines of"},
      el("option", {value: "*"}, `all processes (${all.length})`),
      names.map(([name, number]) => el("option", {value: name},
        `${name || "mprun"} (${number})`)));
    const show = (whole) => {
      const some = select.value === "*" ? all
        : all.filter((line) => (line.process || "") === select.value);
      const cut = !whole && some.length > FIRST_SHOWN;
      fill(box, this.table(cut ? some.slice(0, FIRST_SHOWN) : some),
        cut && el("button.plain", {type: "button", onclick: () => show(true)},
          `Show all ${some.length} lines`),
        this.attempt.lines_left_out && el("p.soft", {}, plural(
          this.attempt.lines_left_out, "line"),
        " between the first and the last are left out; the journal has them."));
    };
    select.addEventListener("change", () => show(false));
    show(false);
    return el("section", {"aria-label": "Log"},
      el("div.section-head", {}, el("h3", {}, "Log"), names.length > 1 &&
        select), box);
  }

  attachments() {
    const list = (this.attempt.attachments || []).filter((a) => !a.kind);
    return list.length ? section("Attachments", list.map((item) =>
      this.attachment(item))) : null;
  }

  attachment(item) {
    const type = (item.type || "").split(";")[0].trim().toLowerCase();
    const head = el("p.place", {}, el("b", {}, item.name || item.path), " ",
      this.who(item.process), " ", item.type,
      item.step && ` · step ${item.step}`);
    if (item.body === undefined)
      return el("div.attachment", {}, head, item.path
        ? el("code", {}, item.path)
        : el("p.soft", {}, "too large for this page; the journal has it"));
    return el("div.attachment", {}, head, this.body(item, type),
      item.path && el("code", {}, item.path));
  }

  body(item, type) {
    const coded = item.encoding === "base64";
    if (/^image\/(png|jpeg|gif|webp|bmp|svg\+xml)$/.test(type)) {
      const data = coded ? item.body : toBase64(item.body);
      return el("img", {src: `data:${type};base64,${data}`,
        alt: item.name || "attached image"});
    }
    if (coded && !/^text\/|json|xml|yaml|javascript/.test(type))
      return el("p.soft", {}, bytes(Math.floor(item.body.length * 3 / 4)) +
        " that this page cannot show");
    const text = coded ? fromBase64(item.body) : item.body;
    return pre(type.includes("json") ? pretty(text) : text);
  }

  remarks() {
    const {notes = [], exports = []} = this.attempt;
    return [
      notes.length > 0 && section("Notes", el("ul", {}, notes.map((note) =>
        el("li", {}, el("b", {class: note.level === "warning" ? "warn"
          : undefined}, note.level), " ", this.who(note.process), " ",
        note.text)))),
      exports.length > 0 && section("Exports", el("dl.values", {},
        exports.map((item) => [el("dt", {}, item.name),
          el("dd", {}, item.value, " ", this.who(item.process))]))),
    ];
  }

  processes() {
    const lives = this.attempt.processes.flatMap((process) =>
      process.lives.map((life, index) => ({process, life, index})));
    if (!lives.length)
      return null;
    const cell = (value) => el("td", {}, value);
    return section("Processes", el("div.table-scroll", {tabindex: 0,
      role: "group", "aria-label": "Table of processes"}, el("table", {},
      el("thead", {}, el("tr", {}, ["process", "pid", "ready after", "end",
        "CPU", "memory", "messages", "server", "command"].map((name) =>
        el("th", {scope: "col"}, name)))),
      el("tbody", {}, lives.map(({process, life, index}) => el("tr", {},
        cell([this.who(process.name), process.lives.length > 1 &&
          ` start ${index + 1}`]), cell(life.pid),
        cell(life.ready_ms === undefined ? "never" : time(life.ready_ms)),
        cell(life.ending || (life.end === undefined ? "not seen" : "ended")),
        cell(time((life.cpu_user_ms || 0) + (life.cpu_system_ms || 0))),
        cell(life.max_rss_kb && bytes(life.max_rss_kb * 1024)),
        cell(life.messages_in && life.messages_in + life.messages_out),
        cell(life.server), cell(el("code", {}, life.command))))))),
    this.attempt.folder && el("p.place", {}, "files ",
      el("code", {}, this.attempt.folder)));
  }
}

function toBase64(text) {
  const data = new TextEncoder().encode(text);
  let binary = "";
  for (let i = 0; i < data.length; i += 8192)
    binary += String.fromCharCode(...data.subarray(i, i + 8192));
  return btoa(binary);
}

function fromBase64(text) {
  try {
    const binary = atob(text);
    return new TextDecoder().decode(Uint8Array.from(binary,
      (c) => c.charCodeAt(0)));
  } catch {
    return text;
  }
}
