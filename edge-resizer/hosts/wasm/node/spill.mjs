/** Pictures that are too large for a response of Lambda@Edge: to the bucket of variants. */

import { createHash } from 'node:crypto';
import { configuration } from './configuration.mjs';
import { redirect } from './cloudfront.mjs';
import { log } from './log.mjs';
import { s3 } from './s3.mjs';
import { within } from './within.mjs';

/** Milliseconds for the upload; after it the original has to do. */
const TIMEOUT_MS = 5_000;

/**
 * Puts the body of an answer, which is consumed, into the bucket, and gives the way there. Its name is
 * the hash of its bytes, so that whoever has the name has seen the picture, and the same picture is
 * put there once. `undefined` where there is no bucket, or it cannot be reached.
 */
export async function spill(site, answer) {
  const place = configuration.spill;
  const headers = Object.fromEntries(JSON.parse(answer.headers));
  const body = answer.takeBody();
  const status = answer.status;
  answer.free();
  if (!place || status !== 200) return undefined;
  const hash = createHash('sha256').update(body).digest('hex').slice(0, 32);
  const path = `${place.path}/${site.name}/${hash}`;
  const tagHeader = (site.images.caching?.tag_header ?? 'Cache-Tag').toLowerCase();
  const tags = headers[tagHeader] ?? '';
  const { client, PutObjectCommand } = await s3(place);
  try {
    const command = new PutObjectCommand({
      Bucket: place.bucket,
      Key: path.replace(/^\//, ''),
      Body: body,
      ContentType: headers['content-type'],
      ContentDisposition: headers['content-disposition'],
      CacheControl: headers['cache-control'],
      Metadata: { 'cache-tag': tags, recipe: headers['x-resizer-recipe'] ?? '' },
    });
    await within(TIMEOUT_MS, (abortSignal) => client.send(command, { abortSignal }));
  } catch (error) {
    log('error', 'A large picture could not be stored', { site: site.name, error: String(error) });
    return undefined;
  }
  // With the tags of the picture, whose purge is to end the way to it too.
  return redirect(path, 'too large for the edge', tags ? [[tagHeader, tags]] : []);
}
