/** Every file of an image's OSSEC layer that is rendered, by its name in the step's folder. Pure. */

import type { OssecConfig } from './config.ts';
import { OWN_RULE_FILE, renderOwnRules } from './own-rules.ts';
import { renderOssecConf } from './render-conf.ts';
import { renderMaintenance, renderNotify, renderPorts } from './render-notify.ts';
import { renderInternalOptions } from './render-options.ts';

export interface RenderedFile {
  readonly path: string;
  readonly content: string;
}

export function ossecFiles(config: OssecConfig): RenderedFile[] {
  return [
    { path: 'ossec.conf', content: renderOssecConf(config) },
    { path: OWN_RULE_FILE, content: renderOwnRules(config) },
    ...localRules(config),
    { path: 'local_internal_options.conf', content: renderInternalOptions() },
    { path: 'notify.json', content: renderNotify(config) },
    { path: 'ports.allow', content: renderPorts(config) },
    { path: 'maintenance.json', content: renderMaintenance(config) },
    ...ruleTests(config),
  ];
}

/** The fleet's own rules as they are written, then the role's. */
function localRules({ localRules: files }: OssecConfig): RenderedFile[] {
  if (files.length === 0) return [];
  const content = files.map(({ text }) => (text.endsWith('\n') ? text : `${text}\n`)).join('');
  return [{ path: 'local_rules.xml', content }];
}

/** For the builder's check; nothing of it is kept in the image. */
function ruleTests({ ruleTests: tests }: OssecConfig): RenderedFile[] {
  if (tests.length === 0) return [];
  return [{ path: 'rule-tests.json', content: `${JSON.stringify(tests, undefined, 2)}\n` }];
}
