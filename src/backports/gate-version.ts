import { type Kysely, sql } from 'kysely';
import type { Schema } from '../database/schema.ts';
import { freshMirror } from '../git/fresh-mirror.ts';
import { mirrorWith } from '../git/mirror.ts';
import { commitNamed } from '../git/reached.ts';
import type { GitOrigin } from '../git/run-git.ts';
import { versionKey } from '../timeline/anchors.ts';
import type { BackportDependencies } from './place.ts';
import { nameNow, namesOf } from './repository-names.ts';

export type Version =
  | { readonly outcome: 'known'; readonly repository: string; readonly gitDir: string; readonly commit: string }
  | { readonly outcome: 'unknown'; readonly why: string; readonly commit: string | null };

interface Asked {
  readonly service: string | null;
  readonly version: string;
  /** Where it is from, when whoever asks knows. */
  readonly repository?: string;
}

/** The commit that a version of a service stands for: itself, a tag, or what was deployed under that name. */
export async function versionOf(
  { db, catalog, git }: Pick<BackportDependencies, 'db' | 'catalog' | 'git'>,
  { service, version, repository: told }: Asked,
): Promise<Version> {
  const whole = /^[0-9a-f]{40}$/i.test(version) ? version.toLowerCase() : null;
  const unknown = (why: string): Version => ({ outcome: 'unknown', why, commit: whole });
  const named = told ?? (service === null ? null : await repositoryOf({ db, catalog }, service));
  if (named === null) return unknown(`nothing is known of the service ${service}`);
  const repository = await nameNow(db, named);
  if (git === null) return unknown('no repository can be read: nobody said where to clone from');
  const deployed = whole ?? (await deployedAs(db, repository, version));
  if (deployed !== null) {
    const mirrored = await mirrorWith(git, repository, [deployed]);
    if (mirrored.outcome === 'mirrored') return { ...mirrored, outcome: 'known', repository, commit: deployed };
    return unknown(mirrored.why);
  }
  const fresh = await freshMirror(git, repository);
  if (fresh.outcome === 'unreadable') return unknown(fresh.why);
  const commit = await commitCalled(git, fresh.gitDir, version);
  if (commit === null) return unknown(`${repository} has no version ${version}`);
  return { outcome: 'known', repository, gitDir: fresh.gitDir, commit };
}

async function commitCalled(git: GitOrigin, gitDir: string, version: string): Promise<string | null> {
  // Nothing in which git sees more than a name: `@{1}`, `^`, `:`.
  if (!/^[\w.+/-]{1,200}$/.test(version)) return null;
  const commit = /^[0-9a-f]{7,40}$/i.test(version) ? [version.toLowerCase()] : [];
  return commitNamed(git, gitDir, [`refs/tags/${version}`, `refs/tags/v${version}`, ...commit]);
}

/** By the settings, else by what was deployed last. */
export async function repositoryOf(
  { db, catalog }: Pick<BackportDependencies, 'db' | 'catalog'>,
  service: string,
): Promise<string | null> {
  const settled = catalog.services.find(({ name }) => name === service)?.repository?.toLowerCase();
  if (settled !== undefined) return settled;
  const { rows } = await sql<{ repository: string }>`
    select repository from changes
    where service = ${service} and kind in ('deploy', 'rollback') and at is not null and repository is not null
    order by at desc, id desc limit 1
  `.execute(db);
  return rows[0]?.repository ?? null;
}

/** Of the deploys under this name of this repository, the newest whose commit is known. */
async function deployedAs(db: Kysely<Schema>, repository: string, version: string): Promise<string | null> {
  const { rows } = await sql<{ commit: string }>`
    select commit from mentions join changes on changes.id = change_id
    where type = 'version' and value = ${versionKey(version)} collate "C" and kind in ('deploy', 'rollback')
      and at is not null and lower(repository) in ${namesOf(repository)} and commit ~ '^[0-9a-f]{40}$'
    order by at desc, changes.id desc limit 1
  `.execute(db);
  return rows[0]?.commit ?? null;
}
