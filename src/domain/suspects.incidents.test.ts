import { describe, expect, it } from 'vitest';
import { aChange, aFault } from '../../test/answers.ts';
import type { Change, Kind } from './change.ts';
import { type SuspectContext, rankSuspects } from './suspects.ts';

const onset = new Date('2026-11-18T14:00:00Z');
const minute = 60_000;

interface Told extends Partial<Change> {
  /** Minutes before the onset at which it took effect; it took `took` minutes. */
  readonly ago: number;
  readonly took?: number;
}

/** A change as a script would post it, named by `id`. */
function told(kind: Kind, id: string, service: string | null, { ago, took, ...fields }: Told): Change {
  const end = new Date(onset.getTime() - ago * minute);
  return aChange({
    id,
    kind,
    service,
    title: `${kind} ${service ?? ''}`.trim(),
    repository: null,
    status: kind === 'deploy' || kind === 'rollback' ? 'succeeded' : null,
    occurredAt: new Date(end.getTime() - (took ?? 0) * minute),
    finishedAt: took === undefined ? null : end,
    sources: ['api'],
    ...fields,
  });
}

/** What goes on all day: deploys of services that have nothing to do with it, one every `every` minutes until the onset. */
function noise(
  every: number,
  count: number,
  services = ['profile', 'feed', 'reviews', 'mailer', 'reports'],
): readonly Change[] {
  return Array.from({ length: count }, (_, index) =>
    told('deploy', `noise-${index}`, services[index % services.length] ?? '', {
      ago: 1 + index * every,
      took: 2,
      title: `deploy ${services[index % services.length]} 2.${index}`,
    }),
  );
}

const shop = new Map([
  ['web', ['checkout', 'search']],
  ['checkout', ['ledger', 'payments', 'sessions']],
  ['payments', ['postgres-payments']],
  ['ledger', ['postgres-ledger']],
  ['search', ['index']],
  ['feed', ['profile']],
  ['reviews', ['profile']],
]);

interface Incident {
  readonly name: string;
  readonly culprit: Change;
  readonly others: readonly Change[];
  readonly fault: Partial<SuspectContext>;
  /** How far down it may be. */
  readonly within?: number;
}

