import { z } from 'zod';
import { exceptAuthors, isAmong } from './people.ts';
import { changeRule } from './rule.ts';

/** Systems in which nobody can say why. */
const speechless: ReadonlySet<string> = new Set(['unleash', 'flagsmith']);

export const flagWithoutReason = changeRule({
  name: 'flag-without-reason',
  title: 'Feature flag flipped without a reason',
  why: 'A flag changes what people get without a deploy; in an incident nobody knows whether to flip it back.',
  finds: ['flag-without-reason'],
  tuning: {
    /** Letters and digits that make a reason. */
    shortest: z.number().int().min(1, 'is less than 1').max(200, 'is more than 200').default(3),
    except_authors: exceptAuthors,
  },
  evaluate: ({ kind, reason, sources, actor, traits }, { shortest, except_authors: except }) => {
    if (kind !== 'flag' || traits.has('planned') || isAmong(actor, except)) return null;
    if (sources.length > 0 && sources.every((source) => speechless.has(source))) return null;
    const said = reason?.match(/[\p{L}\p{N}]/gu)?.length ?? 0;
    return said >= shortest ? null : { name: 'flag-without-reason', text: 'flipped without a reason' };
  },
});
