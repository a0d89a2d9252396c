/** What was baked into the bundle: Lambda@Edge has no environment variables. */

import { readFileSync } from 'node:fs';

const baked = JSON.parse(readFileSync(new URL('./configuration.json', import.meta.url), 'utf8'));
const sites = new Map(baked.sites.map((site) => [site.name, site]));

export const configuration = {
  /** What the core is told. */
  core: {
    behindViewerFunction: baked.behindViewerFunction,
    sites: baked.sites.map(({ name, domains, images }) => ({ name, domains, images })),
  },
  /**
   * Bytes of a body. CloudFront takes 1 MB for headers and body together, and does not say whether
   * it counts before or after base64: 760 kB fit either way.
   */
  maxBodyBytes: baked.maxBodyBytes ?? 760_000,
  /** Milliseconds in which an original has to be there, redirects, copies and all. */
  fetchTimeoutMs: baked.fetchTimeoutMs ?? 8_000,
  /** Milliseconds of work after which the original has to do. */
  workTimeoutMs: baked.workTimeoutMs ?? 18_000,
  /** Where bodies go that do not fit: `{ bucket, region, path, endpoint }`; none: nowhere. */
  spill: baked.spill,
  /** The site with this name. */
  site: (name) => sites.get(name),
};