const incidents: readonly Incident[] = [
  {
    name: 'a bad deploy minutes before, among many others',
    culprit: told('deploy', 'culprit', 'checkout', { ago: 6, took: 3, from: '1.41', to: '1.42' }),
    others: noise(2, 30),
    fault: { services: ['checkout'], dependsOn: shop, symptom: 'Checkout error rate above 5 %' },
  },
  {
    name: 'a deploy that leaks memory and falls over hours later, while others go on',
    culprit: told('deploy', 'culprit', 'search', { ago: 300, took: 4, title: 'search: keep synonyms in memory' }),
    others: [
      ...noise(5, 60),
      told('deploy', 'upstream', 'index', { ago: 45, took: 3 }),
      told('flag', 'flag', 'search', { ago: 400, title: 'new-ranking: turned on' }),
    ],
    fault: { services: ['search'], dependsOn: shop, symptom: 'search pods OOMKilled, out of memory' },
  },
  {
    name: 'a configuration push that sets a timeout',
    culprit: told('config', 'culprit', 'payments', {
      ago: 12,
      title: 'PAYMENT_TIMEOUT changed',
      before: { PAYMENT_TIMEOUT: '30s' },
      after: { PAYMENT_TIMEOUT: '5s' },
    }),
    others: [
      ...noise(3, 30),
      told('deploy', 'own', 'checkout', { ago: 95, took: 3 }),
      told('deploy', 'newer', 'sessions', { ago: 4, took: 2 }),
    ],
    fault: { services: ['checkout'], dependsOn: shop, symptom: 'Payments time out at checkout: timeout after 5 s' },
  },
  {
    name: 'a flag of no service, named by the symptom',
    culprit: told('flag', 'culprit', null, { ago: 25, title: 'express-shipping: rollout 20 % → 50 %' }),
    others: [
      ...noise(3, 30),
      told('flag', 'other flag', null, { ago: 10, title: 'dark-mode: turned on' }),
      told('deploy', 'own', 'checkout', { ago: 180, took: 3 }),
    ],
    fault: { services: ['checkout'], dependsOn: shop, symptom: 'No delivery options when express shipping is chosen' },
  },
  {
    name: 'an upstream deploy two steps away',
    culprit: told('infrastructure', 'culprit', 'postgres-payments', {
      ago: 20,
      took: 6,
      title: 'terraform apply payments-db: 1 replaced',
    }),
    others: [...noise(4, 30), told('deploy', 'own', 'checkout', { ago: 240, took: 3 })],
    fault: { services: ['checkout'], dependsOn: shop, symptom: 'Database connections refused' },
  },
  {
    name: 'shared infrastructure that belongs to no service',
    culprit: told('infrastructure', 'culprit', null, {
      ago: 35,
      took: 4,
      services: [],
      title: 'terraform apply network: 2 changed, 1 destroyed',
    }),
    others: noise(4, 40),
    fault: { services: ['web', 'search'], dependsOn: shop, symptom: 'TLS handshake failures at the ingress' },
  },
  {
    name: 'a migration that locks a table an hour later',
    culprit: told('migration', 'culprit', 'ledger', {
      ago: 70,
      took: 20,
      title: 'Backfill invoices.tax_code',
      status: 'succeeded',
    }),
    others: [
      ...noise(3, 40),
      told('deploy', 'newer', 'payments', { ago: 15, took: 3 }),
      told('config', 'config', 'checkout', { ago: 200, title: 'log level' }),
    ],
    fault: {
      services: ['ledger', 'checkout'],
      dependsOn: shop,
      symptom: 'ledger: deadlocks on invoices, writes stall',
    },
  },
  {
    name: 'nobody knows which service, the words say it',
    culprit: told('deploy', 'culprit', 'mailer', { ago: 50, took: 3, title: 'mailer: sign receipts with the new key' }),
    others: noise(3, 40, ['profile', 'feed', 'reviews', 'reports']),
    fault: { symptom: 'Customers report that receipts do not arrive' },
  },
  {
    name: 'nobody knows which service, and only its name is in the words',
    culprit: told('deploy', 'culprit', 'sessions', { ago: 9, took: 2, title: 'deploy 5.0.1' }),
    others: noise(2, 40, ['profile', 'feed', 'reviews', 'reports']),
    fault: { symptom: '500s from sessions', dependsOn: shop },
  },
  {
    name: 'a deploy that failed and is half live',
    culprit: told('deploy', 'culprit', 'checkout', {
      ago: 4,
      took: 9,
      status: 'failed',
      risks: [{ name: 'failed', text: 'failed' }],
    }),
    others: [...noise(2, 30), told('deploy', 'before', 'checkout', { ago: 90, took: 3 })],
    fault: { services: ['checkout'], dependsOn: shop },
  },
  {
    name: 'a drift that somebody made by hand',
    culprit: told('drift', 'culprit', 'search', {
      ago: 40,
      status: 'started',
      title: 'replicas of search changed outside Git',
      before: { replicas: 6 },
      after: { replicas: 2 },
    }),
    others: noise(2, 40),
    fault: { services: ['search'], dependsOn: shop, symptom: 'search saturated: CPU throttled on all replicas' },
  },
  {
    name: 'the first culprit was rolled back in time, and this is the second',
    culprit: told('deploy', 'culprit', 'checkout', { ago: 30, took: 2, from: '1.41', to: '1.43' }),
    others: [
      told('deploy', 'innocent', 'checkout', { ago: 62, took: 2, from: '1.41', to: '1.42' }),
      told('rollback', 'back', 'checkout', { ago: 55, took: 1, from: '1.42', to: '1.41' }),
      ...noise(3, 30),
    ],
    fault: { services: ['checkout'], dependsOn: shop },
  },
  {
    name: 'nothing is declared about dependencies, and another service was deployed just before',
    culprit: told('config', 'culprit', 'checkout', { ago: 35, title: 'checkout: pool size' }),
    others: noise(1, 30),
    fault: { services: ['checkout'] },
  },
  {
    name: 'a hotfix that skipped staging, out of hours, beside a usual deploy',
    culprit: told('deploy', 'culprit', 'payments', {
      ago: 22,
      took: 2,
      risks: [{ name: 'direct-push', text: 'pushed straight to the branch, no pull request' }],
    }),
    others: [told('deploy', 'usual', 'payments', { ago: 12, took: 2 }), ...noise(3, 20)],
    fault: {
      services: ['payments'],
      dependsOn: shop,
      background: new Map([['culprit', { skippedStaging: true, newActor: true }]]),
    },
  },
  {
    name: 'a deploy without service that only its title places',
    culprit: told('deploy', 'culprit', null, { ago: 15, took: 2, title: 'Release Checkout 1.42 to production' }),
    others: [told('deploy', 'other', null, { ago: 3, took: 2, title: 'Release Feed 9.1 to production' })],
    fault: { services: ['checkout'], dependsOn: shop },
  },
];

