import { z } from 'zod';
import { defined } from '../reading/defined.ts';
import { text } from '../reading/fields.ts';
import { ignored, reader, told } from '../reading/reader.ts';
import { repositoryNamed } from '../reading/told-fields.ts';
import { type CDEventReader, Reference, customFields, lastPart } from './cdevent.ts';
import { eventAbout } from './context.ts';

const Content = z.object({ repository: Reference.nullish(), description: text(200) });

/** https://cdevents.dev/docs/scm#change-merged */
export const readMerge: CDEventReader = (event, context) => {
  if (event.predicate !== 'merged') return ignored(`a change ${event.predicate}: only merges are`);
  return reader(Content, ({ repository, description }) => {
    const named = repositoryNamed(repository?.id) ?? event.custom.repository;
    const number = /^(?:[a-z/#_-]{0,40})?(\d{1,9})$/i.exec(lastPart(event.subject.id))?.[1];
    const where = named ?? repository?.id;
    const statement = {
      kind: 'merge' as const,
      phase: 'happened' as const,
      title: description ?? `change ${event.subject.id} merged${where ? ` in ${where}` : ''}`,
      ...customFields(event),
      ...defined({ repository: named }),
    };
    const { commit } = event.custom;
    const mentions = [
      ...(named !== undefined && number !== undefined ? [{ type: 'pull-request', value: `${named}#${number}` }] : []),
      ...(named !== undefined && commit !== undefined ? [{ type: 'commit', value: `${named}@${commit}` }] : []),
      ...event.mentions,
    ];
    return told(eventAbout(event.event, context, statement, { mentions }));
  })(event.content ?? {}, context);
};
