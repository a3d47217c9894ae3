import type { SlackContext } from '../context.ts';
import { perPage, renderBackports } from '../messages/backports.ts';
import type { SlackMessage } from '../send.ts';
import type { BackportsState } from './state.ts';

/** One page of what is to come home. */
export async function showBackports(
  { backports }: Pick<SlackContext, 'backports'>,
  asker: { readonly id: string },
  state: BackportsState,
): Promise<SlackMessage> {
  const asked = { mine: state.mine ? asker.id : null, service: state.service, limit: perPage };
  const [page, rates] = await Promise.all([backports.list({ ...asked, offset: state.offset }), backports.rates()]);
  // What was on that page is done meanwhile.
  if (page.views.length === 0 && state.offset > 0) {
    const first = await backports.list({ ...asked, offset: 0 });
    return renderBackports({ ...first, state: { ...state, offset: 0 }, rates });
  }
  return renderBackports({ ...page, state, rates });
}
