import type { Statement, TimelineEvent } from '../../domain/event.ts';
import type { Identity } from '../../domain/identity.ts';
import { outsideText } from '../../domain/outside-text.ts';
import { defined } from '../reading/defined.ts';
import type { ReaderContext } from '../reading/reader.ts';
import { type CloudEvent, identityOf } from './envelope.ts';

/** When an event was, by its own clock where it has one. */
export function timeOf(
  { time }: Pick<CloudEvent, 'time'>,
  { receivedAt }: ReaderContext,
): Pick<Statement, 'occurredAt' | 'clock'> {
  return { occurredAt: (time ?? receivedAt).toISOString(), clock: time ? 'source' : 'received' };
}

/** `identity`: of what it is about, where several events are about the same. */
export function eventAbout(
  event: CloudEvent,
  context: ReaderContext,
  said: Omit<Statement, 'key' | 'source' | 'occurredAt' | 'clock'>,
  more: { readonly identity?: Identity | undefined; readonly mentions?: readonly Identity[] } = {},
): TimelineEvent {
  const own = identityOf(event);
  return {
    statement: {
      key: own.value,
      source: 'cloudevents',
      ...timeOf(event, context),
      ...said,
      ...defined({
        title: outsideText(said.title, 300),
        serviceName: outsideText(said.serviceName, 200),
        environmentName: outsideText(said.environmentName, 200),
      }),
    },
    identities: [more.identity ?? own],
    mentions: more.mentions ?? [],
  };
}
