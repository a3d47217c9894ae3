import { describe, expect, it } from 'vitest';
import { versionOf } from './version.ts';

describe('versionOf', () => {
  it.each([
    'v1.42.0',
    '1.42.0',
    '1.42',
    'v7',
    'V2.0',
    'v1.42.0-rc.1',
    '1.42.0+build.5',
    '20261120.1',
    'checkout-v1.42.0',
    'checkout_1.42.0',
    'services/checkout/v1.42',
    'checkout@1.42.0',
    'release-1.42.0',
  ])('takes %s as a version', (ref) => {
    expect(versionOf(ref)).toBe(ref);
  });

  it.each([
    'main',
    '',
    '7',
    'release/1.42.0',
    'hotfix/v1.42.1',
    'feature-2.0',
    'feature-v2',
    'python3.12',
    'v2-fixes',
    'f95f852bd8fca8fcc58a9a2d6c842781e32a215e',
    `1${'.1'.repeat(120)}!`,
  ])('takes %s as none', (ref) => {
    expect(versionOf(ref)).toBeUndefined();
  });
});
