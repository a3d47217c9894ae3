import { sql } from 'kysely';
import { pino } from 'pino';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { relateDeploy } from '../src/deploys/relate.ts';
import { enqueueRelations } from '../src/deploys/enqueue-relations.ts';
import type { Catalog, CatalogService } from '../src/domain/catalog.ts';
import type { Statement, TimelineEvent } from '../src/domain/event.ts';
import type { Identity } from '../src/domain/identity.ts';
import { migrateJobs } from '../src/jobs/run.ts';
import { changeColumns, changeOfRow } from '../src/timeline/change-of-row.ts';
import { record } from '../src/timeline/record.ts';
import { type TestDatabase, createTestDatabase, emptyTables } from './database.ts';

const plain: Catalog = { environments: new Map([['production', 'production']]), services: [], configPaths: [] };
const a = 'a'.repeat(40);
const b = 'b'.repeat(40);
let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
  await migrateJobs(database.pool, pino({ enabled: false }));
});
afterAll(() => database.close());
beforeEach(clear);

async function clear() {
  await emptyTables(database.db, 'changes, identities, mentions, delivery_keys');
  await sql`delete from graphile_worker._private_jobs`.execute(database.db);
}

interface Told extends Partial<Statement> {
  readonly source: string;
  readonly minute: number;
  readonly commit?: string;
  /** The deploy's own number at its source. */
  readonly number?: number;
  readonly mentions?: readonly Identity[];
}

function event({ minute, number = minute, mentions = [], ...fields }: Told): TimelineEvent {
  const phase = fields.phase ?? 'succeeded';
  const { source } = fields;
  const statement: Statement = {
    key: `${source}:deploy:${number}:${phase}`,
    occurredAt: `2026-11-20T14:${String(minute).padStart(2, '0')}:00.000Z`,
    clock: 'source',
    phase,
    kind: 'deploy',
    environmentName: 'production',
    serviceName: 'checkout',
    to: fields.commit?.slice(0, 7) ?? '',
    ...fields,
  };
  return { statement, identities: [{ type: source, value: String(number) }], mentions };
}

let count = 0;

/** Records each by itself, as if each came alone, and does the jobs that come of it. */
async function tell(events: readonly TimelineEvent[], catalog = plain, refold = false): Promise<void> {
  for (const each of events) {
    count += 1;
    const delivery = { replayed: `00000000-0000-7000-8000-${String(count).padStart(12, '0')}` };
    await database.db.transaction().execute(async (trx) => {
      const now = new Date('2026-11-20T15:00:00Z');
      const batch = await record(trx, [{ delivery, events: [each], signals: [] }], { catalog, now, refold });
      await enqueueRelations(trx, batch.touched);
    });
    await work(catalog);
  }
}

async function work(catalog: Catalog): Promise<void> {
  for (let turn = 0; turn < 50; turn += 1) {
    const { rows } = await sql<{ id: string }>`
      delete from graphile_worker._private_jobs returning payload ->> 'changeId' as id
    `.execute(database.db);
    if (rows.length === 0) return;
    for (const { id } of rows) await relate(id, catalog);
  }
  throw new Error('relating does not come to an end');
}

function relate(id: string, catalog = plain) {
  const readCarried = () => Promise.resolve({ outcome: 'unknown' as const, why: 'no history here', again: false });
  return relateDeploy({ db: database.db, catalog, readCarried }, id);
}

async function shown() {
  const rows = await database.db
    .selectFrom('changes')
    .select(changeColumns)
    .where('at', 'is not', null)
    .orderBy('at')
    .execute();
  return rows.map((row) => changeOfRow(row, plain));
}

const github: Told = { source: 'github', minute: 1, commit: a, url: 'https://github.example/deployments/1' };
const argo: Told = { source: 'argocd', minute: 4, commit: a };

