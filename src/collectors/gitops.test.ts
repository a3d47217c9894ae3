import { describe, expect, it } from 'vitest';
import { factsOf, inputOf, recorded, told } from '../../test/collecting.ts';
import { argocd } from './argocd.ts';
import { flux } from './flux.ts';

const app = recorded('argocd/app.json');
const revision = '3f1a9c0d'.repeat(5);

describe('an application of Argo CD', () => {
  it.each([
    ['argocd app get', app],
    ['argocd app list', `[${app}]`],
    ['kubectl get applications', `{"kind": "List", "items": [{"kind": "Application", ${app.trim().slice(1)}]}`],
  ])('is told, of %s', async (_from, text) => {
    expect(told(factsOf(await argocd.collect(inputOf({ '-': text }))))).toEqual({
      'checkout version argocd:revision': revision,
      'checkout config argocd:target-revision': 'main',
      'checkout config argocd:path': 'apps/checkout',
      'checkout version argocd/checkout:image': 'shop/checkout',
      'checkout version argocd/checkout:tag': '1.42.0',
      'checkout version argocd/envoy:image': 'envoyproxy/envoy',
      'checkout version argocd/envoy:tag': 'v1.32.1',
      'checkout health argocd:sync': 'OutOfSync',
      'checkout health argocd:health': 'Healthy',
      'checkout health argocd:Deployment/checkout': 'OutOfSync',
    });
  });

  it('is of the service that was named', async () => {
    const facts = factsOf(await argocd.collect(inputOf({ '-': app }, { service: 'till' })));

    expect(new Set(facts.map(({ service }) => service))).toEqual(new Set(['till']));
  });

  it('is no other object', async () => {
    expect(await argocd.collect(inputOf({ '-': '{"kind": "Node", "metadata": {"name": "x"}}' }))).toMatchObject({
      outcome: 'failed',
    });
  });
});

describe('objects of Flux', () => {
  it('are told', async () => {
    const collected = await flux.collect(inputOf({ '-': recorded('flux/objects.json') }));

    expect(told(factsOf(collected))).toEqual({
      'shop version kustomization:revision': `main@sha1:${revision}`,
      'shop config kustomization:path': './clusters/production',
      'shop config kustomization:suspended': true,
      'shop health kustomization:ready': 'True',
      'ledger version helmrelease:chart': '2.4.1',
      'ledger version helmrelease:app': '1.9.0',
      'ledger config helmrelease:asked': '2.x',
      'ledger config helmrelease/values:replicas': 2,
      'ledger config helmrelease/values:db.password': '‹digest›',
      'ledger config helmrelease/values:db.pool': 10,
      'ledger config helmrelease:suspended': false,
      'ledger health helmrelease:ready': 'False',
    });
    expect(JSON.stringify(collected)).not.toContain('swordfish');
  });

  it('that may not be looked at are told as not seen', async () => {
    const text = `Error from server (Forbidden): helmreleases.helm.toolkit.fluxcd.io is forbidden: x\n${recorded('flux/objects.json')}`;

    expect(await flux.collect(inputOf({ '-': text }))).toMatchObject({
      complete: false,
      notSeen: ['helmreleases.helm.toolkit.fluxcd.io: forbidden'],
    });
  });
});
