import { addMinutes } from 'date-fns';
import { type Kysely, type Transaction, sql } from 'kysely';
import { pino } from 'pino';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { directoryOf } from '../src/config/people.ts';
import { actAs } from '../src/database/act-as.ts';
import type { Schema } from '../src/database/schema.ts';
import { mute, sayUseless, unmute } from '../src/digest/said.ts';
import type { Catalog } from '../src/domain/catalog.ts';
import { setSeverity } from '../src/incidents/correct.ts';
import { resolveIncident } from '../src/incidents/resolve.ts';
import { sayVerdict } from '../src/incidents/verdict.ts';
import { migrateJobs } from '../src/jobs/run.ts';
import { recordDecision } from '../src/database/record-decision.ts';
import { type CommittedBy, noteSettings, unexplainedEdit } from '../src/ledger/note-settings.ts';
import { sayAlias, takeBackAlias } from '../src/names/say-alias.ts';
import { muteAlarm } from '../src/parity/alarms.ts';
import { accept, confirm, withdraw } from '../src/parity/acceptances.ts';
import { claim, unclaim } from '../src/people/claims.ts';
import { decideConflict } from '../src/people/conflicts.ts';
import { endSubscription, subscribe } from '../src/subscriptions/subscribe.ts';
import { record } from '../src/timeline/record.ts';
import { createToken, revokeToken } from '../src/timeline/tokens.ts';
import { type TestDatabase, createTestDatabase } from './database.ts';
import { insertIncident } from './incidents.ts';
import { delivered, now, said } from './recordings.ts';

const catalog: Catalog = {
  environments: new Map([['production', 'production']]),
  services: [
    {
      name: 'checkout',
      aliases: [],
      repository: null,
      paths: [],
      configPaths: null,
      branches: {},
      dependsOn: [],
      owners: [],
    },
  ],
  configPaths: [],
};
let database: TestDatabase;
let db: Kysely<Schema>;

beforeAll(async () => {
  database = await createTestDatabase();
  ({ db } = database);
  await migrateJobs(database.pool, pino({ enabled: false }));
});
afterAll(() => database.close());
beforeEach(async () => {
  await db.transaction().execute(async (trx) => {
    await sql`set local session_replication_role = replica`.execute(trx);
    await sql`truncate audit_events`.execute(trx);
  });
});

async function decided() {
  const rows = await db.selectFrom('decisions').select(['kind', 'actor', 'about', 'reason']).orderBy('id').execute();
  return rows.map(({ kind, actor, about, reason }) => [kind, actor, about.replace(/\d+$/, 'N'), reason]);
}

async function changeId(key: string): Promise<string> {
  const { recorded } = await db
    .transaction()
    .execute((trx) => record(trx, [delivered([said(key, [{ type: 'run', value: key }])])], { catalog, now }));
  return recorded[0]?.changeIds[0] ?? '';
}

async function openedAlarm(): Promise<string> {
  const pair = { reference: 'production', mirror: 'staging' };
  await db
    .insertInto('parity_posts')
    .values({ key: 'post', ...pair, services: [], summary: null, made_at: now })
    .execute();
  const { rows } = await sql<{ id: string }>`
    insert into parity_alarms (reference, mirror, group_key, difference_ids, verdict, said, post_key, opened_at)
    values (${pair.reference}, ${pair.mirror}, 'group', '{}', 'unexplained', '{}', 'post', ${now})
    returning id
  `.execute(db);
  return rows[0]?.id ?? '';
}

