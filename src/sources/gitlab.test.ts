import { describe, expect, it } from 'vitest';
import { readDelivery, readSource } from '../../test/read-source.ts';
import type { Catalog } from '../domain/catalog.ts';
import type { TimelineEvent } from '../domain/event.ts';
import { foldChange } from '../domain/fold.ts';
import { foldSignals } from '../domain/signal.ts';
import { gitlab } from './gitlab.ts';
import { concealWith } from './reading/conceal.ts';
import { openSource } from './reading/open.ts';
import type { Parsed } from './reading/source.ts';

const receivedAt = new Date('2026-11-20T14:20:00Z');
const environments = new Map([
  ['production', 'production'],
  ['prod', 'production'],
  ['staging', 'staging'],
]);
const catalog: Catalog = { environments, services: [], configPaths: ['**/config/**', '**/*.tf'] };
const sha = (digit: string) => digit.repeat(40);
const web = 'https://gitlab.example.com/acme/checkout';
const project = { path_with_namespace: 'Acme/Checkout', default_branch: 'main', web_url: web };
const grace = { username: 'grace', name: 'Grace Moreno', email: '[REDACTED]' };

function read(body: object, headers: Readonly<Record<string, string>> = {}): Parsed {
  return readSource(gitlab, body, { headers, catalog, receivedAt });
}

function eventsOf(body: object, headers: Readonly<Record<string, string>> = {}): readonly TimelineEvent[] {
  const parsed = read(body, headers);
  return parsed.outcome === 'events' ? parsed.events : [];
}

function shared(one: TimelineEvent | undefined, other: TimelineEvent | undefined): readonly string[] {
  const values = new Set(one?.identities.map((identity) => `${identity.type} ${identity.value}`));
  return (other?.identities ?? []).map(({ type, value }) => `${type} ${value}`).filter((value) => values.has(value));
}

function commit(digit: string, message: string, more: object = {}) {
  return {
    id: sha(digit),
    message,
    timestamp: '2026-11-20T15:02:10+01:00',
    url: `${web}/-/commit/${sha(digit)}`,
    ...more,
  };
}

function push(commits: readonly { id: string }[], more: object = {}) {
  const after = commits.at(-1)?.id ?? sha('b');
  const pushed = { before: sha('a'), after, checkout_sha: after, commits, total_commits_count: commits.length };
  return { object_kind: 'push', ref: 'refs/heads/main', user_username: 'ada', project, ...pushed, ...more };
}

const mergeMessage = "Merge branch 'cap-batches' into 'main'\n\nCap batch size\n\nSee merge request acme/checkout!12";

function request(action: string, more: object = {}) {
  const object_attributes = {
    iid: 12,
    title: 'Cap batch size',
    url: `${web}/-/merge_requests/12`,
    action,
    target_branch: 'main',
    merge_commit_sha: sha('b'),
    updated_at: '2026-11-20 14:03:19 UTC',
    last_commit: { id: sha('c') },
    ...more,
  };
  return { object_kind: 'merge_request', user: grace, project, object_attributes };
}

function deployment(status: string, at: string | null, more: object = {}) {
  return {
    object_kind: 'deployment',
    status,
    status_changed_at: at,
    deployment_id: 15,
    deployable_id: 796,
    deployable_url: `${web}/-/jobs/796`,
    environment: 'production',
    project,
    user: grace,
    short_sha: 'bbbbbbbb',
    commit_url: `${web}/-/commit/${sha('b')}`,
    ref: 'main',
    ...more,
  };
}

function build(status: string, more: object = {}) {
  const times = { started_at: '2026-11-20 14:10:00 UTC', finished_at: '2026-11-20 14:12:45 UTC' };
  const environment = { name: 'production', action: 'start' };
  return { id: 796, name: 'deploy', status, ...times, user: grace, environment, ...more };
}

function pipeline(...builds: readonly object[]) {
  const object_attributes = { id: 31, ref: 'main', tag: false, sha: sha('b'), status: 'running' };
  return { object_kind: 'pipeline', object_attributes, user: grace, project, builds };
}

function job(status: string, more: object = {}) {
  return {
    object_kind: 'build',
    ref: 'v1.42.0',
    tag: true,
    sha: sha('b'),
    build_id: 796,
    build_name: 'deploy',
    build_status: status,
    build_started_at: '2026-11-20 14:10:00 UTC',
    build_finished_at: '2026-11-20 14:12:45 UTC',
    pipeline_id: 31,
    user: grace,
    environment: { name: 'production', action: 'start' },
    repository: { homepage: web, git_ssh_url: 'git@gitlab.example.com:acme/checkout.git' },
    ...more,
  };
}

