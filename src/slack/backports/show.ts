import type { SlackContext } from '../context.ts';
import { perPage, renderBackports } from '../messages/backports.ts';
import { withNames } from '../member-names.ts';
import type { SlackMessage } from '../send.ts';
import type { BackportsState } from './state.ts';

/** One page of what is to come home. */
export async function showBackports(
  { backports, viewerOf, who }: Pick<SlackContext, 'backports' | 'viewerOf' | 'who'>,
  asker: { readonly id: string },
  state: BackportsState,
): Promise<SlackMessage> {
  const { hidden } = await viewerOf(asker.id);
  const asked = { mine: state.mine ? asker.id : null, service: state.service, hidden, limit: perPage };
  const [page, rates] = await Promise.all([backports.list({ ...asked, offset: state.offset }), backports.rates()]);
  // What was on that page is done meanwhile.
  if (page.views.length === 0 && state.offset > 0) {
    const first = await backports.list({ ...asked, offset: 0 });
    const views = await withNames(who, first.views);
    return renderBackports({ ...first, views, state: { ...state, offset: 0 }, rates });
  }
  const views = await withNames(who, page.views);
  return renderBackports({ ...page, views, state, rates });
}
