// Uses the instructor's view of the rooms as a person does, and reports as JSON what it saw:
// node use_rooms.mjs CHROMIUM FOLDER ADDRESS
import { SIZES, open, start } from "./browser.mjs";

const [executablePath, folder, address] = process.argv.slice(2);
const browser = await start(executablePath, folder);
const { page, errors, foreign } = await open(browser, `${address}/?lang=es`, SIZES.desk);
const results = async () => {
  await page.waitForFunction(() => document.querySelectorAll(".results li").length > 0);
  const said = await page.$$eval(".actions .results li", (rows) => rows.map((row) => row.textContent));
  await page.$eval(".actions .results", (list) => list.replaceChildren());
  return said;
};
const seen = { rooms: await page.$$eval(".room h3", (all) => all.map((each) => each.textContent)) };

// By keyboard: leave all, choose the second and the third.
await page.focus(".chooser input");
await page.keyboard.press("Space");
seen.none = await page.textContent(".chosen");
await page.click("button.freeze");
seen.nobody = await results();
for (const name of ["room-02", "room-03"]) {
  await page.focus(`[data-room="${name}"] input`);
  await page.keyboard.press("Space");
}
await page.click("button.freeze");
seen.frozen = await results();
await page.waitForSelector('[data-room="room-02"][data-state="frozen"]');
await page.selectOption(".fault select:nth-of-type(1)", { index: 1 });
await page.focus(".fault button.first");
await page.keyboard.press("Enter");
seen.fault = await results();
await page.click("button.reset");
seen.asked = await page.textContent("dialog h2");
await page.keyboard.press("Escape");
await page.click("button.reset");
await page.click("dialog button.yes");
seen.reset = await results();

await page.click('#nav a[data-page="compare"]');
await page.waitForSelector(".comparison tbody tr");
seen.compared = await page.$$eval(".comparison thead th", (cells) => cells.map((cell) => cell.textContent));
await page.click('#nav a[data-page="cards"]');
await page.click("button.make");
await page.waitForSelector(".hand-out .qr");
seen.cards = await page.$$eval(".hand-out", (cards) => cards.map((card) => card.innerText));
await page.emulateMedia({ media: "print" });
seen.printed = await page.$$eval("#header, #nav, .not-printed, .hand-out", (all) => all.filter((each) => each.getBoundingClientRect().height > 0).map((each) => each.className));
seen.link = await page.evaluate(() => location.search);
console.log(JSON.stringify({ ...seen, errors, foreign }));
await page.close();
await browser.close();
