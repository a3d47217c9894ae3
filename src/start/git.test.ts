import { isAbsolute } from 'node:path';
import { expect, it } from 'vitest';
import { programEnvironment } from '../config/program-environment.ts';
import { gitOrigin } from './git.ts';

const told = {
  gitBaseUrl: 'https://github.com',
  githubApiUrl: 'https://api.github.com',
  github: { kind: 'token', token: 'hushed' },
  dataDirectory: '.data',
} as const;

it.each([
  ['https://github.com', 'https://api.github.com', 'hushed'],
  ['https://acme.ghe.com', 'https://api.acme.ghe.com', 'hushed'],
  ['https://git.example.com', 'https://git.example.com/api/v3', 'hushed'],
  ['https://gitlab.example.com', 'https://api.github.com', null],
  ['https://github.com.example.com', 'https://api.github.com', null],
])('%s gets the token of %s: %s', (gitBaseUrl, githubApiUrl, token) => {
  expect(gitOrigin({ ...told, gitBaseUrl, githubApiUrl })).toMatchObject({ token });
});

it('fetches nothing when nobody said from where, and knows its folder from anywhere', () => {
  expect(gitOrigin({ ...told, github: null })).toBeNull();
  expect(isAbsolute(gitOrigin(told)?.folder ?? '')).toBe(true);
});

it('tells git of proxies and programs, and of none of our secrets', () => {
  const env = { PATH: '/bin', HTTPS_PROXY: 'http://proxy:3128', GITHUB_TOKEN: 'hushed', DATABASE_URL: 'postgres://x' };

  expect(programEnvironment(env)).toEqual({ PATH: '/bin', HTTPS_PROXY: 'http://proxy:3128' });
});
