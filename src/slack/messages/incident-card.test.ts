import { addDays, addMinutes } from 'date-fns';
import { expect, it } from 'vitest';
import { crowdedCard } from '../../../test/crowded-card.ts';
import {
  aCard,
  aFault,
  alerts,
  anAlert,
  badDeployCard,
  noFitCard,
  onset,
  resolvedCard,
  rollback,
  suspects,
  takenBackCard,
  unknownCard,
  verdict,
} from '../../../test/incident-cards.ts';
import { aChange, aSource } from '../../../test/answers.ts';
import type { IncidentCard } from '../../incidents/card.ts';
import { blockKitProblems } from '../block-limits.ts';
import { renderIncidentCard, renderJoinedCard, renderMovedCard } from './incident-card.ts';
import { renderLines } from './incident-lines.ts';

function drawn(card: IncidentCard): string {
  return renderIncidentCard(card)
    .blocks.map((block) => JSON.stringify(block))
    .join('\n');
}

function firstLines(card: IncidentCard): readonly string[] {
  return renderIncidentCard(card).text.split('\n').slice(0, 2);
}

const cards: readonly (readonly [string, IncidentCard])[] = [
  ['likely', badDeployCard()],
  ['taken back', takenBackCard()],
  ['resolved', resolvedCard()],
  ['unknown', unknownCard()],
  ['no change fits', noFitCard()],
  ['2,000 changes, all as long as can be', crowdedCard(2000)],
  ['private', badDeployCard({ incident: aFault({ private: true }) })],
];

it.each(cards)('is a message that Slack takes: %s', (_, card) => {
  expect(blockKitProblems(renderIncidentCard(card))).toEqual([]);
});

it.each(cards)('pings nobody by what sources and people wrote: %s', (_, card) => {
  const { text, blocks } = renderIncidentCard(card);

  expect(text + JSON.stringify(blocks)).not.toMatch(/<!(channel|here|everyone)|<!subteam/);
});

it('says in two lines what is wrong, since when, what to suspect and what ran well before', () => {
  expect(firstLines(badDeployCard())).toEqual([
    'INC-42 Checkout errors · since 2026-11-20 15:59 UTC · critical · checkout in production',
    'Likely: checkout 1.41.3 → 1.42.0, took effect 1 min before it began. Last good version 1.41.3 (ran 6 days).',
  ]);
});

it('draws the start in the time of each reader, with how long ago that is kept by Slack', () => {
  expect(drawn(badDeployCard())).toContain(
    ':red_circle: *INC-42 Checkout errors* · since <!date^1795190340^{date_short_pretty} {time}|2026-11-20 15:59 UTC> (<!date^1795190340^{ago}|then>)',
  );
});

it('does not call likely what is only possible, and says how many are', () => {
  const possible = suspects().map((suspect) => ({ ...suspect, likelihood: 'possible' as const }));

  expect(firstLines(badDeployCard({ suspects: possible, moreSuspects: 2 }))[1]).toMatch(
    /^Possible, first of \d: checkout 1\.41\.3 → 1\.42\.0/,
  );
});

it('shows each reason with its weight, what speaks against it too, and the sum', () => {
  const [first] = suspects();
  const reasons = [
    { text: 'took effect 1 min before it began', weight: 0.34 },
    { text: 'the same service', weight: 0.3 },
    { text: 'names no environment', weight: -0.08 },
  ];
  const told = first === undefined ? [] : [{ ...first, reasons, score: 0.56 }];

  expect(drawn(badDeployCard({ suspects: told }))).toContain(
    '*Why* (56 of 100)  took effect 1 min before it began +34, the same service +30\\n*Against*  names no environment −8',
  );
});

