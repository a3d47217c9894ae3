import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { digest, factsOf, inputOf, recorded, told } from '../../test/collecting.ts';
import { collectKubernetes, kubernetes } from './kubernetes.ts';

const cluster = recorded('kubernetes/cluster.json');
const one = 'registry.example.com:5000/shop/checkout';

function list(...items: readonly object[]): string {
  return JSON.stringify({ apiVersion: 'v1', kind: 'List', items });
}

function map(namespace: string, name: string, data: object): object {
  return { kind: 'ConfigMap', metadata: { name, namespace }, data };
}

describe('what kubectl tells of a cluster', () => {
  it('is told as facts, with nothing that is each cluster’s own', async () => {
    const collected = await kubernetes.collect(inputOf({ 'cluster.json': cluster }));

    expect(collected).toMatchObject({ complete: true, notSeen: [] });
    expect(told(factsOf(collected))).toEqual({
      'checkout infrastructure deployment/checkout:replicas': '3',
      'checkout version deployment/checkout/checkout:image': one,
      'checkout version deployment/checkout/checkout:tag': '1.42.0',
      'checkout version deployment/checkout/checkout:digest': `sha256:${'2'.repeat(64)}`,
      'checkout infrastructure deployment/checkout/checkout:requests.cpu': '250m',
      'checkout infrastructure deployment/checkout/checkout:requests.memory': '256Mi',
      'checkout infrastructure deployment/checkout/checkout:limits.memory': '512Mi',
      'checkout env *(from configmap/checkout)': 'from configmap/checkout',
      'checkout env LOG_LEVEL': 'info',
      'checkout env EMPTY': '',
      'checkout env STRIPE_API_KEY': '‹digest›',
      'checkout env DATABASE_URL': '‹digest›',
      'checkout env DB_PASSWORD': 'from secret/checkout-db:password',
      'checkout env POD_IP': 'field status.podIP',
      'checkout version deployment/checkout/proxy:image': 'envoyproxy/envoy',
      'checkout version deployment/checkout/proxy:digest': `sha256:${'1'.repeat(64)}`,
      'checkout env deployment/checkout/proxy:LOG_LEVEL': 'warn',
      'checkout version deployment/checkout/init-migrate:image': one,
      'checkout version deployment/checkout/init-migrate:tag': '1.42.0',
      'checkout infrastructure deployment/checkout-worker:replicas': '1',
      'checkout version deployment/checkout-worker/worker:image': one,
      'checkout version deployment/checkout-worker/worker:tag': '1.41.0',
      'checkout env deployment/checkout-worker/worker:LOG_LEVEL': 'debug',
      'checkout version pods/checkout:image': one,
      'checkout version pods/checkout:tag': '1.42.0',
      'checkout version pods/checkout:digest': `sha256:${'3'.repeat(64)}`,
      '- config configmap/checkout:RETRIES': '3',
      '- config configmap/checkout/app.yaml:db.pool': 20,
      '- config configmap/checkout/app.yaml:db.password': '‹digest›',
      '- config configmap/checkout:broken.json': '{ not json',
      '- config secret/checkout-db:password': '‹digest›',
      '- config secret/checkout-db:host': '‹digest›',
      'checkout network service/checkout:type': 'ClusterIP',
      'checkout network service/checkout:ports': ['80→8080/TCP'],
      '- infrastructure pvc/uploads:storage': '20Gi',
      '- infrastructure pvc/uploads:storage-class': 'gp3',
      '- infrastructure pvc/uploads:access': ['ReadWriteOnce'],
      '- infrastructure pv/uploads:storage': '20Gi',
      '- infrastructure pv/uploads:reclaim': 'Delete',
      '- infrastructure nodes:count': 2,
      '- infrastructure nodes:architecture': ['amd64', 'arm64'],
      '- infrastructure nodes:cpu': '2',
      '- infrastructure nodes:memory': '7.5Gi',
      '- infrastructure nodes:storage': '50Gi',
      '- infrastructure nodes:instance-type': ['m7g.large', 'm7i.large'],
      '- infrastructure nodes:os': 'linux',
      '- runtime nodes:os-image': 'Amazon Linux 2023',
      '- runtime nodes:kernel': '6.1.134',
      '- runtime nodes:kubelet': 'v1.32.3-eks',
      '- runtime nodes:container-runtime': 'containerd://1.7.27',
    });
  });

  it('has no secret in it, encoded or not', async () => {
    const text = JSON.stringify(await kubernetes.collect(inputOf({ 'cluster.json': cluster })));

    for (const secret of ['swordfish', 'c3dvcmRmaXNo', 'hunter2', 'not-a-real-key', 'ZGIuc2hvcA']) {
      expect(text).not.toContain(secret);
    }
  });

  it('tells a secret alike in a Secret and in a variable', async () => {
    const secret = {
      kind: 'Secret',
      metadata: { name: 'x' },
      data: { password: Buffer.from('swordfish').toString('base64') },
    };

    expect(factsOf(await kubernetes.collect(inputOf({ x: list(secret) })))[0]?.value).toEqual({
      digest: digest('swordfish'),
    });
  });

  it('tells two secrets that are no text apart', async () => {
    const secret = { kind: 'Secret', metadata: { name: 'x' }, data: { a: '/w==', b: '/g==' } };
    const [a, b] = factsOf(await kubernetes.collect(inputOf({ x: list(secret) })));

    expect(a?.value).not.toEqual(b?.value);
  });

  it('names namespaces only where there are several, and can be of one', async () => {
    const text = list(map('a', 'x', { k: '1' }), map('b', 'x', { k: '2' }));
    const all = collectKubernetes([{ name: '-', text }], inputOf({}));
    const only = collectKubernetes([{ name: '-', text }], inputOf({}, { options: new Map([['namespace', 'b']]) }));

    expect(told(factsOf(all))).toEqual({ '- config configmap/a/x:k': '1', '- config configmap/b/x:k': '2' });
    expect(told(factsOf(only))).toEqual({ '- config configmap/x:k': '2' });
  });

  it.each<[string, string, readonly string[]]>([
    [
      'an error before the list',
      `Error from server (Forbidden): secrets is forbidden: User "ci" cannot list resource "secrets" in API group "" in the namespace "payments"\n${list(map('a', 'x', { k: '1' }))}\n`,
      ['secrets of namespace payments: forbidden'],
    ],
    [
      'an error after it',
      `${JSON.stringify(JSON.parse(list(map('a', 'x', { k: '1' }))), null, 4)}\nError from server (Forbidden): nodes is forbidden: User "ci" cannot list resource "nodes" at the cluster scope\n`,
      ['nodes: forbidden'],
    ],
    [
      'an error in place of one',
      `[${list(map('a', 'x', { k: '1' }))}, {"kind": "Status", "status": "Failure", "reason": "Forbidden", "message": "secrets is forbidden: User"}]`,
      ['secrets: forbidden'],
    ],
  ])('with %s says what it could not see', async (_what, text, notSeen) => {
    const collected = await kubernetes.collect(inputOf({ '-': text }));

    expect(collected).toMatchObject({ outcome: 'seen', complete: false, notSeen });
    expect(told(factsOf(collected))).toEqual({ '- config configmap/x:k': '1' });
  });

  it('a warning beside it is no gap', async () => {
    const text = `Warning: v1 ComponentStatus is deprecated\n${list(map('a', 'x', { k: '1' }))}`;

    expect(await kubernetes.collect(inputOf({ '-': text }))).toMatchObject({ complete: true });
  });

  it('the list of one kind that the API itself answers is read too', async () => {
    const text = JSON.stringify({ kind: 'ConfigMapList', items: [{ metadata: { name: 'x' }, data: { k: '1' } }] });

    expect(told(factsOf(await kubernetes.collect(inputOf({ '-': text }))))).toEqual({ '- config configmap/x:k': '1' });
  });

  it.each([
    ['', 'standard input: this is not what `kubectl get -o json` writes'],
    ['NAME  READY\nx  1/1\n', 'standard input: this is not what `kubectl get -o json` writes'],
    ['{"a": 1}', 'standard input, line 1: this is not what `kubectl get -o json` writes'],
    ['Warning: x\n{"kind":\n "List"', 'standard input, line 3: this is not JSON'],
    ['{"kind": "List", "items": []}', 'there are no facts in standard input'],
    ['Error from server (Forbidden): pods is forbidden: x', 'there are no facts in standard input (pods: forbidden)'],
  ])('%j is refused', async (text, reason) => {
    expect(await kubernetes.collect(inputOf({ '-': text }))).toEqual({ outcome: 'failed', reason });
  });

  it('with anything anywhere is read or refused', async () => {
    const odd = fc.oneof(fc.jsonValue({ maxDepth: 2 }), fc.constant({ name: 1 }), fc.constant([null]));
    const item = fc.record({
      kind: fc.constantFrom(
        'Deployment',
        'CronJob',
        'Pod',
        'ConfigMap',
        'Secret',
        'Service',
        'Node',
        'PersistentVolume',
        'PersistentVolumeClaim',
      ),
      metadata: fc.oneof(odd, fc.record({ name: odd, namespace: odd, labels: odd })),
      spec: fc.oneof(
        odd,
        fc.record({
          template: fc.record({
            spec: fc.record({ containers: fc.array(fc.oneof(odd, fc.record({ image: odd, env: odd }))) }),
          }),
          claimRef: odd,
          ports: odd,
        }),
      ),
      data: odd,
      status: odd,
    });
    await fc.assert(
      fc.asyncProperty(fc.array(item), async (items) => {
        expect(['seen', 'failed']).toContain((await kubernetes.collect(inputOf({ '-': list(...items) }))).outcome);
      }),
    );
  });
});
