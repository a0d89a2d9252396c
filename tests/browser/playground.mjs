// What a visitor does on the playground, in real Chromium. Usage: node playground.mjs URL
// Environment: CHROMIUM, NODE_MODULES (with playwright-core), SCREENSHOTS (a folder).

import assert from "node:assert/strict";
import { createRequire } from "node:module";
import path from "node:path";

const { chromium } = createRequire(path.join(process.env.NODE_MODULES, "/"))("playwright-core");

const START = process.argv[2];
const FLAGS = [
  "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
  "--disable-background-networking", "--disable-component-update", "--disable-sync",
];

const browser = await chromium.launch({ executablePath: process.env.CHROMIUM, args: FLAGS });
const complaints = [];
const elsewhere = [];

async function open(options) {
  const context = await browser.newContext({ reducedMotion: "reduce", ...options });
  await context.grantPermissions(["clipboard-read", "clipboard-write"], { origin: START });
  const page = await context.newPage();
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) complaints.push(message.text());
  });
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("request", (request) => {
    const url = new URL(request.url());
    if (!["blob:", "data:"].includes(url.protocol) && url.origin !== new URL(START).origin) elsewhere.push(url.href);
  });
  await settled(page, () => page.goto(START));
  return page;
}

/** Does something and waits for the picture that comes of it. */
async function settled(page, action) {
  const count = () => Number(document.getElementById("result")?.dataset.settled ?? 0);
  const before = page.url() === "about:blank" ? 0 : await page.evaluate(count);
  await action();
  await page.waitForFunction((before) => Number(document.getElementById("result").dataset.settled ?? 0) > before, before);
  await page.waitForFunction(() => !document.getElementById("result-panel").classList.contains("busy"));
}

const size = (page, id) => page.$eval(`#${id}`, (image) => [image.naturalWidth, image.naturalHeight]);

/** What the URL in this box gives, fetched as the page fetches it. */
const fetchBox = (page, id) =>
  page.evaluate(async (id) => {
    const answer = await fetch(document.getElementById(id).textContent, { headers: { Accept: "image/webp,*/*" } });
    const picture = await createImageBitmap(await answer.blob());
    return { status: answer.status, size: [picture.width, picture.height] };
  }, id);

async function drop(page, name, type, make) {
  await page.evaluate(
    async ({ name, type, make }) => {
      const transfer = new DataTransfer();
      const picture = new OffscreenCanvas(300, 200);
      picture.getContext("2d").fillRect(20, 20, 100, 100);
      const parts = [make === "picture" ? await picture.convertToBlob() : make];
      transfer.items.add(new File(parts, name, { type }));
      document.body.dispatchEvent(new DragEvent("drop", { bubbles: true, cancelable: true, dataTransfer: transfer }));
    },
    { name, type, make },
  );
}

