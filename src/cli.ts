/** The command line: arguments, environment and signals in, exit code out. */

import process from 'node:process';
import { CommanderError } from 'commander';
import type { Context } from './context.ts';
import { EXIT, type ExitCode, Failed, interruption } from './failure.ts';
import { program } from './program.ts';
import { openReporter } from './report/open.ts';
import type { Output } from './report/reporter.ts';

process.exitCode = await main();

async function main(): Promise<ExitCode> {
  for (const stream of [process.stdout, process.stderr]) stream.on('error', unlessClosed);
  const signals = watchSignals();
  try {
    let code: ExitCode = EXIT.done;
    await program(async (options, act) => {
      code = await runCommand(options, act, signals);
    }).parseAsync(process.argv);
    return code;
  } catch (error) {
    // commander has said what is wrong with the arguments, or has printed the help that was asked for.
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.badInput;
    throw error;
  } finally {
    signals.stopWatching();
  }
}

/** Whoever reads the output may stop (`| head`): that is no failure, and no reason to leave a bake half done. */
function unlessClosed(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error;
}

type Act = (context: Context) => Promise<ExitCode>;

async function runCommand(
  options: { readonly json: boolean; readonly yes: boolean },
  act: Act,
  signals: ReturnType<typeof watchSignals>,
): Promise<ExitCode> {
  const startedAt = Date.now();
  const reporter = await openReporter(output(), { json: options.json, moving: isMoving() });
  let words = 'cleaning up';
  signals.first.addEventListener('abort', () => reporter.emit({ type: 'interrupted', words }), {
    once: true,
  });
  const finish = async (exitCode: ExitCode) => {
    reporter.emit({ type: 'run.finished', exitCode, milliseconds: Date.now() - startedAt });
    await reporter.close();
    return exitCode;
  };
  try {
    const code = await act({
      environment: process.env,
      workingFolder: process.cwd(),
      reporter,
      yes: options.yes,
      mayInstall: options.yes || isCi(),
      signal: signals.first,
      killSignal: signals.second,
      whenInterrupted: (said) => {
        words = said;
      },
      now: () => new Date(),
    });
    return await finish(code);
  } catch (error) {
    const failed = signals.first.aborted ? asInterruption(error) : error;
    if (!(failed instanceof Failed)) {
      await reporter.close();
      process.stderr.write(
        'This is a bug in bake, not a mistake of yours. Please report it with what follows.\n',
      );
      throw error;
    }
    for (const failure of failed.failures) reporter.emit({ type: 'failure', failure });
    return await finish(failed.exitCode);
  }
}

/**
 * Of a command that the user has interrupted. What fails then, fails because of that: a terminal sends
 * Ctrl-C to every program that is running for the command, too.
 */
function asInterruption(error: unknown): unknown {
  if (!(error instanceof Failed))
    return error instanceof Error && error.name === 'AbortError' ? new Failed([interruption()]) : error;
  const said = error.failures.filter(({ kind }) => kind === 'interrupted');
  return new Failed(said.length > 0 ? said : [interruption()]);
}

/** The first interruption asks for an orderly end, the second for an immediate one; the third is one. */
function watchSignals() {
  const first = new AbortController();
  const second = new AbortController();
  const onSignal = () => {
    // Whoever has asked twice in vain means it.
    if (second.signal.aborted) process.exit(EXIT.interrupted);
    (first.signal.aborted ? second : first).abort();
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  return {
    first: first.signal,
    second: second.signal,
    stopWatching: () => {
      process.off('SIGINT', onSignal);
      process.off('SIGTERM', onSignal);
    },
  };
}

function output(): Output {
  const { stdout, stderr } = process;
  return {
    stdout,
    stderr,
    // Opened by the first question only.
    get stdin() {
      return process.stdin;
    },
    now: Date.now,
  };
}

function isMoving(): boolean {
  return (
    process.stderr.isTTY === true && process.stdout.isTTY === true && process.env.TERM !== 'dumb' && !isCi()
  );
}

function isCi(): boolean {
  return process.env.CI === 'true' || process.env.CI === '1';
}
