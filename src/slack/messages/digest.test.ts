import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { aBackport, aPull, backportFacts, busyFacts, everything, someFacts, weeks } from '../../../test/digests.ts';
import { date, harm, maybe, text, url } from '../../../test/hostile.ts';
import { aDifference, aReport, aSide, comparedAt, daysBefore } from '../../../test/parity-reports.ts';
import { chartLines } from '../../domain/digest/chart-lines.ts';
import { composeDigest } from '../../domain/digest/compose.ts';
import type { ParityReport } from '../../domain/comparison/difference.ts';
import type { DigestFacts } from '../../domain/digest/facts.ts';
import type { ChartForm } from './digest-chart.ts';
import { renderDetails } from './digest-details.ts';
import { renderDigest } from './digest.ts';

const native: ChartForm = { as: 'native' };
const digestOf = (facts: DigestFacts, more = {}) =>
  composeDigest(facts, { scope: everything, dueAt: facts.at, previous: null, ...more }).digest;
const render = (facts: DigestFacts, chart: ChartForm = native) =>
  renderDigest(digestOf(facts), { chart, week: '2026-W47', mute: null });
const pairOf = (report: ParityReport) => ({ report, scores: [], versions: new Map<string, never>() });
const typesOf = (message: { readonly blocks: readonly { readonly type: string }[] }) =>
  message.blocks.map(({ type }) => type);

