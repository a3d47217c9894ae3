import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readSource } from '../../test/read-source.ts';
import type { Catalog } from '../domain/catalog.ts';
import type { TimelineEvent } from '../domain/event.ts';
import { foldChange } from '../domain/fold.ts';
import { flux } from './flux.ts';

const catalog: Catalog = { environments: new Map([['prod', 'production']]), services: [], configPaths: [] };
const commit = 'b2'.repeat(20);
const digest = `sha256:${'c0'.repeat(32)}`;

function event(kind: string, reason: string, message: string, at: string, more: Record<string, unknown> = {}) {
  return {
    involvedObject: { kind, name: 'checkout', namespace: 'shop-prod', uid: 'u-1' },
    severity: reason.endsWith('Failed') ? 'error' : 'info',
    timestamp: `2026-11-20T${at}Z`,
    message,
    reason,
    metadata: { revision: `main@sha1:${commit}` },
    reportingController: 'kustomize-controller',
    ...more,
  };
}

function kustomization(reason: string, message: string, at: string, more: Record<string, unknown> = {}) {
  return event('Kustomization', reason, message, at, more);
}

function release(reason: string, message: string, at: string, more: Record<string, unknown> = {}) {
  return event('HelmRelease', reason, message, at, { metadata: { revision: '1.4.2', token: 'sha256:a' }, ...more });
}

function read(sent: unknown) {
  return readSource(flux, sent, { catalog });
}

function told(sent: unknown): TimelineEvent {
  const parsed = read(sent);
  const [only] = parsed.outcome === 'events' ? parsed.events : [];
  if (only === undefined) throw new Error(JSON.stringify(parsed));
  return only;
}

describe('the envelope', () => {
  it.each([
    ['a list', [], true],
    ['without an object', { reason: 'Progressing' }, true],
    ['without a reason', { involvedObject: {} }, true],
    ['of an object without a name', { reason: 'Progressing', involvedObject: { kind: 'Kustomization' } }, false],
    ['without a time', kustomization('BuildFailed', 'x', 'noon'), false],
  ])('%s is malformed', (_, sent, notWhatItSends) => {
    expect(read(sent)).toMatchObject({ outcome: 'malformed', notWhatItSends });
  });

  it.each([
    ['GitRepository', 'NewArtifact', "stored artifact for commit 'Cap batch size'"],
    ['OCIRepository', 'NewArtifact', 'stored artifact'],
    ['GitRepository', 'GitOperationFailed', 'failed to checkout'],
    ['ImagePolicy', 'Succeeded', 'Latest image tag resolved to 1.2.3'],
    ['Terraform', 'Applied', 'applied'],
    ['Kustomization', 'DependencyNotReady', 'Dependencies do not meet ready condition'],
    ['Kustomization', 'ArtifactFailed', 'Source artifact not found'],
    ['Kustomization', 'Progressing', 'Reconciliation in progress'],
    ['Kustomization', 'Novelty', 'x'],
    ['HelmRelease', 'TestSucceeded', 'Helm test succeeded'],
    ['HelmRelease', 'NoDriftDetected', ''],
    ['HelmRelease', 'ArtifactFailed', 'no such chart'],
    ['ImageUpdateAutomation', 'Succeeded', 'repository up-to-date'],
    ['ImageUpdateAutomation', 'GitOperationFailed', 'failed to push'],
  ])('of a %s with %s is ignored', (kind, reason, message) => {
    expect(read(event(kind, reason, message, '14:00:00'))).toMatchObject({ outcome: 'ignored' });
  });

  it('of severity trace is ignored', () => {
    expect(read(kustomization('ReconciliationSucceeded', 'x', '14:00:00', { severity: 'trace' }))).toMatchObject({
      outcome: 'ignored',
    });
  });
});

