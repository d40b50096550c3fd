// The page: where it begins, and what keys and clicks do.

let DATA = null;

function byId(id) {
  return document.getElementById(id);
}

/** Called once the data stands below the scripts. */
function start() {
  DATA = JSON.parse(byId("data").textContent);
  // What is not compared is out of the way until it is asked for.
  timeline.hidden.add(DATA.lanes.length - 1);
  const verdict = byId("verdict");
  verdict.textContent = DATA.verdict;
  verdict.classList.add(DATA.conclusion);
  showNotes();
  verdictChips();
  listRecordings();
  listen();
  applyTheme(null);
  window.addEventListener("hashchange", openNamed);
  openNamed();
}

function showNotes() {
  const notes = byId("notes");
  notes.hidden = DATA.notes.length === 0;
  notes.append(...DATA.notes.map((note) => element("li", {}, note)));
}

/** The recording that the address names, or the first of the list. */
function openNamed() {
  const name = decodeName(location.hash.slice(1));
  const named = DATA.recordings.findIndex((recording) => recording.origin === name);
  const index = named === -1 ? list.shown[0] : named;
  if (index === undefined) {
    byId("bar").hidden = byId("columns").hidden = true;
    byId("empty").hidden = false;
    byId("empty").textContent = "There are no recordings in this report.";
  } else if (index !== list.current) open(index);
}

function decodeName(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function listen() {
  byId("find-recording").addEventListener("input", (event) => {
    list.text = event.target.value;
    listRecordings();
  });
  byId("find-row").addEventListener("input", (event) => {
    timeline.text = event.target.value;
    filterRows();
  });
  byId("only").addEventListener("change", (event) => {
    timeline.only = event.target.checked;
    filterRows();
  });
  byId("previous").addEventListener("click", () => jumpBy(-1));
  byId("next").addEventListener("click", () => jumpBy(1));
  byId("map").addEventListener("click", clickMap);
  byId("theme").addEventListener("click", nextTheme);
  byId("help-button").addEventListener("click", () => byId("help").showModal());
  byId("rows").addEventListener("click", clickRow);
  document.addEventListener("keydown", pressed);
  window.addEventListener("resize", drawMap);
  window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", drawMap);
}

function clickRow(event) {
  // Whoever marks text with the mouse wants to copy it.
  if (String(window.getSelection()) !== "") return;
  const row = event.target.closest(".row");
  if (row) toggleRow(row);
}

const KEYS = {
  n: () => jumpBy(1),
  p: () => jumpBy(-1),
  "]": () => openBy(1),
  "[": () => openBy(-1),
  d: () => byId("only").click(),
  "/": () => byId("find-row").focus(),
  r: () => byId("find-recording").focus(),
  "?": () => byId("help").showModal(),
};

function pressed(event) {
  const { key, target } = event;
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (key === "Escape" && target.matches("input")) return target.blur();
  if (target.matches("input[type=search]") || byId("help").open) return;
  if ((key === "Enter" || key === " ") && target.matches(".row")) {
    event.preventDefault();
    return toggleRow(target);
  }
  const lane = Number(key) - 1;
  const action = KEYS[key] || (lane >= 0 && lane < DATA.lanes.length ? () => toggleLane(lane) : null);
  if (!action) return;
  event.preventDefault();
  action();
}

const THEMES = [null, "light", "dark"];

function applyTheme(theme) {
  const button = byId("theme");
  if (theme) document.documentElement.dataset.theme = theme;
  else delete document.documentElement.dataset.theme;
  button.dataset.theme = theme || "auto";
  button.textContent = { auto: "◐", light: "○", dark: "●" }[theme || "auto"];
  button.setAttribute("aria-label", "Colours: " + (theme || "as the system") + ". Change them");
}

function nextTheme() {
  const current = document.documentElement.dataset.theme || null;
  applyTheme(THEMES[(THEMES.indexOf(current) + 1) % THEMES.length]);
  drawMap();
}
