// Our WASM module and sharp's, in the same Node: `node run.mjs --ours FOLDER --sharp FOLDER --photos
// FOLDER --commit NAME --rounds N`. Writes the report to standard output.

import { spawn } from 'node:child_process';
import { readFileSync, readdirSync, statSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';

const { values: args } = parseArgs({
  options: {
    ours: { type: 'string' },
    sharp: { type: 'string' },
    photos: { type: 'string' },
    commit: { type: 'string' },
    rounds: { type: 'string', default: '5' },
  },
});
const rounds = Number(args.rounds);
const worker = new URL('./worker.mjs', import.meta.url).pathname;

/** A side in a process of its own. */
class Side {
  constructor(name) {
    this.process = spawn(process.execPath, [worker, name, args[name]], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    this.lines = createInterface({ input: this.process.stdout })[Symbol.asyncIterator]();
  }

  async ask(command) {
    this.process.stdin.write(`${JSON.stringify(command)}\n`);
    const { value, done } = await this.lines.next();
    if (done) throw new Error('a side has ended');
    const answer = JSON.parse(value);
    if (answer.error) throw new Error(`${command.source}: ${answer.error}`);
    return answer;
  }

  end() {
    this.process.stdin.end();
  }
}

const median = (values) => values.toSorted((a, b) => a - b)[values.length >> 1];
const mean = (values) => Math.exp(values.reduce((sum, value) => sum + Math.log(value), 0) / values.length);
const show = (value) => value.toFixed(2);
const say = (text) => process.stderr.write(`${text}\n`);

/** In CMYK, which the main module leaves to the full one. */
const SKIPPED = new Set(['cmyk_sharp.jpg']);
const photos = readdirSync(args.photos)
  .filter((name) => /\.(jpe?g)$/.test(name) && !SKIPPED.has(name))
  .map((name) => ({ name, source: `${args.photos}/${name}` }));

/** The works, with their targets: ratios of ours to sharp's. */
const WORKS = [
  { title: 'JPEG to JPEG, 720 px', width: 720, format: 'jpeg', quality: 80, target: 0.33 },
  { title: 'JPEG to JPEG, 320 px', width: 320, format: 'jpeg', quality: 80, target: 0.33 },
  { title: 'JPEG to WebP, 720 px, at equal bytes', width: 720, format: 'webp', quality: 80, target: 0.6, match: true },
];

/** Our quality that comes nearest to so many bytes. */
async function qualityFor(ours, work, bytes) {
  let best = { quality: work.quality, apart: Infinity };
  let [low, high] = [40, 99];
  while (low <= high) {
    const quality = (low + high) >> 1;
    const got = (await ours.ask({ command: 'warm', ...work, quality, runs: 1 })).bytes;
    const apart = Math.abs(got / bytes - 1);
    if (apart < best.apart) best = { quality, apart };
    if (got > bytes) high = quality - 1;
    else low = quality + 1;
  }
  return best.quality;
}

/** Both sides in turn, warm: the module's hot loops are compiled by then. */
async function warm(work) {
  const ours = new Side('ours');
  const sharp = new Side('sharp');
  const rows = [];
  for (const { name, source } of photos) {
    const asked = { command: 'warm', source, width: work.width, format: work.format, quality: work.quality };
    const reference = await sharp.ask({ ...asked, runs: 2 });
    const quality = work.match ? await qualityFor(ours, asked, reference.bytes) : work.quality;
    await ours.ask({ ...asked, quality, runs: 5 });
    await sharp.ask({ ...asked, runs: 3 });
    const taken = { ours: { wall: [], cpu: [] }, sharp: { wall: [], cpu: [] } };
    let bytes;
    for (let round = 0; round < rounds; round += 1) {
      const order = round % 2 ? ['ours', 'sharp'] : ['sharp', 'ours'];
      for (const side of order) {
        const answer = await (side === 'ours' ? ours.ask({ ...asked, quality, runs: 3 }) : sharp.ask({ ...asked, runs: 3 }));
        taken[side].wall.push(...answer.wall_ms);
        taken[side].cpu.push(...answer.cpu_ms);
        if (side === 'ours') bytes = answer.bytes;
      }
    }
    const row = {
      name,
      ours: median(taken.ours.wall),
      sharp: median(taken.sharp.wall),
      cpu: median(taken.ours.cpu) / median(taken.sharp.cpu),
      bytes: bytes / reference.bytes,
    };
    rows.push({ ...row, wall: row.ours / row.sharp });
    say(`${work.title}: ${name} ${show(row.ours / row.sharp)}`);
  }
  ours.end();
  sharp.end();
  return rows;
}

/** A process for each picture: from nothing but Node to the first. */
async function cold(width) {
  const rows = [];
  for (const { name, source } of photos) {
    const taken = { ours: [], sharp: [] };
    for (let round = 0; round < Math.max(3, rounds >> 1); round += 1) {
      for (const side of round % 2 ? ['ours', 'sharp'] : ['sharp', 'ours']) {
        const process = new Side(side);
        taken[side].push(await process.ask({ command: 'cold', source, width, format: 'jpeg', quality: 80 }));
        process.end();
      }
    }
    const of = (side, what) => median(taken[side].map((answer) => answer[what]));
    rows.push({
      name,
      ours: of('ours', 'cpu_ms'),
      sharp: of('sharp', 'cpu_ms'),
      cpu: of('ours', 'cpu_ms') / of('sharp', 'cpu_ms'),
      wall: of('ours', 'wall_ms') / of('sharp', 'wall_ms'),
      memory: of('ours', 'peak_kb') / of('sharp', 'peak_kb'),
      peak: of('ours', 'peak_kb') / 1000,
    });
    say(`cold, ${width} px: ${name} ${show(rows.at(-1).cpu)}`);
  }
  return rows;
}

const out = [];
const summary = [];
const verdict = (value, target) => (value <= target + 0.005 ? 'met' : '**missed**');
const sum = (title, what, target, value) =>
  summary.push(`| ${title} | ${what} | ${target ? show(target) : ''} | ${show(value)} | ${target ? verdict(value, target) : ''} |`);

for (const work of WORKS) {
  const rows = await warm(work);
  const of = (what) => mean(rows.map((row) => row[what]));
  sum(work.title, 'wall time', work.target, of('wall'));
  sum(work.title, 'CPU time', undefined, of('cpu'));
  sum(work.title, 'bytes', undefined, of('bytes'));
  out.push(`## ${work.title}`, '', '| photo | ours, ms | sharp, ms | wall time | CPU time | bytes |', '|---|---|---|---|---|---|');
  for (const row of rows) {
    out.push(`| ${row.name} | ${row.ours.toFixed(1)} | ${row.sharp.toFixed(1)} | ${show(row.wall)} | ${show(row.cpu)} | ${row.bytes.toFixed(3)} |`);
  }
  out.push('');
}
for (const [width, target] of [[720, 0.17], [320, 0.12]]) {
  const title = `Cold, JPEG to JPEG, ${width} px`;
  const rows = await cold(width);
  const of = (what) => mean(rows.map((row) => row[what]));
  sum(title, 'CPU time', target, of('cpu'));
  sum(title, 'wall time', undefined, of('wall'));
  sum(title, 'peak memory', 0.5, of('memory'));
  out.push(`## ${title}`, '', '| photo | ours, ms CPU | sharp, ms CPU | CPU time | wall time | peak memory | ours, MB |', '|---|---|---|---|---|---|---|');
  for (const row of rows) {
    out.push(`| ${row.name} | ${row.ours.toFixed(0)} | ${row.sharp.toFixed(0)} | ${show(row.cpu)} | ${show(row.wall)} | ${show(row.memory)} | ${row.peak.toFixed(0)} |`);
  }
  out.push('');
}

const version = JSON.parse(readFileSync(`${args.sharp}/node_modules/@img/sharp-wasm32/package.json`, 'utf8')).version;
const size = statSync(`${args.ours}/resizer.wasm`).size;
process.stdout.write(`# Pictures in WASM: ours and sharp

- Date: ${new Date().toISOString().slice(0, 10)}
- Machine: ${cpus()[0].model}, ${cpus().length} cores
- Ours: edge-resizer ${args.commit}, ${(size / 1e6).toFixed(2)} MB
- The other side: @img/sharp-wasm32 ${version}; both in node ${process.versions.node}
- Rounds: ${rounds}

Made by \`cargo xtask peers wasm\`. Each side is a process of its own that is asked in turn for the same
picture, from a file's bytes in memory to the result's bytes: ours through the module's \`accept\` and
\`finish\`, sharp's as \`sharp(bytes).autoOrient().resize({ width })\` with \`concurrency(1)\` and no cache. Times
are medians. *Cold* is a process for each picture, from the loading of the module to the first result;
its memory is the peak of that process, of which Node itself takes about 40 MB. Ratios are ours /
sharp's, their means geometric; less is better.

## In short

| work | what | target | measured | |
|---|---|---|---|---|
${summary.join('\n')}

${out.join('\n')}`);
