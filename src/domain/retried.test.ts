import { expect, it } from 'vitest';
import { aChange } from '../../test/answers.ts';
import type { Change } from './change.ts';
import { retries } from './retried.ts';

const minute = (each: number) => new Date(Date.UTC(2026, 10, 20, 14, each));
const at = (minute: number, fields: Partial<Change> = {}) =>
  aChange({
    id: `${minute}`,
    status: 'succeeded',
    occurredAt: new Date(Date.UTC(2026, 10, 20, 14, minute)),
    ...fields,
  });
const failed = at(10, { status: 'failed' });

it('the first good deploy of its place takes the place of a failed one, in whatever order they are given', () => {
  const changes = [at(30), at(20), at(5), failed, at(12, { service: 'ledger' }), at(13, { environment: 'staging' })];

  expect(retries(changes)(failed)?.id).toBe('20');
  expect(retries(changes.toReversed())(failed)?.id).toBe('20');
});

it.each<[string, Change, Change]>([
  ['one that went well', at(10), at(20)],
  ['one that failed before another that did', failed, at(20, { status: 'failed' })],
  [
    'one that began after it and was done before it',
    at(12, { status: 'failed', finishedAt: minute(13) }),
    at(10, { finishedAt: minute(20) }),
  ],
  ['a migration', at(10, { kind: 'migration', status: 'failed' }), at(20)],
])('nothing takes the place of %s', (_, change, other) => {
  expect(retries([change, other, at(1, { service: 'ledger', status: 'failed' })])(change)).toBeNull();
});