describe('the envelope', () => {
  const opened = openSource(gitlab, { secrets: ['the-secret'], catalog, conceal: concealWith('a-key') });
  const body = Buffer.from(JSON.stringify(push([commit('b', 'Fix')])));

  it.each([
    ['the secret', 'the-secret', true],
    ['another', 'the-secreT', false],
    ['nothing', '', false],
  ])('is proved by the older secret token: %s', (_, token, proved) => {
    expect(opened.verify({ headers: { 'x-gitlab-token': token }, body, receivedAt })).toBe(proved);
  });

  it('has the key that GitLab repeats when it tries again, and not that of the event', () => {
    const key = (headers: Record<string, string>) => readDelivery(gitlab, body, { headers }).key;

    expect(key({ 'webhook-id': 'F-1', 'idempotency-key': 'F-2' })).toBe('f-1');
    expect(key({ 'idempotency-key': 'F-2' })).toBe('f-2');
    expect(key({ 'x-gitlab-event-uuid': 'F-3' })).toBeNull();
    expect(key({ 'idempotency-key': 'x'.repeat(101) })).toBeNull();
  });

  it.each([
    ['a list', [], {}, true],
    ['of no kind', { hello: 'world' }, {}, true],
    ['of a strange kind', { object_kind: 'a b' }, {}, true],
    ['that a template of the team wrote', { hello: 'world' }, { 'x-gitlab-event': 'Push Hook' }, false],
    ['without what its kind needs', { object_kind: 'push' }, {}, false],
  ])('with a body %s is malformed', (_, malformed, headers, notWhatItSends) => {
    expect(read(malformed, headers)).toMatchObject({ outcome: 'malformed', notWhatItSends });
  });

  it.each([
    'issue',
    'work_item',
    'note',
    'wiki_page',
    'emoji',
    'milestone',
    'vulnerability',
    'access_token',
    'of_next_year',
  ])('of %s is ignored', (object_kind) => {
    expect(read({ object_kind }).outcome).toBe('ignored');
  });

  it('of a system hook names its kind elsewhere', () => {
    const { object_kind: event_name, ...rest } = push([commit('b', 'Fix')]);

    expect(eventsOf({ ...rest, event_name })).toEqual(eventsOf(push([commit('b', 'Fix')])));
    expect(read({ event_name: 'repository_update', project }).outcome).toBe('ignored');
  });
});

