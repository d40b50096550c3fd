//! The HTML report in a real browser: it opens, filters and jumps, runs nothing that it shows, and stays quick.
//!
//! `scripts/install-browser` installs the browser. With RESPONSES_PARITY_PICTURES=FOLDER the pictures are kept that a person
//! may want to look at.

#![allow(clippy::unwrap_used, reason = "a test may panic")]
#![allow(clippy::print_stdout, reason = "what was measured is told")]

mod devtools;
mod report;

use devtools::Browser;
use report::{MANY, report};
use serde_json::json;
use std::path::PathBuf;
use std::time::{Duration, Instant};

const WIDE: [u32; 2] = [1440, 900];
const NARROW: [u32; 2] = [420, 860];

fn open(name: &str) -> Browser {
    let mut browser = Browser::start();
    browser.open(report(), name, WIDE, "light");
    browser
}

/// The address of a recording that was made for this.
fn made(name: &str) -> String {
    report().with_file_name(format!("recordings/made/{name}.sse")).display().to_string()
}

fn fine(mut browser: Browser) {
    let complaints = browser.complaints();
    assert!(complaints.is_empty(), "{complaints:#?}");
}

#[test]
fn it_opens_with_what_failed_first_and_asks_for_nothing_else() {
    let mut browser = open("");
    assert_eq!(browser.evaluate("document.querySelector('.badge').textContent"), "divergent");
    assert_eq!(
        browser.evaluate("document.querySelector('#recordings a .state').className"),
        "state divergent"
    );
    let listed = browser.evaluate("document.querySelectorAll('#recordings a').length");
    assert_eq!(listed, browser.evaluate("DATA.recordings.length"));
    assert_eq!(browser.evaluate("document.documentElement.scrollWidth <= innerWidth"), true);
    let resources = browser.evaluate("performance.getEntriesByType('resource').map((one) => one.name)");
    assert!(
        resources.as_array().unwrap().iter().all(|name| name.as_str().unwrap().starts_with("data:")),
        "{resources}"
    );
    fine(browser);
}

#[test]
fn both_sides_stand_beside_each_other_and_what_is_missing_leaves_a_gap() {
    let mut browser = open("recordings/text/plain");
    assert_eq!(browser.evaluate("document.querySelector('h1').textContent"), "plain");
    // One notification was dropped: it stands alone.
    let gap = "document.querySelector('.row.no-right.first[data-lane=\"3\"]')";
    assert!(
        browser
            .evaluate(&format!("{gap}.querySelector('.cell.left').textContent"))
            .as_str()
            .unwrap()
            .contains("toast")
    );
    assert_eq!(browser.evaluate(&format!("{gap}.querySelector('.cell.right').textContent")), "");
    let rest = "timeline.recording.rows.filter((row) => row[0] === 3).slice(-3).map((row) => row[1])";
    assert_eq!(browser.evaluate(rest), json!([0, 0, 0]), "what comes after it stands beside itself");
    let marked = browser.evaluate("[...document.querySelectorAll('.row.differs[data-lane=\"1\"] mark')].map((mark) => mark.textContent)");
    assert_eq!(marked, json!(["c", "k"]));
    fine(browser);
}

#[test]
fn channels_and_words_filter_the_events() {
    let mut browser = open("recordings/text/plain");
    let lanes =
        "[...new Set([...document.querySelectorAll('.row')].map((row) => row.dataset.lane))].sort().join('')";
    assert_eq!(browser.evaluate(lanes), "01234");
    browser.click("#lanes [data-lane='3']");
    assert_eq!(browser.evaluate(lanes), "0124");
    assert_eq!(
        browser.evaluate("document.querySelector('#lanes [data-lane=\"3\"]').getAttribute('aria-pressed')"),
        "false"
    );
    browser.press("6");
    assert_eq!(browser.evaluate(lanes), "01245");
    browser.press("3");
    browser.press("6");
    assert_eq!(browser.evaluate(lanes), "014", "keys do as clicks do");
    browser.press("d");
    assert_eq!(
        browser.evaluate(
            "[...document.querySelectorAll('.row')].every((row) => row.classList.contains('differs'))"
        ),
        true
    );
    browser.press("d");
    browser.press("/");
    browser.write("output_item_done");
    let labels = browser
        .evaluate("[...document.querySelectorAll('.row .cell.left b')].map((label) => label.textContent)");
    assert_eq!(labels, json!(["output_item_done"]));
    browser.press("Escape");
    browser.click("#find-row");
    browser.write(" of nothing");
    assert_eq!(browser.evaluate("document.querySelector('#empty').hidden"), false);
    fine(browser);
}

#[test]
fn keys_and_clicks_jump_from_difference_to_difference() {
    let mut browser = open("recordings/text/plain");
    let here = "document.querySelector('.row.here')?.dataset.row";
    let is_seen = "(() => { const box = document.querySelector('.row.here').getBoundingClientRect(); return box.top > 0 && box.bottom < innerHeight; })()";
    let count = browser.evaluate("timeline.groups.length").as_u64().unwrap();
    assert!(count >= 2, "{count}");
    browser.press("n");
    let first = browser.evaluate(here);
    assert_eq!(browser.evaluate("document.querySelector('#position').textContent"), format!("1 of {count}"));
    assert_eq!(browser.evaluate(is_seen), true);
    assert_eq!(browser.evaluate("document.querySelectorAll('.details').length"), 1);
    browser.press("n");
    assert_ne!(browser.evaluate(here), first);
    browser.press("p");
    assert_eq!(browser.evaluate(here), first);
    browser.press("p");
    assert_eq!(
        browser.evaluate("document.querySelector('#position').textContent"),
        format!("{count} of {count}")
    );
    browser.click("#next");
    assert_eq!(browser.evaluate(here), first, "after the last comes the first");
    browser.evaluate("document.querySelector('#main').scrollTop = 0");
    browser.click(".card[data-lane='3']");
    assert_eq!(browser.evaluate("document.querySelector('.row.here').dataset.lane"), "3");
    browser.press("]");
    browser.until("document.querySelector('h1').textContent !== 'plain'");
    fine(browser);
}