function ranking({ culprit, others, fault }: Incident) {
  return rankSuspects([...others, culprit], aFault({ onset, now: onset, ...fault }), 10);
}

describe('the culprit is found first', () => {
  it.each(incidents.map((incident) => [incident.name, incident] as const))('when it is %s', (_, incident) => {
    expect(ranking(incident).suspects[0]?.change.id).toBe('culprit');
  });
});

it('likely suspects are the culprit, and most incidents have one', () => {
  const likely = incidents.flatMap((incident) =>
    ranking(incident).suspects.filter((each) => each.likelihood === 'likely'),
  );

  expect(likely.every(({ change }) => change.id === 'culprit')).toBe(true);
  expect(likely.length).toBeGreaterThanOrEqual(incidents.length / 2);
});

describe('no change fits', () => {
  it.each<[string, readonly Change[], Partial<SuspectContext>]>([
    ['when nothing changed', [], { services: ['checkout'] }],
    [
      'when only services that it does not depend on changed',
      noise(2, 30),
      { services: ['checkout'], dependsOn: shop },
    ],
    ['when nothing is declared and only other services changed', noise(2, 30), { services: ['checkout'] }],
    [
      'when all is long ago',
      [told('deploy', 'old', 'checkout', { ago: 40 * 60, took: 3 })],
      { services: ['checkout'] },
    ],
    [
      'when all that changed was taken back before',
      [
        told('deploy', 'bad', 'checkout', { ago: 62, took: 2, from: '1.41', to: '1.42', title: 'deploy' }),
        told('flag', 'on', 'checkout', {
          ago: 60,
          title: 'x-flag: turned on',
          before: { on: false },
          after: { on: true },
        }),
        told('flag', 'off', 'search', {
          ago: 30,
          title: 'x-flag: turned off',
          before: { on: true },
          after: { on: false },
        }),
        told('rollback', 'back', 'search', { ago: 55, took: 1, from: '1.42', to: '1.41' }),
      ].map((change) => ({ ...change, service: 'checkout', services: ['checkout'] })),
      { services: ['checkout'], dependsOn: shop },
    ],
  ])('%s', (name, changes, fault) => {
    const { suspects } = rankSuspects(changes, aFault({ onset, now: onset, ...fault }), 10);
    const ids = suspects.map(({ change }) => change.id);

    // What took something back can itself have done harm, if little speaks for it.
    expect(ids.filter((id) => id !== 'back' && id !== 'off')).toEqual([]);
    expect(
      suspects.every(({ likelihood }) => likelihood === 'possible'),
      name,
    ).toBe(true);
  });
});

