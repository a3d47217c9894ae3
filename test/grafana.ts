import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { TestDatabase } from './database.ts';

const DataSource = z.object({ type: z.literal('grafana-postgresql-datasource'), uid: z.literal('${datasource}') });
const Target = z.object({ rawSql: z.string(), format: z.enum(['table', 'time_series']), rawQuery: z.literal(true) });
const Panel = z.object({
  id: z.number(),
  type: z.string(),
  title: z.string(),
  description: z.string().optional(),
  datasource: DataSource.optional(),
  targets: z.array(Target.extend({ datasource: DataSource })).default([]),
});
const Variable = z.object({ name: z.string(), type: z.string(), query: z.string() });
const Dashboard = z.object({
  panels: z.array(Panel),
  annotations: z.object({ list: z.array(z.object({ name: z.string(), datasource: DataSource, target: Target })) }),
  templating: z.object({ list: z.array(Variable) }),
});

/** The dashboard and the page about it, as they are shipped. */
export const dashboard = Dashboard.parse(
  JSON.parse(readFileSync(join(import.meta.dirname, '../docs/grafana/sincewhen.json'), 'utf8')),
);
export const docs = readFileSync(join(import.meta.dirname, '../docs/measures.md'), 'utf8');

/** Every query of the dashboard: of its panels, annotations and variables. */
export const queries = [
  ...dashboard.panels.flatMap(({ title, targets }) => targets.map(({ rawSql, format }) => ({ title, rawSql, format }))),
  ...dashboard.annotations.list.map(({ name, target }) => ({ title: name, rawSql: target.rawSql, format: 'table' })),
  ...dashboard.templating.list
    .filter(({ type }) => type === 'query')
    .map(({ name, query }) => ({ title: `the variable ${name}`, rawSql: query, format: 'table' })),
];

const [from, to] = ["'2025-11-06T00:00:00Z'", "'2025-11-20T00:00:00Z'"];

/** As Grafana writes a query before it sends it. `service`: as the variable with several values is quoted. */
export function written(query: string, service = "'__all'", kind = "'rollback','incident'"): string {
  return query
    .replaceAll(/\$__timeFilter\(([^)]+)\)/g, `$1 BETWEEN ${from} AND ${to}`)
    .replaceAll('$__timeFrom()', from)
    .replaceAll('$__timeTo()', to)
    .replaceAll('$environment', 'production')
    .replaceAll('$service', service)
    .replaceAll('$kind', kind);
}

/** Makes the role that the page tells to make, with another name: roles are of all databases of a server. */
export async function createReader({ pool, url }: TestDatabase, role: string): Promise<void> {
  const example = /```sql\n(create role grafana[\s\S]*?)```/.exec(docs)?.[1] ?? '';
  const database = new URL(url).pathname.slice(1);
  // The database in which it is, and not what is named after it.
  await pool.query(example.replaceAll(/\bgrafana\b/g, role).replaceAll(/\bsincewhen\b/g, database));
}

/** Afterwards the server has no such role any more. */
export async function dropReader({ pool }: TestDatabase, role: string): Promise<void> {
  await pool.query(`drop owned by ${role}; drop role ${role}`);
}
