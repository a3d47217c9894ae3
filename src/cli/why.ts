import { outsideText } from '../domain/outside-text.ts';
import { isReason } from '../domain/reason.ts';

const longest = 1000;
/** Of `--help`. */
export const whyOption = '--why     the reason, for the record of decisions';

/** What `--why` says; null: it was not given. */
export function readWhy(given: string | undefined): { readonly why: string | null } | { readonly problem: string } {
  if (given === undefined) return { why: null };
  const why = outsideText(given, longest);
  return why !== undefined && isReason(why) ? { why } : { problem: '--why says nothing' };
}
