// Takes one picture of each asked-for page in each language, into FOLDER/PAGE-LANGUAGE.png:
// node picture_page.mjs CHROMIUM FOLDER ADDRESS PAGE... An address with a one-time link lets the pictures show a role.
import { join } from "node:path";
import { open, start } from "./browser.mjs";

const [executablePath, folder, address, ...names] = process.argv.slice(2);
const browser = await start(executablePath, folder);
// The link is good once; the browser remembers who came by it.
const entered = await browser.newPage();
await entered.goto(address);
await entered.close();
for (const language of ["en", "es"]) {
  for (const name of names) {
    const { page } = await open(browser, `${new URL(address).origin}/?lang=${language}&page=${name}`, { width: 1440, height: 900 });
    await page.waitForTimeout(12_000);
    await page.screenshot({ path: join(folder, `${name}-${language}.png`), fullPage: true });
    await page.close();
  }
}
await browser.close();
