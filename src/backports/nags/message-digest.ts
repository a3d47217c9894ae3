import { createHash } from 'node:crypto';
import type { NagView } from '../../domain/nags/nag.ts';

/** Equal for what reads the same: its age counts in days, and not when its pull request was looked at. */
export function messageDigest(view: NagView, now: Date): string {
  const { pull, pick, backport, told } = view;
  const shown = {
    ...view,
    // That there is a message is not told in it.
    told: told.filter((step) => step !== 'channel'),
    pull: pull === null ? null : { ...pull, updatedAt: null },
    pick: pick === null ? null : { ...pick, at: null },
    days: Math.floor((now.getTime() - backport.openedAt.getTime()) / 86_400_000),
  };
  return createHash('sha256').update(JSON.stringify(shown)).digest('hex');
}