describe('a Kustomization', () => {
  const applied = kustomization(
    'Progressing',
    'Deployment/shop/checkout configured\nService/shop/checkout created',
    '14:00:00',
  );
  const finished = (at: string) =>
    kustomization('ReconciliationSucceeded', `Reconciliation finished in 3s, next run in 10m (${at})`, at);
  const failed = (at: string) => kustomization('HealthCheckFailed', 'health check failed after 5m: timeout', at);

  it('is one deploy per revision, ended by its first success', () => {
    const events = [applied, finished('14:01:00'), finished('14:11:00'), finished('14:21:00')].map(told);

    expect(new Set(events.map(({ statement }) => statement.key)).size).toBe(2);
    for (const order of [events, events.toReversed()]) {
      expect(foldChange(order, catalog, null)).toMatchObject({
        title: 'deploy checkout b2b2b2b to production',
        status: 'succeeded',
        occurredAt: new Date('2026-11-20T14:00:00Z'),
        finishedAt: new Date('2026-11-20T14:01:00Z'),
        details: { applied: ['Deployment/shop/checkout configured', 'Service/shop/checkout created'] },
      });
    }
  });

  it('that applies the same revision again, hours later, is not under way again', () => {
    const again = { ...applied, timestamp: '2026-11-20T18:00:00Z', message: 'Deployment/shop/checkout configured' };

    expect(foldChange([applied, finished('14:01:00'), again].map(told), catalog, null).status).toBe('succeeded');
  });

  it('that fails has failed until it is healthy again', () => {
    const healthy = kustomization('Progressing', 'Health check passed in 12s', '14:20:00');

    expect(foldChange([applied, finished('14:01:00'), failed('14:10:00')].map(told), catalog, null)).toMatchObject({
      status: 'failed',
      details: { outcome: 'HealthCheckFailed: health check failed after 5m: timeout' },
    });
    expect(foldChange([failed('14:10:00'), failed('14:15:00'), healthy].map(told), catalog, null).status).toBe(
      'succeeded',
    );
    expect(told(failed('14:10:00')).statement.key).toBe(told(failed('14:15:00')).statement.key);
  });

  it('that is overtaken by a new revision is cancelled', () => {
    expect(told(kustomization('HealthCheckCanceled', 'New reconciliation triggered', '14:00:00')).statement.phase).toBe(
      'cancelled',
    );
  });

  it('that fails before it knows a revision is told once an hour', () => {
    const at = (time: string) =>
      told(kustomization('BuildFailed', 'kustomization.yaml not found', time, { metadata: null }));

    expect(at('14:10:00').identities).toEqual([{ type: 'repetition', value: 'flux:2026-11-20T14:u-1 BuildFailed' }]);
    expect(at('14:10:00').statement.key).toBe(at('14:50:00').statement.key);
    expect(at('14:10:00').statement.key).not.toBe(at('15:10:00').statement.key);
  });

  it('is another one under another uid', () => {
    const other = { ...applied, involvedObject: { ...applied.involvedObject, uid: 'u-2' } };

    expect(told(other).identities).not.toEqual(told(applied).identities);
  });
});

describe('a revision', () => {
  it.each([
    ['a branch', { revision: `main@sha1:${commit}` }, { to: 'b2b2b2b', commit, branch: 'main' }],
    ['a branch with a slash', { revision: `release/1@sha1:${commit}` }, { to: 'b2b2b2b', commit, branch: 'release/1' }],
    ['before Flux 2.0', { revision: `main/${commit}` }, { to: 'b2b2b2b', commit, branch: 'main' }],
    [
      'with its API group',
      { 'kustomize.toolkit.fluxcd.io/revision': `main@sha1:${commit}` },
      { to: 'b2b2b2b', commit },
    ],
    ['a tag', { revision: `v1.42.0@sha1:${commit}` }, { to: 'v1.42.0', commit }],
    ['a commit', { revision: `sha1:${commit}` }, { to: 'b2b2b2b', commit }],
    ['an artifact', { revision: `latest@${digest}` }, { to: 'c0c0c0c' }],
    ['an artifact with a tag', { revision: `2.3.1@${digest}` }, { to: '2.3.1' }],
    [
      'an artifact of a commit',
      { revision: `latest@${digest}`, originRevision: `main@sha1:${commit}` },
      { to: 'b2b2b2b', commit },
    ],
    [
      'an artifact with a tag, of a commit',
      { revision: `2.3.1@${digest}`, originRevision: `main@sha1:${commit}` },
      { to: '2.3.1', commit },
    ],
  ])('may be %s', (_, metadata, expected) => {
    expect(told(kustomization('BuildFailed', 'x', '14:00:00', { metadata })).statement).toMatchObject(expected);
  });

  it('mentions its artifact and, where the alert says the repository, its commit and tag', () => {
    const metadata = { revision: `v1.42.0@sha1:${commit}`, repository: 'https://github.com/Acme/Checkout.git' };

    expect(told(kustomization('BuildFailed', 'x', '14:00:00', { metadata }))).toMatchObject({
      statement: { repository: 'acme/checkout' },
      mentions: [
        { type: 'commit', value: `acme/checkout@${commit}` },
        { type: 'tag', value: 'acme/checkout@v1.42.0' },
      ],
    });
    expect(
      told(kustomization('BuildFailed', 'x', '14:00:00', { metadata: { revision: `latest@${digest}` } })).mentions,
    ).toEqual([{ type: 'image', value: digest }]);
  });
});

