// The playground: settings -> URL -> fetch with the chosen Accept header -> picture and facts.

import { cloudflareUrl, shopifyUrl } from "./urls.js";

const $ = (id) => document.getElementById(id);

/** Kinds of browsers, by what they say they accept. */
const BROWSERS = [
  { id: "avif", label: "AVIF and WebP", note: "Chrome, Firefox, Safari today", accept: "image/avif,image/webp,*/*;q=0.8" },
  { id: "webp", label: "WebP", note: "Safari 14, 15", accept: "image/webp,*/*;q=0.8" },
  { id: "none", label: "neither", note: "mail clients, old browsers", accept: "*/*" },
];

/** Every control, by group. `value` is the neutral one: it writes nothing into the URL. */
const GROUPS = [
  {
    title: "Size",
    open: true,
    controls: [
      { name: "width", label: "Width", kind: "slider", min: 16, max: 2400, step: 8, value: null, start: 640, unit: "px" },
      { name: "height", label: "Height", kind: "slider", min: 16, max: 2400, step: 8, value: null, unit: "px" },
      { name: "fit", label: "Fit", kind: "choice", value: "scale-down", options: ["scale-down", "contain", "cover", "crop", "aspect-crop", "pad", "squeeze", "scale-up"] },
      { name: "gravity", label: "Gravity", kind: "choice", value: "center", options: ["center", "top", "bottom", "left", "right", "auto", "focal point"] },
      { name: "dpr", label: "Device pixel ratio", kind: "choice", value: 1, options: [1, 1.5, 2, 3] },
    ],
  },
  {
    title: "Format",
    open: true,
    controls: [
      { name: "format", label: "Format", kind: "segments", value: "original", start: "auto", options: ["auto", "avif", "webp", "jpeg", "png", "original"] },
      { name: "quality", label: "Quality", kind: "slider", min: 1, max: 100, step: 1, value: null },
      { name: "browser", label: "Browser accepts", kind: "segments", value: "avif", options: BROWSERS.map((b) => b.id), labels: ["AVIF+WebP", "WebP", "neither"] },
    ],
  },
  {
    title: "Light and color",
    controls: [
      { name: "brightness", label: "Brightness", kind: "slider", min: 0.1, max: 3, step: 0.05, value: 1 },
      { name: "contrast", label: "Contrast", kind: "slider", min: 0.1, max: 3, step: 0.05, value: 1 },
      { name: "gamma", label: "Gamma", kind: "slider", min: 0.1, max: 3, step: 0.05, value: 1 },
      { name: "saturation", label: "Saturation", kind: "slider", min: 0, max: 3, step: 0.05, value: 1 },
    ],
  },
  {
    title: "Detail",
    controls: [
      { name: "sharpen", label: "Sharpen", kind: "slider", min: 0, max: 10, step: 0.25, value: 0 },
      { name: "blur", label: "Blur", kind: "slider", min: 0, max: 100, step: 1, value: 0 },
    ],
  },
  {
    title: "Turn",
    controls: [
      { name: "rotate", label: "Rotate", kind: "segments", value: 0, options: [0, 90, 180, 270], labels: ["0°", "90°", "180°", "270°"] },
      { name: "flip", label: "Flip", kind: "segments", value: "", options: ["", "h", "v", "hv"], labels: ["no", "↔", "↕", "both"], spoken: ["no", "left and right", "top and bottom", "both"] },
    ],
  },
  {
    title: "Edges",
    controls: [
      { name: "trimBorder", label: "Trim the plain border", kind: "switch", value: false },
      { name: "trimTolerance", label: "Tolerance of the border", kind: "slider", min: 0, max: 100, step: 1, value: 10 },
      { name: "trimTop", label: "Cut off at the top", kind: "slider", min: 0, max: 1000, step: 10, value: 0, unit: "px" },
      { name: "trimRight", label: "… right", kind: "slider", min: 0, max: 1000, step: 10, value: 0, unit: "px" },
      { name: "trimBottom", label: "… bottom", kind: "slider", min: 0, max: 1000, step: 10, value: 0, unit: "px" },
      { name: "trimLeft", label: "… left", kind: "slider", min: 0, max: 1000, step: 10, value: 0, unit: "px" },
      { name: "background", label: "Background", kind: "color", value: "" },
    ],
  },
];

