import type { Configuration } from './config/configuration.ts';
import { pairsOf, parityChannelOf } from './config/settings-names.ts';
import type { ParityReport } from './domain/comparison/difference.ts';
import type { ParityPort } from './slack/parity/port.ts';

/** What many depend on. */
const riskyFacets: ReadonlySet<string> = new Set(['database', 'infrastructure', 'network']);

/** What Slack's part of parity works with. */
export function parityPort({ settings }: Pick<Configuration, 'settings'>): ParityPort {
  return {
    pairs: pairsOf(settings),
    channelOf: (place) => parityChannelOf(settings, place),
    compare: (asked) => Promise.resolve(nothingSeen(asked)),
    accept: () => Promise.resolve({ outcome: 'refused', why: 'Nothing can be accepted yet.' }),
    confirm: () => Promise.resolve({ outcome: 'gone' }),
    explain: () => Promise.resolve('gone'),
    isHighRisk: ({ verdict, facet, reference, mirror }) =>
      verdict === 'forbidden-equality' ||
      riskyFacets.has(facet) ||
      reference?.secret === true ||
      mirror?.secret === true,
    lastWriters: () => Promise.resolve(new Map()),
  };
}

function nothingSeen({ pair, service, at }: Parameters<ParityPort['compare']>[0]): ParityReport {
  return {
    pair,
    at,
    service,
    score: { score: null, coverage: 0, moved: [] },
    facts: 0,
    equal: 0,
    counts: {
      'forbidden-equality': 0,
      unexplained: 0,
      'reference-only': 0,
      'pending-promotion': 0,
      explained: 0,
      intended: 0,
      unknown: 0,
    },
    differences: [],
    collectors: [],
    rules: [],
    dataRefreshedAt: null,
  };
}
