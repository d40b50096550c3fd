// Texts: how values, times and differences are written. Nothing here touches the page but `element`.

/** An element with a class, attributes, and children: elements, texts, or nothing. */
function element(name, attributes, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes || {})) {
    if (value === null || value === undefined || value === false) continue;
    if (key === "class") made.className = value;
    else if (key.startsWith("on")) made.addEventListener(key.slice(2), value);
    else made.setAttribute(key, value === true ? "" : value);
  }
  made.append(...children.flat().filter((child) => child !== null && child !== undefined));
  return made;
}

function timeText(ms) {
  if (ms >= 10000) return (ms / 1000).toFixed(1) + " s";
  if (ms >= 10) return Math.round(ms) + " ms";
  return ms.toFixed(1) + " ms";
}

/** What comes before the name of an event that says nothing of its own. */
function shortLabel(label) {
  return label.replace(/^codex\/event\//, "");
}

const SAID_BY_THE_LABEL = new Set(["method", "type", "number", "request", "conversationId", "thread_id", "path", "answer_to"]);

/** What an event says beyond its label, on one line. */
function said(value) {
  if (value === null || typeof value !== "object" || Array.isArray(value)) return JSON.stringify(value);
  const parts = [];
  collect(value, parts);
  return parts.join("  ");
}

/** The members that hold nothing but others are opened, the rest are written as JSON. */
function collect(object, parts) {
  for (const [key, value] of Object.entries(object)) {
    if (SAID_BY_THE_LABEL.has(key) && typeof value !== "object") continue;
    if ((key === "params" || key === "msg") && value !== null && typeof value === "object") collect(value, parts);
    else parts.push(key + " " + JSON.stringify(value));
  }
}

/** How much of two texts is the same at the start, and at the end of the rest. No character is cut in two. */
function commonEnds(left, right) {
  const shorter = Math.min(left.length, right.length);
  let start = 0;
  while (start < shorter && left[start] === right[start]) start += 1;
  while (start > 0 && (left[start - 1] === "\\" || isHighSurrogate(left, start - 1))) start -= 1;
  let end = 0;
  while (end < shorter - start && left[left.length - 1 - end] === right[right.length - 1 - end]) end += 1;
  while (end > 0 && isHighSurrogate(left, left.length - end - 1)) end -= 1;
  return [start, end];
}

function isHighSurrogate(text, index) {
  const code = text.charCodeAt(index);
  return code >= 0xd800 && code < 0xdc00;
}

/** A text with the part marked in which it differs from another; what is the same before it is shortened. */
function markedText(text, other, before) {
  const [start, end] = commonEnds(text, other);
  const first = before !== undefined && start > before ? start - before : 0;
  const mark = text.slice(start, text.length - end);
  return [
    (first > 0 ? "…" : "") + text.slice(first, start),
    mark === "" ? null : element("mark", {}, mark),
    text.slice(text.length - end),
  ];
}

/** The lines of a value's JSON, for people. */
function jsonLines(value) {
  return JSON.stringify(value, null, 2).split("\n");
}

/** Which lines of two texts belong together: pairs of indexes, either of which may be missing. */
function pairLines(left, right) {
  let start = 0;
  const shorter = Math.min(left.length, right.length);
  while (start < shorter && left[start] === right[start]) start += 1;
  let end = 0;
  while (end < shorter - start && left[left.length - 1 - end] === right[right.length - 1 - end]) end += 1;
  const pairs = [];
  for (let index = 0; index < start; index += 1) pairs.push([index, index]);
  pairs.push(...pairMiddle(left, right, start, left.length - end, right.length - end));
  for (let index = end; index > 0; index -= 1) pairs.push([left.length - index, right.length - index]);
  return pairs;
}

/** The longest common lines of what is left; beyond a size nobody reads, line by line. */
function pairMiddle(left, right, start, leftEnd, rightEnd) {
  const rows = leftEnd - start;
  const columns = rightEnd - start;
  const pairs = [];
  if (rows * columns > 1000000) {
    for (let index = 0; index < Math.max(rows, columns); index += 1) {
      pairs.push([index < rows ? start + index : null, index < columns ? start + index : null]);
    }
    return pairs;
  }
  const width = columns + 1;
  const lengths = new Uint32Array((rows + 1) * width);
  for (let row = rows - 1; row >= 0; row -= 1) {
    for (let column = columns - 1; column >= 0; column -= 1) {
      lengths[row * width + column] = left[start + row] === right[start + column]
        ? lengths[(row + 1) * width + column + 1] + 1
        : Math.max(lengths[(row + 1) * width + column], lengths[row * width + column + 1]);
    }
  }
  let row = 0;
  let column = 0;
  while (row < rows || column < columns) {
    if (row < rows && column < columns && left[start + row] === right[start + column]) {
      pairs.push([start + row, start + column]);
      row += 1;
      column += 1;
    } else if (column >= columns || (row < rows && lengths[(row + 1) * width + column] >= lengths[row * width + column + 1])) {
      pairs.push([start + row, null]);
      row += 1;
    } else {
      pairs.push([null, start + column]);
      column += 1;
    }
  }
  return beside(pairs);
}

/** Lines that are gone stand beside those that came in their place. */
function beside(pairs) {
  const joined = [];
  let lost = [];
  let come = [];
  const flush = () => {
    for (let index = 0; index < Math.max(lost.length, come.length); index += 1) {
      joined.push([index < lost.length ? lost[index] : null, index < come.length ? come[index] : null]);
    }
    lost = [];
    come = [];
  };
  for (const [left, right] of pairs) {
    if (left !== null && right !== null) {
      flush();
      joined.push([left, right]);
    } else if (left !== null) lost.push(left);
    else come.push(right);
  }
  flush();
  return joined;
}
