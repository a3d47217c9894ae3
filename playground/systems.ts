import { createHmac } from 'node:crypto';
import type { SystemDelivery } from './story/telling.ts';

/** The systems beside GitHub that report, by the name under which the service knows them. */
const systems = {
  argocd: {
    title: 'Argo CD',
    userAgent: 'Go-http-client/2.0',
    prove: (_body: string, secret: string) => ({ authorization: `Bearer ${secret}` }),
  },
  terraform: {
    title: 'HCP Terraform',
    userAgent: 'Go-http-client/1.1',
    prove: (body: string, secret: string) => ({ 'x-tfe-notification-signature': hmac('sha512', body, secret) }),
  },
  launchdarkly: {
    title: 'LaunchDarkly',
    userAgent: 'Go-http-client/2.0',
    prove: (body: string, secret: string) => ({ 'x-ld-signature': hmac('sha256', body, secret) }),
  },
  pagerduty: {
    title: 'PagerDuty',
    userAgent: 'PagerDuty-Webhook/V3.0',
    prove: (body: string, secret: string) => ({ 'x-pagerduty-signature': `v1=${hmac('sha256', body, secret)}` }),
  },
} as const;

export type SystemName = keyof typeof systems;

export const systemNames: readonly SystemName[] = ['argocd', 'terraform', 'launchdarkly', 'pagerduty'];

export function systemTitle(name: SystemName): string {
  return systems[name].title;
}

/** Posts a delivery as its system would, with its proof. Null when nobody answers; never throws. */
export async function sendAs(delivery: SystemDelivery, url: string, secret: string): Promise<number | null> {
  const { userAgent, prove } = systems[delivery.source];
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'user-agent': userAgent,
        ...delivery.headers,
        ...prove(delivery.body, secret),
      },
      body: delivery.body,
      signal: AbortSignal.timeout(10_000),
    });
    await response.arrayBuffer();
    return response.status;
  } catch {
    return null;
  }
}

function hmac(algorithm: 'sha256' | 'sha512', body: string, secret: string): string {
  return createHmac(algorithm, secret).update(body).digest('hex');
}
