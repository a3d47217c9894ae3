import { describe, expect, it } from 'vitest';
import { alertKey, isPage, opensIncident } from './opening-signal.ts';
import type { FoldedSignal } from '../signal.ts';

const signal: FoldedSignal = {
  source: 'alertmanager',
  subject: 'f1@2026-11-20T14:00:00.000Z',
  state: 'open',
  title: 'Checkout fails',
  reference: null,
  severity: 'critical',
  url: null,
  channel: null,
  labels: {},
  environment: 'production',
  services: ['checkout'],
  startedAt: new Date('2026-11-20T14:00:00Z'),
  resolvedAt: null,
};

describe('an incident is opened', () => {
  it.each<[string, Partial<FoldedSignal>, boolean]>([
    ['by a critical alert', {}, true],
    ['by an alert that is an error', { severity: 'error' }, true],
    ['by an alert whose severity nobody told', { severity: null }, true],
    ['by an alert whose place nobody told', { environment: null }, true],
    ['not by a warning', { severity: 'warning' }, false],
    ['not by an alert elsewhere', { environment: 'staging' }, false],
    ['not by an alert that is over', { state: 'resolved' }, false],
    ['by any page', { source: 'pagerduty', subject: 'Q1', severity: 'info', environment: 'staging' }, true],
    ['by a page that is acknowledged', { source: 'opsgenie', subject: 'a1', state: 'acknowledged' }, true],
    ['not by a page that is over', { source: 'pagerduty', subject: 'Q1', state: 'resolved' }, false],
    ['by an incident of incident.io', { source: 'incidentio', subject: '01', severity: 'warning' }, true],
    [
      'not by a warning that incident.io passes on',
      { source: 'incidentio', subject: 'alert:1', severity: 'warning' },
      false,
    ],
    ['not by every error that Sentry sees', { source: 'sentry', subject: 'issue:1', severity: 'error' }, false],
    ['by a crash that Sentry sees', { source: 'sentry', subject: 'issue:1', severity: 'critical' }, true],
    [
      'by an alert rule of Sentry',
      { source: 'sentry', subject: 'issue:1', severity: 'error', labels: { rule: 'many' } },
      true,
    ],
    ['by a metric that Sentry watches', { source: 'sentry', subject: 'metric-alert:1', severity: 'critical' }, true],
  ])('%s', (_what, fields, opens) => {
    expect(opensIncident({ ...signal, ...fields }, 'production')).toBe(opens);
  });
});

it('is a page where people are called', () => {
  expect([
    isPage({ source: 'pagerduty', subject: 'Q1' }),
    isPage({ source: 'incidentio', subject: 'alert:1' }),
    isPage({ source: 'grafana', subject: 'f1' }),
  ]).toEqual([true, false, false]);
});

it('is one alert, however often it fires', () => {
  const again = { ...signal, subject: 'f1@2026-11-20T15:00:00.000Z', title: 'Checkout fails: 12 %' };
  const page = { ...signal, source: 'pagerduty', subject: 'Q1' };

  expect(alertKey(again)).toBe(alertKey(signal));
  expect(alertKey({ ...signal, subject: 'f2@2026-11-20T14:00:00.000Z' })).not.toBe(alertKey(signal));
  expect(alertKey({ ...page, subject: 'Q2' })).toBe(alertKey(page));
  expect(alertKey({ ...page, services: ['ledger'] })).not.toBe(alertKey(page));
});
