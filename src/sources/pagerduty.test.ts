import { describe, expect, it } from 'vitest';
import { emptyCatalog, readDelivery, readSource } from '../../test/read-source.ts';
import { foldSignals } from '../domain/signal.ts';
import type { Signal } from '../domain/signal.ts';
import { pagerduty } from './pagerduty.ts';
import type { Parsed } from './reading/source.ts';

const incident = {
  id: 'Q1CHECKOUT42',
  type: 'incident',
  html_url: 'https://acme.pagerduty.com/incidents/Q1CHECKOUT42',
  number: 1042,
  status: 'triggered',
  created_at: '2026-11-20T14:08:00Z',
  title: 'Error rate of checkout above 5 %',
  service: { summary: 'checkout' },
  urgency: 'high',
};
const reference = { id: 'Q1CHECKOUT42', type: 'incident_reference', summary: 'Error rate of checkout above 5 %' };

function event(event_type: string, data: unknown, occurred_at: unknown = '2026-11-20T14:10:00.000Z') {
  return { event: { id: '01FIXTURE0001ACME', event_type, resource_type: 'incident', occurred_at, data } };
}

function signalsOf(parsed: Parsed): readonly Signal[] {
  return (parsed.outcome === 'events' && parsed.signals) || [];
}

function signal(event_type: string, data: unknown, occurred_at?: string): Signal | undefined {
  return signalsOf(readSource(pagerduty, event(event_type, data, occurred_at)))[0];
}

describe('an event about an incident', () => {
  it.each([
    ['incident.triggered', 'triggered', 'open'],
    ['incident.acknowledged', 'acknowledged', 'acknowledged'],
    ['incident.unacknowledged', 'triggered', 'open'],
    ['incident.reopened', 'triggered', 'open'],
    ['incident.resolved', 'resolved', 'resolved'],
    ['incident.escalated', 'acknowledged', 'acknowledged'],
    ['incident.reassigned', 'triggered', 'open'],
    ['incident.delegated', 'triggered', 'open'],
    ['incident.priority_updated', 'resolved', 'resolved'],
    ['incident.service_updated', 'acknowledged', 'acknowledged'],
    ['incident.incident_type.changed', 'triggered', 'open'],
  ])('%s of one that is %s says that it is %s', (type, status, state) => {
    expect(signal(type, { ...incident, status })).toMatchObject({ subject: 'Q1CHECKOUT42', state });
  });

  it.each([
    ['incident.acknowledged', 'acknowledged'],
    ['incident.resolved', 'resolved'],
    ['incident.reopened', 'open'],
  ])('%s of one whose status is a word of a later day goes by its type', (type, state) => {
    expect(signal(type, { ...incident, status: 'parked' })?.state).toBe(state);
  });

  it.each([
    'incident.status_update_published',
    'incident.responder.added',
    'incident.responder.replied',
    'incident.conference_bridge.updated',
    'incident.custom_field_values.updated',
  ])('%s has only a reference to it and leaves open how it stands', (type) => {
    const told = signal(type, { incident: reference, id: 'PNOTE01' });

    expect(told).toMatchObject({ subject: 'Q1CHECKOUT42', title: 'Error rate of checkout above 5 %' });
    expect(told).not.toHaveProperty('state');
  });

  it('does not open again what is over', () => {
    const signals = [
      signal('incident.resolved', { ...incident, status: 'resolved' }, '2026-11-20T14:41:00Z'),
      signal('incident.status_update_published', { incident: reference }, '2026-11-20T14:45:00Z'),
    ].filter((each) => each !== undefined);

    expect(foldSignals(signals, emptyCatalog)).toMatchObject({
      state: 'resolved',
      resolvedAt: new Date('2026-11-20T14:41:00Z'),
    });
  });

  it.each([
    'incident.annotated',
    'incident.workflow.started',
    'incident.workflow.completed',
    'incident.role.assigned',
    'incident.task.created',
    'incident.action_invocation.created',
    'service.created',
    'service.custom_field_values.updated',
    'incident.of_a_later_day',
  ])('%s is ignored', (type) => {
    expect(readSource(pagerduty, event(type, { incident: reference }))).toMatchObject({ outcome: 'ignored' });
  });

  it('has the same key for every subscriber, and another for every news', () => {
    const keys = [
      signal('incident.escalated', incident, '2026-11-20T14:10:00Z'),
      signal('incident.escalated', incident, '2026-11-20T14:10:00Z'),
      signal('incident.escalated', incident, '2026-11-20T14:20:00Z'),
      signal('incident.reassigned', incident, '2026-11-20T14:10:00Z'),
    ].map((each) => each?.key);

    expect(keys[0]).toBe(keys[1]);
    expect(new Set(keys).size).toBe(3);
  });
});

