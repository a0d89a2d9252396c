// What CloudFront runs for every request for a picture before it looks into its cache (viewer-request
// event, runtime cloudfront-js-2.0). It understands a picture's URL as the core does, so that every
// spelling of one wish is one entry of the cache: docs/viewer-function.md says what it does and why.
//
// It stands behind common.js, and what is deployed is both minified, at most 10,240 bytes: where a
// plain thing is written in a terse way here, it is for that.
//
// `throw 0` hands a request over unread, where its signature is good: the core answers it behind this
// function. That is how everything ends that the core would refuse, and the little that is not
// understood here.

/** The largest number of 32 bits, at which the core's numbers end. */
const MAX = 4294967295;
/** Decimals are counted in ten-thousandths. */
const ONE = 10000;
const CLOUDFLARE = '/cdn-cgi/image/';
const SIDES = ['width', 'height'];

/** The rules and the headers of the request that is being answered; nothing is awaited meanwhile. */
let policy;
let headers;

// ---------------------------------------------------------------- texts

const escaped = (text, pattern) =>
  text.replace(pattern, (char) => {
    const digits = '0' + char.charCodeAt(0).toString(16);
    return '%' + digits.slice(-2).toUpperCase();
  });

/** Without the white space of ASCII around it. */
const trimmed = (text) => text.replace(/^[ \t\n\f\r]+|[ \t\n\f\r]+$/g, '');

const pairs = (query) => query.split('&');

const fileName = (path) => bytes(path.slice(path.lastIndexOf('/') + 1));

/** A name that ends in a picture's extension, and that extension. */
const splitExtension = (name) =>
  /^([\s\S]+)\.(avif|bmp|gif|jpe?g|png|svg|tiff?|webp)$/i.exec(name);

// ---------------------------------------------------------------- values of options

/** An option that cannot be used: ignored, unless the policy is strict; the core says which it is. */
const objection = () => {
  if (policy.strict) throw 0;
};

/** A number brought into its range; nothing where there is none. */
const limited = (number, low, high) => {
  if (!(number >= low && number <= high)) objection();
  return number < low ? low : number > high ? high : number;
};

/** One of the values that have names. */
const readName = (text, names) => (names.split(' ').includes(text) ? text : objection());

/** A whole number, which saturates. */
const integer = (text) => (/^\d+$/.test(text) ? Math.min(+text, MAX) : undefined);

const readInteger = (text, low, high) => limited(integer(text), low, high);

/** Pixels or bytes, 1 or more: 0 would be no picture, and is not brought into the range. */
const readSide = (text, most) => limited(integer(text) || undefined, 1, most || MAX);

/** Ten-thousandths; places beyond the fourth are cut off. */
const decimal = (text) => {
  const parts = /^(?=.*\d)(\d*)\.?(\d*)$/.exec(text);
  const number = parts ? parts[1] * ONE + +(parts[2] + '0000').slice(0, 4) : NaN;
  return number <= MAX ? number : undefined;
};

const readScale = (text, low) => limited(decimal(text) || undefined, low, 3 * ONE);

/** A decimal whose text is the shortest, as JavaScript writes numbers; `NaN` where it is none. */
const readDecimal = (text, high) => limited(decimal(text), 0, high * ONE) / ONE;

/** 0 means "leave it" to these options. */
const readMultiplier = (text) => readDecimal(text, 255) || undefined;

const readBreakpoints = (text) => {
  const widths = text.split(';').filter(String).map(integer);
  if (!widths[0] || !widths.every(Number)) return objection();
  return widths.sort((one, other) => one - other);
};

const readGravity = (text) => {
  const at = text.indexOf('x');
  const x = text.slice(0, at);
  if (text == 'face') return;
  if (at < 0 || decimal(x) === undefined) {
    return readName(text, 'center left right top bottom auto');
  }
  const left = readDecimal(x, 1);
  const top = readDecimal(text.slice(at + 1), 1);
  if (top >= 0) return left + 'x' + top;
};

const readQuality = (text) =>
  /^\d/.test(text)
    ? readInteger(text, 1, 100)
    : readName(text, 'high medium-high medium-low low auto');

