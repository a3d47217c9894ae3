import { describe, expect, it } from 'vitest';
import {
  aBackport,
  aPull,
  backportFacts,
  busyFacts,
  everything,
  scopeOf,
  scores,
  someFacts,
  weeks,
} from '../../../test/digests.ts';
import { aDifference, aReport, aSide, busyReport, comparedAt, daysBefore } from '../../../test/parity-reports.ts';
import type { RuleName } from '../change-rules/rule.ts';
import { composeDigest } from './compose.ts';
import type { DigestFacts, DigestScope } from './facts.ts';
import { actWords, belowWords, betterWords, headWords, moreWords, sparkline } from './words.ts';

const compose = (facts: DigestFacts, scope: DigestScope = everything, more = {}) =>
  composeDigest(facts, { scope, dueAt: facts.at, previous: null, ...more });
const digestOf = (facts: DigestFacts, scope?: DigestScope) => compose(facts, scope).digest;
const headOf = (facts: DigestFacts, scope?: DigestScope) => {
  const { answer, rest } = headWords(digestOf(facts, scope).head);
  return [answer, ...rest].join(' · ');
};

const regions = { reference: 'production-eu', mirror: 'production-us' };

/** A second pair, with a table and a difference of its own. */
function regionFacts(): DigestFacts['pairs'][number] {
  const apart = { service: 'web', facet: 'version', key: 'version', verdict: 'pending-promotion' } as const;
  const report = aReport(
    [
      aDifference({ service: 'web', key: 'CDN_URL' }),
      aDifference({ ...apart, reference: aSide('4.1.0'), mirror: aSide('4.0.9') }),
      aDifference({ service: 'web', key: 'REGION', verdict: 'intended' }),
    ],
    { pair: regions, score: { score: 96, coverage: 80, moved: [] } },
  );
  return {
    report,
    scores: scores([98, 96]),
    versions: new Map([['web', { reference: '4.1.0', mirror: '4.0.9' }]]),
  };
}

function home(days: number, pair = { reference: 'production', mirror: 'staging' }) {
  return { pair, service: 'checkout', at: daysBefore(days) };
}

describe('the headline', () => {
  it('says the number, its change since last week and what is counted', () => {
    expect(headOf(busyFacts())).toBe(
      'Parity 94 % (+3) · of 87 % covered · 3 unexplained, last week 5 · 3 backports open, last week 5',
    );
  });

  it.each([
    [[94.4, 94.2], 'Parity 94 % (±0)'],
    [[97, 94.2], 'Parity 94 % (−3)'],
    [[null, 94.2], 'Parity 94 %'],
    [[94.2], 'Parity 94 %'],
  ])('of scores %j: %s', (values, answer) => {
    const facts = someFacts();
    const [pair] = facts.pairs;
    if (pair === undefined) throw new Error('no pair');

    expect(headWords(digestOf({ ...facts, pairs: [{ ...pair, scores: scores(values) }] }).head).answer).toBe(answer);
  });

  it('of some services says no score, as none is kept of them', () => {
    expect(headOf(busyFacts(), scopeOf('ledger'))).toBe('2 unexplained · 0 backports open');
  });

  it('knows of last week what the channel was told then', () => {
    const facts = busyFacts();
    const previous = digestOf({ ...facts, pairs: [] }, scopeOf('ledger'));
    const { head } = compose(facts, scopeOf('ledger'), { previous }).digest;

    expect(headWords(head).answer).toBe('2 unexplained, last week 0');
  });

  it('says of each other pair how it stands, with its own backports and its own last week', () => {
    const facts = busyFacts();
    const [week, now] = facts.weeks.slice(-2);
    if (week === undefined || now === undefined) throw new Error('no weeks');
    const inRegion = (count: number) => ({ pair: regions, service: 'web', count });
    const { head, others } = digestOf({
      ...facts,
      pairs: [...facts.pairs, regionFacts()],
      weeks: [
        { ...week, open: [...week.open, inRegion(4)] },
        { ...now, open: [...now.open, inRegion(1)] },
      ],
    });

    expect(others.map(({ pair }) => pair)).toEqual([regions]);
    expect([head, ...others].map((each) => headWords(each).answer)).toEqual(['Parity 94 % (+3)', 'Parity 96 % (−2)']);
    expect([head, ...others].map((each) => headWords(each).rest.slice(1))).toEqual([
      ['3 unexplained, last week 5', '3 backports open, last week 5'],
      ['1 unexplained, last week 0', '1 backport open, last week 4'],
    ]);
  });
});

