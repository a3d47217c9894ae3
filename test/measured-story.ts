import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Kysely } from 'kysely';
import type { Schema } from '../src/database/schema.ts';
import { readCarried } from '../src/deploys/carried.ts';
import { relateDeploy } from '../src/deploys/relate.ts';
import type { Catalog } from '../src/domain/catalog.ts';
import type { Statement } from '../src/domain/event.ts';
import { openIncident } from '../src/incidents/open.ts';
import { type Resolution, resolveIncident } from '../src/incidents/resolve.ts';
import { sayVerdict } from '../src/incidents/verdict.ts';
import { record } from '../src/timeline/record.ts';
import { makeRepository } from './repository.ts';

const bare = { aliases: [], repository: null, paths: [], configPaths: null, branches: {}, dependsOn: [] };
export const catalog: Catalog = {
  environments: new Map([
    ['production', 'production'],
    ['staging', 'staging'],
  ]),
  services: [
    { ...bare, name: 'checkout', owners: ['@payments-team', '@ada'] },
    { ...bare, name: 'ledger', owners: ['@payments-team'] },
    { ...bare, name: 'search', owners: ['@grace', '@discovery'] },
  ],
  configPaths: [],
};

export function at(text: string): Date {
  return new Date(`2025-${text.replace(' ', 'T')}:00Z`);
}

interface Fault {
  readonly services: readonly string[];
  readonly started: string;
  readonly private?: boolean;
  readonly environment?: string;
}

/** Tells of deploys, merges and incidents as sources and people do, and has every deploy related. */
export function storyTeller(db: Kysely<Schema>) {
  const folder = mkdtempSync(join(tmpdir(), 'sincewhen-measures-'));
  const git = { baseUrl: pathToFileURL(join(folder, 'origin')).href, token: null, folder: join(folder, 'mirrors') };
  const checkout = makeRepository(join(folder, 'origin'), 'acme/checkout');
  let count = 0;

  async function write(statement: Statement, identities: readonly { type: string; value: string }[]): Promise<string> {
    count += 1;
    const delivery = { replayed: `00000000-0000-7000-8000-${String(count).padStart(12, '0')}` };
    const events = [{ statement, identities, mentions: [] }];
    const batch = await db
      .transaction()
      .execute((trx) =>
        record(trx, [{ delivery, events, signals: [] }], { catalog, now: new Date(statement.occurredAt) }),
      );
    return batch.recorded[0]?.changeIds[0] ?? '';
  }

  async function tell(when: string, fields: Partial<Statement>): Promise<string> {
    const occurredAt = at(when).toISOString();
    const key = `told:${(count += 1)}`;
    const said = { key, source: 'github', occurredAt, clock: 'source', environmentName: 'production' } as const;
    return write({ phase: 'happened', ...said, ...fields }, [{ type: 'run', value: key }]);
  }

  const story = {
    tell,
    relate: (id: string) =>
      relateDeploy({ db, catalog, readCarried: (range) => readCarried({ db, catalog, git, api: null }, range) }, id),
    /** Of a commit of `acme/checkout`. */
    commit: (title: string, authored: string) => checkout.commit(title, { authoredAt: at(authored).toISOString() }),
    async deploy(when: string, serviceName: string, fields: Partial<Statement> = {}): Promise<string> {
      const id = await tell(when, { kind: 'deploy', phase: 'succeeded', serviceName, ...fields });
      await story.relate(id);
      return id;
    },
    checkout(when: string, commit: string, fields: Partial<Statement> = {}): Promise<string> {
      return story.deploy(when, 'checkout', { repository: 'acme/checkout', commit, to: commit.slice(0, 7), ...fields });
    },
    /** A push to `acme/ledger`, of which there is no repository to read. */
    merge(when: string, before: string, commit: string): Promise<string> {
      const repository = 'acme/ledger';
      const said: Statement = {
        key: `push:${commit}`,
        source: 'github',
        occurredAt: at(when).toISOString(),
        clock: 'source',
        phase: 'happened',
        kind: 'merge',
        title: 'Post in batches',
        repository,
        commit,
        previousCommit: before,
        commits: [{ sha: commit, title: 'Post in batches' }],
        traits: ['push', 'default-branch'],
      };
      return write(said, [{ type: 'commit', value: `${repository}@${commit}` }]);
    },
    async fault({ services, started, environment = 'production', ...of }: Fault): Promise<string> {
      const startedAt = at(started);
      const heard = new Date(startedAt.getTime() + 60_000);
      const opened = await db.transaction().execute((trx) =>
        openIncident(
          trx,
          {
            key: null,
            title: `Trouble with ${services.join(' and ')}`,
            environment,
            services,
            startedAt,
            saidBy: 'U1ADA',
            ...(of.private === true ? { channel: { id: 'C0SECRET', name: 'inc-secret', private: true } } : {}),
          },
          heard,
        ),
      );
      return opened.incident.id;
    },
    say: (incident: string, changeId: string, verdict: 'caused' | 'fixed' | 'suspect' | 'dismissed', when: string) =>
      sayVerdict(db, incident, { changeId, verdict, why: 'its errors name it' }, 'U1ADA', at(when)),
    resolve: (incident: string, when: string, resolution: Omit<Resolution, 'note'> = {}) =>
      resolveIncident(db, incident, { note: 'all is well', ...resolution }, 'U1ADA', at(when)),
    end: () => rmSync(folder, { recursive: true, force: true }),
  };
  return story;
}

