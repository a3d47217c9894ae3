import { z } from 'zod';
import type { Phase } from '../../domain/event.ts';
import { outsideText } from '../../domain/outside-text.ts';
import { defined } from '../reading/defined.ts';
import { environmentIn } from '../reading/deploy-name.ts';
import { name, text } from '../reading/fields.ts';
import { lookUp } from '../reading/look-up.ts';
import { type ReaderContext, ignored, reader, told } from '../reading/reader.ts';
import type { Parsed } from '../reading/source.ts';
import { lastPart } from './cdevent.ts';
import { eventAbout } from './context.ts';
import type { CloudEvent } from './envelope.ts';

/** https://learn.microsoft.com/azure/event-grid/system-topics */
export function readAzure(event: CloudEvent, context: ReaderContext): Parsed {
  const [, done, how] =
    /^Microsoft\.Resources\.Resource(Write|Delete|Action)(Success|Failure|Cancel)$/i.exec(event.type) ?? [];
  if (done !== undefined && how !== undefined) return readResource(event, how.toLowerCase(), context);
  const [, edit] = /^Microsoft\.AppConfiguration\.KeyValue(Modified|Deleted)$/i.exec(event.type) ?? [];
  if (edit !== undefined) return readKeyValue(event, edit.toLowerCase(), context);
  if (/^Microsoft\.KeyVault\.SecretNewVersionCreated$/i.test(event.type)) return readSecret(event, context);
  return ignored(`${event.type} is not tracked`);
}

const phases: Readonly<Record<string, Phase>> = { success: 'succeeded', failure: 'failed', cancel: 'cancelled' };

/** Actions are mostly reads (`listKeys/action`): these change what runs. */
const actions =
  /\/(?:restart|start|stop|powerOff|deallocate|redeploy|failover|swap|slotsswap|apply\w*|run\w*|rotate\w*|regenerate\w*)\/action$/i;

const Resource = z.object({
  operationName: name(300),
  resourceUri: text(1000),
  claims: z.record(z.string(), z.unknown()).nullish(),
});

function readResource(event: CloudEvent, how: string, context: ReaderContext): Parsed {
  return reader(Resource, ({ operationName, resourceUri, claims }) => {
    if (/\/action$/i.test(operationName) && !actions.test(operationName))
      return ignored('an action that changes nothing');
    const resource = resourceUri ?? event.subject ?? '';
    const group = /\/resourceGroups\/([^/]+)/i.exec(resource)?.[1];
    const person = Object.entries(claims ?? {}).find(([claim]) =>
      /(?:\/upn|\/name|^name|^upn|\/emailaddress)$/i.test(claim),
    )?.[1];
    const statement = {
      kind: 'infrastructure' as const,
      phase: lookUp(phases, how) ?? 'happened',
      title: `${operationName} on ${lastPart(resource)}`,
      details: defined({ resource, group }),
      ...defined({
        environmentName: environmentIn(group ?? '', context.catalog.environments) ?? undefined,
        actor: personOf(person),
      }),
    };
    return told(eventAbout(event, context, statement));
  })(event.data, context);
}

function personOf(claim: unknown) {
  const name = outsideText(claim, 200);
  return name === undefined ? undefined : { name };
}

const KeyValue = z.object({ key: name(300), label: text(200) });

function readKeyValue(event: CloudEvent, edit: string, context: ReaderContext): Parsed {
  return reader(KeyValue, ({ key, label }) => {
    const environment = environmentIn(label ?? '', context.catalog.environments) ?? undefined;
    const title = `setting ${key} ${edit === 'deleted' ? 'deleted' : 'set'} in ${lastPart(event.source)}`;
    const statement = { kind: 'config' as const, phase: 'happened' as const, title };
    return told(eventAbout(event, context, { ...statement, ...defined({ environmentName: environment }) }));
  })(event.data, context);
}

const Secret = z.object({ ObjectName: name(300), VaultName: text(200) });

function readSecret(event: CloudEvent, context: ReaderContext): Parsed {
  return reader(Secret, ({ ObjectName: secret, VaultName: vault }) => {
    const title = `secret ${secret} has a new version${vault === undefined ? '' : ` in vault ${vault}`}`;
    return told(eventAbout(event, context, { kind: 'config', phase: 'happened', title }));
  })(event.data, context);
}
