import { changeName } from '../change-words.ts';
import type { Change } from '../change.ts';
import { type Reason, weights } from './weights.ts';

/** What a rollback is called that went some of the way: one region, one cluster, some of the traffic. */
const partly = /(?<![\p{L}\p{N}])(?:only|partial|partially|partly|canary)(?![\p{L}\p{N}])|(?<!\d)[1-9]\d? ?%/iu;

/** Of a change that `back` took back: why that does not clear it. Null: it was gone then. */
export function halfUndone(back: Change): Reason | null {
  if (!partly.test(`${back.title} ${back.reason ?? ''}`)) return null;
  return { text: `was taken back only in part, by ${changeName(back)}`, weight: weights.partlyUndone };
}
