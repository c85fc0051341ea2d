/** Where AWS documents what the model does. Rules cite a key of this table, and so do the worked cases. */

const GUIDE = 'https://docs.aws.amazon.com/autoscaling/ec2/userguide';
const API = 'https://docs.aws.amazon.com/autoscaling/ec2/APIReference';

export const SOURCES = {
  overview: `${GUIDE}/instance-refresh-overview.html#instance-refresh-how-it-works`,
  concepts: `${GUIDE}/instance-refresh-overview.html#instance-refresh-core-concepts`,
  limitations: `${GUIDE}/instance-refresh-overview.html#instance-refresh-limitations`,
  defaults: `${GUIDE}/understand-instance-refresh-default-values.html`,
  checkpoints: `${GUIDE}/asg-adding-checkpoints-instance-refresh.html#instance-refresh-checkpoints-how-it-works`,
  'checkpoint-considerations': `${GUIDE}/asg-adding-checkpoints-instance-refresh.html#instance-refresh-checkpoints-considerations`,
  'checkpoint-usage': `${GUIDE}/enable-checkpoints-console-cli.html`,
  'skip-matching': `${GUIDE}/asg-instance-refresh-skip-matching.html`,
  rollback: `${GUIDE}/instance-refresh-rollback.html#instance-refresh-rollback-considerations`,
  'auto-rollback': `${GUIDE}/instance-refresh-rollback.html#instance-refresh-using-auto-rollback`,
  cancel: `${GUIDE}/cancel-instance-refresh.html`,
  status: `${GUIDE}/check-status-instance-refresh.html#instance-refresh-statuses`,
  'maintenance-policy': `${GUIDE}/instance-maintenance-policy-overview-and-considerations.html`,
  standby: `${GUIDE}/as-enter-exit-standby.html`,
  protection: `${GUIDE}/ec2-auto-scaling-instance-protection.html`,
  preferences: `${API}/API_RefreshPreferences.html`,
  refresh: `${API}/API_InstanceRefresh.html`,
  start: `${API}/API_StartInstanceRefresh.html`,
  'cancel-call': `${API}/API_CancelInstanceRefresh.html`,
  'rollback-call': `${API}/API_RollbackInstanceRefresh.html`,
} as const;

export type Source = keyof typeof SOURCES;
