import { describe, expect, it } from 'vitest';
import { aChange, aFault } from '../../test/answers.ts';
import type { Change } from './change.ts';
import { type SuspectContext, rankSuspects } from './suspects.ts';

const onset = new Date('2026-11-18T14:00:00Z');
const ago = (minutes: number) => new Date(onset.getTime() - minutes * 60_000);

/** A deploy of checkout five minutes before the onset; give what the test is about. */
function change(given: Partial<Change> = {}): Change {
  return aChange({
    id: 'x',
    title: 'deploy',
    repository: null,
    status: given.kind === undefined ? 'succeeded' : null,
    occurredAt: ago(5),
    ...given,
  });
}

function reasonsFor(given: Partial<Change>, fault: Partial<SuspectContext> = {}, others: readonly Change[] = []) {
  const context = aFault({ onset, now: onset, services: ['checkout'], ...fault });
  const { suspects } = rankSuspects([change(given), ...others], context, 10);
  return suspects.find((each) => each.change.id === 'x')?.reasons ?? [];
}

const shop = new Map([
  ['web', ['checkout']],
  ['checkout', ['ledger', 'payments']],
  ['ledger', ['postgres']],
  ['payments', ['postgres']],
  ['postgres', ['disks']],
  ['search', ['index']],
]);
const carried = (given: Partial<NonNullable<Change['carried']>>): Change['carried'] => ({
  by: 'git',
  commits: [],
  pullRequests: [],
  total: 1,
  direction: 'forward',
  lost: 0,
  ...given,
});

describe('time', () => {
  it.each<[Partial<Change>, string, number]>([
    [{ occurredAt: onset }, 'took effect less than a minute ago', 0.35],
    [{ occurredAt: ago(10) }, 'took effect 10 min ago', 0.28],
    [{ occurredAt: ago(60) }, 'took effect 60 min ago', 0.16],
    [{ occurredAt: ago(120) }, 'took effect 2 h ago', 0.1],
    [{ occurredAt: ago(125), finishedAt: ago(120) }, 'took effect 2 h ago', 0.1],
    [{ occurredAt: ago(605), finishedAt: ago(600) }, 'finished 10 h ago', -0.05],
    [{ occurredAt: ago(60), kind: 'config' }, 'took effect 60 min ago', 0.18],
    [{ occurredAt: ago(60), kind: 'flag' }, 'took effect 60 min ago', 0.21],
    [{ occurredAt: ago(60), kind: 'migration' }, 'took effect 60 min ago', 0.25],
    [{ occurredAt: ago(60), kind: 'drift', status: 'started' }, 'found 60 min ago, still there', 0.27],
    [{ occurredAt: ago(40), status: 'started' }, 'under way since 40 min ago', 0.35],
    [{ occurredAt: ago(300), status: 'started' }, 'under way since 5 h ago', 0.04],
    [{ occurredAt: ago(10), finishedAt: ago(-5) }, 'was under way then', 0.35],
    [{ occurredAt: ago(-1) }, 'began 1 min after, which clocks can differ by', 0.3],
  ])('of %j is told as "%s" (%d)', (given, text, weight) => {
    expect(reasonsFor(given)).toContainEqual({ text, weight });
  });
});

