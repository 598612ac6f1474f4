// Chromium as the scripts start it: no sandbox (it runs in containers), and nothing that asks the network by itself.
import { chromium } from "playwright-core";
import { mkdtempSync } from "node:fs";
import { join } from "node:path";

const args = [
  "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
  "--disable-component-update", "--disable-sync",
];
export const SIZES = { desk: { width: 1366, height: 768 }, phone: { width: 390, height: 844 } };

export const start = (executablePath, folder) => chromium.launchPersistentContext(mkdtempSync(join(folder, "profile-")), { executablePath, args, headless: true });

// A page that notes errors on its console, and requests that go anywhere but to the server it came from.
export async function open(browser, address, viewport, { greeted = true, colorScheme = "light" } = {}) {
  const page = await browser.newPage();
  // A machine at work on something else may take its time.
  page.setDefaultTimeout(90_000);
  await page.setViewportSize(viewport);
  await page.emulateMedia({ colorScheme });
  const origin = new URL(address).origin;
  const [errors, foreign] = [[], []];
  page.on("console", (message) => ["error", "warning"].includes(message.type()) && errors.push(message.text()));
  page.on("pageerror", (error) => errors.push(error.message));
  page.on("request", (request) => new URL(request.url()).origin !== origin && !/^(data|blob):/.test(request.url()) && foreign.push(request.url()));
  if (greeted) await page.addInitScript(() => localStorage.setItem("rajola-tour-seen", "yes"));
  else await page.addInitScript(() => localStorage.removeItem("rajola-tour-seen"));
  await page.goto(address);
  await page.waitForSelector("html[data-ready]");
  return { page, errors, foreign };
}
