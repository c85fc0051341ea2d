/** What a maintenance window may be. Pure, and light: the command line checks flags with it. */

/** As the instance has it: no window is longer. */
export const LONGEST_SECONDS = 4 * 3600;
