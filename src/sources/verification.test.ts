import { expect, it } from 'vitest';
import { readSource } from '../../test/read-source.ts';
import { deliveryReaders } from './registry.ts';
import { verification } from './verification.ts';

const found = {
  identities: [{ type: 'deployment', value: 'acme/shop#17' }],
  at: '2026-11-20T16:03:00.000Z',
  verified: false,
  text: '1.41.3 answers, 1.42.0 was deployed',
};

it('speaks about the deploy and claims none', () => {
  expect(readSource(verification, found)).toMatchObject({
    outcome: 'events',
    events: [
      {
        identities: found.identities,
        statement: {
          phase: 'mentioned',
          details: { verification: 'not verified: 1.41.3 answers, 1.42.0 was deployed' },
        },
      },
    ],
  });
});

it.each([{}, [], null, { ...found, identities: [] }, { ...found, at: 'today' }, { ...found, text: '' }])(
  'refuses %j',
  (body) => {
    expect(readSource(verification, body).outcome).not.toBe('events');
  },
);

it('is read again by a replay', () => {
  const readers = deliveryReaders({
    catalog: { environments: new Map(), services: [], configPaths: [] },
    conceal: () => 'concealed',
  });
  const body = Buffer.from(JSON.stringify(found));
  expect(readers.get('verification')?.read({ headers: {}, body, receivedAt: new Date() }).parsed.outcome).toBe(
    'events',
  );
});
