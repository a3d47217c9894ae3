import type { Change } from './change.ts';

/** Folders and files in which the usual tools keep migrations: Rails, Django, Flyway, Liquibase, Prisma, Alembic, Knex. */
const migration =
  /(?:^|\/)(?:migrations?|migrate|alembic\/versions|changelogs?\/db|db\/changelog|liquibase|flyway)\/|(?:^|\/)(?:V\d[\d._]*__\w+|R__\w+)\.sql$|(?:^|\/)(?:schema\.(?:rb|sql|prisma)|structure\.sql)$/i;
const test = /(?:^|\/)(?:tests?|__tests__|spec|fixtures|testdata)\//i;
const prose = /\.(?:md|rst|txt|adoc|lock)$|(?:^|\/)(?:docs?|\.github)\//i;

export function isMigrationPath(path: string): boolean {
  return migration.test(path) && !test.test(path);
}

/** Whether a change alters the schema and the code that uses it at once, so that neither can be taken back alone. */
export function migratesWithCode({ files }: Pick<Change, 'files'>): boolean {
  return files.some(isMigrationPath) && files.some(isCodePath);
}

/** Code that runs, and nothing that only tries it or speaks of it. */
export function isCodePath(path: string): boolean {
  return !migration.test(path) && !test.test(path) && !prose.test(path);
}