describe('a merge', () => {
  it.each([
    ['a merge commit', {}, [commit('c', 'Cap'), commit('b', mergeMessage)]],
    ['a squashed commit', { merge_commit_sha: null, squash_commit_sha: sha('b'), squash: true }, [commit('b', 'Cap')]],
    ['a fast-forward', { merge_commit_sha: null, last_commit: { id: sha('b') } }, [commit('b', 'Cap')]],
  ])('is one change by its push and its merge request: %s', (_, landed, commits) => {
    const [pushed] = eventsOf(push(commits));
    const [merged] = eventsOf(request('merge', landed));

    expect(shared(pushed, merged)).toContain(`commit acme/checkout@${sha('b')}`);
    expect(
      foldChange(
        [pushed, merged].filter((event) => event !== undefined),
        catalog,
        null,
      ),
    ).toMatchObject({
      kind: 'merge',
      title: 'Cap batch size (!12)',
      actor: { login: 'grace' },
      occurredAt: new Date('2026-11-20T14:03:19Z'),
      risks: [],
    });
  });

  it('does not take a commit for merged that was squashed', () => {
    const [merged] = eventsOf(request('merge', { merge_commit_sha: '', squash: true }));

    expect(merged?.statement.commit).toBeUndefined();
    expect(merged?.identities).toEqual([{ type: 'pull-request', value: 'acme/checkout#12' }]);
  });

  it.each([
    [mergeMessage, 12],
    [mergeMessage.replace('acme/checkout!', '!'), 12],
    [mergeMessage.replace('acme/checkout!', 'acme/ledger!'), undefined],
    ['Undo it\n\nSee merge request acme/checkout!12', undefined],
    ["Merge branch 'x' into 'main'\n\nSee merge request acme/checkout!12 too", undefined],
  ])('names its request as GitLab writes it: %j', (message, number) => {
    expect(eventsOf(push([commit('b', message)]))[0]?.statement.pullRequest?.number).toBe(number);
  });

  it.each([
    ['a merge commit by its own time', mergeMessage, '2026-11-20T14:02:10.000Z', 'source'],
    ['any other when we heard of it', 'Fix', '2026-11-20T14:20:00.000Z', 'received'],
  ])('is timed: %s', (_, message, occurredAt, clock) => {
    expect(eventsOf(push([commit('b', message)]))[0]?.statement).toMatchObject({ occurredAt, clock });
  });

  it.each([
    ['one commit', [commit('b', 'Fix')], {}, 'Fix', ['push', 'default-branch']],
    [
      'more than are listed',
      [commit('b', 'Fix')],
      { total_commits_count: 34 },
      '34 commits: Fix',
      ['push', 'default-branch'],
    ],
    ['none listed', [], { total_commits_count: 2 }, '2 commits to main', ['push', 'default-branch']],
    ['some taken away', [], {}, 'main reset to bbbbbbb', ['push', 'default-branch', 'forced']],
    ['a deployed branch', [commit('b', 'Fix')], { ref: 'refs/heads/production' }, 'Fix', ['push']],
  ])('is told in words: %s', (_, commits, more, title, traits) => {
    expect(eventsOf(push(commits, more))[0]?.statement).toMatchObject({ title, traits });
  });

  it.each([
    ['elsewhere', push([commit('b', 'Fix')], { ref: 'refs/heads/topic' })],
    ['of a new branch without commits', push([], { ref: 'refs/heads/release/1', before: sha('0') })],
    ['of nothing', push([], { before: sha('b') })],
    ['of a note', push([], { ref: 'refs/notes/commits' })],
    ['of a request elsewhere', request('merge', { target_branch: 'topic' })],
    ['of a request that is open', request('update')],
  ])('is none: a push %s', (_, body) => {
    expect(read(body).outcome).toBe('ignored');
  });

  it('that edits configuration is told for each environment that its paths name', () => {
    const edits = eventsOf(
      push([commit('b', 'Slow down', { modified: ['config/prod.yaml', 'config/all.yaml'] })]),
    ).slice(1);

    expect(edits.map(({ statement }) => [statement.kind, statement.environmentName, statement.title])).toEqual([
      ['config', 'production', 'config/prod.yaml: Slow down'],
      ['config', undefined, 'config/all.yaml: Slow down'],
    ]);
    expect(edits.map(({ statement }) => statement.source)).toEqual(['gitlab', 'gitlab']);
  });

  it('has the approvals of its request, but those that were taken back', () => {
    const at = (time: string) => ({ updated_at: `2026-11-20 ${time} UTC` });
    const approved = eventsOf(request('approval', at('13:00:00')));
    const unapproved = eventsOf(request('unapproved', at('13:30:00')));

    const { reviews } = foldChange([...unapproved, ...approved, ...eventsOf(request('merge'))], catalog, null);

    expect(reviews.map(({ by, verdict }) => [by.login, verdict])).toEqual([
      ['grace', 'approved'],
      ['grace', 'dismissed'],
    ]);
    expect(foldChange(approved, catalog, null).at).toBeNull();
  });
});

describe('tags and branches', () => {
  const tag = (more: object) => ({ ...push([], { ref: 'refs/tags/v1.42.0', ...more }), object_kind: 'tag_push' });

  it.each([
    ['created', tag({ before: sha('0'), after: sha('f'), checkout_sha: sha('b') }), 'Tag v1.42.0 created', sha('b')],
    ['moved', tag({ after: sha('f'), checkout_sha: sha('b') }), 'Tag v1.42.0 moved to bbbbbbb', sha('b')],
    ['deleted', tag({ after: sha('0'), checkout_sha: null }), 'Tag v1.42.0 deleted', undefined],
    [
      'deleted',
      push([], { ref: 'refs/heads/release/1', after: sha('0'), checkout_sha: null }),
      'Branch release/1 deleted',
      undefined,
    ],
  ])('are noted when %s', (_, body, title, on) => {
    const [event] = eventsOf(body);

    expect(event?.statement).toMatchObject({ kind: 'note', title, source: 'gitlab' });
    expect(event?.statement.commit).toBe(on);
  });

  it('are one change with the release that is made from them', () => {
    const made = {
      tag: 'v1.42.0',
      id: 61,
      created_at: '2026-11-20 14:01:00 UTC',
      released_at: '2020-01-01 00:00:00 UTC',
    };
    const release = (action: string) => ({ object_kind: 'release', action, project, ...made });
    const [released] = eventsOf(release('create'));

    expect(shared(released, eventsOf(tag({ before: sha('0') }))[0])).toEqual(['tag acme/checkout@v1.42.0']);
    expect(released?.statement).toMatchObject({
      title: 'Release v1.42.0 published',
      occurredAt: '2026-11-20T14:01:00.000Z',
    });
    expect(eventsOf(release('delete'))[0]?.statement.title).toBe('Release v1.42.0 deleted');
    expect(read(release('update')).outcome).toBe('ignored');
  });
});

