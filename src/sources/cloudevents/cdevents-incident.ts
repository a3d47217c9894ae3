import { z } from 'zod';
import { outsideText } from '../../domain/outside-text.ts';
import type { Signal } from '../../domain/signal.ts';
import { defined } from '../reading/defined.ts';
import { WebUrl, text } from '../reading/fields.ts';
import { lookUp } from '../reading/look-up.ts';
import { ignored, reader } from '../reading/reader.ts';
import { type CDEventReader, Reference, lastPart } from './cdevent.ts';
import { timeOf } from './context.ts';
import { bounded, identityOf } from './envelope.ts';

const Content = z.object({
  description: text(300),
  environment: Reference.nullish(),
  service: Reference.nullish(),
  ticketURI: WebUrl,
});

const states: Readonly<Record<string, Signal['state']>> = {
  detected: 'open',
  reported: 'open',
  resolved: 'resolved',
};

/** https://cdevents.dev/docs/cops#incident */
export const readIncident: CDEventReader = (event, context) => {
  const state = lookUp(states, event.predicate);
  if (state === undefined) return ignored(`an incident ${event.predicate}`);
  return reader(Content, ({ description, environment, service, ticketURI }) => {
    const { id, source } = event.subject;
    const labels = Object.entries(event.details ?? {}).flatMap(([label, value]) =>
      typeof value === 'string' ? [[label, outsideText(value, 300) ?? ''] as const] : [],
    );
    const signal: Signal = {
      key: identityOf(event.event).value,
      source: 'cloudevents',
      subject: `cdevents:${bounded(`${source}#${id}`, 250)}`,
      state,
      ...timeOf(event.event, context),
      ...defined({
        reference: outsideText(id, 100),
        // What resolved it is no name for it.
        title: state === 'resolved' ? undefined : description,
        environmentName: environment?.name ?? environment?.id,
        serviceName: service ? lastPart(service.id) : undefined,
        url: ticketURI,
        labels: labels.length === 0 ? undefined : Object.fromEntries(labels.slice(0, 20)),
      }),
    };
    return { outcome: 'events', events: [], signals: [signal] };
  })(event.content ?? {}, context);
};
