/** Originals: from a bucket, or from another web server. */

import { get } from './http.mjs';
import { nearest, s3 } from './s3.mjs';

/**
 * Fetches the first source that exists: `{ index, bytes, version, cacheControl }`, or
 * `{ failure }`, a reason for the core.
 */
export async function fetchOriginal(origin, sources, most) {
  let failure = 'not-found';
  for (const [index, source] of sources.entries()) {
    const found = await fetchOne(origin, source, most);
    if (!found.failure) return { index, ...found };
    failure = found.failure;
    if (failure !== 'not-found' && failure !== 'denied') break;
  }
  return { failure };
}

function fetchOne(origin, source, most) {
  if (source.url) return get(source.url, { most });
  if (origin.s3) return fromS3(origin.s3, source.key, most);
  const { url, allow_private: trusted } = origin.http;
  const query = source.query ? `?${source.query}` : '';
  return get(`${url.replace(/\/$/, '')}${source.path}${query}`, { most, trusted });
}

async function fromS3(bucket, key, most) {
  const near = nearest(bucket);
  const found = await fromBucket({ ...bucket, ...near }, key, most);
  // A copy may lag behind, or be away.
  if (!found.failure || near.bucket === bucket.bucket) return found;
  return fromBucket(bucket, key, most);
}

async function fromBucket({ bucket, region, endpoint, prefix = '' }, key, most) {
  const { client, GetObjectCommand } = await s3({ region: region ?? undefined, endpoint: endpoint ?? undefined });
  const command = new GetObjectCommand({ Bucket: bucket, Key: `${prefix}${key}` });
  try {
    const object = await client.send(command);
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
