// Opens every page of the console in some languages, sizes and colour schemes, and reports as JSON what is wrong with each:
// node audit_page.mjs CHROMIUM FOLDER ADDRESS (en|es)-(desk|phone)-(light|dark)... A screenshot of each goes into FOLDER.
import { createRequire } from "node:module";
import { join } from "node:path";
import { SIZES, open, start } from "./browser.mjs";

const require = createRequire(import.meta.url);
const [executablePath, folder, address, ...looks] = process.argv.slice(2);
const browser = await start(executablePath, folder);

// Texts of a chart, or controls of a page, that lie over one another by more than a sliver.
function overlaps() {
  const boxes = (elements) => [...elements].map((element) => ({ element, box: element.getBoundingClientRect() })).filter(({ box }) => box.width > 1 && box.height > 1);
  const found = [];
  const compare = (all, what) => {
    for (let i = 0; i < all.length; i++) {
      for (let j = i + 1; j < all.length; j++) {
        const [one, other] = [all[i].box, all[j].box];
        const wide = Math.min(one.right, other.right) - Math.max(one.left, other.left);
        const high = Math.min(one.bottom, other.bottom) - Math.max(one.top, other.top);
        if (wide > 4 && high > 5) found.push(`${what}: ${all[i].element.textContent.slice(0, 40)} / ${all[j].element.textContent.slice(0, 40)}`);
      }
    }
  };
  for (const chart of document.querySelectorAll(".chart")) compare(boxes(chart.querySelectorAll("text")), chart.getAttribute("aria-label"));
  const controls = boxes(document.querySelectorAll("#header > *, #nav a, main button, main select, main input")).filter(({ element }) => !element.closest(".scroll") && element.checkVisibility());
  compare(controls, "controls");
  compare(boxes(document.querySelectorAll("main .card")).filter(({ element }) => element.offsetParent !== null), "cards");
  return found;
}

async function audited(language, size, colorScheme) {
  const seen = [];
  const { page, errors, foreign } = await open(browser, `${address}/?lang=${language}`, SIZES[size], { colorScheme });
  const names = await page.$$eval("#nav a", (links) => links.map((link) => link.dataset.page));
  for (const name of names) {
    await page.click(`#nav a[data-page="${name}"]`);
    await page.waitForSelector(`.page-${name}:not([hidden])`);
    if (name === "trends") await page.waitForSelector(".plot .xy path.js-line", { state: "attached" });
    // Everything that the page asks for has come, and is drawn.
    await page.waitForFunction(() => !document.documentElement.dataset.asking);
    await page.evaluate(() => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn))));
    // Reading the script from the disk keeps the page's own rule on scripts as it is.
    const violations = await page.evaluate(`(async () => { ${require("axe-core").source}; const found = await axe.run(document, { resultTypes: ["violations"] }); return found.violations.filter((each) => ["serious", "critical"].includes(each.impact)).map((each) => each.id + ": " + each.nodes.slice(0, 3).map((node) => node.html.slice(0, 160) + " " + (node.any[0]?.message ?? "")).join(" | ")); })()`);
    const screenshot = join(folder, `${name}-${language}-${size}.png`);
    await page.screenshot({ path: screenshot, fullPage: true });
    seen.push({
      name, violations, screenshot, errors: errors.splice(0), foreign: foreign.splice(0),
      lang: await page.evaluate(() => document.documentElement.lang),
      text: await page.evaluate(() => document.body.innerText),
      charts: await page.$$eval(`.page-${name} .chart-card`, (cards) => cards.map((card) => card.dataset.view)),
      empty: await page.$$eval(`.page-${name} svg.chart`, (charts) => charts.filter((chart) => chart.offsetParent !== null || chart.getBoundingClientRect().width > 0).filter((chart) => chart.children.length === 0).map((chart) => chart.getAttribute("aria-label"))),
      refused: await page.$$eval("[data-refused]", (cards) => cards.map((card) => card.dataset.refused)),
      drawn: await page.$$eval(".station", (stations) => stations.map((station) => station.getAttribute("aria-label"))),
      overflow: await page.evaluate(() => document.documentElement.scrollWidth - innerWidth),
      overlaps: await page.evaluate(overlaps),
      nameless: await page.$$eval("button, input, select, a", (all) => all.filter((each) => !(each.textContent.trim() || each.ariaLabel || each.title || each.labels?.length)).map((each) => each.outerHTML)),
    });
}
  await page.close();
  return seen;
}

const all = {};
for (const look of looks) all[look] = await audited(...look.split("-"));
await browser.close();
console.log(JSON.stringify(all));
