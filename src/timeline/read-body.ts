import type { Kysely, Selectable } from 'kysely';
import type { Deliveries, Schema } from '../database/schema.ts';
import { expandBlock } from './delivery-body.ts';

export type BodyPlace = Pick<Selectable<Deliveries>, 'id' | 'body' | 'block_at' | 'block' | 'start' | 'size'>;

/** What `BodyPlace` has, as columns. */
export const bodyColumns = ['body', 'block_at', 'block', 'start', 'size'] as const;

/** Blocks that are kept expanded: those of two transactions at once alternate when they are read in order of time. */
const mostBlocks = 3;

/**
 * Reads bodies, as they were when they were stored. Those of one block are best read one soon after the other. Null: the
 * block has expired, and so should the delivery have.
 */
export function bodyReader(db: Kysely<Schema>): (place: BodyPlace) => Promise<Buffer | null> {
  const blocks = new Map<string, Buffer>();

  async function blockOf({ id, body, block_at: at, block }: BodyPlace): Promise<Buffer | null> {
    const stored = block === null || block === id ? body : await storedAt(db, at, block);
    return stored === null ? null : expandBlock(stored);
  }

  return async (place) => {
    const name = place.block ?? place.id;
    const block = blocks.get(name) ?? (await blockOf(place));
    if (block === null) return null;
    blocks.delete(name);
    blocks.set(name, block);
    for (const oldest of blocks.keys()) if (blocks.size > mostBlocks) blocks.delete(oldest);
    const { start, size } = place;
    return start === null || size === null ? block : block.subarray(start, start + size);
  };
}

async function storedAt(db: Kysely<Schema>, at: Date | null, id: string): Promise<Buffer | null> {
  const row = await db
    .selectFrom('deliveries')
    .select('body')
    .where('received_at', '=', at)
    .where('id', '=', id)
    .executeTakeFirst();
  return row?.body ?? null;
}
