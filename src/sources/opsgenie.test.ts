import { describe, expect, it } from 'vitest';
import { emptyCatalog, readSource } from '../../test/read-source.ts';
import { foldSignals } from '../domain/signal.ts';
import { opsgenie } from './opsgenie.ts';
import type { Parsed } from './reading/source.ts';

const alert = {
  alertId: '0b1e7c5a-23a1',
  message: 'Checkout answers with 5xx',
  tinyId: '23',
  createdAt: 1795183691104,
  updatedAt: 1795183693166,
  priority: 'P2',
};

function read(action: string, more: object = {}): Parsed {
  return readSource(opsgenie, { action, alert: { ...alert, ...more }, integrationId: '0b1e7c5a-int' });
}

function signalOf(parsed: Parsed) {
  return parsed.outcome === 'events' ? parsed.signals?.[0] : undefined;
}

describe('an action on an alert', () => {
  it.each([
    ['Create', 'open'],
    ['Acknowledge', 'acknowledged'],
    ['UnAcknowledge', 'open'],
    ['Close', 'resolved'],
    ['Delete', 'resolved'],
    ['create', 'open'],
  ])('%s says that it is %s', (action, state) => {
    expect(signalOf(read(action))).toMatchObject({
      subject: '0b1e7c5a-23a1',
      state,
      startedAt: '2026-11-20T14:08:11.104Z',
      occurredAt: '2026-11-20T14:08:13.166Z',
      reference: '#23',
      severity: 'error',
    });
  });

  it.each([
    'EscalateNext',
    'Escalate',
    'AssignOwnership',
    'AddRecipient',
    'AddTeam',
    'AddTags',
    'RemoveTags',
    'AddDetails',
    'Snooze',
    'UpdatePriority',
    'UpdateMessage',
  ])('%s describes it and leaves open how it stands', (action) => {
    expect(signalOf(read(action))).not.toHaveProperty('state');
    expect(signalOf(read(action))).toMatchObject({ title: 'Checkout answers with 5xx' });
  });

  it.each(['AddNote', 'Restart the load balancer', 'toString'])('%s is ignored', (action) => {
    expect(read(action)).toMatchObject({ outcome: 'ignored' });
  });

  it('is not later than the one after it, whatever the digits of its time', () => {
    const nanoseconds = (digits: string) =>
      signalOf(readSource(opsgenie, `{"action":"Close","alert":{"alertId":"a","message":"m","updatedAt":${digits}}}`))
        ?.occurredAt;

    expect(nanoseconds('1795183693166002246')).toBe('2026-11-20T14:08:13.166Z');
    expect(nanoseconds('1795183693999999999')).toBe('2026-11-20T14:08:13.999Z');
    expect(nanoseconds('1795183693166')).toBe('2026-11-20T14:08:13.166Z');
  });

  it('without a time is when we hear it, but for a new one', () => {
    expect(signalOf(read('Create', { updatedAt: null }))?.occurredAt).toBe('2026-11-20T14:08:11.104Z');
    expect(signalOf(read('Close', { updatedAt: null }))).toMatchObject({
      clock: 'received',
      occurredAt: '2026-11-20T15:00:00.000Z',
    });
  });
});

describe('an alert', () => {
  it('that is given another priority when it is closed stays closed, with that priority', () => {
    const signals = [
      read('UpdatePriority', { priority: 'P1', updatedAt: 1795185100000 }),
      read('Close', { updatedAt: 1795185000000 }),
      read('Create'),
    ].flatMap((each) => signalOf(each) ?? []);

    expect(foldSignals(signals, emptyCatalog)).toMatchObject({
      state: 'resolved',
      severity: 'critical',
      startedAt: new Date('2026-11-20T14:08:11.104Z'),
      resolvedAt: new Date('2026-11-20T14:30:00Z'),
    });
  });

  it.each([
    [{ details: { service: 'checkout', environment: 'production' } }, 'production', 'checkout'],
    [{ tags: ['env:production', 'service=checkout'] }, 'production', 'checkout'],
    [{ tags: ['env:staging'], details: { env: 'production' } }, 'production', undefined],
    [{ tags: ['production', 'checkout'], entity: 'checkout' }, undefined, undefined],
    [{ tags: [7, null, '__proto__:x'], details: 'none' }, undefined, undefined],
  ])('with %j is of environment %s, service %s', (more, environment, service) => {
    const told = signalOf(read('Create', more));

    expect(told?.environmentName).toBe(environment);
    expect(told?.serviceName).toBe(service);
  });

  it('of Jira has another name for its id', () => {
    expect(signalOf(read('Create', { alertId: undefined, id: 'b7' }))?.subject).toBe('b7');
  });

  it.each([
    ['an alert without an id', { action: 'Create', alert: { message: 'm' } }, false],
    ['an alert that is none', { action: 'Create', alert: 'a' }, true],
    ['no action', { alert }, true],
    ['a list', [alert], true],
  ])('is malformed, of %s', (_, body, notWhatItSends) => {
    expect(readSource(opsgenie, body)).toMatchObject({ outcome: 'malformed', notWhatItSends });
  });
});
