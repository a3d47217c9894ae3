import { describe, expect, it } from 'vitest';
import { parseQuestion } from './parse-question.ts';

const vocabulary = {
  environments: new Map(['prod', 'production'].map((name) => [name, 'production'])),
  services: new Map([['checkout', 'checkout']]),
};

interface Times {
  readonly from: string | null;
  readonly to: string | null;
  readonly notes: readonly string[];
}

/** The bounds of a window, whether it was said as one expression or as two. */
function timesOf(text: string, now: string, timezone: string): Times | string {
  const understood = parseQuestion(text, { now: new Date(now), timezone, vocabulary });
  if (understood.outcome !== 'question') return understood.outcome;
  const { since, until, notes } = understood.question;
  const end = until?.type === 'instant' ? until.at : since?.type === 'span' ? since.to : null;
  const start = since?.type === 'instant' ? since.at : since?.type === 'span' ? since.from : null;
  return { from: short(start), to: short(end), notes };
}

/** Seconds and milliseconds only where there are any. */
function short(at: Date | null): string | null {
  return at === null ? null : at.toISOString().replace(/(?::00)?\.000Z$/, 'Z');
}

const friday = '2026-11-20T16:13:00Z';

describe('a beginning', () => {
  it.each([
    ['2h', friday, 'Europe/London', '2026-11-20T14:13Z'],
    ['90m', friday, 'Asia/Kolkata', '2026-11-20T14:43Z'],
    ['45s', friday, 'UTC', '2026-11-20T16:12:15Z'],
    ['1h30m', friday, 'UTC', '2026-11-20T14:43Z'],
    ['2 hours', friday, 'UTC', '2026-11-20T14:13Z'],
    ['an hour ago', friday, 'UTC', '2026-11-20T15:13Z'],
    ['the last 2 hours', friday, 'UTC', '2026-11-20T14:13Z'],
    ['3d', friday, 'Europe/London', '2026-11-17T16:13Z'],
    ['1w', friday, 'Europe/London', '2026-11-13T16:13Z'],
    ['1 month', friday, 'Europe/London', '2026-10-20T15:13Z'],
    ['14h', friday, 'Europe/London', '2026-11-20T02:13Z'],
    ['14:00', friday, 'Europe/London', '2026-11-20T14:00Z'],
    ['14:00:30', friday, 'Europe/London', '2026-11-20T14:00:30Z'],
    ['14:00', friday, 'America/New_York', '2026-11-19T19:00Z'],
    ['14:00', friday, 'Asia/Kolkata', '2026-11-20T08:30Z'],
    ['14:00', '2026-11-20T13:00Z', 'UTC', '2026-11-19T14:00Z'],
    ['14:00', '2026-11-20T14:00:01Z', 'UTC', '2026-11-20T14:00Z'],
    ['2pm', friday, 'Europe/London', '2026-11-20T14:00Z'],
    ['2:30 p.m.', friday, 'Europe/London', '2026-11-20T14:30Z'],
    ['12am', friday, 'Europe/London', '2026-11-20T00:00Z'],
    ['12pm', friday, 'Europe/London', '2026-11-20T12:00Z'],
    ['noon', friday, 'Asia/Kolkata', '2026-11-20T06:30Z'],
    ['midnight', friday, 'Europe/London', '2026-11-20T00:00Z'],
    ['today', friday, 'Asia/Kolkata', '2026-11-19T18:30Z'],
    ['today', '2026-11-20T20:00Z', 'Asia/Kolkata', '2026-11-20T18:30Z'],
    ['yesterday', friday, 'America/New_York', '2026-11-19T05:00Z'],
    ['yesterday 15:00', friday, 'Europe/London', '2026-11-19T15:00Z'],
    ['yesterday at 3pm', friday, 'Pacific/Apia', '2026-11-20T02:00Z'],
    ['yesterday 14h', friday, 'UTC', '2026-11-19T14:00Z'],
    ['yesterday midnight', friday, 'UTC', '2026-11-19T00:00Z'],
    ['yesterday 24:00', friday, 'UTC', '2026-11-20T00:00Z'],
    ['the day before yesterday', friday, 'UTC', '2026-11-18T00:00Z'],
    ['2 days ago at 15:00', friday, 'UTC', '2026-11-18T15:00Z'],
    ['2 days ago', friday, 'UTC', '2026-11-18T16:13Z'],
    ['this morning', friday, 'UTC', '2026-11-20T06:00Z'],
    ['last night', friday, 'UTC', '2026-11-19T18:00Z'],
    ['yesterday evening', friday, 'UTC', '2026-11-19T18:00Z'],
    ['this week', friday, 'UTC', '2026-11-16T00:00Z'],
    ['this month', friday, 'UTC', '2026-11-01T00:00Z'],
    ['friday', friday, 'UTC', '2026-11-20T00:00Z'],
    ['last friday', friday, 'UTC', '2026-11-13T00:00Z'],
    ['last friday', '2026-11-24T10:00Z', 'UTC', '2026-11-20T00:00Z'],
    ['saturday', friday, 'UTC', '2026-11-14T00:00Z'],
    ['monday 9am', friday, 'Europe/London', '2026-11-16T09:00Z'],
    ['9am on monday', friday, 'Europe/London', '2026-11-16T09:00Z'],
    ['friday 17:00', friday, 'UTC', '2026-11-13T17:00Z'],
    ['friday 16:00', friday, 'UTC', '2026-11-20T16:00Z'],
    ['2026-11-20', friday, 'America/New_York', '2026-11-20T05:00Z'],
    ['20261118', friday, 'UTC', '2026-11-18T00:00Z'],
    ['2026-11-20T14:05Z', friday, 'America/New_York', '2026-11-20T14:05Z'],
    ['2026-11-20T14:05:06.789Z', friday, 'UTC', '2026-11-20T14:05:06.789Z'],
    ['2026-11-20T14:05+05:30', friday, 'UTC', '2026-11-20T08:35Z'],
    ['2026-11-20T09:05', friday, 'America/New_York', '2026-11-20T14:05Z'],
    ['2026-11-20 14:05', friday, 'Europe/London', '2026-11-20T14:05Z'],
    ['20 nov', friday, 'UTC', '2026-11-20T00:00Z'],
    ['Nov 18th 2pm', friday, 'UTC', '2026-11-18T14:00Z'],
    ['Wed 18 November 2026', friday, 'UTC', '2026-11-18T00:00Z'],
    ['24 dec', friday, 'UTC', '2025-12-24T00:00Z'],
    ['29 feb', friday, 'UTC', '2024-02-29T00:00Z'],
    ['18.11.2026', friday, 'UTC', '2026-11-18T00:00Z'],
    ['18/11/2026', friday, 'America/New_York', '2026-11-18T05:00Z'],
    ['03/04/2026', friday, 'Europe/London', '2026-04-02T23:00Z'],
    ['03/04/2026', friday, 'America/New_York', '2026-03-04T05:00Z'],
    ['1763646300', friday, 'UTC', '2025-11-20T13:45Z'],
    ['1763646300000', friday, 'UTC', '2025-11-20T13:45Z'],
    ['1763646300.123456', friday, 'UTC', '2025-11-20T13:45:00.123Z'],
    ['<!date^1763646300^{date} {time}|some day>', friday, 'UTC', '2025-11-20T13:45Z'],
    ['14:00 UTC', friday, 'Asia/Kolkata', '2026-11-20T14:00Z'],
    ['14:00Z', friday, 'Asia/Kolkata', '2026-11-20T14:00Z'],
    ['14:00 CET', friday, 'UTC', '2026-11-20T13:00Z'],
    ['9am PT', '2026-07-20T18:00Z', 'UTC', '2026-07-20T16:00Z'],
    ['9am PST', '2026-07-20T18:00Z', 'UTC', '2026-07-20T17:00Z'],
    ['14:00 UTC+2', friday, 'UTC', '2026-11-20T12:00Z'],
    ['yesterday 15:00 Europe/London', '2026-07-20T10:00Z', 'UTC', '2026-07-19T14:00Z'],
    ['15:00 in prod UTC', friday, 'Asia/Kolkata', '2026-11-20T15:00Z'],
    ['yesterday in prod 15:00', friday, 'UTC', '2026-11-19T15:00Z'],
    ['15:00 in prod yesterday', friday, 'UTC', '2026-11-19T15:00Z'],
    ['yesterday in prod at 15:00', friday, 'UTC', '2026-11-19T15:00Z'],
    ['since:2h', friday, 'UTC', '2026-11-20T14:13Z'],
    ['from:14:00', friday, 'UTC', '2026-11-20T14:00Z'],
    ['after 14:00', friday, 'UTC', '2026-11-20T14:00Z'],
    ['since at 14:00', friday, 'UTC', '2026-11-20T14:00Z'],
    ['since since 2h', friday, 'UTC', '2026-11-20T14:13Z'],
    ['15:00 until now', friday, 'UTC', '2026-11-20T15:00Z'],
  ])('%s at %s in %s is %s', (text, now, timezone, from) => {
    expect(timesOf(text, now, timezone)).toMatchObject({ from, to: null });
    expect(timesOf(`since ${text.replace(/^(?:since:|from:|since|after)\s?/, '')}`, now, timezone)).toMatchObject({
      from,
      to: null,
    });
  });
});

