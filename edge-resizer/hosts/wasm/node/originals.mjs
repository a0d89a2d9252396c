/** Originals: from a bucket, or from another web server. */

import { configuration } from './configuration.mjs';
import { get } from './http.mjs';
import { nearest, s3 } from './s3.mjs';
import { within } from './within.mjs';

/**
 * Fetches the first source that exists: `{ index, bytes, version, cacheControl }`, or
 * `{ failure }`, a reason for the core. It has an answer in time: Lambda's own limit would be a 502.
 */
export async function fetchOriginal(origin, sources, most) {
  try {
    return await within(configuration.fetchTimeoutMs, (signal) => first(origin, sources, { most, signal }));
  } catch (error) {
    if (error.name === 'TimeoutError') return { failure: 'timed-out' };
    throw error;
  }
}

async function first(origin, sources, limits) {
  let failure = 'not-found';
  for (const [index, source] of sources.entries()) {
    const found = await fetchOne(origin, source, limits);
    if (!found.failure) return { index, ...found };
    failure = found.failure;
    if (failure !== 'not-found' && failure !== 'denied') break;
  }
  return { failure };
}

function fetchOne(origin, source, limits) {
  if (source.url) return get(source.url, limits);
  if (origin.s3) return fromS3(origin.s3, source.key, limits);
  const { url, allow_private: trusted } = origin.http;
  const query = source.query ? `?${source.query}` : '';
  return get(`${url.replace(/\/$/, '')}${source.path}${query}`, { ...limits, trusted });
}

async function fromS3(bucket, key, limits) {
  const near = nearest(bucket);
  const found = await fromBucket({ ...bucket, ...near }, key, limits);
  // A copy may lag behind, or be away.
  if (!found.failure || near.bucket === bucket.bucket) return found;
  return fromBucket(bucket, key, limits);
}

async function fromBucket({ bucket, region, endpoint, prefix = '' }, key, { most, signal }) {
  const { client, GetObjectCommand } = await s3({ region: region ?? undefined, endpoint: endpoint ?? undefined });
  const command = new GetObjectCommand({ Bucket: bucket, Key: `${prefix}${key}` });
  try {
    const object = await client.send(command, { abortSignal: signal });
    if (object.ContentLength > most) {
      object.Body.destroy();
      return { failure: 'too-large' };
    }
    const bytes = await object.Body.transformToByteArray();
    return { bytes, version: object.ETag, cacheControl: object.CacheControl };
  } catch (error) {
    return { failure: reason(error) };
  }
}

/** Why S3 gave nothing. Without leave to list a bucket, what is not there is denied. */
function reason(error) {
  const status = error.$metadata?.httpStatusCode;
  if (status === 404) return 'not-found';
  if (status === 401 || status === 403) return 'denied';
  if (status) return String(status);
  return error.name === 'TimeoutError' ? 'timed-out' : 'unreachable';
}
