// Rows: one event of either side beside its counterpart, and what is in it when it is opened.

const LONG_LINE = 400;

const SAME = 0;

/** Reads a row as the report keeps it. */
function readRow(recording, row) {
  const [lane, kind, left, right] = row;
  return { lane, kind, left: readEntry(recording, left), right: readEntry(recording, right) };
}

function readEntry(recording, entry) {
  if (!entry) return null;
  const [index, ms, label, value] = entry;
  return { index, ms, label: recording.labels[label], value: recording.values[value], id: value };
}

function differs(row) {
  return row.kind !== SAME;
}

/** The element of a row. */
function rowElement(recording, number, twoSides) {
  const row = readRow(recording, recording.rows[number]);
  const made = element("div", {
    class: rowClass(row, twoSides),
    "data-row": number,
    "data-lane": row.lane,
    role: "button",
    tabindex: "0",
    "aria-expanded": "false",
  });
  made.append(timeCell(row.left, "left"), cell(row, "left"), gutter(row));
  if (twoSides) made.append(cell(row, "right"), timeCell(row.right, "right"));
  return made;
}

function rowClass(row, twoSides) {
  const classes = ["row"];
  if (differs(row)) classes.push("differs");
  if (row.kind === 2) classes.push("first");
  if (row.lane === DATA.lanes.length - 1) classes.push("traffic");
  if (!twoSides) classes.push("alone");
  if (!row.left) classes.push("no-left");
  if (!row.right) classes.push("no-right");
  return classes.join(" ");
}

function timeCell(entry, side) {
  return element("span", { class: "time " + side }, entry ? timeText(entry.ms) : "");
}

function gutter(row) {
  const lane = DATA.lanes[row.lane];
  const entry = row.left || row.right;
  return element("span", { class: "gutter", title: lane.replaceAll("_", " ") + " #" + entry.index },
    element("i", { class: "dot" }), differs(row) ? "≠" : "");
}

function cell(row, side) {
  const entry = row[side];
  const other = row[side === "left" ? "right" : "left"];
  if (!entry) return element("span", { class: "cell none " + side, "aria-label": "nothing" });
  const text = said(entry.value);
  const marks = differs(row) && other && other.id !== entry.id;
  const words = marks ? markedText(text, said(other.value), 24) : [text];
  const isRenamed = marks && other.label !== entry.label;
  const label = isRenamed ? element("mark", {}, shortLabel(entry.label)) : shortLabel(entry.label);
  return element("span", { class: "cell " + side },
    element("b", {}, label), " ", element("span", { class: "said" }, words));
}

/** Both values in full, line by line. */
function details(recording, number, twoSides) {
  const row = readRow(recording, recording.rows[number]);
  const lane = DATA.lanes[row.lane].replaceAll("_", " ");
  const place = (entry) => (entry ? lane + " #" + entry.index + " at " + timeText(entry.ms) : "nothing here");
  const made = element("div", { class: "details" + (twoSides ? "" : " alone") });
  const names = recording.names || [];
  made.append(element("div", { class: "details-head" },
    element("span", {}, element("b", {}, names[0] || ""), " " + place(row.left)),
    twoSides ? element("span", {}, element("b", {}, names[1] || ""), " " + place(row.right)) : null));
  made.append(lines(row, twoSides));
  return made;
}

function lines(row, twoSides) {
  const left = row.left ? jsonLines(row.left.value) : [];
  const right = row.right ? jsonLines(row.right.value) : [];
  const body = element("div", { class: "code" });
  if (!twoSides) {
    left.forEach((line) => body.append(codeLine(line, null, "left")));
    return body;
  }
  for (const [leftLine, rightLine] of pairLines(left, right)) {
    const one = leftLine === null ? null : left[leftLine];
    const other = rightLine === null ? null : right[rightLine];
    body.append(codeLine(one, other, "left"), codeLine(other, one, "right"));
  }
  return body;
}

function codeLine(line, other, side) {
  if (line === null) return element("pre", { class: "line none " + side });
  const isMarked = other !== line && other !== null;
  const classes = "line " + side + (other === line ? "" : " changed");
  const made = element("pre", { class: classes });
  if (line.length <= LONG_LINE) {
    made.append(...(isMarked ? markedText(line, other) : [line]).filter((part) => part !== null));
    return made;
  }
  fold(made, line, isMarked ? other : null);
  return made;
}

/** A long line shows its start, or what is around its difference, until it is opened. */
function fold(made, line, other) {
  const start = other === null ? 0 : Math.max(0, commonEnds(line, other)[0] - 80);
  const shown = line.slice(start, start + LONG_LINE - 120);
  const whole = () => (other === null ? [line] : markedText(line, other).filter((part) => part !== null));
  const open = (event) => {
    event.stopPropagation();
    made.replaceChildren(...whole());
  };
  made.append((start > 0 ? "… " : "") + shown + "… ",
    element("button", { type: "button", class: "unfold", onclick: open }, "all " + line.length.toLocaleString("en") + " characters"));
}