describe('decisions', () => {
  it('hold what people say in incidents, and not what rules do', async () => {
    const { id } = await insertIncident(db);
    const change = await changeId('a');
    await sayVerdict(db, id, { changeId: change, verdict: 'caused', why: 'the pool was halved' }, 'U1', now);
    await setSeverity(db, id, 'error', 'U2', now);
    await resolveIncident(db, id, { note: 'rolled back' }, 'U1', now);
    await db
      .insertInto('incident_entries')
      .values({ incident_id: id, at: now, recorded_at: now, kind: 'joined', text: 'same service', said_by: null })
      .execute();
    await db
      .insertInto('incident_entries')
      .values({ incident_id: id, at: now, recorded_at: now, kind: 'note', text: 'hm', said_by: 'U1' })
      .execute();

    const all = await decided();
    expect(all).toContainEqual(['verdict', 'U1', 'change N', 'the pool was halved']);
    expect(all).toContainEqual(['incident-resolved', 'U1', 'INC-N', expect.any(String)]);
    expect(all).toContainEqual(['incident-severity', 'U2', 'INC-N', expect.any(String)]);
    expect(all.map(([kind]) => kind)).not.toContain('incident-joined');
    expect(all.map(([kind]) => kind)).not.toContain('incident-note');
  });

  it('hold what is accepted, confirmed and withdrawn of parity, and what is explained', async () => {
    const asked = {
      pair: { reference: 'production', mirror: 'staging' },
      service: 'checkout',
      facet: 'env',
      key: 'POOL',
      must: null,
      reason: 'less load',
      impact: '',
      owner: null,
      expires: '2027-01-01',
      by: 'U1',
      isRisky: true,
    };
    const { id } = await accept(db, asked, now);
    await confirm(db, id, { by: 'U2', now });
    const again = await accept(db, { ...asked, reason: 'less load at night', by: 'U4' }, now);
    await withdraw(db, again.id, { by: 'U3', now });
    await db
      .insertInto('explanations')
      .values({
        reference: 'production',
        mirror: 'staging',
        service: 'checkout',
        facet: 'env',
        key: 'POOL',
        reference_same: null,
        mirror_same: null,
        change_id: await changeId('b'),
        note: 'I did',
        said_by: 'U1',
        said_at: now,
      })
      .execute();

    expect(await decided()).toEqual([
      ['parity-accepted', 'U1', 'difference env POOL', 'less load'],
      ['parity-confirmed', 'U2', 'difference env POOL', 'less load'],
      ['parity-withdrawn', 'U4', 'difference env POOL', 'accepted anew'],
      ['parity-accepted', 'U4', 'difference env POOL', 'less load at night'],
      // Why it was accepted is not why it was withdrawn.
      ['parity-withdrawn', 'U3', 'difference env POOL', null],
      ['parity-explained', 'U1', 'difference env POOL', 'I did'],
    ]);
  });

  it('hold what is said of backports', async () => {
    const { id } = await db
      .insertInto('backports')
      .values({
        state: 'open',
        reference: 'production',
        mirror: 'staging',
        repository: 'acme/checkout',
        title: 'Fix',
        why: 'it is',
        imported: false,
        opened_at: now,
        recorded_at: now,
      })
      .returning('id')
      .executeTakeFirstOrThrow();
    const said = { backport_id: id, at: now, until: null, commit: null };
    await db
      .insertInto('backport_decisions')
      .values([
        { ...said, kind: 'waived', by: 'U1', reason: 'the feature goes', cause: null },
        { ...said, kind: 'useless', by: 'U2', reason: null, cause: 'not-relevant' },
      ])
      .execute();

    expect(await decided()).toEqual([
      ['backport-waived', 'U1', 'backport N', 'the feature goes'],
      ['backport-useless', 'U2', 'backport N', 'not-relevant'],
    ]);
    await expect(
      db
        .insertInto('backport_decisions')
        .values({ ...said, kind: 'waived', by: 'U1', reason: null, cause: null })
        .execute(),
    ).rejects.toThrow(/waived_says_why/);
  });

  it('hold who says and takes back a name, and who makes and revokes a token, and why where they say so', async () => {
    const alias = { what: 'service', alias: 'shop' } as const;
    const naming = { ...alias, by: 'U1', now, replace: true };
    await sayAlias(db, catalog, { ...naming, name: 'checkout' }, 'as the shop calls it');
    await sayAlias(db, catalog, { ...naming, name: 'shop', now: addMinutes(now, 1) });
    await takeBackAlias(db, alias, 'U2', 'renamed');
    const as = (why: string | null, act: (trx: Transaction<Schema>) => Promise<unknown>) =>
      db.transaction().execute(async (trx) => {
        await actAs(trx, 'root@host', why);
        await act(trx);
      });
    await as('for the pipeline', (trx) => createToken(trx, { name: 'ci', scopes: ['read'], now }));
    const { id } = await db.selectFrom('tokens').select('id').executeTakeFirstOrThrow();
    await as(null, (trx) => revokeToken(trx, id, now));

    expect(await decided()).toEqual([
      ['alias-said', 'U1', 'service shop', 'as the shop calls it'],
      ['alias-said', 'U1', 'service shop', null],
      ['alias-removed', 'U2', 'service shop', 'renamed'],
      ['token-made', 'root@host', 'token N', 'for the pipeline'],
      ['token-revoked', 'root@host', 'token N', null],
    ]);
  });

  it('hold who is who: what people say, take back and what administrators decide', async () => {
    const people = { db, settings: directoryOf({ services: {}, people: [] }), slack: null, now: () => now };
    await claim(people, { kind: 'github', identity: 'ada-l', by: 'U1' });
    await claim(people, { kind: 'github', identity: 'ada-l', by: 'U2' });
    await decideConflict(people, { identity: 'ada-l', for: 'U2', by: 'UADMIN' });
    await unclaim(people, { identity: 'ada-l', by: 'U2' });

    expect(await decided()).toEqual([
      ['person-linked', 'U1', 'name ada-l', null],
      ['person-decided', 'UADMIN', 'name ada-l', null],
      ['person-unlinked', 'U2', 'name ada-l', null],
    ]);
  });

  it('hold what a channel is to be told, and who says that its digest is not useful', async () => {
    const filter = { environments: ['production'], services: [], kinds: [], statuses: [] };
    const made = await subscribe(db, { channelId: 'C1', filter, by: { id: 'U1', name: 'Ada' } }, now);
    const id = made.outcome === 'subscribed' ? made.subscription.id : '';
    await endSubscription(db, { id, channelId: 'C1', by: { id: 'U2', name: 'Grace' } }, now);
    const place = { channel: 'COPS', week: '2026-W48' };
    await mute(db, place, { until: null, by: 'U1', now });
    await unmute(db, place, { by: 'U2', now });
    await sayUseless(db, place, { cause: 'noise', note: 'too long', by: 'U3', now });

    expect(await decided()).toEqual([
      ['subscription-made', 'U1', 'subscription N', null],
      ['subscription-ended', 'U2', 'subscription N', null],
      ['digest-muted', 'U1', 'digest of COPS', null],
      ['digest-unmuted', 'U2', 'digest of COPS', null],
      ['digest-useless', 'U3', 'digest of COPS', 'too long'],
    ]);
    await expect(db.deleteFrom('digest_words').execute()).rejects.toThrow(/append-only/);
  });

  it('hold each reason for which an alarm is muted, also when somebody gives another', async () => {
    const id = await openedAlarm();
    await muteAlarm(db, id, { why: 'noise', note: 'each night', by: 'U1' }, now);
    await muteAlarm(db, id, { why: 'noise', note: 'by design', by: 'U2' }, addMinutes(now, 1));

    expect(await decided()).toEqual([
      ['alarm-muted', 'U1', 'alarm N', 'each night'],
      ['alarm-muted', 'U2', 'alarm N', 'by design'],
    ]);
  });

  it('hold what no table has a place for', async () => {
    await recordDecision(db, {
      at: now,
      kind: 'override',
      actor: 'U1',
      about: 'change 12',
      reason: 'security fix',
      details: { freeze: 'black-friday' },
    });

    expect(await decided()).toEqual([['override', 'U1', 'change N', 'security fix']]);
  });
});

