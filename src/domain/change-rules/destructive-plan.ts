import { z } from 'zod';
import { destroyedIn } from '../destructive.ts';
import { changeRule } from './rule.ts';

export const destructivePlan = changeRule({
  name: 'destructive-plan',
  title: 'Destructive plan',
  why: 'What an infrastructure run deletes or replaces is not had back by running it again: data, addresses and state go with it.',
  finds: ['destructive-plan'],
  tuning: {
    /** So many resources may be destroyed or replaced unsaid. */
    allow: z.number().int().min(0, 'is less than 0').max(10_000, 'is more than 10000').default(0),
  },
  evaluate: ({ kind, title, details }, { allow }) => {
    const count = kind === 'infrastructure' ? destroyedIn({ title, details }) : 0;
    if (count === 0 || (count !== null && count <= allow)) return null;
    const what = count === null ? 'what is there' : `${count} ${count === 1 ? 'resource' : 'resources'}`;
    return { name: 'destructive-plan', text: `destroys or replaces ${what}` };
  },
});
