import { describe, expect, it } from 'vitest';
import { emptyCatalog, readDelivery, readSource } from '../../test/read-source.ts';
import type { TimelineEvent } from '../domain/event.ts';
import { foldChange } from '../domain/fold.ts';
import { ansible } from './ansible.ts';

const catalog = { ...emptyCatalog, environments: new Map([['production', 'production']]) };
const secret = 'correct horse battery';

function task(name: string, hosts: object, id = name) {
  return { task: { id, name }, hosts };
}

function report(tasks: readonly object[], more: object = {}, day = '20') {
  const duration = { start: `2026-11-${day}T14:00:00.5Z`, end: `2026-11-${day}T14:00:30Z` };
  return {
    plays: [{ play: { id: `play-${day}`, name: 'web servers', path: '/srv/web.yml:1', duration }, tasks }],
    stats: { web1: { changed: 1, failures: 0, unreachable: 0 } },
    ...more,
  };
}

function job(more: object = {}) {
  return {
    id: 2722,
    name: 'Restart queue workers',
    url: 'https://awx.example.com/#/jobs/playbook/2722',
    created_by: 'ada',
    started: '2026-11-20T14:00:00+00:00',
    finished: null,
    status: 'running',
    inventory: 'Production servers',
    ...more,
  };
}

function eventsOf(body: unknown, headers: Record<string, string> = {}): readonly TimelineEvent[] {
  const parsed = readSource(ansible, body, { catalog, headers });
  return parsed.outcome === 'events' ? parsed.events : [];
}

describe('a check', () => {
  it('that would change something is one drift, with its tasks and hosts', () => {
    const found = report([
      task('nginx.conf', {
        web1: { changed: true, dest: '/etc/nginx.conf' },
        web2: { changed: true },
        web3: { changed: false },
      }),
      task('log level', { web1: { changed: true } }),
      task('gone', { web1: { changed: true, failed: true } }),
    ]);

    expect(eventsOf(found)).toMatchObject([
      {
        statement: {
          kind: 'drift',
          phase: 'happened',
          clock: 'source',
          occurredAt: '2026-11-20T14:00:30.000Z',
          title: 'ansible web.yml found drift on web1 and web2: nginx.conf, log level',
          details: {
            playbook: 'web.yml',
            tasks: [
              { task: 'nginx.conf', hosts: ['web1', 'web2'], paths: ['/etc/nginx.conf'] },
              { task: 'log level', hosts: ['web1'] },
            ],
          },
        },
      },
    ]);
  });

  it('of many hosts and tasks is told in one line', () => {
    const hosts = { a: { changed: true }, b: { changed: true }, c: { changed: true } };
    const tasks = ['one', 'two', 'three', 'four'].map((name) => task(name, hosts));

    expect(eventsOf(report(tasks))[0]?.statement.title).toBe(
      'ansible web.yml found drift on 3 hosts: one, two and 2 more tasks',
    );
  });

  it('with the strategy free counts a task once', () => {
    const tasks = [task('one', { a: { changed: true } }), task('one', { b: { changed: true } })];

    expect(eventsOf(report(tasks))[0]?.statement.details).toMatchObject({ tasks: [{ hosts: ['a', 'b'] }] });
  });

  it.each([
    [
      'would change nothing',
      [task('one', { a: { changed: false, diff: { before: { mode: '1' }, after: { mode: '2' } } } })],
    ],
    ['found no host', [task('one', {})]],
    ['has no tasks', []],
  ])('that %s is ignored', (_, tasks) => {
    expect(readSource(ansible, report(tasks)).outcome).toBe('ignored');
  });

  it('finds one drift however often in a day, and another the next day', () => {
    const tasks = [task('one', { a: { changed: true } })];
    const [first, again, later] = [report(tasks), report(tasks, { run: 8 }), report(tasks, {}, '21')].map(
      (body) => eventsOf(body)[0],
    );

    expect(again?.identities).toEqual(first?.identities);
    expect(again?.statement.key).not.toBe(first?.statement.key);
    expect(later?.identities).not.toEqual(first?.identities);
  });

  it('is where headers or fields beside its plays say', () => {
    const tasks = [task('one', { a: { changed: true } })];
    const place = { environmentName: 'production', serviceName: 'checkout' };

    expect(
      eventsOf(report(tasks), { 'x-ansible-environment': 'production', 'x-ansible-service': 'checkout' })[0]?.statement,
    ).toMatchObject(place);
    expect(eventsOf(report(tasks, { environment: 'production', service: 'checkout' }))[0]?.statement).toMatchObject(
      place,
    );
  });

  it('reads times without a zone as UTC', () => {
    const body = report([task('one', { a: { changed: true } })]);
    const [each] = body.plays;
    const older = {
      ...body,
      plays: [{ ...each, play: { ...each?.play, duration: { end: '2026-11-20T14:00:30.5' } } }],
    };

    expect(eventsOf(older)[0]?.statement.occurredAt).toBe('2026-11-20T14:00:30.500Z');
  });
});

