import { describe, expect, it } from 'vitest';
import { factsOf, inputOf, told } from '../../test/collecting.ts';
import { collectMachine, os } from './os.ts';

const machine = { service: 'till', signal: new AbortController().signal };

describe('the operating system', () => {
  it('is what its os-release says', async () => {
    const text = '# x\nID=debian\nVERSION_ID="12"\nPRETTY_NAME="Debian \\"12\\""\nHOME_URL="https://x"\n\n';

    expect(told(factsOf(await os.collect(inputOf({ 'os-release': text }))))).toEqual({
      '- runtime os:id': 'debian',
      '- runtime os:version-id': '12',
      '- runtime os:pretty-name': 'Debian "12"',
    });
  });

  it('of another file is refused with the line', async () => {
    expect(await os.collect(inputOf({ x: 'ID=debian\nhello\n' }))).toEqual({
      outcome: 'failed',
      reason: 'x, line 2: this is no NAME=value',
    });
  });
});

describe('the runtimes of a machine', () => {
  it('are those that answer; one that is not there is no gap, one that does not answer is', async () => {
    const said: Readonly<Record<string, string>> = {
      node: 'v24.21.0',
      java: 'Picked up JAVA_TOOL_OPTIONS: -Xmx1g\nopenjdk version "21.0.5" 2024-10-15',
      go: 'go version go1.23.4 linux/amd64',
      php: 'segmentation fault',
    };
    const collected = await collectMachine(machine, async (program) => {
      const text = said[program];
      return text === undefined ? { outcome: program === 'ruby' ? 'failed' : 'absent' } : { outcome: 'said', text };
    });

    expect(told(factsOf(collected))).toMatchObject({
      'till runtime runtime:node': '24.21.0',
      'till runtime runtime:java': '21.0.5',
      'till runtime runtime:go': '1.23.4',
      'till runtime os:kernel': expect.any(String),
    });
    expect(collected).toMatchObject({
      complete: false,
      notSeen: expect.arrayContaining(['ruby: does not say its version', 'php: does not say its version']),
    });
  });

  it('are found on this machine', async () => {
    const collected = await os.collect(inputOf({}));

    expect(told(factsOf(collected))).toMatchObject({
      '- runtime runtime:node': expect.stringMatching(/^\d+\.\d+\.\d+/),
      '- infrastructure os:architecture': process.arch,
    });
  });
});