describe('where clocks change', () => {
  it.each([
    // Spring: 01:30 does not exist in London on 29 March 2026.
    [
      '01:30',
      '2026-03-29T10:00Z',
      'Europe/London',
      '2026-03-29T01:30Z',
      '01:30 does not exist today; 02:30 was taken.',
    ],
    [
      'yesterday 02:30',
      '2026-03-09T12:00Z',
      'America/New_York',
      '2026-03-08T07:30Z',
      'does not exist yesterday; 03:30',
    ],
    ['02:15', '2026-10-04T01:00Z', 'Australia/Lord_Howe', '2026-10-03T15:45Z', '02:15 does not exist today; 02:45'],
    [
      '2011-12-30 12:00',
      friday,
      'Pacific/Apia',
      '2011-12-30T22:00Z',
      'does not exist on Fri 30 Dec 2011; Sat 31 Dec 2011 12:00',
    ],
    // Autumn: 01:30 comes twice in London on 25 October 2026.
    ['01:30', '2026-10-25T10:00Z', 'Europe/London', '2026-10-25T00:30Z', '01:30 happens twice today; the earlier one'],
    ['01:30', '2026-10-25T01:00Z', 'Europe/London', '2026-10-25T00:30Z', '01:30 happens twice today; the earlier one'],
    ['yesterday 01:30', '2026-11-02T12:00Z', 'America/New_York', '2026-11-01T05:30Z', 'the earlier one was taken'],
    ['01:45', '2026-04-05T01:00Z', 'Australia/Lord_Howe', '2026-04-04T14:45Z', '01:45 happens twice'],
    [
      '1d',
      '2026-03-30T00:30Z',
      'Europe/London',
      '2026-03-29T01:30Z',
      'Counted from yesterday 02:30: the clocks went forward',
    ],
    ['1d', '2026-10-26T01:30Z', 'Europe/London', '2026-10-25T00:30Z', 'it happens twice and this is the earlier one'],
  ])('%s at %s in %s is %s, and says so', (text, now, timezone, from, note) => {
    const times = timesOf(text, now, timezone);

    expect(times).toMatchObject({ from });
    expect(times).toMatchObject({ notes: [expect.stringContaining(note)] });
  });

  it.each([
    ['3d', '2026-03-30T08:00Z', 'Europe/London', '2026-03-27T09:00Z'],
    ['72h', '2026-03-30T08:00Z', 'Europe/London', '2026-03-27T08:00Z'],
    ['1w', '2026-11-04T14:00Z', 'America/New_York', '2026-10-28T13:00Z'],
    ['24h', '2026-10-04T01:00Z', 'Australia/Lord_Howe', '2026-10-03T01:00Z'],
    ['1d', '2026-10-04T01:00Z', 'Australia/Lord_Howe', '2026-10-03T01:30Z'],
    ['today', '2026-03-29T10:00Z', 'Europe/London', '2026-03-29T00:00Z'],
    ['today', '2026-04-24T10:00Z', 'Africa/Cairo', '2026-04-23T22:00Z'],
    ['2h', '2026-03-29T02:00Z', 'Europe/London', '2026-03-29T00:00Z'],
  ])('%s at %s in %s is %s without a word', (text, now, timezone, from) => {
    expect(timesOf(text, now, timezone)).toEqual({ from, to: null, notes: [] });
  });

  it('takes the later of two ends, unless it is still to come', () => {
    const day = 'since 2026-10-25 00:00 until';

    expect(timesOf(`${day} 01:30`, '2026-10-25T10:00Z', 'Europe/London')).toMatchObject({ to: '2026-10-25T01:30Z' });
    expect(timesOf('since 3h until today 01:30', '2026-10-25T01:10Z', 'Europe/London')).toMatchObject({
      to: '2026-10-25T00:30Z',
    });
  });
});

