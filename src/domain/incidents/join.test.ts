import { describe, expect, it } from 'vitest';
import { incidentOfChannel } from './channel-join.ts';
import { channelWords } from './channel-words.ts';
import type { HeardSignal, KnownIncident } from './candidate.ts';
import { decideSignals } from './join.ts';
import { knownNames } from '../known-names.ts';
import type { FoldedSignal } from '../signal.ts';

const start = new Date('2026-11-20T14:00:00Z');

function minute(count: number): Date {
  return new Date(start.getTime() + count * 60_000);
}

function signal(fields: Partial<FoldedSignal> = {}): FoldedSignal {
  return {
    source: 'alertmanager',
    subject: 'f1@2026-11-20T14:00:00.000Z',
    state: 'open',
    title: 'Checkout fails',
    reference: null,
    severity: 'critical',
    url: null,
    channel: null,
    labels: {},
    environment: 'production',
    services: ['checkout'],
    startedAt: start,
    resolvedAt: null,
    ...fields,
  };
}

const page = { source: 'pagerduty', subject: 'Q1', reference: '#1234', url: 'https://acme.pagerduty.com/incidents/Q1' };
const again = { ...page, subject: 'Q2', url: null, reference: '#1235' };
/** About nothing that any incident below is about. */
const other = { title: 'Disk full', services: ['search'] };

function heard(fields: Partial<FoldedSignal> = {}, more: Partial<HeardSignal> = {}): HeardSignal {
  const told = signal({ ...other, subject: 'f9', ...fields });
  return { id: '9', signal: told, heardAt: told.startedAt, mayOpen: true, ...more };
}

function incident(fields: Partial<KnownIncident> = {}): KnownIncident {
  return {
    id: '42',
    title: 'Checkout fails',
    environment: 'production',
    services: ['checkout'],
    startedAt: start,
    openedAt: start,
    resolvedAt: null,
    private: false,
    channel: null,
    latestAt: fields.startedAt ?? start,
    openedBy: 'alert',
    stormy: false,
    signals: [signal()],
    ...fields,
  };
}

const rules = {
  defaultEnvironment: 'production',
  areNeighbours: (a: string, b: string) => a !== b && [a, b].every((each) => ['checkout', 'ledger'].includes(each)),
};

function decide(given: HeardSignal | readonly HeardSignal[], incidents: readonly KnownIncident[] = [incident()]) {
  const signals = 'id' in given ? [given] : given;
  return decideSignals(signals, incidents, rules).map((each) =>
    each.outcome === 'joins'
      ? `${each.incidentId}: ${each.why}${each.reopens ? ', reopened' : ''}`
      : { opens: 'opens', none: 'nothing' }[each.outcome],
  );
}

const channel = { id: 'C0INC1042', name: 'inc-1234-pay', topic: '' };

