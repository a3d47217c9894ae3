import { describe, expect, it } from 'vitest';
import { emptyCatalog, readDelivery, readSource } from '../../test/read-source.ts';
import { foldSignals } from '../domain/signal.ts';
import { incidentio } from './incidentio.ts';
import type { Parsed } from './reading/source.ts';

const incident = {
  id: '01JCHECKOUT',
  reference: 'INC-42',
  name: 'Checkout is slow',
  permalink: 'https://app.incident.io/acme/incidents/42',
  visibility: 'public',
  mode: 'standard',
  created_at: '2026-11-20T14:09:11Z',
  updated_at: '2026-11-20T14:18:40Z',
  incident_status: { name: 'Fixing', category: 'live' },
};

function event(type: string, told: unknown) {
  return { event_type: type, [type]: told };
}

function read(type: string, told: unknown): Parsed {
  return readSource(incidentio, event(type, told));
}

function signalOf(parsed: Parsed) {
  return parsed.outcome === 'events' ? parsed.signals?.[0] : undefined;
}

function created(more: object) {
  return signalOf(read('public_incident.incident_created_v2', { ...incident, ...more }));
}

describe('an incident', () => {
  it.each([
    ['triage', 'open'],
    ['live', 'open'],
    ['paused', 'open'],
    ['learning', 'resolved'],
    ['closed', 'resolved'],
    ['declined', 'resolved'],
    ['merged', 'resolved'],
    ['canceled', 'resolved'],
    ['of a later day', undefined],
  ])('whose status is of the category %s is %s', (category, state) => {
    expect(created({ incident_status: { name: 'Our word', category } })?.state).toBe(state);
  });

  it('has the status that it was given, not the one it comes with', () => {
    const told = { incident, new_status: { category: 'closed' }, previous_status: { category: 'live' } };

    expect(signalOf(read('public_incident.incident_status_updated_v2', told))?.state).toBe('resolved');
  });

  it('is over when it first was, and stays it when more is written', () => {
    const at = (time: string, category: string) =>
      created({ updated_at: `2026-11-20T${time}:00Z`, incident_status: { category } });
    const signals = [at('14:10', 'live'), at('14:40', 'learning'), at('16:00', 'closed')].filter((each) => !!each);

    expect(foldSignals(signals, emptyCatalog)).toMatchObject({
      state: 'resolved',
      resolvedAt: new Date('2026-11-20T14:40:00Z'),
    });
  });

  it.each([
    ['its creation', 'Reported at', '2026-11-20T14:09:11.000Z'],
    ['its impact, where that is told', 'Impact started at', '2026-11-20T14:02:00.000Z'],
    ['its start, where that is told', 'Started at', '2026-11-20T14:02:00.000Z'],
  ])('begins with %s', (_, name, startedAt) => {
    const value = { incident_timestamp: { name }, value: { value: '2026-11-20T14:02:00Z' } };

    expect(created({ incident_timestamp_values: [value] })?.startedAt).toBe(startedAt);
  });

  it.each([
    [{ slack_channel_id: 'C0INC0042', slack_channel_name: 'inc-42' }, 'C0INC0042'],
    [{ slack_channel_url: 'https://slack.com/app_redirect?team=T0ACME001&channel=C0INC0042' }, 'C0INC0042'],
    [{ slack_channel_name: 'inc-42' }, 'inc-42'],
  ])('has the channel of %j', (fields, channel) => {
    expect(created(fields)?.channel).toBe(channel);
  });

  it.each([
    ['Affected service', [{ value_catalog_entry: { name: 'checkout' } }], 'serviceName', 'checkout'],
    ['Services', [{ value_option: { value: 'checkout' } }], 'serviceName', 'checkout'],
    ['Services', [{ value_text: 'checkout' }, { value_text: 'ledger' }], 'serviceName', undefined],
    ['Service level', [{ value_text: 'gold' }], 'serviceName', undefined],
    ['Environment', [{ value_option: { value: 'production' } }], 'environmentName', 'production'],
  ] as const)('whose field %s is %j names by it: %s %s', (name, values, field, expected) => {
    expect(created({ custom_field_entries: [{ custom_field: { name }, values }] })?.[field]).toBe(expected);
  });

  it('is read whatever its fields are', () => {
    expect(created({ custom_field_entries: [7], incident_timestamp_values: {} })?.subject).toBe('01JCHECKOUT');
  });

  it.each(['test', 'tutorial'])('of the mode %s is ignored', (mode) => {
    expect(read('public_incident.incident_created_v2', { ...incident, mode })).toMatchObject({ outcome: 'ignored' });
  });

  it.each([
    [{ name: 'Minor' }, 'warning'],
    [{ name: 'Major' }, 'error'],
    [{ name: 'Critical' }, 'critical'],
    [{ name: 'SEV-2' }, 'error'],
    [{ name: 'Code purple' }, undefined],
    [null, undefined],
  ])('of severity %j is %s', (severity, expected) => {
    expect(created({ severity })?.severity).toBe(expected);
  });
});

