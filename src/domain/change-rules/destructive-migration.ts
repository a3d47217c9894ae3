import { isDestructive } from '../destructive.ts';
import { narrowingWords } from '../schema-narrowing.ts';
import { changeRule } from './rule.ts';

/** What no code of the deployed version uses any more; what it does is told by `mixed-migration`. */
export const destructiveMigration = changeRule({
  name: 'destructive-migration',
  title: 'Destructive migration',
  why: 'Data that a migration drops is gone, and the version before it can run on that schema no more.',
  finds: ['destructive-migration'],
  tuning: {},
  evaluate: ({ kind, title, details, carried }) => {
    const found = carried?.direction === 'forward' ? (carried.narrowings ?? []) : [];
    const words = narrowingWords(found.filter(({ usedIn }) => usedIn.length === 0));
    if (words !== null) return { name: 'destructive-migration', text: `its migration ${words}` };
    if (kind === 'migration' && isDestructive({ kind, title, details })) {
      return { name: 'destructive-migration', text: 'destroys or replaces what is there' };
    }
    return null;
  },
});
