import type { Browser, Page as Tab } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findChromium, startBrowser } from '../browser.ts';
import { startTestWorkspace, type TestWorkspace } from '../slack/test-workspace.ts';
import { startPage, type Page } from './server.ts';

const chromium = findChromium();

describe.skipIf(chromium === null)('channels and messages in the page', () => {
  let workspace: TestWorkspace;
  let page: Page;
  let browser: Browser;
  let tab: Tab;

  beforeAll(async () => {
    [workspace, browser] = await Promise.all([startTestWorkspace(), startBrowser(chromium ?? '')]);
    const shortcuts = [{ callbackId: 'add_to_incident', name: 'Add to incident', type: 'message' } as const];
    page = await startPage(workspace.slack, { port: 0, shortcuts });
    tab = await browser.newPage();
    await tab.goto(`${page.url}?viewer=ada&place=incidents`);
  }, 60_000);

  afterAll(async () => {
    await browser?.close();
    await page?.close();
    await workspace?.close();
  });

  it('creates a private channel, opens it and invites the bot', async () => {
    await tab.getByText('+ Add a channel').click();
    await tab.getByRole('textbox', { name: 'Name' }).fill('Inc 7 payments');
    await tab.getByRole('checkbox', { name: 'Private' }).check();
    await tab.getByRole('button', { name: 'Create' }).click();
    await tab.getByRole('heading', { name: 'inc-7-payments (private)' }).waitFor();

    await tab.getByRole('button', { name: 'Invite Sincewhen' }).click();

    await tab.getByText('Sincewhen has joined the channel').waitFor();
    expect(workspace.kinds()).toContain('member_joined_channel');
    expect(workspace.slack.workspace.channels.at(-1)).toMatchObject({
      name: 'inc-7-payments',
      private: true,
      bot: true,
    });
  });

  it('does not show a private channel to others', async () => {
    await tab.getByLabel('You are').selectOption('grace');
    await tab.getByRole('button', { name: '# random' }).waitFor();

    await expect.poll(() => tab.getByText('inc-7-payments').count()).toBe(0);
    await tab.getByLabel('You are').selectOption('ada');
  });

  it('reacts, takes the reaction back, pins, and offers message shortcuts', async () => {
    const { slack, events, forget } = workspace;
    await slack.say('rolled back', { user: 'grace', channel: 'incidents' });
    await tab.getByRole('button', { name: '# incidents' }).click();
    const message = tab.getByRole('article').last();
    await message.getByText('rolled back').waitFor();
    forget();

    await message.hover();
    await message.getByRole('button', { name: 'React with pushpin' }).click();
    await message.getByRole('button', { name: 'pushpin, 1' }).click();
    await expect.poll(() => message.getByRole('button', { name: 'pushpin, 1' }).count()).toBe(0);
    await message.hover();
    await message.getByLabel('More actions').click();
    await message.getByRole('button', { name: 'Pin to channel' }).click();
    await tab.getByText('1 pinned').waitFor();
    await message.hover();
    await message.getByLabel('More actions').click();
    await message.getByRole('button', { name: 'Add to incident' }).click();

    await expect
      .poll(() => workspace.app.bodies.at(-1))
      .toMatchObject({
        type: 'message_action',
        callback_id: 'add_to_incident',
        message: { text: 'rolled back' },
      });
    expect(events().map(({ type }) => type)).toEqual(['reaction_added', 'reaction_removed', 'pin_added']);
    expect(slack.pinned('incidents')).toMatchObject([{ text: 'rolled back' }]);
  });

  it('archives a channel, after which nobody writes there', async () => {
    await tab.getByRole('button', { name: 'inc-7-payments' }).click();
    await tab.getByLabel('Channel actions').click();
    await tab.getByRole('button', { name: 'Archive', exact: true }).click();

    await tab.getByRole('button', { name: 'inc-7-payments (private) (archived)' }).waitFor();
    expect(await tab.getByRole('textbox', { name: /^Message/ }).count()).toBe(0);
    await expect.poll(workspace.kinds).toContain('group_archive');
  });

  it('says why a channel cannot be created', async () => {
    await tab.getByText('+ Add a channel').click();
    await tab.getByRole('textbox', { name: 'Name' }).fill('incidents');
    await tab.getByRole('button', { name: 'Create' }).click();

    await expect.poll(() => tab.getByRole('status').innerText()).toContain('name_taken');
  });

  it('does for nobody what the page does not offer', async () => {
    const post = (act: string, body: object) =>
      fetch(page.url.replace(/\/playground$/, `/playground/${act}`), {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ viewer: 'ada', place: 'incidents', ...body }),
      });
    const [message] = workspace.slack.messages('incidents', 'ada');

    expect((await post('delete', { message: message?.ts })).status).toBe(500);
    expect((await post('constructor', {})).status).toBe(500);
    expect(workspace.slack.messages('incidents', 'ada')).toHaveLength(1);
  });
});
