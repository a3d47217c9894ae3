import { expect, it } from 'vitest';
import { hostOf } from './backport-pulls.ts';

const settings = { backports: { open_pull_requests: true } };
const environment = {
  gitBaseUrl: 'https://github.com',
  githubApiUrl: 'https://api.github.com',
  github: { kind: 'token', token: 'hushed' },
} as const;

it.each([
  ['GitHub', {}],
  ['GitHub Enterprise', { gitBaseUrl: 'https://git.acme.example', githubApiUrl: 'https://git.acme.example/api/v3' }],
  ['a folder of bare repositories', { gitBaseUrl: 'file:///srv/git' }],
])('with a token for it, pull requests are opened for what comes from %s', (_, other) => {
  expect(hostOf({ environment: { ...environment, ...other }, settings })).toMatchObject({ outcome: 'host' });
});

it.each([
  ['nothing gives access', { environment: { ...environment, github: null }, settings }, 'set GITHUB_TOKEN'],
  ['the settings say so', { environment, settings: { backports: { open_pull_requests: false } } }, 'The settings say'],
  [
    'repositories come from elsewhere',
    { environment: { ...environment, gitBaseUrl: 'https://gitlab.acme.example' }, settings },
    'Repositories come from gitlab.acme.example',
  ],
])('none are opened where %s, and that is said', (_, given, why) => {
  expect(hostOf(given)).toEqual({
    outcome: 'none',
    why: expect.stringContaining(why),
    opening: why.includes('gitlab') ? 'push' : 'person',
  });
});
