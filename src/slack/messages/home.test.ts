import { subMinutes } from 'date-fns';
import { expect, it } from 'vitest';
import { aChange, anAnswer, askedAt } from '../../../test/answers.ts';
import { renderHome } from './home.ts';

const options = { now: askedAt, timezone: 'Europe/London' };

it('takes no part of a day for all of it: of each service, and in all', () => {
  const changes = Array.from({ length: 11 }, (_, index) =>
    aChange({
      id: `${index}`,
      service: index < 3 ? 'ledger' : 'search',
      occurredAt: subMinutes(askedAt, index),
      finishedAt: null,
    }),
  );
  const drawn = JSON.stringify(renderHome(anAnswer({ changes, suspects: [] }), options).blocks);

  expect(drawn).toContain('*ledger*  3 changes');
  expect(drawn).toContain('*search*  5 of 8 changes');
  expect(drawn).toContain('… and 3 more: `/since 24h`');
});

it('says of a day that it shows whole no more than that', () => {
  const drawn = JSON.stringify(renderHome(anAnswer({ changes: [aChange()], suspects: [] }), options).blocks);

  expect(drawn).toContain('*checkout*  1 change');
  expect(drawn).not.toContain('more:');
});
