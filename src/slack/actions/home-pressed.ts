import { addDays } from 'date-fns';
import { timeOfDay, usualQuietHours } from '../../domain/quiet-hours.ts';
import { preferencesOf } from '../../preferences/preferences.ts';
import { decided } from '../backports/decide.ts';
import { decodeAbout } from '../backports/state.ts';
import type { SlackContext } from '../context.ts';
import { publishHome } from '../home.ts';
import { welcomeWith } from '../home/welcome-with.ts';
import { decidedWords, goneWords, openedWords } from '../messages/backport-said.ts';
import { section } from '../messages/blocks.ts';
import { confirmed, confirmedWords } from '../parity/confirm.ts';
import type { HomeRequest } from '../request.ts';

/** As it is now. */
export async function homeRefreshed(context: SlackContext, { asker }: HomeRequest): Promise<void> {
  await publishHome(context, asker.id, asker);
  await welcomeWith(context, asker);
}

/** What a press does, and what there is to say of it. */
type Press = (context: SlackContext, request: HomeRequest, id: string) => Promise<string>;

function onBackport(press: Press) {
  return async (context: SlackContext, request: HomeRequest): Promise<void> => {
    const about = decodeAbout(request.choice.value);
    const said = about === null ? goneWords : await press(context, request, about.id);
    await say(context, request, said);
  };
}

export const homeBackportOpened = onBackport(async (context, { asker: { id: by, name } }, id) => {
  const opened = await context.backports.openPull(id, { id: by, name });
  if (opened.outcome !== 'refused') await context.backports.follow(id);
  return openedWords(opened);
});

export const homeBackportSnoozed = onBackport(async (context, { asker }, id) => {
  const until = addDays(context.now(), 1);
  return decidedWords(await decided(context, id, { kind: 'snooze', until, reason: null }, asker));
});

export const homeBackportSeconded = onBackport(async (context, { asker }, id) =>
  decidedWords(await decided(context, id, { kind: 'second' }, asker)),
);

/** By the second person of a difference that is meant. */
export async function homeAcceptanceConfirmed(context: SlackContext, request: HomeRequest): Promise<void> {
  const { text } = confirmedWords(await confirmed(context, request.choice.value, request.asker.id));
  await say(context, request, text);
}

export async function homeRemindersChosen(context: SlackContext, request: HomeRequest): Promise<void> {
  const { asker, choice } = request;
  const reminders = choice.value !== 'off';
  await context.home.changePreferences(asker.id, { reminders }, context.now());
  await say(
    context,
    request,
    reminders
      ? '*I remind you of backports again*: once a day at most, in your working hours.'
      : '*I write to you no more about backports.* They still wait for you here, and their channel and team still hear of them.',
  );
}

/** One end of the quiet hours; the other one stays. */
export async function homeQuietChosen(context: SlackContext, request: HomeRequest): Promise<void> {
  const { asker, choice } = request;
  const time = timeOfDay(choice.value);
  if (time === null) return publishHome(context, asker.id, asker);
  const before = (await preferencesOf(context.db, asker.id)).quiet ?? usualQuietHours;
  const quiet = choice.actionId === 'home_quiet_from' ? { ...before, from: time } : { ...before, to: time };
  if (quiet.from === quiet.to) {
    return say(context, request, '*Quiet hours cannot end when they begin*, so they are as they were.');
  }
  await context.home.changePreferences(asker.id, { quiet }, context.now());
  await say(context, request, `*I write to you nothing unasked from ${quiet.from} to ${quiet.to}*, your time.`);
}

export async function homeQuietEnded(context: SlackContext, request: HomeRequest): Promise<void> {
  await context.home.changePreferences(request.asker.id, { quiet: null }, context.now());
  await say(context, request, '*You have no quiet hours any more*: I still write only in your working hours.');
}

function say(context: SlackContext, { asker }: HomeRequest, words: string): Promise<void> {
  return publishHome(context, asker.id, asker, [section(words), { type: 'divider' }]);
}