describe('a deploy', () => {
  it.each([
    ['created', 'mentioned'],
    ['blocked', 'mentioned'],
    ['approved', 'mentioned'],
    ['rejected', 'mentioned'],
    ['running', 'started'],
    ['success', 'succeeded'],
    ['failed', 'failed'],
    ['canceled', 'cancelled'],
    ['skipped', undefined],
    ['of_next_year', undefined],
  ])('of status %s is %s', (status, phase) => {
    expect(eventsOf(deployment(status, '2026-11-20 15:12:45 +0100'))[0]?.statement.phase).toBe(phase);
  });

  it('is one change by its deployment, its job and its pipeline, in any order', () => {
    const events = [
      ...eventsOf(deployment('success', '2026-11-20 15:12:44 +0100')),
      ...eventsOf(pipeline(build('success'), build('success', { id: 790, environment: null }))),
      ...eventsOf(job('running')),
      ...eventsOf(deployment('running', '2026-11-20 15:10:00 +0100')),
    ];

    for (const event of events) expect(shared(events[0], event)).toContain('job gitlab:acme/checkout#796');
    for (const order of [events, events.toReversed()]) {
      expect(foldChange(order, catalog, null)).toMatchObject({
        title: 'deploy checkout bbbbbbb to production',
        status: 'succeeded',
        occurredAt: new Date('2026-11-20T14:10:00Z'),
        finishedAt: new Date('2026-11-20T14:12:45Z'),
        commit: sha('b'),
        runUrl: `${web}/-/jobs/796`,
      });
      expect(foldChange(order, catalog, null).actor).toEqual({ login: 'grace', name: 'Grace Moreno' });
    }
  });

  it('goes where its deployment says, whatever its job says later', () => {
    const events = [...eventsOf(deployment('running', '2026-11-20 15:10:00 +0100')), ...eventsOf(job('success'))];

    expect(foldChange(events, catalog, null)).toMatchObject({ to: 'bbbbbbb', branch: 'main', status: 'succeeded' });
  });

  it('says the same by every state of its pipeline and by its job', () => {
    const [once] = eventsOf(pipeline(build('success')));
    const [again] = eventsOf(pipeline(build('success'), build('running', { id: 797 })));

    expect(again?.statement.key).toBe(once?.statement.key);
    expect(eventsOf(job('success', { project }))[0]?.statement.key).toBe(once?.statement.key);
  });

  it('is one of its own when its job is run again', () => {
    const [first] = eventsOf(deployment('failed', '2026-11-20 15:12:46 +0100'));
    const [second] = eventsOf(
      deployment('success', '2026-11-20 15:22:46 +0100', { deployment_id: 16, deployable_id: 810 }),
    );

    expect(shared(first, second)).toEqual([]);
  });

  it.each([
    ['a version', { ref: 'v1.42.0' }, 'v1.42.0', undefined],
    ['a branch', { ref: 'main' }, 'bbbbbbb', 'main'],
    ['a commit that is no more', { commit_url: null, ref: null }, 'bbbbbbbb', undefined],
  ])('goes to %s', (_, more, to, branch) => {
    const [event] = eventsOf(deployment('running', null, more));

    expect(event?.statement).toMatchObject({ to, clock: 'received' });
    expect(event?.statement.branch).toBe(branch);
  });

  it('by the API has no job, by an old GitLab no number', () => {
    const api = eventsOf(deployment('running', null, { deployable_id: null, deployable_url: null }));
    const old = eventsOf(deployment('running', null, { deployment_id: undefined }));

    expect(api[0]?.identities).toEqual([{ type: 'deployment', value: 'gitlab:acme/checkout#15' }]);
    expect(old[0]?.identities).toEqual([{ type: 'job', value: 'gitlab:acme/checkout#796' }]);
    expect(read(deployment('running', null, { deployment_id: null, deployable_id: null }))).toMatchObject({
      outcome: 'malformed',
      notWhatItSends: false,
    });
  });

  it('is approved by each of its approvers', () => {
    const by = (username: string) => eventsOf(deployment('approved', null, { approver: { username } }))[0]?.statement;

    expect(by('ada')?.reviews).toMatchObject([{ by: { login: 'ada' }, verdict: 'approved' }]);
    expect(by('ada')?.key).not.toBe(by('grace')?.key);
  });

  it.each([
    ['tests only', pipeline(build('success', { environment: null }))],
    ['waits', pipeline(build('manual'), build('created'), build('skipped'))],
    ['looks at an environment', pipeline(build('success', { environment: { name: 'production', action: 'verify' } }))],
    ['has no jobs yet', pipeline()],
    ['is a job that tests', job('success', { environment: null })],
    ['is a job that waits', job('pending')],
  ])('is none: a pipeline that %s', (_, body) => {
    expect(read(body).outcome).toBe('ignored');
  });

  it('is not what takes an environment down', () => {
    const [event] = eventsOf(job('success', { environment: { name: 'staging', action: 'stop' } }));

    expect(event?.statement).toMatchObject({ kind: 'infrastructure', title: 'environment staging taken down' });
  });

  it.each([
    ['an address under a folder of its host', { homepage: 'https://example.com/git/acme/checkout' }],
    ['an ssh address', { homepage: null, git_ssh_url: 'ssh://git@example.com:22/acme/checkout.git' }],
  ])('of a job that names its project by %s', (_, repository) => {
    const [event] = eventsOf(
      job('success', { repository: { git_ssh_url: 'git@x.example.com:acme/checkout.git', ...repository } }),
    );

    expect(event?.statement.repository).toBe('acme/checkout');
  });
});

