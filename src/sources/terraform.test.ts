import { describe, expect, it } from 'vitest';
import { emptyCatalog, readSource } from '../../test/read-source.ts';
import type { TimelineEvent } from '../domain/event.ts';
import { foldChange } from '../domain/fold.ts';
import { terraform } from './terraform.ts';

const runBody = {
  payload_version: 1,
  notification_configuration_id: 'nc-1',
  run_url: 'https://app.terraform.io/app/acme/network/runs/run-17',
  run_id: 'run-17',
  run_message: 'Add two queue workers',
  run_created_by: 'ada',
  workspace_name: 'network',
  organization_name: 'acme',
};

function run(status: string, at: string | null = '2026-11-20T14:00:00.000Z'): readonly TimelineEvent[] {
  return eventsOf({
    ...runBody,
    notifications: [{ trigger: 'run:completed', run_status: status, run_updated_at: at, run_updated_by: null }],
  });
}

function result(number: number, drifted: boolean, more: object = {}) {
  return {
    id: `asmtres-${number}`,
    succeeded: true,
    drifted,
    resources_drifted: drifted ? 4 : 0,
    resources_undrifted: 55,
    checks_passed: 12,
    checks_failed: 0,
    checks_errored: 0,
    created_at: `2026-11-20T${String(10 + number)}:00:00Z`,
    ...more,
  };
}

function assessment(now: object, before: object | null, trigger = 'assessment:drifted') {
  return {
    payload_version: '2',
    trigger_scope: 'assessment',
    trigger,
    details: { new_assessment_result: now, prior_assessment_result: before, workspace_name: 'network' },
  };
}

function eventsOf(body: unknown): readonly TimelineEvent[] {
  const parsed = readSource(terraform, body);
  return parsed.outcome === 'events' ? parsed.events : [];
}

function identitiesOf(events: readonly TimelineEvent[]): readonly string[] {
  return events.flatMap(({ identities }) => identities.map(({ value }) => value));
}

describe('a run', () => {
  it.each([
    ['pending', 'mentioned'],
    ['planned', 'mentioned'],
    ['policy_soft_failed', 'mentioned'],
    ['apply_queued', 'mentioned'],
    ['planned_and_saved', 'mentioned'],
    ['a_state_to_come', 'mentioned'],
    ['constructor', 'mentioned'],
    ['applying', 'started'],
    ['applied', 'succeeded'],
    ['errored', 'failed'],
    ['canceled', 'cancelled'],
    ['force_canceled', 'cancelled'],
    ['discarded', 'cancelled'],
  ])('that is %s is %s', (status, phase) => {
    expect(run(status).map(({ statement }) => statement.phase)).toEqual([phase]);
  });

  it('is one change, from its apply to its end, whatever comes first', () => {
    const events = [
      ...run('applied', '2026-11-20T14:04:30Z'),
      ...run('planned', '2026-11-20T13:50:00Z'),
      ...run('applying', '2026-11-20T14:02:00Z'),
    ];

    expect(new Set(identitiesOf(events))).toEqual(new Set(['terraform:run-17']));
    expect(foldChange(events, emptyCatalog, null)).toMatchObject({
      kind: 'infrastructure',
      title: 'terraform apply network: Add two queue workers',
      status: 'succeeded',
      occurredAt: new Date('2026-11-20T14:02:00Z'),
      finishedAt: new Date('2026-11-20T14:04:30Z'),
      actor: { login: 'ada' },
      services: ['network'],
    });
  });

  it('that waits is not shown', () => {
    expect(foldChange(run('planned'), emptyCatalog, null).at).toBeNull();
  });

  it('has the time of its receipt where none is told, and one key however often it comes', () => {
    const [first] = run('applied', null);

    expect(first?.statement).toMatchObject({ key: 'terraform:run:run-17:applied', clock: 'received' });
  });

  it('whose plan held nothing is ignored', () => {
    expect(
      readSource(terraform, {
        ...runBody,
        notifications: [{ trigger: 'run:completed', run_status: 'planned_and_finished', run_updated_at: null }],
      }),
    ).toEqual({ outcome: 'ignored', reason: 'a run whose plan held no changes' });
  });

  it('without its id is malformed', () => {
    expect(
      readSource(terraform, { ...runBody, run_id: null, notifications: [{ run_status: 'applied' }] }),
    ).toMatchObject({ outcome: 'malformed', notWhatItSends: false });
  });
});

describe('drift', () => {
  const opened = assessment(result(1, true), result(0, false));
  const still = assessment(result(2, true), result(1, true));
  const clean = assessment(result(3, false), result(2, true), 'assessment:check_failure');

  it('is open from the first drifted assessment to the next clean one', () => {
    const open = [...eventsOf(opened), ...eventsOf(still)];
    const closed = [...eventsOf(clean), ...open];

    expect(foldChange(open, emptyCatalog, null)).toMatchObject({
      kind: 'drift',
      status: 'started',
      title: 'terraform found drift in network: 4 of 59 resources',
      occurredAt: new Date('2026-11-20T11:00:00Z'),
    });
    expect(foldChange(closed, emptyCatalog, null)).toMatchObject({
      status: 'succeeded',
      title: 'terraform found drift in network: 4 of 59 resources',
      occurredAt: new Date('2026-11-20T11:00:00Z'),
      finishedAt: new Date('2026-11-20T13:00:00Z'),
    });
  });

  it('hangs together by the assessments, and a later drift is another', () => {
    const again = assessment(result(4, true), result(3, false));

    expect(identitiesOf(eventsOf(opened))).toEqual(['terraform:asmtres-1']);
    expect(identitiesOf(eventsOf(still))).toEqual(['terraform:asmtres-2', 'terraform:asmtres-1']);
    expect(identitiesOf(eventsOf(clean))).toEqual(['terraform:asmtres-3', 'terraform:asmtres-2']);
    expect(identitiesOf(eventsOf(again))).toEqual(['terraform:asmtres-4']);
  });

  it('is told once, whichever triggers tell it', () => {
    const failing = result(1, true, { checks_failed: 2, checks_passed: 10 });
    const [drift] = eventsOf(opened);
    const [same, note] = eventsOf(assessment(failing, result(0, false), 'assessment:check_failure'));

    expect(same?.statement.key).toBe(drift?.statement.key);
    expect(note?.statement).toMatchObject({
      kind: 'note',
      title: 'terraform checks of network: 2 of 12 do not pass',
    });
  });

  it.each([
    ['could not be looked for', assessment(result(1, true, { succeeded: false }), null)],
    ['was not there and is not', assessment(result(1, false), result(0, false))],
  ])('that %s is ignored', (_, body) => {
    expect(readSource(terraform, body).outcome).toBe('ignored');
  });
});

describe('anything else', () => {
  it.each([
    ['a test of the connection', { payload_version: 1, notifications: [{ trigger: 'verification' }] }, 'ping'],
    ['a trigger that is not known', { payload_version: '2', trigger: 'team:change_request' }, 'ignored'],
    ['a body of another sender', { trigger: 'run:completed' }, 'malformed'],
    ['a list', [], 'malformed'],
  ])('%s', (_, body, outcome) => {
    expect(readSource(terraform, body).outcome).toBe(outcome);
  });
});
