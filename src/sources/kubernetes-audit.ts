import type { TimelineEvent } from '../domain/event.ts';
import { changeOf } from './kubernetes-audit/change.ts';
import { concealAudit } from './kubernetes-audit/conceal.ts';
import { entriesIn } from './kubernetes-audit/entries.ts';
import { requestOf } from './kubernetes-audit/request.ts';
import { ignored } from './reading/reader.ts';
import type { Message, Parsed, SourceDefinition } from './reading/source.ts';

/** Audit events as the API server's webhook backend posts them, and as GKE, AKS and EKS wrap them. */
export const kubernetesAudit: SourceDefinition = {
  name: 'kubernetes-audit',
  title: 'Kubernetes audit log',
  authentication: [{ by: 'secret', inPath: true }],
  headers: [],
  conceal: concealAudit,
  deliveryKey: () => null,
  parse,
};

function parse({ body, receivedAt, catalog }: Message): Parsed {
  const entries = entriesIn(body);
  if (entries === undefined) {
    return { outcome: 'malformed', error: 'neither an audit event nor a list of them', notWhatItSends: true };
  }
  const events: TimelineEvent[] = [];
  const rejected: { readonly index: number; readonly error: string }[] = [];
  const silences = new Map<string, number>();
  for (const [index, entry] of entries.entries()) {
    const read = requestOf(entry);
    const said = read.outcome === 'request' ? changeOf(read.request, { receivedAt, catalog }) : read;
    if (said.outcome === 'event') events.push(said.event);
    if (said.outcome === 'malformed') rejected.push({ index, error: said.error });
    if (said.outcome === 'ignored') silences.set(said.reason, (silences.get(said.reason) ?? 0) + 1);
  }
  const [first] = rejected;
  if (events.length > 0) return { outcome: 'events', events, ...(rejected.length === 0 ? {} : { rejected }) };
  if (first !== undefined) return { outcome: 'malformed', error: first.error, notWhatItSends: false };
  const [reason, more] = [...silences].toSorted(([, a], [, b]) => b - a);
  return ignored(reason === undefined ? 'no events' : `${reason[0]}${more === undefined ? '' : ', and other noise'}`);
}
