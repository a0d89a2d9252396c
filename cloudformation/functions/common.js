// What both viewer functions have: this file stands before pictures.js and before pages.js.
//
// The runtime has ES 5.1 with `const`, `let`, `async`, arrow functions and template literals: no
// spread, destructuring, default arguments, `for … of`, `Map` or closures in async functions.

import cf from 'cloudfront';
import crypto from 'crypto';

const store = cf.kvs();

/** Percent-decoded; a character stands for each byte. */
const bytes = (text) =>
  text.replace(/%[\da-f]{2}/gi, (code) => String.fromCharCode('0x' + code.slice(1)));

const withQuery = (url, query) =>
  query ? url + (url.includes('?') ? '&' : '?') + query : url;

/**
 * Whether a path is one that only pictures.js may write, in whatever spelling: nothing behind it
 * verifies again. Also where dot segments could lead to one.
 */
const isReserved = (path) =>
  /(^|\.\.)[/\\.]*_(variants|requests)([/\\]|$)/i.test(bytes(bytes(bytes(bytes(path)))));

/** A key has at most 512 bytes: of a long path it holds the digest. */
const redirectKey = (site, path) => {
  const key = 'redirect:' + site + ':';
  return key.length + path.length > 512
    ? key + '#' + crypto.createHash('sha256').update(path).digest('base64url')
    : key + path;
};

const redirection = (redirect, query) => ({
  statusCode: redirect.status,
  headers: { location: { value: redirect.drop ? redirect.to : withQuery(redirect.to, query) } },
});

/** Parameters of advertisers, which no page or picture depends on. */
const MARKETING =
  /^(utm_\w+|(g|d|fb|ms|tt|tw|y)clk?id|[gw]braid|gclsrc|gad_\w+|srsltid|mc_[ce]id|igshid|li_fat_id|epik|_g[al])$/i;

const withoutMarketing = (request) => {
  for (const name in request.querystring) {
    if (MARKETING.test(name)) delete request.querystring[name];
  }
};

/** The name of a host as the store has it, `Host` being as the viewer wrote it. */
const hostName = (text) => text.replace(/\.*(:\d*)?$/, '').toLowerCase();