describe('a deploy that several systems report', () => {
  it('is one change that names them all', async () => {
    await tell([event(github), event(argo), event({ source: 'slack', minute: 5, to: a.slice(0, 7) })]);

    expect(await shown()).toMatchObject([{ kind: 'deploy', sources: ['argocd', 'github', 'slack'], commit: a }]);
  });

  it('is the same change in whatever order they come', async () => {
    const events = [
      event({ ...github, phase: 'started' }),
      event({ ...argo, phase: 'started' }),
      event({ source: 'slack', minute: 6, to: a.slice(0, 7) }),
      event({ source: 'github', minute: 20, commit: b }),
      event({ source: 'argocd', minute: 22, commit: b }),
      event({ source: 'argocd', minute: 30, commit: a }),
    ];
    await tell(events);
    const first = await shown();
    await clear();
    await tell(events.toReversed());
    const second = await shown();

    const told = (changes: typeof first) => changes.map(({ id: _id, recordedAt: _recorded, ...change }) => change);
    expect(first).toHaveLength(3);
    expect(first.map((change) => change.kind)).toEqual(['deploy', 'deploy', 'rollback']);
    expect(told(second)).toEqual(told(first));
  });

  it('shows the worse of two outcomes, and who says what', async () => {
    await tell([event(github), event({ ...argo, phase: 'failed' })]);

    const [change] = await shown();
    expect(change?.status).toBe('failed');
    expect(change?.risks.map(({ text }) => text)).toContain('Argo CD says failed, GitHub says succeeded');
  });

  it('follows what its hidden reports say later', async () => {
    await tell([event(github), event({ ...argo, phase: 'started' })]);
    const before = await shown();
    await tell([event({ ...argo, minute: 9, number: 4, phase: 'failed' })]);
    const after = await shown();

    expect(before.map(({ status }) => status)).toEqual(['succeeded']);
    expect(after.map(({ status }) => status)).toEqual(['failed']);
  });

  it('is found by what any of its reports mentions', async () => {
    const image = { type: 'image', value: `sha256:${'1'.repeat(64)}` };
    await tell([event(github), event({ ...argo, mentions: [image] })]);

    const rows = await database.db
      .selectFrom('mentions')
      .innerJoin('changes', 'changes.id', 'mentions.change_id')
      .where('mentions.type', '=', 'image')
      .where('changes.at', 'is not', null)
      .select('mentions.value')
      .execute();
    expect(rows).toEqual([{ value: image.value }]);
  });

  it('is no version before itself', async () => {
    await tell([
      event({ ...github, commit: b, minute: 0, number: 99 }),
      event(github),
      event(argo),
      event({ source: 'github', minute: 30, commit: b }),
    ]);

    expect((await shown()).map(({ from, to, kind }) => [from, to, kind])).toEqual([
      [null, 'bbbbbbb', 'deploy'],
      ['bbbbbbb', 'aaaaaaa', 'deploy'],
      ['aaaaaaa', 'bbbbbbb', 'rollback'],
    ]);
  });

  it('is parted again when another report shows that they were two', async () => {
    await tell([event(github), event({ ...argo, minute: 20 })]);
    const before = await shown();
    await tell([event({ source: 'github', minute: 10, commit: b })]);
    const after = await shown();

    expect(before).toHaveLength(1);
    expect(after.map(({ sources, to }) => [sources, to])).toEqual([
      [['github'], 'aaaaaaa'],
      [['github'], 'bbbbbbb'],
      [['argocd'], 'aaaaaaa'],
    ]);
  });

  it('is joined once its names are told to mean the same, and parted when they no longer do', async () => {
    const none = { paths: [], configPaths: null, branches: {}, dependsOn: [], owners: [], repository: null };
    const checkout: CatalogService = { name: 'checkout', aliases: ['shop-frontend'], ...none };
    const events = [event(github), event({ ...argo, serviceName: 'shop-frontend' })];
    await tell(events);
    const before = await shown();
    await tell(events, { ...plain, services: [checkout] }, true);
    const joined = await shown();
    await tell(events, plain, true);
    const parted = await shown();

    expect([before.length, joined.length, parted.length]).toEqual([2, 1, 2]);
  });

  it('is one change when two processes relate its reports at once', async () => {
    await tell([event(github)]);
    const [first] = await shown();
    count += 1;
    const delivery = { replayed: `00000000-0000-7000-8000-${String(count).padStart(12, '0')}` };
    const batch = await database.db.transaction().execute((trx) =>
      record(trx, [{ delivery, events: [event(argo)], signals: [] }], {
        catalog: plain,
        now: new Date('2026-11-20T15:00:00Z'),
      }),
    );
    const second = batch.recorded[0]?.changeIds[0] ?? '';
    await Promise.all([relate(first?.id ?? ''), relate(second), relate(first?.id ?? ''), relate(second)]);

    expect(await shown()).toMatchObject([{ id: first?.id, sources: ['argocd', 'github'] }]);
  });
});
