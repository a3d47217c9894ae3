import { parseArgs } from 'node:util';
import { generatedIncident } from './incident.ts';

const { values } = parseArgs({
  options: { seed: { type: 'string', default: '1' }, incidents: { type: 'string', default: '500' } },
});
const [seed, incidents] = [Number(values.seed), Number(values.incidents)];
if (!Number.isSafeInteger(seed) || !Number.isSafeInteger(incidents) || incidents < 1) {
  process.stderr.write('npm run -s replays -- --seed 1 --incidents 500 > incidents.jsonl\n');
  process.exit(2);
}
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  // Whoever reads us (`| head`) has seen enough.
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});
for (let number = 1; number <= incidents; number += 1) {
  const line = `${JSON.stringify(generatedIncident(seed, number).line)}\n`;
  if (!process.stdout.write(line)) await new Promise((resolve) => process.stdout.once('drain', resolve));
}