const CONTROLS = GROUPS.flatMap((group) => group.controls);
const CROPPING = ["cover", "crop", "aspect-crop"];

/** What the headers of an answer are for, in the order in which they are shown. */
const HEADERS = [
  ["content-type", "what it is"],
  ["content-length", "its bytes"],
  ["cache-control", "how long anyone may keep it"],
  ["vary", "which request headers made a difference"],
  ["etag", "its version: asked for again, 304 costs nothing"],
  ["x-cache", "whether the edge had it"],
  ["age", "seconds since it was made"],
  ["x-amz-cf-pop", "which edge answered"],
  ["x-resizer-recipe", "what was understood: the cache key"],
  ["x-resizer-fallback", "why it is not what was asked for"],
  ["warning", "what was ignored or changed"],
  ["cache-tag", "what a purge can name"],
  ["content-disposition", "the name to save it under"],
  ["server-timing", "where the time went"],
];

const DEBOUNCE_MS = 140;
const COMPARE_AFTER_MS = 500;

const state = {
  settings: {},
  photo: null, // { path, bytes, format }
  original: null, // { width, height }
  limits: { upload_bytes: 0 },
  abort: new AbortController(),
  compareAbort: new AbortController(),
  timer: 0,
  compareTimer: 0,
  resultUrl: null,
};

// ---- Elements -------------------------------------------------------------------------------

function element(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === true) node.setAttribute(name, "");
    else if (value !== false && value !== undefined && value !== null) node.setAttribute(name, value);
  }
  node.append(...children);
  return node;
}

const KINDS = {
  /** A range with a number field beside it; empty is neutral where neutral is `null`. */
  slider(control) {
    const id = `c-${control.name}`;
    const resting = control.value ?? Math.round((control.min + control.max) / 4);
    const range = element("input", { type: "range", id, min: control.min, max: control.max, step: control.step, value: resting, "aria-describedby": `${id}-n` });
    const number = element("input", { type: "number", id: `${id}-n`, min: control.min, max: control.max, step: "any", inputmode: "decimal", placeholder: "auto", "aria-label": `${control.label}, exact` });
    range.addEventListener("input", () => set(control.name, Number(range.value)));
    number.addEventListener("input", () => {
      if (number.value === "") return set(control.name, control.value);
      if (number.validity.valid) set(control.name, Number(number.value));
    });
    control.show = (value) => {
      const text = value ?? "";
      if (document.activeElement !== number) number.value = text;
      range.value = value ?? resting;
      range.classList.toggle("resting", value === control.value);
      range.setAttribute("aria-valuetext", value === null ? "automatic" : `${value} ${control.unit ?? ""}`.trim());
    };
    return element("div", { class: "control" }, element("label", { for: id }, control.label), element("div", { class: "pair" }, range, number));
  },

  choice(control) {
    const id = `c-${control.name}`;
    const select = element("select", { id }, ...control.options.map((option) => element("option", { value: option }, String(option))));
    select.addEventListener("change", () => set(control.name, typeof control.value === "number" ? Number(select.value) : select.value));
    control.show = (value) => {
      select.value = control.name === "gravity" && isPoint(value) ? "focal point" : value;
    };
    return element("div", { class: "control row" }, element("label", { for: id }, control.label), select);
  },

  segments(control) {
    const inputs = control.options.map((option) => element("input", { type: "radio", name: control.name, value: option, id: `c-${control.name}-${option}` }));
    inputs.forEach((input, place) => {
      if (control.spoken) input.setAttribute("aria-label", control.spoken[place]);
      input.addEventListener("change", () => set(control.name, control.options[place]));
    });
    control.show = (value) => inputs.forEach((input, place) => (input.checked = control.options[place] === value));
    const segments = inputs.map((input, place) => element("label", { for: input.id }, input, element("span", {}, String(control.labels?.[place] ?? control.options[place]))));
    return element("fieldset", { class: "control" }, element("legend", {}, control.label), element("div", { class: "segments" }, ...segments));
  },

  switch(control) {
    const id = `c-${control.name}`;
    const box = element("input", { type: "checkbox", id });
    box.addEventListener("change", () => set(control.name, box.checked));
    control.show = (value) => (box.checked = value);
    return element("div", { class: "control row" }, element("label", { for: id }, control.label), box);
  },

  color(control) {
    const id = `c-${control.name}`;
    const box = element("input", { type: "checkbox", id: `${id}-on`, "aria-label": `${control.label}: use a color` });
    const color = element("input", { type: "color", id, value: "#e8e0d0" });
    const read = () => set(control.name, box.checked ? color.value : "");
    box.addEventListener("change", read);
    color.addEventListener("input", () => {
      box.checked = true;
      read();
    });
    control.show = (value) => {
      box.checked = value !== "";
      if (value !== "") color.value = value;
    };
    return element("div", { class: "control row" }, element("label", { for: id }, control.label), element("span", { class: "pair" }, box, color));
  },
};

