import { describe, expect, it } from 'vitest';
import { readDelivery, readSource } from '../../test/read-source.ts';
import type { Catalog, CatalogService } from '../domain/catalog.ts';
import type { TimelineEvent } from '../domain/event.ts';
import { foldChange } from '../domain/fold.ts';
import { github } from './github.ts';
import type { Parsed } from './reading/source.ts';

const receivedAt = new Date('2026-11-20T14:20:00Z');
const environments = new Map([
  ['production', 'production'],
  ['prod', 'production'],
  ['staging', 'staging'],
]);
const plain: Catalog = { environments, services: [], configPaths: ['**/config/**', '**/*.tf'] };
const repository = { full_name: 'acme/checkout', default_branch: 'main', pushed_at: 1795183400 };
const sha = (digit: string) => digit.repeat(40);

function service(name: string, more: Partial<CatalogService> = {}): CatalogService {
  const none = { aliases: [], paths: [], configPaths: null, branches: {}, dependsOn: [], owners: [] };
  return { name, repository: 'Acme/Checkout', ...none, ...more };
}

function read(event: string, body: object, catalog = plain): Parsed {
  const headers = { 'x-github-event': event, 'content-type': 'application/json' };
  return readSource(github, body, { headers, catalog, receivedAt });
}

function eventsOf(event: string, body: object, catalog = plain): readonly TimelineEvent[] {
  const parsed = read(event, body, catalog);
  return parsed.outcome === 'events' ? parsed.events : [];
}

function commit(digit: string, message: string, more: object = {}) {
  const timestamp = '2026-11-20T10:00:00+01:00';
  return { id: sha(digit), message, timestamp, url: `https://github.com/acme/checkout/commit/${sha(digit)}`, ...more };
}

const webFlow = { committer: { name: 'GitHub', email: 'noreply@github.com', username: 'web-flow' } };

function push(commits: readonly { id: string }[], more: object = {}) {
  const head = commits.at(-1);
  const flags = { created: false, deleted: false, forced: false };
  const shas = { before: sha('a'), after: head?.id ?? sha('0') };
  return { ref: 'refs/heads/main', ...shas, ...flags, commits, head_commit: head ?? null, repository, ...more };
}

function merged(more: object = {}) {
  const pull_request = {
    number: 12,
    title: 'Cap batch size',
    html_url: 'https://github.com/acme/checkout/pull/12',
    user: { login: 'ada' },
    merged: true,
    merged_at: '2026-11-20T14:03:19Z',
    merge_commit_sha: sha('b'),
    merged_by: { login: 'grace' },
    base: { ref: 'main' },
    ...more,
  };
  return { action: 'closed', pull_request, repository, sender: { login: 'merge-bot' } };
}

function deployment(more: object = {}) {
  const created = { id: 17, sha: sha('b'), ref: 'main', task: 'deploy', payload: {}, creator: { login: 'ada' } };
  return {
    action: 'created',
    deployment: { ...created, environment: 'production', created_at: '2026-11-20T14:00:00Z', ...more },
    repository,
    sender: { login: 'ada' },
  };
}

function status(state: string, at: string, more: object = {}, of: object = {}) {
  return { ...deployment(of), deployment_status: { id: Date.parse(at), state, created_at: at, ...more } };
}

function run(more: object = {}, name = 'Deploy to prod') {
  const times = { created_at: '2026-11-20T13:59:00Z', updated_at: '2026-11-20T14:05:00Z' };
  const workflow_run = {
    id: 9,
    run_attempt: 1,
    head_sha: sha('b'),
    head_branch: 'main',
    conclusion: 'success',
    ...times,
    ...more,
  };
  return { action: 'completed', workflow: { name }, workflow_run, repository, sender: { login: 'ada' } };
}

function shared(one: TimelineEvent | undefined, other: TimelineEvent | undefined): readonly string[] {
  const values = new Set(one?.identities.map((identity) => `${identity.type} ${identity.value}`));
  return (other?.identities ?? []).map(({ type, value }) => `${type} ${value}`).filter((value) => values.has(value));
}