describe('how bad it is', () => {
  it.each([
    [{ summary: 'P1' }, 'low', 'critical'],
    [{ summary: 'SEV-3' }, 'high', 'warning'],
    [{ summary: 'Our own word' }, 'high', 'error'],
    [null, 'high', 'error'],
    [null, 'low', 'warning'],
    [null, undefined, undefined],
  ])('with priority %j and urgency %s is %s', (priority, urgency, severity) => {
    expect(signal('incident.triggered', { ...incident, priority, urgency })?.severity).toBe(severity);
  });
});

describe('a Slack channel', () => {
  it.each([
    [
      'its conference bridge',
      { ...incident, conference_bridge: { conference_url: 'https://acme.slack.com/archives/C0INC1042' } },
    ],
    ['a changed bridge', { incident: reference, conference_url: 'https://acme.slack.com/archives/C0INC1042' }],
    ['a custom field', { incident: reference, custom_fields: [{ name: 'slack_channel', value: 'C0INC1042' }] }],
  ])('is known from %s', (_, data) => {
    expect(signal('incident.conference_bridge.updated', data)?.channel).toBe('C0INC1042');
  });
});

describe('messages of v1 and v2', () => {
  const message = (event: string, status: string, more: object = {}) => ({
    event,
    created_on: '2026-11-20T14:41:10Z',
    log_entries: [{ created_at: '2026-11-20T14:41:09Z' }],
    incident: { ...incident, number: undefined, incident_number: 33, status },
    ...more,
  });

  it('are one signal each', () => {
    const parsed = readSource(pagerduty, {
      messages: [message('incident.trigger', 'triggered'), message('incident.annotate', 'acknowledged')],
    });

    expect(signalsOf(parsed)).toMatchObject([
      { state: 'open', reference: '#33', occurredAt: '2026-11-20T14:41:09.000Z' },
      { state: 'acknowledged' },
    ]);
  });

  it('of v1 have the incident one level down', () => {
    const data = { incident: { ...incident, title: undefined, trigger_summary_data: { subject: 'Slow' } } };
    const parsed = readSource(pagerduty, {
      messages: [{ type: 'incident.resolve', created_on: '2026-11-20T14:41:10Z', data }],
    });

    expect(signalsOf(parsed)).toMatchObject([{ title: 'Slow', occurredAt: '2026-11-20T14:41:10.000Z' }]);
  });

  it('are read past one that cannot be', () => {
    const parsed = readSource(pagerduty, { messages: [{ event: 'x' }, message('incident.resolve', 'resolved')] });

    expect(parsed).toMatchObject({ signals: [{ state: 'resolved' }], rejected: [{ index: 0 }] });
  });

  it('that all cannot be read are malformed', () => {
    expect(readSource(pagerduty, { messages: [{ event: 'x' }] })).toMatchObject({
      outcome: 'malformed',
      notWhatItSends: false,
    });
  });
});

describe('what is not an event', () => {
  it.each([[[]], [{}], [{ event: null }], [{ event: { data: incident } }], ['"text"'], [{ messages: {} }]])(
    '%j is not what PagerDuty sends',
    (body) => {
      expect(readSource(pagerduty, body)).toMatchObject({ outcome: 'malformed', notWhatItSends: true });
    },
  );

  it.each([
    ['no time', event('incident.triggered', incident, null)],
    ['the time of nothing', event('incident.triggered', incident, '0001-01-01T00:00:00Z')],
    ['no incident', event('incident.triggered', null)],
    ['an incident without an id', event('incident.triggered', { ...incident, id: ' ' })],
  ])('with %s is malformed', (_, body) => {
    expect(readSource(pagerduty, body)).toMatchObject({ outcome: 'malformed', notWhatItSends: false });
  });
});

describe('a redelivery', () => {
  it.each([
    ['by the id of its event', event('incident.triggered', incident), {}, '01FIXTURE0001ACME'],
    ['by the id of the delivery, of messages without an event', { messages: [] }, { 'x-webhook-id': 'a-1' }, 'a-1'],
    ['by nothing, where neither can be a key', { messages: [] }, { 'x-webhook-id': 'a b' }, null],
  ])('is recognised %s', (_, body, headers, key) => {
    expect(readDelivery(pagerduty, body, { headers }).key).toBe(key);
  });
});