describe('what is kept of a report', () => {
  const hidden = report(
    [
      task('conf', {
        a: {
          changed: true,
          stdout: secret,
          content: secret,
          invocation: { module_args: { content: secret } },
          diff: [
            { before: secret, after: `${secret} 2`, after_header: '/etc/app.env (content)' },
            {
              before: { mode: '0644', content: secret },
              after: { mode: '0600', content: secret, path: '/etc/app.env' },
            },
          ],
        },
      }),
    ],
    { custom_stats: { x: secret } },
  );

  it('is nothing of what is in files, arguments or output', () => {
    const { body, parsed } = readDelivery(ansible, hidden);

    expect(body.toString()).not.toContain('horse');
    expect(JSON.stringify(parsed)).not.toContain('horse');
    expect(readDelivery(ansible, body).parsed).toEqual(parsed);
  });

  it('is which file, and its attributes before and after', () => {
    expect(eventsOf(hidden)[0]?.statement).toMatchObject({
      before: { 'a:/etc/app.env': { mode: '0644' } },
      after: { 'a:/etc/app.env': { mode: '0600' } },
      details: { tasks: [{ paths: ['/etc/app.env'] }] },
    });
  });

  it('is read without a fall where it nests without end', () => {
    const deep = `${'['.repeat(200_000)}${']'.repeat(200_000)}`;

    expect(readSource(ansible, `{"plays":[],"stats":${deep}}`).outcome).toBe('malformed');
  });
});

describe('a run that is no check', () => {
  const changed = [task('one', { web1: { changed: true } })];

  it.each([{ check: false }, { check: 'false' }])(
    'is an infrastructure change from its beginning to its end (%j)',
    (more) => {
      expect(foldChange(eventsOf(report(changed, more)), catalog, null)).toMatchObject({
        kind: 'infrastructure',
        title: 'ansible web.yml on web1: one',
        status: 'succeeded',
        occurredAt: new Date('2026-11-20T14:00:00.5Z'),
        finishedAt: new Date('2026-11-20T14:00:30Z'),
      });
    },
  );

  it('has failed where a host failed or could not be reached', () => {
    const stats = { web1: { failures: 0, unreachable: 0 }, web2: { unreachable: 1 } };

    expect(eventsOf(report([], { check: false, stats }))[0]?.statement).toMatchObject({
      phase: 'failed',
      title: 'ansible web.yml on web2',
    });
  });

  it('and changed nothing is ignored', () => {
    expect(readSource(ansible, report([], { check: false })).outcome).toBe('ignored');
  });
});

describe('a job of AWX', () => {
  it.each([
    ['pending', 'mentioned'],
    ['running', 'started'],
    ['successful', 'succeeded'],
    ['failed', 'failed'],
    ['error', 'failed'],
    ['canceled', 'cancelled'],
  ])('that is %s is %s', (status, phase) => {
    expect(eventsOf(job({ status }))[0]?.statement.phase).toBe(phase);
  });

  it('is one change from its beginning to its end, in either order', () => {
    const over = job({
      status: 'successful',
      finished: '2026-11-20T14:03:29.9+00:00',
      hosts: { a: { changed: 2 }, b: { failed: true } },
    });

    expect(foldChange([...eventsOf(over), ...eventsOf(job())], catalog, null)).toMatchObject({
      kind: 'maintenance',
      title: 'AWX job Restart queue workers on Production servers',
      status: 'succeeded',
      environment: 'production',
      occurredAt: new Date('2026-11-20T14:00:00Z'),
      finishedAt: new Date('2026-11-20T14:03:29.9Z'),
      actor: { login: 'ada' },
      details: { hosts: 2, changed: 2, failed_hosts: ['b'] },
    });
  });

  it('whose name deploys is a deploy, of what its variables say', () => {
    const extra_vars = '{"service": "checkout", "env": "production", "version": "1.42.0"}';

    expect(foldChange(eventsOf(job({ name: 'Deploy checkout', extra_vars })), catalog, null)).toMatchObject({
      kind: 'deploy',
      title: 'deploy checkout 1.42.0 to production',
    });
  });

  it('keeps of its variables only those that say where, and no traceback', () => {
    const extra_vars = JSON.stringify({ env: 'production', note: secret });
    const { body } = readDelivery(ansible, job({ extra_vars, traceback: secret }));

    expect(body.toString()).not.toContain('horse');
    expect(JSON.parse(body.toString())).toMatchObject({ extra_vars: { env: 'production' } });
  });

  it.each([
    ['an update of a project', { url: 'https://awx.example.com/#/jobs/project/7' }],
    ['an update of an inventory', { friendly_name: 'Inventory Update' }],
    ['a job of AWX itself', { friendly_name: 'System Job' }],
    ['an approval', { approval_status: 'approved' }],
    ['a check', { job_type: 'check' }],
  ])('that is %s is ignored', (_, more) => {
    expect(readSource(ansible, job(more)).outcome).toBe('ignored');
  });

  it.each([[null], [false], [''], [undefined]])('is over when we hear so where its end is %j', (finished) => {
    expect(eventsOf(job({ status: 'failed', started: null, finished }))[0]?.statement.clock).toBe('received');
  });
});

describe('anything else', () => {
  it.each([
    ['AWX’s test', { body: 'Ansible Tower Test Notification 3 https://awx.example.com' }, { outcome: 'ping' }],
    ['a body of another sender', { body: 'hello' }, { outcome: 'malformed', notWhatItSends: true }],
    ['a job without a status', job({ status: null }), { outcome: 'malformed', notWhatItSends: false }],
    ['plays that are none', { plays: [7] }, { outcome: 'malformed', notWhatItSends: false }],
    ['a check that is neither', report([], { check: 'maybe' }), { outcome: 'malformed', notWhatItSends: false }],
  ])('%s', (_, body, expected) => {
    expect(readSource(ansible, body)).toMatchObject(expected);
  });
});
