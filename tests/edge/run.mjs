// Runs a Lambda@Edge handler as CloudFront does: an event a line on standard input, its result, and
// the memory of the process after it, a line on standard output.
//
//   node run.mjs FOLDER

import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';
import { resolve } from 'node:path';

const out = process.stdout.write.bind(process.stdout);
// What the handler logs goes elsewhere than its results.
console.log = console.error;
const { handler } = await import(pathToFileURL(resolve(process.argv[2], 'handler.mjs')));
const context = { getRemainingTimeInMillis: () => 30_000 };
for await (const line of createInterface({ input: process.stdin })) {
  const result = await handler(JSON.parse(line), context).catch((error) => ({ thrown: String(error) }));
  const { rss, arrayBuffers, external } = process.memoryUsage();
  out(`${JSON.stringify({ result, memory: { rss, arrayBuffers, external } })}\n`);
}
