import { addMinutes } from 'date-fns';
import { sql } from 'kysely';
import { pino } from 'pino';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Catalog } from '../src/domain/catalog.ts';
import { type Incident, verdicts } from '../src/domain/incidents/incident.ts';
import { entriesOf, verdictsOf } from '../src/incidents/entries.ts';
import { findIncident } from '../src/incidents/incident-rows.ts';
import { addNote, noteDeleted, noteEdited } from '../src/incidents/notes.ts';
import { mitigate, reopen, resolveIncident } from '../src/incidents/resolve.ts';
import { sayNoChangeCaused, sayVerdict } from '../src/incidents/verdict.ts';
import { migrateJobs } from '../src/jobs/run.ts';
import { record } from '../src/timeline/record.ts';
import { type TestDatabase, createTestDatabase, emptyTables } from './database.ts';
import { insertIncident } from './incidents.ts';

const catalog: Catalog = { environments: new Map([['production', 'production']]), services: [], configPaths: [] };
const now = new Date('2026-11-20T16:13:00Z');
let database: TestDatabase;
let incident: Incident;

beforeAll(async () => {
  database = await createTestDatabase();
  await migrateJobs(database.pool, pino({ enabled: false }));
});
afterAll(() => database.close());
beforeEach(async () => {
  await emptyTables(database.db, 'incidents, signals, changes, identities, mentions, delivery_keys');
  await sql`delete from graphile_worker._private_jobs`.execute(database.db);
  incident = await insertIncident(database.db);
});

let count = 0;

async function deployed(version: string, minute: number): Promise<string> {
  count += 1;
  const delivery = { replayed: `00000000-0000-7000-8000-${String(count).padStart(12, '0')}` };
  const occurredAt = `2026-11-20T15:${String(minute).padStart(2, '0')}:00.000Z`;
  const event = {
    statement: {
      key: `github:deployment:${version}`,
      source: 'github',
      occurredAt,
      clock: 'source',
      phase: 'happened',
      kind: 'deploy',
      environmentName: 'production',
      serviceName: 'checkout',
      to: version,
    },
    identities: [{ type: 'deployment', value: version }],
    mentions: [],
  } as const;
  const batch = await database.db
    .transaction()
    .execute((trx) => record(trx, [{ delivery, events: [event], signals: [] }], { catalog, now }));
  return batch.recorded[0]?.changeIds[0] ?? '';
}

async function cardIsDue(): Promise<boolean> {
  const { rows } = await sql`
    delete from graphile_worker._private_jobs where key = ${`refresh-card:${incident.id}`} returning id
  `.execute(database.db);
  return rows.length > 0;
}

async function lines() {
  const entries = await entriesOf(database.db, incident.id);
  return entries.map(({ kind, text, saidBy }) => [kind, text, saidBy]);
}

const message = { channelId: 'C1', ts: '1795190700.000100' };

describe('a note', () => {
  it('stands where its message was written, however late it is kept', async () => {
    await addNote(database.db, incident.id, { text: 'failing over', at: now, saidBy: 'U1' }, now);
    const at = addMinutes(now, -10);
    const added = await addNote(database.db, incident.id, { text: 'p99 is 4 s', at, saidBy: 'U2', message }, now);

    expect(added).toBe('added');
    expect(await lines()).toEqual([
      ['note', 'p99 is 4 s', 'U2'],
      ['note', 'failing over', 'U1'],
    ]);
    expect(await cardIsDue()).toBe(true);
  });

  it('is there once, however many people keep the message', async () => {
    const note = { text: 'p99 is 4 s', at: now, saidBy: 'U2', message };
    const added = await Promise.all([1, 2, 3].map(() => addNote(database.db, incident.id, note, now)));

    expect(added.toSorted()).toEqual(['added', 'there', 'there']);
    expect(await lines()).toHaveLength(1);
  });

  it('follows the edits of its message in every incident that keeps it', async () => {
    const other = await insertIncident(database.db);
    const note = { text: 'p99 is 4 s', at: now, saidBy: 'U2', message };
    await addNote(database.db, incident.id, note, now);
    await addNote(database.db, other.id, note, now);
    await cardIsDue();

    expect(await noteEdited(database.db, { ...message, text: 'p99 is 40 s' }, now)).toBe(true);

    expect(await lines()).toEqual([['note', 'p99 is 40 s', 'U2']]);
    const [entry] = await entriesOf(database.db, other.id);
    expect(entry).toMatchObject({ text: 'p99 is 40 s', edited: true });
    expect(await cardIsDue()).toBe(true);
  });

  it('leaves no word behind when its message is deleted, and comes back when somebody keeps it again', async () => {
    const note = { text: 'the password is hunter2', at: now, saidBy: 'U2', message };
    await addNote(database.db, incident.id, note, now);

    expect(await noteDeleted(database.db, message, now)).toBe(true);
    expect(await lines()).toEqual([]);
    expect(await noteEdited(database.db, { ...message, text: 'hunter3' }, now)).toBe(false);
    const { rows } = await sql`select 1 from incident_entries where text like '%hunter%'`.execute(database.db);
    expect(rows).toEqual([]);

    expect(await addNote(database.db, incident.id, { ...note, text: 'rotated' }, now)).toBe('added');
    expect(await lines()).toEqual([['note', 'rotated', 'U2']]);
  });

  it('of a message that nobody kept changes nothing', async () => {
    expect(await noteEdited(database.db, { ...message, text: 'lunch?' }, now)).toBe(false);
    expect(await noteDeleted(database.db, message, now)).toBe(false);
    expect(await cardIsDue()).toBe(false);
  });

  it.each([
    ['nothing but controls', '\u0000\u202E \n', 'empty'],
    ['5,000 characters', '🙈'.repeat(5000), 'added'],
  ])('of %s is %s', async (_, text, outcome) => {
    expect(await addNote(database.db, incident.id, { text, at: now, saidBy: 'U1' }, now)).toBe(outcome);
  });

  it('needs an incident', async () => {
    expect(await addNote(database.db, '999', { text: 'p99', at: now, saidBy: 'U1' }, now)).toBe('gone');
  });
});

