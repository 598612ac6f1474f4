// Uses the page as a person with a keyboard does, and reports what happened: node use_page.mjs CHROMIUM FOLDER ADDRESS
import { join } from "node:path";
import { SIZES, open, start } from "./browser.mjs";

const [executablePath, folder, address] = process.argv.slice(2);
const browser = await start(executablePath, folder);
const { page, errors } = await open(browser, address, SIZES.desk);
const seen = {};

await page.focus(".station[aria-label^='Oven']");
await page.keyboard.press("Enter");
await page.waitForSelector("#panel:not([hidden]) .set-point input");
seen.title = await page.textContent("#panel h2");
seen.link = page.url();

const ask = async (value) => {
  await page.fill("#panel .set-point input", value);
  await page.keyboard.press("Enter");
};
await ask("900");
await page.waitForSelector("#panel .answer.refused");
seen.refusal = await page.textContent("#panel .answer");
await ask("warm");
await page.waitForFunction((before) => document.querySelector("#panel .answer").textContent !== before, seen.refusal);
seen.nonsense = await page.textContent("#panel .answer");
await ask("250");
await page.waitForSelector("#panel .answer:not(.refused):not(:empty)");

await page.click("#panel .faults summary");
await page.click("#panel .faults button:not([hidden])");
await page.waitForSelector("#alarms .alarms .active");
seen.alarm = await page.textContent("#alarms .alarms .active");
seen.doubtful = await page.locator("#panel .doubtful").first().textContent();
await page.click("#alarms .alarms .active .acknowledge");
await page.screenshot({ path: join(folder, "used.png") });

await page.keyboard.press("Escape");
seen.closed = await page.isHidden("#panel");
await page.click(".toggle");
await page.waitForSelector("#header .pace.paused");
seen.paused = await page.textContent("#header .pace");
// The browser reports every refused request on its console: here a refusal is asked for.
seen.errors = errors.filter((error) => !error.includes("422"));
await browser.close();
console.log(JSON.stringify(seen));
