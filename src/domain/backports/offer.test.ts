import { describe, expect, it } from 'vitest';
import { aChange } from '../../../test/answers.ts';
import { type BackportContext, backportOf } from './offer.ts';
import type { Change } from '../change.ts';

const sha = '4f2a1c9'.padEnd(40, '0');
const context: BackportContext = {
  catalog: {
    environments: new Map([
      ['prod', 'production'],
      ['staging', 'staging'],
    ]),
    services: [
      {
        name: 'checkout',
        aliases: [],
        repository: 'acme/checkout',
        paths: [],
        configPaths: null,
        branches: { production: 'release', staging: 'main' },
        dependsOn: [],
        owners: [],
      },
    ],
    configPaths: [],
  },
  mirrors: new Map([['production', ['staging']]]),
  skippedStaging: false,
};

function fix(given: Partial<Change>): Change {
  return aChange({
    branch: 'hotfix/backoff',
    url: 'https://github.com/acme/checkout/deployments/1',
    commit: sha,
    ...given,
  });
}

describe('a fix that staging lacks', () => {
  it.each([
    [
      'a hotfix branch',
      {},
      'https://github.com/acme/checkout/compare/main...hotfix/backoff?expand=1',
      'Bring hotfix/backoff to main',
    ],
    [
      'the branch that production runs',
      { branch: 'release' },
      'https://github.com/acme/checkout/compare/main...release?expand=1',
      'Bring release to main',
    ],
    [
      'a branch with strange characters',
      { branch: 'hotfix/ä#1?' },
      'https://github.com/acme/checkout/compare/main...hotfix/%C3%A4%231%3F?expand=1',
      'Bring hotfix/ä#1? to main',
    ],
    [
      'a merge into the branch of production',
      { kind: 'merge', environment: null, branch: 'release' } as const,
      'https://github.com/acme/checkout/compare/main...release?expand=1',
      'Bring release to main',
    ],
    [
      'GitLab, in a group of groups',
      { repository: 'acme/shop/checkout', url: 'https://git.acme.example/acme/shop/checkout/-/jobs/7' },
      'https://git.acme.example/acme/shop/checkout/-/merge_requests/new?merge_request%5Bsource_branch%5D=hotfix%2Fbackoff&merge_request%5Btarget_branch%5D=main',
      'Bring hotfix/backoff to main',
    ],
    [
      'Azure DevOps',
      { url: 'https://dev.azure.com/acme/shop/_git/checkout/commit/4f2a1c9' },
      'https://dev.azure.com/acme/shop/_git/checkout/pullrequestcreate?sourceRef=hotfix%2Fbackoff&targetRef=main',
      'Bring hotfix/backoff to main',
    ],
  ])('that came by %s is offered to be brought there', (_, given, url, words) => {
    expect(backportOf(fix(given), context)).toEqual({ url, words });
  });

  it('is proposed to the default branch where nobody said what staging runs', () => {
    const change = fix({ service: 'ledger', repository: 'acme/ledger', url: 'https://github.com/acme/ledger/runs/1' });

    expect(backportOf(change, context)).toEqual({
      url: 'https://github.com/acme/ledger/compare/hotfix/backoff?expand=1',
      words: 'Bring hotfix/backoff to the default branch',
    });
  });

  it('that came by any branch is offered when it skipped staging', () => {
    expect(backportOf(fix({ branch: 'ada/try' }), context)).toBeNull();
    expect(backportOf(fix({ branch: 'ada/try' }), { ...context, skippedStaging: true })?.words).toBe(
      'Bring ada/try to main',
    );
  });

  it('of which only the commit is known can be looked at', () => {
    expect(backportOf(fix({ branch: null }), { ...context, skippedStaging: true })).toEqual({
      url: `https://github.com/acme/checkout/compare/main...${sha}`,
      words: 'See what 4f2a1c9 has and main has not',
    });
  });
});

describe('nothing is offered', () => {
  it.each<[string, Partial<Change>]>([
    ['came by the branch that staging runs', { branch: 'main' }],
    ['is a rollback', { kind: 'rollback' }],
    ['is a flag', { kind: 'flag' }],
    ['names no repository', { repository: null }],
    ['has no address of a git host', { url: 'https://argo.acme.example/applications/checkout' }],
    ['has an address with a password', { url: 'https://ada:pw@github.com/acme/checkout/runs/1' }],
  ])('for what %s', (_, given) => {
    expect(backportOf(fix(given), context)).toBeNull();
  });
});
