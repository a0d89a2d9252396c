/** What the log says of a picture that was made: `cdn-cli logs report image-savings` reads it. */

import { log } from './log.mjs';

/**
 * An answer that is not consumed yet, beside the original that it was made from, to be logged when it
 * is delivered; what is no picture is not logged. `docs/lambda.md` names the fields.
 */
export function pictureOf(answer, { site, job, found }) {
  const headers = Object.fromEntries(JSON.parse(answer.headers));
  const format = formatOf(headers['content-type']);
  if (answer.status !== 200 || format === undefined) return { log() {} };
  const fields = {
    site: site.name,
    status: answer.status,
    bytes: answer.length,
    format,
    recipe: headers['x-resizer-recipe'],
    original_bytes: found.bytes.length,
    original_format: formatOf(job.originalMediaType),
  };
  return { log: (stored) => log('info', 'Answered', { ...fields, stored }) };
}

/** `jpeg` of `image/jpeg`; nothing of what is no picture. */
function formatOf(mediaType) {
  return mediaType?.match(/^image\/([^+;]+)/)?.[1];
}