describe('the envelope', () => {
  const body = JSON.stringify(push([commit('b', 'Fix')]));
  const parse = (headers: Record<string, string>, bytes: string | Buffer) =>
    readSource(github, bytes, { headers, receivedAt });

  it('may be a form', () => {
    const headers = { 'x-github-event': 'push', 'content-type': 'application/x-www-form-urlencoded' };
    const form = new URLSearchParams({ payload: body }).toString();

    expect(parse(headers, form)).toEqual(read('push', push([commit('b', 'Fix')])));
    expect(parse(headers, 'other=1')).toMatchObject({ outcome: 'malformed', notWhatItSends: true });
  });

  it.each([
    ['no event', {}, body],
    ['not JSON', { 'x-github-event': 'push' }, '{'],
    ['not an object', { 'x-github-event': 'push' }, '[]'],
    ['not UTF-8', { 'x-github-event': 'push' }, Buffer.from([0x22, 0xff, 0x22])],
    ['not JSON of an event not tracked', { 'x-github-event': 'star' }, 'x'],
  ])('with %s is not what GitHub sends', (_, headers, bytes) => {
    expect(parse(headers, bytes)).toMatchObject({ outcome: 'malformed', notWhatItSends: true });
  });

  it.each([
    ['5F0C0001-0000-11f1-8000-0000000000AA', '5f0c0001-0000-11f1-8000-0000000000aa'],
    ['x'.repeat(101), null],
    ['a b', null],
    ['', null],
    [undefined, null],
  ])('with the delivery id %s has the key %s', (id, key) => {
    expect(readDelivery(github, {}, { headers: { 'x-github-delivery': id } }).key).toBe(key);
  });

  it('names the fields that are wrong in a known event', () => {
    expect(read('push', { ...push([commit('b', 'Fix')]), after: 'abc' })).toMatchObject({
      outcome: 'malformed',
      error: 'push: after: is not a commit',
      notWhatItSends: false,
    });
    expect(read('deployment', deployment({ created_at: '0001-01-01T00:00:00Z' }))).toMatchObject({
      error: 'deployment: deployment.created_at: is not a time',
    });
    expect(read('pull_request', merged({ merged_at: null }))).toMatchObject({
      error: expect.stringContaining('pull_request.merged_at'),
    });
  });
});

