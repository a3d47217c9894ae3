import { describe, expect, it } from 'vitest';
import { foldSignals } from '../../domain/signal.ts';
import { emptyCatalog, readSource } from '../../../test/read-source.ts';
import { alertmanager } from '../alertmanager.ts';
import { namesIn } from './firing-alerts.ts';
import type { Parsed } from './source.ts';

const start = '2026-11-20T14:08:14.432911368Z';
const never = '0001-01-01T00:00:00Z';

function alert(more: object = {}) {
  const labels = { alertname: 'CheckoutErrors', severity: 'critical' };
  const annotations = { summary: '5 % of checkouts fail' };
  const place = { generatorURL: 'https://prometheus.example.com/graph', fingerprint: 'a1b2c3d4e5f60718' };
  return { status: 'firing', labels, annotations, startsAt: start, endsAt: never, ...place, ...more };
}

function read(alerts: readonly unknown[], more: object = {}, receivedAt?: Date): Parsed {
  return readSource(alertmanager, { version: '4', alerts, ...more }, receivedAt === undefined ? {} : { receivedAt });
}

function signalsOf(parsed: Parsed) {
  return (parsed.outcome === 'events' && parsed.signals) || [];
}

function first(more: object) {
  return signalsOf(read([alert(more)]))[0];
}

describe('a firing', () => {
  it('is one incident from its beginning to its end, however often it is sent', () => {
    const later = new Date('2026-11-20T18:00:00Z');
    const over = alert({ status: 'resolved', endsAt: '2026-11-20T14:32:00Z' });
    const signals = [read([alert()]), read([alert()], {}, later), read([over]), read([over], {}, later)].flatMap(
      signalsOf,
    );

    expect(new Set(signals.map(({ subject }) => subject)).size).toBe(1);
    expect(new Set(signals.map(({ key }) => key)).size).toBe(2);
    expect(foldSignals(signals, emptyCatalog)).toMatchObject({
      state: 'resolved',
      startedAt: new Date('2026-11-20T14:08:14.432Z'),
      resolvedAt: new Date('2026-11-20T14:32:00Z'),
    });
  });

  it('that begins anew is another incident', () => {
    expect(first({})?.subject).not.toBe(first({ startsAt: '2026-11-20T16:00:00Z' })?.subject);
  });

  it('begins when it begins, in whatever zone that is written', () => {
    expect(first({ startsAt: '2026-11-20T15:08:14.432+01:00' })?.subject).toBe(first({})?.subject);
  });

  it('without a fingerprint is known by its labels, in any order', () => {
    const subject = (labels: object) => first({ fingerprint: undefined, labels })?.subject;

    expect(subject({ a: '1', b: '2' })).toBe(subject({ b: '2', a: '1' }));
    expect(subject({ a: '1', b: '2' })).not.toBe(subject({ a: '1', b: '3' }));
  });

  it.each([
    ['its end', '2026-11-20T14:32:00Z', '2026-11-20T14:32:00.000Z', 'source'],
    ['its beginning, where the end is before it', '2026-11-20T13:00:00Z', '2026-11-20T14:08:14.432Z', 'source'],
    ['when we heard it, where no end is told', never, '2026-11-20T15:00:00.000Z', 'received'],
  ])('is over at %s', (_, endsAt, occurredAt, clock) => {
    expect(first({ status: 'resolved', endsAt })).toMatchObject({ state: 'resolved', occurredAt, clock });
  });
});

describe('its title', () => {
  const labels = { alertname: 'CheckoutErrors' };
  it.each([
    ['the summary', { labels, annotations: { summary: 'Slow', message: 'Also', description: 'Long' } }, 'Slow'],
    ['the message', { labels, annotations: { message: 'Also', description: 'Long' } }, 'Also'],
    ['the name', { labels, annotations: { description: 'Long' } }, 'CheckoutErrors'],
    ['the description', { labels: {}, annotations: { description: 'Long' } }, 'Long'],
    ['the rule that has no data', { labels: { alertname: 'DatasourceNoData', rulename: 'Memory' } }, 'No data: Memory'],
    [
      'the rule that fails',
      { labels: { alertname: 'DatasourceError', rulename: 'Memory' } },
      'Cannot be evaluated: Memory',
    ],
  ])('is %s', (_, more, title) => {
    expect(first(more)?.title).toBe(title);
  });
});

describe('labels name', () => {
  it.each([
    [{ environment: 'production', env: 'x' }, 'production', undefined],
    [{ env: 'prod' }, 'prod', undefined],
    [{ 'deployment.environment.name': 'production' }, 'production', undefined],
    [{ deployment_environment: 'production' }, 'production', undefined],
    [{ Stage: 'staging' }, 'staging', undefined],
    [{ namespace: 'production', cluster: 'prod-eu' }, undefined, undefined],
    [{ service: 'checkout', job: 'x' }, undefined, 'checkout'],
    [{ 'service.name': 'checkout' }, undefined, 'checkout'],
    [{ app_kubernetes_io_name: 'checkout' }, undefined, 'checkout'],
    [{ app: 'checkout', job: 'x' }, undefined, 'checkout'],
    [{ job: 'shop/checkout' }, undefined, 'checkout'],
    [{ job: 'kube-state-metrics', service: 'kube-state-metrics' }, undefined, undefined],
    [{ job: 'kube-state-metrics', deployment: 'checkout' }, undefined, 'checkout'],
    [{ job: 'node-exporter', instance: '10.0.0.1:9100' }, undefined, undefined],
    [{ job: 'node' }, undefined, undefined],
  ])('%j: environment %s, service %s', (labels, environment, service) => {
    expect(namesIn(labels)).toEqual({ environment, service });
  });
});

describe('a delivery', () => {
  it('leaves out alerts that only serve the alerting', () => {
    const watchdog = alert({ labels: { alertname: 'Watchdog', severity: 'none' }, fingerprint: 'd4' });

    expect(signalsOf(read([watchdog, alert()]))).toHaveLength(1);
    expect(read([watchdog])).toMatchObject({ outcome: 'ignored' });
  });

  it('of a thousand and more alerts is read to a thousand, and says how many were cut', () => {
    const parsed = read(
      Array.from({ length: 3000 }, (_, index) => alert({ fingerprint: `f${index}` })),
      { truncatedAlerts: 5 },
    );

    expect(signalsOf(parsed)).toHaveLength(1000);
    expect(parsed).toMatchObject({ rejected: [{ index: 1000, error: '2005 more alerts were cut' }] });
  });

  it('is read past an alert that cannot be', () => {
    expect(read([{ status: 'puzzled' }, alert()])).toMatchObject({
      outcome: 'events',
      signals: [{ state: 'open' }],
      rejected: [{ index: 0 }],
    });
  });

  it.each([
    ['no alert that can be read', { alerts: [{ status: 'puzzled' }, 7] }, false],
    ['no list of alerts', { alerts: {} }, true],
    ['no envelope', [alert()], true],
    ['text', '"firing"', true],
  ])('with %s is malformed', (_, body, notWhatItSends) => {
    expect(readSource(alertmanager, body)).toMatchObject({ outcome: 'malformed', notWhatItSends });
  });

  it('of no alerts is ignored', () => {
    expect(read([])).toMatchObject({ outcome: 'ignored', reason: 'no alerts' });
  });
});