describe('a window', () => {
  it.each([
    ['14:00 to 15:00', friday, '2026-11-20T14:00Z', '2026-11-20T15:00Z'],
    ['14:00-15:00', friday, '2026-11-20T14:00Z', '2026-11-20T15:00Z'],
    ['14:00 - 15:00', friday, '2026-11-20T14:00Z', '2026-11-20T15:00Z'],
    ['2-4pm', friday, '2026-11-20T14:00Z', '2026-11-20T16:00Z'],
    ['between 14:00 and 15:00', friday, '2026-11-20T14:00Z', '2026-11-20T15:00Z'],
    ['between 14h and 15h', friday, '2026-11-20T14:00Z', '2026-11-20T15:00Z'],
    ['from 14:00 to 15:00', friday, '2026-11-20T14:00Z', '2026-11-20T15:00Z'],
    ['since 14:00 until 15:00', friday, '2026-11-20T14:00Z', '2026-11-20T15:00Z'],
    ['14:00 to 15:00', '2026-11-20T13:00Z', '2026-11-19T14:00Z', '2026-11-19T15:00Z'],
    ['14:00 to 15:00', '2026-11-20T14:30Z', '2026-11-20T14:00Z', '2026-11-20T14:30Z'],
    ['22:00 to 06:00', friday, '2026-11-19T22:00Z', '2026-11-20T06:00Z'],
    ['22:00 to 06:00', '2026-11-20T23:00Z', '2026-11-19T22:00Z', '2026-11-20T06:00Z'],
    ['yesterday 23:00 to 01:00', friday, '2026-11-19T23:00Z', '2026-11-20T01:00Z'],
    ['yesterday 14:00 to 15:00', friday, '2026-11-19T14:00Z', '2026-11-19T15:00Z'],
    ['14:00 to 15:00 yesterday', friday, '2026-11-19T14:00Z', '2026-11-19T15:00Z'],
    ['yesterday between 14:00 and 15:00', friday, '2026-11-19T14:00Z', '2026-11-19T15:00Z'],
    ['14:00 to 15:00 CET', friday, '2026-11-20T13:00Z', '2026-11-20T14:00Z'],
    ['3h until 1h', friday, '2026-11-20T13:13Z', '2026-11-20T15:13Z'],
    ['2026-11-18..2026-11-19', friday, '2026-11-18T00:00Z', '2026-11-20T00:00Z'],
    ['since monday until wednesday', friday, '2026-11-16T00:00Z', '2026-11-19T00:00Z'],
    ['since yesterday until today', friday, '2026-11-19T00:00Z', '2026-11-20T16:13Z'],
    ['since 2026-11-20T10:00Z until 2026-11-20T12:00Z', friday, '2026-11-20T10:00Z', '2026-11-20T12:00Z'],
    ['until 14:00 since 12:00', friday, '2026-11-20T12:00Z', '2026-11-20T14:00Z'],
    ['around 14:05', friday, '2026-11-20T13:50Z', '2026-11-20T14:20Z'],
    ['~14:05', friday, '2026-11-20T13:50Z', '2026-11-20T14:20Z'],
    ['since around 14:05', friday, '2026-11-20T13:50Z', '2026-11-20T14:20Z'],
    ['around yesterday 14:05', friday, '2026-11-19T13:50Z', '2026-11-19T14:20Z'],
    ['around 14:05 yesterday', friday, '2026-11-19T13:50Z', '2026-11-19T14:20Z'],
    ['around 16:10', friday, '2026-11-20T15:55Z', '2026-11-20T16:13Z'],
    ['what broke at 14:00', friday, '2026-11-20T13:45Z', '2026-11-20T14:15Z'],
    ['what changed on monday', friday, '2026-11-16T00:00Z', '2026-11-17T00:00Z'],
    ['until 14:00', friday, null, '2026-11-20T14:00Z'],
  ])('%s at %s is %s to %s', (text, now, from, to) => {
    expect(timesOf(text, now, 'UTC')).toMatchObject({ from, to });
  });
});