describe('a merge', () => {
  it('is one change by its push and its pull request, however it was merged', () => {
    const [pull] = eventsOf('pull_request', merged());
    const squashed = eventsOf('push', push([commit('b', 'Cap batch size (#12)', webFlow)]));
    const byCommit = eventsOf(
      'push',
      push([commit('c', 'One'), commit('b', 'Merge pull request #12 from acme/cap\n\nCap batch size', webFlow)]),
    );
    const rebased = eventsOf('push', push([commit('b', 'Cap batch size')]));

    for (const [pushed] of [squashed, byCommit, rebased])
      expect(shared(pull, pushed)).toContain(`commit acme/checkout@${sha('b')}`);
    for (const [pushed] of [squashed, byCommit]) {
      expect(shared(pull, pushed)).toContain('pull-request acme/checkout#12');
      expect(pushed?.statement.title).toBe('Cap batch size (#12)');
    }
  });

  it('takes the number of a pull request only from commits that GitHub made', () => {
    const [own] = eventsOf('push', push([commit('b', 'Undo what (#12) did (#12)')]));
    const [reverted] = eventsOf('push', push([commit('b', 'Revert "Cap batch size (#12)" (#15)', webFlow)]));

    expect(own?.statement.pullRequest).toBeUndefined();
    expect(reverted?.statement.pullRequest?.number).toBe(15);
  });

  it('has the risk of nobody’s approval, and not that of a push', () => {
    const events = [...eventsOf('push', push([commit('b', 'Cap batch size')])), ...eventsOf('pull_request', merged())];

    const folded = foldChange(events, plain, null);

    expect(folded.risks.map((risk) => risk.name)).toEqual(['unreviewed']);
    expect(folded).toMatchObject({ kind: 'merge', title: 'Cap batch size (#12)', actor: { login: 'grace' } });
    expect(folded.occurredAt).toEqual(new Date('2026-11-20T14:03:19Z'));
  });

  it('loses an approval that was dismissed', () => {
    const review = (action: string, state: string) => ({
      action,
      review: { id: 5, state, submitted_at: '2026-11-20T13:00:00Z', user: { login: 'barbara' } },
      pull_request: { ...merged().pull_request, updated_at: '2026-11-20T13:30:00Z' },
      repository,
    });
    const approved = eventsOf('pull_request_review', review('submitted', 'approved'));
    const dismissed = eventsOf('pull_request_review', review('dismissed', 'dismissed'));
    const risks = (events: readonly TimelineEvent[]) =>
      foldChange([...eventsOf('pull_request', merged()), ...events], plain, null).risks.map((risk) => risk.name);

    expect(risks(approved)).toEqual([]);
    expect(risks([...dismissed, ...approved])).toEqual(['unreviewed']);
    expect(foldChange(approved, plain, null).at).toBeNull();
  });

  it('into a deployed branch is another change than the one into the default branch', () => {
    const catalog = { ...plain, services: [service('checkout', { branches: { production: 'live' } })] };
    const head = commit('b', 'Cap batch size (#12)', webFlow);
    const [toMain] = eventsOf('push', push([head]), catalog);

    for (const branch of ['live', 'production', 'release/1.42', 'hotfix-7']) {
      const [toBranch] = eventsOf('push', push([head], { ref: `refs/heads/${branch}` }), catalog);
      const [pull] = eventsOf('pull_request', merged({ base: { ref: branch } }), catalog);

      expect(toBranch?.statement).toMatchObject({ kind: 'merge', branch, traits: ['push', 'web-flow'] });
      expect(shared(toMain, toBranch)).toEqual([]);
      expect(shared(pull, toBranch)).toHaveLength(1);
    }
  });

  it('into any other branch is none', () => {
    expect(read('push', push([commit('b', 'Fix')], { ref: 'refs/heads/releasing' })).outcome).toBe('ignored');
    expect(read('pull_request', merged({ base: { ref: 'retry' } })).outcome).toBe('ignored');
    expect(read('pull_request', merged({ merged: false })).outcome).toBe('ignored');
    expect(read('push', push([])).outcome).toBe('ignored');
  });

  it('happened when GitHub got the push, else when its author made it, never after we heard of it', () => {
    const at = (pushed_at: unknown, timestamp: string) => {
      const body = push([commit('b', 'Fix', { timestamp })], { repository: { ...repository, pushed_at } });
      const [event] = eventsOf('push', body);
      return [event?.statement.occurredAt, event?.statement.clock];
    };

    expect(at(1795183400, '2026-11-20T09:00:00Z')).toEqual(['2026-11-20T14:03:20.000Z', 'source']);
    expect(at('2026-11-20T14:03:20Z', '2026-11-20T09:00:00Z')).toEqual(['2026-11-20T14:03:20.000Z', 'source']);
    expect(at(null, '2026-11-20T09:00:00Z')).toEqual(['2026-11-20T09:00:00.000Z', 'source']);
    expect(at(null, '2027-01-01T00:00:00Z')).toEqual(['2026-11-20T14:20:00.000Z', 'received']);
  });

  it('that forces the branch back to an old merge is a change of its own, with its risk', () => {
    const old = commit('b', 'Cap batch size (#12)', webFlow);
    const [before] = eventsOf('push', push([old]));
    const [forced] = eventsOf('push', push([], { forced: true, after: sha('b'), head_commit: old }));

    expect(shared(before, forced)).toEqual([]);
    expect(foldChange(forced === undefined ? [] : [forced], plain, null)).toMatchObject({
      title: 'main reset to bbbbbbb: Cap batch size (#12)',
      risks: [{ name: 'forced-push' }, { name: 'direct-push' }],
    });
  });

  it('keeps at most 250 commits and says how many there were', () => {
    const many = Array.from({ length: 300 }, (_, index) =>
      commit('b', `Step ${index}`, { id: index.toString(16).padStart(40, '0') }),
    );

    const [event] = eventsOf('push', push(many));

    expect(event?.statement.commits).toHaveLength(250);
    expect(event?.statement).toMatchObject({ title: '300 commits: Step 299', details: { commitsInAll: 300 } });
    expect(event?.mentions).toHaveLength(249);
  });
});

