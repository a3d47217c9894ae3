import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Pair } from '../comparison/difference.ts';
import { type ParityCommandContext, parseParityCommand } from './command.ts';

const usual: Pair = { reference: 'production', mirror: 'staging' };
const demo: Pair = { reference: 'production', mirror: 'demo' };
const context: ParityCommandContext = {
  vocabulary: {
    environments: new Map([
      ...['production', 'prod', 'live'].map((name) => [name, 'production'] as const),
      ...['staging', 'stage'].map((name) => [name, 'staging'] as const),
      ['demo', 'demo'],
      ['qa', 'qa'],
    ]),
    services: new Map([
      ['checkout', 'checkout'],
      ['ledger', 'ledger'],
      ['audit', 'audit'],
      ['load balancer', 'load balancer'],
    ]),
  },
  pairs: [usual, demo],
};
const show = { do: 'show', pair: usual, service: null, verdict: null } as const;

function read(text: string) {
  const request = parseParityCommand(text, context);
  return request.outcome === 'command' ? request.command : request.outcome;
}

describe('what /parity understands', () => {
  it.each<[string, object | string]>([
    ['', show],
    ['  ', show],
    ['/parity', show],
    ['production vs staging', show],
    ['staging vs production', show],
    ['prod vs stage', show],
    ['PROD VERSUS Staging', show],
    ['prod-vs-staging', show],
    ['production/staging', show],
    ['production..staging', show],
    ['prod → stage', show],
    ['prod<->stage', show],
    ['is staging the same as production?', show],
    ['staging', show],
    ['production', show],
    ['demo', { ...show, pair: demo }],
    ['demo vs prod', { ...show, pair: demo }],
    ['qa', { ...show, pair: { reference: 'production', mirror: 'qa' } }],
    ['qa vs production', { ...show, pair: { reference: 'production', mirror: 'qa' } }],
    ['staging vs qa', { ...show, pair: { reference: 'staging', mirror: 'qa' } }],
    ['checkout', { ...show, service: 'checkout' }],
    ['checkout prod vs staging', { ...show, service: 'checkout' }],
    ['staging checkout production', { ...show, service: 'checkout' }],
    ['in demo, for the service Ledger', { ...show, pair: demo, service: 'ledger' }],
    ['load balancer in staging', { ...show, service: 'load balancer' }],
    ['unexplained', { ...show, verdict: 'unexplained' }],
    ['explained in checkout', { ...show, service: 'checkout', verdict: 'explained' }],
    ['checkout production only', { ...show, service: 'checkout', verdict: 'reference-only' }],
    ['must not be equal', { ...show, verdict: 'forbidden-equality' }],
    ['pending promotion', { ...show, verdict: 'pending-promotion' }],
    ['unknown demo', { ...show, pair: demo, verdict: 'unknown' }],
    ['help', 'help'],
    ['?', 'help'],
    ['audit', { do: 'audit' }],
    ['report', { do: 'audit' }],
    ['staging audit', { ...show, service: 'audit' }],
    ['confirm 17', { do: 'confirm', acceptanceId: '17' }],
    ['approve #17', { do: 'confirm', acceptanceId: '17' }],
    ['accept', { do: 'accept', pair: usual, service: null, key: null }],
    ['accept PAYMENT_TIMEOUT', { do: 'accept', pair: usual, service: null, key: 'PAYMENT_TIMEOUT' }],
    ['accept `PAYMENT_TIMEOUT`', { do: 'accept', pair: usual, service: null, key: 'PAYMENT_TIMEOUT' }],
    ['accept PAYMENT_TIMEOUT in checkout', { do: 'accept', pair: usual, service: 'checkout', key: 'PAYMENT_TIMEOUT' }],
    ['accept db.pool of demo', { do: 'accept', pair: demo, service: null, key: 'db.pool' }],
    ['accept unexplained.key', { do: 'accept', pair: usual, service: null, key: 'unexplained.key' }],
    ['accept time in queue', { do: 'accept', pair: usual, service: null, key: 'time in queue' }],
    ['demo checkout accept X', { do: 'accept', pair: demo, service: 'checkout', key: 'X' }],
  ])('%s', (text, expected) => {
    expect(read(text)).toEqual(expected);
  });
});

describe('what it does not understand, it teaches', () => {
  it.each<[string, RegExp, string]>([
    ['stagign', /no environment or service called “stagign”.*demo, production, qa, staging/, 'staging'],
    ['prod vs stging', /“stging”/, 'prod vs staging'],
    ['chekout in staging', /“chekout”/, 'checkout in staging'],
    ['unexplaned', /“unexplaned”/, 'unexplained'],
    ['adit', /“adit”/, 'audit'],
    ['checkout ledger', /one service at a time/, 'checkout'],
    ['prod vs live', /always equal to itself/, 'production vs staging'],
    ['prod staging demo', /two environments/, 'production vs staging'],
    ['confirm', /Which one/, 'confirm 17'],
    ['frobnicate', /“frobnicate”/, 'production vs staging'],
  ])('%s', (text, problem, example) => {
    const request = parseParityCommand(text, context);

    expect(request).toMatchObject({
      outcome: 'not-understood',
      problem: expect.stringMatching(problem),
      examples: expect.arrayContaining([example]),
    });
  });

  it('gives only examples that it understands itself', () => {
    for (const text of ['stagign', 'checkout ledger', 'prod staging demo', 'confirm', 'what? nothing']) {
      const request = parseParityCommand(text, context);
      const examples = request.outcome === 'not-understood' ? request.examples : [];

      expect(examples.length).toBeGreaterThan(0);
      expect(examples.map((example) => parseParityCommand(example, context).outcome)).not.toContain('not-understood');
    }
  });
});

it('reads anything in a moment and never throws', () => {
  const piece = fc.oneof(
    fc.constantFrom('vs', 'prod', 'staging', 'checkout', 'accept', '`', '..', '/', 'in', 'must not be', '<@U1>'),
    fc.string({ unit: 'binary', maxLength: 20 }),
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
      const request = parseParityCommand(pieces.join(' '), context);

      expect(['help', 'command', 'not-understood']).toContain(request.outcome);
    }),
  );
});
