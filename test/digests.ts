import type { Backport } from '../src/domain/backports/backport.ts';
import type { BackportPull } from '../src/domain/backports/pull.ts';
import type { BackportFacts, DayScore, DigestFacts, DigestScope, WeekOfBackports } from '../src/domain/digest/facts.ts';
import type { ParityReport } from '../src/domain/comparison/difference.ts';
import { aReport, busyReport, comparedAt, daysBefore } from './parity-reports.ts';
import { openBackport } from './open-backport.ts';

export const everything: DigestScope = { services: null, restricted: new Set() };

export function scopeOf(...services: readonly string[]): DigestScope {
  return { services: new Set(services), restricted: new Set() };
}

let made = 0;

/** Open for three days, unless it is said otherwise. */
export function aBackport(more: Partial<Backport> = {}, at = comparedAt): Backport {
  made += 1;
  return openBackport(daysBefore(3, at), { id: String(made), fixedIncident: true, ...more });
}

export function aPull(more: Partial<BackportPull> = {}): BackportPull {
  return {
    number: 821,
    url: 'https://github.com/acme/checkout/pull/821',
    branch: 'backport/798',
    base: 'main',
    state: 'review-wanted',
    author: 'grace',
    reviewers: [],
    approvers: [],
    mergers: [],
    openedByUs: false,
    wantedBy: null,
    problem: null,
    updatedAt: comparedAt,
    ...more,
  };
}

export function backportFacts(backport = aBackport(), more: Partial<BackportFacts> = {}): BackportFacts {
  return { backport, pull: null, owner: 'ada', ...more };
}

export function scores(values: readonly (number | null)[], at = comparedAt, unexplained = 0): readonly DayScore[] {
  return values.map((score, index) => ({
    day: daysBefore((values.length - 1 - index) * 7, at)
      .toISOString()
      .slice(0, 10),
    score,
    coverage: 87,
    unexplained,
  }));
}

export function weeks(counts: readonly number[], service = 'checkout', at = comparedAt): readonly WeekOfBackports[] {
  return counts.map((count, index) => ({
    at: daysBefore((counts.length - 1 - index) * 7, at),
    open: count === 0 ? [] : [{ pair: { reference: 'production', mirror: 'staging' }, service, count }],
  }));
}

export function someFacts(more: Partial<DigestFacts> & { readonly report?: ParityReport } = {}): DigestFacts {
  const { report = aReport([]), ...rest } = more;
  const { at } = report;
  return {
    at,
    since: daysBefore(7, at),
    pairs: [{ report, scores: [], versions: new Map() }],
    backports: [],
    home: [],
    settled: [],
    weeks: weeks([0, 0], 'checkout', at),
    drifts: [],
    alarms: [],
    ownerOf: (service) => (service === null ? null : service === 'ledger' ? 'platform' : 'ada'),
    measures: null,
    risks: { found: [], newest: null },
    ...rest,
  };
}

/** A week as a team has it. */
export function busyFacts(at = comparedAt): DigestFacts {
  const counts = [9, 8, 8, 7, 6, 6, 7, 5, 5, 4, 5, 3];
  return someFacts({
    report: busyReport(at),
    at,
    pairs: [
      {
        report: busyReport(at),
        scores: scores([85, 86, 86, 88, 87, 90, 91, 90, 89, 91, 91, 94.2], at, 5),
        versions: new Map([
          ['checkout', { reference: '1.41.3', mirror: '1.42.0' }],
          ['ledger', { reference: '2.0.4', mirror: '2.0.4' }],
          ['search', { reference: '7.3.1', mirror: '7.3.0' }],
          ['web', { reference: '4.1.0', mirror: null }],
        ]),
      },
    ],
    backports: [
      backportFacts(aBackport({ openedAt: daysBefore(9, at), incidentId: '39' }, at), { pull: aPull() }),
      backportFacts(aBackport({ pullRequest: 801, title: 'Retry payment calls' }, at)),
      backportFacts(aBackport({ pullRequest: 640, title: 'Old one', service: 'web', url: null, imported: true }, at)),
    ],
    home: [
      backportFacts(
        aBackport({ state: 'live', pullRequest: 790, title: 'Close sockets', liveAt: daysBefore(2, at) }, at),
        { pull: aPull({ state: 'merged', number: 815 }) },
      ),
    ],
    weeks: weeks(counts, 'checkout', at),
    drifts: [
      {
        environment: 'staging',
        service: 'ledger',
        key: 'public.accounts',
        ended: 'explained',
        at: daysBefore(1, at),
        change: { title: 'Add the column everywhere', actor: 'grace', services: ['ledger'] },
      },
      {
        environment: 'production',
        service: 'checkout',
        key: 'WORKERS',
        ended: 'cleared',
        at: daysBefore(3, at),
        change: null,
      },
    ],
    risks: {
      found: [
        { rule: 'freeze', services: ['checkout'], justified: true },
        { rule: 'freeze', services: ['checkout'], justified: true },
        { rule: 'freeze', services: ['ledger'], justified: false },
        { rule: 'skipped-staging', services: ['ledger'], justified: false },
      ],
      newest: null,
    },
    alarms: [{ title: 'LEDGER_URL', services: ['ledger'], at: daysBefore(4, at) }],
  });
}
