// One side of the comparison: `node worker.mjs ours FOLDER` or `node worker.mjs sharp FOLDER`. A
// command a line on standard input, an answer a line on standard output.

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';

const [side, folder] = process.argv.slice(2);

/** What makes a picture of a file's bytes, when everything that it needs is loaded. */
const sides = {
  async ours() {
    const { Core } = await import(pathToFileURL(`${folder}/core.mjs`));
    const sites = [{ name: 'a', domains: [], images: {} }];
    const core = new Core('./resizer', { behindViewerFunction: false, sites });
    await core.ready();
    return (bytes, { width, format, quality, fast }) => {
      const options = `width=${width},format=${format},quality=${quality}${fast ? ',compression=fast' : ''}`;
      const asked = { method: 'GET', path: `/cdn-cgi/image/${options}/a.jpg`, query: null, headers: [], now: 0 };
      const step = core.accept(asked);
      const job = step.takeJob();
      job.found(0, bytes, 'a version', undefined);
      const answer = job.finish(Infinity);
      const status = answer.status;
      const body = answer.takeBody();
      answer.free();
      job.free();
      step.free();
      if (status !== 200) throw new Error(`status ${status}`);
      return body;
    };
  },
  async sharp() {
    const sharp = createRequire(`${folder}/package.json`)('sharp');
    sharp.concurrency(1);
    sharp.cache(false);
    return (bytes, { width, format, quality }) =>
      sharp(bytes)
        .autoOrient()
        .resize({ width, withoutEnlargement: true })
        [format]({ quality })
        .toBuffer();
  },
};

/** Peak memory of this process from its start, in kB. */
const peak = () => Number(readFileSync('/proc/self/status', 'utf8').match(/^VmHWM:\s+(\d+) kB$/m)[1]);

let make;
const commands = {
  /** From nothing but Node to the first picture. */
  async cold({ source, ...work }) {
    const bytes = readFileSync(source);
    const [start, used] = [performance.now(), process.cpuUsage()];
    make = await sides[side]();
    await make(bytes, work);
    const { user, system } = process.cpuUsage(used);
    return { wall_ms: performance.now() - start, cpu_ms: (user + system) / 1000, peak_kb: peak() };
  },
  /** The same picture, `runs` times. */
  async warm({ source, runs, ...work }) {
    make ??= await sides[side]();
    const bytes = readFileSync(source);
    const [wall_ms, cpu_ms] = [[], []];
    let result;
    for (let run = 0; run < runs; run += 1) {
      const [start, used] = [performance.now(), process.cpuUsage()];
      result = await make(bytes, work);
      const { user, system } = process.cpuUsage(used);
      wall_ms.push(performance.now() - start);
      cpu_ms.push((user + system) / 1000);
    }
    return { wall_ms, cpu_ms, bytes: result.length };
  },
};

for await (const line of createInterface({ input: process.stdin })) {
  const { command, ...rest } = JSON.parse(line);
  const answer = await commands[command](rest).catch((error) => ({ error: String(error) }));
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}