describe('a digest', () => {
  it('is one screen, and its text alone is enough to act on', () => {
    const message = render({ ...busyFacts(), measures: '12 deploys (+3) · 1 of 12 failed' });

    expect(typesOf(message)).toEqual([
      'section',
      'section',
      'section',
      'section',
      'context',
      'section',
      'context',
      'context',
      'context',
      'data_visualization',
      'data_visualization',
    ]);
    expect(message.text).toBe(
      [
        'Parity 94 % (+3), of 87 % covered · 3 unexplained, last week 5 · 3 backports open, last week 5 (staging against production).',
        '1. DATABASE_URL must differ in checkout, and does not: the same secret in both, for 6 days → ada: give staging another one',
        '2. #798 Cap batch size of checkout is not in staging, for 9 days, fixed INC-39, its pull request waits for a review → ada: PR #821',
        '3. #801 Retry payment calls of checkout is not in staging, for 3 days → ada: open its pull request',
        'and 8 more things to do, 4 of them new since last week: PAYMENT_TIMEOUT, max_connections, kubernetes of staging … (/parity)',
        'Better: #790 Close sockets is home: staging runs it since pull request #815 (grace)',
        'Better: public.accounts is explained by “Add the column everywhere”, ledger in staging (grace)',
        'Better: WORKERS is as it was again, checkout in production',
        'Better: LEDGER_URL is equal again in ledger',
        'Delivery: 12 deploys (+3) · 1 of 12 failed',
        'Risks: 3 went out in a freeze (2 with a reason) · 1 skipped staging.',
        'Parity, Sep 4 to Nov 20: ▁▂▂▃▃▅▆▅▄▆▆█ 85 % → 94 %',
        'Open backports, Sep 4 to Nov 20: █▇▇▆▅▅▆▃▃▂▃▁ 9 → 3',
        'In the thread: 4 services, 4 differences to look at, 3 backports, 1 intended difference (1 ends in 11 days), 1 rule that matches nothing, 1 silent collector, staging data 97 days old.',
      ].join('\n'),
    );
    expect(harm(message)).toEqual([]);
  });

  it('pings nobody', () => {
    const said = JSON.stringify([render(busyFacts()), ...renderDetails(digestOf(busyFacts()))]);

    expect(said).not.toMatch(/<[@!#](?!date)/);
  });

  it('gives each of the worst things one press that does something about it', () => {
    const actions = render(
      someFacts({
        report: aReport([aDifference()]),
        backports: [backportFacts(aBackport({ id: '7' })), backportFacts(aBackport(), { pull: aPull() })],
      }),
    ).blocks.flatMap((block) => ('accessory' in block && block.accessory.type === 'button' ? [block.accessory] : []));

    expect(actions.map(({ action_id: id, text: { text: label }, value, url: to }) => [id, label, value, to])).toEqual([
      ['backport_open', 'Open PR', '7', undefined],
      ['digest_follow', 'PR #821', 'follow', 'https://github.com/acme/checkout/pull/821'],
      ['parity_about', 'Explain…', expect.stringMatching(/^explain:/), undefined],
    ]);
  });

  it('says that it is late, and who muted the channel', () => {
    const dueAt = new Date('2026-11-20T09:00:00Z');
    const late = renderDigest(digestOf(busyFacts(), { dueAt }), {
      chart: native,
      week: '2026-W47',
      mute: { by: 'UADA', at: comparedAt, until: new Date('2026-12-18T00:00:00Z') },
    });

    expect(late.text).toContain('It was due 2026-11-20 09:00 UTC, when I was not running.');
    expect(JSON.stringify(late.blocks)).toContain('<@UADA> muted the digest here until 2026-12-18');
    expect(JSON.stringify(late.blocks)).toContain('unmute:2026-W47');
  });

  it('shows the chart as Slack takes it', () => {
    const picture = render(busyFacts(), { as: 'picture', file: 'F123' });
    const image = picture.blocks.find(({ type }) => type === 'image');

    expect(image).toMatchObject({ slack_file: { id: 'F123' }, alt_text: expect.stringContaining('85 % → 94 %') });
    expect(harm(picture)).toEqual([]);

    const words = render(busyFacts(), { as: 'words' });

    expect(typesOf(words)).not.toContain('data_visualization');
    expect(JSON.stringify(words.blocks)).toContain('▁▂▂▃▃▅▆▅▄▆▆█');
  });

  it('draws no chart of one point', () => {
    expect(chartLines(digestOf(someFacts({ weeks: weeks([1]) })))).toEqual([]);
  });

  it('says that there is nothing to do', () => {
    expect(render(someFacts()).text).toContain('There is nothing to do.');
  });
});

describe('its thread', () => {
  it('has as many messages whatever there is to say', () => {
    for (const facts of [busyFacts(), someFacts(), { ...someFacts(), pairs: [], weeks: [] }]) {
      const messages = renderDetails(digestOf(facts));

      expect(messages).toHaveLength(3);
      expect(messages.flatMap(harm)).toEqual([]);
    }
  });

  it('has a table for each pair of environments, in a message of its own', () => {
    const of = (mirror: string, service: string) => ({
      report: aReport([], { pair: { reference: 'production-eu', mirror } }),
      scores: [],
      versions: new Map([[service, { reference: '2', mirror: '1' }]]),
    });
    const facts = busyFacts();
    const more = Array.from({ length: 11 }, (_, index) => of(`production-${index}`, `web-${index}`));
    const messages = renderDetails(digestOf({ ...facts, pairs: [...facts.pairs, ...more] }));
    const one = renderDetails(digestOf(facts));

    expect(messages[0]).toEqual(one[0]);
    expect(messages).toHaveLength(12);
    expect(messages.at(-1)?.text).toMatch(
      /- staging 97 days old\nNobody said when the data of production-0, .+ and 6 more were refreshed\.$/,
    );
    expect(messages[1]?.text).toBe('1 service, production-0 against production-eu:\nweb-0: 2 / 1, same');
    expect(messages.map((message) => typesOf(message).filter((type) => type === 'table').length)).toEqual([
      ...Array.from({ length: 10 }, () => 1),
      0,
      0,
    ]);
    expect(JSON.stringify(messages[9])).toContain('and 2 more pairs of environments');
    expect(messages.flatMap(harm)).toEqual([]);
  });

  it.each<[string, Partial<DigestFacts>, readonly string[]]>([
    [
      'says in one line that all is well',
      {},
      [
        'All is well: nothing that is meant ends within 14 days, every rule matches something, every collector reports.',
        'Nobody said when the data of staging were refreshed.',
      ],
    ],
    [
      'says how much is meant, and what is well beside what is not',
      {
        pairs: [
          pairOf(
            aReport([aDifference({ verdict: 'intended' }), aDifference({ verdict: 'intended' })], {
              dataRefreshedAt: daysBefore(3),
            }),
          ),
        ],
      },
      [
        'Data:',
        '- staging 3 days old',
        'All is well with the rest: 2 differences are meant and none ends within 14 days, every rule matches something, every collector reports.',
      ],
    ],
  ])('%s', (_, more, lines) => {
    expect(
      renderDetails(digestOf(someFacts(more)))
        .at(-1)
        ?.text.split('\n'),
    ).toEqual(lines);
  });

  it('of some services says nothing of collectors, at which it did not look', () => {
    const scope = { services: new Set(['checkout']), restricted: new Set<string>() };

    expect(renderDetails(digestOf(someFacts(), { scope })).at(-1)?.text).not.toContain('collector');
  });

  it('of a digest that was composed before there were tables of other pairs has three messages', () => {
    const digest = digestOf(busyFacts());
    const { others: _, morePairs: __, ...details } = digest.details;

    expect(renderDetails({ ...digest, details })).toEqual(renderDetails(digest));
  });

  it('stays within the limits however much there is, counts the rest and says where it is', () => {
    const many = Array.from({ length: 500 }, (_, index) => `${'service-'.repeat(20)}${index}`);
    const facts = someFacts({
      report: aReport(
        many.map((service) =>
          aDifference({ service, key: 'K'.repeat(400), reference: aSide('v'.repeat(900)), why: 'w'.repeat(500) }),
        ),
        {
          rules: many.map((service, index) => ({
            rule: {
              id: `accepted:${index}`,
              service,
              facet: 'env',
              key: 'K'.repeat(400),
              must: null,
              reason: 'r'.repeat(900),
              impact: null,
              owner: 'o'.repeat(200),
              expires: '2026-11-25',
              pair: null,
            },
            matched: index % 2,
            expired: false,
          })),
        },
      ),
      backports: many.map((service) =>
        backportFacts(aBackport({ service, title: 't'.repeat(500) }), { owner: 'o'.repeat(300) }),
      ),
    });
    const messages = [
      renderDigest(digestOf(facts), { chart: native, week: '2026-W47', mute: null }),
      ...renderDetails(digestOf(facts)),
    ];

    expect(messages.flatMap(harm)).toEqual([]);
    expect(JSON.stringify(messages)).toContain('and 440 more services');
    expect(JSON.stringify(messages)).toContain('sincewhen parity');
  });
});

it('draws whatever others wrote within the limits, with nothing from outside but letters', { timeout: 60_000 }, () => {
  const backport = fc
    .record({ title: text, service: maybe, mirror: text, openedAt: date, owner: maybe })
    .map((given) => backportFacts(aBackport({ ...given, pullRequest: null }), { owner: given.owner }));
  const facts = fc
    .record({
      differences: fc.array(
        fc.record({
          service: maybe,
          key: text,
          verdict: fc.constantFrom('unexplained', 'forbidden-equality', 'reference-only', 'intended'),
        }),
        { maxLength: 6 },
      ),
      value: text,
      reason: text,
      title: text,
      who: maybe,
      backports: fc.array(backport, { maxLength: 4 }),
      measures: maybe,
      pull: url,
      environment: text,
    })
    .map(({ differences, value, reason, title, who, backports, measures, pull, environment }) => {
      const rule = {
        id: 'accepted:1',
        service: who,
        facet: 'env',
        key: title,
        must: null,
        reason,
        impact: null,
        owner: who,
        expires: '2026-11-25',
        pair: null,
      };
      const report = aReport(
        differences.map((each) => aDifference({ ...each, reference: aSide(value) })),
        {
          pair: { reference: environment, mirror: `${environment}2` },
          rules: [
            { rule, matched: 1, expired: false },
            { rule, matched: 0, expired: false },
          ],
          collectors: [
            { environment, collector: title, takenAt: comparedAt, complete: true, notSeen: [], stale: true, facts: 1 },
          ],
        },
      );
      return someFacts({
        report,
        pairs: [{ report, scores: [], versions: new Map([[title, { reference: value, mirror: null }]]) }],
        backports: backports.map((each) => ({ ...each, pull: aPull({ url: pull ?? null }) })),
        home: backports,
        drifts: [
          {
            environment,
            service: who,
            key: title,
            ended: 'explained',
            at: comparedAt,
            change: { title: reason, actor: who, services: [] },
          },
        ],
        alarms: [{ title, services: who === null ? [] : [who], at: comparedAt }],
        ownerOf: () => who,
        measures,
      });
    });
  fc.assert(
    fc.property(facts, (given) => {
      const digest = digestOf(given);
      const first = renderDigest(digest, { chart: native, week: '2026-W47', mute: null });

      expect([first, ...renderDetails(digest)].flatMap(harm)).toEqual([]);
    }),
    { numRuns: 150 },
  );
});
