import { expect, it } from 'vitest';
import type { Severity } from '../signal.ts';
import { severityOf } from './severity.ts';

const nothing = { incidentSeverity: null, fixedIncident: false, titles: [], files: [] };

it.each([
  ['Fix CVE-2026-12345 in the parser', 'is about security: "cve-2026-12345" is in its title'],
  ['Escape names: XSS on the order page', 'is about security: "xss" is in its title'],
  ['Stop SQL injection by sort order', 'is about security: "sql injection" is in its title'],
  ['Do not log: leaks the token', 'is about security: "leaks the token" is in its title'],
  ['Bump lib to fix a vulnerability', 'is about security: "vulnerability" is in its title'],
  ['Close an authentication bypass', 'is about security: "authentication bypass" is in its title'],
])('"%s" is severe: it %s', (title, reason) => {
  expect(severityOf({ title, fact: null }, nothing)).toEqual({ severity: 'high', reason });
});

it.each(['Cap batch size', 'Inject the clock', 'Rename secretary', 'Secure a better rate', 'Show the search source'])(
  '"%s" is not',
  (title) => {
    expect(severityOf({ title, fact: null }, { ...nothing, titles: [title] })).toEqual({
      severity: 'normal',
      reason: null,
    });
  },
);

it('says so of a commit of it, of a migration and of a schema', () => {
  const backport = { title: 'Retry', fact: null };
  expect([
    severityOf(backport, { ...nothing, titles: ['Retry', 'Fix CSRF'] }).severity,
    severityOf(backport, { ...nothing, files: ['src/a.ts', 'db/migrate/20261120_add_index.rb'] }).reason,
    severityOf(backport, { ...nothing, files: ['test/fixtures/migrations/1.sql'] }).severity,
    severityOf({ title: 'orders.total', fact: { facet: 'schema', key: 'orders.total', all: [] } }, nothing).reason,
  ]).toEqual([
    'high',
    'migrates a database: it touches db/migrate/20261120_add_index.rb',
    'normal',
    'is about the database schema',
  ]);
});

it.each<[Severity | null, string]>([
  ['critical', 'high'],
  ['error', 'high'],
  ['warning', 'normal'],
  ['info', 'normal'],
  [null, 'normal'],
])('a fix of an incident of severity %s is %s', (incidentSeverity, severity) => {
  expect(severityOf({ title: 'Retry', fact: null }, { ...nothing, incidentSeverity }).severity).toBe(severity);
});

it('says that it fixed an incident only where that is known', () => {
  const reason = (fixedIncident: boolean) =>
    severityOf({ title: 'Retry', fact: null }, { ...nothing, incidentSeverity: 'error', fixedIncident }).reason;

  expect([reason(true), reason(false)]).toEqual([
    'fixed an incident of severity error',
    'came during an incident of severity error',
  ]);
});