describe('an edit of configuration', () => {
  const titles = (body: object, catalog = plain) =>
    eventsOf('push', body, catalog)
      .filter((event) => event.statement.kind === 'config')
      .map(({ statement }) => `${statement.environmentName ?? '-'} | ${statement.title}`);

  it('is told for each environment that its paths name', () => {
    const body = push([
      commit('c', 'Lower the timeout', { modified: ['config/production.yaml', 'src/a.ts'] }),
      commit('b', 'Tidy', { added: ['config/a.yaml', 'config/b.yaml'], removed: ['config/c.yaml', 'config/d.yaml'] }),
    ]);

    expect(titles(body)).toEqual([
      'production | config/production.yaml: Lower the timeout',
      '- | config/a.yaml, config/b.yaml, config/c.yaml + 1 more: Tidy',
    ]);
  });

  it('follows the globs of the service that each path belongs to', () => {
    const catalog: Catalog = {
      ...plain,
      services: [
        service('ledger', { paths: ['ledger/**'], configPaths: ['**/*.ini'] }),
        service('search', { paths: ['search/**'] }),
      ],
    };
    const modified = ['ledger/prod.ini', 'ledger/config/x', 'search/config/x', 'search/prod.ini', 'infra/main.tf'];

    expect(titles(push([commit('b', 'Edit', { modified })]), catalog)).toEqual([
      'production | ledger/prod.ini: Edit',
      '- | search/config/x, infra/main.tf: Edit',
    ]);
  });

  it('is the same edit when its commit goes on to a deployed branch', () => {
    const body = push([commit('b', 'Edit', { modified: ['config/prod.yaml'] })]);
    const [, edit] = eventsOf('push', body);
    const [, again] = eventsOf('push', { ...body, ref: 'refs/heads/production' });

    expect(again?.statement.key).toBe(edit?.statement.key);
  });
});

