import { z } from 'zod';
import { defined } from '../reading/defined.ts';
import { WebUrl, text } from '../reading/fields.ts';
import { ignored, reader, told } from '../reading/reader.ts';
import { type CDEventReader, customFields } from './cdevent.ts';
import { eventAbout } from './context.ts';

const Content = z.object({ name: text(200), uri: WebUrl, url: WebUrl });

/** https://cdevents.dev/docs/cd#environment */
export const readEnvironment: CDEventReader = (event, context) => {
  const { predicate } = event;
  if (!['created', 'modified', 'deleted'].includes(predicate)) return ignored(`an environment ${predicate}`);
  return reader(Content, ({ name, uri, url }) => {
    const environment = name ?? event.subject.id;
    const statement = {
      kind: 'infrastructure' as const,
      phase: 'happened' as const,
      title: `environment ${environment} ${predicate}`,
      environmentName: environment,
      ...customFields(event),
      ...defined({ url: uri ?? url }),
    };
    return told(eventAbout(event.event, context, statement, { mentions: event.mentions }));
  })(event.content ?? {}, context);
};