describe('settings', () => {
  const note = (settings: Parameters<typeof noteSettings>[1], committed: CommittedBy | null = null) =>
    noteSettings(db, settings, { actor: 'root@host', committed, now });

  it('are audited when they changed, and by one of the processes that start together', async () => {
    const [before, after] = [
      { services: { checkout: { owners: [] } } },
      { services: { checkout: { owners: ['@ada'] } } },
    ];
    expect(await note(before)).toBeNull();
    expect(await note(before)).toBeNull();
    const changed = await Promise.all([note(after), note(after), note(after)]);

    expect(changed.filter((each) => each !== null)).toEqual([{ changed: ['services.checkout'], reason: null }]);
    expect(await decided()).toEqual([
      ['settings-read', 'root@host', 'settings', null],
      ['settings-changed', 'root@host', 'settings', null],
    ]);
  });

  it('are audited with who edited them and why, where they say so of this edit', async () => {
    const [ada, grace] = [
      { by: 'ada', why: 'the sale' },
      { by: 'grace', why: 'after the sale' },
    ];
    await note({ freezes: [], edited: ada });
    await note({ freezes: ['sale'], edited: ada });
    await note({ freezes: ['sale'], edited: grace });
    await note({ freezes: [], edited: grace });
    await note({ freezes: ['sale'] });

    expect(await decided()).toEqual([
      ['settings-read', 'ada', 'settings', 'the sale'],
      // It was forgotten to say so anew.
      ['settings-changed', 'root@host', 'settings', null],
      // Nothing but what is said of an edit is no edit, so that this is the first of hers.
      ['settings-changed', 'grace', 'settings', 'after the sale'],
      ['settings-changed', 'root@host', 'settings', null],
    ]);
  });

  it('are audited with who committed them and in which words, where the file does not say so', async () => {
    const [begun, sale] = [
      { commit: 'a'.repeat(40), author: 'Ada', subject: 'Begin' },
      { commit: 'b'.repeat(40), author: 'Grace', subject: 'Freeze for the sale' },
    ];
    await note({ freezes: [] }, begun);
    await note({ freezes: ['sale'] }, sale);
    // By hand, back to what was committed, to the commit before, and with words of its own.
    await note({ freezes: ['sale', 'more'] });
    await note({ freezes: ['sale'] }, sale);
    await note({ freezes: [] }, begun);
    await note(
      { freezes: ['sale'], edited: { by: 'ada', why: 'it is on again' } },
      { ...sale, commit: 'c'.repeat(40) },
    );

    expect(await decided()).toEqual([
      ['settings-read', 'Ada', 'settings', 'Begin'],
      ['settings-changed', 'Grace', 'settings', 'Freeze for the sale'],
      ['settings-changed', 'root@host', 'settings', null],
      ['settings-changed', 'root@host', 'settings', null],
      ['settings-changed', 'root@host', 'settings', null],
      ['settings-changed', 'ada', 'settings', 'it is on again'],
    ]);
    const { rows } = await sql`select details -> 'commit' as commit from decisions order by id`.execute(db);
    expect(rows.map((row) => Object.values(row as object)[0])).toEqual([
      begun.commit,
      sale.commit,
      null,
      sale.commit,
      begun.commit,
      'c'.repeat(40),
    ]);
  });

  it('are asked about until somebody says why they were edited', async () => {
    expect(await unexplainedEdit(db)).toBeNull();
    await note({ freezes: [] });
    expect(await unexplainedEdit(db)).toBeNull();
    await note({ freezes: ['sale'] });
    expect(await unexplainedEdit(db)).toEqual({ at: now, changed: ['freezes'] });
    await note({ freezes: [], edited: { by: 'ada', why: 'it is over' } });
    expect(await unexplainedEdit(db)).toBeNull();
  });
});
