import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { channelOfUrl, labelsOf, severityOf } from './signal-fields.ts';

describe('a severity', () => {
  it.each([
    ['critical', 'critical'],
    ['CRITICAL', 'critical'],
    ['P1', 'critical'],
    ['p0 - everything', 'critical'],
    ['SEV-1', 'critical'],
    ['Sev2', 'error'],
    ['S2', 'error'],
    ['severity 3', 'warning'],
    ['P5', 'info'],
    ['9', 'info'],
    ['High', 'error'],
    ['Major (customers notice)', 'error'],
    ['Minor', 'warning'],
    ['warn', 'warning'],
    ['page', 'critical'],
    ['low', 'info'],
  ])('written %j is %s', (word, severity) => {
    expect(severityOf(word)).toBe(severity);
  });

  it.each(['', 'P10', 'purple', '3rd party', null, undefined, {}])('is not guessed from %j', (word) => {
    expect(severityOf(word)).toBeUndefined();
  });
});

describe('labels', () => {
  it('are the texts and numbers of an object, by name', () => {
    expect(labelsOf({ b: 'two ', a: 1, c: { d: 1 }, e: null, f: ' ' })).toEqual({ a: '1', b: 'two' });
  });

  it.each([[null], ['text'], [[['a', 'b']]], [{}], [{ a: [] }]])('of %j are none', (value) => {
    expect(labelsOf(value)).toBeUndefined();
  });

  it('are never more or longer than a row should carry', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.string({ maxLength: 2000 }), { maxKeys: 100 }), (value) => {
        const labels = Object.entries(labelsOf(value) ?? {});

        expect(labels.length).toBeLessThanOrEqual(40);
        for (const [name, text] of labels) expect(name.length + text.length).toBeLessThanOrEqual(800);
      }),
    );
  });
});

describe('the channel of a link', () => {
  it.each([
    ['https://acme.slack.com/archives/C0INC1042', 'C0INC1042'],
    ['https://acme.slack.com/archives/C0INC1042/p1795183200000100', 'C0INC1042'],
    ['https://app.slack.com/client/T0ACME001/C0INC1042', 'C0INC1042'],
    ['https://slack.com/app_redirect?channel=C0INC1042&team=T0ACME001', 'C0INC1042'],
    ['https://slack.com/app_redirect?team=T0ACME001&channel=C0INC1042', 'C0INC1042'],
    ['https://example.com/archives/C0INC1042', undefined],
    ['https://evilslack.com.example.com/archives/C0INC1042', undefined],
    ['https://meet.example.com/checkout', undefined],
    [undefined, undefined],
  ])('%s is %s', (url, channel) => {
    expect(channelOfUrl(url)).toBe(channel);
  });
});
