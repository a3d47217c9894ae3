import type { PostgresPool, PostgresPoolClient } from 'kysely';
import type pg from 'pg';

const mark = '/* prepared */';

/**
 * The connections of `pool`, of which each parses and plans a statement that begins with the mark only once. For
 * statements of one fixed text that run all the time: every text stays in the memory of every connection.
 */
export function preparing(pool: pg.Pool): PostgresPool {
  const names = new Map<string, string>();
  // Kysely knows a connection again by the object that it was given.
  const wrapped = new WeakMap<pg.PoolClient, PostgresPoolClient>();

  function nameOf(text: string): string {
    const name = names.get(text) ?? `sincewhen-${names.size + 1}`;
    names.set(text, name);
    return name;
  }
  function wrap(client: pg.PoolClient): PostgresPoolClient {
    const query: Query = (text, values) =>
      text.startsWith(mark)
        ? client.query({ name: nameOf(text), text, values: [...values] })
        : client.query(text, [...values]);
    return { query: query as PostgresPoolClient['query'], release: (destroy) => client.release(destroy) };
  }
  return {
    options: pool.options,
    async connect() {
      const client = await pool.connect();
      const known = wrapped.get(client) ?? wrap(client);
      wrapped.set(client, known);
      return known;
    },
    end: () => pool.end(),
  };
}

type Query = (text: string, values: readonly unknown[]) => Promise<unknown>;
