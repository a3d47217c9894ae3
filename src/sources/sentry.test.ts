import { describe, expect, it } from 'vitest';
import { emptyCatalog, readDelivery, readSource } from '../../test/read-source.ts';
import { foldSignals } from '../domain/signal.ts';
import { concealWith } from './reading/conceal.ts';
import { openSource } from './reading/open.ts';
import type { Parsed } from './reading/source.ts';
import { sentry } from './sentry.ts';

const receivedAt = new Date('2026-11-20T14:20:00.000Z');
const issue = {
  id: '70420042',
  shortId: 'CHECKOUT-7F',
  title: 'TimeoutError: ledger did not answer',
  level: 'error',
  status: 'unresolved',
  firstSeen: '2026-11-20T14:07:51.123Z',
  project: { slug: 'checkout', name: 'Checkout' },
  web_url: 'https://acme.sentry.io/issues/70420042/',
};

function read(resource: string, body: object, headers: Readonly<Record<string, string>> = {}): Parsed {
  return readSource(sentry, body, { headers: { 'sentry-hook-resource': resource, ...headers }, receivedAt });
}

function signalOf(parsed: Parsed) {
  return parsed.outcome === 'events' ? parsed.signals?.[0] : undefined;
}

function issueSaid(action: string, more: object = {}, headers?: Readonly<Record<string, string>>) {
  return read('issue', { action, data: { issue }, ...more }, headers);
}

describe('an issue', () => {
  it.each([
    ['created', 'open'],
    ['unresolved', 'open'],
    ['resolved', 'resolved'],
    ['archived', 'resolved'],
    ['ignored', 'resolved'],
  ])('that is %s is %s', (action, state) => {
    expect(signalOf(issueSaid(action))).toMatchObject({ subject: 'issue:70420042', state, reference: 'CHECKOUT-7F' });
  });

  it.each([
    ['a person', 'user', { outcome: 'events', signals: [{ state: 'acknowledged' }] }],
    ['a rule', 'application', { outcome: 'ignored' }],
  ])('that %s assigned: %s', (_, type, expected) => {
    expect(issueSaid('assigned', { actor: { type } })).toMatchObject(expected);
  });

  it('that somebody takes when it is over stays over', () => {
    const data = { issue: { ...issue, status: 'resolved' } };

    expect(issueSaid('assigned', { actor: { type: 'user' }, data })).toMatchObject({ outcome: 'ignored' });
  });

  it.each([
    ['unresolved', 'open'],
    ['resolved', 'resolved'],
    ['ignored', 'resolved'],
  ])('of an activity alert is as its status says: %s is %s', (status, state) => {
    const parsed = read('activity_alert', { action: 'triggered', data: { issue: { ...issue, status } } });

    expect(signalOf(parsed)).toMatchObject({ subject: 'issue:70420042', state });
  });

  it('that is the opinion of a user is ignored', () => {
    const data = { issue: { ...issue, issueCategory: 'feedback' } };

    expect(issueSaid('created', { data })).toMatchObject({ outcome: 'ignored' });
  });

  it('has been there since it was first seen', () => {
    expect(signalOf(issueSaid('created'))).toMatchObject({ occurredAt: '2026-11-20T14:07:51.123Z', clock: 'source' });
  });

  it('that comes back began when it came back', () => {
    const at = (time: string) => ({
      'sentry-hook-timestamp': String(Date.parse(`2026-11-20T${time}:00Z`) / 1000),
      'request-id': time.replace(':', ''),
    });
    const signals = [
      issueSaid('created'),
      issueSaid('resolved', {}, at('14:10')),
      issueSaid('unresolved', {}, at('14:15')),
    ].flatMap((each) => signalOf(each) ?? []);

    expect(foldSignals(signals, emptyCatalog)).toMatchObject({
      state: 'open',
      startedAt: new Date('2026-11-20T14:15:00Z'),
    });
  });

  it.each([
    ['the unsigned time of the header, when it is near', '1795184100', '2026-11-20T14:15:00.000Z', 'source'],
    ['when we heard it, for a header of long ago', '1795000000', '2026-11-20T14:20:00.000Z', 'received'],
    ['when we heard it, for a header of the future', '1795190000', '2026-11-20T14:20:00.000Z', 'received'],
    ['when we heard it, for a header that is no time', 'soon', '2026-11-20T14:20:00.000Z', 'received'],
  ])('is resolved at %s', (_, header, occurredAt, clock) => {
    const said = issueSaid('resolved', {}, { 'sentry-hook-timestamp': header });

    expect(signalOf(said)).toMatchObject({ occurredAt, clock });
  });
});

