import { FluxEvent } from './flux/event.ts';
import { readHelmRelease } from './flux/helm-release.ts';
import { readImageUpdate } from './flux/image-update.ts';
import { readKustomization } from './flux/kustomization.ts';
import { isObject } from './reading/json.ts';
import { type ReaderContext, ignored, reader } from './reading/reader.ts';
import type { Message, Parsed, SourceDefinition } from './reading/source.ts';

const readers: ReadonlyMap<string, (event: FluxEvent, context: ReaderContext) => Parsed> = new Map([
  ['Kustomization', readKustomization],
  ['HelmRelease', readHelmRelease],
  ['ImageUpdateAutomation', readImageUpdate],
]);

/** What only fetches: nothing has changed until something applies it, and that is told by itself. */
const sources = new Set([
  'GitRepository',
  'OCIRepository',
  'HelmRepository',
  'HelmChart',
  'Bucket',
  'ExternalArtifact',
  'ImageRepository',
  'ImagePolicy',
]);

/** Flux's notification-controller, provider type `generic-hmac`. Which objects: `readers`. */
export const flux: SourceDefinition = {
  name: 'flux',
  title: 'Flux',
  authentication: [{ by: 'hmac', header: 'x-signature', algorithm: 'sha256', prefix: 'sha256=' }],
  headers: ['gotk-component'],
  deliveryKey: () => null,
  parse,
};

function parse({ body, receivedAt, catalog }: Message): Parsed {
  if (!isObject(body) || !isObject(body['involvedObject']) || typeof body['reason'] !== 'string') {
    return { outcome: 'malformed', error: 'not an event of Flux: no involvedObject or reason', notWhatItSends: true };
  }
  return readEvent(body, { receivedAt, catalog });
}

const readEvent = reader(FluxEvent, (event, context) => {
  const { kind } = event.involvedObject;
  if (event.severity === 'trace') return ignored('a trace event');
  if (sources.has(kind)) return ignored(`${kind}: nothing is applied by fetching`);
  const read = readers.get(kind);
  return read === undefined ? ignored(`${kind} is not tracked`) : read(event, context);
});