describe('a verdict', () => {
  it('is kept with who said it and why, and names the cause', async () => {
    const changeId = await deployed('1.42.0', 58);
    const said = await sayVerdict(database.db, incident.id, { changeId, verdict: 'caused', why: 'retries' }, 'U1', now);

    expect(said).toMatchObject({
      outcome: 'said',
      before: null,
      incident: { causeId: changeId, causeNote: 'retries' },
    });
    expect(await lines()).toEqual([['verdict', 'retries', 'U1']]);
    expect(await cardIsDue()).toBe(true);
  });

  it('tells what was said about the same change before', async () => {
    const changeId = await deployed('1.42.0', 58);
    await sayVerdict(database.db, incident.id, { changeId, verdict: 'dismissed', why: 'unrelated' }, 'U1', now);
    const said = await sayVerdict(
      database.db,
      incident.id,
      { changeId, verdict: 'suspect', why: 'its code' },
      'U2',
      now,
    );

    expect(said).toMatchObject({ outcome: 'said', before: { text: 'unrelated', saidBy: 'U1' } });
  });

  it('of two people at once is the first’s, of whom the second is told', async () => {
    const changeId = await deployed('1.42.0', 58);
    const said = await Promise.all(
      ['U1', 'U2'].map((by) => {
        const verdict = { changeId, verdict: 'caused', why: `says ${by}`, seen: null } as const;
        return sayVerdict(database.db, incident.id, verdict, by, now);
      }),
    );

    expect(said.map(({ outcome }) => outcome).toSorted()).toEqual(['said', 'unchanged']);
    const [entry, ...others] = await entriesOf(database.db, incident.id);
    expect(others).toEqual([]);
    expect(said.find(({ outcome }) => outcome === 'unchanged')).toMatchObject({ before: { saidBy: entry?.saidBy } });
  });

  it('takes another reason for the same from somebody who has seen the first', async () => {
    const changeId = await deployed('1.42.0', 58);
    const verdict = { changeId, verdict: 'caused' } as const;
    await sayVerdict(database.db, incident.id, { ...verdict, why: 'retries' }, 'U1', now);
    const [first] = await entriesOf(database.db, incident.id);
    const again = { ...verdict, why: 'its pool is half as big', seen: first?.id ?? '' };
    const said = await sayVerdict(database.db, incident.id, again, 'U2', now);

    expect(said).toMatchObject({ outcome: 'said', incident: { causeNote: 'its pool is half as big' } });
  });

  it.each(verdicts)('that says %s is nothing without a reason of whoever says it', async (verdict) => {
    const changeId = await deployed('1.42.0', 58);

    for (const why of ['', ' ', '.', '🙈🙈🙈']) {
      const said = await sayVerdict(database.db, incident.id, { changeId, verdict, why }, 'U1', now);
      expect(said).toEqual({ outcome: 'no-reason' });
    }
    expect(await lines()).toEqual([]);
  });

  it('of a program needs no reason', async () => {
    const changeId = await deployed('1.42.0', 58);
    await sayVerdict(database.db, incident.id, { changeId, verdict: 'caused', why: '' }, 'api:ci', now);

    expect(await lines()).toEqual([['verdict', '', 'api:ci']]);
  });

  it('that another change caused it takes the cause before back', async () => {
    const first = await deployed('1.42.0', 58);
    const second = await deployed('1.42.1', 59);
    await sayVerdict(database.db, incident.id, { changeId: first, verdict: 'caused', why: 'its retries' }, 'U1', now);
    await sayVerdict(database.db, incident.id, { changeId: second, verdict: 'caused', why: 'its timeout' }, 'U2', now);

    const verdicts = await verdictsOf(database.db, incident.id);
    expect([first, second].map((id) => verdicts.get(id)?.verdict?.verdict)).toEqual(['suspect', 'caused']);
    expect((await findIncident(database.db, incident.id))?.causeId).toBe(second);
  });

  it('that the cause is none leaves the incident without one', async () => {
    const changeId = await deployed('1.42.0', 58);
    await sayVerdict(database.db, incident.id, { changeId, verdict: 'caused', why: 'retries' }, 'U1', now);
    await sayVerdict(database.db, incident.id, { changeId, verdict: 'dismissed', why: 'off in production' }, 'U1', now);

    expect(await findIncident(database.db, incident.id)).toMatchObject({ causeId: null, causeNote: null });
  });

  it('that no change did it says what did', async () => {
    const changeId = await deployed('1.42.0', 58);
    await sayVerdict(database.db, incident.id, { changeId, verdict: 'caused', why: 'its retries' }, 'U1', now);
    await sayNoChangeCaused(database.db, incident.id, 'the bank was down', 'U1', now);

    expect(await findIncident(database.db, incident.id)).toMatchObject({
      causeId: null,
      causeNote: 'the bank was down',
    });
    expect((await verdictsOf(database.db, incident.id)).get(changeId)?.verdict?.verdict).toBe('suspect');
  });

  it('about a change that became one with another is about that one', async () => {
    const target = await deployed('1.42.0', 58);
    const merged = await deployed('1.42.0-rc', 57);
    await database.db.updateTable('changes').set({ at: null, merged_into: target }).where('id', '=', merged).execute();
    const said = await sayVerdict(
      database.db,
      incident.id,
      { changeId: merged, verdict: 'caused', why: 'its retries' },
      'U1',
      now,
    );

    expect(said).toMatchObject({ incident: { causeId: target } });
  });

  it.each(['999', 'abc', '99999999999999999999', ''])('about %j, which no change is called, is refused', async (id) => {
    const said = await sayVerdict(database.db, incident.id, { changeId: id, verdict: 'caused', why: '' }, 'U1', now);

    expect(said).toEqual({ outcome: 'not-in-timeline' });
    expect(await lines()).toEqual([]);
  });
});