describe('an alert about an event', () => {
  const event = {
    event_id: 'c0ffee00000000000000000000000e01',
    title: 'TimeoutError',
    level: 'fatal',
    datetime: '2026-11-20T14:12:05Z',
    tags: [['environment', 'production'], ['browser', 'Firefox'], 'odd', ['a', 'b', 'c']],
    url: 'https://acme.sentry.io/api/0/projects/acme/checkout/events/c0ffee/',
    issue_id: 70420042,
  };
  const said = (more: object) => read('event_alert', { action: 'triggered', data: { event: { ...event, ...more } } });

  it('is about the issue, with the environment and the project of the event', () => {
    expect(signalOf(said({}))).toMatchObject({
      subject: 'issue:70420042',
      state: 'open',
      occurredAt: '2026-11-20T14:12:05.000Z',
      severity: 'critical',
      environmentName: 'production',
      serviceName: 'checkout',
      labels: { environment: 'production' },
    });
  });

  it.each([
    [{ issue_id: null, issue_url: 'https://sentry.io/api/0/organizations/acme/issues/77/' }, 'issue:77'],
    [{ issue_id: null, web_url: 'https://sentry.io/organizations/acme/issues/78/events/e4/' }, 'issue:78'],
  ])('finds its issue in %j', (more, subject) => {
    expect(signalOf(said(more))?.subject).toBe(subject);
  });

  it('of no issue is malformed', () => {
    expect(said({ issue_id: null })).toMatchObject({ outcome: 'malformed', notWhatItSends: false });
  });

  it('is not later than we hear it, whatever the clock of a browser says', () => {
    expect(signalOf(said({ datetime: '2027-01-01T00:00:00Z' }))).toMatchObject({
      occurredAt: receivedAt.toISOString(),
      clock: 'received',
    });
  });

  it('has the tags of an object as well', () => {
    expect(signalOf(said({ tags: { environment: 'staging' } }))?.environmentName).toBe('staging');
  });
});

describe('a metric alert', () => {
  const alert = {
    id: '4',
    title: 'Too many errors',
    projects: ['ledger'],
    date_started: '2026-11-20T14:05:00Z',
    date_closed: null as string | null,
    alert_rule: { id: '7', name: 'Too many errors of ledger', environment: 'production' },
  };
  const said = (action: string, more: object = {}, headers?: Readonly<Record<string, string>>) =>
    read('metric_alert', { action, data: { metric_alert: { ...alert, ...more } } }, headers);

  it.each([
    ['critical', 'open', 'critical'],
    ['warning', 'open', 'warning'],
    ['resolved', 'resolved', undefined],
  ])('that is %s is %s', (action, state, severity) => {
    const told = signalOf(said(action));

    expect(told).toMatchObject({
      subject: 'metric-alert:4',
      state,
      environmentName: 'production',
      serviceName: 'ledger',
    });
    expect(told?.severity).toBe(severity);
  });

  it('lasts from its beginning to its end, as bad as it last was', () => {
    const time = { 'sentry-hook-timestamp': '1795183740' };
    const signals = [said('resolved', { date_closed: '2026-11-20T14:40:00Z' }), said('warning', {}, time)]
      .map(signalOf)
      .filter((each) => each !== undefined);

    expect(foldSignals(signals, emptyCatalog)).toMatchObject({
      state: 'resolved',
      severity: 'warning',
      startedAt: new Date('2026-11-20T14:05:00Z'),
      resolvedAt: new Date('2026-11-20T14:40:00Z'),
    });
  });

  it('of several projects is of none of them', () => {
    expect(signalOf(said('critical', { projects: ['ledger', 'checkout'] }))).not.toHaveProperty('serviceName');
  });

  it('of an action of a later day is ignored', () => {
    expect(said('puzzled')).toMatchObject({ outcome: 'ignored' });
  });
});

