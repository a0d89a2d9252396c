// Opens the pages of a folder in real Chromium, as files: node pages.mjs FOLDER
// Environment: CHROMIUM, NODE_MODULES (with playwright-core). Screenshots go into FOLDER/shots.

import assert from "node:assert/strict";
import { mkdirSync, readdirSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { pathToFileURL } from "node:url";

const { chromium } = createRequire(path.join(process.env.NODE_MODULES, "/"))("playwright-core");

const folder = path.resolve(process.argv[2]);
const shots = path.join(folder, "shots");
mkdirSync(shots);
const url = (...parts) => pathToFileURL(path.join(folder, ...parts)).href;
const busiest = "www.shop-000.example.html";
const hostile = readdirSync(path.join(folder, "dashboard/sites")).find((name) => name.includes("script"));
assert.ok(hostile, "the site with a hostile name has a page");
const pages = {
  fleet: url("dashboard/index.html"),
  site: url("dashboard/sites", busiest),
  hostile: url("dashboard/sites", hostile),
  ...Object.fromEntries(
    readdirSync(path.join(folder, "reports")).map((name) => [name.replace(".html", ""), url("reports", name)]),
  ),
};

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM,
  args: ["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
});

async function open(href, options) {
  const context = await browser.newContext({ reducedMotion: "reduce", viewport: { width: 1280, height: 900 }, ...options });
  const page = await context.newPage();
  const complaints = [];
  page.on("console", (message) => complaints.push(message.text()));
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("dialog", (dialog) => complaints.push(`dialog: ${dialog.message()}`));
  page.on("request", (request) => {
    if (request.url() !== href) complaints.push(`request: ${request.url()}`);
  });
  await page.goto(href);
  return { page, complaints, close: () => context.close() };
}

/** What a checker of accessibility would find. */
const faults = () => {
  const found = [];
  const tell = (what, element) => found.push(`${what}: ${element.outerHTML.slice(0, 120)}`);
  for (const th of document.querySelectorAll("th")) if (!["col", "row"].includes(th.scope)) tell("th without scope", th);
  for (const table of document.querySelectorAll("table")) if (!table.caption?.textContent.trim()) tell("table without caption", table);
  for (const svg of document.querySelectorAll("svg[role=img]")) {
    const names = (svg.getAttribute("aria-labelledby") ?? "").split(" ").map((id) => document.getElementById(id));
    if (names.length < 2 || names.some((name) => !name?.textContent.trim())) tell("picture without a name", svg);
  }
  for (const input of document.querySelectorAll("input")) if (!input.labels.length) tell("input without label", input);
  for (const button of document.querySelectorAll("button, a")) if (!button.textContent.trim()) tell("control without a name", button);
  for (const section of document.querySelectorAll("section")) {
    if (!document.getElementById(section.getAttribute("aria-labelledby"))) tell("section without a name", section);
  }
  const ids = [...document.querySelectorAll("[id]")].map((element) => element.id);
  for (const id of ids.filter((id, place) => ids.indexOf(id) !== place)) found.push(`id twice: ${id}`);
  const levels = [...document.querySelectorAll("h1, h2, h3")].map((heading) => Number(heading.tagName[1]));
  if (levels[0] !== 1 || levels.filter((level) => level === 1).length !== 1) found.push("not one h1");
  for (const landmark of ["header", "main"]) if (document.querySelectorAll(`body > ${landmark}`).length !== 1) found.push(`no ${landmark}`);
  if (!document.documentElement.lang) found.push("no language");
  if (document.documentElement.scrollWidth > innerWidth) found.push(`wider than the window: ${document.documentElement.scrollWidth} px`);
  return found;
};