describe('what is ruled out says why', () => {
  it.each<[string, Change, readonly Change[], string]>([
    ['staging', told('deploy', 'x', 'checkout', { ago: 5, environment: 'staging' }), [], 'in staging only'],
    ['later', told('deploy', 'x', 'checkout', { ago: -10 }), [], 'began after the fault'],
    ['cancelled', told('deploy', 'x', 'checkout', { ago: 5, status: 'cancelled' }), [], 'was cancelled'],
    ['merged', told('merge', 'x', 'checkout', { ago: 5, environment: null }), [], 'merged, not known to be live'],
    [
      'planned',
      told('infrastructure', 'x', 'checkout', { ago: 5, risks: [{ name: 'planned', text: 'planned' }] }),
      [],
      'planned, not known to be applied',
    ],
    ['unlinked', told('deploy', 'x', 'search', { ago: 5 }), [], 'checkout does not depend on it'],
    [
      'rolled back',
      told('deploy', 'x', 'checkout', { ago: 25, from: '1', to: '2' }),
      [told('rollback', 'back', 'checkout', { ago: 15, from: '2', to: '1' })],
      'was taken back before, by checkout 1',
    ],
    [
      'rolled back long before',
      told('deploy', 'x', 'checkout', { ago: 90, from: '1', to: '2' }),
      [told('rollback', 'back', 'checkout', { ago: 60, from: '2', to: '1' })],
      'was taken back before, by checkout 1',
    ],
    [
      'tried again',
      told('deploy', 'x', 'checkout', { ago: 25, status: 'failed', to: '2' }),
      [told('deploy', 'again', 'checkout', { ago: 15, to: '2' })],
      'failed, and was replaced by checkout 2',
    ],
    ['old', told('deploy', 'x', 'checkout', { ago: 60 * 48, took: 2 }), [], 'finished 2 days before it began'],
    ['over', told('drift', 'x', 'checkout', { ago: 30, took: 20, status: 'succeeded' }), [], 'was over before'],
  ])('%s', (_, change, others, why) => {
    const now = new Date(onset.getTime() + 30 * minute);
    const { suspects, ruledOut } = rankSuspects(
      [change, ...others],
      aFault({ onset, now, services: ['checkout'], dependsOn: shop }),
      10,
    );

    expect(suspects.map((each) => each.change.id)).not.toContain('x');
    expect(ruledOut.find((each) => each.change.id === 'x')?.why).toBe(why);
  });

  it('the most telling first', () => {
    const changes = [
      told('merge', 'merge', 'checkout', { ago: 1, environment: null }),
      told('deploy', 'staging', 'checkout', { ago: 5, environment: 'staging' }),
      told('deploy', 'elsewhere', 'search', { ago: 2 }),
      told('rollback', 'later', 'checkout', { ago: -5 }),
      told('deploy', 'undone', 'checkout', { ago: 40, from: '1', to: '2' }),
      told('rollback', 'back', 'checkout', { ago: 30, from: '2', to: '1' }),
    ];
    const { ruledOut } = rankSuspects(
      changes,
      aFault({ onset, now: onset, services: ['checkout'], dependsOn: shop }),
      10,
    );

    expect(ruledOut.map(({ change }) => change.id)).toEqual(['undone', 'later', 'staging', 'elsewhere', 'merge']);
  });
});

describe('a change of another service, where nothing is declared', () => {
  const near = told('deploy', 'near', 'search', { ago: 1, took: 1 });
  const namedAmong = (changes: readonly Change[], assumed = false) =>
    rankSuspects(changes, aFault({ onset, now: onset, services: ['checkout'], assumed }), 10).suspects.map(
      ({ change }) => change.id,
    );

  it('is before a setting of no known service that is hours old, and behind one that is not', () => {
    const own = told('deploy', 'own', 'checkout', { ago: 60, took: 3 });
    const setting = (minutes: number) => told('config', 'setting', null, { ago: minutes, services: [] });

    expect(namedAmong([near, own, setting(180)])).toEqual(['own', 'near', 'setting']);
    expect(namedAmong([near, own, setting(30)])).toEqual(['own', 'setting', 'near']);
  });

  it('is not named alone, nor where nobody said that anything is wrong', () => {
    const own = told('deploy', 'own', 'checkout', { ago: 60, took: 3 });

    expect(namedAmong([near])).toEqual([]);
    expect(namedAmong([near, own], true)).toEqual(['own']);
  });
});