describe('what the rules found', () => {
  const found = (rule: RuleName, services: readonly string[], justified = false) => ({ rule, services, justified });
  const risks = (...all: readonly ReturnType<typeof found>[]) => someFacts({ risks: { found: all, newest: null } });

  it.each<[string, DigestFacts, string | null]>([
    ['nothing', risks(), null],
    [
      'several, of freezes with how many said why',
      busyFacts(),
      '3 went out in a freeze (2 with a reason) · 1 skipped staging',
    ],
    ['one with a reason', risks(found('window', ['web'], true)), '1 outside the release window (all with a reason)'],
    [
      'more than is looked at',
      someFacts({ risks: { found: [found('forced-push', []), found('forced-push', ['web'])], newest: 1000 } }),
      '2 forced pushes, of the newest 1,000 changes',
    ],
  ])('of %s', (_, facts, words) => {
    expect(digestOf(facts).risks).toBe(words);
  });

  it('of services in their own channel, and of restricted ones nowhere else', () => {
    const facts = risks(found('freeze', ['payroll', 'web']), found('unreviewed', ['web']));

    expect(digestOf(facts, scopeOf('payroll')).risks).toBe('1 went out in a freeze (none with a reason)');
    expect(digestOf(facts, { services: null, restricted: new Set(['payroll']) }).risks).toBe('1 merged without review');
  });
});