#[test]
fn a_row_opens_both_values_and_folds_what_is_long() {
    let mut browser = open(&made("long"));
    browser.press("/");
    browser.write("agent_message {");
    browser.press("Escape");
    browser.click(".row[data-lane='3'] .cell.left b");
    assert_eq!(browser.evaluate("document.querySelector('.row').getAttribute('aria-expanded')"), "true");
    let longest =
        "Math.max(...[...document.querySelectorAll('.line')].map((line) => line.textContent.length))";
    assert!(browser.evaluate(longest).as_u64().unwrap() < 600);
    browser.click(".line .unfold");
    assert!(browser.evaluate(longest).as_u64().unwrap() > 50_000);
    browser.click(".row .cell.left b");
    assert_eq!(browser.evaluate("document.querySelectorAll('.details').length"), 0);
    fine(browser);
}

#[test]
fn nothing_that_is_shown_is_run() {
    let mut browser = open(&made("hostile"));
    assert_eq!(browser.evaluate("document.querySelector('h1').textContent"), "made/hostile");
    browser.evaluate("document.querySelectorAll('.row').forEach((row) => toggleRow(row, true))");
    assert_eq!(
        browser.evaluate(
            "document.querySelector('#rows').textContent.includes('</script><script>window.hacked=1')"
        ),
        true
    );
    assert_eq!(browser.evaluate("typeof window.hacked"), "undefined");
    assert_eq!(browser.evaluate("document.querySelectorAll('#rows img, #rows script').length"), 0);
    fine(browser);
}

#[test]
fn ten_thousand_events_stay_quick() {
    let mut browser = Browser::start();
    let started = Instant::now();
    browser.open(report(), &made("long"), WIDE, "light");
    browser.until("document.querySelectorAll('.row').length > 0");
    let opened = started.elapsed();
    let rows = browser.evaluate("timeline.recording.rows.length").as_u64().unwrap();
    assert!(rows >= MANY as u64, "{rows}");
    assert!(browser.evaluate("document.querySelectorAll('.row').length").as_u64().unwrap() < 500);
    let frames = browser.evaluate(
        "new Promise((done) => { const main = byId('main'); const times = []; let last = performance.now(); let step = 0; \
         const frame = (now) => { times.push(now - last); last = now; main.scrollTop += 3000; step += 1; \
         if (step < 60) requestAnimationFrame(frame); else done(times.slice(1).sort((one, other) => one - other)); }; requestAnimationFrame(frame); })",
    );
    let median = frames[30].as_f64().unwrap();
    let jump = browser
        .evaluate("(() => { const from = performance.now(); jump(-1); return performance.now() - from; })()");
    println!(
        "{rows} rows: opened in {opened:?}, a frame while scrolling {median:.1} ms (median), a jump to the end {jump} ms"
    );
    assert!(opened < Duration::from_secs(20), "{opened:?}");
    assert!(median < 100.0, "{frames}");
    assert!(jump.as_f64().unwrap() < 500.0, "{jump}");
    fine(browser);
}

#[test]
fn it_is_readable_by_day_by_night_and_on_a_telephone() {
    let mut browser = Browser::start();
    for (size, shape) in [(WIDE, "wide"), (NARROW, "narrow")] {
        for scheme in ["light", "dark"] {
            browser.open(report(), "recordings/text/plain", size, scheme);
            browser.until("document.querySelectorAll('.row').length > 0");
            assert_eq!(
                browser.evaluate("document.documentElement.scrollWidth <= innerWidth"),
                true,
                "{shape}"
            );
            let contrast = browser.evaluate(CONTRAST).as_f64().unwrap();
            assert!(contrast >= 4.5, "{scheme} {shape}: {contrast}");
            keep(&mut browser, &format!("{shape}-{scheme}"));
            browser.press("n");
            keep(&mut browser, &format!("{shape}-{scheme}-difference"));
        }
    }
    fine(browser);
}

/// The least contrast of a text in the rows with what is behind it, as WCAG reckons it; 4.5 is what it asks for.
const CONTRAST: &str = r#"(() => {
  const parse = (color) => { const probe = document.createElement('canvas').getContext('2d'); probe.fillStyle = color; probe.fillRect(0, 0, 1, 1); return [...probe.getImageData(0, 0, 1, 1).data]; };
  const light = ([r, g, b]) => { const part = (v) => { v /= 255; return v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4; }; return 0.2126 * part(r) + 0.7152 * part(g) + 0.0722 * part(b); };
  const ground = (one) => { for (let at = one; at; at = at.parentElement) { const color = parse(getComputedStyle(at).backgroundColor); if (color[3] === 255) return color; } return [255, 255, 255]; };
  const texts = [...document.querySelectorAll('.row .cell b, .row.differs .said, .row.differs mark, .columns span, h1, .badge, .verdict, .facts dd')];
  const ratios = texts.filter((one) => one.textContent.trim() !== '' && one.checkVisibility()).map((one) => { const [a, b] = [light(parse(getComputedStyle(one).color)), light(ground(one))]; return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05); });
  return Math.min(...ratios);
})()"#;

fn keep(browser: &mut Browser, name: &str) {
    let Some(folder) = std::env::var_os("RESPONSES_PARITY_PICTURES") else { return };
    std::fs::write(PathBuf::from(folder).join(format!("{name}.png")), browser.picture()).unwrap();
}
