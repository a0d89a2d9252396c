/** Files of other web servers, fetched with the care that a URL from outside needs. */

import { lookup } from 'node:dns';
import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { BlockList, isIP } from 'node:net';

const MAX_REDIRECTS = 5;

/** Blocks that are not for everybody: RFC 6890 and the registries of special-purpose addresses. */
const REFUSED = new BlockList();
for (const [address, bits] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
]) {
  REFUSED.addSubnet(address, bits, 'ipv4');
}
/** Teredo, documentation, and what stands for an IPv4 address (6to4). */
for (const [address, bits] of [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
]) {
  REFUSED.addSubnet(address, bits, 'ipv6');
}
/** The only IPv6 block that is delegated to networks everybody can reach: RFC 4291 section 2.4. */
const GLOBAL_V6 = new BlockList();
GLOBAL_V6.addSubnet('2000::', 3, 'ipv6');

/** Whether everybody can reach an address. */
export function isPublic(address) {
  const family = `ipv${isIP(address)}`;
  return !REFUSED.check(address, family) && (family === 'ipv4' || GLOBAL_V6.check(address, family));
}

/**
 * Fetches at most so many bytes, until `signal` says that it is too late:
 * `{ bytes, version, cacheControl }`, or `{ failure }`, a reason for the core. `trusted`: the host of
 * `url` may have any address; where it redirects to another, that may not.
 */
export async function get(url, { most, signal, trusted = false, redirects = MAX_REDIRECTS }) {
  const target = new URL(url);
  const response = await send(target, trusted, signal);
  if (response.failure) return response;
  const { statusCode: status, headers } = response;
  if (status >= 300 && status < 400 && headers.location) {
    response.destroy();
    if (redirects === 0) return { failure: 'too-many-redirects' };
    const next = new URL(headers.location, target);
    if (!/^https?:$/.test(next.protocol)) return { failure: 'forbidden' };
    const still = trusted && next.origin === target.origin;
    return get(next, { most, signal, trusted: still, redirects: redirects - 1 });
  }
  if (status !== 200) {
    response.destroy();
    if (status === 404 || status === 410) return { failure: 'not-found' };
    return { failure: status === 401 || status === 403 ? 'denied' : String(status) };
  }
  const bytes = await body(response, most);
  if (bytes.failure) return bytes;
  const version = headers.etag ?? headers['last-modified'];
  return { bytes, version, cacheControl: headers['cache-control'] };
}

/** The response once its headers are there. */
function send(target, trusted, signal) {
  const host = target.hostname.replace(/^\[|\]$/g, '');
  if (!trusted && isIP(host) && !isPublic(host)) return { failure: 'forbidden' };
  const request = target.protocol === 'https:' ? requestHttps : requestHttp;
  const options = {
    headers: { 'accept-encoding': 'identity', 'user-agent': 'edge-resizer' },
    lookup: trusted ? lookup : guardedLookup,
    signal,
  };
  return new Promise((resolve) => {
    request(target, options, resolve)
      .on('error', (error) => resolve({ failure: reason(error) }))
      .end();
  });
}

/** Resolves a name to the addresses that everybody can reach; the connection uses these. */
function guardedLookup(name, options, done) {
  lookup(name, { ...options, all: true }, (error, addresses) => {
    if (error) return done(error);
    const open = addresses.filter(({ address }) => isPublic(address));
    if (open.length === 0) return done(Object.assign(new Error('not public'), { code: 'EFORBIDDEN' }));
    return options.all ? done(null, open) : done(null, open[0].address, open[0].family);
  });
}

async function body(response, most) {
  const chunks = [];
  let length = 0;
  try {
    for await (const chunk of response) {
      length += chunk.length;
      if (length > most) return { failure: 'too-large' };
      chunks.push(chunk);
    }
  } catch (error) {
    return { failure: reason(error) };
  }
  return Buffer.concat(chunks, length);
}

function reason(error) {
  if (error.code === 'EFORBIDDEN') return 'forbidden';
  return error.name === 'TimeoutError' || error.name === 'AbortError' ? 'timed-out' : 'unreachable';
}
