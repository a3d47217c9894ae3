import fc from 'fast-check';
import { expect, it } from 'vitest';
import { stemOf, wordsOf } from './words.ts';

it.each<[string, string[]]>([
  ['Checkout errors', ['checkout', 'errors']],
  [
    'paymentTimeout PAYMENT_TIMEOUT payment-timeout',
    ['payment', 'timeout', 'payment', 'timeout', 'payment', 'timeout'],
  ],
  ['src/payment/HTTPRetryPolicy.test.ts', ['src', 'payment', 'http', 'retry', 'policy', 'test', 'ts']],
  ['p99 8s 5xx 2026-11-20 7d9f8b6c5 v1.42.0', ['v1']],
  ['oauth2 s3 k8s ec2', ['oauth2', 's3', 'k8s', 'ec2']],
  ['<https://x.example/a|Retry payments> by <@U123> in <#C1|ops> <!channel>', ['retry', 'payments', 'by', 'in']],
  ['<b>Bold</b> &amp; *starred* `code` https://runbooks.example/checkout?x=1', ['bold', 'starred', 'code']],
  ['Paiements échoués', ['paiements', 'echoues']],
  ['Zahlungsdienst läuft über', ['zahlungsdienst', 'lauft', 'uber']],
  ['платёж не проходит', ['платеж', 'не', 'проходит']],
  ['', []],
])('of %j are %j', (text, expected) => {
  expect(wordsOf(text)).toEqual(expected);
});

it('of a script without spaces are what a dictionary says', () => {
  const [symptom, title] = [wordsOf('支付服务超时'), wordsOf('调整支付超时时间')];

  expect(symptom.length).toBeGreaterThan(1);
  expect(title.filter((word) => symptom.includes(word))).toContain('支付');
});

it.each([
  [['retry', 'retries'], 'retry'],
  [['payment', 'payments'], 'payment'],
  [['cache', 'cached', 'caching', 'caches'], 'cach'],
  [['timeout', 'timeouts'], 'timeout'],
  [['stop', 'stopped', 'stopping', 'stops'], 'stop'],
  [['index', 'indexes'], 'index'],
  [['address', 'bus', 'api'], null],
])('the forms %j have one stem', (words, stem) => {
  expect(words.map(stemOf)).toEqual(words.map((word) => stem ?? word));
});

it('of any text are found without failing, lower-case and never empty', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) => {
      for (const word of wordsOf(text)) {
        expect(word).toBe(word.toLowerCase());
        expect(stemOf(word)).not.toBe('');
      }
    }),
  );
});
