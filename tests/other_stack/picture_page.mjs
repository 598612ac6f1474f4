// Takes one picture of the page in each language: node picture_page.mjs CHROMIUM FOLDER ADDRESS, into FOLDER/page-LANGUAGE.png.
import { chromium } from "playwright-core";
import { mkdtempSync } from "node:fs";
import { join } from "node:path";

const [executablePath, folder, address] = process.argv.slice(2);
const args = ["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"];
const browser = await chromium.launchPersistentContext(mkdtempSync(join(folder, "profile-")), { executablePath, args, headless: true });
for (const language of ["en", "es"]) {
  const page = await browser.newPage();
  await page.setViewportSize({ width: 1440, height: 1000 });
  await page.goto(`${address}/?lang=${language}`);
  await page.waitForSelector("html[data-ready]");
  await page.waitForTimeout(20_000);
  await page.screenshot({ path: join(folder, `page-${language}.png`) });
  await page.close();
}
await browser.close();
