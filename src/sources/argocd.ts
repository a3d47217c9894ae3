import { applicationIn, readApplication } from './argocd/application.ts';
import type { Message, Parsed, SourceDefinition } from './reading/source.ts';

/**
 * Notifications of Argo CD. Their body is whatever the administrator's template makes: ours (docs/sources/argocd.md) is
 * an Application with only the fields that are read here, so a whole Application is read as well.
 */
export const argocd: SourceDefinition = {
  name: 'argocd',
  title: 'Argo CD',
  authentication: [{ by: 'secret', inPath: true }],
  headers: [],
  deliveryKey: () => null,
  parse,
};

function parse({ body, receivedAt, catalog }: Message): Parsed {
  const found = applicationIn(body);
  if (found !== undefined) return readApplication(found, { receivedAt, catalog });
  const error = 'no Application in it (an object with metadata and status); use the template of docs/sources/argocd.md';
  return { outcome: 'malformed', error, notWhatItSends: true };
}
