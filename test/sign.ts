import { createHmac } from 'node:crypto';
import type { Delivery } from '../src/sources/reading/source.ts';

/** How a system proves itself, written down here once more and not taken from the code that checks it. */
interface Signer {
  /** What it adds to the headers. */
  readonly headers: (delivery: Delivery, secret: string) => Readonly<Record<string, string>>;
  /** Whether the proof covers the body, and the time. */
  readonly covers: 'nothing' | 'body' | 'body and time';
  /** Where a test call can be told from the rest. */
  readonly pings?: true;
}

function hmac(header: string, { prefix = '', algorithm = 'sha256' } = {}): Signer {
  return {
    headers: ({ body }, secret) => ({ [header]: prefix + createHmac(algorithm, secret).update(body).digest('hex') }),
    covers: 'body',
  };
}

const bearer: Signer = {
  headers: (_, secret) => ({ authorization: `Bearer ${secret}` }),
  covers: 'nothing',
};

const standardWebhooks: Signer = {
  headers: ({ body, receivedAt }, secret) => {
    const id = 'msg_2mEvXT9kQ1';
    const time = String(Math.floor(receivedAt.getTime() / 1000));
    const signed = createHmac('sha256', secret).update(`${id}.${time}.`).update(body).digest('base64');
    return { 'webhook-id': id, 'webhook-timestamp': time, 'webhook-signature': `v1,${signed}` };
  },
  covers: 'body and time',
};

const buildkite: Signer = {
  headers: ({ body, receivedAt }, secret) => {
    const time = String(Math.floor(receivedAt.getTime() / 1000));
    const signature = createHmac('sha256', secret).update(`${time}.`).update(body).digest('hex');
    return { 'x-buildkite-signature': `timestamp=${time},signature=${signature}` };
  },
  covers: 'body and time',
  pings: true,
};

/** A source without an entry here fails the contract test. */
const signers: Readonly<Record<string, Signer>> = {
  github: { ...hmac('x-hub-signature-256', { prefix: 'sha256=' }), pings: true },
  gitlab: standardWebhooks,
  argocd: bearer,
  'argo-rollouts': bearer,
  flux: hmac('x-signature', { prefix: 'sha256=' }),
  terraform: { ...hmac('x-tfe-notification-signature', { algorithm: 'sha512' }), pings: true },
  'terraform-plan': bearer,
  atlantis: bearer,
  spacelift: hmac('x-signature-256', { prefix: 'sha256=' }),
  pulumi: { ...hmac('pulumi-webhook-signature'), pings: true },
  ansible: { ...bearer, pings: true },
  'kubernetes-audit': bearer,
  helm: bearer,
  launchdarkly: hmac('x-ld-signature'),
  unleash: bearer,
  flagsmith: hmac('x-flagsmith-signature'),
  pagerduty: { ...hmac('x-pagerduty-signature', { prefix: 'v1=' }), pings: true },
  alertmanager: bearer,
  grafana: { ...bearer, pings: true },
  incidentio: standardWebhooks,
  sentry: hmac('sentry-hook-signature'),
  opsgenie: bearer,
  circleci: { ...hmac('circleci-signature', { prefix: 'v1=' }), pings: true },
  buildkite,
  jenkins: bearer,
  vercel: { ...hmac('x-vercel-signature', { algorithm: 'sha1' }), pings: true },
  azuredevops: { ...bearer, pings: true },
  aws: { ...bearer, pings: true },
};

export function signerOf(source: string): Signer {
  const signer = signers[source];
  if (signer === undefined) throw new Error(`test/sign.ts does not know how ${source} proves itself.`);
  return signer;
}

/** The delivery as the source would send it. */
export function signed(source: string, delivery: Delivery, secret: string): Delivery {
  return { ...delivery, headers: { ...delivery.headers, ...signerOf(source).headers(delivery, secret) } };
}