function buildControls() {
  for (const group of GROUPS) {
    const body = group.controls.map((control) => KINDS[control.kind](control));
    $("groups").append(element("details", { class: "group", open: group.open }, element("summary", {}, group.title), ...body));
  }
}

// ---- Settings -------------------------------------------------------------------------------

const isPoint = (gravity) => /^[\d.]+x[\d.]+$/.test(gravity);

function set(name, value) {
  if (name === "gravity" && value === "focal point") return aim(0.5, 0.5);
  state.settings[name] = value;
  showSettings();
  schedule();
}

function startSettings() {
  for (const control of CONTROLS) state.settings[control.name] = control.start ?? control.value;
}

function showSettings() {
  for (const control of CONTROLS) control.show(state.settings[control.name]);
  showFocus();
  showUrls();
}

/** Lays the focal point; a fit that crops nothing would not show it, so it is changed too. */
function aim(x, y) {
  const settings = state.settings;
  const round = (value) => Math.round(Math.min(1, Math.max(0, value)) * 100) / 100;
  settings.gravity = `${round(x)}x${round(y)}`;
  if (!CROPPING.includes(settings.fit)) settings.fit = "cover";
  settings.width ??= 640;
  settings.height ??= settings.width;
  showSettings();
  schedule();
}

function showFocus() {
  const { gravity } = state.settings;
  const marker = $("focus");
  marker.hidden = !isPoint(gravity);
  if (marker.hidden) return;
  const [x, y] = gravity.split("x").map(Number);
  marker.style.left = `${x * 100}%`;
  marker.style.top = `${y * 100}%`;
  marker.setAttribute("aria-label", `Focal point at ${Math.round(x * 100)} % from the left, ${Math.round(y * 100)} % from the top: arrow keys move it`);
}

