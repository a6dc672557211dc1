// The timeline of an attempt: a lane for each process, all on one clock.

const LEVELS = ["", "trace", "debug", "info", "warn", "error"];
const BUCKETS = 240;

// What mprun itself did to a process.
const DEEDS = new Set(["stop", "restart", "kill", "crash", "pause", "resume"]);

// "node#1, node#2" names two processes.
const namesOf = (text) => (text || "").split(", ").filter(Boolean);

// colours: the number of each process's colour, by its name.
function buildLanes(attempt, colours) {
  const lanes = attempt.processes.map((process) => ({
    name: process.name, platform: process.platform,
    colour: colours.get(process.name), lives: process.lives, events: [],
    dots: []}));
  const byName = new Map(lanes.map((lane) => [lane.name, lane]));
  const own = {name: "mprun", platform: "", lives: [], events: [], dots: []};
  const lanesOf = (text) => {
    const found = namesOf(text).map((n) => byName.get(n)).filter(Boolean);
    return found.length ? found : [own];
  };
  addSteps(attempt, lanesOf);
  for (const lane of lanes)
    addLives(attempt, lane);
  for (const line of attempt.lines || [])
    addLine(line, lanesOf(line.process)[0]);
  return own.events.length || own.dots.length ? [...lanes, own] : lanes;
}

function addSteps(attempt, lanesOf) {
  attempt.steps.forEach((step, index) => {
    if (step.start === undefined)
      return;
    for (const lane of lanesOf(step.process)) {
      const answer = (step.answers || []).find((a) => a.process === lane.name);
      const status = (answer || step).status || "not-run";
      lane.events.push({at: step.start, ms: step.ms || 0, step: index + 1,
        className: "bar " + tone(status) +
          (DEEDS.has(step.kind) ? " deed" : ""),
        text: (status === "passed" ? "" : MARKS[status] + " ") +
          (DEEDS.has(step.kind) ? step.kind + ": " : "") + step.text,
        label: `step ${index + 1}, ${statusName(status)}: ` +
          `${step.keyword || ""}${step.text}`.trim()});
    }
    if (step.kind === "begin")
      addBand(attempt, step, index, lanesOf);
  });
}

// What was begun goes on beside other steps until it is completed.
function addBand(attempt, step, index, lanesOf) {
  const end = attempt.steps.slice(index + 1).find((other) =>
    other.kind === "complete" && other.process === step.process &&
    other.start !== undefined);
  const stop = end ? end.start + (end.ms || 0) : attempt.start +
    (attempt.ms || 0);
  for (const lane of lanesOf(step.process)) {
    const life = lane.lives.find((l) => (l.end ?? Infinity) >= step.start);
    lane.events.push({at: step.start, step: index + 1, className: "band",
      ms: Math.min(stop, life?.end ?? stop) - step.start, text: step.text,
      label: `step ${index + 1}, begun: ${step.text}`});
  }
}

function addLives(attempt, lane) {
  const last = attempt.steps.reduce((end, step) => step.start === undefined
    ? end : Math.max(end, step.start + (step.ms || 0)), 0);
  lane.lives.forEach((life, index) => {
    const which = lane.lives.length > 1 ? ` (start ${index + 1})` : "";
    const never = life.ready_ms === undefined, hidden = life.hidden_ms || 0;
    // What was over when a step named the process is left of its life.
    lane.events.push({at: life.start, className: "bar start", text: "start",
      ms: never ? (life.end ?? life.start) - life.start
        : Math.max(0, life.ready_ms - hidden),
      label: `start${which}` + (never ? ", never ready" : " until ready") +
        (hidden ? `, besides ${time(hidden)} ahead of time` : "")});
    if (life.end === undefined)
      return;
    if (last && last > life.start && life.end > last)
      lane.events.push({at: last, ms: life.end - last, className: "bar stop",
        text: "stop", label: "stop" + which});
    const clean = life.exit === 0 && !life.signal;
    lane.events.push({at: life.end, ms: 0, ending: true,
      className: "exit" + (clean ? "" : life.expected ? " expected" : " bad"),
      text: clean ? "" : life.ending,
      label: "process " + (life.ending || "ended") +
        (life.expected && !clean ? ", as was asked for" : "")});
  });
}

function addLine(line, lane) {
  lane.dots.push({at: line.time, step: line.step, source: line.source || "log",
    level: line.source === "stderr" ? "error" : line.level || "",
    text: line.text});
}

// Lines that would lie on one another become one mark, with the worst level.
function gather(dots, start, span) {
  const buckets = new Map();
  for (const dot of dots) {
    const key = Math.floor((dot.at - start) / span * BUCKETS);
    const old = buckets.get(key);
    if (!old) {
      buckets.set(key, {...dot, more: 0});
      continue;
    }
    const more = old.more + 1;
    const worse = LEVELS.indexOf(dot.level) > LEVELS.indexOf(old.level);
    buckets.set(key, {...(worse ? dot : old), at: old.at, more});
  }
  return [...buckets.values()].map((dot) => ({at: dot.at, ms: 0,
    step: dot.step, isDot: true,
    className: "dot " + dot.source + (dot.level ? " " + dot.level : ""),
    text: "", label: [dot.source === "log" ? dot.level : dot.source,
      dot.text.slice(0, 300)].filter(Boolean).join(": ") +
      (dot.more ? ` (and ${plural(dot.more, "line")} more)` : "")}));
}

function niceStep(span, count) {
  const rough = span / count, power = 10 ** Math.floor(Math.log10(rough));
  return [1, 2, 5, 10].map((n) => n * power).find((n) => n >= rough);
}