describe('the three worst things', () => {
  it('are ranked, each with its owner and one action', () => {
    const { worst, todo } = digestOf(busyFacts());

    expect(worst.map(({ title, says, owner, act }) => `${title} ${says} → ${owner ?? '?'}: ${actWords(act)}`)).toEqual([
      'DATABASE_URL must differ in checkout, and does not: the same secret in both, for 6 days → ada: give staging another one',
      '#798 Cap batch size of checkout is not in staging, for 9 days, fixed INC-39, its pull request waits for a review → ada: PR #821',
      '#801 Retry payment calls of checkout is not in staging, for 3 days → ada: open its pull request',
    ]);
    expect(todo).toBe(11);
  });

  it.each<
    [string, Partial<DigestFacts> & { readonly report?: DigestFacts['pairs'][number]['report'] }, string, object]
  >([
    [
      'a difference that nothing explains',
      { report: aReport([aDifference({ group: 'one:x' })]) },
      'PAYMENT_TIMEOUT',
      { do: 'explain', group: 'one:x' },
    ],
    [
      'a backport',
      { backports: [backportFacts(aBackport({ id: '7' }))] },
      '#798 Cap batch size',
      { do: 'open-pull', backportId: '7' },
    ],
    [
      'a backport whose pull request is open',
      { backports: [backportFacts(aBackport(), { pull: aPull() })] },
      '#798 Cap batch size',
      { do: 'follow', label: 'PR #821' },
    ],
    [
      'a backport whose pull request was closed',
      { backports: [backportFacts(aBackport({ id: '7' }), { pull: aPull({ state: 'closed' }) })] },
      '#798 Cap batch size',
      { do: 'open-pull' },
    ],
    [
      'a backport whose pull request was merged',
      { backports: [backportFacts(aBackport(), { pull: aPull({ state: 'merged' }) })] },
      '#798 Cap batch size',
      { do: 'follow', label: 'PR #821' },
    ],
    [
      'a backport whose pull request was merged, and that git does not find',
      {
        backports: [
          backportFacts(aBackport({ judgedAt: daysBefore(0) }), {
            pull: aPull({ state: 'merged', updatedAt: daysBefore(1) }),
          }),
        ],
      },
      '#798 Cap batch size',
      { do: 'open-pull' },
    ],
    [
      'a backport that never was a commit',
      { backports: [backportFacts(aBackport({ repository: null, pullRequest: null, title: 'LEDGER_URL' }))] },
      'LEDGER_URL',
      { do: 'say', words: 'Do the same in staging' },
    ],
    [
      'a hotfix of which no backport is known',
      { report: aReport([aDifference({ verdict: 'reference-only', facet: 'version', key: 'version' })]) },
      'checkout version',
      { do: 'explain' },
    ],
    [
      'one as the timeline tells it',
      { report: aReport([aDifference({ verdict: 'reference-only', facet: 'version', key: 'deployed' })]) },
      'checkout version',
      { do: 'explain' },
    ],
    ['data of long ago', { report: aReport([], { dataRefreshedAt: daysBefore(97) }) }, 'staging data', { do: 'say' }],
  ])('of %s', (_, more, title, act) => {
    const [first] = digestOf(someFacts(more)).worst;

    expect(first).toMatchObject({ title, act });
  });

  it.each<[string, string, readonly string[]]>([
    ['is told once, as what to explain', 'PAYMENT_TIMEOUT', ['unexplained']],
    ['is told beside another difference', 'POOL_SIZE', ['unexplained', 'backport']],
  ])('of a drift that staging is owed %s', (_, key, kinds) => {
    const fact = { facet: 'env', key, all: [{ service: 'checkout', facet: 'env', key, proof: null }] } as const;
    const owed = aBackport({
      repository: null,
      pullRequest: null,
      title: `${key} drifted`,
      fact,
      openedAt: daysBefore(0),
    });
    const { worst } = digestOf(someFacts({ report: aReport([aDifference()]), backports: [backportFacts(owed)] }));

    expect(worst.map(({ kind }) => kind).toSorted()).toEqual([...kinds].toSorted());
  });

  it.each<[string, DigestFacts, string | null]>([
    ['none', someFacts(), null],
    ['three', someFacts({ report: aReport([1, 2, 3].map(() => aDifference())) }), null],
    [
      'old ones',
      someFacts({ report: aReport([1, 2, 3, 4].map(() => aDifference({ since: daysBefore(7) }))) }),
      'and 1 more thing to do',
    ],
    [
      'a new one',
      someFacts({
        report: aReport([...[1, 2, 3].map(() => aDifference({ since: daysBefore(30) })), aDifference({ key: 'NEW' })]),
      }),
      'and 1 more thing to do, new since last week: NEW',
    ],
    [
      'one of which nobody knows since when',
      someFacts({
        report: aReport([
          ...[1, 2, 3].map(() => aDifference({ since: daysBefore(30) })),
          aDifference({ since: null, reference: null, mirror: null }),
        ]),
      }),
      'and 1 more thing to do',
    ],
    [
      'old and new ones',
      someFacts({
        report: aReport([
          ...[1, 2, 3, 4].map(() => aDifference({ since: daysBefore(30) })),
          ...['A', 'B', 'C', 'D'].map((key) => aDifference({ key, since: daysBefore(6) })),
        ]),
      }),
      'and 5 more things to do, 4 of them new since last week: A, B, C …',
    ],
    [
      'backports that came this week, and one that was there before anybody looked',
      someFacts({
        report: aReport([1, 2, 3].map(() => aDifference({ verdict: 'forbidden-equality' }))),
        backports: [
          backportFacts(aBackport({ pullRequest: 1, title: 'One' })),
          backportFacts(aBackport({ pullRequest: 2, title: 'Two', imported: true })),
        ],
      }),
      'and 2 more things to do, 1 of them new since last week: #1 One',
    ],
  ])('are followed by how many more there are and which are new: %s', (_, facts, words) => {
    expect(moreWords(digestOf(facts))).toBe(words);
  });

  it('say that a fix came during an incident where nobody knows that it fixed that', () => {
    const backports = [backportFacts(aBackport({ incidentId: '39', fixedIncident: false }))];

    expect(digestOf(someFacts({ backports })).worst[0]?.says).toContain(', came during INC-39');
  });

  it('let an older thing of a sort come first, and what fixed an incident', () => {
    const facts = someFacts({
      backports: [
        backportFacts(aBackport({ pullRequest: 1, openedAt: daysBefore(2) })),
        backportFacts(aBackport({ pullRequest: 2, openedAt: daysBefore(9) })),
        backportFacts(aBackport({ pullRequest: 3, openedAt: daysBefore(1), incidentId: '4' })),
        backportFacts(aBackport({ pullRequest: 4, openedAt: daysBefore(300), imported: true })),
      ],
    });

    expect(digestOf(facts).worst.map(({ title }) => title.slice(0, 2))).toEqual(['#3', '#4', '#2']);
  });

  it('tell a fix once: as a backport, where it is one', () => {
    const report = aReport([aDifference({ verdict: 'reference-only', facet: 'version', key: 'version' })]);

    expect(digestOf(someFacts({ report, backports: [backportFacts()] })).todo).toBe(1);
  });

  it.each<[string, Partial<DigestFacts>, number, string]>([
    ['came home since', { settled: [home(5)] }, 0, 'its fixes are home'],
    ['came home before that', { settled: [home(7)] }, 1, 'in production only, 6 days'],
    ['came home elsewhere', { settled: [home(5, regions)] }, 1, 'in production only, 6 days'],
    [
      'came home, but for one',
      { settled: [home(5)], backports: [backportFacts(aBackport({ title: 'One' }))] },
      1,
      'in production only, 6 days',
    ],
  ])('of a version that staging has not in the same form: its fixes %s', (_, more, todo, state) => {
    const report = aReport([aDifference({ verdict: 'reference-only', facet: 'version', key: 'deployed' })]);
    const digest = digestOf(someFacts({ report, ...more }));

    expect(digest.todo).toBe(todo);
    expect(digest.details.services.map((line) => line.state)).toEqual([state]);
  });

  it('tell drift once: as a difference, where it is one', () => {
    const report = aReport([aDifference({ verdict: 'unexplained', service: 'web', facet: 'config', key: 'timeout' })]);
    const owed = (...keys: readonly string[]) => {
      const all = keys.map((key) => ({ service: 'web', facet: 'config' as const, key, proof: null }));
      return backportFacts(aBackport({ repository: null, fact: { facet: 'config', key: 'timeout', all } }));
    };
    const { todo, worst } = digestOf(someFacts({ report, backports: [owed('timeout')] }));

    expect(todo).toBe(1);
    expect(worst.map(({ act }) => act.do)).toEqual(['explain']);
    expect(digestOf(someFacts({ report, backports: [owed('timeout', 'another')] })).todo).toBe(2);
  });

  it('never hold what is on its way, explained or meant', () => {
    const report = aReport(
      (['pending-promotion', 'explained', 'intended', 'unknown'] as const).map((verdict) => aDifference({ verdict })),
    );

    expect(digestOf(someFacts({ report })).todo).toBe(0);
  });

  it('tell of an accepted difference that ends within 14 days, not of one that goes on', () => {
    const rule = (id: string, expires: string) => ({
      rule: {
        id,
        service: null,
        facet: 'env',
        key: id,
        must: null,
        reason: 'the move',
        impact: null,
        owner: '@ada',
        expires,
        pair: null,
      },
      matched: 1,
      expired: false,
    });
    const report = aReport([], {
      rules: [rule('accepted:1', '2026-12-04'), rule('accepted:2', '2026-12-05'), rule('accepted:3', '2026-11-20')],
    });
    const digest = digestOf(someFacts({ report }));

    expect(digest.worst.map(({ title, says, owner }) => [title, says, owner])).toEqual([
      ['accepted:3 (environment variable)', 'is meant to differ until today: the move', '@ada'],
      ['accepted:1 (environment variable)', 'is meant to differ for 14 more days: the move', '@ada'],
    ]);
    expect(digest.details.expiring.map(({ days }) => days)).toEqual([0, 14]);
  });
});

