import fc from 'fast-check';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { collect, factsIn } from '../../test/collect.ts';
import { terraformState } from './terraform-state.ts';

/** Of one run of Terraform 1.11: its state, `show -json`, and `show -json` of a plan that would change a secret. */
const recorded = (name: string) =>
  readFileSync(new URL(`../../test/fixtures/collectors/terraform/${name}.json`, import.meta.url), 'utf8');

const read = (text: string, key: string | null = 'key') => collect(terraformState, { files: { 'a.json': text }, key });
const digest = { digest: expect.stringMatching(/^hmac-sha256:[0-9a-f]{16}$/) };

/** Without the ids, which Terraform made up. */
async function factsOf(text: string) {
  return Object.fromEntries(Object.entries(factsIn(await read(text))).filter(([key]) => !key.endsWith(':id')));
}

describe('a state', () => {
  it('has its resources, each attribute by its path', async () => {
    const facts = await factsOf(recorded('show'));

    expect(facts).toMatchObject({
      'infrastructure terraform:version': '1.11.4',
      'infrastructure terraform_data.web["a"]': 'terraform_data',
      'infrastructure terraform_data.web["a"]:input.size': 20,
      'infrastructure terraform_data.web["a"]:input.zones': ['b', 'a'],
      'infrastructure terraform_data.web["a"]:input.disks[1].kind': 'hdd',
      'infrastructure terraform_data.web["a"]:input.tags["app.kubernetes.io/name"]': 'shop',
      'infrastructure module.network.terraform_data.subnet[0]:input': '10.0.0.0/24',
      'infrastructure output:address': '10.0.0.9',
    });
    expect(Object.keys(facts).filter((key) => /nothing|triggers_replace/.test(key))).toEqual([]);
  });

  it('reads the same from a file as from show -json', async () => {
    expect(await read(recorded('state'))).toMatchObject({ complete: true });
    expect(factsIn(await read(recorded('state')))).toEqual(factsIn(await read(recorded('show'))));
  });

  it('reads the same from a plan, whose outputs are not yet', async () => {
    const all = Object.entries(factsIn(await read(recorded('show'))));
    const result = await read(recorded('plan'));

    expect(factsIn(result)).toEqual(Object.fromEntries(all.filter(([key]) => !key.includes('output:'))));
    expect(result).toMatchObject({
      complete: false,
      notSeen: ['outputs: a.json is a plan, which has them as they will be'],
    });
  });

  it('shows no secret: marked, called so, or marked elsewhere', async () => {
    for (const name of ['show', 'state', 'plan']) {
      const result = await read(recorded(name));

      expect(factsIn(result)).toMatchObject({
        'infrastructure terraform_data.login:input.pin': digest,
        'infrastructure terraform_data.login:input.password': digest,
        'infrastructure terraform_data.login:input.user': 'ada',
        'infrastructure terraform_data.login:output.pin': digest,
      });
      expect(JSON.stringify(result)).not.toMatch(/correct horse|battery staple/);
    }
  });

  it('says only that a secret is there without a key', async () => {
    expect(factsIn(await read(recorded('show'), null))).toMatchObject({
      'infrastructure output:pin': { digest: 'present' },
    });
  });

  it('leaves out what was looked up and what waits to be destroyed', async () => {
    const state = {
      version: 4,
      terraform_version: '1.9.0',
      resources: [
        { mode: 'data', type: 'aws_ami', name: 'x', instances: [{ attributes: { id: 'ami-1' } }] },
        {
          mode: 'managed',
          type: 'aws_instance',
          name: 'web',
          instances: [{ attributes: { size: 1 } }, { deposed: '0a', attributes: { size: 2 } }],
        },
      ],
    };

    expect(factsIn(await read(JSON.stringify(state)))).toEqual({
      'infrastructure terraform:version': '1.9.0',
      'infrastructure aws_instance.web': 'aws_instance',
      'infrastructure aws_instance.web:size': 1,
    });
  });

  it('that holds a secret in a list shows nothing of the list', async () => {
    const resource = {
      address: 'a.b',
      mode: 'managed',
      type: 'a',
      values: { keys: ['hunter two', 'public'] },
      sensitive_values: { keys: [true, false] },
    };
    const state = { format_version: '1.0', values: { root_module: { resources: [resource] } } };

    expect(factsIn(await read(JSON.stringify(state)))).toMatchObject({ 'infrastructure a.b:keys': digest });
  });

  const samples = new URL('../../../shared/samples/terraform-plan/', import.meta.url);
  it.runIf(existsSync(samples))('of real plans is read, or told to be none', async () => {
    for (const name of readdirSync(samples)) {
      const result = await read(readFileSync(new URL(name, samples), 'utf8'));
      const told = result.outcome === 'seen' ? Object.keys(factsIn(result)) : result.reason;

      expect(String(told), name).toMatch(/^infrastructure|is no state|^there are no resources/);
    }
  });
});

describe('what is no state', () => {
  it.each([
    ['', 'a.json is no JSON. A plan file is made readable by terraform show -json'],
    ['[]', 'a.json is no state of version 4, plan or output of terraform show -json'],
    ['{"format_version":"1.0"}', 'there are no resources in a.json'],
    ['{"version":3,"modules":[]}', 'a.json is no state of version 4, plan or output of terraform show -json'],
  ])('%s', async (text, reason) => {
    expect(await read(text)).toEqual({ outcome: 'failed', reason });
  });

  it('is the same state twice', async () => {
    const files = { 'a.json': recorded('show'), 'b.json': recorded('state') };

    expect(await collect(terraformState, { files })).toMatchObject({
      outcome: 'failed',
      reason: expect.stringMatching(/^b\.json: \S+ is in it twice, or in two of the files$/),
    });
  });

  it('never ends a collector, whatever it holds', async () => {
    await fc.assert(
      fc.asyncProperty(fc.jsonValue(), fc.jsonValue(), async (attributes, marks) => {
        const state = {
          version: 4,
          resources: [
            {
              mode: 'managed',
              type: 'a',
              name: 'b',
              instances: [{ attributes: { x: attributes }, sensitive_attributes: marks }],
            },
          ],
        };
        const shown = {
          format_version: '1.0',
          values: {
            root_module: {
              resources: [
                { mode: 'managed', address: 'a.b', type: 'a', values: { x: attributes }, sensitive_values: marks },
              ],
            },
          },
        };
        for (const each of [state, shown]) {
          const { outcome } = await read(JSON.stringify(each));
          expect(outcome).toBe('seen');
        }
      }),
      { numRuns: 200 },
    );
  });
});