/** Text with less contrast than 4.5 to 1 against what is painted behind it. */
const faint = () => {
  const canvas = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
  const rgb = (color) => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = color;
    canvas.fillRect(0, 0, 1, 1);
    return [...canvas.getImageData(0, 0, 1, 1).data];
  };
  const luminance = (color) => {
    const [r, g, b] = rgb(color).map((value) => (value / 255 <= 0.04045 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const behind = (element) => {
    for (let it = element; it; it = it.parentElement) {
      const color = getComputedStyle(it).backgroundColor;
      if (rgb(color)[3] === 255) return color;
    }
    return "white";
  };
  const found = new Set();
  for (const element of document.querySelectorAll("body *")) {
    const hasText = [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim());
    if (!hasText || ["SCRIPT", "STYLE", "title", "desc"].includes(element.tagName)) continue;
    const style = getComputedStyle(element);
    const [a, b] = [element instanceof SVGElement ? style.fill : style.color, behind(element)].map(luminance);
    const contrast = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (contrast < 4.5) found.add(`${element.tagName}.${element.getAttribute("class")}: ${contrast.toFixed(2)}`);
  }
  return [...found];
};

for (const [name, href] of Object.entries(pages)) {
  for (const colorScheme of ["light", "dark"]) {
    for (const width of [1280, 390]) {
      const { page, complaints, close } = await open(href, { colorScheme, viewport: { width, height: 900 } });
      const where = `${name}, ${colorScheme}, ${width} px`;
      assert.deepEqual(await page.evaluate(faults), [], where);
      assert.deepEqual(await page.evaluate(faint), [], where);
      await page.screenshot({ path: path.join(shots, `${name}-${colorScheme}-${width}.png`), fullPage: true });
      assert.deepEqual(complaints, [], where);
      await close();
    }
  }
}

{
  const { page, complaints, close } = await open(pages.fleet);
  const focused = () => page.evaluate(() => document.activeElement.textContent.trim() || document.activeElement.value);
  await page.keyboard.press("Tab");
  assert.equal(await focused(), "Skip to the content");
  await page.keyboard.press("Tab");
  assert.equal(await focused(), "auto");
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("ArrowRight");
  assert.equal(await focused(), "dark");
  assert.equal(await page.evaluate(() => getComputedStyle(document.documentElement).colorScheme), "dark");
  const other = page.locator("section:has(#panel-errors) details");
  await other.locator("summary").focus();
  await page.keyboard.press("Enter");
  assert.ok(await other.locator("table").isVisible());
  const folded = page.locator("section:has(#panel-sites) details");
  const rows = () => folded.locator("tbody tr:visible");
  assert.equal(await rows().count(), 200);
  const first = () => rows().first().locator("th").textContent();
  assert.equal(await first(), "www.shop-000.example");
  const head = folded.locator("thead th", { hasText: "requests" });
  await head.locator("button").focus();
  await page.keyboard.press("Enter");
  await page.keyboard.press("Enter");
  assert.equal(await head.getAttribute("aria-sort"), "ascending");
  assert.notEqual(await first(), "www.shop-000.example");
  await folded.getByLabel("Only rows with").fill("shop-01");
  assert.equal(await rows().count(), 10);
  assert.equal(await folded.locator("output").textContent(), "10 of 200");
  await rows().filter({ hasText: "shop-012" }).locator("a").click();
  assert.equal(await page.locator("h1").textContent(), "www.shop-012.example");
  await page.getByRole("link", { name: "Fleet" }).click();
  assert.equal(await page.locator("h1").textContent(), "Fleet");
  assert.deepEqual(complaints.filter((it) => !it.startsWith("request: file:")), []);
  await close();
}

{
  const { page, close } = await open(pages.fleet, { javaScriptEnabled: false });
  assert.equal(await page.locator("p.filter:visible, thead button").count(), 0);
  await page.locator("#colors-dark").check();
  await page.screenshot({ path: path.join(shots, "fleet-without-script.png") });
  await page.emulateMedia({ media: "print" });
  await page.pdf({ path: path.join(shots, "fleet.pdf"), format: "A4" });
  await close();
}

await browser.close();
