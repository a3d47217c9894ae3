import type { PlainTextOption } from '@slack/types';
import { subDays } from 'date-fns';
import { z } from 'zod';
import { findChanges } from '../../timeline/search.ts';
import type { SlackContext } from '../context.ts';
import { changeOption } from '../modals/change-option.ts';
import { mostOptions } from '../modals/field.ts';

const Body = z.object({ user: z.object({ id: z.string() }), value: z.string().default('') });

const days = 30;

/** Changes that hold what was typed, the latest first. Nothing for those who get no answers. */
export async function changeOptions(context: SlackContext, body: unknown): Promise<readonly PlainTextOption[]> {
  const parsed = Body.safeParse(body);
  if (!parsed.success || (await context.who(parsed.data.user.id)).outcome === 'refused') return [];
  const typed = parsed.data.value.trim().slice(0, 100);
  const now = context.now();
  const { hidden } = await context.viewerOf(parsed.data.user.id);
  const found = await findChanges(
    context.db,
    {
      span: { from: subDays(now, days), to: now, open: true },
      filters: { environment: null, services: [], kinds: [], actor: null, text: typed === '' ? null : typed, hidden },
      limit: mostOptions,
      before: null,
    },
    context.catalog,
  );
  return found.flatMap(({ change }) => {
    const when = change.occurredAt.toISOString().slice(0, 16).replace('T', ' ');
    const where = change.environment === null ? '' : ` in ${change.environment}`;
    return changeOption(change, `${when} UTC${where}`) ?? [];
  });
}
