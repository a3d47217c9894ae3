import { describe, expect, it } from 'vitest';
import { emptyCatalog, readDelivery, readSource } from '../../test/read-source.ts';
import type { TimelineEvent } from '../domain/event.ts';
import { foldChange } from '../domain/fold.ts';
import { atlantis } from './atlantis.ts';

const catalog = { ...emptyCatalog, environments: new Map([['prod', 'production']]) };
const repo = {
  FullName: 'Acme/Infrastructure',
  CloneURL: 'https://an-invented-login@github.com/acme/infrastructure.git',
};
const pull = { Num: 41, HeadCommit: 'c3'.repeat(20), HeadBranch: 'more-workers', Author: 'ada', BaseRepo: repo };

function apply(more: object = {}) {
  return {
    Workspace: 'default',
    Repo: repo,
    Pull: pull,
    User: { Username: 'grace' },
    Success: true,
    Directory: 'modules/network',
    ProjectName: 'network',
    ...more,
  };
}

function drift(projects: readonly object[], more: object = {}) {
  return { repository: 'acme/infrastructure', ref: 'main', detection_id: 'd-1', projects, ...more };
}

function eventsOf(body: unknown, receivedAt = new Date('2026-11-20T14:20:00Z')): readonly TimelineEvent[] {
  const parsed = readSource(atlantis, body, { catalog, receivedAt });
  return parsed.outcome === 'events' ? parsed.events : [];
}

describe('an apply', () => {
  it('is one change however often it is tried for a commit, and has succeeded at last', () => {
    const failed = eventsOf(apply({ Success: false }));
    const again = eventsOf(apply(), new Date('2026-11-20T14:30:00Z'));

    expect(again[0]?.identities).toEqual(failed[0]?.identities);
    expect(foldChange([...again, ...failed], catalog, null)).toMatchObject({
      kind: 'infrastructure',
      status: 'succeeded',
      title: 'atlantis apply network of acme/infrastructure#41',
      clock: 'received',
      commit: 'c3'.repeat(20),
      pullRequest: { number: 41, author: { login: 'ada' } },
      actor: { login: 'grace' },
    });
  });

  it.each([
    ['another commit', { Pull: { ...pull, HeadCommit: 'd4'.repeat(20) } }],
    ['another project', { ProjectName: 'dns' }],
    ['another workspace', { Workspace: 'prod' }],
  ])('of %s is another change', (_, more) => {
    expect(eventsOf(apply(more))[0]?.identities).not.toEqual(eventsOf(apply())[0]?.identities);
  });

  it.each([
    [{ Workspace: 'prod' }, 'production'],
    [{ ProjectName: 'network-prod' }, 'production'],
    [{ Directory: 'environments/prod/network' }, 'production'],
    [{ Workspace: 'blue' }, undefined],
  ])('%j is in the environment %s', (more, environment) => {
    expect(eventsOf(apply(more))[0]?.statement.environmentName).toBe(environment);
  });

  it('without a pull request is one of its time', () => {
    const alone = apply({ Pull: { Num: 0, HeadCommit: '' }, ProjectName: '', Workspace: 'prod' });
    const [first] = eventsOf(alone);

    expect(first?.statement.title).toBe('atlantis apply modules/network (prod)');
    expect(first?.mentions).toEqual([]);
    expect(eventsOf(alone, new Date('2026-11-21T14:20:00Z'))[0]?.statement.key).not.toBe(first?.statement.key);
  });

  it('leaves nothing of the address that Atlantis clones from', () => {
    const { body, parsed } = readDelivery(atlantis, apply());

    expect(body.toString()).not.toContain('invented');
    expect(readDelivery(atlantis, body).parsed).toEqual(parsed);
  });
});

describe('drift', () => {
  it('is one change for each project that has any, and one however often it is found in a day', () => {
    const found = [
      { project_name: 'network', workspace: 'prod', has_drift: true, to_add: 1, to_change: 2, to_destroy: 0 },
      { project_name: 'dns', has_drift: false },
      { path: 'modules/queue', has_drift: true },
    ];
    const first = eventsOf(drift(found));
    const again = eventsOf(drift(found, { detection_id: 'd-2' }), new Date('2026-11-20T18:00:00Z'));

    expect(first.map(({ statement }) => statement.title)).toEqual([
      'atlantis found drift in network: 1 to add, 2 to change',
      'atlantis found drift in modules/queue',
    ]);
    expect(again.map(({ identities }) => identities)).toEqual(first.map(({ identities }) => identities));
    expect(again[0]?.statement.key).not.toBe(first[0]?.statement.key);
  });

  it('that is not there is ignored', () => {
    expect(readSource(atlantis, drift([{ project_name: 'dns', has_drift: false }])).outcome).toBe('ignored');
  });
});

describe('anything else', () => {
  it.each([
    ['an answer of the API', { success: true, data: {}, error: null, request_id: 'r-1' }, { outcome: 'ignored' }],
    ['a body of another sender', { action: 'apply' }, { outcome: 'malformed', notWhatItSends: true }],
    ['an apply without its outcome', apply({ Success: 'yes' }), { outcome: 'malformed', notWhatItSends: false }],
  ])('%s', (_, body, expected) => {
    expect(readSource(atlantis, body)).toMatchObject(expected);
  });
});