describe('a signal belongs to an incident', () => {
  it.each<[string, Partial<FoldedSignal>, Partial<KnownIncident>, string]>([
    ['whose channel it names', { channel: 'C0INC1042' }, { channel }, '42: its channel is #inc-1234-pay'],
    ['whose channel it names by name', { channel: '#inc-1234-pay' }, { channel }, '42: its channel is #inc-1234-pay'],
    ['whose topic has its link', page, { channel: { ...channel, topic: `Page: ${page.url}?utm=x.` } }, '42: same link'],
    [
      'whose topic has its reference',
      page,
      { channel: { ...channel, name: 'inc-x', topic: 'PD #1234!' } },
      '42: #1234 in the topic',
    ],
    ['whose channel has its number', page, { channel }, '42: 1234 in the channel’s name'],
    ['whose page it links to', { labels: { page: `see ${page.url}` } }, { signals: [signal(page)] }, '42: same link'],
    [
      'that has the same alert',
      { subject: 'f1@2026-11-20T16:00:00.000Z', startedAt: minute(120) },
      {},
      '42: the same alert',
    ],
    ['of the same service', { services: ['checkout'], startedAt: minute(300) }, {}, '42: same service, checkout'],
    [
      'of the same service, though it is no reason for one',
      { services: ['checkout'], severity: 'info' },
      {},
      '42: same service, checkout',
    ],
    ['of a service beside it', { services: ['ledger'], startedAt: minute(20) }, {}, '42: a neighbour, checkout'],
    [
      'of the same words',
      { title: '12 checkouts failed (7)', services: [], startedAt: minute(50) },
      {},
      '42: the same words',
    ],
    [
      'of the same words elsewhere, at the same time',
      { title: 'Checkout fails', startedAt: minute(4) },
      {},
      '42: the same words',
    ],
    [
      'of the same words in any language',
      { title: '支付失败', services: [], startedAt: minute(50) },
      { title: '支付失败!' },
      '42: the same words',
    ],
    [
      'that began with it, where no service is known',
      { services: [], startedAt: minute(8) },
      {},
      '42: at the same time in production',
    ],
    [
      'that began with it, of which no service is known',
      { startedAt: minute(8) },
      { services: [] },
      '42: at the same time in production',
    ],
    [
      'in the default environment, where it names none',
      { environment: null, services: ['checkout'] },
      {},
      '42: same service, checkout',
    ],
  ])('%s', (_what, fields, known, decision) => {
    expect(decide(heard(fields), [incident(known)])).toEqual([decision]);
  });

  it.each<[string, Partial<FoldedSignal>, Partial<KnownIncident>]>([
    ['of another service', {}, {}],
    ['in another environment', { services: ['checkout'], ...page, environment: 'staging' }, {}],
    ['that began half a day before', { services: ['checkout'], startedAt: minute(721) }, {}],
    ['that began long after it did', { services: ['checkout'], startedAt: minute(-31) }, {}],
    ['of a service beside it, an hour later', { services: ['ledger'], startedAt: minute(60) }, {}],
    ['of the same words elsewhere, later', { title: 'Checkout fails', startedAt: minute(10) }, {}],
    ['that began a while before, where no service is known', { services: [], startedAt: minute(11) }, {}],
    ['that is over', { services: ['checkout'], startedAt: minute(10) }, { resolvedAt: minute(5) }],
    ['that is private', { services: ['checkout'] }, { private: true }],
    ['with another channel', { services: ['checkout'], channel: 'C0INC0001' }, { channel }],
    ['whose channel has a longer number', page, { channel: { ...channel, name: 'inc-12345' } }],
    ['whose channel had its number yesterday', { ...page, startedAt: minute(500) }, { channel }],
  ])('and not to one %s', (_what, fields, known) => {
    expect(decide(heard(fields), [incident(known)])).toEqual(['opens']);
  });

  it.each<[string, Partial<FoldedSignal>, string]>([
    ['a page that fires again soon', { ...again, startedAt: minute(40) }, '42: the same alert again, reopened'],
    ['a page that fires again later', { ...again, startedAt: minute(41) }, 'opens'],
    ['a page that is told late', { ...again, startedAt: minute(5) }, '42: the same alert again'],
    ['a page that is over already', { ...again, startedAt: minute(20), state: 'resolved' }, '42: the same alert again'],
  ])('that was resolved, where it is %s', (_what, fields, decision) => {
    const over = incident({ resolvedAt: minute(10), signals: [signal({ ...page, ...other })] });

    expect(decide(heard(fields), [over])).toEqual([decision]);
  });

  it('that was resolved, and that it names', () => {
    const over = incident({ resolvedAt: minute(10), channel });

    expect(decide(heard({ ...page, startedAt: minute(5) }), [over])).toEqual(['42: 1234 in the channel’s name']);
    expect(decide(heard({ ...page, startedAt: minute(15) }), [over])).toEqual([
      '42: 1234 in the channel’s name, reopened',
    ]);
  });

  it('that is the surest of several, and of equals the newest', () => {
    const near = incident({ id: '43', services: ['search'], startedAt: minute(1) });
    const nearer = incident({ id: '44', services: ['search'], startedAt: minute(2) });
    const named = incident({ id: '42', channel });

    expect(decide(heard(page), [named, near, nearer])).toEqual(['42: 1234 in the channel’s name']);
    expect(decide(heard(), [near, nearer])).toEqual(['44: same service, search']);
  });

  it('or is no reason for one', () => {
    expect(decide(heard({ severity: 'warning' }))).toEqual(['nothing']);
    expect(decide(heard({}, { mayOpen: false }))).toEqual(['nothing']);
  });
});

describe('signals that come together', () => {
  const all = (count: number, fields: (index: number) => Partial<FoldedSignal>) =>
    Array.from({ length: count }, (_, index) =>
      heard(
        {
          subject: `g${index}`,
          title: [...`${index}`].map((digit) => 'bcdfghjklm'[Number(digit)]).join('a') + 'oo',
          services: [`s${index}`],
          ...fields(index),
        },
        { id: String(index + 1) },
      ),
    );

  it('open one incident for one service, in whatever order they come', () => {
    const warning = heard({ title: 'Queue grows', severity: 'warning', startedAt: minute(-1) }, { id: '1' });
    const critical = heard({}, { id: '2' });

    expect(decide([warning, critical], [])).toEqual(['opens', 'new:2: same service, search']);
  });

  it('open two incidents for two services', () => {
    expect(
      decide(
        all(2, () => ({ severity: 'critical' })),
        [],
      ),
    ).toEqual(['opens', 'opens']);
  });

  it('are one storm from the third on, and then from the first', () => {
    const why = 'one of many alerts at once';

    expect(
      decide(
        all(3, () => ({})),
        [],
      ),
    ).toEqual(['opens', `new:1: ${why}`, `new:1: ${why}`]);
    expect(
      decide(
        all(1, () => ({})),
        [incident(), incident({ id: '43' })],
      ),
    ).toEqual([`42: ${why}`]);
  });

  it('are of the storm as long as it goes on', () => {
    const old = incident({ startedAt: minute(-60), openedAt: minute(-60), stormy: true });

    expect(
      decide(
        all(1, () => ({})),
        [{ ...old, latestAt: minute(-9) }],
      ),
    ).toEqual(['42: one of many alerts at once']);
    expect(
      decide(
        all(1, () => ({})),
        [{ ...old, latestAt: minute(-11) }],
      ),
    ).toEqual(['opens']);
    expect(
      decide(
        all(1, () => ({})),
        [{ ...old, latestAt: minute(-9), stormy: false }],
      ),
    ).toEqual(['opens']);
  });

  it('are no storm in several environments, nor as pages', () => {
    const pages = all(3, () => ({ source: 'pagerduty' }));
    const anywhere = all(3, () => ({ source: 'pagerduty', environment: 'staging' }));

    expect(decide([...pages, ...anywhere], []).filter((each) => each === 'opens')).toHaveLength(6);
  });

  it('are one incident when they are ten thousand', () => {
    const decisions = decide(
      all(10_000, () => ({})),
      [],
    );

    expect(new Set(decisions)).toEqual(new Set(['opens', 'new:1: one of many alerts at once']));
    expect(decisions.filter((each) => each === 'opens')).toHaveLength(1);
  });

  it('that give another incident its third alert do not pull at one of long ago', () => {
    const old = [
      incident({ startedAt: minute(-20), openedAt: minute(-20) }),
      incident({ id: '43', openedAt: minute(-11) }),
    ];

    expect(
      decide(
        all(1, () => ({})),
        old,
      ),
    ).toEqual(['opens']);
  });
});

