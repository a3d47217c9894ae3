import { describe, expect, it } from 'vitest';
import { emptyCatalog, readDelivery, readSource } from '../../test/read-source.ts';
import type { TimelineEvent } from '../domain/event.ts';
import { foldChange } from '../domain/fold.ts';
import { pulumi } from './pulumi.ts';

const catalog = { ...emptyCatalog, environments: new Map([['prod', 'production']]) };
const stack = {
  user: { name: 'Ada', githubLogin: 'ada' },
  organization: { name: 'Acme', githubLogin: 'acme' },
  projectName: 'network',
  stackName: 'prod',
};
const url = 'https://app.pulumi.com/acme/network/prod';
const update = { ...stack, updateUrl: `${url}/updates/42`, kind: 'update', result: 'succeeded', isPreview: false };
const drift = { ...stack, driftDetected: true, driftRunId: 'd-1', status: 'succeeded', resourceChanges: { update: 3 } };
const deployment = {
  ...stack,
  deploymentUrl: `${url}/deployments/7`,
  version: 7,
  operation: 'update',
  status: 'running',
};
const settings = { ...stack, stackName: undefined, environmentName: 'base', action: 'created' };

function eventsOf(body: unknown, receivedAt = new Date('2026-11-20T14:20:00Z')): readonly TimelineEvent[] {
  const parsed = readSource(pulumi, body, { catalog, receivedAt });
  return parsed.outcome === 'events' ? parsed.events : [];
}

function said(body: unknown) {
  return eventsOf(body)[0]?.statement;
}

describe('the kind', () => {
  it.each([
    ['stack', { ...stack, action: 'created' }, 'pulumi stack network/prod created'],
    ['stack_update', update, 'pulumi update network/prod'],
    ['stack_preview', { ...update, isPreview: true }, undefined],
    ['deployment', deployment, 'pulumi deployment 7 of network/prod (update)'],
    ['drift_detection', drift, 'pulumi found drift in network/prod: 3 changed'],
    ['drift_remediation', { ...stack, status: 'succeeded', referenceUrl: url }, 'pulumi undoes drift in network/prod'],
    ['environment', settings, 'pulumi environment network/base: created'],
    ['environment_revision', { ...settings, revision: 5 }, 'pulumi environment network/base: revision 5 created'],
    [
      'environment_revision_tag',
      { ...settings, revision: 5, tagName: 'stable' },
      'pulumi environment network/base: tag stable created for revision 5',
    ],
    ['environment_tag', { ...settings, tagName: 'team' }, undefined],
    [
      'imported_environment_changed',
      {
        ...settings,
        importedEnvironmentReference: { projectName: 'network', environmentName: 'shared', revision: 10 },
      },
      'pulumi environment network/base: its import network/shared changed to revision 10',
    ],
    ['team', { organization: {}, action: 'created' }, undefined],
    ['policy_violation_mandatory', { ...stack }, undefined],
  ])('%s is told by the header and, without it, by the fields', (kind, body, title) => {
    const read = (headers: Record<string, string>) => readSource(pulumi, body, { catalog, headers });
    const expected =
      title === undefined ? { outcome: 'ignored' } : { outcome: 'events', events: [{ statement: { title } }] };

    expect(read({ 'pulumi-webhook-kind': kind })).toMatchObject(expected);
    expect(read({})).toMatchObject(expected);
  });

  it.each([{ 'pulumi-webhook-kind': 'ping' }, {}])('of a test call is ping (%j)', (headers: Record<string, string>) => {
    expect(readSource(pulumi, { timestamp: 1_795_183_200, message: 'A ping' }, { headers })).toEqual({
      outcome: 'ping',
    });
  });

  it.each([
    ['a body of another sender', { action: 'created' }, { notWhatItSends: true }],
    ['a list', [], { notWhatItSends: true }],
    ['an update without its result', { ...update, result: null }, { notWhatItSends: false }],
  ])('cannot be told of %s', (_, body, expected) => {
    expect(readSource(pulumi, body)).toMatchObject({ outcome: 'malformed', ...expected });
  });
});

