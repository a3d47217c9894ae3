import fc from 'fast-check';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { emptyCatalog, readDelivery, readSource } from '../../test/read-source.ts';
import type { Statement, TimelineEvent } from '../domain/event.ts';
import { foldChange } from '../domain/fold.ts';
import { terraformPlan } from './terraform-plan.ts';

const at = '2026-11-20T13:50:00Z';

function resource(actions: readonly string[], more: object = {}, change: object = {}) {
  return { address: 'aws_instance.web', ...more, change: { actions, before: { a: 1 }, after: { a: 2 }, ...change } };
}

function plan(fields: object): object {
  return { format_version: '1.2', timestamp: at, ...fields };
}

function eventsOf(body: unknown, headers: Record<string, string> = {}): readonly TimelineEvent[] {
  const parsed = readSource(terraformPlan, body, { headers });
  return parsed.outcome === 'events' ? parsed.events : [];
}

function statementsOf(body: unknown): readonly Statement[] {
  return eventsOf(body).map(({ statement }) => statement);
}

function titlesOf(body: unknown): readonly (string | undefined)[] {
  return statementsOf(body).map(({ title }) => title);
}

describe('what a plan changes', () => {
  it.each([
    [['create'], 'terraform plan: aws_instance.web to create'],
    [['update'], 'terraform plan: aws_instance.web to change'],
    [['delete'], 'terraform plan: aws_instance.web to destroy'],
    [['delete', 'create'], 'terraform plan: aws_instance.web to replace'],
    [['create', 'delete'], 'terraform plan: aws_instance.web to replace'],
    [['create', 'forget'], 'terraform plan: aws_instance.web to replace'],
    [['forget'], 'terraform plan: aws_instance.web to forget'],
  ])('%j', (actions, title) => {
    expect(titlesOf(plan({ resource_changes: [resource(actions)] }))).toEqual([title]);
  });

  it.each([
    ['data that is read', resource(['read'], { mode: 'data' })],
    ['a resource left alone', resource(['no-op'])],
    ['a resource that got another address', resource(['no-op'], { previous_address: 'aws_instance.old' })],
    ['an action that is not known', resource(['ponder'])],
  ])('is nothing for %s', (_, change) => {
    expect(readSource(terraformPlan, plan({ resource_changes: [change] }))).toEqual({
      outcome: 'ignored',
      reason: 'a plan without changes',
    });
  });

  it('is counted by what happens, in one order', () => {
    const changes = [['delete'], ['create'], ['no-op'], ['create'], ['update']].map((actions, index) =>
      resource(actions, { address: `aws_instance.web[${index}]` }),
    );
    const imported = resource(['no-op'], { address: 'b.c' }, { importing: { id: 'x' } });
    const body = { workspace: 'network', plan: plan({ resource_changes: [...changes, imported] }) };

    expect(titlesOf(body)).toEqual(['terraform plan network: 2 to create, 1 to change, 1 to destroy, 1 to import']);
    expect(statementsOf(body)[0]?.details).toEqual({
      delete: ['aws_instance.web[0]'],
      create: ['aws_instance.web[1]', 'aws_instance.web[3]'],
      update: ['aws_instance.web[4]'],
      import: ['b.c'],
    });
  });

  it('is an output where no resource changes', () => {
    const outputs = { a: { actions: ['update'] }, b: { actions: ['no-op'] } };

    expect(titlesOf(plan({ output_changes: outputs }))).toEqual(['terraform plan: 1 output to change, no resources']);
  });

  it('is no output that format 0.1 calls created though the state has it', () => {
    const state = { values: { outputs: { a: { value: { x: 1 } } } } };
    const outputs = (value: number) => ({ a: { actions: ['create'], after: { x: value } } });
    const old = (value: number) => ({ format_version: '0.1', output_changes: outputs(value), prior_state: state });

    expect(readSource(terraformPlan, old(1)).outcome).toBe('ignored');
    expect(readSource(terraformPlan, old(2)).outcome).toBe('events');
  });

  it('tells of what stays the attributes that differ, and why a replacement is one', () => {
    const changed = resource(
      ['delete', 'create'],
      { action_reason: 'replace_because_cannot_update' },
      {
        before: { ami: 'a', size: 1, id: 'i-1' },
        after: { ami: 'b', size: 1 },
        after_unknown: { id: true },
        replace_paths: [['ami'], ['network', 0, 'id']],
      },
    );

    expect(statementsOf(plan({ resource_changes: [changed] }))[0]).toMatchObject({
      before: { 'aws_instance.web': { ami: 'a', id: 'i-1' } },
      after: { 'aws_instance.web': { ami: 'b', id: '(known after apply)' } },
      details: { replace: ['aws_instance.web'], replaced_for: { 'aws_instance.web': 'ami, network.0.id' } },
    });
  });

  it('lists at most 50 resources and says how many there are beyond', () => {
    const changes = Array.from({ length: 60 }, (_, index) => resource(['create'], { address: `a.b[${index}]` }));
    const [statement] = statementsOf(plan({ resource_changes: changes }));

    expect(statement?.title).toBe('terraform plan: 60 to create');
    expect(statement?.details).toMatchObject({ not_listed: 10 });
  });
});