describe('reach', () => {
  it.each<[Partial<Change>, Partial<SuspectContext>, string, number]>([
    [{}, {}, 'the same service', 0.3],
    [{ service: null, services: ['checkout', 'web'] }, {}, 'concerns checkout too', 0.3],
    [{ service: 'ledger' }, { dependsOn: shop }, 'checkout depends on it', 0.18],
    [{ service: 'postgres' }, { dependsOn: shop }, 'checkout depends on it, 2 steps away', 0.08],
    [{ service: 'disks' }, { dependsOn: shop }, 'checkout depends on it, 3 steps away', 0.02],
    [{ service: 'web' }, { dependsOn: shop }, 'calls checkout, which it can flood', 0.11],
    [{ service: null }, {}, 'names no service', 0.04],
    [{ service: null, title: 'Deploy the Checkout' }, {}, 'its title names the service', 0.21],
    [{ service: null, kind: 'infrastructure' }, {}, 'names no service: it can reach checkout', 0.06],
    [
      { service: 'platform', kind: 'infrastructure' },
      { dependsOn: shop },
      'in no declared dependency: it can reach checkout',
      0.06,
    ],
    [
      { service: 'postgres' },
      { dependsOn: shop, services: ['ledger', 'payments'] },
      'reaches all 2 affected services',
      0.08,
    ],
    [
      { service: 'ledger' },
      { dependsOn: shop, services: ['ledger', 'search'] },
      'reaches 1 of 2 affected services',
      -0.04,
    ],
    [{ environment: null }, {}, 'names no environment; it may not concern production', -0.08],
    [{}, { services: [], symptom: 'Checkout is down' }, 'the same service', 0.21],
  ])('of %j with %j is told as "%s" (%d)', (given, fault, text, weight) => {
    expect(reasonsFor(given, fault)).toContainEqual({ text, weight });
  });

  it('nothing leads from is counted against, unless the symptom names it', () => {
    const risks = [{ name: 'failed-first', text: 'failed first, then passed' }] as const;
    const unlinked = { text: 'checkout is not known to depend on it', weight: -0.1 };

    expect(reasonsFor({ service: 'search', occurredAt: onset, risks })).toContainEqual(unlinked);
    expect(reasonsFor({ service: 'search', occurredAt: onset, risks }, { dependsOn: shop })).toEqual([]);
    expect(
      reasonsFor({ service: 'search', occurredAt: onset }, { dependsOn: shop, symptom: 'search results are empty' }),
    ).toContainEqual(unlinked);
  });
});

describe('kind', () => {
  it.each<[Partial<Change>, string, number, readonly Change[]]>([
    [{}, 'new code', 0.1, []],
    [{ kind: 'config' }, 'a configuration change', 0.13, []],
    [{ kind: 'rollback', status: 'succeeded' }, 'older code came back, which ran before', -0.05, []],
    [{ from: '1', to: '1' }, 'the same version as before', -0.1, []],
    [{ repeated: { count: 14, since: ago(90) } }, 'the same was told 14 times, since long before', -0.08, []],
    [
      { from: '2', to: '1' },
      'takes back checkout 2',
      -0.15,
      [change({ id: 'before', occurredAt: ago(30), from: '1', to: '2' })],
    ],
  ])('of %j is told as "%s" (%d)', (given, text, weight, others) => {
    expect(reasonsFor(given, {}, others)).toContainEqual({ text, weight });
  });

  it('is no repetition that began shortly before', () => {
    expect(reasonsFor({ repeated: { count: 3, since: ago(20) } }).map(({ text }) => text)).not.toContain(
      'the same was told 3 times, since long before',
    );
  });
});

describe('what is done again and again', () => {
  const rotated = (id: string, minutes: number, fields: Partial<Change> = {}) =>
    change({ id, kind: 'config', title: `rotate key 7f3a${id}`, occurredAt: ago(minutes), ...fields });
  const often = (count: number, fields: Partial<Change> = {}) =>
    Array.from({ length: count }, (_, index) => rotated(`${index}`, 60 + 10 * index, fields));

  it.each<[string, readonly Change[], number | undefined]>([
    ['once before', often(1), undefined],
    ['twice before', often(2), -0.04],
    ['four times before', often(4), -0.08],
    ['forty times before', often(40), -0.12],
    ['only in staging', often(4, { environment: 'staging' }), undefined],
    ['only for another service', often(4, { service: 'ledger' }), undefined],
    ['only after it', often(4).map((each) => ({ ...each, occurredAt: ago(1) })), undefined],
  ])('%s', (_, others, weight) => {
    const reasons = reasonsFor({ kind: 'config', title: 'rotate key 7f3a9', occurredAt: ago(5) }, {}, others);

    expect(reasons.find(({ text }) => text.startsWith('the same was done'))?.weight).toBe(weight);
  });

  it('is no deploy, which brings something else each time', () => {
    const others = Array.from({ length: 4 }, (_, index) => change({ id: `${index}`, occurredAt: ago(30 + index) }));

    expect(reasonsFor({}, {}, others).map(({ text }) => text)).not.toContain('the same was done 4 times before');
  });
});

