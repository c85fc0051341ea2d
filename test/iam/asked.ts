/**
 * What AWS asks for where a call is made: most calls ask for the action of their own name, and these for another one or
 * for more. From the service authorization reference; nothing of it was tried on AWS.
 */

const ASKED: Readonly<Record<string, readonly string[]>> = {
  // Everything is tagged by the call that makes it.
  'ec2:CreateImage': ['ec2:CreateImage', 'ec2:CreateTags'],
  'ec2:CreateKeyPair': ['ec2:CreateKeyPair', 'ec2:CreateTags'],
  'ec2:CreateSecurityGroup': ['ec2:CreateSecurityGroup', 'ec2:CreateTags'],
  'ec2:RunInstances': ['ec2:CreateTags', 'ec2:RunInstances'],
  // `CopyImageTags`; the key of a copy is used by EC2 in the caller's name.
  'ec2:CopyImage': ['ec2:CopyImage', 'ec2:CreateTags'],
  // `DeleteAssociatedSnapshots`.
  'ec2:DeregisterImage': ['ec2:DeleteSnapshot', 'ec2:DeregisterImage'],
  // Of a group with a launch template, whose instances get tags.
  'autoscaling:StartInstanceRefresh': [
    'autoscaling:StartInstanceRefresh',
    'ec2:CreateTags',
    'ec2:RunInstances',
  ],
  // Who may not list a bucket is denied what isn't there, instead of told.
  's3:GetObject': ['s3:GetObject', 's3:ListBucket'],
  's3:HeadObject': ['s3:GetObject', 's3:ListBucket'],
  's3:ListObjectsV2': ['s3:ListBucket'],
  's3:ListObjects': ['s3:ListBucket'],
  // Everybody may ask who he is.
  'sts:GetCallerIdentity': [],
};

/** The actions that calls ask for, sorted. */
export function asked(calls: readonly string[]): string[] {
  return [...new Set(calls.flatMap((call) => ASKED[call] ?? [inPolicies(call)]))].toSorted();
}

/** CloudWatch signs its calls with a name that policies don't know. */
function inPolicies(call: string): string {
  return call.replace(/^monitoring:/, 'cloudwatch:');
}