describe('what got better', () => {
  it('is told with who did it, where that is known', () => {
    expect(digestOf(busyFacts()).better.map(betterWords)).toEqual([
      '#790 Close sockets is home: staging runs it since pull request #815 (grace)',
      'public.accounts is explained by “Add the column everywhere”, ledger in staging (grace)',
      'WORKERS is as it was again, checkout in production',
      'LEDGER_URL is equal again in ledger',
    ]);
  });

  it.each([
    ['its author', { author: 'grace' }, '(grace)'],
    ['who asked for one that we opened', { author: 'bot[bot]', openedByUs: true, wantedBy: 'barbara' }, '(barbara)'],
    [
      'nobody, where we do not know',
      { author: 'bot[bot]', openedByUs: true, wantedBy: null },
      'since pull request #821',
    ],
  ])('by a pull request was done by %s', (_, pull, end) => {
    const home = [backportFacts(aBackport({ state: 'live', liveAt: daysBefore(1) }), { pull: aPull(pull) })];
    const [thing] = digestOf(someFacts({ home })).better;

    expect(thing === undefined ? '' : betterWords(thing)).toMatch(
      new RegExp(`${end.replaceAll(/[()]/g, String.raw`\$&`)}$`),
    );
  });

  it('tells as one what one change explains, and nothing twice', () => {
    const [drift] = busyFacts().drifts;
    if (drift === undefined) throw new Error('no drift');
    const facts = someFacts({
      drifts: [drift, { ...drift, key: 'public.orders' }, { ...drift, key: 'X', change: null, ended: 'cleared' }],
      alarms: [{ title: 'X', services: ['ledger'], at: comparedAt }],
    });

    expect(digestOf(facts).better.map(({ title, who }) => [title, who])).toEqual([
      ['public.accounts and 1 more', 'grace'],
      ['X', null],
    ]);
  });
});

