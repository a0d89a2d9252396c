// Runs a Lambda@Edge handler as CloudFront does: an event a line on standard input, its result a line
// on standard output. The line "memory" gives what the process needs once garbage is away.
//
//   node --expose-gc run.mjs FOLDER

import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';
import { resolve } from 'node:path';

const out = process.stdout.write.bind(process.stdout);
// What the handler logs goes elsewhere than its results.
console.log = console.error;
const { handler } = await import(pathToFileURL(resolve(process.argv[2], 'handler.mjs')));
const context = { getRemainingTimeInMillis: () => 30_000 };
for await (const line of createInterface({ input: process.stdin })) {
  const event = JSON.parse(line);
  out(`${JSON.stringify(event === 'memory' ? memory() : await handled(event))}\n`);
}

async function handled(event) {
  return handler(event, context).catch((error) => ({ thrown: String(error) }));
}

function memory() {
  globalThis.gc();
  return process.memoryUsage();
}
