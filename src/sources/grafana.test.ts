import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { emptyCatalog, readSource } from '../../test/read-source.ts';
import { foldSignals } from '../domain/signal.ts';
import { grafana } from './grafana.ts';
import { concealWith } from './reading/conceal.ts';
import { openSource } from './reading/open.ts';
import type { Parsed } from './reading/source.ts';

function signalsOf(parsed: Parsed) {
  return (parsed.outcome === 'events' && parsed.signals) || [];
}

describe('a contact point', () => {
  it.each([
    ['a test', { alertname: 'TestAlert', instance: 'Grafana' }, 'ping'],
    ['a rule that somebody called TestAlert', { alertname: 'TestAlert', instance: 'checkout-1' }, 'events'],
  ])('sends %s', (_, labels, outcome) => {
    const alerts = [{ status: 'firing', labels, startsAt: '2026-11-20T14:00:00Z', fingerprint: 'a1' }];

    expect(readSource(grafana, { version: '1', alerts })).toMatchObject({ outcome });
  });

  it('links to the panel before the dashboard, and to that before the rule', () => {
    const url = (links: object) =>
      signalsOf(readSource(grafana, { alerts: [{ status: 'firing', labels: {}, fingerprint: 'a1', ...links }] }))[0]
        ?.url;
    const [generatorURL, dashboardURL, panelURL] = ['rule', 'dashboard', 'panel'].map(
      (x) => `https://example.com/${x}`,
    );

    expect(url({ generatorURL, dashboardURL, panelURL })).toBe(panelURL);
    expect(url({ generatorURL, dashboardURL, panelURL: '' })).toBe(dashboardURL);
    expect(url({ generatorURL, dashboardURL: 'javascript:alert(1)' })).toBe(generatorURL);
  });
});

describe('the state of a rule of Grafana 7', () => {
  const rule = {
    ruleId: 7,
    orgId: 1,
    ruleName: 'Memory of ledger',
    ruleUrl: 'https://grafana.example.com/d/shop',
    title: '[Alerting] Memory of ledger',
    evalMatches: [{ value: 93.1, metric: 'memory', tags: { job: 'ledger', env: 'staging' } }],
    tags: { env: 'production', severity: 'major' },
  };
  const read = (state: string, time = '14:00', more: object = {}) =>
    readSource(grafana, { ...rule, state, ...more }, { receivedAt: new Date(`2026-11-20T${time}:00Z`) });

  it('is told with the names of its tags, those of the rule before those of what it measured', () => {
    expect(signalsOf(read('alerting'))).toMatchObject([
      {
        state: 'open',
        clock: 'received',
        title: 'Memory of ledger',
        severity: 'error',
        environmentName: 'production',
        serviceName: 'ledger',
      },
    ]);
  });

  it('opens and resolves any number of times, from when we hear it', () => {
    const signals = [read('alerting', '14:00'), read('ok', '14:20'), read('alerting', '15:00')].flatMap(signalsOf);

    expect(foldSignals(signals, emptyCatalog)).toMatchObject({
      state: 'open',
      startedAt: new Date('2026-11-20T15:00Z'),
    });
    expect(foldSignals([...signals, ...signalsOf(read('ok', '15:30'))], emptyCatalog)).toMatchObject({
      state: 'resolved',
      resolvedAt: new Date('2026-11-20T15:30Z'),
    });
  });

  it.each([
    ['no_data', { outcome: 'events', signals: [{ state: 'open', title: 'No data: Memory of ledger' }] }],
    ['paused', { outcome: 'ignored' }],
    ['pending', { outcome: 'ignored' }],
    ['of a later day', { outcome: 'ignored' }],
  ])('%s is read as %j', (state, expected) => {
    expect(read(state)).toMatchObject(expected);
  });

  it('of a test is a ping', () => {
    expect(read('alerting', '14:00', { ruleId: 0, ruleName: 'Test notification' })).toEqual({ outcome: 'ping' });
  });

  it('without a name has its title, without what Grafana put before it', () => {
    expect(signalsOf(read('ok', '14:00', { ruleName: '' }))[0]?.title).toBe('Memory of ledger');
  });

  it('is malformed without a state', () => {
    expect(readSource(grafana, { ...rule, state: null })).toMatchObject({
      outcome: 'malformed',
      notWhatItSends: false,
    });
  });
});

describe('a signature', () => {
  const secret = 'the-secret-in-use';
  const receivedAt = new Date('2026-11-20T14:00:00Z');
  const seconds = String(receivedAt.getTime() / 1000);
  const body = Buffer.from('{"alerts":[]}');
  const source = openSource(grafana, { secrets: [secret], catalog: emptyCatalog, conceal: concealWith('key') });
  const mac = (text: string) => createHmac('sha256', secret).update(text).digest('hex');
  const verified = (headers: Readonly<Record<string, string>>) => source.verify({ headers, body, receivedAt });

  it.each(['x-grafana-alerting-timestamp', 'x-grafana-alerting-signature-timestamp'])(
    'may cover the time in %s',
    (header) => {
      const timed = mac(`${seconds}:{"alerts":[]}`);

      expect(verified({ 'x-grafana-alerting-signature': timed, [header]: seconds })).toBe(true);
      expect(verified({ 'x-grafana-alerting-signature': timed, [header]: String(Number(seconds) + 1) })).toBe(false);
      expect(verified({ 'x-grafana-alerting-signature': timed })).toBe(false);
    },
  );

  it('may cover the body alone', () => {
    expect(verified({ 'x-grafana-alerting-signature': mac('{"alerts":[]}') })).toBe(true);
    expect(verified({ 'x-grafana-alerting-signature': mac('{"alerts":[ ]}') })).toBe(false);
  });
});
