import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readDelivery, readSource } from '../../test/read-source.ts';
import type { Catalog } from '../domain/catalog.ts';
import type { TimelineEvent } from '../domain/event.ts';
import { foldChange } from '../domain/fold.ts';
import { helm } from './helm.ts';

const catalog: Catalog = { environments: new Map([['prod', 'production']]), services: [], configPaths: [] };
const headers = { 'x-helm-release': 'checkout', 'x-helm-namespace': 'shop' };
const commit = 'b2'.repeat(20);

function revision(number: number, status: string, more: object = {}) {
  const told = { chart: 'checkout-1.4.2', app_version: 'v1.42.0', description: 'Upgrade complete' };
  return { revision: number, updated: '2026-11-20T14:00:00.5Z', status, ...told, ...more };
}

function read(body: unknown, more: Readonly<Record<string, string>> = headers) {
  return readSource(helm, body, { catalog, headers: more });
}

function eventsOf(body: unknown, more?: Readonly<Record<string, string>>): readonly TimelineEvent[] {
  const parsed = read(body, more);
  return parsed.outcome === 'events' ? parsed.events : [];
}

function told(body: unknown, more?: Readonly<Record<string, string>>): TimelineEvent {
  const [event] = eventsOf(body, more);
  if (event === undefined) throw new Error(JSON.stringify(read(body, more)));
  return event;
}

describe('the body', () => {
  it.each([
    ['a history, its release in headers', [revision(5, 'deployed')], headers],
    ['a history in an object', { release: 'checkout', namespace: 'shop', history: [revision(5, 'deployed')] }, {}],
    [
      'a list',
      [
        {
          ...revision(5, 'deployed'),
          name: 'checkout',
          namespace: 'shop',
          revision: '5',
          updated: '2026-11-20 15:00:00.5 +0100 CET',
        },
      ],
      {},
    ],
    ['a list in an object', { releases: [{ ...revision(5, 'deployed'), name: 'checkout', namespace: 'shop' }] }, {}],
    [
      'a status',
      {
        name: 'checkout',
        namespace: 'shop',
        version: 5,
        info: { status: 'deployed', last_deployed: '2026-11-20T14:00:00.5Z' },
        chart: { metadata: { name: 'checkout', version: '1.4.2', appVersion: 'v1.42.0' } },
      },
      {},
    ],
  ])('may be %s', (_, body, more) => {
    expect(told(body, more)).toMatchObject({
      statement: {
        key: 'helm:/shop/checkout:5:deployed',
        kind: 'deploy',
        phase: 'succeeded',
        serviceName: 'checkout',
        to: 'v1.42.0',
        occurredAt: '2026-11-20T14:00:00.500Z',
      },
      identities: [{ type: 'release', value: 'helm:/shop/checkout:5' }],
    });
  });

  it.each([
    ['text', '"x"', true],
    ['something else', { name: 'checkout' }, true],
    ['a list of something else', [{ name: 'checkout' }], true],
    ['a history of no release', { history: [revision(5, 'deployed', { chart: null })] }, false],
    [
      'a history without times',
      { release: 'checkout', history: [revision(5, 'deployed', { updated: 'today' })] },
      false,
    ],
  ])('is malformed when it is %s', (_, body, notWhatItSends) => {
    expect(read(body, {})).toMatchObject({ outcome: 'malformed', notWhatItSends });
  });

  it('is read as far as it can be', () => {
    expect(read([revision(5, 'deployed'), { revision: 'six' }])).toMatchObject({
      outcome: 'events',
      rejected: [{ index: 1 }],
    });
    expect(read([])).toMatchObject({ outcome: 'ignored' });
    expect(read([revision(5, 'unknown')])).toMatchObject({ outcome: 'ignored' });
  });

  it('keeps nothing of a status but its course', () => {
    const info = { status: 'deployed', last_deployed: '2026-11-20T14:00:00Z', notes: 'hunter22' };
    const body = { name: 'checkout', version: 5, info, config: { a: 'hunter22' }, manifest: 'hunter22' };
    const kept = readDelivery(helm, body, { catalog });

    expect(kept.body.toString()).not.toContain('hunter22');
    expect(readDelivery(helm, kept.body, { catalog }).parsed).toEqual(kept.parsed);
  });
});

