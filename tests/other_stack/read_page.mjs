// Opens the page in Chromium and reports, as JSON, what it saw: node read_page.mjs CHROMIUM FOLDER ADDRESS...
// Every address is opened in each size; a screenshot of each goes into FOLDER.
import { chromium } from "playwright-core";
import { mkdtempSync } from "node:fs";
import { join } from "node:path";

const [executablePath, folder, ...addresses] = process.argv.slice(2);
const SIZES = { desk: { width: 1366, height: 768 }, phone: { width: 390, height: 844 } };
const args = [
  "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
  "--disable-component-update", "--disable-sync",
];
const profile = mkdtempSync(join(folder, "profile-"));
const browser = await chromium.launchPersistentContext(profile, { executablePath, args, headless: true });
const seen = [];
for (const [number, address] of addresses.entries()) {
  for (const [size, viewport] of Object.entries(SIZES)) {
    const page = await browser.newPage();
    await page.setViewportSize(viewport);
    const origin = new URL(address).origin;
    const errors = [];
    const foreign = [];
    page.on("console", (message) => ["error", "warning"].includes(message.type()) && errors.push(message.text()));
    page.on("pageerror", (error) => errors.push(error.message));
    page.on("request", (request) => new URL(request.url()).origin !== origin && !/^(data|blob):/.test(request.url()) && foreign.push(request.url()));
    await page.goto(address);
    await page.waitForSelector("html[data-ready]");
    const first = await page.textContent("#header .time");
    await page.waitForFunction((before) => document.querySelector("#header .time").textContent !== before, first);
    if (address.includes("view=trend")) await page.waitForSelector(".plot .xy path.js-line", { state: "attached" });
    const screenshot = join(folder, `page-${number}-${size}.png`);
    await page.screenshot({ path: screenshot });
    seen.push({
      address, size, errors, foreign, screenshot,
      language: await page.evaluate(() => document.documentElement.lang),
      text: await page.evaluate(() => document.body.innerText),
      drawn: await page.$$eval(".station", (stations) => stations.map((station) => station.getAttribute("aria-label"))),
      overflow: await page.evaluate(() => document.documentElement.scrollWidth - innerWidth),
      nameless: await page.$$eval("button, input, select, a", (all) => all.filter((each) => !(each.textContent.trim() || each.ariaLabel || each.title)).map((each) => each.outerHTML)),
    });
    await page.close();
  }
}
await browser.close();
console.log(JSON.stringify(seen));