describe('an event of the plugin', () => {
  const body = {
    id: '70420042',
    project: 'checkout',
    project_slug: 'checkout',
    level: 'warning',
    message: 'ledger did not answer',
    url: 'https://acme.sentry.io/issues/70420042/',
    event: { event_id: 'f598', timestamp: 1795183925.772, environment: 'production' },
  };

  it('is about its issue', () => {
    expect(signalOf(readSource(sentry, body))).toMatchObject({
      subject: 'issue:70420042',
      title: 'ledger did not answer',
      severity: 'warning',
      environmentName: 'production',
      serviceName: 'checkout',
      occurredAt: '2026-11-20T14:12:05.772Z',
    });
  });

  it('proves itself by the last part of its address', () => {
    const source = openSource(sentry, {
      secrets: ['s3cret-in-path'],
      catalog: emptyCatalog,
      conceal: concealWith('key'),
    });
    const delivery = { headers: {}, body: Buffer.from(JSON.stringify(body)), receivedAt };

    expect(source.secretInPath).toBe(true);
    expect(source.verify({ ...delivery, pathSecret: 's3cret-in-path' })).toBe(true);
    expect(source.verify({ ...delivery, pathSecret: 'another' })).toBe(false);
    expect(source.verify(delivery)).toBe(false);
  });
});

describe('a delivery', () => {
  it.each(['installation', 'error', 'comment', 'of_a_later_day'])('about an %s is ignored', (resource) => {
    expect(read(resource, { action: 'created', data: {} })).toMatchObject({ outcome: 'ignored' });
  });

  it.each([
    ['issue', { issue }],
    ['event_alert', { event: { event_id: 'e4', issue_id: '7' } }],
    ['metric_alert', { metric_alert: { id: '4' } }],
  ])('that lost its header is known as %s by what it holds', (resource, data) => {
    const body = { action: 'resolved', data };

    expect(readSource(sentry, body, { receivedAt })).toEqual(read(resource, body));
  });

  it.each([[[]], [{}], [{ action: 'created' }], [{ action: 7, data: { issue } }], ['"text"']])(
    '%j is not what Sentry sends',
    (body) => {
      expect(readSource(sentry, body)).toMatchObject({ outcome: 'malformed', notWhatItSends: true });
    },
  );

  it.each([
    ['issue', {}],
    ['issue', { issue: { ...issue, id: null } }],
    ['metric_alert', { metric_alert: null }],
    ['event_alert', { event: 'e' }],
  ])('about an %s that holds %j is malformed', (resource, data) => {
    expect(read(resource, { action: 'resolved', data })).toMatchObject({ outcome: 'malformed', notWhatItSends: false });
  });

  it('is known again by its id, and what it says with it', () => {
    const headers = { 'request-id': 'a1', 'sentry-hook-resource': 'issue' };
    const body = { action: 'resolved', data: { issue } };
    const keys = ['a1', 'a1', 'a2'].map(
      (id) => signalOf(readSource(sentry, body, { headers: { ...headers, 'request-id': id } }))?.key,
    );

    expect(readDelivery(sentry, body, { headers }).key).toBe('a1');
    expect(keys[0]).toBe(keys[1]);
    expect(keys[0]).not.toBe(keys[2]);
  });
});
