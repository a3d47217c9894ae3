import { z } from 'zod';
import type { Phase } from '../../domain/event.ts';
import { defined } from '../reading/defined.ts';
import { Id, name, text } from '../reading/fields.ts';
import { lookUp } from '../reading/look-up.ts';
import { ignored, told } from '../reading/reader.ts';
import { eventReader, keyOf, momentOf, placeOf, when } from './event.ts';

const phases: Readonly<Record<string, Phase>> = {
  OnDeploymentStart: 'started',
  OnDeploymentComplete: 'succeeded',
  OnDeploymentRolledBack: 'failed',
};

const Named = z.object({ Id: text(100), Name: text(200) }).nullish();

const Deployment = z.object({
  Type: text(100),
  Application: Named,
  Environment: Named,
  ConfigurationProfile: Named,
  DeploymentNumber: z.union([Id, name(50)]),
  ConfigurationVersion: text(100),
  Description: text(1000),
});

/** https://docs.aws.amazon.com/appconfig/latest/userguide/working-with-appconfig-extensions-about-predefined-notification-eventbridge.html */
export const readAppConfig = eventReader(Deployment, (detail, event, context) => {
  const phase = lookUp(phases, detail.Type ?? event.type.replaceAll(' ', ''));
  if (phase === undefined) return ignored(`an AppConfig deployment on its way (${event.type})`);
  const { Application: application, Environment: environment, ConfigurationProfile: profile } = detail;
  const deployment = keyOf(
    'appconfig',
    event.account,
    event.region,
    application?.Id,
    environment?.Id,
    detail.DeploymentNumber,
  );
  const version = detail.ConfigurationVersion;
  const rolledBack = phase === 'failed';
  return told({
    statement: {
      key: keyOf(deployment, phase, momentOf(event)),
      ...when(event, context),
      phase,
      kind: 'config',
      title: `configuration ${profile?.Name ?? profile?.Id ?? ''}${version === undefined ? '' : ` version ${version}`}`,
      ...placeOf(event, context, {
        within: [environment?.Name],
        place: environment?.Name,
        service: application?.Name,
      }),
      ...defined({
        to: version,
        reason: rolledBack ? 'AppConfig rolled the deployment back' : detail.Description,
      }),
    },
    identities: [{ type: 'deployment', value: deployment }],
    mentions: [],
  });
});