describe('a revision', () => {
  it.each([
    ['pending-install', 'Initial install underway', 'deploy', 'started'],
    ['pending-upgrade', 'Preparing upgrade', 'deploy', 'started'],
    ['pending-rollback', 'x', 'rollback', 'started'],
    ['deployed', 'Install complete', 'deploy', 'succeeded'],
    ['superseded', 'Upgrade complete', 'deploy', 'succeeded'],
    ['superseded', 'Rollback to 3', 'rollback', 'succeeded'],
    ['failed', 'Upgrade "checkout" failed: timed out', 'deploy', 'failed'],
    ['uninstalling', 'Deletion in progress', 'infrastructure', 'started'],
    ['uninstalled', 'Uninstallation complete', 'infrastructure', 'succeeded'],
  ])('that is %s (%s) is a %s that has %s', (status, description, kind, phase) => {
    const { statement } = told([revision(5, status, { description })]);

    expect(statement).toMatchObject({ kind, phase });
    expect(statement.reason).toBe(description === 'x' ? 'x' : undefined);
    expect(statement.details?.['outcome']).toBe(phase === 'failed' ? description : undefined);
  });

  it('is one deploy from its beginning until the next one has taken its place', () => {
    const events = ['pending-upgrade', 'deployed', 'superseded'].map((status) => told([revision(5, status)]));

    expect(new Set(events.map(({ statement }) => statement.key)).size).toBe(2);
    for (const order of [events, events.toReversed()]) {
      expect(foldChange(order, catalog, null)).toMatchObject({
        status: 'succeeded',
        title: 'deploy checkout v1.42.0 to shop',
      });
    }
  });

  it('is another one than that of another release, namespace, environment or cluster', () => {
    const value = (more: Readonly<Record<string, string>>) =>
      told([revision(5, 'deployed')], { ...headers, ...more }).identities[0]?.value;
    const all = [
      {},
      { 'x-helm-release': 'ledger' },
      { 'x-helm-namespace': 'qa' },
      { 'x-helm-environment': 'qa' },
      { 'x-helm-cluster': 'eu' },
    ];

    expect(new Set(all.map(value)).size).toBe(all.length);
  });

  it('that is the newest was made by the run that posts it', () => {
    const run = {
      'x-helm-actor': 'ada',
      'x-helm-repository': 'Acme/Checkout',
      'x-helm-commit': commit,
      'x-helm-run-url': 'https://ci.example.com/1',
    };
    const [newest, before] = eventsOf([revision(5, 'deployed'), revision(4, 'superseded')], { ...headers, ...run });

    expect(newest).toMatchObject({
      statement: { actor: { login: 'ada' }, repository: 'acme/checkout', commit, runUrl: 'https://ci.example.com/1' },
      mentions: [{ type: 'commit', value: `acme/checkout@${commit}` }],
    });
    expect(before?.statement).not.toHaveProperty('actor');
    expect(before?.mentions).toEqual([]);
  });

  it('tells why, where somebody said so', () => {
    expect(told([revision(5, 'deployed', { description: 'Raise the limit' })]).statement.reason).toBe(
      'Raise the limit',
    );
  });

  it('of the fourth Helm says that it goes back', () => {
    expect(told([revision(5, 'deployed', { rollback_revision: 3 })]).statement.kind).toBe('rollback');
    expect(told([revision(5, 'deployed', { rollback_revision: 0 })]).statement.kind).toBe('deploy');
  });

  it.each([
    ['v1.42.0', 'checkout-1.4.2', 'v1.42.0'],
    ['', 'checkout-1.4.2', '1.4.2'],
    ['', 'redis-ha-4.0.0-rc.1', '4.0.0-rc.1'],
    ['', 'checkout', 'checkout'],
  ])('of app %j and chart %s is called %s', (app_version, chart, to) => {
    expect(told([revision(5, 'deployed', { app_version, chart })]).statement.to).toBe(to);
  });

  it('of no release that is named is of its chart’s name', () => {
    expect(told([revision(5, 'deployed', { chart: 'redis-ha-4.0.0-rc.1' })], {}).statement.serviceName).toBe(
      'redis-ha',
    );
  });

  it.each([
    [{ 'x-helm-environment': 'qa', 'x-helm-cluster': 'prod-eu' }, 'qa'],
    [{ 'x-helm-cluster': 'prod-eu' }, 'prod'],
    [{ 'x-helm-namespace': 'shop-prod' }, 'prod'],
    [{ 'x-helm-namespace': 'shop' }, 'shop'],
    [{ 'x-helm-namespace': 'default' }, undefined],
  ])('with %o is in %s', (more, environmentName) => {
    expect(told([revision(5, 'deployed')], { 'x-helm-release': 'checkout', ...more }).statement.environmentName).toBe(
      environmentName,
    );
  });
});

it('never throws, whatever is posted', () => {
  fc.assert(
    fc.property(fc.object(), fc.object(), (line, around) => {
      for (const body of [[{ ...line, revision: 1 }], { ...around, history: [line] }, { ...around, info: line }]) {
        expect(() => read(JSON.stringify(body))).not.toThrow();
      }
    }),
  );
});
