// A list of which only what can be seen is in the document. Its items have
// {height, cells, cases, build(item) -> element whose cells have data-cell="N"};
// cells is their number, 0 in a heading. The keyboard moves as in a table.

class List {
  constructor(root, onOpen) {
    this.root = root;
    this.onOpen = onOpen;
    this.items = [];
    this.tops = [0];
    this.built = new Map();
    this.at = {item: -1, cell: 0};
    this.canvas = el("div.canvas", {role: "presentation"});
    this.pinned = el("div.pinned", {"aria-hidden": "true"});
    root.append(this.pinned, this.canvas);
    root.addEventListener("scroll", () => this.render(), {passive: true});
    root.addEventListener("keydown", (event) => this.onKey(event));
    root.addEventListener("click", (event) => this.onClick(event));
    new ResizeObserver(() => this.render()).observe(root);
  }

  show(items, label) {
    this.items = items;
    this.tops = new Float64Array(items.length + 1);
    for (let i = 0; i < items.length; i++)
      this.tops[i + 1] = this.tops[i] + items[i].height;
    for (const node of this.built.values())
      node.remove();
    this.built.clear();
    this.canvas.style.height = this.tops[items.length] + "px";
    if (items.some((item) => item.cells)) {
      this.root.setAttribute("role", "grid");
      this.root.setAttribute("aria-label", label);
      this.root.setAttribute("aria-rowcount", items.length);
    } else {
      for (const name of ["role", "aria-label", "aria-rowcount"])
        this.root.removeAttribute(name);
    }
    this.at = {item: items.findIndex((item) => item.cells), cell: 0};
    this.root.scrollTop = 0;
    this.render();
  }

  indexAt(y) {
    let low = 0, high = this.items.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.tops[middle + 1] <= y)
        low = middle + 1;
      else
        high = middle;
    }
    return low;
  }

  render() {
    const top = this.root.scrollTop, height = this.root.clientHeight || 600;
    const first = Math.max(0, this.indexAt(top - 200));
    const last = Math.min(this.items.length, this.indexAt(top + height + 200) + 1);
    for (const [index, node] of this.built) {
      const kept = index >= first && index < last ||
        node.contains(document.activeElement);
      if (!kept) {
        node.remove();
        this.built.delete(index);
      }
    }
    for (let i = first; i < last; i++) {
      if (!this.built.has(i))
        this.place(i);
    }
    this.mark();
    this.pin(top);
  }

  place(index) {
    const item = this.items[index], node = item.build(item);
    node.style.top = this.tops[index] + "px";
    node.style.height = item.height + "px";
    if (item.width)
      node.style.minWidth = item.width + "px";
    node.classList.add("item");
    node.dataset.item = index;
    if (node.getAttribute("role") === "row")
      node.setAttribute("aria-rowindex", index + 1);
    let before = null;
    for (const [other, place] of this.built) {
      if (other > index && (!before || other < Number(before.dataset.item)))
        before = place;
    }
    this.canvas.insertBefore(node, before);
    this.built.set(index, node);
  }

  // The head of a table stays while its rows pass below it.
  pin(top) {
    let index = Math.min(this.indexAt(top), this.items.length - 1);
    while (index > 0 && !this.items[index].head)
      index--;
    const item = this.items[index];
    const wanted = item && item.head && top > this.tops[index] ? item : null;
    if (wanted === this.pinnedItem)
      return;
    this.pinnedItem = wanted;
    fill(this.pinned);
    if (!wanted)
      return;
    const node = wanted.build(wanted);
    node.style.height = wanted.height + "px";
    node.style.minWidth = (wanted.width || 0) + "px";
    this.pinned.append(node);
  }

  cellAt(item, cell) {
    const node = this.built.get(item);
    return node && node.querySelector(`[data-cell="${cell}"]`);
  }

  // One stop of the Tab key; it is in the document also when scrolled away.
  mark() {
    const wanted = this.cellAt(this.at.item, this.at.cell);
    for (const node of this.canvas.querySelectorAll('[tabindex="0"]')) {
      if (node !== wanted)
        node.tabIndex = -1;
    }
    if (wanted)
      wanted.tabIndex = 0;
    else
      this.canvas.querySelector("[data-cell]")?.setAttribute("tabindex", 0);
  }

  goTo(item, cell, focus) {
    const cells = this.items[item].cells;
    this.at = {item, cell: Math.max(0, Math.min(cells - 1, cell))};
    const top = this.tops[item], bottom = this.tops[item + 1];
    const covered = this.pinnedItem ? this.pinnedItem.height : 0;
    const root = this.root;
    if (top - covered < root.scrollTop)
      root.scrollTop = top - covered - 8;
    else if (bottom > root.scrollTop + root.clientHeight)
      root.scrollTop = bottom - root.clientHeight + 8;
    this.render();
    const node = this.cellAt(this.at.item, this.at.cell);
    if (focus && node)
      node.focus({preventScroll: false});
  }

  // Brings the case into sight, if the list has it.
  reveal(c) {
    const item = this.items.findIndex((i) => i.cells && i.cases.includes(c));
    if (item >= 0)
      this.goTo(item, this.items[item].cases.indexOf(c), false);
  }

  step(from, by) {
    let i = from + by;
    while (i >= 0 && i < this.items.length && !this.items[i].cells)
      i += Math.sign(by);
    return i >= 0 && i < this.items.length ? i : from;
  }

  onKey(event) {
    const node = event.target.closest?.("[data-cell]");
    if (!node || event.ctrlKey || event.metaKey || event.altKey)
      return;
    const item = Number(node.closest(".item").dataset.item);
    const cell = Number(node.dataset.cell);
    const page = Math.max(1, Math.floor(this.root.clientHeight / 40));
    const moves = {
      ArrowUp: [this.step(item, -1), cell],
      ArrowDown: [this.step(item, 1), cell],
      ArrowLeft: [item, cell - 1],
      ArrowRight: [item, cell + 1],
      Home: [item, 0],
      End: [item, Infinity],
      PageUp: [this.step(Math.max(0, item - page + 1), -1), cell],
      PageDown: [this.step(Math.min(this.items.length - 1, item + page - 1), 1),
        cell],
    };
    if (moves[event.key])
      this.goTo(...moves[event.key], true);
    else if (event.key === "Enter" || event.key === " ")
      this.onOpen(this.items[item].cases[cell], true);
    else
      return;
    event.preventDefault();
  }

  onClick(event) {
    const node = event.target.closest?.("[data-cell]");
    const place = event.target.closest?.(".item");
    if (!place)
      return;
    const item = this.items[Number(place.dataset.item)];
    if (!item.cells)
      return;
    const cell = node ? Number(node.dataset.cell) : item.worst();
    this.at = {item: Number(place.dataset.item), cell};
    this.mark();
    this.onOpen(item.cases[cell], false);
  }
}