describe('a deployment', () => {
  const created = () => eventsOf('deployment', deployment());
  const began = () => eventsOf('deployment_status', status('in_progress', '2026-11-20T14:00:30Z'));
  const failed = () => eventsOf('deployment_status', status('failure', '2026-11-20T14:04:00Z'));
  const passed = () => eventsOf('deployment_status', status('success', '2026-11-20T14:07:00Z'));
  const view = (events: readonly TimelineEvent[]) => {
    const { identities: _, ...folded } = foldChange(events, plain, null);
    return folded;
  };

  it('is the same change in any order, and without its first event', () => {
    const inOrder = view([...created(), ...began(), ...failed(), ...passed()]);

    expect(inOrder).toMatchObject({
      kind: 'deploy',
      environment: 'production',
      status: 'succeeded',
      occurredAt: new Date('2026-11-20T14:00:00Z'),
      finishedAt: new Date('2026-11-20T14:07:00Z'),
      to: 'bbbbbbb',
      branch: 'main',
      actor: { login: 'ada' },
    });
    expect(view([...passed(), ...failed(), ...began(), ...created()])).toEqual(inOrder);
    // Whoever has not heard of the failure cannot tell of it.
    expect(view([...passed(), ...began()])).toEqual({ ...inOrder, risks: [] });
    expect(view(passed())).toEqual({ ...inOrder, risks: [] });
  });

  it('that waits has not begun, and one that another replaced says nothing', () => {
    expect(view(eventsOf('deployment_status', status('queued', '2026-11-20T14:00:10Z'))).at).toBeNull();
    expect(view(eventsOf('deployment_status', status('error', '2026-11-20T14:00:10Z'))).status).toBe('failed');
    expect(read('deployment_status', status('inactive', '2026-11-20T14:00:10Z')).outcome).toBe('ignored');
  });

  it.each([
    [{ ref: 'v1.42.0' }, { to: 'v1.42.0', branch: undefined }],
    [{ ref: 'refs/tags/nightly' }, { to: 'nightly', branch: undefined }],
    [{ ref: 'refs/heads/release/1.42' }, { to: 'bbbbbbb', branch: 'release/1.42' }],
    [{ ref: sha('b') }, { to: 'bbbbbbb', branch: undefined }],
    [{ payload: { version: '1.42.0' } }, { to: '1.42.0', branch: 'main' }],
    [{ payload: '{"version":1.42,"app":"api"}' }, { to: '1.42', serviceName: 'api' }],
    [{ payload: 'hello' }, { to: 'bbbbbbb', serviceName: undefined }],
    [{ payload: '' }, { serviceName: undefined }],
    [{ payload: ['service'] }, { serviceName: undefined }],
    [{ payload: { component: 'api' } }, { serviceName: 'api' }],
    [{ task: 'deploy:api' }, { kind: 'deploy', serviceName: 'api' }],
    [{ task: 'deploy:migrations' }, { kind: 'migration', serviceName: undefined }],
    [{ task: 'rollback' }, { kind: 'rollback' }],
    [{ environment: 'eu', original_environment: 'production' }, { environmentName: 'production' }],
    [
      { description: 'Undo', payload: { reason: 'INC-42' } },
      { reason: 'INC-42', details: { description: 'Undo' } },
    ],
  ])('with %j says %j', (more, expected) => {
    const [event] = eventsOf('deployment', deployment(more));

    const said = Object.keys(expected).map((field) => [field, Reflect.get(event?.statement ?? {}, field)]);
    expect(Object.fromEntries(said)).toEqual(expected);
  });

  it('of a workflow is the deed of whoever set it off', () => {
    const body = deployment({ creator: { login: 'github-actions[bot]' } });
    const workflow_run = { id: 9, actor: { login: 'ada' }, triggering_actor: { login: 'grace' } };

    expect(eventsOf('deployment', { ...body, workflow_run })[0]?.statement.actor).toEqual({ login: 'grace' });
    expect(eventsOf('deployment', body)[0]?.statement.actor).toEqual({ login: 'github-actions[bot]' });
  });

  it('links only to where a browser may safely go', () => {
    const links = {
      environment_url: 'javascript://example.com/%0aalert(1)',
      log_url: 'https://ci.example.com/1',
      target_url: '',
    };
    const [event] = eventsOf('deployment_status', status('success', '2026-11-20T14:07:00Z', links));

    expect(event?.statement.url).toBeUndefined();
    expect(event?.statement.runUrl).toBe('https://ci.example.com/1');
  });
});