describe('drift', () => {
  it('is a change of its own, beside what is planned', () => {
    const body = plan({ resource_changes: [resource(['update'])], resource_drift: [resource(['delete'])] });

    expect(statementsOf(body).map(({ kind, title }) => [kind, title])).toEqual([
      ['infrastructure', 'terraform plan: aws_instance.web to change'],
      ['drift', 'terraform found drift: aws_instance.web deleted outside Terraform'],
    ]);
  });

  it.each([
    ['a move', resource(['no-op'], { previous_address: 'aws_instance.old' })],
    ['an update from equal to equal', resource(['update'], {}, { after: { a: 1 } })],
  ])('is not %s', (_, drift) => {
    expect(readSource(terraformPlan, plan({ resource_drift: [drift] })).outcome).toBe('ignored');
  });

  it('that plans of one day find again is one change', () => {
    const drift = { resource_drift: [resource(['update'])] };
    const [first, again, later] = [at, '2026-11-20T17:50:00Z', '2026-11-21T13:50:00Z'].map(
      (timestamp) => eventsOf(plan({ ...drift, timestamp }))[0],
    );

    expect(again?.identities).toEqual(first?.identities);
    expect(again?.statement.key).not.toBe(first?.statement.key);
    expect(later?.identities).not.toEqual(first?.identities);
  });
});