describe('a scope', () => {
  it('of a channel of services holds theirs only', () => {
    const digest = digestOf(busyFacts(), scopeOf('ledger'));

    expect(JSON.stringify(digest)).not.toMatch(/Cap batch|checkout|search|kubernetes/);
    expect(digest.worst.map(({ title }) => title)).toEqual(['openssl', 'max_connections']);
    expect(digest.details.services.map(({ service }) => service)).toEqual(['ledger']);
    expect(digest.chart.scores).toBeNull();
  });

  it('of everything leaves out what is restricted, and its own channel does not', () => {
    const restricted = new Set(['checkout']);
    const all = JSON.stringify(digestOf(busyFacts(), { services: null, restricted }));
    const own = JSON.stringify(digestOf(busyFacts(), { services: new Set(['checkout']), restricted }));

    expect(all).not.toMatch(/checkout|Cap batch|PAYMENT_TIMEOUT/);
    expect(all).toContain('ledger');
    expect(own).toMatch(/Cap batch/);
  });
});

describe('nothing worth saying', () => {
  const calm = (last: number | null, now: number, counts: readonly number[] = [0, 0]) => {
    const report = aReport([], { score: { score: now, coverage: 87, moved: [] } });
    const pair = { report, scores: scores([last, now]), versions: new Map() };
    return compose({ ...someFacts({ report }), pairs: [pair], weeks: weeks(counts) });
  };

  it.each<[string, ReturnType<typeof compose>, 'say' | 'quiet']>([
    ['nothing changed and nothing is to do', calm(94.2, 94.4), 'quiet'],
    ['the score changed', calm(94, 95), 'say'],
    ['there is a backport less', calm(94, 94, [1, 0]), 'say'],
    [
      'something is to do, as last week',
      compose(someFacts({ backports: [backportFacts()], weeks: weeks([1, 1]) })),
      'say',
    ],
    ['something got better', compose(someFacts({ alarms: busyFacts().alarms })), 'say'],
    ['nothing is known at all', compose({ ...someFacts(), pairs: [], weeks: [] }), 'quiet'],
  ])('%s', (_, composed, outcome) => {
    expect(composed.outcome).toBe(outcome);
  });

  it('keeps why', () => {
    expect(calm(94, 94)).toMatchObject({ why: 'Nothing changed since last week, and there is nothing to do.' });
  });
});

