// From the page's settings to URLs, in both languages. No page, no state: settings in, text out.

/**
 * The options of the Cloudflare dialect in the order in which they are written: what is written for
 * a setting, or nothing where it asks for nothing.
 */
const CLOUDFLARE = [
  ["width", (s) => s.width],
  ["height", (s) => s.height],
  ["fit", (s) => (s.fit === "scale-down" ? null : s.fit)],
  ["gravity", (s) => (s.gravity === "center" ? null : s.gravity)],
  ["dpr", (s) => unless(s.dpr, 1)],
  ["quality", (s) => s.quality],
  ["format", (s) => (s.format === "original" ? null : s.format)],
  ["background", (s) => (s.background ? encodeURIComponent(s.background) : null)],
  ["blur", (s) => unless(s.blur, 0)],
  ["sharpen", (s) => unless(s.sharpen, 0)],
  ["brightness", (s) => unless(s.brightness, 1)],
  ["contrast", (s) => unless(s.contrast, 1)],
  ["gamma", (s) => unless(s.gamma, 1)],
  ["saturation", (s) => unless(s.saturation, 1)],
  ["rotate", (s) => unless(s.rotate, 0)],
  ["flip", (s) => s.flip || null],
  ["trim", (s) => trim(s)],
  ["trim.border.tolerance", (s) => (s.trimBorder ? unless(s.trimTolerance, 10) : null)],
];

function unless(value, neutral) {
  return value === neutral ? null : value;
}

function trim(s) {
  if (s.trimBorder) return "border";
  const sides = [s.trimTop, s.trimRight, s.trimBottom, s.trimLeft].map((side) => side ?? 0);
  return sides.some((side) => side > 0) ? sides.join(";") : null;
}

/** The path and query of a photo's variant in the Cloudflare dialect. */
export function cloudflareUrl(settings, photo) {
  const options = CLOUDFLARE.map(([name, write]) => [name, write(settings)])
    .filter(([, value]) => value !== null && value !== undefined && value !== "")
    .map(([name, value]) => `${name}=${value}`);
  return options.length === 0 ? photo : `/cdn-cgi/image/${options.join(",")}${photo}`;
}

const SHOPIFY_POSITIONS = ["center", "top", "bottom", "left", "right"];
const SHOPIFY_LARGEST = 5760;

/** What the Shopify dialect has no words for: names of the settings in the way. */
const SHOPIFY_LACKS = [
  ["fit", (s) => !["scale-down", "crop", "pad"].includes(s.fit) && boxed(s)],
  ["fit", (s) => s.fit === "scale-up" || s.fit === "contain"],
  ["gravity", (s) => s.fit === "crop" && boxed(s) && !SHOPIFY_POSITIONS.includes(s.gravity)],
  ["format", (s) => s.format !== "auto"],
  ["quality", (s) => s.quality !== null && (s.quality < 10 || s.quality > 90)],
  ["dpr", (s) => ![1, 2, 3].includes(s.dpr)],
  ["background", (s) => Boolean(s.background) && !(s.fit === "pad" && boxed(s))],
  ["size", (s) => Math.max(s.width ?? 0, s.height ?? 0) > SHOPIFY_LARGEST],
  ["blur", (s) => s.blur !== 0],
  ["sharpen", (s) => s.sharpen !== 0],
  ["brightness", (s) => s.brightness !== 1],
  ["contrast", (s) => s.contrast !== 1],
  ["gamma", (s) => s.gamma !== 1],
  ["saturation", (s) => s.saturation !== 1],
  ["rotate", (s) => s.rotate !== 0],
  ["flip", (s) => Boolean(s.flip)],
  ["trim", (s) => trim(s) !== null],
];

function boxed(s) {
  return Boolean(s.width) && Boolean(s.height);
}

/**
 * The path and query in the Shopify dialect as `{ url }`, or `{ lacks }`: the settings that it
 * cannot express.
 */
export function shopifyUrl(settings, photo) {
  const lacks = SHOPIFY_LACKS.filter(([, isInTheWay]) => isInTheWay(settings)).map(([name]) => name);
  if (lacks.length > 0) return { lacks: [...new Set(lacks)] };
  const query = new URLSearchParams();
  if (settings.width) query.set("width", settings.width);
  if (settings.height) query.set("height", settings.height);
  if (settings.fit === "crop" && boxed(settings)) query.set("crop", settings.gravity);
  if (settings.fit === "pad" && boxed(settings)) {
    query.set("pad_color", (settings.background || "#ffffff").slice(1));
  }
  if (settings.quality !== null) query.set("quality", settings.quality);
  if (settings.dpr !== 1) query.set("scale", settings.dpr);
  const text = query.toString();
  return text === "" ? { lacks: ["size"] } : { url: `${photo}?${text}` };
}