describe('a workflow run', () => {
  it('that deploys by its name is one change with its deployment', () => {
    const [ran] = eventsOf('workflow_run', run());
    const [made] = eventsOf('deployment', { ...deployment(), workflow_run: { id: 9, run_attempt: 1 } });
    const link = { target_url: 'https://github.com/Acme/Checkout/actions/runs/9/job/3' };
    const [linked] = eventsOf('deployment_status', status('success', '2026-11-20T14:04:00Z', link));

    expect(ran?.statement).toMatchObject({ kind: 'deploy', phase: 'succeeded', environmentName: 'production' });
    expect(shared(ran, made)).toEqual(['run acme/checkout#9.1@production']);
    expect(shared(ran, linked)).toEqual(['run acme/checkout#9.1@production']);
  });

  it('run again is another deploy', () => {
    const [first] = eventsOf('workflow_run', run());
    const [again] = eventsOf('workflow_run', run({ run_attempt: 2 }));

    expect(shared(first, again)).toEqual([]);
  });

  it('is not the deploy of one service among several that it deploys', () => {
    const several = { ...plain, services: [service('api'), service('web')] };
    const made = (catalog: Catalog, name: string) =>
      eventsOf('deployment', { ...deployment({ payload: { service: name } }), workflow_run: { id: 9 } }, catalog)[0];

    expect(shared(eventsOf('workflow_run', run())[0], made(plain, 'Checkout'))).toHaveLength(1);
    expect(shared(eventsOf('workflow_run', run())[0], made(plain, 'api'))).toEqual([]);
    expect(shared(eventsOf('workflow_run', run())[0], made(several, 'api'))).toEqual([]);
  });

  it('knows less about the version than its deployment', () => {
    const events = [
      ...eventsOf('deployment', deployment({ payload: { version: '1.42.0' } })),
      ...eventsOf('workflow_run', run()),
    ];

    expect(foldChange(events, plain, null)).toMatchObject({ to: '1.42.0', status: 'succeeded' });
  });

  it.each([
    ['failure', 'failed'],
    ['timed_out', 'failed'],
    ['cancelled', 'cancelled'],
  ])('that ended in %s %s', (conclusion, phase) => {
    expect(eventsOf('workflow_run', run({ conclusion }))[0]?.statement.phase).toBe(phase);
  });

  it.each([
    ['tests', run({}, 'Test')],
    ['deploys nowhere known', run({}, 'Deploy to mars')],
    ['promotes from one environment to another', run({}, 'Promote staging to production')],
    ['only builds what is for production', run({}, 'Build production image')],
    ['reproduces', run({}, 'Deploy reproduction')],
    ['was skipped', run({ conclusion: 'skipped' })],
    ['has only been asked for', { ...run(), action: 'requested' }],
  ])('that %s is no deploy', (_, body) => {
    expect(read('workflow_run', body).outcome).toBe('ignored');
  });
});

describe('tags and branches', () => {
  const ref = { repository, sender: { login: 'ada' } };

  it('make one note of a tag, whoever reports it, named by its release', () => {
    const events = [
      ...eventsOf('create', { ...ref, ref: 'v1.42.0', ref_type: 'tag' }),
      ...eventsOf('push', push([], { ref: 'refs/tags/v1.42.0', created: true, head_commit: commit('b', 'Fix') })),
      ...eventsOf('release', {
        ...ref,
        action: 'published',
        release: {
          id: 1,
          tag_name: 'v1.42.0',
          html_url: 'https://github.com/acme/checkout',
          published_at: '2026-11-20T14:07:00Z',
        },
      }),
    ];

    expect(new Set(events.flatMap((event) => event.identities.map(({ value }) => value)))).toEqual(
      new Set(['acme/checkout@v1.42.0']),
    );
    expect(foldChange(events, plain, null)).toMatchObject({
      kind: 'note',
      title: 'Release v1.42.0 published',
      to: 'v1.42.0',
      commit: sha('b'),
    });
  });

  it('tell when a tag moved, and when one is gone', () => {
    const moved = push([], { ref: 'refs/tags/v1', after: sha('c'), forced: true, head_commit: commit('b', 'Fix') });
    const gone = push([], { ref: 'refs/tags/v1', deleted: true });

    expect(eventsOf('push', moved)[0]?.statement.title).toBe('Tag v1 moved to bbbbbbb');
    expect(
      shared(eventsOf('push', gone)[0], eventsOf('delete', { ...ref, ref: 'v1', ref_type: 'tag' })[0]),
    ).toHaveLength(1);
    expect(shared(eventsOf('push', gone)[0], eventsOf('create', { ...ref, ref: 'v1', ref_type: 'tag' })[0])).toEqual(
      [],
    );
  });

  it('tell when a branch is gone only if it was deployed', () => {
    expect(eventsOf('delete', { ...ref, ref: 'main', ref_type: 'branch' })[0]?.statement.title).toBe(
      'Branch main deleted',
    );
    expect(eventsOf('push', push([], { deleted: true }))[0]?.statement.title).toBe('Branch main deleted');
    expect(read('delete', { ...ref, ref: 'retry', ref_type: 'branch' }).outcome).toBe('ignored');
    expect(read('create', { ...ref, ref: 'production', ref_type: 'branch' }).outcome).toBe('ignored');
  });
});