describe('the details', () => {
  it('show each service with both versions and how long one has waited', () => {
    const { services } = digestOf(busyFacts()).details;

    expect(
      services.map(({ service, reference, mirror, state, unexplained, backports }) => [
        service,
        reference,
        mirror,
        state,
        unexplained,
        backports,
      ]),
    ).toEqual([
      ['checkout', '1.41.3', '1.42.0', 'on its way, 6 days', 2, 2],
      ['ledger', '2.0.4', '2.0.4', 'same', 2, 0],
      ['web', '4.1.0', null, 'in production only', 0, 1],
      ['search', '7.3.1', '7.3.0', 'in production only, 3 days', 0, 0],
    ]);
  });

  it('say what stands in the thread', () => {
    expect(belowWords(digestOf(busyFacts())).join(', ')).toBe(
      '4 services, 4 differences to look at, 3 backports, 1 intended difference (1 ends in 11 days), 1 rule that matches nothing, 1 silent collector, staging data 97 days old',
    );
  });

  it('show what runs where of every pair, and count what is meant in all of them', () => {
    const facts = busyFacts();
    const missing = backportFacts(aBackport({ ...regions, pullRequest: 900, service: 'web' }));
    const one = digestOf(facts).details;
    const { others, ...usual } = digestOf({
      ...facts,
      pairs: [...facts.pairs, regionFacts()],
      backports: [...facts.backports, missing],
    }).details;

    expect(usual.services).toEqual(one.services);
    expect(others).toEqual([
      {
        pair: regions,
        servicesInAll: 1,
        services: [
          {
            service: 'web',
            reference: '4.1.0',
            mirror: '4.0.9',
            state: 'on its way, 6 days',
            unexplained: 1,
            backports: 1,
          },
        ],
      },
    ]);
    expect(usual.intended).toBe(one.intended + 1);
    expect(usual.backports.map(({ mirror }) => mirror)).toEqual([undefined, undefined, undefined, 'production-us']);
    expect(belowWords({ details: { ...usual, others: others ?? [] } })[0]).toBe(
      'what runs where of 2 pairs of environments',
    );
  });

  it('leave out a pair of which nothing is known, and count those of which there is no table', () => {
    const nowhere = { ...regionFacts(), report: aReport([], { pair: regions }), versions: new Map() };
    const numbered = (index: number) => {
      const facts = regionFacts();
      return { ...facts, report: { ...facts.report, pair: { ...regions, mirror: `production-${index}` } } };
    };
    const facts = busyFacts();
    const many = Array.from({ length: 12 }, (_, index) => numbered(index));
    const { others, morePairs } = digestOf({ ...facts, pairs: [...facts.pairs, nowhere, ...many] }).details;

    expect(others?.map(({ pair }) => pair.mirror)).toEqual(many.slice(0, 9).map(({ report }) => report.pair.mirror));
    expect(morePairs).toBe(3);
  });

  it('say of which pair something is, where nothing else does', () => {
    const facts = busyFacts();
    const secret = { reference: aSide(null, { secret: true }), mirror: aSide(null, { secret: true }) };
    const group = 'change:8';
    const report = aReport(
      [
        aDifference({ key: 'TOKEN', service: 'web', ...secret }),
        aDifference({ key: 'CDN_URL', service: 'web' }),
        aDifference({ key: 'A', service: 'web', group }),
        aDifference({ key: 'B', service: 'web', group }),
      ],
      { pair: regions },
    );
    const { details } = digestOf({ ...facts, pairs: [...facts.pairs, { ...regionFacts(), report }] });

    expect(details.drifts.slice(-3).map(({ title, place }) => [title, place])).toEqual([
      ['TOKEN', 'web, environment variable, production-us against production-eu'],
      ['CDN_URL', 'web, environment variable'],
      ['2 keys: 30s → 5s', 'web, environment variable, production-us against production-eu'],
    ]);
  });

  it.each([
    ['2026-11-20', '(1 ends today)'],
    ['2026-11-21', '(1 ends tomorrow)'],
    ['2026-11-25', '(1 ends Wednesday)'],
    ['2026-11-27', '(1 ends in 7 days)'],
  ])('say when what is meant until %s ends', (expires, words) => {
    const { details } = digestOf(busyFacts());
    const [rule] = details.expiring;
    if (rule === undefined) throw new Error('no rule');
    const days = (Date.parse(expires) - Date.parse('2026-11-20')) / 86_400_000;
    const told = belowWords({ details: { ...details, expiring: [{ ...rule, expires, days }] } });

    expect(told.join(', ')).toContain(`1 intended difference ${words}`);
  });

  it('are bounded, and count what they leave out', () => {
    const many = Array.from({ length: 300 }, (_, index) => `service-${String(index).padStart(3, '0')}`);
    const facts = someFacts({
      report: aReport(many.map((service) => aDifference({ service }))),
      backports: many.map((service) => backportFacts(aBackport({ service }))),
    });
    const { details } = digestOf(facts);

    expect([details.services.length, details.servicesInAll]).toEqual([60, 300]);
    expect([details.drifts.length, details.driftsInAll]).toEqual([25, 300]);
    expect([details.backports.length, details.backportsInAll]).toEqual([25, 300]);
  });

  it('hold a rule as idle only when it matches in no pair', () => {
    const busy = busyReport();
    const other = {
      ...busy,
      pair: { reference: 'staging', mirror: 'dev' },
      rules: busy.rules.map((each) => ({ ...each, matched: 1 })),
    };
    const facts = busyFacts();
    const { details } = digestOf({
      ...facts,
      pairs: [...facts.pairs, { report: other, scores: [], versions: new Map() }],
    });

    expect(details.idle).toEqual([]);
  });
});

