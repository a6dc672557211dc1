// Elements, times and texts. All text from a run goes through textContent.

const MARKS = {
  passed: "✓", failed: "✗", skipped: "–", "not-run": "·", pending: "?",
  undefined: "?", ambiguous: "?", "timed-out": "!", crashed: "!", leaked: "!",
  "protocol-error": "!", "start-failed": "!", interrupted: "!", flaky: "~",
};

// The class of colour: pass, fail, warn or skip.
const tone = (status) => status === "passed" ? "pass"
  : status === "flaky" || status === "pending" ? "warn"
    : status === "skipped" || status === "not-run" ? "skip" : "fail";

const statusName = (status) => status === "not-run" ? "not run" : status;

// What would break a line or turn its direction is shown, not obeyed.
const UNSAFE =
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

function safe(text) {
  return String(text).replace(/\r\n/g, "\n").replace(UNSAFE, (c) => {
    const code = c.charCodeAt(0);
    return code < 256 ? "\\x" + code.toString(16).padStart(2, "0")
      : "\\u" + code.toString(16);
  });
}

// el("p.soft", {attribute: value, onclick: f}, child, ...): strings are text.
function el(what, attributes, ...children) {
  const [tag, ...classes] = what.split(".");
  const node = document.createElement(tag);
  if (classes.length)
    node.className = classes.join(" ");
  for (const [name, value] of Object.entries(attributes || {})) {
    if (name.startsWith("on"))
      node.addEventListener(name.slice(2), value);
    else if (value === true)
      node.setAttribute(name, "");
    else if (value !== undefined && value !== false && value !== null)
      node.setAttribute(name, safe(value));
  }
  add(node, children);
  return node;
}

function add(node, children) {
  for (const child of children.flat(Infinity)) {
    if (child instanceof Node)
      node.append(child);
    else if (child !== undefined && child !== null && child !== false)
      node.append(document.createTextNode(safe(child)));
  }
}

function fill(node, ...children) {
  node.textContent = "";
  add(node, children);
}

const byId = (id) => document.getElementById(id);

// "0ms", "12ms", "2.1s", "2m05s", "1h02m": as the console has it.
function time(ms) {
  ms = ms || 0;
  if (ms < 0.95 && ms >= 0.05)
    return ms.toFixed(1) + "ms";
  if (ms < 1000)
    return Math.round(ms) + "ms";
  if (ms < 60000)
    return (ms / 1000).toFixed(1) + "s";
  const seconds = Math.round(ms / 1000), minutes = Math.floor(seconds / 60);
  if (minutes < 60)
    return minutes + "m" + String(seconds % 60).padStart(2, "0") + "s";
  return Math.floor(minutes / 60) + "h" +
    String(minutes % 60).padStart(2, "0") + "m";
}

function bytes(count) {
  return count < 1000 ? count + " B" : count < 1e6
    ? (count / 1000).toFixed(1) + " kB" : (count / 1e6).toFixed(1) + " MB";
}

const plural = (count, one, many) =>
  count.toLocaleString("en") + " " + (count === 1 ? one : many || one + "s");

function copyButton(text) {
  const button = el("button.copy", {type: "button"}, "Copy");
  button.addEventListener("click", async () => {
    let done = true;
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      done = copyBySelection(text);
    }
    button.textContent = done ? "Copied" : "Select it and copy";
    setTimeout(() => { button.textContent = "Copy"; }, 2000);
  });
  return button;
}

// A page opened from a file may have no clipboard of its own.
function copyBySelection(text) {
  const area = el("textarea.offscreen", {readonly: true});
  area.value = text;
  document.body.append(area);
  area.select();
  const done = document.execCommand("copy");
  area.remove();
  return done;
}