/**
 * Two weeks of three services from 6 to 20 November 2025, and the two before. What every number must be stands in
 * test/measures.flow.test.ts.
 */
export async function tellStory(story: ReturnType<typeof storyTeller>): Promise<void> {
  const digest = (digit: string) => digit.repeat(40);
  await story.checkout('10-20 12:00', story.commit('Begin', '10-20 08:00'));
  await story.checkout('10-25 12:00', story.commit('Sort baskets', '10-25 06:00'));
  const good = story.commit('Log slow calls', '10-28 02:00');
  await story.checkout('10-28 12:00', good, { to: '1.2' });

  // A bad deploy is rolled back, and comes again with what was missing.
  story.commit('Retry payment calls (#812)', '11-07 09:00');
  const bad = story.commit('Retry refunds', '11-07 10:00');
  const failed = await story.checkout('11-07 12:00', bad);
  const outage = await story.fault({ services: ['checkout'], started: '11-07 12:10' });
  const back = await story.checkout('11-07 12:50', good);
  await story.say(outage, failed, 'caused', '11-07 12:51');
  await story.resolve(outage, '11-07 12:52', { fixIds: [back] });
  await story.checkout('11-09 12:00', story.commit('Cap retries', '11-09 08:00'));

  // What was reverted by a deploy, and then mended from a branch of its own.
  await story.checkout('11-10 12:00', story.commit('Show VAT (#820)', '11-10 07:00'));
  await story.checkout('11-11 12:00', story.commit('Revert "Show VAT (#820)" (#821)', '11-11 11:00'));
  await story.checkout('11-12 12:00', story.commit('Round amounts', '11-12 11:30'), { branch: 'hotfix/rounding' });
  const last = story.commit('Show stock', '11-15 02:00');
  await story.checkout('11-13 12:00', last, { phase: 'failed' });
  await story.checkout('11-15 12:00', last);
  await story.checkout('11-15 12:01', last, { source: 'argocd' });
  await story.checkout('11-15 13:00', last, { environmentName: 'staging' });

  // Nobody can read this repository: only when things were merged is known.
  const ledger = { repository: 'acme/ledger' };
  await story.deploy('11-08 12:00', 'ledger', { ...ledger, commit: digest('a'), to: '3.0' });
  const merged = await story.merge('11-08 15:00', digest('a'), digest('b'));
  await story.deploy('11-08 18:00', 'ledger', { ...ledger, commit: digest('b'), to: '3.1' });
  const slow = await story.fault({ services: ['ledger'], started: '11-08 19:00' });
  await story.merge('11-08 20:00', digest('b'), digest('c'));
  const mended = await story.deploy('11-08 20:45', 'ledger', { ...ledger, commit: digest('c'), to: '3.2' });
  await story.say(slow, merged, 'caused', '11-08 20:50');
  await story.resolve(slow, '11-08 21:00', { fixIds: [mended] });

  // A rollback with no incident, an incident with no change, one by a flag, one that is private, and two not measured.
  const secret = await story.deploy('11-16 12:00', 'search', { to: '7.0' });
  await story.deploy('11-16 18:00', 'search', { to: '7.1' });
  await story.deploy('11-16 19:00', 'search', { to: '7.0' });
  const hidden = await story.fault({ services: ['search'], started: '11-16 13:00', private: true });
  await story.resolve(hidden, '11-16 14:00', { causeId: secret });
  const flag = await story.tell('11-17 09:59', { kind: 'flag', serviceName: 'search', title: 'new-index' });
  const flagged = await story.fault({ services: ['search'], started: '11-17 10:00' });
  await story.resolve(flagged, '11-17 11:00', { causeId: flag });
  const power = await story.fault({ services: ['checkout'], started: '11-18 10:00' });
  await story.resolve(power, '11-18 10:30', { causeId: null });
  await story.fault({ services: ['checkout'], started: '11-19 10:00' });
  const elsewhere = await story.fault({ services: ['checkout'], started: '11-19 11:00', environment: 'staging' });
  await story.resolve(elsewhere, '11-19 12:00');
}
