/**
 * Events and responses of CloudFront:
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/lambda-event-structure.html
 */

import { STATUS_CODES } from 'node:http';

/**
 * Headers that a response must not have, or that CloudFront sets itself:
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/edge-function-restrictions-all.html
 */
const FORBIDDEN = new RegExp(
  '^(connection|content-length|expect|keep-alive|proxy-.*|trailer|transfer-encoding|upgrade|via|' +
    'x-accel-.*|x-amz-cf-.*|x-amzn-.*|x-cache.*|x-edge-.*|x-forwarded-proto|x-real-ip)$',
);

/** The request of an event as the core reads it. */
export function coreRequest({ method, uri, querystring, headers }) {
  const pairs = Object.entries(headers ?? {}).flatMap(([name, values]) =>
    values.map(({ value }) => [name, value]),
  );
  const now = Math.floor(Date.now() / 1_000);
  return { method, path: uri, query: querystring || null, headers: pairs, now };
}

/**
 * Where the original is that a path of the viewer function is about, without asking the core; nothing
 * where that cannot be told. It does not throw: it is what is left when all else did.
 */
export function originalOf({ uri, querystring }) {
  const [, kind, rest] = uri.match(/^\/_(variants|requests)\/[^/]+(\/.*)$/) ?? [];
  if (kind === undefined) return {};
  if (kind === 'requests') return { path: rest, query: querystring };
  // The key is ASCII: an escape stands for one character.
  const key = rest.replace(/%([0-9a-f]{2})/gi, (_, code) => String.fromCharCode(parseInt(code, 16)));
  const [path, query] = key.slice(0, key.lastIndexOf('/')).split('?');
  // Nobody has checked whether clients may be sent there.
  return /^\/https?:\/\//.test(path) ? {} : { path, query };
}

/** The response of an answer, which is consumed. */
export function generatedResponse(answer) {
  const status = answer.status;
  const headers = headersOf(JSON.parse(answer.headers));
  const body = answer.takeBody();
  answer.free();
  const response = { status: String(status), statusDescription: STATUS_CODES[status], headers };
  if (body.length === 0) return response;
  const { buffer, byteOffset, byteLength } = body;
  const encoded = Buffer.from(buffer, byteOffset, byteLength).toString('base64');
  return { ...response, body: encoded, bodyEncoding: 'base64' };
}

/**
 * The way to another place, for a minute, and why: the next attempt may do without. `more` are headers
 * beside those that say this.
 */
export function redirect(location, reason, more = []) {
  const headers = headersOf([
    ['location', location],
    ['cache-control', 'public, max-age=60'],
    ['x-resizer-fallback', reason],
    ...more,
  ]);
  return { status: '302', statusDescription: STATUS_CODES[302], headers };
}

/**
 * The request, for CloudFront to send to the origin of the behavior: for the original at `path`, or
 * as it is. An original on another host, which that origin does not have, is where the client is
 * sent.
 */
export function onToOrigin(request, { path, query, url } = {}) {
  if (url) return redirect(url, 'the original is on another host');
  if (path === undefined) return request;
  return { ...request, uri: path, querystring: query ?? '' };
}

function headersOf(pairs) {
  const headers = {};
  for (const [key, value] of pairs) {
    if (!FORBIDDEN.test(key)) (headers[key] ??= []).push({ key, value });
  }
  return headers;
}
