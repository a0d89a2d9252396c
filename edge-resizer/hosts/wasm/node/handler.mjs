/**
 * Lambda@Edge, origin request: pictures made where CloudFront would ask the origin for them.
 *
 *   event -> core request -> step
 *     respond | fetch: original -> picture -> generated response | pass: on to the origin
 *
 * Whatever fails, the request goes on to the origin, so that the shopper gets the original: an
 * exception here would be a 502.
 */

import { configuration } from './configuration.mjs';
import { coreRequest, generatedResponse, onToOrigin, originalOf } from './cloudfront.mjs';
import { fetchOriginal } from './originals.mjs';
import { Core } from './core.mjs';
import { log } from './log.mjs';
import { pictureOf } from './picture.mjs';
import { spill } from './spill.mjs';

/** What most pictures go through; and what makes AVIF too, and reads rarer originals. */
const main = new Core('./resizer', configuration.core);
const full = new Core('./resizer-full', configuration.core);

/** Milliseconds before Lambda's own limit at which the original has to do. */
const RESERVE_MS = 2_000;

export async function handler(event, context) {
  const { request } = event.Records[0].cf;
  const deadline = Math.min(
    Date.now() + configuration.workTimeoutMs,
    Date.now() + (context?.getRemainingTimeInMillis?.() ?? Infinity) - RESERVE_MS,
  );
  try {
    return await answer(request, deadline);
  } catch (error) {
    log('error', 'A request was given to the origin', { error: String(error?.stack ?? error) });
    return onToOrigin(request, originalOf(request));
  }
}

/** The response, or the request for CloudFront to send to the origin. */
async function answer(request, deadline) {
  const asked = coreRequest(request);
  const step = (await main.ready()).accept(asked);
  try {
    if (step.kind === 'respond') return generatedResponse(step.takeAnswer());
    if (step.kind === 'pass') return onToOrigin(request, { path: step.path, query: request.querystring });
    const work = { request, asked, site: configuration.site(step.site), deadline };
    return await fetchAndMake(work, step.takeJob());
  } finally {
    main.release(step);
  }
}

/** Fetches the original and makes the picture; consumes the job. */
async function fetchAndMake(work, job) {
  const sources = JSON.parse(job.sources);
  const { key, mayBeAvif } = job;
  let source = sources[0];
  try {
    const found = await fetchOriginal(work.site.origin, sources, job.mostSourceBytes);
    if (found.failure) return generatedResponse(job.fail(found.failure));
    source = sources[found.index];
    let response = mayBeAvif ? NOT_HERE : await make(main, work, job, found);
    if (response === NOT_HERE) response = await makeInFull(work, found);
    return response ?? onToOrigin(work.request, source);
  } catch (error) {
    const fields = { site: work.site.name, key, error: String(error?.stack ?? error) };
    log('error', 'An original was delivered in place of a picture', fields);
    return onToOrigin(work.request, source);
  } finally {
    main.release(job);
  }
}

async function makeInFull(work, found) {
  const step = (await full.ready()).accept(work.asked);
  const job = step.takeJob();
  try {
    return await make(full, work, job, found);
  } finally {
    full.release(job);
    full.release(step);
  }
}

/** What the main module says of an original that the full one may read. */
const UNSUPPORTED = 415;
const NOT_HERE = Symbol('for the full module');

/**
 * A response that CloudFront takes: the picture as it is, at a lower quality, or a redirect to where
 * it was put. `undefined` where none of these can be.
 */
async function make(core, { site, deadline }, job, found) {
  const limit = configuration.maxBodyBytes;
  job.found(found.index, found.bytes, found.version, found.cacheControl);
  const best = core.run(() => job.finish(deadline));
  if (core === main && best.status === UNSUPPORTED) {
    best.free();
    return NOT_HERE;
  }
  const picture = pictureOf(best, { site, job, found });
  if (best.length <= limit) return delivered(best, picture);
  const lower = core.run(() => job.finishWithin(limit, deadline));
  if (lower.length <= limit) {
    best.free();
    return delivered(lower, pictureOf(lower, { site, job, found }));
  }
  lower.free();
  const response = await spill(site, best);
  if (response) picture.log('yes');
  return response;
}

function delivered(answer, picture) {
  picture.log('no: CloudFront keeps it');
  return generatedResponse(answer);
}
