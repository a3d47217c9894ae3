import { z } from 'zod';
import { migratesWithCode } from '../schema-migration.ts';
import { narrowingWords } from '../schema-narrowing.ts';
import { changeRule } from './rule.ts';

export const mixedMigration = changeRule({
  name: 'mixed-migration',
  title: 'Migration mixed with code',
  why: 'While a deploy rolls out, old and new code run on one schema: what one of them still uses must not go yet (expand, then contract).',
  finds: ['mixed-migration'],
  tuning: {
    /** Nothing is said of schema and code in one merge, only of a deploy that takes away what its code still uses. */
    only_contract: z.boolean().default(false),
  },
  evaluate: ({ kind, files, carried }, { only_contract: onlyContract }) => {
    const used = carried?.direction === 'forward' ? (carried.narrowings ?? []) : [];
    const [first, ...more] = used.filter(({ usedIn }) => usedIn.length > 0);
    if (first !== undefined) {
      const others = more.length === 0 ? '' : `, and ${more.length} more like it`;
      const words = narrowingWords([first]) ?? '';
      return { name: 'mixed-migration', text: `its migration ${words}, which ${first.usedIn[0]} still uses${others}` };
    }
    if (onlyContract || kind !== 'merge' || !migratesWithCode({ files })) return null;
    return { name: 'mixed-migration', text: 'changes the schema together with code' };
  },
});