it('says every term of each suspect, so that they add up to its score', () => {
  const terms = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'].map((text) => ({ text: `term ${text}`, weight: 0.1 }));
  const against = ['i', 'j', 'k', 'l'].map((text) => ({ text: `term ${text}`, weight: -0.05 }));
  const card = badDeployCard({
    suspects: suspects().map((each) => ({ ...each, reasons: [...terms, ...against], score: 0.6 })),
  });

  for (const line of drawn(card).matchAll(/\*Why\* \(60 of 100\)[^"]*/g)) {
    const points = [...line[0].matchAll(/([+−])(\d+)/g)].map(
      ([, sign, many]) => Number(many) * (sign === '+' ? 1 : -1),
    );
    expect(points.reduce((sum, each) => sum + each, 0)).toBe(60);
  }
  expect(drawn(card).match(/term l −5/g)).toHaveLength(3);
});

it('gives each suspect what people may say of it', () => {
  const told = suspects().filter(({ change }) => change.id !== '8');
  const named = drawn(badDeployCard({ suspects: told })).matchAll(/"action_id":"(incident_\w+)"|"value":"(42[^"]*)"/g);

  expect(
    [...named]
      .map(([, action, value]) => action ?? value)
      .join(' ')
      .split(/ (?=incident_)/),
  ).toEqual([
    'incident_caused 42:9',
    'incident_dismissed 42:9',
    'incident_verdict 42:9:suspect 42:9:fixed',
    'incident_verdict 42:7:caused 42:7:dismissed 42:7:suspect 42:7:fixed',
    'incident_resolve 42',
    'incident_note 42',
    'incident_correct 42',
  ]);
});

it('ticks off what was taken back, and says so while it is under way', () => {
  expect(firstLines(takenBackCard())[1]).toBe(
    'Likely: checkout 1.41.3 → 1.42.0, took effect 1 min before it began. :white_check_mark: Back to 1.41.3 since 2026-11-20 16:09 UTC by grace.',
  );
  const underWay = suspects(({ id }) =>
    id === '9' ? { undone: { ...rollback, status: 'started', finishedAt: null } } : {},
  );
  expect(firstLines(takenBackCard({ suspects: underWay }))[1]).toContain(
    ':hourglass_flowing_sand: Going back to 1.41.3 since 2026-11-20 16:07 UTC by grace.',
  );
});

it('puts what a person says is the cause before what was reckoned', () => {
  const told = suspects(({ id }) => (id === '9' ? { verdict: verdict('9', 'caused', 'errors began with it') } : {}));

  expect(firstLines(badDeployCard({ suspects: told }))[1]).toMatch(
    /^Cause: checkout 1\.41\.3 → 1\.42\.0, says <@U0ADA>/,
  );
  expect(drawn(badDeployCard({ suspects: told }))).toContain('<@U0ADA>: \\"errors began with it\\"');
});

it('says where nobody said why', () => {
  const byProgram = { ...verdict('9', 'caused', ''), saidBy: 'api:ci' };
  const told = suspects(({ id }) => (id === '9' ? { verdict: byProgram } : {}));

  expect(drawn(badDeployCard({ suspects: told }))).toMatch(/ci[^"]*: no reason given/);
});

it('says each risk of a suspect once, though it weighs too little to be among its reasons', () => {
  const [first] = suspects();
  if (first === undefined) throw new Error('no suspect');
  const change = { ...first.change, risks: [{ name: 'forced-push', text: 'pushed by force' }] as const };
  const said = (reasons: typeof first.reasons) => drawn(badDeployCard({ suspects: [{ ...first, change, reasons }] }));

  expect(said([])).toContain(':warning: pushed by force · <');
  expect(said([{ text: 'pushed by force', weight: 0.1 }]).match(/pushed by force/g)).toHaveLength(1);
});

it('ends no sentence twice, and says once how long it lasted', () => {
  const card = resolvedCard();
  const measures = { toDetect: null, toMitigate: null, toResolve: 21 * 60_000 };
  const resolution = card.resolution === null ? null : { ...card.resolution, measures };
  const noted = { ...card.incident, causeNote: 'Retries piled up.' };

  expect(firstLines({ ...card, incident: noted })[1]).toContain('1.42.0 (Retries piled up). Fixed by');
  expect(drawn({ ...card, resolution })).not.toContain('Resolved after');
});

it('says how it ended, who said so, what caused it and what fixed it', () => {
  expect(firstLines(resolvedCard())).toEqual([
    'INC-42 Checkout errors · resolved 2026-11-20 16:20 UTC after 21 min by <@U0ADA> · critical · checkout in production',
    'Cause: checkout 1.41.3 → 1.42.0 (Retries piled up on the payment provider). Fixed by rollback of checkout 1.42.0 → 1.41.3.',
  ]);
  expect(drawn(resolvedCard())).toContain('Detected after 1 min, mitigated after 12 min, resolved after 21 min.');
  expect(drawn(resolvedCard())).not.toContain('incident_caused');
  expect(drawn(resolvedCard())).not.toContain('incident_resolve');
});

it.each([
  ['nothing changed, and all was seen', aCard(), 'Nothing changed in production in the 1 day before it began'],
  ['changes, and none fits', noFitCard(), 'No change fits. I looked at 6 changes in production in the 1 day'],
  ['a source was silent', aCard({ coverage: [aSource({ state: 'silent' })] }), "I can't tell what changed: GitHub may"],
  ['no source at all', aCard({ coverage: [] }), "I can't tell what changed: no source has sent anything yet."],
])('tells the kinds of nothing apart: %s', (_, card, said) => {
  expect(firstLines(card)[1]).toContain(said);
});

it('names what was not seen, and since when', () => {
  expect(drawn(badDeployCard())).toContain(
    '*Not seen:* *Terraform* silent since <!date^1795158780^{time}|07:13 UTC> (usually every 30 min). Seen: GitHub, Argo CD, LaunchDarkly.',
  );
});

it('tells of freezes and of drift that is still there', () => {
  const freezes = [{ name: 'black-friday', from: onset, to: addDays(onset, 4), environments: [] }];
  const drifts = [
    aChange({ kind: 'drift', status: 'started', title: 'network: 1 of 48 resources', occurredAt: onset }),
  ];

  expect(drawn(aCard({ freezes, drifts }))).toContain(
    ':snowflake: Freeze *black-friday* until <!date^1795535940^{date_short_pretty} {time}|2026-11-24 15:59 UTC>.',
  );
  expect(drawn(aCard({ freezes, drifts }))).toContain('Open drift: *network: 1 of 48 resources* since');
  expect(drawn(aCard())).toContain('No freeze. No open drift or backport known.');
});

it.each<[string, string]>([
  ['this incident', 'INC-42'],
  ['*INC-7*', 'INC-7'],
  ['*a private incident*', 'a private incident'],
])('says of a freeze by %s that it is over when that is resolved', (whose, name) => {
  const freeze = { name, incident: true, from: onset, to: addDays(onset, 30), environments: ['production'] };

  expect(drawn(aCard({ freezes: [freeze] }))).toContain(`:snowflake: Freeze by ${whose} until it is resolved.`);
});

it('names what production has and staging has not', () => {
  const offer = { url: 'https://github.com/acme/checkout/compare/main...hotfix', words: 'Bring hotfix to main' };

  expect(drawn(aCard({ backports: [{ change: rollback, offer }] }))).toContain(
    'Open backports: *rollback of checkout 1.42.0 → 1.41.3* (<https://github.com/acme/checkout/compare/main...hotfix|Bring hotfix to main>). No open drift known.',
  );
});

it('counts the open backports of its services, and names the oldest', () => {
  const openedAt = new Date('2026-11-17T12:00:00Z');
  const oldest = [
    { pullRequest: 798, title: 'Cap batch size', openedAt },
    { pullRequest: null, title: 'Use <all> of it', openedAt },
  ];
  const since = '<!date^1794916800^{ago}|since 2026-11-17 12:00 UTC>';

  expect(drawn(aCard({ openBackports: [{ service: 'checkout', count: 1, oldest: oldest.slice(0, 1) }] }))).toContain(
    `No freeze. Open backports of checkout: 1 (#798, ${since}). No open drift known.`,
  );
  expect(drawn(aCard({ openBackports: [{ service: 'checkout', count: 7, oldest }] }))).toContain(
    `Open backports of checkout: 7 (#798, ${since}; \\"Use &lt;all&gt; of it\\", ${since}; 5 more).`,
  );
});

it('counts a storm of alerts and names a few of them', () => {
  const many = Array.from({ length: 6 }, (_, index) => anAlert({ id: String(index), title: `alert ${index}` }));
  const card = aCard({ alerts: alerts({ alerts: many, going: 1000, over: 12, isFloor: true }) });

  expect(drawn(card)).toContain('*at least 1,000 alerts firing*  alert 0');
  expect(drawn(card)).not.toContain('alert 3');
});

it('asks which services are affected where nobody knows, and only then', () => {
  expect(drawn(unknownCard())).toContain('"block_id":"incident_services:42"');
  expect(drawn(badDeployCard())).not.toContain('incident_services');
});

it('marks what is private', () => {
  expect(firstLines(badDeployCard({ incident: aFault({ private: true }) }))[0]).toContain('· :lock: private ·');
});

it('reads the same while nothing happens, however late it is', () => {
  const later = takenBackCard({ until: addDays(onset, 3) });

  expect(renderIncidentCard(later)).toEqual(renderIncidentCard(takenBackCard()));
});

it('keeps its buttons and first lines when there is more than a message holds', () => {
  const card = crowdedCard(2000);

  expect(drawn(card)).toContain('incident_resolve');
  expect(drawn(card)).toContain('incident_caused');
  expect(firstLines(card)[0]).toMatch(/^INC-42 title/);
});

it('tells elsewhere where work goes on, and nothing where that is private', () => {
  expect(renderMovedCard(aFault(), 'C0OTHER').text).toContain('*INC-42 Checkout errors* · work goes on in <#C0OTHER>');
  expect(renderMovedCard(aFault(), null).text).toBe(
    'INC-42 is worked on in a private channel. This card is not kept up to date any more.',
  );
  expect(renderJoinedCard(aFault(), null).text).toBe('INC-42 turned out to be one with another incident.');
});

it('tells in a line what landed, and what that took back', () => {
  const [first] = suspects();
  const { text } = renderLines([{ about: 'change:10', change: rollback, ticksOff: first ?? null }], onset);

  expect(text).toContain('2026-11-20 16:09 UTC  rollback of checkout 1.42.0 → 1.41.3 by grace · took 2 min');
  expect(text).toContain(':white_check_mark: takes back checkout 1.41.3 → 1.42.0');
});

it('tells forty changes at once in a message that Slack takes', () => {
  const lines = Array.from({ length: 40 }, (_, index) => ({
    about: `change:${index}`,
    change: aChange({ id: String(index), title: 'x'.repeat(400), occurredAt: addMinutes(onset, index) }),
    ticksOff: null,
  }));
  const message = renderLines(lines, onset);

  expect(blockKitProblems(message)).toEqual([]);
  expect(JSON.stringify(message.blocks)).toContain('… and 25 more');
});