describe('what is private', () => {
  const secretive = { ...incident, id: '01JPRIVATE', visibility: 'private' };
  it.each([
    ['only an id', 'private_incident.incident_created_v2', { id: '01JPRIVATE' }],
    ['more than an id', 'private_incident.incident_updated_v2', { id: '01JPRIVATE', name: 'Checkout is slow' }],
    ['what says so itself', 'public_incident.incident_created_v2', secretive],
    ['an incident that says so itself', 'public_incident.incident_status_updated_v2', { incident: secretive }],
    ['an alert', 'private_alert.alert_created_v1', { id: '01JPRIVATE', title: 'Checkout is slow' }],
  ])('is ignored and kept as its id, of %s', (_, type, told) => {
    const { parsed, body } = readDelivery(incidentio, event(type, told));

    expect(parsed).toEqual({ outcome: 'ignored', reason: 'it is private' });
    expect(body.toString()).toContain('01JPRIVATE');
    expect(body.toString()).not.toMatch(/slow|INC-42|incidents/);
    expect(readDelivery(incidentio, body)).toMatchObject({ parsed, body });
  });
});

describe('an alert', () => {
  const alert = { id: '01JALERT', title: 'Ledger is slow', status: 'firing', created_at: '2026-11-20T14:07:30Z' };

  it('is one incident from its creation to its end', () => {
    const over = { ...alert, status: 'resolved', resolved_at: '2026-11-20T14:33:00Z' };
    const signals = [read('public_alert.alert_created_v1', alert), read('public_alert.alert_resolved_v1', over)]
      .map(signalOf)
      .filter((each) => each !== undefined);

    expect(foldSignals(signals, emptyCatalog)).toMatchObject({
      state: 'resolved',
      startedAt: new Date('2026-11-20T14:07:30Z'),
      resolvedAt: new Date('2026-11-20T14:33:00Z'),
    });
  });

  it('is named by its attributes', () => {
    const attributes = [
      { attribute: { name: 'Service' }, value: { label: 'Ledger', catalog_entry: { name: 'ledger' } } },
      { attribute: { name: 'Environments' }, array_value: [{ label: 'production' }] },
      { attribute: { name: 'Priority' }, value: { label: 'P1' } },
    ];

    expect(signalOf(read('public_alert.alert_created_v1', { ...alert, attributes }))).toMatchObject({
      serviceName: 'ledger',
      environmentName: 'production',
      severity: 'critical',
    });
  });
});

describe('a delivery', () => {
  it.each([
    'public_incident.follow_up_created_v2',
    'public_incident.action_updated_v1',
    'public_incident.postmortem_document_status_updated_v1',
    'public_escalation.escalation_status_updated_v1',
    'schedule.shift_change_v1',
    'status_page_incident.update_shared_v1',
    'something.of_a_later_day_v1',
  ])('of %s is ignored', (type) => {
    expect(read(type, { id: '01J' })).toMatchObject({ outcome: 'ignored' });
  });

  it('of a later version of an event is read as this one', () => {
    expect(read('public_incident.incident_created_v3', incident)).toMatchObject({ outcome: 'events' });
  });

  it.each([
    ['no event_type', { id: '1' }, true],
    ['an event_type that is none', { event_type: 'a'.repeat(5000) }, true],
    ['a list', [], true],
    ['nothing under its type', { event_type: 'public_incident.incident_created_v2' }, false],
    ['no id', event('public_incident.incident_created_v2', { name: 'Slow' }), false],
  ])('with %s is malformed', (_, body, notWhatItSends) => {
    expect(readSource(incidentio, body)).toMatchObject({ outcome: 'malformed', notWhatItSends });
  });

  it('is known again by its id, which is signed', () => {
    const body = event('public_incident.incident_created_v2', incident);

    expect(readDelivery(incidentio, body, { headers: { 'webhook-id': 'msg_1' } }).key).toBe('msg_1');
    expect(readDelivery(incidentio, body).key).toBeNull();
  });
});
