import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aChange, badDeploy } from '../../test/answers.ts';
import { catalogOf, readSettings } from '../config/settings.ts';
import { changeJson } from '../domain/answer-json.ts';
import { labelledIncidentsIn, readLabelledIncident } from './labelled-file.ts';

const read = readSettings('');
if (read.outcome === 'invalid') throw new Error('no settings are settings');
const catalog = catalogOf(read.settings);

const sent = {
  id: 'a',
  kind: 'config',
  title: 'payments.timeout 3000 → 800',
  environment: 'prod',
  service: 'Checkout API',
  occurred_at: '2026-11-20T13:50:00Z',
  region: 'eu-west-1',
};
const incident = {
  id: 'INC-42',
  title: 'Checkout errors',
  symptom: '5xx rate high',
  environment: 'prod',
  services: ['Checkout API'],
  started_at: '2026-11-20T14:00:00Z',
};
const line = { incident, depends_on: { checkout: ['ledger'] }, changes: [sent], causes: ['a'] };

function readLine(value: object) {
  return readLabelledIncident(JSON.stringify(value), catalog);
}

function changeRead(told: object) {
  const outcome = readLine({ ...line, changes: [told], causes: [] });
  if (outcome.outcome === 'invalid') throw new Error(outcome.problem);
  return outcome.incident.changes[0];
}

describe('a labelled incident', () => {
  it('has our names for its environment and services', () => {
    expect(readLine(line)).toMatchObject({
      outcome: 'read',
      incident: {
        id: 'INC-42',
        environment: 'production',
        services: ['checkout-api'],
        startedAt: new Date('2026-11-20T14:00:00Z'),
        askedAt: new Date('2026-11-20T14:10:00Z'),
        dependsOn: new Map([['checkout', ['ledger']]]),
        causes: ['a'],
      },
    });
  });

  it('takes a change as it is sent to the API, on the way of those', () => {
    expect(changeRead(sent)).toMatchObject({
      id: 'a',
      kind: 'config',
      environment: 'production',
      service: 'checkout-api',
      services: ['checkout-api'],
      sources: ['api'],
      details: { region: 'eu-west-1' },
    });
  });

  it.each([
    ['a deploy with all that it carried', badDeploy],
    ['a change with what it changed', aChange({ kind: 'config', before: { a: 1 }, after: { a: 2 }, status: 'failed' })],
    ['one told again and again', aChange({ repeated: { count: 3, since: new Date('2026-11-20T12:00:00Z') } })],
  ])('takes %s as the API answers it', (_, change) => {
    expect(changeRead(JSON.parse(JSON.stringify(changeJson(change))))).toEqual(change);
  });

  it('says what is known besides', () => {
    expect(readLine({ ...line, background: { a: { skipped_staging: true } } })).toMatchObject({
      incident: { background: new Map([['a', { skippedStaging: true, newActor: false }]]) },
    });
  });

  it.each([
    ['not JSON', '{', 'is not JSON'],
    ['a field that nobody knows', { ...line, cause: 'a' }, 'Unrecognized key: "cause"'],
    [
      'a time without a zone',
      { ...line, incident: { ...incident, started_at: '2026-11-20' } },
      'incident.started_at: is',
    ],
    ['a change without id', { ...line, changes: [{ ...sent, id: undefined }] }, 'changes.0: id: '],
    ['a change of no kind', { ...line, changes: [{ ...sent, kind: 'guess' }] }, 'changes.0: kind: '],
    [
      'a change without time',
      { ...line, changes: [{ ...sent, occurred_at: undefined }] },
      'changes.0: occurred_at is missing',
    ],
    [
      'an answered change without time',
      { ...line, changes: [{ ...sent, recorded_at: 'now' }] },
      'changes.0: recorded_at: ',
    ],
    ['two changes of one id', { ...line, changes: [sent, sent] }, 'two changes have the same id'],
    ['a cause that is no change', { ...line, causes: ['b'] }, 'no change has the id b'],
    ['something about no change', { ...line, background: { b: {} } }, 'no change has the id b'],
    ['too many changes', { ...line, changes: Array.from({ length: 20_001 }, () => 0) }, 'changes: Too big'],
  ])('is refused with %s', (_, told, problem) => {
    const text = typeof told === 'string' ? told : JSON.stringify(told);

    expect(readLabelledIncident(text, catalog)).toMatchObject({
      outcome: 'invalid',
      problem: expect.stringContaining(problem) as string,
    });
  });
});

describe('a file of labelled incidents', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sincewhen-labelled-'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  async function idsIn(text: string): Promise<readonly string[]> {
    const path = join(folder, 'incidents.jsonl');
    await writeFile(path, text);
    const ids: string[] = [];
    for await (const { id } of labelledIncidentsIn(path, catalog)) ids.push(id);
    return ids;
  }

  const named = (id: string) => JSON.stringify({ ...line, incident: { ...incident, id } });

  it('has one a line, however long the lines are', async () => {
    const long = JSON.stringify({
      ...line,
      changes: Array.from({ length: 2000 }, (_, n) => ({ ...sent, id: `${n}` })),
      causes: [],
    });

    expect(await idsIn(`${named('1')}\n\n${long}\r\n${named('3')}`)).toEqual(['1', 'INC-42', '3']);
  });

  it('says which line is wrong', async () => {
    await expect(idsIn(`${named('1')}\n\n{"incident": 7}\n`)).rejects.toThrow(/incidents\.jsonl, line 3: incident: /);
  });
});