describe('a plan and its apply', () => {
  const changes = plan({ resource_changes: [resource(['create'])] });
  const sent = (phase: string, more: object = {}) => eventsOf({ workspace: 'network', phase, plan: changes, ...more });

  it('are one change, in either order', () => {
    const planned = sent('planned');
    const applied = sent('applied', { finished_at: '2026-11-20T14:04:00Z' });

    expect(applied[0]?.identities).toEqual(planned[0]?.identities);
    expect(foldChange([...applied, ...planned], emptyCatalog, null)).toMatchObject({
      title: 'terraform apply network: aws_instance.web created',
      status: 'succeeded',
      finishedAt: new Date('2026-11-20T14:04:00Z'),
    });
  });

  it.each([
    ['planned', 'happened'],
    ['started', 'started'],
    ['applied', 'succeeded'],
    ['failed', 'failed'],
    ['cancelled', 'cancelled'],
  ])('%s is %s', (phase, expected) => {
    expect(sent(phase).map(({ statement }) => statement.phase)).toEqual([expected]);
  });

  it('is a plan as far as is known where nobody says', () => {
    expect(eventsOf(changes)[0]?.statement).toMatchObject({
      phase: 'happened',
      clock: 'source',
      occurredAt: '2026-11-20T13:50:00.000Z',
    });
  });

  it('are one change by their run where plans have no time, and two without a run elsewhere', () => {
    const untimed = { ...changes, timestamp: undefined };
    const of = (more: object) => eventsOf({ plan: untimed, ...more })[0]?.identities;

    expect(of({ run: 7, workspace: 'a' })).toEqual(of({ run: '7', workspace: 'a', phase: 'applied' }));
    expect(of({ run: 7, workspace: 'a' })).not.toEqual(of({ run: 7, workspace: 'b' }));
    expect(of({ workspace: 'a' })).not.toEqual(of({ workspace: 'b' }));
  });

  it('of HCP Terraform join what its notifications tell', () => {
    expect(sent('applied', { run: 'run-Acme000000000017' })[0]?.identities).toContainEqual({
      type: 'run',
      value: 'terraform:run-Acme000000000017',
    });
  });

  it('fail with the plan', () => {
    const body = plan({ errored: true, resource_changes: [resource(['create'])] });

    expect(statementsOf(body)).toMatchObject([
      { phase: 'failed', title: 'terraform plan: failed, having planned aws_instance.web to create' },
    ]);
    expect(titlesOf(plan({ errored: true }))).toEqual(['terraform plan: failed']);
  });

  it('are told about in headers where the plan is sent as it is', () => {
    const [event] = eventsOf(changes, {
      'x-terraform-workspace': 'network',
      'x-terraform-environment': 'prod',
      'x-terraform-phase': 'applied',
      'x-terraform-commit': 'B2'.repeat(20),
      'x-terraform-repository': 'Acme/Infrastructure',
    });

    expect(event).toMatchObject({
      statement: {
        phase: 'succeeded',
        environmentName: 'prod',
        serviceName: 'network',
        commit: 'b2'.repeat(20),
        repository: 'acme/infrastructure',
      },
      mentions: [{ type: 'commit', value: `acme/infrastructure@${'b2'.repeat(20)}` }],
    });
  });
});

describe('sensitive values', () => {
  const secret = 'correct horse battery';
  const marked = {
    before: { login: { pin: `${secret} before`, name: 'ada' }, keys: [secret, 'public'], size: 1 },
    after: { login: { pin: secret, name: 'ada' }, keys: [secret, 'public'], size: 2 },
    before_sensitive: { login: { pin: true }, keys: [true, false] },
    after_sensitive: { login: { pin: true }, keys: [true] },
  };
  const values = {
    outputs: { pin: { sensitive: true, value: secret } },
    root_module: {
      resources: [{ values: { pin: secret }, sensitive_values: { pin: true } }],
      child_modules: [{ resources: [{ values: { all: secret }, sensitive_values: true }] }],
    },
  };
  const body = plan({
    resource_changes: [resource(['update'], {}, marked)],
    resource_drift: [resource(['update'], {}, { ...marked, before_sensitive: true })],
    deferred_changes: [
      { reason: 'x', resource_change: resource(['create'], {}, { after: secret, after_sensitive: true }) },
    ],
    action_invocations: [{ address: 'action.a.b', config_values: { pin: secret }, config_sensitive: { pin: true } }],
    output_changes: {
      pin: {
        actions: ['update'],
        before: { pin: secret },
        after: secret,
        before_sensitive: { pin: true },
        after_sensitive: true,
      },
    },
    planned_values: values,
    prior_state: { values },
    variables: { pin: { value: secret }, region: { value: 'eu' } },
    configuration: {
      root_module: {
        variables: { pin: { sensitive: true, default: secret } },
        resources: [
          { expressions: { pin: { constant_value: secret }, block: [{ pin: { constant_value: [secret] } }] } },
        ],
      },
    },
  });

  it.each([
    ['a plan', body],
    ['a plan in a wrapper', { workspace: 'network', plan: body }],
  ])('are nowhere in what is kept of %s, and equal ones still look equal', (_, sent) => {
    const { parsed, body: kept } = readDelivery(terraformPlan, sent);

    expect(kept.toString()).not.toContain('horse');
    expect(kept.toString()).toContain('public');
    expect(JSON.stringify(parsed)).not.toContain('horse');
    expect(parsed).toMatchObject({
      outcome: 'events',
      events: [
        {
          statement: {
            before: { 'aws_instance.web': { login: { name: 'ada' }, size: 1 } },
            after: { 'aws_instance.web': { login: { name: 'ada' }, size: 2 } },
          },
        },
        {},
      ],
    });
    const [change] = parsed.outcome === 'events' ? parsed.events : [];
    expect(JSON.stringify(change)).not.toContain('"keys"');
  });

  it('of outputs that only the state marks are concealed too', () => {
    const old = {
      format_version: '0.1',
      output_changes: { pin: { actions: ['update'], before: 'x', after: secret } },
      planned_values: { outputs: { pin: { sensitive: true, value: secret } } },
    };

    expect(readDelivery(terraformPlan, old).body.toString()).not.toContain('horse');
  });

  it('are concealed under a mask of any shape', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const change = resource(
          ['update'],
          {},
          { before: value, after: { a: value }, before_sensitive: true, after_sensitive: { a: true } },
        );
        const kept = JSON.parse(readDelivery(terraformPlan, plan({ resource_changes: [change] })).body.toString());
        const [{ change: seen }] = kept.resource_changes;

        expect(JSON.stringify([seen.before, seen.after]).replaceAll(/"‹secret [0-9a-f]{16}›"/g, '0')).toBe(
          JSON.stringify([blank(value), { a: blank(value) }]),
        );
      }),
    );
  });
});