class Timeline {
  constructor(attempt, colours, onStep) {
    this.lanes = buildLanes(attempt, colours);
    this.onStep = onStep;
    this.start = attempt.start;
    this.end = this.findEnd(attempt);
    this.span = Math.max(this.end - this.start, 0.001);
    this.zoom = 1;
    this.readout = el("p.readout", {role: "status"},
      "Point at a mark, or go to it with the arrow keys, to read it here.");
    this.lanesBox = el("div.lanes", {role: "group",
      "aria-label": "Timeline: a lane for each process. Arrow keys go " +
        "through what happened."});
    this.scroller = el("div.lanes-scroll", {}, this.lanesBox);
    this.node = el("section.timeline", {"aria-label": "Timeline"},
      el("div.section-head", {}, el("h3", {}, "Timeline"),
        el("span.soft", {}, time(this.span)), this.buttons()),
      this.scroller, this.readout);
    this.lanesBox.addEventListener("keydown", (event) => this.onKey(event));
    for (const type of ["focusin", "mouseover"])
      this.lanesBox.addEventListener(type, (event) => this.tell(event));
    this.lanesBox.addEventListener("click", (event) => this.onClick(event));
    this.draw();
  }

  findEnd(attempt) {
    let end = attempt.start + (attempt.ms || 0);
    for (const lane of this.lanes) {
      for (const event of [...lane.events, ...lane.dots])
        end = Math.max(end, event.at + (event.ms || 0));
    }
    return end;
  }

  buttons() {
    const zoom = (factor) => () => {
      this.zoom = Math.max(1, Math.min(64, this.zoom * factor));
      this.lanesBox.style.width = this.zoom * 100 + "%";
      this.drawAxis();
    };
    return el("span.zoom", {},
      el("button.plain", {type: "button", "aria-label": "Zoom out",
        onclick: zoom(0.5)}, "−"),
      el("button.plain", {type: "button", "aria-label": "Zoom in",
        onclick: zoom(2)}, "+"));
  }

  percent(at) {
    return Math.max(0, Math.min(100, (at - this.start) / this.span * 100));
  }

  draw() {
    this.axis = el("div.axis", {"aria-hidden": "true"});
    fill(this.lanesBox, this.axis, this.lanes.map((lane) => this.lane(lane)));
    this.drawAxis();
    this.lanesBox.querySelector(".event")?.setAttribute("tabindex", 0);
  }

  drawAxis() {
    const step = niceStep(this.span, 5 * this.zoom), ticks = [];
    for (let at = 0; at <= this.span; at += step) {
      const tick = el("span", {}, at ? time(at) : "0");
      tick.style.left = at / this.span * 100 + "%";
      ticks.push(tick);
    }
    fill(this.axis, ticks);
  }

  lane(lane) {
    const events = [...lane.events,
      ...gather(lane.dots, this.start, this.span)]
      .sort((a, b) => a.at - b.at);
    const track = el("div.track", {}, lane.lives.map((life) => this.box("life",
      life.start, (life.end ?? this.end) - life.start)),
    events.map((event) => this.event(event, lane)));
    return el("div.lane" + (lane.colour === undefined ? "" : ".p" + lane.colour),
      {role: "group", "aria-label": "process " + lane.name},
      el("div.who", {}, el("b", {}, lane.name),
        el("span.soft", {}, lane.platform)), track);
  }

  box(className, at, ms) {
    const node = el("div." + className, {"aria-hidden": "true"});
    node.style.left = this.percent(at) + "%";
    node.style.width = Math.max(0, this.percent(at + ms) - this.percent(at)) +
      "%";
    return node;
  }

  event(event, lane) {
    const place = time(event.at - this.start);
    const node = el("button.event", {type: "button", tabindex: -1,
      "data-step": event.step, "data-at": event.at,
      "aria-label": `${place}, ${lane.name}: ${event.label}` +
        (event.ms ? `, ${time(event.ms)}` : "")},
    event.text && el("span", {}, event.text));
    node.className += " " + event.className;
    const left = this.percent(event.at);
    node.style.left = left + "%";
    if (!event.isDot && !event.ending)
      node.style.width = this.percent(event.at + event.ms) - left + "%";
    if (event.ending && left > 60)
      node.classList.add("leftward");
    return node;
  }

  tell(event) {
    const node = event.target.closest(".event");
    if (node)
      this.readout.textContent = node.getAttribute("aria-label");
  }

  onClick(event) {
    const step = event.target.closest(".event")?.dataset.step;
    if (step)
      this.onStep(Number(step));
  }

  onKey(event) {
    const node = event.target.closest(".event");
    const lane = node?.closest(".lane");
    if (!node)
      return;
    const inLane = [...lane.querySelectorAll(".event")];
    const lanes = [...this.lanesBox.querySelectorAll(".lane")]
      .filter((l) => l.querySelector(".event"));
    const nearest = (other) => other && [...other.querySelectorAll(".event")]
      .sort((a, b) => Math.abs(a.dataset.at - node.dataset.at) -
        Math.abs(b.dataset.at - node.dataset.at))[0];
    const next = {
      ArrowLeft: () => inLane[inLane.indexOf(node) - 1],
      ArrowRight: () => inLane[inLane.indexOf(node) + 1],
      ArrowUp: () => nearest(lanes[lanes.indexOf(lane) - 1]),
      ArrowDown: () => nearest(lanes[lanes.indexOf(lane) + 1]),
      Home: () => inLane[0],
      End: () => inLane[inLane.length - 1],
    }[event.key];
    if (!next)
      return;
    event.preventDefault();
    const other = next();
    if (!other)
      return;
    node.tabIndex = -1;
    other.tabIndex = 0;
    other.focus();
  }
}
