import type { Selectable } from 'kysely';
import type { Changes } from '../database/schema.ts';
import type { Catalog } from '../domain/catalog.ts';
import type { Change } from '../domain/change.ts';
import { foldChange } from '../domain/fold.ts';
import { saidOf } from './change-rows.ts';

/** What must be selected to read a change. */
export const changeColumns = [
  'changes.id',
  'changes.at',
  'changes.recorded_at',
  'changes.events',
  'changes.joined',
  'changes.repetitions',
  'changes.relation',
] as const;

type ReadRow = Pick<
  Selectable<Changes>,
  'id' | 'at' | 'recorded_at' | 'events' | 'joined' | 'relation' | 'repetitions'
>;

/** Read from its events each time, so that what is shown is always what the rules of today make of them. */
export function changeOfRow(row: ReadRow, catalog: Catalog): Change {
  const { at: _, ...folded } = foldChange(saidOf(row), catalog, row.relation);
  return { id: row.id, recordedAt: row.recorded_at, ...folded, repeated: repeatedIn(row) };
}

function repeatedIn({ repetitions: count, events }: ReadRow): Change['repeated'] {
  if (count === null || count < 2) return null;
  const since = events.map(({ statement }) => statement.occurredAt).reduce((a, b) => (a < b ? a : b));
  return { count, since: new Date(since) };
}
