import { describe, expect, it } from 'vitest';
import { factsOf, inputOf, recorded, told } from '../../test/collecting.ts';
import { docker } from './docker.ts';
import { imageName } from './image-name.ts';

describe('what docker inspect tells', () => {
  it('of containers of one service, with both values where they are not alike', async () => {
    const collected = await docker.collect(inputOf({ '-': recorded('docker/inspect.json') }));

    expect(told(factsOf(collected))).toEqual({
      'checkout version container:image': 'shop/checkout',
      'checkout version container:tag': ['1.41.0', '1.42.0'],
      'checkout version container:id': [`sha256:${'4'.repeat(64)}`, `sha256:${'5'.repeat(64)}`],
      'checkout env LOG_LEVEL': 'info',
      'checkout env QUERY': 'a=b',
      'checkout env DB_PASSWORD': '‹digest›',
      'checkout infrastructure container:memory': '536870912',
      'checkout infrastructure container:cpu': '500000000',
      'checkout infrastructure container:restart': 'always',
      'checkout network container:ports.8080/tcp': ['80'],
      'checkout health container:state': 'running',
      'checkout health container:health': 'healthy',
    });
    expect(JSON.stringify(collected)).not.toContain('swordfish');
  });

  it('of an image', async () => {
    const collected = await docker.collect(inputOf({ '-': recorded('docker/image.json') }));

    expect(told(factsOf(collected))).toEqual({
      'checkout version image:image': 'shop/checkout',
      'checkout version image:tag': '1.42.0',
      'checkout version image:digest': `sha256:${'6'.repeat(64)}`,
      'checkout infrastructure image:architecture': 'arm64',
      'checkout infrastructure image:os': 'linux',
    });
  });

  it.each([
    ['[]', 'there are no facts in standard input'],
    ['[{"a": 1}]', 'standard input: this is not what `docker inspect` writes'],
    ['[1]', 'standard input: this is not what `docker inspect` writes'],
    ['[\n{', 'standard input, line 2: this is not JSON'],
  ])('%j is refused', async (text, reason) => {
    expect(await docker.collect(inputOf({ '-': text }))).toEqual({ outcome: 'failed', reason });
  });
});

describe('the name of an image', () => {
  it.each([
    ['nginx', 'nginx', 'latest', null],
    ['nginx:1.27', 'nginx', '1.27', null],
    ['localhost:5000/shop/till', 'localhost:5000/shop/till', 'latest', null],
    ['localhost:5000/till:2@sha256:ab', 'localhost:5000/till', '2', 'sha256:ab'],
    ['till@sha256:ab', 'till', null, 'sha256:ab'],
    ['docker-pullable://till@sha256:ab', 'till', null, 'sha256:ab'],
  ])('%s', (text, repository, tag, digest) => {
    expect(imageName(text)).toEqual({ repository, tag, digest });
  });
});
