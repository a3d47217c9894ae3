import { type Kysely, sql } from 'kysely';
import type { Endpoints } from '../config/verify-endpoints.ts';
import type { Schema } from '../database/schema.ts';
import type { Catalog } from '../domain/catalog.ts';
import { tookEffect } from '../domain/change-words.ts';
import type { Facet } from '../domain/facts/fact.ts';
import { shorten } from '../domain/shorten.ts';
import { type Observation, isVersionOf } from '../domain/verification.ts';
import { changeColumns, changeOfRow } from '../timeline/change-of-row.ts';
import { type EndpointAnswer, versionIn } from './ask-endpoint.ts';
import type { LastDeploy } from './last-deploys.ts';
import { sameOf } from './same.ts';

export type AskEndpoint = (url: string) => Promise<EndpointAnswer>;

/** What the addresses of a service say of it now. */
export async function askService(endpoints: Endpoints, ask: AskEndpoint): Promise<readonly Observation[]> {
  const health = endpoints.health.map(async (url): Promise<Observation> => {
    const answer = await ask(url);
    return { about: 'health', where: url, problem: answer.outcome === 'problem' ? answer.problem : null };
  });
  const versions = endpoints.versions.map(async ({ url, json }): Promise<Observation> => {
    const answer = await ask(url);
    if (answer.outcome === 'problem') return { about: 'silence', where: url, problem: answer.problem };
    const version = versionIn(answer.text, json);
    if (version === null)
      return { about: 'silence', where: url, problem: `says no version${json === null ? '' : ` at ${json}`}` };
    return { about: 'version', where: url, version };
  });
  return Promise.all([...health, ...versions]);
}

interface FactRow {
  readonly collector: string;
  readonly facet: Facet;
  readonly key: string;
  readonly value: string | null;
  readonly same: Buffer;
  readonly taken_at: Date;
}

/** What collectors saw of a service since it was deployed: which version, and whether settings are applied. */
export async function seenSince(
  db: Kysely<Schema>,
  catalog: Catalog,
  deploy: LastDeploy,
): Promise<readonly Observation[]> {
  const { rows } = await sql<FactRow>`
    select facts.collector, facet, key, value, same, newest.taken_at
    from facts cross join lateral (
      select taken_at from snapshots
      where environment = facts.environment and collector = facts.collector
      order by taken_at desc, id desc limit 1
    ) as newest
    where environment = ${deploy.environment} and service = any(${['', deploy.service]}::text[])
      and facet in ('version', 'env', 'config') and valid_to is null and unseen_since is null
      and newest.taken_at >= ${tookEffect(deploy.change).toISOString()}::timestamptz
    limit 50000
  `.execute(db);
  const settings = await settingsMadeIn(db, catalog, deploy);
  return [...versionsIn(rows, deploy), ...settings.flatMap((setting) => appliedIn(rows, setting))];
}

/**
 * Beside a service's container others may run in its pods, with versions of their own: where one of what a collector saw
 * is right the rest says nothing, and where none is, those count that bear the service's name.
 */
function versionsIn(rows: readonly FactRow[], { service, change }: LastDeploy): readonly Observation[] {
  const expected = { version: change.to, commit: change.commit };
  const all = rows.flatMap(({ facet, key, collector, value }) =>
    facet === 'version' && value !== null && /(?:^|[:.\s])(?:tag|version)$/i.test(key)
      ? [{ collector, key, value }]
      : [],
  );
  return [...Map.groupBy(all, ({ collector }) => collector)].flatMap(([where, seen]) => {
    const right = seen.filter(({ value }) => isVersionOf(value, expected));
    const own = seen.filter(({ key }) => key.toLowerCase().split(/[:/]/).at(-2) === service.toLowerCase());
    const telling = right.length > 0 ? right : own.length > 0 ? own : seen;
    return telling.map(({ value }) => ({ about: 'version' as const, where, version: value }));
  });
}

interface Setting {
  readonly key: string;
  readonly value: string | number | boolean;
  readonly at: Date;
}

const week = 7 * 86_400_000;
const mostEdits = 100;

/** The last that configuration edits said about each key, in the week before. */
async function settingsMadeIn(
  db: Kysely<Schema>,
  catalog: Catalog,
  { change, service, environment }: LastDeploy,
): Promise<readonly Setting[]> {
  const until = tookEffect(change);
  const rows = await db
    .selectFrom('changes')
    .select(changeColumns)
    .where('environment', '=', environment)
    .where('kind', '=', 'config')
    .where('at', '>', new Date(until.getTime() - week))
    .where('at', '<=', until)
    .where(sql<boolean>`(services = '{}' or ${service} = any(services))`)
    .where(sql<boolean>`(status is null or status = 'succeeded')`)
    .orderBy('at')
    .orderBy('id')
    .limit(mostEdits)
    .execute();
  const last = new Map<string, Setting>();
  for (const row of rows) {
    const edit = changeOfRow(row, catalog);
    for (const [key, value] of Object.entries(edit.after ?? {})) {
      if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean')
        last.set(key, { key, value, at: tookEffect(edit) });
      else last.delete(key);
    }
  }
  return [...last.values()];
}

/** Nothing where several places hold such a key and none the value: it may be about another. */
function appliedIn(rows: readonly FactRow[], { key, value, at }: Setting): readonly Observation[] {
  const found = rows.filter(
    (row) =>
      row.facet !== 'version' &&
      row.value !== null &&
      row.taken_at >= at &&
      (row.key === key || row.key.endsWith(`:${key}`) || row.key.endsWith(`.${key}`)),
  );
  const holds = found.some(({ facet, key: place, same }) =>
    same.equals(sameOf({ service: null, facet, key: place, value })),
  );
  const [only] = found;
  if (only === undefined || (!holds && found.length > 1)) return [];
  const set = shorten(String(value), 60);
  return [{ about: 'setting', key: shorten(key, 100), holds, set, seen: shorten(only.value ?? '', 60) }];
}