describe('a feature flag', () => {
  const flag = (active: boolean) => ({
    object_kind: 'feature_flag',
    project,
    user: grace,
    object_attributes: { id: 6, name: 'new-checkout', active },
  });

  it('turned on and off again is two changes, however often each is delivered', () => {
    const on = eventsOf(flag(true), { 'x-gitlab-event-uuid': 'f-1', 'webhook-id': 'w-1' })[0];
    const onAgain = eventsOf(flag(true), { 'x-gitlab-event-uuid': 'f-1', 'webhook-id': 'w-2' })[0];
    const off = eventsOf(flag(false), { 'x-gitlab-event-uuid': 'f-2' })[0];
    const onLater = eventsOf(flag(true), { 'x-gitlab-event-uuid': 'f-3' })[0];

    expect(on?.statement).toMatchObject({ title: 'flag new-checkout turned on', kind: 'flag', clock: 'received' });
    expect(onAgain?.statement.key).toBe(on?.statement.key);
    for (const other of [off, onLater]) expect(shared(on, other)).toEqual([]);
  });
});

describe('an incident', () => {
  const incident = (more: object, type = 'Incident') => ({
    object_kind: 'work_item',
    project,
    object_attributes: {
      iid: 23,
      title: 'Payments fail',
      state: 'opened',
      severity: 'critical',
      escalation_status: 'triggered',
      created_at: '2026-11-20 14:00:00 UTC',
      updated_at: '2026-11-20 14:00:00 UTC',
      url: `${web}/-/issues/incident/23`,
      type,
      ...more,
    },
  });
  const signalsOf = (body: object) => {
    const parsed = read(body);
    return (parsed.outcome === 'events' && parsed.signals) || [];
  };

  it.each([
    [{}, 'open'],
    [{ escalation_status: 'acknowledged' }, 'acknowledged'],
    [{ escalation_status: 'resolved' }, 'resolved'],
    [{ state: 'closed' }, 'resolved'],
    [{ escalation_status: null }, 'open'],
  ])('%o is %s', (more, state) => {
    expect(signalsOf(incident(more))[0]?.state).toBe(state);
  });

  it('is told from its beginning to its end', () => {
    const signals = [
      ...signalsOf(incident({ state: 'closed', updated_at: '2026-11-20 14:30:00 UTC' })),
      ...signalsOf({ ...incident({}), object_kind: 'issue' }),
    ];

    expect(foldSignals(signals, catalog)).toMatchObject({
      subject: 'gitlab:acme/checkout#23',
      reference: '#23',
      title: 'Payments fail',
      severity: 'critical',
      startedAt: new Date('2026-11-20T14:00:00Z'),
      resolvedAt: new Date('2026-11-20T14:30:00Z'),
    });
  });

  it('keeps its title to itself when it is confidential', () => {
    const [signal] = signalsOf(incident({ confidential: true }));

    expect(signal?.title).toBe('confidential incident #23');
    expect(JSON.stringify(signal)).not.toContain('Payments');
  });

  it('is no other issue, whatever that looks like', () => {
    expect(read(incident({ iid: 'x' }, 'Task')).outcome).toBe('ignored');
    expect(read({ object_kind: 'issue', object_attributes: {} }).outcome).toBe('ignored');
    expect(read(incident({ iid: 'x' }))).toMatchObject({ outcome: 'malformed', notWhatItSends: false });
  });
});
