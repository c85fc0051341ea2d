/** The alarm that bake makes for a rollout: it needs no running bake. Pure. */

export const STATISTICS = ['Sum', 'Average', 'Maximum', 'Minimum', 'SampleCount'] as const;

/** A metric that the instances publish with the dimensions AutoScalingGroupName and ImageId. */
export interface GuardMetric {
  readonly namespace: string;
  readonly metric: string;
  readonly statistic: (typeof STATISTICS)[number];
  /** More than this is an alarm. */
  readonly above: number;
  readonly periodSeconds: number;
}

/** What `PutMetricAlarm` is called with. */
export interface AlarmRequest {
  readonly AlarmName: string;
  readonly AlarmDescription: string;
  readonly Namespace: string;
  readonly MetricName: string;
  readonly Dimensions: ReadonlyArray<{ readonly Name: string; readonly Value: string }>;
  readonly Statistic: (typeof STATISTICS)[number];
  readonly Period: number;
  readonly EvaluationPeriods: number;
  readonly Threshold: number;
  readonly ComparisonOperator: 'GreaterThanThreshold';
  readonly TreatMissingData: 'notBreaching';
  readonly ActionsEnabled: false;
}

const LONGEST_NAME = 255;

/** One for each group: the next rollout's takes the place of one that was left behind. */
export function guardAlarmName(group: string): string {
  return `bake-rollout-${group}`.slice(0, LONGEST_NAME);
}

/** Of the new instances alone: those of another image publish with another dimension. */
export function guardAlarm(group: string, imageId: string, metric: GuardMetric): AlarmRequest {
  return {
    AlarmName: guardAlarmName(group),
    AlarmDescription: `Made by bake for the rollout of ${imageId}; may be deleted when that has ended.`,
    Namespace: metric.namespace,
    MetricName: metric.metric,
    Dimensions: [
      { Name: 'AutoScalingGroupName', Value: group },
      { Name: 'ImageId', Value: imageId },
    ],
    Statistic: metric.statistic,
    Period: metric.periodSeconds,
    EvaluationPeriods: 1,
    Threshold: metric.above,
    ComparisonOperator: 'GreaterThanThreshold',
    // Nothing is published before the first new instance; and a refresh starts with an alarm that is OK only.
    TreatMissingData: 'notBreaching',
    ActionsEnabled: false,
  };
}