describe('a channel is made for an incident', () => {
  const bare = { aliases: [], repository: null, paths: [], configPaths: null, branches: {}, dependsOn: [], owners: [] };
  const known = knownNames({
    environments: new Map([
      ['production', 'production'],
      ['staging', 'staging'],
    ]),
    services: ['checkout', 'ledger', 'search'].map((name) => ({ ...bare, name })),
    configPaths: [],
  });

  function made(name: string, after: number, incidents: readonly KnownIncident[], more: object = {}) {
    const words = channelWords({ name, topic: '' }, /^inc-/, known);
    const seen = { id: 'C1', name, topic: '', private: false, madeAt: minute(after), words, ...more };
    const tie = incidentOfChannel(seen, incidents, rules);
    return tie === null ? null : `${tie.incidentId}: ${tie.why}`;
  }

  const paged = incident({ signals: [signal(page)] });

  it.each<[string, string | null, string, number, object, readonly KnownIncident[]]>([
    [
      'that its signal names',
      '42: its channel is #inc-x',
      'inc-x',
      3,
      {},
      [incident({ signals: [signal({ channel: 'C1' })] })],
    ],
    ['that it links to', '42: same link', 'inc-x', 600, { topic: page.url }, [paged]],
    ['that has its number', '42: 1234 in the channel’s name', 'inc-1234', 3, {}, [paged]],
    ['that had its number long ago', null, 'inc-1234', 600, {}, [paged]],
    ['that is called so here', '42: INC-42 in the channel’s name', 'inc-42', 600, {}, [paged]],
    [
      'of its service',
      '42: same service, checkout',
      'inc-7-checkout',
      100,
      {},
      [incident(), incident({ id: '43', services: ['search'] })],
    ],
    ['beside its service', '42: a neighbouring service', 'inc-7-ledger', 20, {}, [incident()]],
    ['of another service', null, 'inc-7-search', 3, {}, [incident()]],
    [
      'of its words',
      '42: the same words',
      'inc-checkout-failing',
      50,
      {
        words: channelWords(
          { name: 'inc-checkout-failing', topic: '' },
          /^inc-/,
          knownNames({ environments: new Map(), services: [], configPaths: [] }),
        ),
      },
      [incident()],
    ],
    ['that has just begun', '42: made just after it began', 'inc-help', 12, {}, [incident()]],
    ['that has just begun beside another', null, 'inc-help', 12, {}, [incident(), incident({ id: '43' })]],
    ['that began a while ago', null, 'inc-help', 16, {}, [incident()]],
    ['that begins later', null, 'inc-checkout', -11, {}, [incident()]],
    ['elsewhere', null, 'inc-staging-checkout', 3, {}, [incident()]],
    ['that is over', null, 'inc-checkout', 3, {}, [incident({ resolvedAt: minute(2) })]],
    [
      'that is over and has its link',
      '42: same link',
      'inc-x',
      3,
      { topic: page.url },
      [incident({ resolvedAt: minute(2), signals: [signal(page)] })],
    ],
    ['that has a channel', null, 'inc-checkout', 3, {}, [incident({ channel })]],
    ['in public, if it is private', null, 'inc-checkout', 3, { private: true }, [incident()]],
    [
      'in public, if it is private, unless it is named',
      '42: 1234 in the channel’s name',
      'inc-1234',
      3,
      { private: true },
      [paged],
    ],
  ])('%s: %j', (_what, tie, name, after, more, incidents) => {
    expect(made(name, after, incidents, more)).toBe(tie);
  });
});