describe('clocks differ', () => {
  it.each<[string, Change, boolean]>([
    ['a minute after', told('deploy', 'x', 'checkout', { ago: -1 }), true],
    ['three minutes after', told('deploy', 'x', 'checkout', { ago: -3 }), false],
    [
      'four minutes after, by the time we heard of it',
      told('deploy', 'x', 'checkout', { ago: -4, clock: 'received' }),
      true,
    ],
    ['a minute after, a rollback', told('rollback', 'x', 'checkout', { ago: -1 }), false],
  ])('what began %s can be a suspect: %s', (_, change, expected) => {
    const { suspects } = rankSuspects([change], aFault({ onset, now: onset, services: ['checkout'] }), 10);

    expect(suspects.length === 1).toBe(expected);
  });
});

describe('taking a change back', () => {
  it('in part speaks against it', () => {
    const change = told('deploy', 'x', 'checkout', { ago: 25, from: '1', to: '2' });
    const back = told('rollback', 'back', 'checkout', {
      ago: 15,
      from: '2',
      to: '1',
      title: 'checkout 1 (eu-west-1 only)',
    });

    const { suspects } = rankSuspects([change, back], aFault({ onset, now: onset, services: ['checkout'] }), 10);

    expect(suspects[0]?.change.id).toBe('x');
    expect(suspects[0]?.reasons).toContainEqual({ text: 'was taken back only in part, by checkout 1', weight: 0.1 });
  });

  const bad = told('deploy', 'bad', 'checkout', { ago: 5, took: 2, from: '1', to: '2' });
  const back = told('rollback', 'back', 'checkout', { ago: -20, took: 1, from: '2', to: '1' });
  const scoreWith = (over: Date | null | undefined, minutesLater: number) => {
    const now = new Date(onset.getTime() + minutesLater * minute);
    const fault = aFault({ onset, now, services: ['checkout'], ...(over === undefined ? {} : { over }) });
    return rankSuspects([bad, back], fault, 10).suspects[0];
  };

  it('is told, and says nothing until it is known what came of it', () => {
    const reason = { text: 'was taken back since, by checkout 1', weight: 0 };

    expect(scoreWith(undefined, 90)?.reasons).toContainEqual(reason);
    expect(scoreWith(null, 30)?.reasons).toContainEqual(reason);
  });

  it('speaks for it when the fault went with it, and against it when the fault stayed', () => {
    const over = new Date(onset.getTime() + 24 * minute);

    expect(scoreWith(over, 90)?.reasons).toContainEqual({
      text: 'the fault was over 4 min after it was taken back',
      weight: 0.15,
    });
    expect(scoreWith(null, 90)?.reasons.at(-1)).toEqual({
      text: 'was taken back, and the fault is still there',
      weight: -0.15,
    });
  });
});

it('a release to several regions is likely as one', () => {
  const regions = ['eu', 'us', 'asia'].map((id, index) =>
    told('deploy', id, 'checkout', { ago: 6 + index, took: 2, to: '1.42' }),
  );
  const likelihoods = (changes: readonly Change[]) =>
    rankSuspects(changes, aFault({ onset, now: onset, services: ['checkout'] }), 10).suspects.map(
      (each) => each.likelihood,
    );

  expect(likelihoods(regions)).toEqual(['likely', 'possible', 'possible']);
  expect(likelihoods(regions.map((each, index) => ({ ...each, to: `1.${index}` })))).toEqual([
    'possible',
    'possible',
    'possible',
  ]);
});

it('nothing is likely when nobody said that a fault began', () => {
  const changes = [told('deploy', 'x', 'checkout', { ago: 5, took: 2 })];
  const of = (assumed: boolean) =>
    rankSuspects(changes, aFault({ onset, now: onset, assumed, services: ['checkout'] }), 10).suspects[0]?.likelihood;

  expect([of(false), of(true)]).toEqual(['likely', 'possible']);
});