function listenToFocus() {
  $("focus-area").addEventListener("click", (event) => {
    if (event.target === $("focus")) return;
    const box = $("original").getBoundingClientRect();
    if (box.width > 0) aim((event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height);
  });
  const steps = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
  $("focus").addEventListener("keydown", (event) => {
    const step = steps[event.key];
    if (!step) return;
    event.preventDefault();
    const size = event.shiftKey ? 0.1 : 0.02;
    const [x, y] = state.settings.gravity.split("x").map(Number);
    aim(x + step[0] * size, y + step[1] * size);
  });
}

// ---- URLs -----------------------------------------------------------------------------------

function showUrls() {
  if (!state.photo) return;
  const show = (id, url, instead) => {
    const code = $(id);
    code.textContent = url ? location.origin + url : instead;
    code.classList.toggle("none", !url);
    document.querySelector(`[data-copy="${id}"]`).disabled = !url;
  };
  show("url-cloudflare", cloudflareUrl(state.settings, state.photo.path), "");
  const shopify = shopifyUrl(state.settings, state.photo.path);
  show("url-shopify", shopify.url, shopify.lacks && `not expressible: ${shopify.lacks.join(", ")}`);
}

function listenToCopying() {
  for (const button of document.querySelectorAll("[data-copy]")) {
    button.addEventListener("click", async () => {
      const text = $(button.dataset.copy).textContent;
      try {
        await navigator.clipboard.writeText(text);
        button.textContent = "Copied";
      } catch {
        getSelection().selectAllChildren($(button.dataset.copy));
        button.textContent = "Press Ctrl+C";
      }
      announce(button.textContent);
      setTimeout(() => (button.textContent = "Copy"), 1600);
    });
  }
}

// ---- The result -----------------------------------------------------------------------------

function schedule() {
  clearTimeout(state.timer);
  state.timer = setTimeout(render, DEBOUNCE_MS);
}

const acceptOf = (id) => BROWSERS.find((browser) => browser.id === id).accept;

async function render() {
  if (!state.photo) return;
  state.abort.abort();
  state.compareAbort.abort();
  const abort = (state.abort = new AbortController());
  const panel = $("result-panel");
  panel.classList.add("busy");
  try {
    const url = cloudflareUrl(state.settings, state.photo.path);
    const answer = await fetch(url, { headers: { Accept: acceptOf(state.settings.browser) }, cache: "no-store", signal: abort.signal });
    const blob = await answer.blob();
    showHeaders(answer.headers);
    showWarnings(answer.headers);
    showCache(answer.headers);
    if (!answer.ok) return showError(answer, await blob.text());
    await showPicture(blob, answer.headers, abort.signal);
    compareSoon();
  } catch (error) {
    if (error.name !== "AbortError") showFailure(error.message);
  } finally {
    if (abort === state.abort) panel.classList.remove("busy");
  }
}

async function showPicture(blob, headers, signal) {
  const url = URL.createObjectURL(blob);
  const picture = $("result");
  const next = new Image();
  next.src = url;
  try {
    await next.decode();
  } catch {
    URL.revokeObjectURL(url);
    throw new Error(`this browser cannot show ${formatName(headers)}`);
  }
  if (signal.aborted) return URL.revokeObjectURL(url);
  picture.src = url;
  if (state.resultUrl) URL.revokeObjectURL(state.resultUrl);
  state.resultUrl = url;
  $("error").hidden = true;
  picture.hidden = false;
  const facts = { width: next.naturalWidth, height: next.naturalHeight, bytes: blob.size, format: formatName(headers), work: workTime(headers) };
  showFacts(facts);
}

function showFacts({ width, height, bytes, format, work }) {
  const saved = savedText(bytes);
  $("pixels").textContent = `${width} × ${height}`;
  $("bytes").textContent = sizeText(bytes);
  $("format-name").textContent = format;
  $("time").textContent = work.text;
  $("time").title = work.detail;
  $("saved").textContent = saved;
  $("saved").classList.toggle("worse", saved.startsWith("+"));
  $("result-facts").textContent = `${width} × ${height} · ${sizeText(bytes)} · ${format}`;
  $("result").dataset.settled = String(Number($("result").dataset.settled ?? 0) + 1);
  announce(`${format}, ${width} by ${height} pixels, ${sizeText(bytes)}, ${saved} against the original`);
}

function showError(answer, text) {
  const code = answer.headers.get("x-resizer-error");
  const plain = text.length > 0 && text.length < 600 && !text.startsWith("<") ? text.trim() : answer.statusText;
  showFailure(`${answer.status}${code ? ` (${code})` : ""}: ${plain}`);
}

function showFailure(message) {
  $("error").textContent = message;
  $("error").hidden = false;
  $("result").hidden = true;
  $("result-facts").textContent = "no picture";
  for (const id of ["pixels", "bytes", "format-name", "time", "saved"]) $(id).textContent = "–";
}

function showCache(headers) {
  const word = (headers.get("x-cache") ?? "–").replace(" from cloudfront", "");
  $("cache").textContent = word;
  $("cache").dataset.result = word;
}

function showHeaders(headers) {
  const rows = HEADERS.filter(([name]) => headers.has(name)).map(([name, meaning]) =>
    element("tr", {}, element("th", { scope: "row" }, name), element("td", {}, element("code", {}, headers.get(name))), element("td", {}, meaning)),
  );
  $("headers").tBodies[0].replaceChildren(...rows);
}

function showWarnings(headers) {
  const texts = [...(headers.get("warning") ?? "").matchAll(/"([^"]*)"/g)].map((match) => match[1]);
  const fallback = headers.get("x-resizer-fallback");
  if (fallback) texts.push(`fell back: ${fallback}`);
  $("warnings").hidden = texts.length === 0;
  $("warnings").querySelector("ul").replaceChildren(...texts.map((text) => element("li", {}, text)));
}

/** The sum of the stages in `Server-Timing`, or its total where it names one. */
function workTime(headers) {
  const entries = (headers.get("server-timing") ?? "").split(",").map((entry) => {
    const [name, ...parameters] = entry.split(";").map((part) => part.trim());
    const duration = parameters.find((parameter) => parameter.startsWith("dur="));
    return { name, duration: duration ? Number(duration.slice(4)) : NaN };
  });
  const timed = entries.filter(({ duration }) => Number.isFinite(duration));
  if (timed.length === 0) return { text: "–", detail: "" };
  const total = timed.find(({ name }) => name === "total")?.duration ?? timed.reduce((sum, { duration }) => sum + duration, 0);
  const detail = timed.map(({ name, duration }) => `${name} ${duration.toFixed(1)} ms`).join(", ");
  return { text: `${total < 10 ? total.toFixed(1) : Math.round(total)} ms`, detail };
}

const formatName = (headers) =>
  (headers.get("content-type") ?? "").replace(/;.*/, "").replace("image/", "").replace("+xml", "").toUpperCase().replace("WEBP", "WebP");

function sizeText(bytes) {
  if (bytes < 1000) return `${bytes} B`;
  if (bytes < 1e6) return `${(bytes / 1e3).toFixed(bytes < 1e4 ? 1 : 0)} kB`;
  return `${(bytes / 1e6).toFixed(bytes < 1e7 ? 2 : 1)} MB`;
}

function savedText(bytes) {
  if (!state.photo?.bytes) return "–";
  const percent = Math.round((1 - bytes / state.photo.bytes) * 100);
  return percent < 0 ? `+${-percent} %` : `${percent} %`;
}

function announce(text) {
  $("announce").textContent = text;
}

// ---- What each browser gets -----------------------------------------------------------------

function compareSoon() {
  clearTimeout(state.compareTimer);
  state.compareTimer = setTimeout(compare, COMPARE_AFTER_MS);
}

function buildComparison() {
  for (const browser of BROWSERS) {
    const choose = element("button", { type: "button", class: "link" }, browser.label);
    choose.addEventListener("click", () => set("browser", browser.id));
    browser.row = element("tr", {}, element("th", { scope: "row" }, choose, element("small", {}, browser.note)), element("td"), element("td"), element("td"));
    $("browsers").tBodies[0].append(browser.row);
  }
}

async function compare() {
  const abort = (state.compareAbort = new AbortController());
  const url = cloudflareUrl(state.settings, state.photo.path);
  for (const browser of BROWSERS) {
    browser.row.classList.toggle("chosen", browser.id === state.settings.browser);
    try {
      const answer = await fetch(url, { headers: { Accept: browser.accept }, cache: "no-store", signal: abort.signal });
      const { size } = await answer.blob();
      const cells = answer.ok ? [formatName(answer.headers), sizeText(size), savedText(size)] : [`error ${answer.status}`, "", ""];
      cells.forEach((text, place) => (browser.row.cells[place + 1].textContent = text));
    } catch {
      return; // Superseded by a newer setting, or the server is gone, which the result panel says.
    }
  }
}

// ---- Photos ---------------------------------------------------------------------------------

const nameOf = (path) => decodeURIComponent(path.split("/").pop());

function addPhoto(photo, place = "append") {
  const id = `p-${photo.path}`;
  const known = document.getElementById(id);
  if (known) return known;
  const input = element("input", { type: "radio", name: "photo", id, value: photo.path });
  input.addEventListener("change", () => choosePhoto(photo));
  const thumbnail = element("img", { src: `/cdn-cgi/image/width=144,height=144,fit=cover,format=auto${photo.path}`, alt: nameOf(photo.path), width: 72, height: 72, loading: "lazy" });
  const tile = element("label", { class: "tile", for: id, title: nameOf(photo.path) }, input, thumbnail);
  if (place === "append") $("photos").append(tile);
  else document.querySelector(".drop").after(tile);
  return input;
}

async function choosePhoto(photo) {
  state.photo = photo;
  showUrls();
  schedule();
  const picture = $("original");
  $("original-facts").textContent = `${nameOf(photo.path)} …`;
  // What this browser cannot show (TIFF, say) is shown as a JPEG.
  for (const [url, note] of [[photo.path, ""], [`/cdn-cgi/image/width=1600,format=jpeg${photo.path}`, "shown as JPEG"]]) {
    picture.src = url;
    try {
      await picture.decode();
    } catch {
      continue;
    }
    if (state.photo !== photo) return;
    state.original = { width: picture.naturalWidth, height: picture.naturalHeight };
    const { width, height } = state.original;
    $("original-facts").textContent = note
      ? `${sizeText(photo.bytes)} · ${note}`
      : `${width} × ${height} · ${sizeText(photo.bytes)}`;
    return;
  }
  if (state.photo === photo) $("original-facts").textContent = "cannot be shown here";
}

async function upload(file) {
  if (!file) return;
  if (file.size > state.limits.upload_bytes) return showFailure(`${file.name} is larger than ${sizeText(state.limits.upload_bytes)}`);
  $("result-panel").classList.add("busy");
  try {
    const answer = await fetch("/_playground/upload", { method: "POST", body: file });
    const said = await answer.json();
    if (!answer.ok) return showFailure(`${file.name}: ${said.error}`);
    const input = addPhoto(said, "first");
    input.checked = true;
    choosePhoto(said);
  } catch (error) {
    showFailure(`${file.name}: ${error.message}`);
  } finally {
    $("result-panel").classList.remove("busy");
  }
}

function listenToDrops() {
  const veil = $("veil");
  let depth = 0;
  const over = (step) => {
    depth = Math.max(0, depth + step);
    veil.hidden = depth === 0;
  };
  addEventListener("dragenter", () => over(1));
  addEventListener("dragleave", () => over(-1));
  addEventListener("dragover", (event) => event.preventDefault());
  addEventListener("drop", (event) => {
    event.preventDefault();
    over(-depth);
    upload(event.dataTransfer.files[0]);
  });
  $("file").addEventListener("change", () => {
    upload($("file").files[0]);
    $("file").value = "";
  });
}

// ---- Start ----------------------------------------------------------------------------------

async function start() {
  buildControls();
  buildComparison();
  startSettings();
  showSettings();
  listenToFocus();
  listenToCopying();
  listenToDrops();
  $("controls").addEventListener("submit", (event) => event.preventDefault());
  $("controls").addEventListener("reset", (event) => {
    event.preventDefault();
    startSettings();
    showSettings();
    schedule();
  });
  $("again").addEventListener("click", render);

  const facts = await (await fetch("/_playground/photos.json")).json();
  state.limits = facts;
  $("sites").append(...facts.sites.map(({ name, url }) => element("li", {}, element("a", { href: url }, name))));
  facts.photos.forEach((photo) => addPhoto(photo));
  const first = document.querySelector("#photos input[name=photo]");
  if (first) {
    first.checked = true;
    choosePhoto(facts.photos[0]);
  } else {
    showFailure("Drop a photo anywhere on this page to begin.");
  }
}

start().catch((error) => showFailure(`The server does not answer: ${error.message}`));
