import type { Change, Kind } from '../../src/domain/change.ts';
import { type SuspectContext, rankSuspects } from '../../src/domain/suspects.ts';
import { aChange, aFault } from '../../test/answers.ts';
import { type Row, percentile } from '../table.ts';

const count = 5000;
const warmUp = 50;
const rounds = 100;
const services = 40;
const onset = new Date('2026-11-20T16:00:00Z');

const kinds: readonly Kind[] = ['deploy', 'deploy', 'config', 'deploy', 'flag', 'merge', 'deploy', 'infrastructure'];
const words = [
  'retries',
  'receipts',
  'labels',
  'pool',
  'index',
  'vouchers',
  'session',
  'header',
  'currency',
  'refunds',
];

/**
 * Ranking what a large company changes in a day, with all that is declared and said, and with nothing known but the
 * time and a symptom; beside sorting the same changes by recency, which is what a list without ranking does.
 */
export function compareSuspects(): readonly Row[] {
  // 7,919 is prime, so this is each of them once, in no order.
  const changes = Array.from({ length: count }, (_, index) => changeAt((index * 7919) % count));
  const known: SuspectContext = aFault({
    onset,
    now: onset,
    services: ['service-3', 'service-7'],
    dependsOn: new Map(
      Array.from({ length: services }, (_, index) => [
        `service-${index}`,
        [`service-${(index + 1) % services}`, `service-${(index * 7) % services}`],
      ]),
    ),
    symptom: 'Refunds fail: payment retries exhausted, connection pool timeouts',
    releases: {
      window: { days: ['mon', 'tue', 'wed', 'thu'], from: '09:00', to: '16:00', timezone: 'Europe/London' },
      freezes: [],
      mirrors: new Map(),
    },
  });
  const unknown = aFault({ onset, now: onset, symptom: known.symptom });
  const sorting = measured(() => changes.toSorted((a, b) => b.occurredAt.getTime() - a.occurredAt.getTime()));
  const ranking = measured(() => rankSuspects(changes, known, 5));
  const knowingLittle = measured(() => rankSuspects(changes, unknown, 5));
  const label = `${count.toLocaleString('en')} changes`;
  return [
    { name: `suspects: ranking ${label}`, value: ranking.best, unit: 'ms', atMost: 20 },
    { name: `suspects: the same, services not known`, value: knowingLittle.best, unit: 'ms', atMost: 20 },
    { name: 'suspects: the same, services not known, median', value: knowingLittle.median, unit: 'ms' },
    { name: 'suspects: sorting them by recency', value: sorting.best, unit: 'ms' },
  ];
}

/** The best round is what the work costs: whatever else runs on the machine only adds to it. */
function measured(work: () => unknown): { readonly best: number; readonly median: number } {
  const times: number[] = [];
  for (let round = 0; round < warmUp + rounds; round += 1) {
    const begun = performance.now();
    work();
    if (round >= warmUp) times.push(performance.now() - begun);
  }
  return { best: Math.min(...times), median: percentile(times, 50) };
}

function changeAt(index: number): Change {
  const kind = kinds[index % kinds.length] ?? 'deploy';
  const service = `service-${(index * 11) % services}`;
  const occurredAt = new Date(onset.getTime() - index * 17_000);
  const [word, other] = [words[index % words.length] ?? '', words[(index * 3) % words.length] ?? ''];
  const isDeploy = kind === 'deploy';
  return aChange({
    id: `${index}`,
    kind,
    service,
    environment: kind === 'merge' ? null : index % 5 === 0 ? 'staging' : 'production',
    title: isDeploy ? `deploy ${service} 1.${count - index}.0` : `${service}: change ${word} and ${other} (#${index})`,
    status: isDeploy ? 'succeeded' : null,
    occurredAt,
    finishedAt: isDeploy ? occurredAt : null,
    from: isDeploy ? `1.${count - index - services}.0` : null,
    to: isDeploy ? `1.${count - index}.0` : null,
    actor: { login: `person-${index % 50}` },
    before: kind === 'config' || kind === 'flag' ? { [`KEY_${index % 70}`]: index } : null,
    after: kind === 'config' || kind === 'flag' ? { [`KEY_${index % 70}`]: index + 1 } : null,
    files: index % 4 === 0 ? [`src/${word}/handler.ts`, `src/${other}/store.ts`, `test/${word}.test.ts`] : [],
    risks: index % 9 === 0 ? [{ name: 'unreviewed', text: 'no approval seen' }] : [],
  });
}
