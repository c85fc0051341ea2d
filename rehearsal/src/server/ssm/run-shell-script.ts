/** AWS's own document that runs any commands as root, as far as anybody here uses it. */

export const RUN_SHELL_SCRIPT = 'AWS-RunShellScript';

export const RUN_SHELL_SCRIPT_CONTENT = JSON.stringify({
  schemaVersion: '2.2',
  description: 'Run a shell script or specify the commands to run.',
  parameters: {
    commands: { type: 'StringList', description: 'The shell script or commands to run.', minItems: 1 },
    workingDirectory: { type: 'String', default: '', description: 'The path to the working directory.' },
    executionTimeout: {
      type: 'String',
      default: '3600',
      allowedPattern: '^([1-9][0-9]{0,4}|1[0-6][0-9]{4}|17[0-1][0-9]{3}|172[0-7][0-9]{2}|172800)$',
      description: 'The time in seconds for a command to complete.',
    },
  },
  mainSteps: [
    {
      action: 'aws:runShellScript',
      name: 'runShellScript',
      inputs: {
        runCommand: '{{ commands }}',
        workingDirectory: '{{ workingDirectory }}',
        timeoutSeconds: '{{ executionTimeout }}',
      },
    },
  ],
});