describe('an update', () => {
  it.each([
    [{ same: 4, create: 2, import: 1 }, ': 3 created'],
    [{ update: 3, delete: 1, 'update-replace': 2 }, ': 3 changed, 2 replaced, 1 destroyed'],
    [{ 'create-replacement': 2, 'delete-replaced': 2, replace: 2 }, ': 2 replaced'],
    [{ update: 'many', create: -1, delete: 1 }, ': 1 destroyed'],
    [{}, ''],
  ])('of %j says%s', (resourceChanges, words) => {
    expect(said({ ...update, resourceChanges })?.title).toBe(`pulumi update network/prod${words}`);
  });

  it('is one change with its outcome, by whom, where', () => {
    const events = [...eventsOf(update), ...eventsOf({ ...update, result: 'in-progress' })];

    expect(new Set(events.map(({ identities }) => identities[0]?.value))).toEqual(
      new Set(['pulumi:acme/network/prod/updates/42']),
    );
    expect(foldChange(events, catalog, null)).toMatchObject({
      status: 'succeeded',
      clock: 'received',
      environment: 'production',
      services: ['network'],
      actor: { login: 'ada', name: 'Ada' },
    });
  });

  it.each([
    ['prod', 'production'],
    ['network-prod', 'production'],
    ['blue', 'blue'],
  ])('of the stack %s is in the environment %s', (stackName, environment) => {
    expect(said({ ...update, stackName })).toMatchObject({ environmentName: environment, serviceName: 'network' });
  });

  it.each([
    ['changed nothing', { resourceChanges: { same: 40 } }],
    ['is a preview', { isPreview: true }],
    ['is a refresh that found nothing', { kind: 'refresh', resourceChanges: { same: 3 } }],
    ['is a refresh that failed', { kind: 'refresh', result: 'failed', resourceChanges: { update: 3 } }],
  ])('that %s is ignored', (_, more) => {
    expect(readSource(pulumi, { ...update, ...more }).outcome).toBe('ignored');
  });

  it('that failed is told though nothing changed', () => {
    expect(said({ ...update, result: 'failed', resourceChanges: { same: 40 } })?.phase).toBe('failed');
  });

  it('that refreshes tells as drift what others changed', () => {
    expect(said({ ...update, kind: 'refresh', resourceChanges: { update: 1 } })).toMatchObject({
      kind: 'drift',
      phase: 'happened',
      title: 'pulumi refresh found drift in network/prod: 1 changed',
    });
  });
});

describe('a deployment', () => {
  it.each([
    ['not-started', 'mentioned'],
    ['accepted', 'mentioned'],
    ['running', 'started'],
    ['succeeded', 'succeeded'],
    ['failed', 'failed'],
  ])('that is %s is %s', (status, phase) => {
    expect(said({ ...deployment, status })?.phase).toBe(phase);
  });

  it.each([{ status: 'skipped' }, { operation: 'preview' }, { operation: 'detect-drift' }])('%j is ignored', (more) => {
    expect(readSource(pulumi, { ...deployment, ...more }).outcome).toBe('ignored');
  });
});

describe('drift', () => {
  it('is one change however often it is found in a day', () => {
    const [first] = eventsOf(drift);
    const [again] = eventsOf({ ...drift, driftRunId: 'd-2' }, new Date('2026-11-20T20:00:00Z'));

    expect(again?.identities).toEqual(first?.identities);
    expect(again?.statement.key).not.toBe(first?.statement.key);
  });

  it('that is not there is ignored', () => {
    expect(readSource(pulumi, { ...drift, driftDetected: false }).outcome).toBe('ignored');
  });
});

it('a delivery has the id that Pulumi gives it', () => {
  expect(readDelivery(pulumi, update, { headers: { 'pulumi-webhook-id': 'EA01-abd2' } }).key).toBe('ea01-abd2');
  expect(readDelivery(pulumi, update, { headers: { 'pulumi-webhook-id': 'no id' } }).key).toBeNull();
});