const readFormat = (text) => {
  if (text == 'jpg') return 'jpeg';
  if (text == 'png-force') return 'png';
  // Only the keys of variants hold what `auto` became.
  if (/^auto-[anw]/.test(text)) throw 0;
  if (text != 'svg') return readName(text, 'auto auto-jpeg avif webp jpeg baseline-jpeg png gif json');
};

/** A color in hexadecimal digits; the core reads all other notations. */
const readColor = (text) => {
  if (!/^#?([\da-f]{3,4}|[\da-f]{6}|[\da-f]{8})$/i.test(text)) throw 0;
  let digits = text.replace('#', '').toLowerCase();
  if (digits.length < 5) digits = digits.replace(/./g, '$&$&');
  return digits.replace(/^(.{6})ff$/, '$1');
};

const readColorOrAuto = (text) => (text == 'auto' ? text : readColor(text));

const readRotation = (text) => {
  const degrees = /^\+?0*(0|90|180|270|360)$/.exec(text);
  return degrees ? degrees[1] % 360 : objection();
};

const readTrim = (text) => {
  if (text != 'border') throw 0;
  return text;
};

/** Any of the options of `trim=border` asks for it. */
const readTrimBorder = (text, read, most, recipe) => {
  const value = read(text, 0, most);
  if (value !== undefined) recipe.trim = 'border';
  return value == 'auto' ? undefined : value;
};

/**
 * Every option that is read here, in the order of the canonical text: how its value is read, with
 * what bounds it, and the value that is left out. A test compares the names with the core's table.
 */
const OPTIONS = {
  width: [(text) => (text == 'auto' ? text : readSide(text))],
  wbreakpoints: [readBreakpoints],
  wmobile: [readSide],
  wdesktop: [readSide],
  height: [readSide],
  fit: [readName, 'scale-down contain cover crop aspect-crop pad squeeze scale-up', , 'scale-down'],
  enlarge: [readName, 'true false', , 'true'],
  margin: [readDecimal, 45, , 0],
  gravity: [readGravity, , , 'center'],
  dpr: [readScale, ONE / 10, , ONE],
  linear: [readName, 'true false', , 'false'],
  quality: [readQuality],
  'slow-connection-quality': [readQuality],
  'max-bytes': [readSide],
  format: [readFormat],
  compression: [readName, 'fast'],
  anim: [readName, 'true false', , 'true'],
  background: [readColorOrAuto],
  blur: [readDecimal, 250, , 0],
  brightness: [readMultiplier, , , 1],
  contrast: [readMultiplier, , , 1],
  gamma: [readMultiplier, , , 1],
  saturation: [readDecimal, 255, , 1],
  sharpen: [readDecimal, 10, , 0],
  rotate: [readRotation, , , 0],
  flip: [readName, 'h v hv'],
  trim: [readTrim],
  'trim.border.color': [readTrimBorder, readColorOrAuto],
  'trim.border.tolerance': [readTrimBorder, readInteger, 255],
  'trim.border.keep': [readTrimBorder, readInteger, MAX, 0],
  metadata: [readName, 'copyright keep none', , 'copyright'],
  onerror: [readName, 'redirect'],
};

const ALIASES = {
  w: 'width', h: 'height', g: 'gravity', q: 'quality', f: 'format', scq: 'slow-connection-quality',
};

/** Shopify's parameters, likewise; regions are handed over. */
const PARAMETERS = {
  width: [readSide, 5760],
  height: [readSide, 5760],
  crop: [readName, 'center top bottom left right'],
  format: [(text) => (/^(webp|avif|png)$/.test(text) ? undefined : readName(text, 'jpg pjpg'))],
  pad_color: [(text) => (/^#?([\da-f]{3}){1,2}$/i.test(text) ? readColor(text) : objection())],
  quality: [readInteger, 10, 90],
  scale: [readScale, ONE],
};

/** Reads the value of an option into the recipe, where it can be used. */
const readInto = (recipe, rows, name, text) => {
  const row = rows[name];
  const value = row[0](text, row[1], row[2], recipe);
  if (value != null && value === value) recipe[name] = value;
};

// ---------------------------------------------------------------- Cloudflare

/** Reads a list of options into a recipe; tells whether anything in it looked like one. */
const readOptions = (recipe, text) => {
  const counting = {};
  let any;
  // A comma in parentheses separates the arguments of a color, not options.
  (bytes(text).match(/(\([^()=]*\)|[^,])+/g) || []).forEach((part) => {
    const option = trimmed(part);
    const at = option.indexOf('=');
    if (at < 0) return option && objection();
    any = true;
    const key = trimmed(option.slice(0, at));
    const name = ALIASES[key] || key;
    // Frames, and what is cut off the sides.
    if (/^(border|trim)\.(?!border)/.test(name)) throw 0;
    if (name != 'preset' && !(OPTIONS[name] || 0)[0]) return objection();
    // The first of its kind counts, but a full name outranks an alias.
    const rival = counting[name];
    if (!rival || (rival[0] != name && key == name)) {
      counting[name] = [key, trimmed(option.slice(at + 1))];
    }
  });
  if (counting.preset) {
    readOptions(recipe, policy.presets[counting.preset[1]]);
    // Any option of `trim` would take the place of all of the preset's.
    if (recipe.trim && /trim/.test(bytes(text))) throw 0;
  }
  for (const name in OPTIONS) {
    if (counting[name]) readInto(recipe, OPTIONS, name, counting[name][1]);
  }
  return any;
};

/** A path of the own origin, checked and written as `SourcePath` does. */
const sourcePath = (decoded, query) => {
  const encoded = escaped(decoded.replace(/^\/+/, ''), /[ "#%<>?[\\\]^`{|}\x80-\xff]/g);
  // Throws where the bytes are not UTF-8.
  const path = decodeURIComponent(encoded);
  if (!path || /[\0-\x1f\x7f-\x9f\\]|^https?:\/\/|(^|\/)\.\.?(\/|$)/.test(path)) throw 0;
  if (policy.paths && !policy.paths.some((prefix) => path.startsWith(prefix))) throw 0;
  return withQuery(encoded, query);
};

/** A URL of another host; only what is written the same after parsing is read here. */
const remoteSource = (url) => {
  const host = /^https?:\/\/([a-z\d.-]+)(:\d{1,4})?\/[\w.~!$&'()*+,;=:@%/?-]*$/i.exec(url)[1].toLowerCase();
  const allows = (rule) =>
    rule[0] == '*' ? host.endsWith(rule.slice(1)) && host.length >= rule.length : host == rule;
  if (!policy.hosts.some(allows)) throw 0;
  return url;
};

const readCloudflare = (path, query) => {
  const parts = /^((akamai|fastly|flow)\/(?=[^/]*\/.))?([^/]*)\/(.+)$/.exec(path.slice(15));
  const remote = /^(https?):\/\/?(.*)$/i;
  const recipe = {};
  if (!readOptions(recipe, parts[3])) throw 0;
  const source = bytes(parts[4]);
  const url = remote.exec(parts[4]) || remote.exec(source);
  if (!url) return [[sourcePath(source, query), recipe]];
  return [[remoteSource(withQuery(url[1].toLowerCase() + '://' + url[2], query)), recipe]];
};

// ---------------------------------------------------------------- Shopify

const NAMED_SIZES = {
  pico: 16, icon: 32, thumb: 50, small: 100, compact: 160,
  medium: 240, large: 480, grande: 600, original: 0, master: 0,
};

/** What a file name asks for, and the name without that; nothing where it is no picture's. */
const readFileName = (name) => {
  let split = splitExtension(name);
  if (!split) return;
  const wish = {};
  const inner = splitExtension(split[1]);
  if (inner && /^(avif|jpg|png|webp)$/i.test(split[2])) {
    if (/j/i.test(split[2])) wish.format = 1;
    split = inner;
  }
  const base = split[1].replace(/([\s\S])\.progressive$/, '$1');
  const parts =
    /^([\s\S]+?)(_((\d{0,4})x(\d{0,4})|[a-z]+))?(_crop_(center|top|bottom|left|right))?(@([23])x)?$/.exec(base);
  const side = NAMED_SIZES[parts[3]];
  let stripped = base;
  if (side >= 0 || (parts[5] != null && !/^x$|^0+x|x0+$/.test(parts[3]))) {
    const sides = side >= 0 ? [side, side] : [+parts[4], +parts[5]];
    stripped = parts[1];
    if (sides[0]) wish.width = limited(sides[0], 1, 5760);
    if (sides[1]) wish.height = limited(sides[1], 1, 5760);
    wish.crop = parts[7];
    wish.scale = parts[9] * ONE;
  } else if (parts[7] && !parts[9]) {
    // A crop without a size.
    throw 0;
  }
  return [stripped + '.' + split[2], wish];
};

/** The recipe that a wish comes to: never enlarges, always negotiates the format. */
const wishedRecipe = (wish) => {
  const recipe = Object.assign({}, wish);
  recipe.format = wish.format ? 'auto-jpeg' : 'auto';
  recipe.dpr = (wish.width || wish.height) && wish.scale;
  if (wish.width && wish.height) {
    if (wish.crop) {
      recipe.fit = 'crop';
      recipe.gravity = wish.crop;
    } else if (wish.pad_color) {
      recipe.fit = 'pad';
      recipe.enlarge = 'false';
      recipe.background = wish.pad_color;
    }
  }
  return recipe;
};

const readShopify = (path, query) => {
  const folder = bytes(path.slice(0, path.lastIndexOf('/') + 1));
  const name = fileName(path);
  const file = readFileName(name);
  if (!file) return;
  const exact = {};
  const seen = [];
  pairs(query).forEach((pair) => {
    const text = bytes(pair);
    const key = text.split('=')[0];
    const value = text.slice(key.length + 1);
    if (/^crop(_(left|top|width|height)(=|$)|=region$)/.test(text)) throw 0;
    if (!(PARAMETERS[key] || 0)[0] || seen.includes(key)) return;
    seen.push(key);
    readInto(exact, PARAMETERS, key, value);
  });
  const version = pairs(query).find((pair) => /^v=\d{1,20}$/.test(pair));
  const reading = (decoded, wish) => [sourcePath(folder + decoded, version), wishedRecipe(wish)];
  if (file[0] != name) {
    return [reading(file[0], Object.assign(file[1], exact)), reading(name, exact)];
  }
  if (seen.length) return [reading(name, exact)];
};

// ---------------------------------------------------------------- negotiation

const headerText = (name) => (headers[name] ? headers[name].value.trim() : '');

const headerNumber = (name) => decimal(headerText(name));

const either = (one, other) => (one === undefined ? other : one);

const scaled = (pixels, dpr) =>
  Math.max(Math.min(Math.floor((pixels * dpr + ONE / 2) / ONE), MAX), Math.min(pixels, 1));

const scale = (recipe, names, dpr) =>
  names.forEach((name) => {
    if (recipe[name]) recipe[name] = scaled(recipe[name], dpr);
  });

const nextOrLast = (list, asked) => list.find((item) => item >= asked) || list[list.length - 1];

/** Pixels of the screen to a pixel of the layout. */
const screenDpr = () => {
  const dpr = either(headerNumber('sec-ch-dpr'), headerNumber('dpr'));
  return dpr && Math.max(ONE / 10, Math.min(dpr, 3 * ONE));
};

const wholePixels = (width, dpr) => width && scaled(Math.ceil(width / ONE), dpr);

/** Whether the client says that its connection is slow or that data is to be saved. */
const isSlow = () =>
  /^on$/i.test(headerText('save-data')) ||
  headerNumber('rtt') > 150 * ONE ||
  /^(slow-2g|2g|3g)$/.test(headerText('ect')) ||
  headerNumber('downlink') < 5 * ONE;

const autoWidth = (recipe) => {
  const viewport =
    policy.hints &&
    wholePixels(headerNumber('sec-ch-viewport-width'), screenDpr() || ONE);
  if (viewport) return nextOrLast(recipe.wbreakpoints || [320, 768, 960, 1200], viewport);
  return headerText('user-agent').includes('Mobi')
    ? recipe.wmobile || 768
    : recipe.wdesktop || 1200;
};

/** What the policy puts in the place of a value that is not allowed. */
const replaced = (value) => {
  if (policy.strictSizes) throw 0;
  return value;
};

/** The modern formats to send, of those that `Accept` names: RFC 9110 sections 12.4.2 and 12.5.1. */
const accepted = () => {
  const wanted = {};
  const accept = headers.accept || { value: '' };
  (accept.multiValue || [accept]).forEach((line) => {
    line.value.split(',').forEach((element) => {
      const pieces = element.split(';').map((piece) => piece.trim());
      const range = pieces[0].toLowerCase().replace('jpg', 'jpeg');
      const weight = pieces.find((piece) => /^q\s*=/i.test(piece)) || 'q=1';
      const value = weight.replace(/^.\s*=\s*/, '');
      if (/^(0(\.\d{0,3})?|1(\.0{0,3})?)$/.test(value) && !(wanted[range] >= +value)) {
        wanted[range] = +value;
      }
    });
  });
  const avif = wanted['image/avif'] || 0;
  const webp = wanted['image/webp'] || 0;
  const jpeg = either(either(wanted['image/jpeg'], wanted['image/*']), wanted['*/*']) || 0;
  const formats = [];
  if (avif && avif >= webp && avif >= jpeg) formats.push('avif');
  if (webp && webp >= jpeg) formats.push('webp');
  return formats;
};

const negotiated = (format) => {
  const may = (name) => !policy.formats || policy.formats.includes(name);
  const exact = /^(baseline-)?(avif|webp|jpeg|png|gif)$/.exec(format);
  if (exact && !may(exact[2])) format = replaced('auto');
  return /^auto/.test(format)
    ? format.replace('auto', 'auto-' + (accepted().filter(may).join('-') || 'none'))
    : format;
};

/** Makes every choice that can be made before the source is seen, as `negotiate::resolve` does. */
const resolve = (recipe) => {
  const isWidthWritten = recipe.width > 0;
  const dpr = recipe.dpr || ONE;
  const widths = policy.widths;
  const isWidthAllowed = () => !widths || !recipe.width || widths.includes(recipe.width);
  let hinted;
  if (recipe.width) hinted = isWidthWritten ? 0 : autoWidth(recipe);
  else if (!recipe.height && policy.hints) {
    hinted = wholePixels(either(headerNumber('sec-ch-width'), headerNumber('width')), ONE);
  }
  if (hinted) recipe.width = Math.min(hinted, policy.side || hinted);
  scale(recipe, SIDES, dpr);
  scale(recipe, ['trim.border.keep'], dpr);
  if (isWidthWritten && !isWidthAllowed()) replaced();
  if (dpr == ONE && !hinted && policy.hints) {
    const screen = screenDpr();
    const largest = Math.max(recipe.width || 0, recipe.height || 0);
    if (screen && scaled(largest, screen) <= policy.side) scale(recipe, SIDES, screen);
  }
  if (!isWidthAllowed()) {
    const asked = recipe.width;
    const height = recipe.height;
    recipe.width = nextOrLast(widths, asked);
    if (height) {
      const product = height * recipe.width + Math.floor(asked / 2);
      // Beyond, products are not exact.
      if (product > 2 ** 53) throw 0;
      recipe.height = Math.max(1, Math.min(Math.floor(product / asked), MAX));
    }
  }
  const allowed = policy.qualities;
  const allowedQuality = (quality) =>
    quality > 0 && allowed && !allowed.includes(quality)
      ? replaced(nextOrLast(allowed, quality))
      : quality;
  const quality = allowedQuality(recipe.quality);
  const isLow = quality <= 50 || quality == 'low';
  const slow =
    allowedQuality(recipe['slow-connection-quality']) || (policy.saveData && !isLow && 'low');
  recipe.quality = slow && isSlow() ? slow : quality;
  recipe.format = negotiated(recipe.format);
};

/** The one text of a recipe, which is the end of a variant's key; without what served choices only. */
const recipeText = (recipe) =>
  Object.keys(OPTIONS)
    .filter(
      (name) =>
        recipe[name] != null &&
        recipe[name] != OPTIONS[name][3] &&
        !/^(wb|wm|wd|slow|dpr)/.test(name),
    )
    .map((name) => name + '=' + recipe[name])
    .join(',');

// ---------------------------------------------------------------- signatures

/** What is wrong with the signature (edge-resizer/src/sign.rs), if anything is. */
const signatureFault = (path, query) => {
  const named = (name) => pairs(query).filter((pair) => pair.split('=')[0] == name);
  const hmac = (text, key) =>
    crypto.createHmac('sha256', key).update(text).digest('base64url');
  const signatures = named('sig');
  const ends = named('exp');
  if (!signatures[0]) return 'missing';
  if (signatures[1] || ends[1]) return 'malformed';
  const rest = pairs(query).filter((pair) => pair != signatures[0]).join('&');
  const text = withQuery(path, rest);
  const given = signatures[0].slice(4);
  // Two digests are compared: how long that takes tells nothing of the signature.
  const proves = (key) => hmac(hmac(text, key), key) == hmac(given, key);
  if (!policy.keys.some(proves)) return 'wrong';
  if (!ends[0]) return;
  const end = ends[0].slice(4);
  if (!/^\+?\d+$/.test(end) || end > 2 ** 64) return 'malformed';
  if (Date.now() / 1000 - 1 >= end) return 'expired';
};

// ---------------------------------------------------------------- requests

const isPicture = (path) => path.startsWith(CLOUDFLARE) || splitExtension(fileName(path));

/** The answer to a wrong signature, as `Response::refusal` has it; nothing where all is well. */
const refusal = (request, query) => {
  const fault = policy.keys && signatureFault(request.uri, query);
  return (
    fault && {
      statusCode: 403,
      headers: {
        'content-type': { value: 'text/plain; charset=utf-8' },
        'x-content-type-options': { value: 'nosniff' },
        'cache-control': { value: 'public, max-age=' + policy.errorAge },
      },
      body: request.method == 'HEAD' ? '' : 'ERROR: the signature is ' + fault + '\n',
    }
  );
};

/** The core answers this one: it verifies, refuses, or delivers the original. */
const handedOver = (request, site) => {
  // The cache's key has this header: of the many that browsers send, four remain.
  const types = accepted().map((name) => 'image/' + name);
  headers.accept = { value: types.join() || 'image/*' };
  request.uri = '/_requests/' + site + request.uri;
  return request;
};

/** The readings of a URL, likeliest first, each a source and a recipe; none where it asks nothing. */
const read = (path, query) => {
  if (!policy) throw 0;
  if (policy.cloudflare && path.startsWith(CLOUDFLARE)) return readCloudflare(path, query);
  if (policy.shopify) return readShopify(path, query);
};

const rewritten = (request, site, query) => {
  const path = request.uri;
  let readings = read(path, query);
  if (!readings) {
    withoutMarketing(request);
    // Where no other URLs are read than Cloudflare's, a path alone is no picture's.
    return policy.shopify && splitExtension(fileName(path)) ? handedOver(request, site) : request;
  }
  if (!/^(GET|HEAD)$/.test(request.method) || /[^!-~]/.test(path + query)) throw 0;
  if (policy.keys) {
    if (signatureFault(path, query)) throw 0;
    query = pairs(query).filter((pair) => !/^(sig|exp)(=|$)/.test(pair)).join('&');
    readings = read(path, query);
  }
  const keys = readings.map((reading) => {
    resolve(reading[1]);
    return reading[0] + '/' + (recipeText(reading[1]) || 'original');
  });
  if (cf.logCustomData) cf.logCustomData(site + ' ' + keys[0].split('/').pop());
  request.uri = '/_variants/' + site + '/' + escaped(keys[0], /["#%<>?`]/g);
  request.querystring = keys[1] ? { or: { value: escaped(keys[1], /["#%&'+<=>?`]/g) } } : {};
  delete headers.accept;
  return request;
};

async function handler(event) {
  const request = event.request;
  const path = request.uri;
  let query;
  let site;
  let rules;
  let redirect;
  if (isReserved(path)) return { statusCode: 404 };
  try {
    query = request.rawQueryString() || '';
    site = await store.get('host:' + hostName(request.headers.host.value));
  } catch (e) {
    return request;
  }
  try {
    rules = await store.get('site:' + site, { format: 'json' });
    if (rules.redirects) redirect = await store.get(redirectKey(site, path), { format: 'json' });
  } catch (e) {
    // There is no such key. Without rules, all pictures are handed over.
  }
  policy = rules || 0;
  headers = request.headers;
  if (redirect) return redirection(redirect, query);
  try {
    return rewritten(request, site, query);
  } catch (e) {
    // The signature comes first: the cache may hold an answer from before its end.
    return isPicture(path) ? refusal(request, query) || handedOver(request, site) : request;
  }
}