describe('a HelmRelease', () => {
  it.each([
    ['InstallSucceeded', 'deploy', 'succeeded', undefined],
    ['InstallFailed', 'deploy', 'failed', undefined],
    ['UpgradeSucceeded', 'deploy', 'succeeded', undefined],
    ['UpgradeFailed', 'deploy', 'failed', undefined],
    ['RollbackSucceeded', 'rollback', 'succeeded', undefined],
    ['RollbackFailed', 'rollback', 'failed', undefined],
    ['UninstallSucceeded', 'infrastructure', 'succeeded', 'Helm release checkout uninstalled'],
    ['UninstallFailed', 'infrastructure', 'failed', 'Helm release checkout could not be uninstalled'],
  ])('with %s is a %s that %s', (reason, kind, phase, title) => {
    const { statement } = told(
      release(reason, 'Helm did it for release shop/checkout.v5 with chart checkout@1.4.2', '14:00:00'),
    );

    expect(statement).toMatchObject({ kind, phase, to: '1.4.2', details: { chart: 'checkout 1.4.2' } });
    expect(statement.title).toBe(title);
  });

  it('is called by the version of its app where that is told', () => {
    const metadata = { revision: '1.4.2', 'app-version': 'v1.42.0' };

    expect(told(release('UpgradeSucceeded', 'x', '14:00:00', { metadata })).statement.to).toBe('v1.42.0');
  });

  it('is a change per number of the release, and one for all tries that fail alike', () => {
    const upgraded = (number: number) =>
      `Helm upgrade succeeded for release shop/checkout.v${number} with chart checkout@1.4.2`;
    const failure = 'Helm upgrade failed for release shop/checkout with chart checkout@1.4.2: timed out';
    const value = (sent: unknown) => told(sent).identities[0]?.value;

    expect(value(release('UpgradeSucceeded', upgraded(5), '14:00:00'))).not.toBe(
      value(release('UpgradeSucceeded', upgraded(6), '14:00:00')),
    );
    expect(value(release('UpgradeFailed', failure, '14:00:00'))).toBe(
      value(release('UpgradeFailed', failure, '14:05:00')),
    );
  });

  it('that drifts is told once for the same objects, and over when it was put back', () => {
    const drifted = (at: string, object = 'Deployment/shop/checkout') =>
      told(
        release(
          'DriftDetected',
          `Cluster state of release shop/checkout.v5 has drifted from the desired state:\n${object} changed (0 additions, 1 changes, 0 removals)`,
          at,
          { metadata: null },
        ),
      );
    const corrected = told(
      release(
        'DriftCorrected',
        'Cluster state of release shop/checkout.v5 has been corrected:\nDeployment/shop/checkout configured',
        '14:10:00',
      ),
    );

    expect(drifted('14:00:00').statement.key).toBe(drifted('14:05:00').statement.key);
    expect(drifted('14:00:00').statement.key).not.toBe(drifted('14:05:00', 'Service/shop/checkout').statement.key);
    expect(foldChange([corrected, drifted('14:00:00')], catalog, null)).toMatchObject({
      kind: 'drift',
      status: 'succeeded',
      title: 'checkout differs from its Helm release: Deployment/shop/checkout',
      occurredAt: new Date('2026-11-20T14:00:00Z'),
    });
  });
});

it('tells of commits that image updates push', () => {
  const sent = event(
    'ImageUpdateAutomation',
    'Succeeded',
    "pushed commit '1b9dba9' to branch 'main'\nUpdate checkout",
    '14:00:00',
  );

  expect(told(sent).statement).toMatchObject({
    kind: 'note',
    title: 'Flux pushed new image versions to main',
    to: '1b9dba9',
  });
});

describe('the place', () => {
  it.each([
    ['the alert', { environment: 'qa', cluster: 'prod-eu' }, 'shop', 'qa'],
    ['the name of its cluster', { cluster: 'prod-eu' }, 'shop', 'prod'],
    ['its namespace', {}, 'shop-prod', 'prod'],
    ['its namespace, whatever that is called', {}, 'shop', 'shop'],
    ['nothing in the namespace of Flux itself', {}, 'flux-system', undefined],
  ])('is told by %s', (_, metadata, namespace, environmentName) => {
    const sent = kustomization('BuildFailed', 'x', '14:00:00', {
      involvedObject: { kind: 'Kustomization', name: 'checkout', namespace },
      metadata: { revision: 'x', summary: 'Shop impacted', ...metadata },
    });

    expect(told(sent).statement.environmentName).toBe(environmentName);
    expect(told(sent).statement.details).toMatchObject({ summary: 'Shop impacted' });
  });
});

it('never throws, whatever an event holds', () => {
  const kind = fc.constantFrom('Kustomization', 'HelmRelease', 'ImageUpdateAutomation');
  const reason = fc.constantFrom('Progressing', 'UpgradeFailed', 'DriftDetected', 'DriftCorrected', 'Succeeded');
  fc.assert(
    fc.property(kind, reason, fc.string({ unit: 'binary' }), fc.object(), (of, because, message, metadata) => {
      const sent = JSON.stringify(event(of, because, message, '14:00:00', { metadata }));

      expect(() => read(sent)).not.toThrow();
    }),
  );
});
