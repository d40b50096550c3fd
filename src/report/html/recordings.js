// The recordings: their list, and what is said above the time line of the one that is looked at.

const VERDICTS = ["divergent", "incomplete", "could_not_run", "noisy", "identical"];

const list = { text: "", hidden: new Set(), shown: [], current: -1 };

function isListed(recording) {
  return !list.hidden.has(recording.verdict) && recording.name.toLowerCase().includes(list.text.toLowerCase());
}

/** What failed stands first. */
function listRecordings() {
  const order = (recording) => VERDICTS.indexOf(recording.verdict);
  const all = DATA.recordings.map((recording, index) => ({ recording, index }));
  list.shown = all.filter(({ recording }) => isListed(recording))
    .sort((one, other) => order(one.recording) - order(other.recording) || one.index - other.index)
    .map(({ index }) => index);
  byId("recordings").replaceChildren(...list.shown.map(recordingItem));
  markCurrent();
}

function recordingItem(index) {
  const recording = DATA.recordings[index];
  const cut = recording.name.lastIndexOf("/") + 1;
  return element("li", {}, element("a", {
    href: "#" + encodeURIComponent(recording.origin), "data-index": index, title: recording.name + ": " + words(recording.verdict),
  },
  element("i", { class: "state " + recording.verdict }),
  element("span", { class: "name" }, element("small", {}, recording.name.slice(0, cut)), recording.name.slice(cut)),
  element("span", { class: "marks", "aria-hidden": "true" }, (recording.channels || []).map(channelMark)),
  element("span", { class: "ms" }, timeText(recording.ms))));
}

function channelMark(channel, lane) {
  const state = channel.divergence ? "bad" : channel.left + channel.right === 0 ? "none" : "good";
  return element("i", { class: state, "data-lane": lane, title: channel.name });
}

function words(name) {
  return name.replaceAll("_", " ");
}

function markCurrent() {
  document.querySelectorAll("#recordings a").forEach((link) => {
    const isCurrent = Number(link.dataset.index) === list.current;
    link.toggleAttribute("aria-current", isCurrent);
    if (isCurrent) link.scrollIntoView({ block: "nearest" });
  });
}

function verdictChips() {
  const chips = VERDICTS.map((verdict) => {
    const count = DATA.recordings.filter((recording) => recording.verdict === verdict).length;
    if (count === 0) return null;
    const toggle = (event) => {
      flip(list.hidden, verdict);
      event.currentTarget.setAttribute("aria-pressed", String(!list.hidden.has(verdict)));
      listRecordings();
    };
    return element("button", { type: "button", class: "chip", "aria-pressed": "true", onclick: toggle },
      element("i", { class: "state " + verdict }), words(verdict), element("span", { class: "count" }, String(count)));
  });
  byId("verdicts").replaceChildren(...chips.filter((chip) => chip !== null));
}

/** In the set if it was not, and out of it if it was. */
function flip(set, member) {
  if (!set.delete(member)) set.add(member);
}

function open(index) {
  list.current = index;
  const recording = DATA.recordings[index];
  markCurrent();
  document.title = recording.name + " · responses-parity";
  byId("head").replaceChildren(...heading(recording));
  byId("columns").replaceChildren(...columnHeads(recording));
  byId("main").scrollTop = 0;
  byId("bar").hidden = byId("columns").hidden = !recording.rows;
  laneChips(recording);
  showTimeline(recording);
}

function openBy(step) {
  const place = list.shown.indexOf(list.current);
  const next = list.shown[Math.min(Math.max(place + step, 0), list.shown.length - 1)];
  if (next !== undefined) location.hash = encodeURIComponent(DATA.recordings[next].origin);
}

function heading(recording) {
  const found = (recording.channels || []).map((channel, lane) => ({ channel, lane })).filter(({ channel }) => channel.divergence);
  return [
    element("div", { class: "title" },
      element("h1", {}, recording.name),
      element("span", { class: "badge " + recording.verdict }, words(recording.verdict)),
      element("span", { class: "ms" }, timeText(recording.ms))),
    element("dl", { class: "facts" },
      fact("recording", recording.origin, true),
      fact("sha256", recording.sha256.slice(0, 16) + "…", false, recording.sha256),
      recording.verdict === "identical" ? null : fact("more", recording.more, true)),
    problems(recording.problems || []),
    found.length === 0 ? null : element("div", { class: "found" }, found.map((place) => divergenceCard(place, recording))),
  ].filter((part) => part !== null);
}

function fact(name, text, isCode, title) {
  return element("div", {}, element("dt", {}, name), element("dd", { class: isCode ? "code-text" : "", title }, text));
}

function problems(texts) {
  return texts.length === 0 ? null : element("ul", { class: "problems" }, texts.map((text) => element("li", {}, text)));
}

function divergenceCard({ channel, lane }, recording) {
  const { index, path, left, right } = channel.divergence;
  const texts = [left, right].map((value) => (value === undefined ? null : JSON.stringify(value)));
  const side = (text, other, name, which) => element("div", { class: "value " + which }, element("span", { class: "who" }, name),
    element("code", {}, text === null ? element("em", {}, "nothing") : other === null ? element("mark", {}, clip(text)) : markedClip(text, other)));
  return element("button", { type: "button", class: "card", "data-lane": lane, onclick: () => jumpToLane(lane) },
    element("span", { class: "where" }, element("i", { class: "dot" }), words(channel.name), " ", element("b", {}, "#" + index), " ", element("code", {}, path)),
    side(texts[0], texts[1], recording.names[0], "left"),
    side(texts[1], texts[0], recording.names[1], "right"),
    texts[0] === texts[1] ? element("small", {}, "each holds a secret there, which is not shown; they are not the same") : null);
}

function clip(text) {
  return text.length > 160 ? text.slice(0, 160) + "…" : text;
}

function markedClip(text, other) {
  const [before, mark, after] = markedText(text, other, 40);
  if (mark) mark.textContent = clip(mark.textContent);
  return [before, mark, clip(after)].filter((part) => part !== null);
}

function columnHeads(recording) {
  const names = recording.names || [];
  const twoSides = DATA.sides.length > 1;
  return [element("span", { class: "time" }, "time"), element("span", {}, names[0] || ""), element("span", {}),
    twoSides ? element("span", {}, names[1] || "") : null, twoSides ? element("span", { class: "time" }, "time") : null]
    .filter((part) => part !== null);
}

function laneChips(recording) {
  const rows = recording.rows || [];
  const chips = DATA.lanes.map((lane, index) => {
    const own = rows.filter((row) => row[0] === index);
    const different = own.filter((row) => row[1] !== SAME).length;
    const toggle = () => toggleLane(index);
    return element("button", {
      type: "button", class: "chip lane", "data-lane": index, "aria-pressed": String(!timeline.hidden.has(index)),
      onclick: toggle, disabled: own.length === 0, title: "Show or hide (" + (index + 1) + ")",
    }, element("i", { class: "dot" }), words(lane), element("span", { class: "count" }, String(own.length)),
    different > 0 ? element("span", { class: "count bad" }, "≠ " + different) : null);
  });
  byId("lanes").replaceChildren(...chips);
}

function toggleLane(index) {
  flip(timeline.hidden, index);
  const chip = document.querySelector("#lanes [data-lane='" + index + "']");
  if (chip) chip.setAttribute("aria-pressed", String(!timeline.hidden.has(index)));
  filterRows();
}
