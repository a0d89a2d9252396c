// What `peer-images` asks of sharp: a command a line on standard input, an answer a line on standard
// output. One picture at a time, on one thread, without a cache: as a worker of a server has it.

import { readFile, writeFile } from 'node:fs/promises';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import sharp from 'sharp';

sharp.concurrency(1);
sharp.cache(false);

const commands = {
  // From the file's bytes to the result's bytes, `runs` times.
  async transform({ source, width, format, options, runs, out }) {
    const bytes = await readFile(source);
    const cpu_ms = [];
    let result;
    for (let run = 0; run < runs; run += 1) {
      const start = process.cpuUsage();
      result = await sharp(bytes)
        .autoOrient()
        .resize({ width, withoutEnlargement: true })
        [format](options)
        .toBuffer();
      const used = process.cpuUsage(start);
      cpu_ms.push((used.user + used.system) / 1000);
    }
    const peak_kb = peak();
    if (out) await writeFile(out, result);
    return { cpu_ms, bytes: result.length, peak_kb };
  },

  // Any picture as upright RGB on white: the one decoder that judges both sides.
  async decode({ source, out }) {
    const { data, info } = await sharp(source)
      .autoOrient()
      .flatten({ background: '#ffffff' })
      .toColourspace('srgb')
      .raw()
      .toBuffer({ resolveWithObject: true });
    await writeFile(out, data);
    return { width: info.width, height: info.height, channels: info.channels };
  },

  async versions() {
    const { sharp: own, vips, mozjpeg, webp, aom } = sharp.versions;
    return { node: process.versions.node, sharp: own, vips, mozjpeg, webp, aom };
  },
};

// Of this process from its start; `ru_maxrss` would begin with that of the process that started it.
function peak() {
  try {
    const line = readFileSync('/proc/self/status', 'utf8').match(/^VmHWM:\s+(\d+) kB$/m);
    return line ? Number(line[1]) : null;
  } catch {
    return null;
  }
}

for await (const line of createInterface({ input: process.stdin })) {
  const { command, ...rest } = JSON.parse(line);
  let answer;
  try {
    answer = await commands[command](rest);
  } catch (error) {
    answer = { error: String(error.message ?? error) };
  }
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}