describe('risks', () => {
  const releases = {
    window: { days: ['mon'] as const, from: '09:00', to: '16:00', timezone: 'UTC' },
    freezes: [{ name: 'sale', from: ago(60), to: ago(-60), environments: [] }],
    mirrors: new Map(),
  };
  const unreviewed = { name: 'unreviewed', text: 'no approval seen' } as const;

  it.each<[Partial<Change>, Partial<SuspectContext>, string, number]>([
    [{ risks: [unreviewed] }, {}, 'no approval seen', 0.04],
    [
      { kind: 'infrastructure', title: 'terraform apply net: 1 destroyed' },
      {},
      'destroys or replaces what is there',
      0.08,
    ],
    [{ carried: carried({ lost: 2 }) }, {}, 'lost commits that were live before', 0.08],
    [{ files: ['db/migrate/1_add.rb', 'app/a.rb'] }, {}, 'changes the schema together with code', 0.05],
    [{}, { releases: { ...releases, freezes: [] } }, 'outside the release window', 0.05],
    [{}, { releases }, 'made in the freeze sale', 0.06],
    [{}, { background: new Map([['x', { skippedStaging: true, newActor: false }]]) }, 'skipped staging', 0.06],
    [
      { actor: { login: 'edsger' } },
      { background: new Map([['x', { skippedStaging: false, newActor: true }]]) },
      'edsger made none of the deploys before it',
      0.04,
    ],
    [{ risks: [{ name: 'hearsay', text: 'told by a Slack message only' }] }, {}, 'told by a Slack message only', -0.02],
  ])('of %j with %j are told as "%s" (%d)', (given, fault, text, weight) => {
    expect(reasonsFor(given, fault)).toContainEqual({ text, weight });
  });

  it('count less the more there are, the worst first', () => {
    const risks = [
      unreviewed,
      { name: 'direct-push', text: 'pushed' },
      { name: 'failed-first', text: 'failed first' },
    ] as const;

    expect(reasonsFor({ risks }).slice(-3)).toEqual([
      { text: 'failed first', weight: 0.06 },
      { text: 'pushed', weight: 0.03 },
      { text: 'no approval seen', weight: 0.01 },
    ]);
  });
});

describe('words', () => {
  const filler = Array.from({ length: 9 }, (_, index) => change({ id: `${index}`, title: `deploy ${index}` }));
  const fault = { symptom: 'Payment retries exhausted: logs mention calling' };

  it.each<[string, Partial<Change>, string | undefined, number | undefined]>([
    ['in the title', { title: 'Retry payments' }, 'the symptom names "payment", "retries"', 0.26],
    ['in one word', { title: 'Payment page' }, 'the symptom names "payment"', 0.19],
    ['in a key of a setting', { after: { maxRetries: 3 } }, 'the symptom names "retries"', 0.19],
    ['in a path', { files: ['src/payment/a.ts'] }, 'the symptom names "payment"', 0.12],
    [
      'in a flag that it concerns',
      { identities: [{ type: 'flag', value: 'payment-v2' }] },
      'the symptom names "payment"',
      0.19,
    ],
    ['in a commit', { commits: [{ sha: 'a', title: 'exhausted' }] }, 'the symptom names "exhausted"', 0.12],
    ['by the part of the system', { title: 'Raise the deadline' }, 'the symptom is about how long is waited too', 0.12],
    ['that any alert says', { title: 'Calling logs' }, undefined, undefined],
    ['by its own service only', { title: 'checkout' }, undefined, undefined],
  ])('that it shares %s are told', (_, given, text, weight) => {
    const reason = reasonsFor(given, fault, filler).find((each) => each.text.startsWith('the symptom'));

    expect(reason).toEqual(text === undefined ? undefined : { text, weight });
  });

  it('that every change has say nothing', () => {
    const all = filler.map((each) => ({ ...each, title: 'payment' }));

    expect(reasonsFor({ title: 'payment' }, fault, all).map(({ text }) => text)).not.toContain(
      'the symptom names "payment"',
    );
  });

  it('count less the more changes have them', () => {
    const some = filler.map((each, index) => (index < 4 ? { ...each, title: 'payment' } : each));
    const weightWith = (others: readonly Change[]) =>
      reasonsFor({ title: 'payment' }, fault, others).find(({ text }) => text.startsWith('the symptom'))?.weight ?? 0;

    expect(weightWith(some)).toBeLessThan(weightWith(filler));
  });

  it('of a long description count less', () => {
    const long = `${fault.symptom} ${Array.from({ length: 30 }, (_, index) => `wort${'abcdefghijklmnopqrstuvwxyzabcd'[index]}x`).join(' ')}`;
    const weightOf = (symptom: string) =>
      reasonsFor({ title: 'payment' }, { symptom }, filler).find(({ text }) => text.startsWith('the symptom'))
        ?.weight ?? 0;

    expect(weightOf(long)).toBeLessThan(weightOf(fault.symptom));
    expect(weightOf(long)).toBeGreaterThan(0);
  });
});
