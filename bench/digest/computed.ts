import { type Kysely, sql } from 'kysely';
import { directoryOf } from '../../src/config/people.ts';
import { readSettings } from '../../src/config/settings.ts';
import type { Schema } from '../../src/database/schema.ts';
import { gatherFacts } from '../../src/digest/gather.ts';
import { composeDigest } from '../../src/domain/digest/compose.ts';
import { createPeople } from '../../src/people/people.ts';
import { renderDetails } from '../../src/slack/messages/digest-details.ts';
import { renderDigest } from '../../src/slack/messages/digest.ts';
import { digestSources } from '../../src/start/digest.ts';
import { emptyCatalog } from '../../test/read-source.ts';
import { processorSecondsOf } from '../backports/process-tree.ts';
import { type Row, median } from '../table.ts';
import { channels } from './world.ts';
import { services } from './fill.ts';

const rounds = 5;

/** One digest of everything, and those of fifty channels from the same facts. */
export async function measureComputed(db: Kysely<Schema>, history: string): Promise<readonly Row[]> {
  const read = readSettings('{}');
  if (read.outcome === 'invalid') throw new Error(read.problems.join('\n'));
  const people = createPeople({ db, settings: directoryOf(read.settings), slack: null, now: () => new Date() });
  const sources = digestSources({
    db,
    configuration: { settings: read.settings, catalog: emptyCatalog },
    git: null,
    directoryOf: people.directoryOf,
  });
  const whole: number[] = [];
  const compared: number[] = [];
  const line: number[] = [];
  const fifty: number[] = [];
  const busy: number[] = [];
  // The first round warms caches.
  for (let round = 0; round <= rounds; round += 1) {
    const at = new Date();
    const before = await processorTime(db);
    const begun = performance.now();
    const facts = await gatherFacts({ db, sources }, at);
    show(facts, null, at);
    const first = performance.now();
    const used = (await processorTime(db)) - before;
    const second = performance.now();
    for (let channel = 0; channel < channels; channel += 1) {
      const own = Array.from({ length: services / channels }, (_, index) => `service-${channel + index * channels}`);
      show(facts, own, at);
    }
    const last = performance.now();
    const [pair] = facts.pairs;
    if (pair === undefined || pair.versions.size < services || pair.report.differences.length < 1000)
      throw new Error(`the digest saw ${pair?.versions.size ?? 0} services only`);
    await sources.compare({ pair: pair.report.pair, service: null, at });
    const comparing = performance.now() - last;
    const told = await sources.measures(facts.since, at);
    if (told === null || facts.measures === null) throw new Error('the digest has no line about delivery');
    if (round === 0) continue;
    whole.push(first - begun);
    fifty.push(last - second);
    busy.push(used);
    compared.push(comparing);
    line.push(performance.now() - last - comparing);
  }
  return [
    { name: `digest: computed and drawn, ${history}`, value: median(whole), unit: 'ms', atMost: 2000 },
    { name: 'digest: processor time of it, the server with it', value: median(busy), unit: 'ms' },
    { name: 'digest: of that, comparing alone', value: median(compared), unit: 'ms' },
    { name: 'digest: of that, the line about delivery alone', value: median(line), unit: 'ms' },
    {
      name: `digest: those of ${channels} channels more, of the same facts`,
      value: median(fifty),
      unit: 'ms',
      atMost: 2000,
    },
  ];
}

/** Milliseconds of this process and of what serves it in the database: what a busy machine does not lengthen much. */
async function processorTime(db: Kysely<Schema>): Promise<number> {
  const { rows } = await sql<{ pid: number }>`
    select pid from pg_stat_activity where datname = current_database() and backend_type = 'client backend'
  `.execute(db);
  const serving = rows.reduce((all, { pid }) => all + processorSecondsOf(pid), 0);
  return (serving + processorSecondsOf(process.pid)) * 1000;
}

function show(facts: Parameters<typeof composeDigest>[0], own: readonly string[] | null, at: Date): void {
  const scope = { services: own === null ? null : new Set(own), restricted: new Set<string>() };
  const { digest } = composeDigest(facts, { scope, dueAt: at, previous: null });
  renderDigest(digest, { chart: { as: 'native' }, week: '2026-W48', mute: null });
  renderDetails(digest);
}
