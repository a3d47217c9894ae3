import { isIP } from 'node:net';
import { type PeerCertificate, connect } from 'node:tls';
import type { Fact, FactValue } from '../domain/facts/fact.ts';
import type { Collected, Collector, CollectorInput } from './collector.ts';
import { failed } from './read-texts.ts';
import { type HostPort, eachTarget, hostPortOf, labelProblem, targetsIn } from './targets.ts';

const patience = 10_000;

/** Any certificate is read, also one that this machine does not trust: that is a fact of its own. */
export const tls: Collector = {
  name: 'tls',
  version: '1',
  summary: 'the certificates that servers show',
  usage: 'sincewhen snapshot production --collector tls --set hosts=shop=shop.example.com:443',
  collect,
};

async function collect({ options, service, signal }: CollectorInput): Promise<Collected> {
  const hosts = targetsIn(options.get('hosts'))?.map(({ label, at }) => ({ label, at, place: hostPortOf(at, 443) }));
  if (hosts === undefined) return failed('which hosts? --set hosts=shop=shop.example.com:443');
  const problem = labelProblem(hosts);
  if (problem !== null) return failed(problem);
  const wrong = hosts.find(({ place }) => place === undefined);
  if (wrong !== undefined) return failed(`${wrong.at} is no host and port: shop.example.com:443`);

  const seen = await eachTarget(hosts, async ({ label, at, place }) => {
    const shown = place === undefined ? 'no host' : await shownBy(place, signal);
    return typeof shown === 'string'
      ? { facts: [], unseen: [`${at}: ${shown}`] }
      : { facts: factsOf(label, shown, service), unseen: [] };
  });
  const facts = seen.flatMap((each) => each.facts);
  const notSeen = seen.flatMap(({ unseen }) => unseen);
  if (facts.length === 0) return failed(`no certificate was shown: ${notSeen[0] ?? ''}`);
  return { outcome: 'seen', facts, complete: notSeen.length === 0, notSeen };
}

interface Shown {
  readonly certificate: PeerCertificate;
  readonly protocol: string | null;
  /** Null: trusted; else why it is not, in the words of OpenSSL. */
  readonly distrust: string | null;
}

/** A text says why there is none. */
function shownBy({ host, port }: HostPort, signal: AbortSignal): Promise<Shown | string> {
  return new Promise((resolve) => {
    const name = isIP(host) === 0 ? { servername: host } : {};
    const socket = connect({ host, port, ...name, rejectUnauthorized: false, minVersion: 'TLSv1', timeout: patience });
    const late = setTimeout(() => end('no answer within 10 s'), patience);
    const stop = () => end('stopped');
    function end(result: Shown | string): void {
      clearTimeout(late);
      signal.removeEventListener('abort', stop);
      socket.destroy();
      resolve(result);
    }
    signal.addEventListener('abort', stop);
    socket.once('secureConnect', () => {
      const certificate = socket.getPeerCertificate();
      // Node gives the code, though its types say an error.
      const told: unknown = socket.authorizationError;
      const distrust = socket.authorized ? null : told instanceof Error ? told.message : String(told);
      if (Object.keys(certificate).length === 0) end('it shows no certificate');
      else end({ certificate, protocol: socket.getProtocol(), distrust });
    });
    socket.on('error', (error: NodeJS.ErrnoException) => end(error.code ?? error.message));
  });
}

function factsOf(label: string, { certificate, protocol, distrust }: Shown, service: string | null): Fact[] {
  const { subject, issuer, subjectaltname, valid_to: until, bits, asn1Curve: curve } = certificate;
  const values: Record<string, FactValue> = {
    subject: nameOf(subject),
    issuer: nameOf(issuer),
    names: (subjectaltname ?? '').split(', ').filter(Boolean).toSorted(),
    expires: new Date(until).toISOString().slice(0, 10),
    protocol,
    key: curve === undefined ? `RSA ${bits ?? '?'}` : `EC ${curve}`,
    trusted: distrust === null ? 'yes' : `no: ${distrust}`,
  };
  return Object.entries(values).map(([what, value]) => ({
    service,
    facet: 'network',
    key: `tls ${label}:${what}`,
    value,
  }));
}

/** `CN=shop.example.com, O=Acme`, in one order. */
function nameOf(name: Readonly<Record<string, unknown>>): string {
  return Object.entries(name)
    .flatMap(([part, value]) => [value].flat().map((each) => `${part}=${String(each)}`))
    .toSorted()
    .join(', ');
}