function blank(value: unknown): unknown {
  if (Array.isArray(value)) return value.map((item) => blank(item));
  if (typeof value !== 'object') return 0;
  if (value === null) return null;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, blank(inner)]));
}

describe('what is no plan', () => {
  it.each([
    [
      'a later major version',
      { format_version: '2.0', resource_changes: [] },
      { outcome: 'malformed', notWhatItSends: false },
    ],
    ['no version', { resource_changes: [] }, { outcome: 'malformed', notWhatItSends: true }],
    ['a list', [], { outcome: 'malformed', notWhatItSends: true }],
    ['a wrapper without a plan', { plan: null }, { outcome: 'malformed', notWhatItSends: true }],
    ['a state', { format_version: '1.0', values: {} }, { outcome: 'malformed', notWhatItSends: true }],
    [
      'schemas of providers',
      { format_version: '1.0', provider_schemas: {} },
      { outcome: 'malformed', notWhatItSends: true },
    ],
    [
      'a change without actions',
      plan({ resource_changes: [{ address: 'a.b', change: {} }] }),
      { outcome: 'malformed', notWhatItSends: false },
    ],
    [
      'a phase that is not known',
      { plan: plan({}), phase: 'pondered' },
      { outcome: 'malformed', notWhatItSends: false },
    ],
  ])('%s', (_, body, expected) => {
    expect(readSource(terraformPlan, body)).toMatchObject(expected);
  });

  it('is read without a fall where it nests without end', () => {
    const deep = `${'['.repeat(200_000)}${']'.repeat(200_000)}`;
    const body = `{"format_version":"1.2","resource_changes":[{"address":"a.b","change":{"actions":["create"],"after":${deep}}}]}`;

    expect(readSource(terraformPlan, body).outcome).toBe('events');
  });
});

const samples = new URL('../../../shared/samples/terraform-plan/', import.meta.url);

describe.runIf(existsSync(samples))('plans of others', () => {
  it.each(existsSync(samples) ? readdirSync(samples) : [])('%s', (file) => {
    const { parsed, body } = readDelivery(terraformPlan, readFileSync(new URL(file, samples)));

    expect(parsed.outcome === 'malformed').toBe(file.endsWith('schemas.json'));
    expect(readDelivery(terraformPlan, body).parsed).toEqual(parsed);
  });
});
