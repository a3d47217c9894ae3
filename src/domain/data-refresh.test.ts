import { expect, it } from 'vitest';
import { aChange } from '../../test/answers.ts';
import type { Change } from './change.ts';
import { refreshesData } from './data-refresh.ts';

it.each<readonly [Partial<Change>, boolean]>([
  [{ title: 'Staging data refreshed' }, true],
  [{ title: 'Restored the database from a dump' }, true],
  [{ title: 'Copy of production' }, true],
  [{ title: 'Nightly', details: { message: 'anonymised at 02:00' } }, true],
  [{ title: 'Nightly', reason: 'sanitized for staging' }, true],
  [{ title: 'Certificates refreshed' }, false],
  [{ title: 'Service restored' }, false],
  [{ title: 'Database restarted' }, false],
  [{ title: 'Staging data refreshed', status: 'failed' }, false],
  [{ title: 'Staging data refreshed', kind: 'note' }, false],
])('%j brings data: %s', (fields, expected) => {
  expect(refreshesData(aChange({ kind: 'maintenance', ...fields }))).toBe(expected);
});
