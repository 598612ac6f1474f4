// Follows what the console offers a newcomer and a trainee: the tour, a passport, a story, a shelved alarm, a file of
// values, and "back". node follow_page.mjs CHROMIUM FOLDER ADDRESS KIND:ID
import { readFileSync } from "node:fs";
import { SIZES, open, start } from "./browser.mjs";

const [executablePath, folder, address, thing] = process.argv.slice(2);
const browser = await start(executablePath, folder);
const { page, errors } = await open(browser, `${address}/?lang=en`, SIZES.desk, { greeted: false });
const seen = { tour: [], story: [] };

await page.click(".offer .first");
while (await page.isVisible("#guide .bubble")) {
  seen.tour.push(await page.textContent("#guide .bubble p[aria-live]"));
  // A ring around nothing points to nothing.
  await page.waitForFunction(() => { const { width, height } = document.querySelector("#guide .ring").getBoundingClientRect(); return Math.min(width, height) > 12; });
  await page.click("#guide .first");
}
seen.offeredAgain = await page.isVisible(".offer");

await page.click('#nav a[data-page="alarms"]');
await page.selectOption(".page-alarms .alarms select", "1800");
await page.waitForSelector(".page-alarms .alarms .shelved");
seen.shelved = await page.textContent(".page-alarms .alarms .shelved small");

await page.goto(`${address}/?lang=en&page=bread&thing=${thing}`);
await page.waitForSelector(".passport .stages li");
seen.passport = await page.innerText(".passport");

// From a defect to the newest piece that has it, and to its life: two clicks.
await page.click(".pareto .title .link");
await page.click(".pareto .things .link");
await page.waitForFunction((id) => document.querySelector(".passport h4") && !document.querySelector(".passport h4").textContent.endsWith(id), thing.split(":")[1]);
seen.defective = await page.textContent(".passport h4");

await page.click('#nav a[data-page="trends"]');
await page.waitForSelector(".plot .xy path.js-line", { state: "attached" });
const [download] = await Promise.all([page.waitForEvent("download"), page.click("text=Export CSV")]);
seen.csv = readFileSync(await download.path(), "utf8").split("\n").slice(0, 3);
await page.goBack();
seen.back = await page.getAttribute("#nav [aria-current]", "data-page");

await page.click('#nav a[data-page="control"]');
await page.click("#stories button");
for (;;) {
  const forward = page.locator("#story .first");
  seen.story.push(await page.innerText("#story"));
  await page.waitForSelector("#story .first:not([disabled])");
  if ((await forward.textContent()) === "Done") break;
  await forward.click();
}
seen.result = await page.innerText("#story table");
await page.click("#story .first");
seen.left = await page.isHidden("#story");
seen.errors = errors;
await browser.close();
console.log(JSON.stringify(seen));
