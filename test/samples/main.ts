import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { readSamples } from './read.ts';
import { samplesPage } from './table.ts';

const [folder] = process.argv.slice(2);
if (folder === undefined) {
  process.stderr.write('Say where the samples are: npm run -s samples -- <folder>\n');
  process.exit(2);
}
const samples = readSamples(folder);
if (samples.length === 0) {
  process.stderr.write(`There is no <source>/<file>.json in ${folder}.\n`);
  process.exit(1);
}
const page = fileURLToPath(new URL('../../docs/samples.md', import.meta.url));
writeFileSync(page, samplesPage(samples));
process.stdout.write(`${samples.length} samples: ${page}\n`);
