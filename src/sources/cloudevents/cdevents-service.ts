import { z } from 'zod';
import type { Statement } from '../../domain/event.ts';
import { artifactOf } from '../artifact-id.ts';
import { defined } from '../reading/defined.ts';
import { text } from '../reading/fields.ts';
import { lookUp } from '../reading/look-up.ts';
import { ignored, reader, told } from '../reading/reader.ts';
import { type CDEventReader, Reference, customFields, lastPart } from './cdevent.ts';
import { eventAbout } from './context.ts';

const Content = z.object({ environment: Reference.nullish(), artifactId: text(1000) });

type Course = Pick<Statement, 'kind' | 'phase'> & { readonly title?: (service: string) => string };

/** https://cdevents.dev/docs/cd#service */
const courses: Readonly<Record<string, Course>> = {
  deployed: { kind: 'deploy', phase: 'succeeded' },
  upgraded: { kind: 'deploy', phase: 'succeeded' },
  rolledback: { kind: 'rollback', phase: 'succeeded' },
  removed: { kind: 'infrastructure', phase: 'happened', title: (service) => `${service} removed` },
  published: { kind: 'note', phase: 'happened', title: (service) => `${service} opened to its users` },
};

export const readService: CDEventReader = (event, context) => {
  const course = lookUp(courses, event.predicate);
  if (course === undefined) return ignored(`a service ${event.predicate}`);
  const service = lastPart(event.subject.id);
  return reader(Content, ({ environment, artifactId }) => {
    const artifact = artifactOf(artifactId);
    const { custom } = event;
    const statement = {
      phase: course.phase,
      serviceName: service,
      ...customFields(event),
      ...defined({
        kind: course.kind,
        title: course.title?.(service),
        environmentName: environment?.name ?? environment?.id ?? custom.environment,
        to: custom.to ?? artifact.version,
        from: custom.from,
      }),
    };
    const { repository, commit } = custom;
    const commits = repository && commit ? [{ type: 'commit', value: `${repository}@${commit}` }] : [];
    const mentions = [...artifact.mentions, ...commits, ...event.mentions];
    return told(eventAbout(event.event, context, statement, { mentions }));
  })(event.content ?? {}, context);
};
