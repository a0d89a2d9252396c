/** Clients of S3, by region and endpoint; the SDK is the one that Lambda's runtime brings. */

const clients = new Map();

/** A client for a bucket's place, and the commands. */
export async function s3({ region = 'us-east-1', endpoint }) {
  const sdk = await import('@aws-sdk/client-s3');
  const name = `${region} ${endpoint ?? ''}`;
  let client = clients.get(name);
  if (!client) {
    // Another service than AWS has no host name for each bucket.
    const elsewhere = endpoint ? { endpoint, forcePathStyle: true } : {};
    client = new sdk.S3Client({ region, maxAttempts: 3, ...elsewhere });
    clients.set(name, client);
  }
  return { client, ...sdk };
}

/**
 * The bucket to read from, and its region: of the bucket and its copies the one in the region where
 * this runs, else one on the same continent, else the bucket.
 */
export function nearest({ bucket, region, replicas = {} }, here = process.env.AWS_REGION) {
  const all = [[region, bucket], ...Object.entries(replicas)];
  const continent = (name) => name?.split('-')[0];
  const near =
    all.find(([name]) => name === here) ??
    all.find(([name]) => continent(name) === continent(here)) ??
    all[0];
  return { region: near[0], bucket: near[1] };
}
