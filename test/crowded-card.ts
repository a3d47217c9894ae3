import { addMinutes } from 'date-fns';
import type { IncidentCard } from '../src/incidents/card.ts';
import { aChange, aSource } from './answers.ts';
import { aCard, aFault, alerts, anAlert, onset, verdict } from './incident-cards.ts';

/** As many as a card may be asked to show, with everything as long as sources and people write it. */
export function crowdedCard(count: number): IncidentCard {
  const long = (text: string) => `${text} <!channel> *&* `.repeat(60);
  const many = Array.from({ length: count }, (_, index) =>
    aChange({
      id: String(1000 + index),
      kind: index % 2 === 0 ? 'config' : 'deploy',
      title: long(`change ${index}`),
      service: `service-${index % 60}-${'x'.repeat(150)}`,
      to: long('v1'),
      from: long('v0'),
      reason: long('because'),
      actor: { login: long('ada') },
      url: `https://example.com/${'a'.repeat(250)}`,
      diffUrl: `https://example.com/${'b'.repeat(250)}`,
      runUrl: `https://example.com/${'c'.repeat(250)}`,
      risks: [{ name: 'direct-push', text: long('risk') }],
      occurredAt: addMinutes(onset, index % 10),
    }),
  );
  const told = many.slice(0, 3).map((change) => ({
    change,
    score: 0.9,
    likelihood: 'likely' as const,
    reasons: Array.from({ length: 12 }, (_, index) => ({ text: long('reason'), weight: index % 3 === 0 ? -0.1 : 0.1 })),
    verdict: verdict(change.id, 'suspect', long('why')),
    undone: many[9] ?? null,
    lastGood: { version: long('v0'), ran: 9e9 },
  }));
  return aCard({
    incident: aFault({ title: long('title'), services: many.slice(0, 10).map(({ service }) => service ?? '') }),
    suspects: told,
    moreSuspects: count - 3,
    ruledOut: many.slice(3, 6).map((change) => ({ change, why: long('why'), verdict: null })),
    alerts: alerts({
      alerts: many
        .slice(0, 12)
        .map(({ id }) => anAlert({ id, title: long('alert'), url: `https://x.test/${'d'.repeat(250)}` })),
      going: 900,
      over: 100,
      isFloor: true,
    }),
    since: many.slice(0, 6),
    sinceTotal: count,
    byService: many.slice(0, 60).map(({ service }) => ({ service, kinds: { deploy: 20, config: 14 }, total: 34 })),
    total: count,
    totalIsFloor: true,
    drifts: many.slice(0, 5),
    backports: many.slice(0, 4).map((change) => ({
      change,
      offer: { url: `https://example.com/${'e'.repeat(250)}`, words: long('Bring it') },
    })),
    freezes: [{ name: long('freeze'), from: onset, to: addMinutes(onset, 900), environments: [] }],
    coverage: Array.from({ length: 28 }, (_, index) =>
      aSource({ source: `source-${index}`, title: long('source'), state: 'silent', usualGap: 60_000 }),
    ),
    choices: Array.from({ length: 25 }, (_, index) => `service-${index}-${'y'.repeat(140)}`),
  });
}
