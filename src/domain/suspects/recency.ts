import { tookEffect } from '../change-words.ts';
import type { Change } from '../change.ts';
import type { SuspectContext } from '../suspects.ts';
import { spanWords } from './span-words.ts';
import { type Reason, hundredths, pace, weights } from './weights.ts';

type Clock = Pick<SuspectContext, 'onset' | 'now' | 'assumed'>;

/** What the time between a change and the fault says. */
export function recency(change: Change, clock: Clock): Reason {
  const { onset } = clock;
  const { kind, status, occurredAt, finishedAt } = change;
  const began = onset.getTime() - occurredAt.getTime();
  if (began < 0)
    return {
      text: `began ${spanWords(-began)} after, which clocks can differ by`,
      weight: hundredths(full + weights.skewed),
    };
  if (kind === 'drift') {
    // It stays until somebody undoes it: that it is still there makes it no newer.
    const there = finishedAt === null || finishedAt > onset ? ', still there' : '';
    return { text: `found ${spanWords(began)} ${before(clock)}${there}`, weight: fading(change, began) };
  }
  if (status === 'started')
    return { text: `under way since ${spanWords(began)} ${before(clock)}`, weight: stillGoing(change, began) };
  if (finishedAt !== null && finishedAt > onset)
    return { text: 'was under way then', weight: stillGoing(change, began) };
  const age = onset.getTime() - tookEffect(change).getTime();
  const weight = fading(change, age);
  const verb = weight < 0 && finishedAt !== null ? 'finished' : 'took effect';
  return { text: `${verb} ${spanWords(age)} ${before(clock)}`, weight };
}

const full = weights.recency;

/** Each doubling of the time costs the same: what came long before is told apart no less than what came just before. */
function fading({ kind }: Change, age: number): number {
  const { soon, late } = pace[kind];
  const part = 1 - Math.log1p(age / soon) / Math.log1p(late / soon);
  return hundredths(Math.max(weights.age, full * part));
}

/** What takes many hours, or never told its end, is under way only in name. */
function stillGoing(change: Change, began: number): number {
  const { late } = pace[change.kind];
  return began <= late / 6 ? full : fading(change, began - late / 6);
}

function before({ onset, now, assumed }: Clock): string {
  if (onset >= now) return 'ago';
  return assumed === true ? 'before the end of this window' : 'before it began';
}
