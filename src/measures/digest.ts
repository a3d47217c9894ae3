import type { Kysely } from 'kysely';
import type { Schema } from '../database/schema.ts';
import { type Period, figuresOf } from '../domain/measures/figures.ts';
import { measuresLine } from '../domain/measures/words.ts';
import { type MeasureScope, readSamples } from './read.ts';

/**
 * One line for a digest: `12 deploys (+3) · lead time 5 h median of 9 · 1 of 12 failed · restored in 42 min`. Null where
 * there was nothing to tell, or too much to read.
 */
export async function digestMeasures(
  db: Kysely<Schema>,
  {
    from,
    to,
    services,
    environment = 'production',
    hidden = [],
  }: Period & Partial<Pick<MeasureScope, 'environment' | 'hidden'>> & Pick<MeasureScope, 'services'>,
): Promise<string | null> {
  const period = { from, to };
  const read = await readSamples(db, { period, environment, services, hidden });
  if (read.outcome === 'too-many') return null;
  const figures = figuresOf(read.samples, period, read.since);
  const { frequency, restore } = figures;
  const nothing = frequency.samples === 0 && frequency.before.samples === 0 && restore.samples === 0;
  return nothing ? null : measuresLine(figures);
}