describe('the chart', () => {
  it('has a point for each week, and none where nothing is known', () => {
    const facts = busyFacts();
    const [pair] = facts.pairs;
    if (pair === undefined) throw new Error('no pair');
    const { chart } = digestOf({ ...facts, pairs: [{ ...pair, scores: pair.scores.slice(10) }] });

    expect(chart.labels).toHaveLength(12);
    expect(chart.labels.at(-1)).toBe('Nov 20');
    expect(chart.scores).toEqual([...Array.from({ length: 10 }, () => null), 91, 94.2]);
    expect(chart.backports.at(-1)).toBe(3);
  });

  it('takes no score for a week that is older than the week', () => {
    const facts = someFacts({ weeks: weeks([0, 0, 0]) });
    const [pair] = facts.pairs;
    if (pair === undefined) throw new Error('no pair');
    const old = [{ day: '2026-11-06', score: 90, coverage: 80, unexplained: 0 }];

    expect(digestOf({ ...facts, pairs: [{ ...pair, scores: old }] }).chart.scores).toEqual([90, null, 94.2]);
  });

  it.each([
    [[1, 5, 3], '▁█▅'],
    [[2, 2], '▁▁'],
    [[], ''],
  ])('of %j in words: %s', (values, line) => {
    expect(sparkline(values)).toBe(line);
  });
});
