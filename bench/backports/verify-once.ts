import { parseArgs } from 'node:util';
import { pathToFileURL } from 'node:url';
import { pino } from 'pino';
import { keptFingerprints } from '../../src/backports/kept-fingerprints.ts';
import { verifyBackports } from '../../src/backports/verify.ts';
import { openDatabase } from '../../src/database/pool.ts';
import { processorSeconds } from './process-tree.ts';

/** A process of its own, so that its memory can be told: reads commits from standard input and verifies them. */
const { values } = parseArgs({
  options: {
    'git-dir': { type: 'string', default: '' },
    target: { type: 'string', default: '' },
    folder: { type: 'string', default: '' },
    /** Where fingerprints are kept. */
    database: { type: 'string', default: '' },
  },
});
const { 'git-dir': gitDir, target, folder } = values;
let input = '';
for await (const part of process.stdin.setEncoding('utf8')) input += part as string;
const queries = input
  .trim()
  .split('\n')
  .map((commit) => ({ commit, excluded: [] }));
await using database = await openDatabase({
  url: values.database,
  dataDir: '',
  size: 2,
  log: pino({ enabled: false }),
});
const origin = {
  baseUrl: pathToFileURL(gitDir).href,
  token: null,
  folder,
  environment: { PATH: process.env['PATH'] ?? '' },
};
const [begun, busy] = [performance.now(), processorSeconds()];
const verified = await verifyBackports(
  { origin, gitDir, target, source: null, ignoreTrailers: false, kept: keptFingerprints(database.db, 'acme/large') },
  queries,
);
if (verified.outcome === 'unreadable') throw new Error(verified.why);
const found = verified.evidence.filter(({ verdict }) => verdict === 'backported').length;
process.stdout.write(
  JSON.stringify({ milliseconds: performance.now() - begun, processor: processorSeconds() - busy, found }),
);