describe('what cannot be', () => {
  it.each([
    ['tomorrow', 'still to come'],
    ['today 17:00', 'still to come'],
    ['2026-12-01', 'still to come'],
    ['2026-11-20T16:13:00Z', 'still to come'],
    ['0h', 'still to come'],
    ['2026-02-30', 'not a date'],
    ['2026-13-01', 'not a date'],
    ['31/11/2026', 'not a date'],
    ['25:00', 'not a time of day'],
    ['14:60', 'not a time of day'],
    ['100y', 'before 1970'],
    ['99999y', 'before 1970'],
    ['1969-12-31', 'before 1970'],
    ['1h until 3h', 'before it begins'],
    ['14:00 until 13:00', 'before it begins'],
    ['15:00 until 14:00', 'before it begins'],
    ['2026-11-20 until 2026-11-19', 'before it begins'],
    ['2h 3h', 'two times'],
    ['2h until 1h until 30m', 'two ends'],
    ['2h before 14:00', 'I cannot count'],
    ['since', 'needs a time'],
    ['2h until', 'needs a time'],
    ['between 14:00', 'two times'],
    ['5', 'needs a unit'],
    ['last 3 deploys', 'After “last”'],
  ])('%s is refused: %s', (text, problem) => {
    const understood = parseQuestion(text, { now: new Date(friday), timezone: 'UTC', vocabulary });

    expect(understood).toMatchObject({ outcome: 'not-understood', problem: expect.stringContaining(problem) });
  });

  it('offers the window the other way round', () => {
    const understood = parseQuestion('1h until 3h in prod', { now: new Date(friday), timezone: 'UTC', vocabulary });

    expect(understood).toMatchObject({ examples: expect.arrayContaining(['since 3h until 1h in production']) });
  });
});

describe('what is ambiguous', () => {
  it.each([
    ['14h', 'for the time of day write 14:00'],
    ['17:00', 'still to come today, so yesterday’s was taken'],
    ['friday', '“friday” was read as today'],
    ['friday 17:00', 'the one before was taken'],
    ['last week', 'one week back'],
    ['03/04/2026', '2026-04-03'],
    ['14:00 IST', 'India'],
    ['since monday until wednesday', 'until the end of that day'],
    ['15:00 until 18:00', 'up to now'],
    ['what broke at 14:00', '15 minutes to each side'],
  ])('%s is decided, and says so: %s', (text, note) => {
    expect(timesOf(text, friday, 'UTC')).toMatchObject({ notes: [expect.stringContaining(note)] });
  });
});

it('counts a time zone that does not exist as UTC, and says so', () => {
  const times = timesOf('14:00', friday, 'Mars/Olympus');

  expect(times).toMatchObject({ from: '2026-11-20T14:00Z', notes: [expect.stringContaining('Mars/Olympus')] });
});
