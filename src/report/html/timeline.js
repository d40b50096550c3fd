// The time line of one recording: which rows are shown, in blocks that are filled when they come near, and where it differs.

const BLOCK = 80;
const ROW_HEIGHT = 28;

const timeline = {
  recording: null,
  twoSides: true,
  /** The numbers of the rows that pass the filters. */
  shown: [],
  /** Where differences begin, in `shown`. */
  groups: [],
  current: -1,
  hidden: new Set(),
  only: false,
  text: "",
  observer: null,
};

function showTimeline(recording) {
  timeline.recording = recording;
  timeline.twoSides = DATA.sides.length > 1;
  timeline.current = -1;
  filterRows();
}

/** Applies the filters; the rows themselves are made when they come near. */
function filterRows() {
  const { recording } = timeline;
  const rows = (recording && recording.rows) || [];
  const text = timeline.text.toLowerCase();
  timeline.shown = [];
  rows.forEach((row, number) => {
    if (timeline.hidden.has(row[0])) return;
    if (timeline.only && row[1] === SAME) return;
    if (text !== "" && !rowText(recording, row).includes(text)) return;
    timeline.shown.push(number);
  });
  timeline.groups = groupsOf(rows, timeline.shown);
  timeline.current = -1;
  layBlocks();
  drawPosition();
  drawMap();
  const nothing = byId("empty");
  nothing.hidden = timeline.shown.length > 0;
  nothing.textContent = rows.length === 0 ? "There is no transcript of it." : "No event passes the filters.";
}

function rowText(recording, row) {
  const of = (entry) => (entry ? recording.labels[entry[2]] + " " + JSON.stringify(recording.values[entry[3]]) : "");
  return (of(row[2]) + " " + (row[3] && row[2] && row[3][3] === row[2][3] ? "" : of(row[3]))).toLowerCase();
}

/** Rows that differ and follow each other are one place to look at. */
function groupsOf(rows, shown) {
  const groups = [];
  let last = -2;
  shown.forEach((number, place) => {
    if (rows[number][1] === SAME) return;
    if (last !== place - 1 || rows[number][1] === 2) groups.push(place);
    last = place;
  });
  return groups;
}

function layBlocks() {
  const box = byId("rows");
  if (timeline.observer) timeline.observer.disconnect();
  timeline.observer = new IntersectionObserver((entries) => {
    entries.filter((entry) => entry.isIntersecting).forEach((entry) => fill(entry.target));
  }, { root: byId("main"), rootMargin: "1200px 0px" });
  const blocks = [];
  for (let start = 0; start < timeline.shown.length; start += BLOCK) {
    const count = Math.min(BLOCK, timeline.shown.length - start);
    const block = element("div", { class: "block", "data-start": start });
    block.style.minHeight = count * ROW_HEIGHT + "px";
    block.style.containIntrinsicBlockSize = "auto " + count * ROW_HEIGHT + "px";
    blocks.push(block);
  }
  box.replaceChildren(...blocks);
  box.classList.toggle("alone", !timeline.twoSides);
  // What is on the screen at once is there at once.
  blocks.slice(0, 1).forEach(fill);
  blocks.forEach((block) => timeline.observer.observe(block));
}

function fill(block) {
  if (block.childElementCount > 0) return;
  const start = Number(block.dataset.start);
  const numbers = timeline.shown.slice(start, start + BLOCK);
  block.append(...numbers.map((number) => rowElement(timeline.recording, number, timeline.twoSides)));
  block.style.minHeight = "";
}

/** The element of a place in `shown`. */
function rowAt(place) {
  const block = byId("rows").children[Math.floor(place / BLOCK)];
  if (!block) return null;
  fill(block);
  return block.children[place % BLOCK] === undefined
    ? null
    : block.querySelectorAll(":scope > .row")[place % BLOCK];
}

function toggleRow(row, open) {
  const isOpen = row.getAttribute("aria-expanded") === "true";
  if (open === isOpen) return;
  if (isOpen) row.nextElementSibling.remove();
  else row.after(details(timeline.recording, Number(row.dataset.row), timeline.twoSides));
  row.setAttribute("aria-expanded", String(!isOpen));
}

/** Goes to a difference, by its place among them, and opens it. */
function jump(to) {
  const { groups } = timeline;
  if (groups.length === 0) return;
  timeline.current = (to + groups.length) % groups.length;
  const row = rowAt(groups[timeline.current]);
  document.querySelectorAll(".row.here").forEach((other) => other.classList.remove("here"));
  row.classList.add("here");
  toggleRow(row, true);
  row.scrollIntoView({ block: "center" });
  row.focus({ preventScroll: true });
  drawPosition();
}

function jumpBy(step) {
  jump(timeline.current === -1 && step < 0 ? -1 : timeline.current + step);
}

/** The first difference in a channel. */
function jumpToLane(lane) {
  const rows = timeline.recording.rows;
  const place = timeline.shown.findIndex((number) => rows[number][0] === lane && rows[number][1] === 2);
  const group = timeline.groups.indexOf(place);
  if (group !== -1) jump(group);
}

function drawPosition() {
  const { groups, current } = timeline;
  const count = groups.length;
  byId("position").textContent = count === 0 ? "no differences"
    : current === -1 ? count + (count === 1 ? " difference" : " differences") : current + 1 + " of " + count;
  byId("previous").disabled = byId("next").disabled = count === 0;
}

/** Where the time line differs, beside it; a click goes there. */
function drawMap() {
  const map = byId("map");
  const { width, height } = map.getBoundingClientRect();
  const scale = window.devicePixelRatio || 1;
  map.width = Math.round(width * scale);
  map.height = Math.round(height * scale);
  const context = map.getContext("2d");
  const { color, caretColor } = getComputedStyle(map);
  const rows = (timeline.recording && timeline.recording.rows) || [];
  context.scale(scale, scale);
  timeline.shown.forEach((number, place) => {
    const kind = rows[number][1];
    if (kind === SAME) return;
    context.fillStyle = kind === 2 ? color : caretColor;
    const y = (place / timeline.shown.length) * (height - 4);
    context.fillRect(kind === 2 ? 0 : 3, y, width, kind === 2 ? 4 : 2);
  });
  map.classList.toggle("used", timeline.groups.length > 0);
}

function clickMap(event) {
  const { groups, shown } = timeline;
  if (groups.length === 0) return;
  const at = (event.offsetY / byId("map").clientHeight) * shown.length;
  let nearest = 0;
  groups.forEach((place, group) => {
    if (Math.abs(place - at) < Math.abs(groups[nearest] - at)) nearest = group;
  });
  jump(nearest);
}