describe('resolving', () => {
  it('keeps cause, fix and note, and says how long it took', async () => {
    const [causeId, fixId] = [await deployed('1.42.0', 58), await deployed('1.41.3', 59)];
    const resolved = await resolveIncident(
      database.db,
      incident.id,
      { causeId, note: 'retries without backoff', fixIds: [fixId] },
      'U1',
      now,
    );

    expect(resolved).toMatchObject({
      outcome: 'resolved',
      incident: { resolvedAt: now, causeId, causeNote: 'retries without backoff' },
      measures: { toDetect: 2 * 60_000, toMitigate: null, toResolve: 14 * 60_000 },
    });
    const verdicts = await verdictsOf(database.db, incident.id);
    expect([causeId, fixId].map((id) => verdicts.get(id)?.verdict?.verdict)).toEqual(['caused', 'fixed']);
    expect(await cardIsDue()).toBe(true);
  });

  it('by two people at once tells the second who was first, and keeps nothing of theirs', async () => {
    const both = await Promise.all(
      ['U1', 'U2'].map((by) => resolveIncident(database.db, incident.id, { note: `said ${by}` }, by, now)),
    );

    const entries = await entriesOf(database.db, incident.id);
    expect(entries).toHaveLength(1);
    expect(both.map(({ outcome }) => outcome).toSorted()).toEqual(['already', 'resolved']);
    expect(both.find(({ outcome }) => outcome === 'already')).toMatchObject({ by: entries[0]?.saidBy, at: now });
  });

  it('without a word about the cause leaves what was said about it', async () => {
    const changeId = await deployed('1.42.0', 58);
    await sayVerdict(database.db, incident.id, { changeId, verdict: 'caused', why: 'retries' }, 'U1', now);
    const resolved = await resolveIncident(database.db, incident.id, { note: '' }, 'U1', now);

    expect(resolved).toMatchObject({ incident: { causeId: changeId, causeNote: 'retries' } });
    expect(await lines()).toHaveLength(2);
  });

  it('without a word about a cause that nobody knows takes the note for none', async () => {
    const resolved = await resolveIncident(database.db, incident.id, { note: 'it went away' }, 'U1', now);

    expect(resolved).toMatchObject({ incident: { causeId: null, causeNote: null } });
    expect(await lines()).toEqual([['resolved', 'it went away', 'U1']]);
  });

  it('with another cause than a change has a note of it, also where nobody wrote one', async () => {
    const resolved = await resolveIncident(database.db, incident.id, { causeId: null, note: '' }, 'api:ci', now);

    expect(resolved).toMatchObject({ incident: { causeId: null, causeNote: 'something else' } });
  });

  it.each(['cause', 'fix', 'no-change'])('with a %s says why, and else does nothing', async (named) => {
    const changeId = await deployed('1.42.0', 58);
    const resolution = { cause: { causeId: changeId }, fix: { fixIds: [changeId] }, 'no-change': { causeId: null } }[
      named
    ];

    for (const note of ['', '.']) {
      const resolved = await resolveIncident(database.db, incident.id, { ...resolution, note }, 'U1', now);
      expect(resolved).toEqual({ outcome: 'no-reason' });
    }
    expect(await lines()).toEqual([]);
    expect(await findIncident(database.db, incident.id)).toMatchObject({ resolvedAt: null });
  });

  it('keeps what it says as the reason for the cause and the fix', async () => {
    const [causeId, fixId] = [await deployed('1.42.0', 58), await deployed('1.41.3', 59)];
    await resolveIncident(database.db, incident.id, { causeId, note: 'retries', fixIds: [fixId] }, 'U1', now);

    expect(await lines()).toEqual([
      ['verdict', 'retries', 'U1'],
      ['verdict', 'retries', 'U1'],
      ['resolved', 'retries', 'U1'],
    ]);
  });

  it('with the cause and the fix that stand already asks for no reason again', async () => {
    const [causeId, fixId] = [await deployed('1.42.0', 58), await deployed('1.41.3', 59)];
    await sayVerdict(database.db, incident.id, { changeId: causeId, verdict: 'caused', why: 'retries' }, 'U1', now);
    await sayVerdict(database.db, incident.id, { changeId: fixId, verdict: 'fixed', why: 'it ended' }, 'U1', now);
    const resolved = await resolveIncident(database.db, incident.id, { causeId, note: '', fixIds: [fixId] }, 'U2', now);

    expect(resolved).toMatchObject({ outcome: 'resolved', incident: { causeNote: 'retries' } });
  });

  it('names a fix that the timeline does not hold, and does nothing', async () => {
    const resolved = await resolveIncident(database.db, incident.id, { note: '', fixIds: ['999'] }, 'U1', now);

    expect(resolved).toEqual({ outcome: 'not-in-timeline', changeId: '999' });
    expect(await findIncident(database.db, incident.id)).toMatchObject({ resolvedAt: null });
  });

  it('is taken back when the fault is there again', async () => {
    await mitigate(database.db, incident.id, { note: '' }, 'U1', now);
    await resolveIncident(database.db, incident.id, { note: '' }, 'U1', now);
    const reopened = await reopen(database.db, incident.id, { why: 'errors are back' }, 'U2', now);

    expect(reopened).toMatchObject({ outcome: 'reopened', incident: { resolvedAt: null, mitigatedAt: null } });
    expect(await reopen(database.db, incident.id, { why: '' }, 'U2', now)).toMatchObject({ outcome: 'open' });
    expect((await lines()).map(([kind]) => kind)).toEqual(['mitigated', 'resolved', 'reopened']);
  });

  it('of what is mitigated is another step, said once each', async () => {
    const mitigated = await mitigate(database.db, incident.id, { note: 'rolled back' }, 'U1', now);

    expect(mitigated).toMatchObject({ outcome: 'mitigated', measures: { toMitigate: 14 * 60_000, toResolve: null } });
    expect(await mitigate(database.db, incident.id, { note: '' }, 'U2', now)).toMatchObject({
      outcome: 'already',
      by: 'U1',
    });
  });
});
