import { severities } from '../../domain/signal.ts';
import { addEntry } from '../../incidents/entries.ts';
import { openIncident } from '../../incidents/open.ts';
import type { SlackContext } from '../context.ts';
import { timeOf } from '../message-read.ts';
import { secondsOf, servicesFieldName } from '../modals/scope-fields.ts';
import { renderStarted } from '../modals/start.ts';
import type { SubmissionRequest } from '../request.ts';
import { type ViewAnswer, show, wrong } from './answer.ts';

/** From one message one incident is begun, however often it is tried; otherwise from one modal. */
export async function startSubmitted(
  context: SlackContext,
  { asker, about, entered, key }: SubmissionRequest,
): Promise<ViewAnswer> {
  const now = context.now();
  const title = entered.text('title');
  if (title === '') return wrong('title', 'It needs a few words.');
  const start = entered.time('start') ?? now;
  if (start > now) return wrong('start', 'It cannot have begun in the future.');
  const services = entered.choices(servicesFieldName);
  const environment = entered.choice('environment') ?? (entered.has('environment') ? null : context.defaultEnvironment);
  const [channelId, ts] = about.m ?? [];
  const message = channelId === undefined || ts === undefined ? null : { channelId, ts };
  const touched = secondsOf(start) !== about.s;
  const opened = await context.db.transaction().execute(async (trx) => {
    const given = await openIncident(
      trx,
      {
        key: message === null ? `slack:${key}` : `slack:${message.channelId}:${message.ts}`,
        title,
        symptom: about.t ?? '',
        severity: severities.find((each) => each === entered.choice('severity')) ?? null,
        environment,
        services,
        startedAt: touched || about.s === undefined ? start : beginningOf(message, start),
        saidBy: asker.id,
        said: {
          title: true,
          scope: services.length > 0,
          start: touched,
          severity: entered.choice('severity') !== null,
        },
      },
      now,
    );
    if (given.fresh && message !== null) {
      const note = {
        kind: 'note',
        at: timeOf(message.ts),
        text: about.t ?? title,
        saidBy: about.u ?? null,
        message,
      } as const;
      await addEntry(trx, given.incident.id, note, now);
    }
    return given;
  });
  const cardChannel = opened.incident.channel?.id ?? context.cardChannelOf(opened.incident);
  return show(renderStarted(opened.incident, { cardChannel, fresh: opened.fresh }));
}

/** The field shows whole minutes; the message knows better. */
function beginningOf(message: { readonly ts: string } | null, shown: Date): Date {
  return message === null ? shown : timeOf(message.ts);
}
