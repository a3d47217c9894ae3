import type { Pair, ParityReport } from '../src/domain/comparison/difference.ts';
import type { Acceptance, Explanation, ParityPort } from '../src/slack/parity/port.ts';
import { aReport } from './parity-reports.ts';

/** What Slack's part works with, held in memory: the report that a test gives it, and what people said. */
export function parityInMemory(channel: string | null = '#ops') {
  const pair: Pair = { reference: 'production', mirror: 'staging' };
  const held = {
    report: aReport([]),
    acceptances: [] as Acceptance[],
    explanations: [] as Explanation[],
    compared: 0,
  };
  const of = (id: string) => held.acceptances.find((each) => each.id === id);
  const port: ParityPort = {
    pairs: [pair],
    channelOf: () => channel,
    compare: ({ service, at, pair: asked }): Promise<ParityReport> => {
      held.compared += 1;
      const differences = held.report.differences.filter((each) => service === null || each.service === service);
      const { facts, equal, score, collectors, rules, dataRefreshedAt } = held.report;
      const known = { facts, equal, score, collectors, rules, dataRefreshedAt };
      return Promise.resolve(aReport(differences, { ...known, at, service, pair: asked }));
    },
    accept: ({ by, highRisk, ...wish }, now) => {
      const acceptance: Acceptance = {
        ...wish,
        id: String(held.acceptances.length + 1),
        acceptedBy: by,
        acceptedAt: now,
        confirmedBy: null,
        needsSecond: highRisk,
      };
      held.acceptances.push(acceptance);
      return Promise.resolve({ outcome: 'accepted', acceptance });
    },
    confirm: (id, { slackId: by }) => {
      const acceptance = of(id);
      if (acceptance === undefined) return Promise.resolve({ outcome: 'gone' });
      if (acceptance.confirmedBy !== null) return Promise.resolve({ outcome: 'already', acceptance });
      if (acceptance.acceptedBy === by) return Promise.resolve({ outcome: 'same-person', acceptance });
      const confirmed = { ...acceptance, confirmedBy: by };
      held.acceptances.splice(held.acceptances.indexOf(acceptance), 1, confirmed);
      return Promise.resolve({ outcome: 'confirmed', acceptance: confirmed });
    },
    waiting: (limit) =>
      Promise.resolve(
        held.acceptances.filter(({ needsSecond, confirmedBy }) => needsSecond && confirmedBy === null).slice(0, limit),
      ),
    standings: (services) =>
      Promise.resolve({
        pair,
        comparedAt: null,
        services: services.map((service) => ({ service, counts: new Map(), seen: false })),
      }),
    explain: (explanation) => {
      held.explanations.push(explanation);
      return Promise.resolve('explained');
    },
    isHighRisk: ({ verdict }, key) => verdict === 'forbidden-equality' || key.includes('*'),
    lastWriters: () => Promise.resolve(new Map([['timeout', 'ada']])),
  };
  return { held, port };
}