const steps = {
  async "the page loads and shows a photo beside its variant"(page) {
    assert.equal(await page.title(), "Playground · cdn-cli dev");
    assert.deepEqual(await page.$$eval("#sites a", (links) => links.map((link) => link.textContent)), ["atelier", "harbor"]);
    const [width] = await size(page, "original");
    assert.ok(width > 0);
    assert.match(await page.textContent("#saved"), /^\d+ %$/);
    assert.match(await page.textContent("#cache"), /^(Miss|Hit)$/);
  },

  async "a control is moved by keyboard and the picture follows"(page) {
    await page.click('[id="p-/photos/scene.jpg"]', { force: true });
    await settled(page, () => page.click("#again"));
    await page.focus("#c-width");
    for (const key of ["ArrowRight", "ArrowRight", "ArrowLeft", "PageDown"]) {
      await settled(page, () => page.keyboard.press(key));
      const asked = Number(await page.inputValue("#c-width"));
      assert.equal((await size(page, "result"))[0], asked, key);
    }
    await settled(page, () => page.fill("#c-width-n", "400"));
    assert.deepEqual(await size(page, "result"), [400, 267]);
  },

  async "the format decides the content type"(page) {
    for (const [format, type] of [["avif", "image/avif"], ["jpeg", "image/jpeg"], ["png", "image/png"], ["webp", "image/webp"], ["auto", "image/avif"]]) {
      const answer = page.waitForResponse((response) => response.url().includes(`format=${format}`));
      await settled(page, () => page.check(`#c-format-${format}`, { force: true }));
      assert.equal((await answer).headers()["content-type"], type);
    }
    for (const [browser, name] of [["none", "JPEG"], ["webp", "WebP"], ["avif", "AVIF"]]) {
      await settled(page, () => page.check(`#c-browser-${browser}`, { force: true }));
      assert.equal(await page.textContent("#format-name"), name);
    }
    await settled(page, () => page.click("#again"));
    assert.equal(await page.textContent("#cache"), "Hit");
  },

  async "both languages name the same picture"(page) {
    for (const height of ["", "300"]) {
      await settled(page, async () => {
        await page.fill("#c-height-n", height);
        if (height) await page.selectOption("#c-fit", "crop");
        await page.click("#again");
      });
      const [cloudflare, shopify] = [await fetchBox(page, "url-cloudflare"), await fetchBox(page, "url-shopify")];
      assert.deepEqual(cloudflare, shopify);
      assert.deepEqual(cloudflare, { status: 200, size: [400, height ? 300 : 267] });
    }
    await page.click('[data-copy="url-shopify"]');
    assert.equal(await page.evaluate(() => navigator.clipboard.readText()), await page.textContent("#url-shopify"));
    await page.click("summary:has-text('Detail')");
    await settled(page, () => page.fill("#c-blur-n", "5"));
    assert.equal(await page.textContent("#url-shopify"), "not expressible: blur");
    await settled(page, () => page.click("button[type=reset]"));
  },

  async "a focal point is clicked and moved by keyboard"(page) {
    const original = page.locator("#original");
    const { width, height } = await original.boundingBox();
    await settled(page, () => original.click({ position: { x: width / 4, y: height / 4 } }));
    assert.match(await page.textContent("#url-cloudflare"), /fit=cover,gravity=0\.2\d*x0\.2\d*,/);
    assert.deepEqual(await size(page, "result"), [640, 640]);
    await page.focus("#focus");
    const before = await page.textContent("#url-cloudflare");
    await settled(page, () => page.keyboard.press("ArrowRight"));
    assert.notEqual(await page.textContent("#url-cloudflare"), before);
    await settled(page, () => page.click("button[type=reset]"));
  },

  async "a dropped photo is used"(page) {
    await settled(page, () => drop(page, "mine.png", "image/png", "picture"));
    await page.waitForFunction(() => document.getElementById("original").naturalWidth === 300);
    assert.deepEqual(await size(page, "result"), [300, 200]);
    assert.match(await page.textContent("#url-cloudflare"), /\/_uploads\/[0-9a-f]+\.png$/);
    assert.deepEqual((await fetchBox(page, "url-shopify")).size, [300, 200]);
    await settled(page, () => page.fill("#c-width-n", "150"));
    assert.deepEqual(await size(page, "result"), [150, 100]);
  },

  async "nothing is nameless to a screen reader"(page) {
    const nameless = await page.$$eval("input, select, button", (all) =>
      all.filter((one) => !(one.labels?.length || one.ariaLabel || one.textContent.trim())).map((one) => one.outerHTML),
    );
    assert.deepEqual(nameless, []);
    assert.match(await page.textContent("#announce"), /pixels/);
  },

  async "so far nothing was asked of anybody else and nothing complained"() {
    assert.deepEqual(elsewhere, []);
    assert.deepEqual(complaints, []);
  },

  async "what is no photo is told so"(page) {
    await drop(page, "notes.txt", "text/plain", "not a photo at all");
    await page.waitForSelector("#error:not([hidden])");
    assert.equal(await page.textContent("#error"), "notes.txt: the source is not a picture");
  },
};

/** Every view fits its width, and is kept for people to look at. */
async function look() {
  for (const [name, width, height, colorScheme] of [["desktop", 1280, 900, "light"], ["dark", 1280, 900, "dark"], ["phone", 390, 844, "light"]]) {
    const page = await open({ viewport: { width, height }, colorScheme });
    assert.ok((await page.evaluate(() => document.documentElement.scrollWidth)) <= width, `${name} scrolls sideways`);
    await page.waitForFunction(() => document.querySelector("#browsers tbody tr:last-child td:last-child").textContent !== "");
    await page.screenshot({ path: path.join(process.env.SCREENSHOTS, `${name}.png`), fullPage: true });
    await page.context().close();
  }
}

try {
  const page = await open({ viewport: { width: 1280, height: 900 } });
  page.setDefaultTimeout(20_000);
  for (const [name, step] of Object.entries(steps)) {
    try {
      await step(page);
      console.log(`ok      ${name}`);
    } catch (error) {
      console.log(`FAILED  ${name}`);
      await page.screenshot({ path: path.join(process.env.SCREENSHOTS, "failed.png"), fullPage: true });
      throw error;
    }
  }
  await look();
  console.log("ok      every view fits its width");
} finally {
  await browser.close();
}
