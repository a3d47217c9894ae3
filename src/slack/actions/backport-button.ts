import { press } from '../backports/press.ts';
import { showBackports } from '../backports/show.ts';
import { type BackportChoice, decodeAbout, decodeBackports, decodeChoice } from '../backports/state.ts';
import type { SlackContext } from '../context.ts';
import { renderNotUnderstood } from '../messages/not-understood.ts';
import type { ClickRequest } from '../request.ts';
import { type SlackMessage, inPlace, privately } from '../send.ts';

/** A page, or other backports, in place of the list whose button was pressed. */
export async function backportsTurned(context: SlackContext, { asker, click, respond }: ClickRequest): Promise<void> {
  const state = decodeBackports(click.value);
  const message = state === null ? outdated() : await showBackports(context, asker, state);
  await respond(click.audience === 'asker' ? inPlace(message, 'ephemeral') : privately(message, click.threadTs));
}

/** From a menu, which says itself what is chosen. */
export async function backportChosen(context: SlackContext, request: ClickRequest): Promise<void> {
  await pressed(context, request, decodeChoice(request.click.value));
}

export const backportPressed =
  (choice: string) =>
  async (context: SlackContext, request: ClickRequest): Promise<void> => {
    const about = decodeAbout(request.click.value);
    await pressed(context, request, about === null ? null : { ...about, choice });
  };

async function pressed(context: SlackContext, request: ClickRequest, choice: BackportChoice | null): Promise<void> {
  const { click, respond } = request;
  const told = choice === null ? outdated() : await press(context, request, choice);
  if (told !== null) await respond(privately(told, click.threadTs));
}

function outdated(): SlackMessage {
  return renderNotUnderstood({ read: '', problem: 'I can no longer read that button.', examples: ['/backports'] });
}
