/** Lets through the first call and then one a second at most: thousands of packages are no news each. */
export function everySecond(
  report: (detail: string) => void,
  now: () => number = () => Date.now(),
): (detail: string) => void {
  let next = 0;
  return (detail) => {
    if (now() < next) return;
    next = now() + 1000;
    report(detail);
  };
}
